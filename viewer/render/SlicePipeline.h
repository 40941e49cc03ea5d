// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/render/AutoWindow.h"
#include "viewer/render/PlaneAxes.h"

#include <QImage>
#include <QSize>

#include <cstdint>
#include <memory>

namespace mrb::viewer {

enum class Interpolation { Nearest, Linear };

/// What of a plane is to be seen. slice: index along the plane's normal voxel axis as stored in the
/// file. pixels: device pixels that the whole slice fills, edge to edge of its outermost voxels.
struct SliceView
{
    std::int64_t slice = 0;
    QSize pixels;
    IntensityWindow window;
    Interpolation interpolation = Interpolation::Linear;
};

/// The volume itself, sharing its voxels, unless they are 64-bit integers: vtkImageReslice 9.1
/// crashes on those, so they become double (exact up to 2^53, the same memory again). Thread-safe;
/// meant for the worker that reads the volume.
volume::Volume drawableVolume(const volume::Volume &volume);

/// Every pixel of a 2-D picture comes from here: vtkImageReslice and vtkImageMapToColors on the
/// voxels of the volume, which are shared, not copied. Works in any one thread, with no display and
/// no QGuiApplication. Repeating a view costs a copy of the picture only.
class SlicePipeline
{
public:
    /// Takes time and memory only for a volume that drawableVolume() has yet to convert.
    SlicePipeline(const volume::Volume &volume, Plane plane);
    ~SlicePipeline();
    SlicePipeline(SlicePipeline &&) noexcept;
    SlicePipeline &operator=(SlicePipeline &&) noexcept;

    const PlaneAxes &axes() const;

    /// The slice as QImage::Format_RGB32, laid out as axes() says. Low and below is black, high and
    /// above is white, exactly; values that are not a number have a colour of their own.
    /// A slice outside the volume or an empty size is a programmer's mistake.
    QImage picture(const SliceView &view);

private:
    class Stages;
    std::unique_ptr<Stages> m_stages;
};

/// Colour of NaN voxels, which no grey can be mistaken for.
inline constexpr QRgb kNotANumberColour = qRgb(0x8a, 0x2b, 0xa0);

} // namespace mrb::viewer
