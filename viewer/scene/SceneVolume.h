// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/scene/ScenePlacement.h"

#include <array>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

namespace mrb::viewer {

/// A volume made ready for casting rays: 15-bit voxels, never more of them along an axis than
/// asked for, at least two, in a right-handed order. Beside it the volume itself for the planes.
struct SceneVolume
{
    volume::Volume source;
    ScenePlacement placement;
    /// Of `voxels`, in the order of placement.toSceneUnmirrored(); spacing and origin are in scene
    /// units along the voxel axes.
    std::array<int, 3> dims = {1, 1, 1};
    std::array<double, 3> spacing = {1.0, 1.0, 1.0};
    std::array<double, 3> origin{};
    std::vector<std::uint16_t> voxels;
    bool reduced = false; ///< several voxels of the source were averaged into one
    /// intensity = lowest + perStep * value. Values that are not finite count as the lowest.
    double lowest = 0.0;
    double perStep = 1.0;

    /// The value of an intensity; may be outside 0 to kGreatestSceneValue.
    double valueOf(double intensity) const { return (intensity - lowest) / perStep; }
};

/// vtkFixedPointVolumeRayCastMapper uses values as they are up to here.
inline constexpr int kGreatestSceneValue = 32767;

/// 0.1 to 0.5 s for 67 million voxels, and two bytes for each that is left. Null when stopped.
/// @param mostVoxels along each axis
std::optional<SceneVolume> prepareSceneVolume(const volume::Volume &volume, int mostVoxels,
                                              std::stop_token stop = {});

} // namespace mrb::viewer
