// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"

#include <QChar>
#include <QString>

#include <array>
#include <cstddef>
#include <cstdint>

namespace mrb::viewer {

enum class Plane { Axial, Coronal, Sagittal };

inline constexpr std::array<Plane, 3> kPlanes = {Plane::Axial, Plane::Coronal, Plane::Sagittal};

/// Which side of an axial or coronal picture the patient's right is on: the left one, as if looking
/// from the feet or face to face (radiological), or the right one. Sagittal pictures do not differ.
enum class Convention { Radiological, Neurological };

/// "Radiological: the patient's right is on the left", translated.
QString conventionText(Convention convention);

/// A voxel by its indices (i, j, k) as stored in the file, from 0.
using VoxelIndex = std::array<std::int64_t, 3>;

/// Between voxels: their centres are at whole numbers, a volume reaches from -0.5 to dims - 0.5.
using VoxelPosition = std::array<double, 3>;

VoxelPosition centreOf(const VoxelIndex &voxel);

/// "Axial" and so on, translated.
QString planeName(Plane plane);

/// One voxel axis as it runs across a picture or through the slices.
struct AxisRun
{
    std::size_t voxelAxis = 0; ///< 0, 1, 2 for i, j, k
    /// +1 when the stored index grows in the direction of the run, -1 when it falls.
    int step = 1;
    std::int64_t voxels = 1; ///< along the axis
    double edgeMm = 1.0;     ///< of one voxel

    double lengthMm() const { return static_cast<double>(voxels) * edgeMm; }

    friend bool operator==(const AxisRun &, const AxisRun &) = default;
};

/// How one anatomical plane of a volume lies in a picture. Superior is up; in axial pictures
/// anterior is. The face looks left in sagittal ones. The convention decides the rest.
struct PlaneAxes
{
    Plane plane = Plane::Axial;
    AxisRun column; ///< from the left of the picture to its right
    AxisRun row;    ///< from the top of the picture to its bottom
    AxisRun normal; ///< through the slices, towards superior, anterior or right
    QChar left;     ///< R L A P S I at the four edges of the picture
    QChar right;
    QChar top;
    QChar bottom;
    bool known = true; ///< false: the letters are a guess, see VolumeGeometry::orientationKnown

    /// Index of the slice that a voxel lies in.
    std::int64_t sliceOf(const VoxelIndex &voxel) const { return voxel[normal.voxelAxis]; }

    friend bool operator==(const PlaneAxes &, const PlaneAxes &) = default;
};

/// The axes of a plane after giving each voxel axis the anatomical axis nearest to it: axes are
/// permuted and flipped, never resampled. Edges are the lengths of the affine's columns, which is
/// what places voxels in the world (pixdim may say something else). Never fails: an affine without
/// directions keeps the stored order.
PlaneAxes planeAxes(const volume::VolumeGeometry &geometry, Plane plane,
                    Convention convention = Convention::Radiological);

/// The world axis a plane's slices are counted along: 0 right (sagittal), 1 anterior (coronal),
/// 2 superior (axial).
std::size_t worldAxis(Plane plane);

/// Largest angle between a voxel axis and the anatomical axis it is shown along, degrees, 0 to 90.
/// Above kObliqueDegrees a picture must say that it follows the voxel axes.
double obliqueDegrees(const volume::VolumeGeometry &geometry);
inline constexpr double kObliqueDegrees = 0.1; ///< far above the rounding of a float32 affine

/// The middle of the volume; of an even number of voxels the one towards right, anterior or
/// superior, whichever way the volume is stored.
VoxelIndex middleVoxel(const volume::VolumeGeometry &geometry);

} // namespace mrb::viewer
