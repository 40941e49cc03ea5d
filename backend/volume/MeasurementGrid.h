// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace mrb::volume {

/// Most cells of a MeasurementGrid along an axis.
inline constexpr std::int64_t kMaxGridCells = 128;

/// A volume reduced to means of blocks of voxels, and what one pass over all voxels tells exactly.
struct MeasurementGrid
{
    std::array<std::int64_t, 3> dims = {};   ///< cells, 1 to kMaxGridCells
    std::array<std::int64_t, 3> factor = {}; ///< voxels per cell edge; the last cell may have fewer
    std::vector<float> values;               ///< intensity, x fastest

    std::uint64_t zeros = 0;     ///< voxels of intensity 0
    std::uint64_t negatives = 0; ///< voxels of negative intensity
    std::uint64_t atMaximum = 0; ///< voxels with the largest finite intensity
    std::int64_t constantSlices = 0;
    double min = 0.0; ///< over finite voxels, like max
    double max = 0.0;
    bool anyFinite = false;
};

/// The volume's voxels must match its geometry.
MeasurementGrid makeMeasurementGrid(const Volume &volume);

/// The estimate that VolumeMeasurements::noiseSigma describes.
std::optional<double> estimateNoise(const Volume &volume, double threshold);

} // namespace mrb::volume
