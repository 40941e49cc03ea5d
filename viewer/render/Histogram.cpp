// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/Histogram.h"

#include "backend/volume/ScalarVisit.h"
#include "viewer/render/Intensities.h"

#include <QtGlobal>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace mrb::viewer {

namespace {

/// Voxels between two looks at the stop token.
constexpr std::uint64_t kChunk = std::uint64_t{1} << 20U;
/// Voxels whose intensities or bins are worked out together, in a core's first-level cache.
constexpr std::size_t kBlock = 1024;
/// Neighbouring voxels are counted in tables of their own: equal ones, as in air, would otherwise
/// have to wait for each other.
constexpr std::size_t kTables = 4;
/// Integers are counted one by one up to this range, and put into bins afterwards.
constexpr std::uint64_t kLargestTable = std::uint64_t{1} << 16U;

/// Calls work(first, count) for one chunk after the other; false when it was stopped.
template <class Work>
bool forEachChunk(std::uint64_t voxels, const std::stop_token &stop, Work &&work)
{
    for (std::uint64_t first = 0; first < voxels; first += kChunk) {
        if (stop.stop_requested())
            return false;
        work(first, std::min(kChunk, voxels - first));
    }
    return true;
}

/// Counts by index in kTables tables, which total() adds up.
class Tally
{
public:
    explicit Tally(std::size_t size) : m_size(size), m_counts(kTables * size) {}

    template <class IndexOf> void add(std::uint64_t count, IndexOf &&indexOf)
    {
        std::uint64_t *tables = m_counts.data();
        std::uint64_t at = 0;
        for (; at + kTables <= count; at += kTables)
            for (std::size_t table = 0; table < kTables; ++table)
                ++tables[table * m_size + indexOf(at + table)];
        for (; at < count; ++at)
            ++tables[indexOf(at)];
    }

    std::vector<std::uint64_t> total() const
    {
        std::vector<std::uint64_t> sum(m_size);
        for (std::size_t index = 0; index < m_counts.size(); ++index)
            sum[index % m_size] += m_counts[index];
        return sum;
    }

private:
    std::size_t m_size;
    std::vector<std::uint64_t> m_counts;
};

template <class T> T load(const std::byte *bytes, std::uint64_t index)
{
    T value;
    std::memcpy(&value, bytes + index * sizeof(T), sizeof(T));
    return value;
}

/// Bins with the same number of stored integers each.
template <class T>
Histogram integerHistogram(const volume::Volume &volume, std::size_t bins,
                           const std::stop_token &stop)
{
    const std::uint64_t voxels = volume.geometry.voxelCount();
    const std::byte *bytes = volume.voxels->data();
    T low = std::numeric_limits<T>::max();
    T high = std::numeric_limits<T>::min();
    const auto look = [&](std::uint64_t first, std::uint64_t count) {
        for (std::uint64_t index = first; index < first + count; ++index) {
            const T value = load<T>(bytes, index);
            low = std::min(low, value);
            high = std::max(high, value);
        }
    };
    if (!forEachChunk(voxels, stop, look))
        return {};

    // Unsigned, so that no difference of two values overflows; negative ones wrap as they must.
    // NOLINTBEGIN(bugprone-signed-char-misuse)
    using Offset = std::conditional_t<(sizeof(T) < 8), std::uint32_t, std::uint64_t>;
    const auto base = static_cast<Offset>(low);
    const Offset range = static_cast<Offset>(high) - base;
    // NOLINTEND(bugprone-signed-char-misuse)
    const auto perBin = static_cast<Offset>(range / bins + 1);
    const bool byValue = range < kLargestTable;
    Tally tally(byValue ? range + 1 : range / perBin + 1);
    const auto count = [&](std::uint64_t first, std::uint64_t number) {
        const auto offset = [&](std::uint64_t at) {
            return static_cast<Offset>(static_cast<Offset>(load<T>(bytes, first + at)) - base);
        };
        if (byValue)
            tally.add(number, offset);
        else
            tally.add(number, [&](std::uint64_t at) { return offset(at) / perBin; });
    };
    if (!forEachChunk(voxels, stop, count))
        return {};

    Histogram histogram;
    histogram.counts = tally.total();
    if (byValue && perBin > 1) {
        std::vector<std::uint64_t> wide(range / perBin + 1);
        for (std::size_t value = 0; value < histogram.counts.size(); ++value)
            wide[value / perBin] += histogram.counts[value];
        histogram.counts = std::move(wide);
    }
    const auto scaled = [&volume](double stored) {
        return stored * volume.slope + volume.intercept;
    };
    histogram.low = scaled(static_cast<double>(low));
    histogram.high = scaled(static_cast<double>(high));
    histogram.binWidth = std::abs(volume.slope) * static_cast<double>(perBin);
    histogram.firstEdge = scaled(static_cast<double>(low) - 0.5);
    if (volume.slope < 0.0) {
        std::swap(histogram.low, histogram.high);
        std::reverse(histogram.counts.begin(), histogram.counts.end());
        histogram.firstEdge -= static_cast<double>(histogram.counts.size()) * histogram.binWidth;
    }
    return histogram;
}

/// Smallest and largest of the finite values, in lanes that a compiler can keep side by side.
struct Extremes
{
    static constexpr std::size_t kLanes = 4;
    std::array<double, kLanes> low;
    std::array<double, kLanes> high;
    std::uint64_t finite = 0;

    Extremes()
    {
        low.fill(std::numeric_limits<double>::infinity());
        high.fill(-std::numeric_limits<double>::infinity());
    }

    void add(const std::array<double, kBlock> &values)
    {
        for (std::size_t first = 0; first < kBlock; first += kLanes)
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                const double value = values[first + lane];
                // Not a number for infinities too; such a value loses every comparison.
                const double usable = value + (value - value);
                low[lane] = usable < low[lane] ? usable : low[lane];
                high[lane] = usable > high[lane] ? usable : high[lane];
                finite += usable == value ? 1U : 0U;
            }
    }
};

/// Calls work(values) block by block; the last block is filled up with what is not a number.
template <class Work>
bool forEachBlock(const volume::Volume &volume, const std::stop_token &stop, Work &&work)
{
    std::array<double, kBlock> values{};
    return forEachChunk(
        volume.geometry.voxelCount(), stop, [&](std::uint64_t first, std::uint64_t count) {
            for (std::uint64_t done = 0; done < count; done += kBlock) {
                const auto size =
                    static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, count - done));
                readIntensities(volume, first + done, {values.data(), size});
                std::fill(values.begin() + static_cast<std::ptrdiff_t>(size), values.end(),
                          std::numeric_limits<double>::quiet_NaN());
                work(values);
            }
        });
}

/// Equal bins between the extremes; in double whatever the stored type.
Histogram floatingHistogram(const volume::Volume &volume, std::size_t bins,
                            const std::stop_token &stop)
{
    Extremes extremes;
    if (!forEachBlock(volume, stop, [&](const auto &values) { extremes.add(values); }))
        return {};
    Histogram histogram;
    histogram.notFinite = volume.geometry.voxelCount() - extremes.finite;
    if (extremes.finite == 0)
        return histogram;
    const double low = *std::min_element(extremes.low.begin(), extremes.low.end());
    const double high = *std::max_element(extremes.high.begin(), extremes.high.end());
    histogram.low = low;
    histogram.high = high;
    // Quarters, because high - low may be more than a double holds.
    const double quarterWidth = (high / 4.0 - low / 4.0) / static_cast<double>(bins);
    const double perQuarter = 1.0 / quarterWidth;
    if (!(quarterWidth > 0.0) || !std::isfinite(perQuarter)) {
        histogram.firstEdge = low - 0.5;
        histogram.counts = {extremes.finite};
        return histogram;
    }
    histogram.firstEdge = low;
    histogram.binWidth = std::min(4.0 * quarterWidth, std::numeric_limits<double>::max());

    Tally tally(bins + 1); // the last for what is not finite
    const auto last = static_cast<double>(bins - 1);
    const auto notFinite = static_cast<double>(bins);
    std::array<std::int32_t, kBlock> indices{};
    const auto count = [&](const std::array<double, kBlock> &values) {
        for (std::size_t at = 0; at < kBlock; ++at) {
            const double bin = (values[at] * 0.25 - low * 0.25) * perQuarter;
            const double inRange = bin < last ? bin : last;
            indices[at] =
                static_cast<std::int32_t>(values[at] - values[at] == 0.0 ? inRange : notFinite);
        }
        tally.add(kBlock, [&](std::uint64_t at) { return static_cast<std::size_t>(indices[at]); });
    };
    if (!forEachBlock(volume, stop, count))
        return {};
    histogram.counts = tally.total();
    histogram.counts.pop_back();
    return histogram;
}

} // namespace

double Histogram::logHeight(std::size_t bin) const
{
    if (highest == 0)
        return 0.0;
    return std::log1p(static_cast<double>(counts[bin])) / std::log1p(static_cast<double>(highest));
}

Histogram histogramOf(const volume::Volume &volume, std::size_t bins, std::stop_token stop)
{
    Q_ASSERT(bins >= 2);
    Histogram histogram =
        volume::visitScalar(volume.storedType, [&]<class T>(std::type_identity<T>) {
            if constexpr (std::is_integral_v<T>)
                return integerHistogram<T>(volume, bins, stop);
            else
                return floatingHistogram(volume, bins, stop);
        });
    if (!histogram.isEmpty())
        histogram.highest = *std::max_element(histogram.counts.begin(), histogram.counts.end());
    return histogram;
}

} // namespace mrb::viewer
