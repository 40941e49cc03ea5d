// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/SlicePipeline.h"

#include "viewer/render/ColourMap.h"

#include <QColor>

#include <vtkDataArray.h>
#include <vtkImageData.h>
#include <vtkImageMapToColors.h>
#include <vtkImageReslice.h>
#include <vtkLookupTable.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace mrb::viewer {

namespace {

// VTK writes four bytes per pixel. With blue first in the lookup table they are a QRgb in memory,
// which Qt paints without converting.
static_assert(std::endian::native == std::endian::little);
constexpr qsizetype kBytesPerPixel = 4;
constexpr int kColours = 256;

int vtkType(volume::ScalarType type)
{
    using volume::ScalarType;
    switch (type) {
    case ScalarType::Int8:
        return VTK_TYPE_INT8;
    case ScalarType::UInt8:
        return VTK_TYPE_UINT8;
    case ScalarType::Int16:
        return VTK_TYPE_INT16;
    case ScalarType::UInt16:
        return VTK_TYPE_UINT16;
    case ScalarType::Int32:
        return VTK_TYPE_INT32;
    case ScalarType::UInt32:
        return VTK_TYPE_UINT32;
    case ScalarType::Float32:
        return VTK_TYPE_FLOAT32;
    case ScalarType::Int64:
    case ScalarType::UInt64:
        Q_ASSERT(false); // drawableVolume() has converted them
        break;
    case ScalarType::Float64:
        break;
    }
    return VTK_TYPE_FLOAT64;
}

/// Interpolating in the stored type would round between neighbouring integers; in float, large
/// integers would lose digits.
int interpolatedType(volume::ScalarType type)
{
    return volume::scalarSize(type) <= 2 || type == volume::ScalarType::Float32 ? VTK_FLOAT
                                                                                : VTK_DOUBLE;
}

/// An image over the volume's own buffer, in voxel indices: origin 0, spacing 1. The volume must
/// outlive it. VTK's array interface is not const; the pipeline only reads.
void shareVoxels(const volume::Volume &volume, vtkImageData *image)
{
    const auto array = vtkSmartPointer<vtkDataArray>::Take(
        vtkDataArray::CreateDataArray(vtkType(volume.storedType)));
    constexpr int kVtkMustNotFree = 1;
    array->SetVoidArray(const_cast<std::byte *>(volume.voxels->data()),
                        static_cast<vtkIdType>(volume.geometry.voxelCount()), kVtkMustNotFree);
    const auto &dims = volume.geometry.dims;
    image->SetDimensions(static_cast<int>(dims[0]), static_cast<int>(dims[1]),
                         static_cast<int>(dims[2]));
    image->GetPointData()->SetScalars(array);
}

} // namespace

class SlicePipeline::Stages
{
public:
    Stages(const volume::Volume &volume, Plane plane)
        : m_volume(drawableVolume(volume)),
          m_axes({planeAxes(volume.geometry, plane, Convention::Radiological),
                  planeAxes(volume.geometry, plane, Convention::Neurological)})
    {
        Q_ASSERT(volume.voxels &&
                 volume.voxels->size() ==
                     volume.geometry.voxelCount() * volume::scalarSize(volume.storedType));
        shareVoxels(m_volume, m_image);
        m_reslice->SetInputData(m_image);
        m_colours->SetInputConnection(m_reslice->GetOutputPort());
        m_colours->SetLookupTable(m_table);
        m_colours->SetOutputFormatToRGBA();
        m_table->SetNumberOfTableValues(kColours);
        setColour(kNotANumberColour, [this](auto... bgr) { m_table->SetNanColor(bgr..., 1.0); });
    }

    const PlaneAxes &axes(Convention convention) const
    {
        return m_axes[static_cast<std::size_t>(convention)];
    }

    QImage picture(SliceRequest request)
    {
        const PlaneAxes &plane = axes(request.convention);
        if (request.part.isNull())
            request.part = QRect(QPoint(), request.pixels);
        Q_ASSERT(!request.part.isEmpty());
        Q_ASSERT(QRect(QPoint(), request.pixels).contains(request.part));
        Q_ASSERT(request.slice >= 0 && request.slice < plane.normal.voxels);
        if (request == m_shown)
            return m_picture;
        placeSlice(plane, request);
        setInterpolation(request, slabSlices(request.slab, plane.normal, request.slice));
        setColours(request.colours);
        m_colours->Update();
        const vtkImageData *output = m_colours->GetOutput();
        const auto *pixels =
            static_cast<const uchar *>(const_cast<vtkImageData *>(output)->GetScalarPointer());
        const int width = request.part.width();
        // A copy, because VTK reuses its buffer for the next slice.
        m_picture = QImage(pixels, width, request.part.height(), kBytesPerPixel * width,
                           QImage::Format_RGB32)
                        .copy();
        m_shown = std::move(request);
        return m_picture;
    }

private:
    /// The lookup table wants blue first: see kBytesPerPixel.
    template <class Set> static void setColour(QRgb rgb, const Set &set)
    {
        const QColor colour(rgb);
        set(double{colour.blueF()}, double{colour.greenF()}, double{colour.redF()});
    }

    /// Pixel centres in voxel indices: both grids cover the same field of view, from the outer edge
    /// of the first voxel to that of the last.
    void placeSlice(const PlaneAxes &plane, const SliceRequest &request)
    {
        std::array<double, 9> directions{};
        std::array<double, 3> origin{};
        std::array<double, 2> step{};
        const std::array<AxisRun, 2> runs = {plane.column, plane.row};
        const std::array<int, 2> pixels = {request.pixels.width(), request.pixels.height()};
        for (std::size_t i = 0; i < 2; ++i) {
            directions[3 * i + runs[i].voxelAxis] = runs[i].step;
            origin[runs[i].voxelAxis] =
                runs[i].step > 0 ? 0.0 : static_cast<double>(runs[i].voxels - 1);
            step[i] = static_cast<double>(runs[i].voxels) / pixels[i];
        }
        const SlabSlices slab = slabSlices(request.slab, plane.normal, request.slice);
        directions[6 + plane.normal.voxelAxis] = 1.0;
        // VTK takes half of a slab's samples, rounded down, before the origin.
        const std::int64_t middle = slab.first + slab.count() / 2;
        origin[plane.normal.voxelAxis] = static_cast<double>(middle);

        m_reslice->SetResliceAxesDirectionCosines(directions.data());
        m_reslice->SetResliceAxesOrigin(origin.data());
        m_reslice->SetOutputSpacing(step[0], step[1], 1.0);
        m_reslice->SetOutputOrigin(step[0] / 2.0 - 0.5, step[1] / 2.0 - 0.5, 0.0);
        m_reslice->SetOutputExtent(request.part.left(), request.part.right(), request.part.top(),
                                   request.part.bottom(), 0, 0);
    }

    void setInterpolation(const SliceRequest &request, const SlabSlices &slab)
    {
        m_reslice->SetSlabNumberOfSlices(static_cast<int>(slab.count()));
        switch (request.slab.mode) {
        case SlabMode::Off:
        case SlabMode::Mean:
            m_reslice->SetSlabModeToMean();
            break;
        case SlabMode::Maximum:
        case SlabMode::Minimum:
            // Stored values fall where intensities rise when the slope is negative.
            if ((request.slab.mode == SlabMode::Maximum) == (m_volume.slope > 0.0))
                m_reslice->SetSlabModeToMax();
            else
                m_reslice->SetSlabModeToMin();
            break;
        }
        const bool asStored = request.interpolation == Interpolation::Nearest && slab.count() == 1;
        m_reslice->SetOutputScalarType(asStored ? vtkType(m_volume.storedType)
                                                : interpolatedType(m_volume.storedType));
        switch (request.interpolation) {
        case Interpolation::Nearest:
            m_reslice->SetInterpolationModeToNearestNeighbor();
            break;
        case Interpolation::Linear:
            m_reslice->SetInterpolationModeToLinear();
            break;
        case Interpolation::Cubic:
            m_reslice->SetInterpolationModeToCubic();
            break;
        }
    }

    void setColours(const ColourScale &scale)
    {
        const bool falling = m_volume.slope < 0.0; // stored values against intensities
        if (!m_filled || m_filled->map != scale.map ||
            m_filled->markOutOfRange != scale.markOutOfRange)
            fillTable(scale, falling);
        double first = storedValue(scale.window.low);
        double last = storedValue(scale.window.high);
        if (falling)
            std::swap(first, last);
        // What lies at an end is not outside, whatever the division has rounded.
        const double rounding = m_volume.isScaled() ? rounded(scale.window) : 0.0;
        m_table->SetTableRange(first - rounding, last + rounding);
        m_filled = scale;
    }

    double storedValue(double intensity) const
    {
        return (intensity - m_volume.intercept) / m_volume.slope;
    }

    /// More than storedValue() of a window's end can be wrong.
    double rounded(const IntensityWindow &window) const
    {
        const double largest =
            std::max(std::abs(window.low), std::abs(window.high)) + std::abs(m_volume.intercept);
        return 4.0 * std::numeric_limits<double>::epsilon() * largest / std::abs(m_volume.slope);
    }

    void fillTable(const ColourScale &scale, bool falling)
    {
        const ColourMap *map = findColourMap(scale.map);
        Q_ASSERT(map);
        for (int index = 0; index < kColours; ++index) {
            const auto entry = static_cast<std::size_t>(falling ? kColours - 1 - index : index);
            setColour(map->colours[entry],
                      [this, index](auto... bgr) { m_table->SetTableValue(index, bgr..., 1.0); });
        }
        m_table->SetUseBelowRangeColor(scale.markOutOfRange);
        m_table->SetUseAboveRangeColor(scale.markOutOfRange);
        setColour(falling ? kAboveWindowColour : kBelowWindowColour,
                  [this](auto... bgr) { m_table->SetBelowRangeColor(bgr..., 1.0); });
        setColour(falling ? kBelowWindowColour : kAboveWindowColour,
                  [this](auto... bgr) { m_table->SetAboveRangeColor(bgr..., 1.0); });
    }

    volume::Volume m_volume;         // keeps the shared voxels alive for m_image
    std::array<PlaneAxes, 2> m_axes; // by Convention
    vtkNew<vtkImageData> m_image;
    vtkNew<vtkImageReslice> m_reslice;
    vtkNew<vtkLookupTable> m_table;
    vtkNew<vtkImageMapToColors> m_colours;
    std::optional<ColourScale> m_filled; ///< what the table holds
    SliceRequest m_shown;
    QImage m_picture; ///< of m_shown
};

volume::Volume drawableVolume(const volume::Volume &volume)
{
    const auto converted = [&volume]<class T>(std::type_identity<T>) {
        auto bytes = std::make_shared<std::vector<std::byte>>(volume.voxels->size());
        for (std::size_t offset = 0; offset < bytes->size(); offset += sizeof(T)) {
            T stored;
            std::memcpy(&stored, volume.voxels->data() + offset, sizeof stored);
            const auto value = static_cast<double>(stored);
            std::memcpy(bytes->data() + offset, &value, sizeof value);
        }
        volume::Volume result = volume;
        result.storedType = volume::ScalarType::Float64;
        result.voxels = std::move(bytes);
        return result;
    };
    if (volume.storedType == volume::ScalarType::Int64)
        return converted(std::type_identity<std::int64_t>{});
    if (volume.storedType == volume::ScalarType::UInt64)
        return converted(std::type_identity<std::uint64_t>{});
    return volume;
}

SlicePipeline::SlicePipeline(const volume::Volume &volume, Plane plane)
    : m_stages(std::make_unique<Stages>(volume, plane))
{
}

SlicePipeline::~SlicePipeline() = default;
SlicePipeline::SlicePipeline(SlicePipeline &&) noexcept = default;
SlicePipeline &SlicePipeline::operator=(SlicePipeline &&) noexcept = default;

const PlaneAxes &SlicePipeline::axes(Convention convention) const
{
    return m_stages->axes(convention);
}

QImage SlicePipeline::picture(const SliceRequest &request)
{
    return m_stages->picture(request);
}

VolumeSlices::VolumeSlices(const volume::Volume &volume)
    : m_volume(drawableVolume(volume)), // once rather than once per plane
      m_planes({SlicePipeline(m_volume, Plane::Axial), SlicePipeline(m_volume, Plane::Coronal),
                SlicePipeline(m_volume, Plane::Sagittal)})
{
}

} // namespace mrb::viewer
