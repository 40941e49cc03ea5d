// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/AutoWindow.h"
#include "viewer/render/Histogram.h"

#include <cstdint>

namespace mrb::viewer {

/// Intensities from the left end of an axis to its right one; low < high, both finite, and their
/// difference too.
struct ValueRange
{
    double low = 0.0;
    double high = 1.0;

    double width() const { return high - low; }
    friend bool operator==(const ValueRange &, const ValueRange &) = default;
};

/// The range of an axis that has all of the window on it and a margin around: the middle 99.8 % of
/// the voxels, so that a few bright ones do not squeeze the rest, or every value. histogram: may be
/// null or empty.
ValueRange axisRange(const Histogram *histogram, const IntensityWindow &window, bool everyValue);

/// Voxels whose bins lie wholly below and above a range.
struct OutsideCounts
{
    std::uint64_t below = 0;
    std::uint64_t above = 0;
};
OutsideCounts outsideOf(const Histogram &histogram, const ValueRange &range);

/// 0 to 1: the tallest logarithmic height of the bins that touch [from, to].
double tallestBetween(const Histogram &histogram, double from, double to);

/// The number of voxels in the bin that a value is in; 0 beside all bins.
std::uint64_t countAt(const Histogram &histogram, double value);

/// Rounded to the decimal place below 1/500 of the range: what a pixel of an axis can tell apart.
double roundedFor(const ValueRange &range, double value);

} // namespace mrb::viewer
