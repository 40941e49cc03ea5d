// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/MeasurementGrid.h"

#include "backend/volume/ScalarVisit.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <span>

namespace mrb::volume {

namespace {

/// Copies values out of the byte buffer, which need not be aligned for T.
template <class T> void loadValues(const Volume &volume, std::size_t first, std::span<T> out)
{
    std::memcpy(out.data(), volume.voxels->data() + first * sizeof(T), out.size_bytes());
}

/// Walks a volume of stored type T row by row and fills a MeasurementGrid.
template <class T> class GridBuilder
{
public:
    GridBuilder(const Volume &volume, MeasurementGrid &grid)
        : m_volume(volume),
          m_grid(grid),
          m_stored(static_cast<std::size_t>(volume.geometry.dims[0])),
          m_row(m_stored.size()),
          m_sums(cellsPerSlab()),
          m_counts(cellsPerSlab())
    {
    }

    void build()
    {
        const auto &dims = m_volume.geometry.dims;
        m_grid.values.reserve(cellsPerSlab() * static_cast<std::size_t>(m_grid.dims[2]));
        for (std::int64_t z = 0; z < dims[2]; ++z) {
            m_sliceIsConstant = true;
            for (std::int64_t y = 0; y < dims[1]; ++y) {
                loadRow(y, z);
                checkConstant(y == 0);
                countRow();
                addRowToCells(y / m_grid.factor[1]);
            }
            m_grid.constantSlices += m_sliceIsConstant ? 1 : 0;
            if ((z + 1) % m_grid.factor[2] == 0 || z + 1 == dims[2])
                finishSlab();
        }
        m_grid.min = m_grid.anyFinite ? m_min : 0.0;
        m_grid.max = m_grid.anyFinite ? m_max : 0.0;
        const auto background = static_cast<float>(m_grid.min);
        for (float &value : m_grid.values) {
            if (std::isnan(value))
                value = background;
        }
    }

private:
    std::size_t cellsPerSlab() const
    {
        return static_cast<std::size_t>(m_grid.dims[0] * m_grid.dims[1]);
    }

    void loadRow(std::int64_t y, std::int64_t z)
    {
        const auto &dims = m_volume.geometry.dims;
        loadValues<T>(m_volume, static_cast<std::size_t>((z * dims[1] + y) * dims[0]), m_stored);
        if (m_volume.isScaled()) {
            for (std::size_t x = 0; x < m_row.size(); ++x)
                m_row[x] = static_cast<double>(m_stored[x]) * m_volume.slope + m_volume.intercept;
        } else {
            for (std::size_t x = 0; x < m_row.size(); ++x)
                m_row[x] = static_cast<double>(m_stored[x]);
        }
    }

    void checkConstant(bool firstOfSlice)
    {
        if (firstOfSlice)
            m_sliceValue = m_row[0];
        if (!m_sliceIsConstant)
            return;
        const double value = m_sliceValue;
        m_sliceIsConstant = std::all_of(m_row.begin(), m_row.end(), [value](double other) {
            return other == value || (std::isnan(other) && std::isnan(value));
        });
    }

    void countRow()
    {
        std::size_t finite = 0;
        for (const double value : m_row)
            finite += value - value == 0.0 ? 1U : 0U; // NaN for NaN and infinities
        m_rowIsFinite = finite == m_row.size();
        if (m_rowIsFinite) {
            countFinite(m_row);
            return;
        }
        m_finiteRow.clear();
        std::copy_if(m_row.begin(), m_row.end(), std::back_inserter(m_finiteRow),
                     [](double value) { return std::isfinite(value); });
        if (finite > 0)
            countFinite(m_finiteRow);
    }

    void countFinite(const std::vector<double> &row)
    {
        std::uint64_t zeros = 0;
        std::uint64_t negatives = 0;
        double low = row[0];
        double high = row[0];
        for (const double value : row) {
            zeros += value == 0.0 ? 1U : 0U;
            negatives += value < 0.0 ? 1U : 0U;
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        m_grid.zeros += zeros;
        m_grid.negatives += negatives;
        m_grid.anyFinite = true;
        m_min = std::min(m_min, low);
        if (high > m_max) {
            m_max = high;
            m_grid.atMaximum = 0;
        }
        if (high == m_max)
            m_grid.atMaximum +=
                static_cast<std::uint64_t>(std::count(row.begin(), row.end(), high));
    }

    void addRowToCells(std::int64_t cellY)
    {
        const auto factor = static_cast<std::size_t>(m_grid.factor[0]);
        auto cell = static_cast<std::size_t>(cellY * m_grid.dims[0]);
        for (std::size_t x = 0; x < m_row.size(); x += factor, ++cell) {
            const std::size_t end = std::min(x + factor, m_row.size());
            if (m_rowIsFinite) {
                double sum = 0.0;
                for (std::size_t i = x; i < end; ++i)
                    sum += m_row[i];
                m_sums[cell] += sum;
                m_counts[cell] += static_cast<std::uint32_t>(end - x);
            } else {
                for (std::size_t i = x; i < end; ++i) {
                    const bool finite = std::isfinite(m_row[i]);
                    m_sums[cell] += finite ? m_row[i] : 0.0;
                    m_counts[cell] += finite ? 1U : 0U;
                }
            }
        }
    }

    /// NaN marks a cell without finite voxels until the minimum is known.
    void finishSlab()
    {
        for (std::size_t cell = 0; cell < m_sums.size(); ++cell) {
            constexpr double kLargest = std::numeric_limits<float>::max();
            const double mean =
                std::clamp(m_sums[cell] / static_cast<double>(m_counts[cell]), -kLargest, kLargest);
            m_grid.values.push_back(m_counts[cell] > 0 ? static_cast<float>(mean)
                                                       : std::numeric_limits<float>::quiet_NaN());
            m_sums[cell] = 0.0;
            m_counts[cell] = 0;
        }
    }

    const Volume &m_volume;
    MeasurementGrid &m_grid;
    std::vector<T> m_stored;
    std::vector<double> m_row;
    std::vector<double> m_finiteRow; ///< of a row that has other values too
    std::vector<double> m_sums;
    std::vector<std::uint32_t> m_counts;
    bool m_rowIsFinite = true;
    bool m_sliceIsConstant = true;
    double m_sliceValue = 0.0;
    double m_min = std::numeric_limits<double>::infinity();
    double m_max = -std::numeric_limits<double>::infinity();
};

/// The pseudo-residuals of a regular sample of the voxels above the threshold.
template <class T> std::vector<double> pseudoResiduals(const Volume &volume, double threshold)
{
    constexpr double kMaxSamples = 2.0 * 1024.0 * 1024.0;
    const double scale = std::sqrt(6.0 / 7.0); // makes the residual of white noise as wide as it
    const auto &dims = volume.geometry.dims;
    const auto voxels = static_cast<double>(volume.geometry.voxelCount());
    const auto step = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(std::ceil(std::cbrt(voxels / kMaxSamples))));
    const auto intensity = [&volume](std::int64_t index) {
        T stored{};
        loadValues<T>(volume, static_cast<std::size_t>(index), std::span<T>(&stored, 1));
        return static_cast<double>(stored) * volume.slope + volume.intercept;
    };
    const std::array<std::int64_t, 3> strides = {1, dims[0], dims[0] * dims[1]};
    std::vector<double> residuals;
    for (std::int64_t z = 1; z < dims[2] - 1; z += step) {
        for (std::int64_t y = 1; y < dims[1] - 1; y += step) {
            for (std::int64_t x = 1; x < dims[0] - 1; x += step) {
                const std::int64_t index = x + y * strides[1] + z * strides[2];
                const double value = intensity(index);
                double lowest = value;
                double sum = 0.0;
                for (const std::int64_t stride : strides) {
                    const double before = intensity(index - stride);
                    const double after = intensity(index + stride);
                    lowest = std::min({lowest, before, after});
                    sum += before + after;
                }
                const double residual = scale * std::abs(value - sum / 6.0);
                if (lowest > threshold && std::isfinite(residual))
                    residuals.push_back(residual);
            }
        }
    }
    return residuals;
}

} // namespace

MeasurementGrid makeMeasurementGrid(const Volume &volume)
{
    MeasurementGrid grid;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::int64_t extent = volume.geometry.dims[axis];
        grid.factor[axis] = (extent + kMaxGridCells - 1) / kMaxGridCells;
        grid.dims[axis] = (extent + grid.factor[axis] - 1) / grid.factor[axis];
    }
    visitScalar(volume.storedType,
                [&]<class T>(std::type_identity<T>) { GridBuilder<T>(volume, grid).build(); });
    return grid;
}

std::optional<double> estimateNoise(const Volume &volume, double threshold)
{
    constexpr std::size_t kFewest = 100;
    constexpr double kMadToSigma = 1.4826; // of a normal distribution
    auto residuals = visitScalar(volume.storedType, [&]<class T>(std::type_identity<T>) {
        return pseudoResiduals<T>(volume, threshold);
    });
    if (residuals.size() < kFewest)
        return std::nullopt;
    const auto middle = residuals.begin() + static_cast<std::ptrdiff_t>(residuals.size() / 2);
    std::nth_element(residuals.begin(), middle, residuals.end());
    return kMadToSigma * *middle;
}

} // namespace mrb::volume
