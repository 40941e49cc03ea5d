// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"

#include <array>
#include <cstdint>
#include <optional>
#include <stop_token>

namespace mrb::backend {

/// How two volumes of one size differ, voxel by voxel, in intensity units. Two NaN are equal, and
/// so are two infinities of one sign.
struct VoxelDifference
{
    std::uint64_t voxels = 0;
    std::uint64_t differing = 0;
    std::uint64_t unmeasurable = 0;          ///< of those: NaN or infinite on one side
    std::uint64_t measured = 0;              ///< finite on both sides
    double maximum = 0.0;                    ///< over those that are measured
    double sum = 0.0;                        ///< of their absolute differences
    std::array<std::int64_t, 3> maximumAt{}; ///< the first one; only where maximum > 0
};

/// One pass over both, in blocks that fit into the processor's cache. Intensities are doubles, so
/// integers beyond 2^53 can count as equal. Nothing when it was asked to stop. Pure; any thread.
/// @param first, second have the same dims and their voxels
std::optional<VoxelDifference> voxelDifference(const volume::Volume &first,
                                               const volume::Volume &second,
                                               const std::stop_token &stop);

} // namespace mrb::backend
