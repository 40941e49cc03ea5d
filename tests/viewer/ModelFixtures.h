// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/viewer/OpenSynthetic.h"
#include "viewer/render/World.h"

/// Volumes on grids that are easy to reckon with.
namespace mrb::tests {

/// All zero, along the world's axes. origin: RAS mm of the first voxel's centre.
inline viewer::OpenVolume openGrid(const QString &name, std::array<std::int64_t, 3> dims,
                                   std::array<double, 3> edges, std::array<double, 3> origin)
{
    const auto voxels = static_cast<std::size_t>(dims[0] * dims[1] * dims[2]);
    volume::Volume volume =
        makeVolume(volume::ScalarType::UInt8, dims, std::vector<std::uint8_t>(voxels, 0));
    for (std::size_t axis = 0; axis < 3; ++axis) {
        volume.geometry.spacingMm[axis] = std::abs(edges[axis]);
        volume.geometry.affineRas[4 * axis + axis] = edges[axis];
        volume.geometry.affineRas[4 * axis + 3] = origin[axis];
    }
    return openVolume(name, volume);
}

/// 40 x 40 x 40 mm in voxels of 1 mm.
inline viewer::OpenVolume fineVolume()
{
    return openGrid(QStringLiteral("fine"), {40, 40, 40}, {1.0, 1.0, 1.0}, {0.0, 0.0, 0.0});
}

/// The same cube in voxels of 2 x 2 x 4 mm, i running to the left.
inline viewer::OpenVolume coarseVolume()
{
    return openGrid(QStringLiteral("coarse"), {20, 20, 10}, {-2.0, 2.0, 4.0}, {38.5, 0.5, 1.5});
}

} // namespace mrb::tests
