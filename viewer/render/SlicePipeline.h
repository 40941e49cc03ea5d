// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/render/PlaneAxes.h"
#include "viewer/render/ViewSettings.h"

#include <QImage>
#include <QRect>
#include <QSize>

#include <cstdint>
#include <memory>

namespace mrb::viewer {

/// What of a plane is to be drawn, and how.
struct SliceRequest
{
    /// Index along the plane's normal voxel axis as stored in the file; with a slab its middle.
    std::int64_t slice = 0;
    QSize
        pixels; ///< device pixels that the whole slice fills, edge to edge of its outermost voxels
    QRect part; ///< of those pixels, what is wanted; null: all of them
    Convention convention = Convention::Radiological;
    Interpolation interpolation = Interpolation::Linear;
    Slab slab;
    ColourScale colours;

    friend bool operator==(const SliceRequest &, const SliceRequest &) = default;
};

/// The volume itself, sharing its voxels, unless they are 64-bit integers: vtkImageReslice 9.1
/// crashes on those, so they become double (exact up to 2^53, the same memory again). Thread-safe;
/// meant for the worker that reads the volume.
volume::Volume drawableVolume(const volume::Volume &volume);

/// Every pixel of a slice comes from here: vtkImageReslice and vtkImageMapToColors on the voxels of
/// the volume, which are shared, not copied. Works in any one thread, with no display and no
/// QGuiApplication. Repeating a request costs nothing.
class SlicePipeline
{
public:
    /// Takes time and memory only for a volume that drawableVolume() has yet to convert.
    SlicePipeline(const volume::Volume &volume, Plane plane);
    ~SlicePipeline();
    SlicePipeline(SlicePipeline &&) noexcept;
    SlicePipeline &operator=(SlicePipeline &&) noexcept;

    const PlaneAxes &axes(Convention convention) const;

    /// The slice as QImage::Format_RGB32, laid out as axes() of the convention says. With the grey
    /// map low and below is black, high and above is white, exactly; values that are not a number
    /// have a colour of their own. A slice outside the volume, an empty size, a part outside the
    /// size or a colour map that does not exist is a programmer's mistake.
    QImage picture(const SliceRequest &request);

private:
    class Stages;
    std::unique_ptr<Stages> m_stages;
};

/// Colours of what no window shows; no grey can be mistaken for them.
inline constexpr QRgb kNotANumberColour = qRgb(0x8a, 0x2b, 0xa0);
inline constexpr QRgb kBelowWindowColour = qRgb(0x1f, 0x6f, 0xeb);
inline constexpr QRgb kAboveWindowColour = qRgb(0xe5, 0x3e, 0x3e);

/// The three pipelines of a volume.
class VolumeSlices
{
public:
    explicit VolumeSlices(const volume::Volume &volume);

    const volume::Volume &volume() const { return m_volume; }
    SlicePipeline &plane(Plane plane) { return m_planes[static_cast<std::size_t>(plane)]; }
    const PlaneAxes &axes(Plane plane, Convention convention) const
    {
        return m_planes[static_cast<std::size_t>(plane)].axes(convention);
    }

private:
    volume::Volume m_volume;               ///< as drawn: see drawableVolume()
    std::array<SlicePipeline, 3> m_planes; ///< in the order of kPlanes
};

} // namespace mrb::viewer
