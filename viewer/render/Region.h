// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/render/AutoWindow.h"
#include "viewer/render/PlaneAxes.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace mrb::viewer {

enum class RegionShape { Box, Ellipse };

/// A box, or the ellipse inside it, on one slice, along the volume's voxel axes.
struct Region
{
    Plane plane = Plane::Axial;
    std::int64_t slice = 0; ///< index along the plane's normal voxel axis as stored
    RegionShape shape = RegionShape::Box;
    VoxelPosition from{}; ///< two opposite corners; what they say along the normal is ignored
    VoxelPosition to{};

    friend bool operator==(const Region &, const Region &) = default;
};

/// Of the voxels whose centre lies in a region or on its edge.
struct RegionStatistics
{
    std::uint64_t voxels = 0;
    std::uint64_t finite = 0; ///< the others are not in mean, sd, min and max
    double areaMm2 = 0.0;     ///< of all the voxels, in the plane
    /// Intensities after slope and intercept; not a number where no voxel is finite.
    double mean = 0.0;
    double sd = 0.0; ///< of a sample (divided by n - 1); 0 for a single voxel
    double min = 0.0;
    double max = 0.0;

    friend bool operator==(const RegionStatistics &, const RegionStatistics &) = default;
};

/// The part outside the volume does not count. A region with no voxel's centre in it takes the
/// voxel nearest to its own centre. Nothing where it is wholly outside the volume (as a slice that
/// does not exist is) or a corner is not finite.
std::optional<RegionStatistics> regionStatistics(const volume::Volume &volume,
                                                 const Region &region);

/// The 0.5 to 99.5 percentile of the region's finite voxels. A constant region comes out mid-grey,
/// or black when it is 0, as in autoWindow(). Nothing where there is no finite voxel.
std::optional<IntensityWindow> regionWindow(const volume::Volume &volume, const Region &region);

struct Distance
{
    double mm = 0.0;     ///< in the world, through the affine
    double voxels = 0.0; ///< between the indices, as if voxels were cubes

    friend bool operator==(const Distance &, const Distance &) = default;
};

Distance rulerLength(const volume::VolumeGeometry &geometry, const VoxelPosition &from,
                     const VoxelPosition &to);

/// For showing and copying, a decimal point whatever the locale:
/// "Ellipse on axial slice k = 64: n = 113 voxels, 99.3 mm², mean 12.5, SD 4.2, min 3, max 25".
QString regionText(const volume::VolumeGeometry &geometry, const Region &region,
                   const RegionStatistics &statistics);
/// "12.35 mm (10.4 voxels)".
QString rulerText(const Distance &distance);

} // namespace mrb::viewer
