// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/render/AutoWindow.h"

#include <cstdint>
#include <span>
#include <vector>

namespace mrb::viewer {

/// Writes the intensities (slope and intercept applied) of out.size() voxels from the given one on,
/// counted as they are stored. Fast for hundreds of voxels and more at a time.
void readIntensities(const volume::Volume &volume, std::uint64_t first, std::span<double> out);

/// The value that the given fraction (0 to 1) of the others does not exceed, by nearest rank.
/// Reorders the values, of which there must be one.
double percentile(std::vector<double> &values, double fraction);

/// For values that are all the same: mid-grey, or black when they are 0.
IntensityWindow windowOfConstant(double value);

} // namespace mrb::viewer
