// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/HistogramRange.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace mrb::viewer {

namespace {

constexpr double kTail = 0.001;     ///< of the voxels, left out at either end of an axis
constexpr double kMargin = 0.03;    ///< of the axis, around what is on it
constexpr double kDistinct = 500.0; ///< places on an axis that can be told apart
constexpr double kLargest = std::numeric_limits<double>::max() / 8.0;

ValueRange middleOf(const Histogram &histogram)
{
    const auto total = static_cast<double>(
        std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::uint64_t{0}));
    const double tail = total * kTail;
    std::size_t first = 0;
    std::size_t last = histogram.counts.size() - 1;
    for (double seen = 0.0; first < last; ++first) {
        seen += static_cast<double>(histogram.counts[first]);
        if (seen > tail)
            break;
    }
    for (double seen = 0.0; last > first; --last) {
        seen += static_cast<double>(histogram.counts[last]);
        if (seen > tail)
            break;
    }
    return {std::max(histogram.low, histogram.edge(first)),
            std::min(histogram.high, histogram.edge(last + 1))};
}

/// The bin of a value, unbounded; -1 below all bins.
double binOf(const Histogram &histogram, double value)
{
    return std::floor((value - histogram.firstEdge) / histogram.binWidth);
}

std::size_t clampedBin(const Histogram &histogram, double value)
{
    return static_cast<std::size_t>(
        std::clamp(binOf(histogram, value), 0.0, static_cast<double>(histogram.counts.size() - 1)));
}

} // namespace

ValueRange axisRange(const Histogram *histogram, const IntensityWindow &window, bool everyValue)
{
    ValueRange range{window.low, window.high};
    if (histogram && !histogram->isEmpty()) {
        const ValueRange values =
            everyValue ? ValueRange{histogram->low, histogram->high} : middleOf(*histogram);
        range.low = std::min(range.low, values.low);
        range.high = std::max(range.high, values.high);
    }
    range.low = std::clamp(range.low, -kLargest, kLargest);
    range.high = std::clamp(range.high, -kLargest, kLargest);
    if (!(range.low < range.high))
        return {-kLargest, kLargest};
    const double margin = kMargin * range.width();
    return {range.low - margin, range.high + margin};
}

OutsideCounts outsideOf(const Histogram &histogram, const ValueRange &range)
{
    OutsideCounts outside;
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        if (histogram.edge(bin + 1) <= range.low)
            outside.below += histogram.counts[bin];
        else if (histogram.edge(bin) >= range.high)
            outside.above += histogram.counts[bin];
    }
    return outside;
}

double tallestBetween(const Histogram &histogram, double from, double to)
{
    const double end = histogram.edge(histogram.counts.size());
    if (to < histogram.firstEdge || from >= end)
        return 0.0;
    double tallest = 0.0;
    const std::size_t last = clampedBin(histogram, to);
    for (std::size_t bin = clampedBin(histogram, from); bin <= last; ++bin)
        tallest = std::max(tallest, histogram.logHeight(bin));
    return tallest;
}

std::uint64_t countAt(const Histogram &histogram, double value)
{
    if (histogram.isEmpty() || value < histogram.firstEdge ||
        value > histogram.edge(histogram.counts.size()))
        return 0;
    return histogram.counts[clampedBin(histogram, value)];
}

double roundedFor(const ValueRange &range, double value)
{
    const double place = std::pow(10.0, std::floor(std::log10(range.width() / kDistinct)));
    const double rounded = std::round(value / place) * place;
    return std::isfinite(rounded) ? rounded : value;
}

} // namespace mrb::viewer
