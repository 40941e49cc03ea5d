// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/PlaneAxes.h"

#include <array>

namespace mrb::viewer {

/// Where a volume's voxels are in the scene. The scene's axes are RAS, its origin is the middle of
/// the volume and its unit makes the longest side kSceneSide long, so that neither a far origin nor
/// an odd unit of length costs OpenGL's float precision.
struct ScenePlacement
{
    std::array<std::array<double, 3>, 3> directions{}; ///< of voxel axes i, j, k; unit vectors
    std::array<double, 3> edges{};                     ///< of one voxel, scene units
    VoxelIndex dims{};
    bool mirrored = false; ///< the directions are left-handed

    /// Row-major 4x4 from index x edge along i, j, k to the scene.
    std::array<double, 16> toScene() const;
    /// The same with the first axis running backwards from its last voxel where the directions are
    /// left-handed, which makes the matrix a rotation (volume mappers shade and cull by that).
    std::array<double, 16> toSceneUnmirrored() const;

    double longestSide() const;
    double shortestEdge() const;
};

inline constexpr double kSceneSide = 200.0;

/// Never fails: an affine whose columns do not span space is replaced by the spacing along the
/// anatomical axes that the slices are shown along.
ScenePlacement scenePlacement(const volume::VolumeGeometry &geometry);

} // namespace mrb::viewer
