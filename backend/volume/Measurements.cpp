// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/Measurements.h"

#include "backend/base/Text.h"
#include "backend/volume/MeasurementGrid.h"
#include "backend/volume/VolumeErrors.h"

#include <itkConnectedComponentImageFilter.h>
#include <itkHistogram.h>
#include <itkImage.h>
#include <itkOtsuThresholdCalculator.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <vector>

namespace mrb::volume {

namespace {

using MaskImage = itk::Image<unsigned char, 3>;
using LabelImage = itk::Image<std::uint32_t, 3>;
using Cell = std::array<std::int64_t, 3>;

template <class Image> typename Image::Pointer makeImage(const std::array<std::int64_t, 3> &dims)
{
    typename Image::SizeType size;
    for (unsigned int axis = 0; axis < 3; ++axis)
        size[axis] = static_cast<itk::SizeValueType>(dims[axis]);
    auto image = Image::New();
    image->SetRegions(size);
    image->Allocate();
    return image;
}

/// ITK's calculator on a histogram counted here, which takes a tenth of ITK's own counting.
double otsuThreshold(const MeasurementGrid &grid, float low, float high)
{
    using Histogram = itk::Statistics::Histogram<double>;
    constexpr std::size_t kBins = 256;
    const double lower = static_cast<double>(low);
    const double upper = static_cast<double>(high);
    std::array<std::uint64_t, kBins> counts{};
    const double binsPerUnit = static_cast<double>(kBins) / (upper - lower);
    for (const float value : grid.values) {
        const auto bin =
            static_cast<std::size_t>((static_cast<double>(value) - lower) * binsPerUnit);
        ++counts[std::min(bin, kBins - 1)];
    }
    const auto histogram = Histogram::New();
    histogram->SetMeasurementVectorSize(1);
    Histogram::SizeType size(1);
    size.Fill(kBins);
    Histogram::MeasurementVectorType first(1);
    Histogram::MeasurementVectorType last(1);
    first.Fill(lower);
    last.Fill(upper);
    histogram->Initialize(size, first, last);
    for (std::size_t bin = 0; bin < kBins; ++bin)
        histogram->SetFrequency(bin, counts[bin]);
    const auto calculator = itk::OtsuThresholdCalculator<Histogram, double>::New();
    calculator->SetInput(histogram);
    calculator->Update();
    return calculator->GetThreshold();
}

/// Labels 1, 2, ... of the face-connected cells above the threshold; 0 elsewhere.
LabelImage::Pointer labelComponents(const MeasurementGrid &grid, double threshold)
{
    const auto mask = makeImage<MaskImage>(grid.dims);
    std::transform(grid.values.begin(), grid.values.end(), mask->GetBufferPointer(),
                   [threshold](float value) -> unsigned char {
                       return static_cast<double>(value) > threshold ? 1 : 0;
                   });
    const auto filter = itk::ConnectedComponentImageFilter<MaskImage, LabelImage>::New();
    filter->SetInput(mask);
    filter->SetFullyConnected(false);
    filter->Update();
    LabelImage::Pointer labels = filter->GetOutput();
    labels->DisconnectPipeline();
    return labels;
}

/// Fills in what is known of the foreground, component by component.
class ForegroundSurvey
{
public:
    ForegroundSurvey(const Volume &volume, const MeasurementGrid &grid, const LabelImage &labels)
        : m_geometry(volume.geometry), m_grid(grid), m_labels(labels.GetBufferPointer())
    {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const std::int64_t factor = grid.factor[axis];
            for (std::int64_t first = 0; first < m_geometry.dims[axis]; first += factor)
                m_lengths[axis].push_back(std::min(factor, m_geometry.dims[axis] - first));
        }
    }

    void fill(VolumeMeasurements &out)
    {
        forEachCell([this](const Cell &cell, std::uint32_t label) {
            if (label >= m_voxelsOf.size())
                m_voxelsOf.resize(label + 1U);
            m_voxelsOf[label] += voxelsIn(cell);
        });
        const double total = static_cast<double>(m_geometry.voxelCount());
        const double foreground = total - static_cast<double>(m_voxelsOf[0]);
        out.foregroundFraction = foreground / total;
        out.components = static_cast<std::int64_t>(m_voxelsOf.size()) - 1;
        if (out.components == 0)
            return;
        const auto largest = std::max_element(m_voxelsOf.begin() + 1, m_voxelsOf.end());
        out.largestComponentFraction = static_cast<double>(*largest) / foreground;
        describe(static_cast<std::uint32_t>(largest - m_voxelsOf.begin()), out);
    }

private:
    template <class Visitor> void forEachCell(Visitor visitor) const
    {
        const std::uint32_t *label = m_labels;
        Cell cell{};
        for (cell[2] = 0; cell[2] < m_grid.dims[2]; ++cell[2]) {
            for (cell[1] = 0; cell[1] < m_grid.dims[1]; ++cell[1]) {
                for (cell[0] = 0; cell[0] < m_grid.dims[0]; ++cell[0])
                    visitor(cell, *label++);
            }
        }
    }

    /// Voxels along an axis that a cell covers; the last one may have fewer.
    std::int64_t length(std::size_t axis, const Cell &cell) const
    {
        return m_lengths[axis][static_cast<std::size_t>(cell[axis])];
    }

    std::uint64_t voxelsIn(const Cell &cell) const
    {
        return static_cast<std::uint64_t>(length(0, cell) * length(1, cell) * length(2, cell));
    }

    void describe(std::uint32_t wanted, VolumeMeasurements &out) const
    {
        Cell first = m_grid.dims;
        Cell last{};
        std::array<std::int64_t, 6> contact{}; // voxels of each face
        forEachCell([&](const Cell &cell, std::uint32_t label) {
            if (label != wanted)
                return;
            for (std::size_t axis = 0; axis < 3; ++axis) {
                first[axis] = std::min(first[axis], cell[axis]);
                last[axis] = std::max(last[axis], cell[axis]);
                const std::int64_t area =
                    length((axis + 1) % 3, cell) * length((axis + 2) % 3, cell);
                contact[2 * axis] += cell[axis] == 0 ? area : 0;
                contact[2 * axis + 1] += cell[axis] + 1 == m_grid.dims[axis] ? area : 0;
            }
        });
        const auto &dims = m_geometry.dims;
        BoundingBox box;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const auto faceVoxels =
                static_cast<double>(dims[(axis + 1) % 3] * dims[(axis + 2) % 3]);
            for (const std::size_t side : {std::size_t{0}, std::size_t{1}})
                out.faceContact[2 * axis + side] =
                    static_cast<double>(contact[2 * axis + side]) / faceVoxels;
            box.firstVoxel[axis] = first[axis] * m_grid.factor[axis];
            box.lastVoxel[axis] = std::min((last[axis] + 1) * m_grid.factor[axis], dims[axis]) - 1;
            box.sizeMm[axis] = static_cast<double>(box.lastVoxel[axis] - box.firstVoxel[axis] + 1) *
                               m_geometry.spacingMm[axis];
        }
        out.boundingBox = box;
    }

    const VolumeGeometry &m_geometry;
    const MeasurementGrid &m_grid;
    const std::uint32_t *m_labels;
    std::array<std::vector<std::int64_t>, 3> m_lengths; ///< of the cells along each axis, voxels
    std::vector<std::uint64_t> m_voxelsOf = std::vector<std::uint64_t>(1); ///< by label
};

Error measuringFailed(const QString &reason)
{
    return {error_codes::kMeasuringFailed,
            Text::tr("The volume cannot be measured: %1").arg(reason),
            Text::tr("Inspect it without measurements.")};
}

VolumeMeasurements measure(const Volume &volume)
{
    const MeasurementGrid grid = makeMeasurementGrid(volume);
    const auto total = static_cast<double>(volume.geometry.voxelCount());
    VolumeMeasurements out;
    out.blank = grid.min == grid.max;
    out.zeroFraction = static_cast<double>(grid.zeros) / total;
    out.negativeFraction = static_cast<double>(grid.negatives) / total;
    out.atMaximumFraction = static_cast<double>(grid.atMaximum) / total;
    out.constantAxialSlices = grid.constantSlices;
    out.gridDims = grid.dims;
    out.gridFactor = grid.factor;

    const auto [low, high] = std::minmax_element(grid.values.begin(), grid.values.end());
    if (out.blank || *low == *high)
        return out; // there is nothing to separate
    const double threshold = otsuThreshold(grid, *low, *high);
    out.otsuThreshold = threshold;
    ForegroundSurvey(volume, grid, *labelComponents(grid, threshold)).fill(out);
    out.noiseSigma = estimateNoise(volume, threshold);
    return out;
}

} // namespace

Result<VolumeMeasurements> measureVolume(const Volume &volume)
{
    const std::uint64_t voxels = volume.geometry.voxelCount();
    if (voxels == 0 || !volume.voxels ||
        volume.voxels->size() != voxels * scalarSize(volume.storedType))
        return measuringFailed(Text::tr("its voxels do not match its dimensions"));
    try {
        return measure(volume);
    } catch (const std::exception &failure) { // itk::ExceptionObject is one
        return measuringFailed(QString::fromUtf8(failure.what()));
    }
}

} // namespace mrb::volume
