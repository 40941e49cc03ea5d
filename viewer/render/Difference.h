// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/Volume.h"
#include "viewer/render/AutoWindow.h"

#include <stop_token>

namespace mrb::viewer {

namespace error_codes {
inline constexpr ErrorCode kGridsDiffer = "grids_differ";
} // namespace error_codes

/// a - b in intensities, computed in double, as float32 on a's grid; not a number where either is,
/// or where equal infinities meet. Fails with kGridsDiffer where gridDifference() has something to
/// say (nothing is resampled), with volume::error_codes::kCancelled after a stop request and with
/// kOutOfMemory. Blocks; meant for a worker.
Result<volume::Volume> differenceVolume(const volume::Volume &a, const volume::Volume &b,
                                        const std::stop_token &stop = {});

/// Symmetric about 0, so that a diverging colour map has its middle there: the 99.5 percentile of
/// the finite magnitudes, from a regular sample of at most about two million voxels; the largest of
/// them where the percentile is 0, and 1 where nothing differs. Some ms; thread-safe.
IntensityWindow differenceWindow(const volume::Volume &difference);

} // namespace mrb::viewer
