// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/VoxelStatistics.h"

#include "backend/volume/ScalarVisit.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace mrb::volume {

namespace {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

constexpr std::size_t kBlock = StatisticsAccumulator::kBlock;

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

} // namespace

class StatisticsAccumulator::Kernel
{
public:
    virtual ~Kernel() = default;
    /// count <= kBlock values in the file's byte order.
    virtual void add(const std::byte *raw, std::size_t count) = 0;
    virtual VolumeStatistics result() const = 0;
};

namespace {

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
        // The square of a value takes twice its bits; its halves are summed apart so that no
        // partial sum overflows.
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
        m_min = low;
        m_max = high;
        m_count += count;
        m_zero += zeros;
        m_negative += negatives;
        m_sum += sum;
        m_squares += UInt128{lowHalves} + (UInt128{highHalves} << kHalfBits);
    }

    VolumeStatistics result() const override
    {
        VolumeStatistics out;
        out.voxels = out.finite = m_count;
        out.zero = m_zero;
        out.negative = m_negative;
        if (m_count == 0)
            return out;
        // About the integer nearest to the mean: sum of (x - q)^2 = squares - 2 q sum + n q^2, which
        // is exact modulo 2^128 and small, so nothing cancels afterwards.
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
        const UInt128 about = m_squares - 2U * q * static_cast<UInt128>(m_sum) +
                              static_cast<UInt128>(n) * q * q;
        const auto count = static_cast<long double>(m_count);
        const auto remainder = static_cast<long double>(rest);
        const long double deviations =
            static_cast<long double>(about) - remainder * remainder / count;
        IntensityStatistics intensity;
        intensity.min = static_cast<double>(m_min);
        intensity.max = static_cast<double>(m_max);
        intensity.mean =
            static_cast<double>(static_cast<long double>(nearest) + remainder / count);
        intensity.std = static_cast<double>(std::sqrt(std::max(deviations, 0.0L) / count));
        out.intensity = intensity;
        return out;
    }

private:
    bool m_swapped;
    T m_min = std::numeric_limits<T>::max();
    T m_max = std::numeric_limits<T>::lowest();
    std::uint64_t m_count = 0;
    std::uint64_t m_zero = 0;
    std::uint64_t m_negative = 0;
    Int128 m_sum = 0;
    UInt128 m_squares = 0;
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

/// What one block of finite doubles adds.
struct BlockSummary
{
    double min;
    double max;
    long double mean;
    long double deviations;
    std::uint64_t zeros;
    std::uint64_t negatives;
};

/// Eight independent sums: the order of additions is fixed, so that results do not depend on the
/// compiler, and still parallel.
class LaneSums
{
public:
    static constexpr std::size_t kLanes = 8;
    void add(std::size_t lane, double value) { m_lanes[lane] += value; }
    double total() const
    {
        return ((m_lanes[0] + m_lanes[4]) + (m_lanes[1] + m_lanes[5])) +
               ((m_lanes[2] + m_lanes[6]) + (m_lanes[3] + m_lanes[7]));
    }

private:
    std::array<double, kLanes> m_lanes{};
};

/// Calls visit(lane, value) for every value; the inner loop has a fixed length.
template <class Visitor>
void forEachInLanes(const double *values, std::size_t count, Visitor visit)
{
    std::size_t i = 0;
    for (; i + LaneSums::kLanes <= count; i += LaneSums::kLanes) {
        for (std::size_t lane = 0; lane < LaneSums::kLanes; ++lane)
            visit(lane, values[i + lane]);
    }
    for (std::size_t lane = 0; i < count; ++i, ++lane)
        visit(lane, values[i]);
}

void summariseRange(const double *values, std::size_t count, BlockSummary &out)
{
    std::array<double, LaneSums::kLanes> low;
    std::array<double, LaneSums::kLanes> high;
    low.fill(values[0]);
    high.fill(values[0]);
    forEachInLanes(values, count, [&](std::size_t lane, double value) {
        low[lane] = value < low[lane] ? value : low[lane];
        high[lane] = value > high[lane] ? value : high[lane];
    });
    out.min = *std::min_element(low.begin(), low.end());
    out.max = *std::max_element(high.begin(), high.end());
    for (std::size_t i = 0; i < count; ++i) {
        out.zeros += values[i] == 0.0 ? 1U : 0U;
        out.negatives += values[i] < 0.0 ? 1U : 0U;
    }
}

/// Two passes, the second about the rounded mean and corrected for its rounding.
void summariseMoments(const double *values, std::size_t count, BlockSummary &out)
{
    LaneSums sums;
    forEachInLanes(values, count,
                   [&sums](std::size_t lane, double value) { sums.add(lane, value); });
    const double rounded = sums.total() / static_cast<double>(count);
    LaneSums first;
    LaneSums second;
    forEachInLanes(values, count, [&](std::size_t lane, double value) {
        const double deviation = value - rounded;
        first.add(lane, deviation);
        second.add(lane, deviation * deviation);
    });
    const auto n = static_cast<long double>(count);
    const auto rest = static_cast<long double>(first.total());
    out.mean = static_cast<long double>(rounded) + rest / n;
    out.deviations =
        std::max(static_cast<long double>(second.total()) - rest * rest / n, 0.0L);
}

/// Floating-point values, and every type with a slope and intercept: what NumPy gets from
/// value * slope + intercept in double.
template <class T> class DoubleKernel final : public StatisticsAccumulator::Kernel
{
public:
    DoubleKernel(bool swapped, double slope, double intercept)
        : m_swapped(swapped), m_slope(slope), m_intercept(intercept)
    {
    }

    void add(const std::byte *raw, std::size_t count) override
    {
        const Block<T> block(raw, count, m_swapped);
        alignas(64) std::array<double, kBlock> values; // NOLINT: filled below
        if (m_slope == 1.0 && m_intercept == 0.0) {
            for (std::size_t i = 0; i < count; ++i)
                values[i] = static_cast<double>(block.data()[i]);
        } else {
            for (std::size_t i = 0; i < count; ++i)
                values[i] = static_cast<double>(block.data()[i]) * m_slope + m_intercept;
        }
        addDoubles(values.data(), count);
    }

    VolumeStatistics result() const override
    {
        VolumeStatistics out = m_counts;
        out.finite = m_moments.count();
        out.voxels = out.finite + out.nan + out.inf;
        if (out.finite > 0)
            out.intensity = IntensityStatistics{.min = m_min,
                                                .max = m_max,
                                                .mean = m_moments.mean(),
                                                .std = m_moments.standardDeviation()};
        return out;
    }

private:
    void addDoubles(double *values, std::size_t count)
    {
        std::size_t finite = 0;
        for (std::size_t i = 0; i < count; ++i)
            finite += values[i] - values[i] == 0.0 ? 1U : 0U; // NaN for NaN and infinities
        if (finite < count)
            dropNotFinite(values, count);
        if (finite == 0)
            return;
        BlockSummary block{};
        summariseRange(values, finite, block);
        summariseMoments(values, finite, block);
        m_min = std::min(m_min, block.min);
        m_max = std::max(m_max, block.max);
        m_counts.zero += block.zeros;
        m_counts.negative += block.negatives;
        if (std::isfinite(block.mean) && std::isfinite(block.deviations))
            m_moments.merge(finite, block.mean, block.deviations);
        else
            mergeHuge(values, finite);
    }

    void dropNotFinite(double *values, std::size_t count)
    {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (std::isnan(values[i]))
                ++m_counts.nan;
            else if (std::isinf(values[i]))
                ++m_counts.inf;
            else
                values[kept++] = values[i];
        }
    }

    /// Values whose squares overflow a double do not overflow a long double.
    void mergeHuge(const double *values, std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i)
            m_moments.merge(1, static_cast<long double>(values[i]), 0.0L);
    }

    bool m_swapped;
    double m_slope;
    double m_intercept;
    double m_min = std::numeric_limits<double>::infinity();
    double m_max = -std::numeric_limits<double>::infinity();
    VolumeStatistics m_counts;
    Moments m_moments;
};

template <class T>
std::unique_ptr<StatisticsAccumulator::Kernel> makeKernel(bool swapped, double slope,
                                                          double intercept)
{
    if (std::is_floating_point_v<T> || slope != 1.0 || intercept != 0.0)
        return std::make_unique<DoubleKernel<T>>(swapped, slope, intercept);
    if constexpr (!std::is_floating_point_v<T> && sizeof(T) == 8)
        return std::make_unique<WideIntegerKernel<T>>(swapped);
    else if constexpr (!std::is_floating_point_v<T>)
        return std::make_unique<IntegerKernel<T>>(swapped);
    else
        return nullptr; // floating point has returned above
}

} // namespace

StatisticsAccumulator::StatisticsAccumulator(ScalarType type, bool swapped, double slope,
                                             double intercept)
    : m_kernel(visitScalar(type,
                           [&]<class T>(std::type_identity<T>) {
                               return makeKernel<T>(swapped, slope, intercept);
                           })),
      m_valueSize(scalarSize(type))
{
}

StatisticsAccumulator::~StatisticsAccumulator() = default;
StatisticsAccumulator::StatisticsAccumulator(StatisticsAccumulator &&) noexcept = default;
StatisticsAccumulator &
StatisticsAccumulator::operator=(StatisticsAccumulator &&) noexcept = default;

void StatisticsAccumulator::add(std::span<const std::byte> bytes)
{
    if (m_partialBytes > 0) {
        const std::size_t wanted = std::min(m_valueSize - m_partialBytes, bytes.size());
        std::copy_n(bytes.begin(), wanted,
                    m_partial.begin() + static_cast<std::ptrdiff_t>(m_partialBytes));
        m_partialBytes += wanted;
        bytes = bytes.subspan(wanted);
        if (m_partialBytes < m_valueSize)
            return;
        m_kernel->add(m_partial.data(), 1);
        m_partialBytes = 0;
    }
    while (bytes.size() >= m_valueSize) {
        const std::size_t count = std::min(bytes.size() / m_valueSize, kBlock);
        m_kernel->add(bytes.data(), count);
        bytes = bytes.subspan(count * m_valueSize);
    }
    std::copy(bytes.begin(), bytes.end(), m_partial.begin());
    m_partialBytes = bytes.size();
}

VolumeStatistics StatisticsAccumulator::result() const
{
    return m_kernel->result();
}

void swapByteOrder(std::span<std::byte> values, std::size_t valueSize)
{
    if (valueSize < 2)
        return;
    for (std::size_t i = 0; i + valueSize <= values.size(); i += valueSize)
        std::reverse(values.begin() + static_cast<std::ptrdiff_t>(i),
                     values.begin() + static_cast<std::ptrdiff_t>(i + valueSize));
}

} // namespace mrb::volume
