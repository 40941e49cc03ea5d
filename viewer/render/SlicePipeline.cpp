// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/SlicePipeline.h"

#include <QColor>

#include <vtkDataArray.h>
#include <vtkImageData.h>
#include <vtkImageMapToColors.h>
#include <vtkImageReslice.h>
#include <vtkLookupTable.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>

#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

namespace mrb::viewer {

namespace {

// VTK writes four bytes per pixel. With blue first in the lookup table they are a QRgb in memory,
// which Qt paints without converting.
static_assert(std::endian::native == std::endian::little);
constexpr qsizetype kBytesPerPixel = 4;
constexpr int kGreys = 256;

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
        : m_volume(drawableVolume(volume)), m_axes(planeAxes(volume.geometry, plane))
    {
        Q_ASSERT(volume.voxels &&
                 volume.voxels->size() ==
                     volume.geometry.voxelCount() * volume::scalarSize(volume.storedType));
        shareVoxels(m_volume, m_image);
        m_reslice->SetInputData(m_image);
        m_colours->SetInputConnection(m_reslice->GetOutputPort());
        m_colours->SetLookupTable(m_table);
        m_colours->SetOutputFormatToRGBA();
        fillTable();
    }

    const PlaneAxes &axes() const { return m_axes; }

    QImage picture(const SliceView &view)
    {
        Q_ASSERT(!view.pixels.isEmpty());
        Q_ASSERT(view.slice >= 0 && view.slice < m_axes.normal.voxels);
        placeSlice(view);
        setWindow(view.window);
        m_colours->Update();
        const vtkImageData *output = m_colours->GetOutput();
        const auto *pixels =
            static_cast<const uchar *>(const_cast<vtkImageData *>(output)->GetScalarPointer());
        const int width = view.pixels.width();
        // A copy, because VTK reuses its buffer for the next slice.
        return QImage(pixels, width, view.pixels.height(), kBytesPerPixel * width,
                      QImage::Format_RGB32)
            .copy();
    }

private:
    void fillTable()
    {
        m_table->SetNumberOfTableValues(kGreys);
        // A negative slope turns the order of stored values round.
        for (int index = 0; index < kGreys; ++index) {
            const double grey =
                static_cast<double>(m_volume.slope < 0.0 ? kGreys - 1 - index : index) /
                (kGreys - 1);
            m_table->SetTableValue(index, grey, grey, grey, 1.0);
        }
        const QColor notANumber(kNotANumberColour);
        m_table->SetNanColor(notANumber.blueF(), notANumber.greenF(), notANumber.redF(), 1.0);
    }

    /// Pixel centres in voxel indices: both grids cover the same field of view, from the outer edge
    /// of the first voxel to that of the last.
    void placeSlice(const SliceView &view)
    {
        std::array<double, 9> directions{};
        std::array<double, 3> origin{};
        std::array<double, 2> step{};
        const std::array<AxisRun, 2> runs = {m_axes.column, m_axes.row};
        const std::array<int, 2> pixels = {view.pixels.width(), view.pixels.height()};
        for (std::size_t i = 0; i < 2; ++i) {
            directions[3 * i + runs[i].voxelAxis] = runs[i].step;
            origin[runs[i].voxelAxis] =
                runs[i].step > 0 ? 0.0 : static_cast<double>(runs[i].voxels - 1);
            step[i] = static_cast<double>(runs[i].voxels) / pixels[i];
        }
        directions[6 + m_axes.normal.voxelAxis] = 1.0;
        origin[m_axes.normal.voxelAxis] = static_cast<double>(view.slice);

        m_reslice->SetResliceAxesDirectionCosines(directions.data());
        m_reslice->SetResliceAxesOrigin(origin.data());
        m_reslice->SetOutputSpacing(step[0], step[1], 1.0);
        m_reslice->SetOutputOrigin(step[0] / 2.0 - 0.5, step[1] / 2.0 - 0.5, 0.0);
        m_reslice->SetOutputExtent(0, pixels[0] - 1, 0, pixels[1] - 1, 0, 0);
        if (view.interpolation == Interpolation::Linear) {
            m_reslice->SetInterpolationModeToLinear();
            m_reslice->SetOutputScalarType(interpolatedType(m_volume.storedType));
        } else {
            m_reslice->SetInterpolationModeToNearestNeighbor();
            m_reslice->SetOutputScalarType(vtkType(m_volume.storedType));
        }
    }

    void setWindow(const IntensityWindow &window)
    {
        double first = (window.low - m_volume.intercept) / m_volume.slope;
        double last = (window.high - m_volume.intercept) / m_volume.slope;
        if (first > last)
            std::swap(first, last);
        m_table->SetTableRange(first, last);
    }

    volume::Volume m_volume; // keeps the shared voxels alive for m_image
    PlaneAxes m_axes;
    vtkNew<vtkImageData> m_image;
    vtkNew<vtkImageReslice> m_reslice;
    vtkNew<vtkLookupTable> m_table;
    vtkNew<vtkImageMapToColors> m_colours;
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

const PlaneAxes &SlicePipeline::axes() const
{
    return m_stages->axes();
}

QImage SlicePipeline::picture(const SliceView &view)
{
    return m_stages->picture(view);
}

} // namespace mrb::viewer
