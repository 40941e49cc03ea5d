// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <vector>

namespace mrb::viewer {

/// How often each intensity occurs (after slope and intercept). Bin i reaches from edge(i) to
/// edge(i + 1).
struct Histogram
{
    double low = 0.0; ///< smallest finite intensity, exactly
    double high = 0.0;
    double firstEdge = 0.0; ///< at most low
    double binWidth = 1.0;  ///< always above 0
    std::vector<std::uint64_t> counts;
    std::uint64_t highest = 0; ///< of the counts
    std::uint64_t notFinite = 0;

    /// Nothing finite, or stopped.
    bool isEmpty() const { return counts.empty(); }
    double edge(std::size_t bin) const { return firstEdge + static_cast<double>(bin) * binWidth; }
    /// 0 for an empty bin, 1 for the highest, logarithmic between.
    double logHeight(std::size_t bin) const;

    friend bool operator==(const Histogram &, const Histogram &) = default;
};

/// Counts every voxel. Volumes stored as integers get the same number of stored values in every
/// bin, one where that fits, so that no comb appears that is not in the data: bins start half a
/// stored step before their first value and there may be fewer of them than asked for. Volumes
/// stored as floating point get `bins` equal bins from low to high, high included. A constant
/// volume has one bin. bins: at least 2.
/// Blocks, about 50 ms for 512 x 512 x 256 of int16; a stop request leaves an empty histogram.
Histogram histogramOf(const volume::Volume &volume, std::size_t bins = 256,
                      std::stop_token stop = {});

} // namespace mrb::viewer
