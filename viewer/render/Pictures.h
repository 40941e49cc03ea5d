// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "viewer/render/Mosaic.h"
#include "viewer/render/PanePainter.h"
#include "viewer/render/SlicePipeline.h"

#include <QByteArray>
#include <QImage>
#include <QRectF>
#include <QSize>
#include <QString>

#include <filesystem>
#include <variant>
#include <vector>

/// Pictures for files and the clipboard, by the same painting as the panes of the window. Any one
/// thread at a time for a volume's slices; no display, but text needs a QGuiApplication, whose font
/// it is written in (platform "offscreen" will do).
namespace mrb::viewer {

namespace error_codes {
inline constexpr ErrorCode kPictureTooLarge = "picture_too_large";
inline constexpr ErrorCode kPictureTooSmall = "picture_too_small";
inline constexpr ErrorCode kNoMemoryForPicture = "no_memory_for_picture";
} // namespace error_codes

/// Device pixels. What Qt can encode, and 1 GiB of memory.
inline constexpr int kMaxPictureEdge = 32768;
inline constexpr qint64 kMaxPicturePixels = qint64{1} << 28;

/// What a picture has around its slices. The texts are also in the file, without annotations too.
struct PictureFrame
{
    QSize size;         ///< logical pixels
    double ratio = 1.0; ///< device pixels per logical pixel
    QString banner;     ///< the provenance; never empty for a volume
    QString convention; ///< from conventionLine()
    QString details;    ///< right in the footer, such as file name, window and slab
    QString source;     ///< the file's name, without its folder
    /// Without them there are voxels and nothing else: no banner, no footer, no letters.
    bool annotations = true;
};

/// A slice of a picture.
struct PictureSlice
{
    VolumeSlices *volume = nullptr; ///< borrowed, never null
    PaneView view;
    /// In the middle of its place, as large as fits; else view.pixelsPerMm and view.centre count.
    bool fitted = true;
};

struct PicturePart
{
    QRectF place;                               ///< fractions, 0 to 1, of pictureRoom()
    std::variant<PictureSlice, QImage> content; ///< an image is scaled to fit
};

/// Between banner and footer, logical pixels; all of the picture without annotations.
QRectF pictureRoom(const PictureFrame &frame);
/// Where composePicture() puts a part: logical pixels, on whole device pixels.
QRectF partArea(const PictureFrame &frame, const QRectF &place);

/// Any layout. All of these fail with an error of the codes above; Error::field is "size".
Result<QImage> composePicture(const PictureFrame &frame, const std::vector<PicturePart> &parts);

/// One plane through view.cursor, fitted.
Result<QImage> planePicture(VolumeSlices &volume, const PaneView &view, const PictureFrame &frame);

/// The three planes through view.cursor on one scale; view.plane is not used.
Result<QImage> threePlanesPicture(VolumeSlices &volume, const PaneView &view,
                                  const PictureFrame &frame);

struct MosaicSpec
{
    Plane plane = Plane::Axial;
    MosaicGrid grid;       ///< each slice inside the volume
    ViewSettings settings; ///< neither crosshair nor texts are drawn
    ColourScale colours;
};

/// For PictureFrame::details: the slices, the window, and what differs from plain slices.
QString mosaicDetails(const VolumeSlices &volume, const MosaicSpec &spec);

/// Slices of one plane on one scale, row by row. Annotated, each one has its index and place above
/// it, as far as there is room, and the edge letters are once around all of them.
Result<QImage> mosaicPicture(VolumeSlices &volume, const MosaicSpec &spec,
                             const PictureFrame &frame);

/// A size for a picture with nothing left empty: without annotations the shortest voxel edge is one
/// logical pixel, with them a width or height that suits a screen. frame.size is not used.
QSize planePictureSize(const VolumeSlices &volume, Plane plane, const PictureFrame &frame);
QSize threePlanesPictureSize(const VolumeSlices &volume, const PictureFrame &frame);
QSize mosaicPictureSize(const VolumeSlices &volume, const MosaicSpec &spec,
                        const PictureFrame &frame);

/// A PNG with the picture's texts.
Result<QByteArray> pngBytes(const QImage &picture);

/// Writes a PNG with the picture's texts, whole or not at all; an existing file is replaced.
Result<> savePng(const QImage &picture, const std::filesystem::path &file);

} // namespace mrb::viewer
