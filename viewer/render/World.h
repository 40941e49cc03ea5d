// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/render/PlaneAxes.h"

#include <QString>

#include <array>
#include <optional>

namespace mrb::viewer {

/// World mm in RAS as NIfTI has it: +x right, +y anterior, +z superior.
using PointRas = std::array<double, 3>;

PointRas worldMm(const volume::VolumeGeometry &geometry, const VoxelPosition &position);

/// The inverse of worldMm(), also outside the volume; nothing where the affine has no inverse or a
/// number is not finite.
std::optional<VoxelPosition> voxelPosition(const volume::VolumeGeometry &geometry,
                                           const PointRas &pointMm);

/// Lengths of the affine's columns, mm: what places the voxels (pixdim may say something else).
std::array<double, 3> voxelEdgesMm(const volume::VolumeGeometry &geometry);

/// The voxel whose centre is nearest to the position, clamped into the volume.
VoxelIndex nearestVoxel(const volume::VolumeGeometry &geometry, const VoxelPosition &position);

/// The voxel that a position lies in; nothing beyond the outer edges of the outermost voxels.
std::optional<VoxelIndex> voxelAt(const volume::VolumeGeometry &geometry,
                                  const VoxelPosition &position);

struct LinkedVoxel
{
    VoxelIndex voxel{}; ///< nearest to the point, clamped into the volume
    /// The point lies within the outer edges of the volume's outermost voxels.
    bool inside = false;

    friend bool operator==(const LinkedVoxel &, const LinkedVoxel &) = default;
};

/// The voxel of another volume that holds the centre of a voxel, as the same point in RAS mm.
/// Nothing where the other volume's affine has no inverse.
std::optional<LinkedVoxel> linkedVoxel(const volume::VolumeGeometry &from, const VoxelIndex &voxel,
                                       const volume::VolumeGeometry &to);

/// The intensity of a voxel, which must be inside the volume: slope and intercept applied, in
/// double (64-bit integers beyond 2^53 are rounded).
double valueAt(const volume::Volume &volume, const VoxelIndex &voxel);

/// The intensity as it is shown and copied: exact for integers without scaling, whatever their
/// size, else as numberText().
QString valueText(const volume::Volume &volume, const VoxelIndex &voxel);

/// The same with as many digits as tell the intensity from all others: what is copied can be
/// compared with what another program reads.
QString exactValueText(const volume::Volume &volume, const VoxelIndex &voxel);

/// Whole numbers below 10^15 in full, other numbers to at most 6 significant digits, with a decimal
/// point whatever the locale; "not a number", "infinite" and "minus infinite" in words.
QString numberText(double value);

/// Nothing where two volumes have the same grid: the same dims, and all eight outer corners at most
/// 0.01 of the smallest voxel edge apart. Else a sentence that says what differs.
std::optional<QString> gridDifference(const volume::VolumeGeometry &a,
                                      const volume::VolumeGeometry &b);

} // namespace mrb::viewer
