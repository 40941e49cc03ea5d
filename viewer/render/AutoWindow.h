// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"

namespace mrb::viewer {

/// Intensities (after slope and intercept) shown from black to white; low < high.
struct IntensityWindow
{
    double low = 0.0;
    double high = 1.0;

    friend bool operator==(const IntensityWindow &, const IntensityWindow &) = default;
};

/// The 0.5 to 99.5 percentile of the foreground, from a regular sample of at most about two million
/// voxels. Foreground is what exceeds an eighth of the mean, both counted from the 0.5 percentile
/// of all finite voxels (SPM's rule for a global mean, made independent of the offset and of
/// the largest 0.5 percent). Where the
/// foreground has one value only, the window reaches down to the background; a constant volume
/// comes out mid-grey unless it is zero, which is black. Some ms; thread-safe.
IntensityWindow autoWindow(const volume::Volume &volume);

} // namespace mrb::viewer
