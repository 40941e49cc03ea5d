// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"

#include <array>
#include <cstddef>
#include <memory>
#include <span>

namespace mrb::volume {

/// Statistics of voxels that arrive as bytes in pieces of any length.
/// Unscaled integers of up to 32 bits are summed exactly, squares included; everything else is
/// converted to double as NumPy would (value * slope + intercept) and summed in blocks whose means
/// and squared deviations are merged in long double. Not thread-safe.
class StatisticsAccumulator
{
public:
    /// @param swapped the bytes of each value are in the opposite of the host's order
    StatisticsAccumulator(ScalarType type, bool swapped, double slope, double intercept);
    ~StatisticsAccumulator();
    StatisticsAccumulator(StatisticsAccumulator &&) noexcept;
    StatisticsAccumulator &operator=(StatisticsAccumulator &&) noexcept;

    void add(std::span<const std::byte> bytes);
    /// Bytes of an incomplete last value are not counted.
    VolumeStatistics result() const;

    /// Values are worked on in blocks of this many, which stay in a core's first-level cache.
    static constexpr std::size_t kBlock = 2048;

    class Kernel; ///< one per type, defined in the .cpp

private:
    std::unique_ptr<Kernel> m_kernel;
    std::size_t m_valueSize = 0;
    std::array<std::byte, 8> m_partial{}; ///< the start of a value cut by the end of a piece
    std::size_t m_partialBytes = 0;
};

/// Reverses the bytes of every value in place.
void swapByteOrder(std::span<std::byte> values, std::size_t valueSize);

} // namespace mrb::volume
