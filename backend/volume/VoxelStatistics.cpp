// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/VoxelStatistics.h"

#include "backend/volume/IntegerStatistics.h"
#include "backend/volume/ScalarVisit.h"
#include "backend/volume/StatisticsKernel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace mrb::volume {

namespace {

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
template <class Visitor> void forEachInLanes(const double *values, std::size_t count, Visitor visit)
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
    out.deviations = std::max(static_cast<long double>(second.total()) - rest * rest / n, 0.0L);
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
