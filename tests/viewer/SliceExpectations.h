// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/viewer/SyntheticVolume.h"
#include "viewer/render/SlicePipeline.h"

#include <QByteArray>
#include <QImage>
#include <QList>

#include <algorithm>
#include <cmath>

/// What slices of the volumes of SyntheticVolume.h have to look like, said without the viewer's
/// code.
namespace mrb::tests {

/// Grey n for intensity n.
inline const viewer::ColourScale kIdentity{{0.0, 255.0}, QStringLiteral("grey"), false};

/// -1 where the pixel is not grey.
inline int greyAt(const QImage &image, int x, int y)
{
    const QRgb pixel = image.pixel(x, y);
    return qRed(pixel) == qGreen(pixel) && qGreen(pixel) == qBlue(pixel) ? qRed(pixel) : -1;
}

/// Of 256 greys of equal width the one that an intensity falls into, with kIdentity.
inline int greyOf(double intensity)
{
    return static_cast<int>(std::clamp(std::floor(intensity * 256.0 / 255.0), 0.0, 255.0));
}

/// Where a pixel lies, one pixel per voxel. slice: counted towards superior, anterior or right.
inline Ras placeOf(viewer::Plane plane, viewer::Convention convention, int x, int y,
                   std::int64_t slice)
{
    const std::int64_t right =
        convention == viewer::Convention::Radiological ? kDimsRas[0] - 1 - x : x;
    switch (plane) {
    case viewer::Plane::Axial:
        return {right, kDimsRas[1] - 1 - y, slice};
    case viewer::Plane::Coronal:
        return {right, slice, kDimsRas[2] - 1 - y};
    case viewer::Plane::Sagittal:
        break;
    }
    return {slice, kDimsRas[1] - 1 - x, kDimsRas[2] - 1 - y};
}

inline int expectedAt(viewer::Plane plane, int x, int y, std::int64_t slice,
                      viewer::Convention convention = viewer::Convention::Radiological)
{
    return truth(placeOf(plane, convention, x, y, slice));
}

/// "RAS", "LPI" and so on: where the stored indices grow to.
inline QByteArray orientationName(const Orientation &orientation)
{
    QByteArray name;
    for (std::size_t axis = 0; axis < 3; ++axis)
        name += orientation.sign[axis] > 0 ? "RAS"[orientation.towards[axis]]
                                           : "LPI"[orientation.towards[axis]];
    return name;
}

/// One pixel per voxel of the whole slice.
inline viewer::SliceRequest
plainRequest(const viewer::PlaneAxes &axes, std::int64_t slice,
             viewer::Convention convention = viewer::Convention::Radiological)
{
    viewer::SliceRequest request;
    request.slice = slice;
    request.pixels = {static_cast<int>(axes.column.voxels), static_cast<int>(axes.row.voxels)};
    request.convention = convention;
    request.interpolation = viewer::Interpolation::Nearest;
    request.colours = kIdentity;
    return request;
}

template <class T> volume::Volume rowOf(volume::ScalarType type, const std::vector<T> &values)
{
    return makeVolume(type, {static_cast<std::int64_t>(values.size()), 1, 1}, values);
}

/// Voxels one above the other: axial slices of one voxel.
template <class T> volume::Volume stackOf(volume::ScalarType type, const std::vector<T> &values)
{
    return makeVolume(type, {1, 1, static_cast<std::int64_t>(values.size())}, values);
}

/// Colours of a single row of voxels, in stored order; the picture has the patient's right first.
inline QList<QRgb>
coloursOfRow(const volume::Volume &volume, const viewer::ColourScale &colours,
             viewer::Interpolation interpolation = viewer::Interpolation::Nearest)
{
    viewer::SlicePipeline pipeline(volume, viewer::Plane::Axial);
    viewer::SliceRequest request = plainRequest(pipeline.axes(viewer::Convention::Radiological), 0);
    request.colours = colours;
    request.interpolation = interpolation;
    const QImage image = pipeline.picture(request);
    QList<QRgb> pixels;
    for (int x = image.width() - 1; x >= 0; --x)
        pixels += image.pixel(x, 0);
    return pixels;
}

/// The same as greys, -1 for what is not grey.
inline QList<int> greysOfRow(const volume::Volume &volume, viewer::IntensityWindow window,
                             viewer::Interpolation interpolation = viewer::Interpolation::Nearest)
{
    viewer::ColourScale colours;
    colours.window = window;
    QList<int> greys;
    for (const QRgb pixel : coloursOfRow(volume, colours, interpolation))
        greys += qRed(pixel) == qGreen(pixel) && qGreen(pixel) == qBlue(pixel) ? qRed(pixel) : -1;
    return greys;
}

} // namespace mrb::tests
