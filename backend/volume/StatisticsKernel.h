// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Parts of VoxelStatistics.cpp; nothing else includes this.

#include "backend/volume/VoxelStatistics.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace mrb::volume {

inline constexpr std::size_t kBlock = StatisticsAccumulator::kBlock;

template <class T> void swapValues(T *values, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        if constexpr (sizeof(T) == 2)
            values[i] = __builtin_bswap16(values[i]);
        else if constexpr (sizeof(T) == 4)
            values[i] = __builtin_bswap32(values[i]);
        else if constexpr (sizeof(T) == 8)
            values[i] = __builtin_bswap64(values[i]);
    }
}

/// Copies up to kBlock values out of bytes of any alignment, in host order.
template <class T> class Block
{
public:
    Block(const std::byte *raw, std::size_t count, bool swapped)
    {
        if (swapped && sizeof(T) > 1) {
            using Bits = std::conditional_t<
                sizeof(T) == 2, std::uint16_t,
                std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>;
            std::array<Bits, kBlock> bits; // NOLINT: filled on the next line
            std::memcpy(bits.data(), raw, count * sizeof(T));
            swapValues(bits.data(), count);
            std::memcpy(m_values.data(), bits.data(), count * sizeof(T));
        } else {
            std::memcpy(m_values.data(), raw, count * sizeof(T));
        }
    }
    const T *data() const { return m_values.data(); }

private:
    alignas(64) std::array<T, kBlock> m_values; // NOLINT: filled by the constructor
};

class StatisticsAccumulator::Kernel
{
public:
    virtual ~Kernel() = default;
    /// count <= kBlock values in the file's byte order.
    virtual void add(const std::byte *raw, std::size_t count) = 0;
    virtual VolumeStatistics result() const = 0;
};

/// Counts, mean and squared deviations, merged from blocks (Chan, Golub and LeVeque 1979).
class Moments
{
public:
    void merge(std::size_t blockCount, long double blockMean, long double blockDeviations)
    {
        if (blockCount == 0)
            return;
        const auto before = static_cast<long double>(m_count);
        const auto added = static_cast<long double>(blockCount);
        const long double total = before + added;
        const long double shift = blockMean - m_mean;
        m_mean += shift * (added / total);
        m_deviations += blockDeviations + shift * shift * (before * added / total);
        m_count += blockCount;
    }
    std::uint64_t count() const { return m_count; }
    double mean() const { return static_cast<double>(m_mean); }
    double standardDeviation() const
    {
        return static_cast<double>(std::sqrt(m_deviations / static_cast<long double>(m_count)));
    }

private:
    std::uint64_t m_count = 0;
    long double m_mean = 0.0L;
    long double m_deviations = 0.0L;
};

} // namespace mrb::volume
