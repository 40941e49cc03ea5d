// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Parts of VoxelStatistics.cpp; nothing else includes this.

#include "backend/volume/StatisticsKernel.h"

#include <algorithm>
#include <limits>

namespace mrb::volume {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

/// Exact sums of integers of up to 32 bits. The inner loops use no type wider than they must, so
/// that the compiler can vectorise them for the baseline instruction set.
template <class T> class IntegerKernel final : public StatisticsAccumulator::Kernel
{
    static constexpr bool kNarrow = sizeof(T) <= 2;
    using Wide = std::conditional_t<kNarrow, std::int32_t, std::int64_t>;
    using Square = std::conditional_t<kNarrow, std::uint32_t, std::uint64_t>;
    // Twice as wide as the value and as signed: compilers know a widening product by this.
    using Factor = std::conditional_t<std::is_signed_v<T>, Wide, Square>;
    using Count = std::conditional_t<kNarrow, std::uint16_t, std::uint32_t>;
    static constexpr unsigned int kHalfBits = kNarrow ? 16U : 32U;
    static constexpr Square kLowHalf = (Square{1} << kHalfBits) - 1U;
    static constexpr std::int32_t kSmall = 4095;
    static constexpr std::size_t kRun = 128;
    static_assert(std::int64_t{kSmall} * kSmall * std::int64_t{kRun} <=
                  std::numeric_limits<std::int32_t>::max());
    static_assert(kBlock < 32768, "block sums of 16-bit values must fit into 32 bits");

public:
    explicit IntegerKernel(bool swapped) : m_swapped(swapped) {}

    void add(const std::byte *raw, std::size_t count) override
    {
        const Block<T> block(raw, count, m_swapped);
        const T *const values = block.data();
        T low = m_min;
        T high = m_max;
        Count zeros = 0;
        Count negatives = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const T value = values[i];
            low = value < low ? value : low;
            high = value > high ? value : high;
            zeros = static_cast<Count>(zeros + (value == 0 ? 1 : 0));
            if constexpr (std::is_signed_v<T>)
                negatives = static_cast<Count>(negatives + (value < 0 ? 1 : 0));
        }
        m_min = low;
        m_max = high;
        m_count += count;
        m_zero += zeros;
        m_negative += negatives;
        if (kNarrow && std::int64_t{low} >= -kSmall && std::int64_t{high} <= kSmall)
            addSmallValues(values, count);
        else
            addAnyValues(values, count);
    }

    VolumeStatistics result() const override
    {
        VolumeStatistics out;
        out.voxels = out.finite = m_count;
        out.zero = m_zero;
        out.negative = m_negative;
        if (m_count == 0)
            return out;
        // About the integer nearest to the mean: sum of (x - q)^2 = squares - 2 q sum + n q^2,
        // which is exact modulo 2^128 and small, so nothing cancels afterwards.
        const auto n = static_cast<Int128>(m_count);
        Int128 nearest = m_sum / n;
        Int128 rest = m_sum - nearest * n;
        if (2 * rest > n) {
            ++nearest;
            rest -= n;
        } else if (2 * rest < -n) {
            --nearest;
            rest += n;
        }
        const auto q = static_cast<UInt128>(nearest);
        const UInt128 about =
            m_squares - 2U * q * static_cast<UInt128>(m_sum) + static_cast<UInt128>(n) * q * q;
        const auto count = static_cast<long double>(m_count);
        const auto remainder = static_cast<long double>(rest);
        const long double deviations =
            static_cast<long double>(about) - remainder * remainder / count;
        IntensityStatistics intensity;
        intensity.min = static_cast<double>(m_min);
        intensity.max = static_cast<double>(m_max);
        intensity.mean = static_cast<double>(static_cast<long double>(nearest) + remainder / count);
        intensity.std = static_cast<double>(std::sqrt(std::max(deviations, 0.0L) / count));
        out.intensity = intensity;
        return out;
    }

private:
    /// What MR intensities mostly are: short runs whose squares fit into 32 bits as they are.
    void addSmallValues(const T *values, std::size_t count)
    {
        for (std::size_t first = 0; first < count; first += kRun) {
            const std::size_t end = std::min(first + kRun, count);
            std::int32_t sum = 0;
            std::int32_t squares = 0;
            for (std::size_t i = first; i < end; ++i) {
                const auto value = static_cast<std::int32_t>(values[i]);
                sum += value;
                squares += value * value;
            }
            m_sum += sum;
            m_squares += static_cast<std::uint32_t>(squares);
        }
    }

    /// The square of a value takes twice its bits; its halves are summed apart so that no partial
    /// sum overflows.
    void addAnyValues(const T *values, std::size_t count)
    {
        Wide sum = 0;
        Square lowHalves = 0;
        Square highHalves = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const T value = values[i];
            const auto square =
                static_cast<Square>(static_cast<Factor>(value) * static_cast<Factor>(value));
            sum += static_cast<Wide>(value);
            lowHalves += square & kLowHalf;
            highHalves += square >> kHalfBits;
        }
        m_sum += sum;
        m_squares += UInt128{lowHalves} + (UInt128{highHalves} << kHalfBits);
    }

    bool m_swapped;
    T m_min = std::numeric_limits<T>::max();
    T m_max = std::numeric_limits<T>::lowest();
    std::uint64_t m_count = 0;
    std::uint64_t m_zero = 0;
    std::uint64_t m_negative = 0;
    Int128 m_sum = 0;
    UInt128 m_squares = 0;
};

/// 64-bit integers without scaling: NumPy would round them to double first; here only the results
/// are.
template <class T> class WideIntegerKernel final : public StatisticsAccumulator::Kernel
{
public:
    explicit WideIntegerKernel(bool swapped) : m_swapped(swapped) {}

    void add(const std::byte *raw, std::size_t count) override
    {
        const Block<T> block(raw, count, m_swapped);
        Int128 sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const T value = block.data()[i];
            m_min = std::min(m_min, value);
            m_max = std::max(m_max, value);
            m_zero += value == 0 ? 1U : 0U;
            if constexpr (std::is_signed_v<T>)
                m_negative += value < 0 ? 1U : 0U;
            sum += value;
        }
        const long double mean = static_cast<long double>(sum) / static_cast<long double>(count);
        long double deviations = 0.0L;
        for (std::size_t i = 0; i < count; ++i) {
            const long double deviation = static_cast<long double>(block.data()[i]) - mean;
            deviations += deviation * deviation;
        }
        m_moments.merge(count, mean, deviations);
    }

    VolumeStatistics result() const override
    {
        VolumeStatistics out;
        out.voxels = out.finite = m_moments.count();
        out.zero = m_zero;
        out.negative = m_negative;
        if (out.finite > 0)
            out.intensity = IntensityStatistics{.min = static_cast<double>(m_min),
                                                .max = static_cast<double>(m_max),
                                                .mean = m_moments.mean(),
                                                .std = m_moments.standardDeviation()};
        return out;
    }

private:
    bool m_swapped;
    T m_min = std::numeric_limits<T>::max();
    T m_max = std::numeric_limits<T>::lowest();
    std::uint64_t m_zero = 0;
    std::uint64_t m_negative = 0;
    Moments m_moments;
};

} // namespace mrb::volume
