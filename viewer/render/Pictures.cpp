// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/Pictures.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/Text.h"
#include "viewer/render/PaneText.h"
#include "viewer/render/PictureCanvas.h"
#include "viewer/render/PictureLayout.h"

#include <QBuffer>
#include <QGuiApplication>
#include <QImageWriter>
#include <QPainter>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

namespace {

PaneView inPicture(const PicturePart &part, const PictureSlice &slice, const PictureFrame &frame)
{
    PaneView view = slice.view;
    view.draft = false;
    if (!slice.fitted)
        return view;
    const PlaneAxes &axes = slice.volume->axes(view.plane, view.settings.convention);
    const QSizeF area = partArea(frame, part.place).size();
    view.centre = centreOfVolume(slice.volume->volume().geometry.dims);
    view.pixelsPerMm = frame.annotations
                           ? fittingPaneScale(axes, area, QGuiApplication::font(), frame.ratio)
                           : fittingScale(axes, area * frame.ratio);
    return view;
}

void paintImage(QPainter &painter, const QRectF &area, const QImage &image)
{
    painter.fillRect(area, QColor(kPictureBackground));
    if (image.isNull())
        return;
    const QSizeF size = QSizeF(image.size()).scaled(area.size(), Qt::KeepAspectRatio);
    const QPointF corner = area.center() - QPointF(size.width(), size.height()) / 2.0;
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(QRectF(corner, size), image, QRectF(QPointF(), QSizeF(image.size())));
    painter.restore();
}

void paintPart(QPainter &painter, const PicturePart &part, const PictureFrame &frame)
{
    const QRectF area = partArea(frame, part.place);
    if (const auto *image = std::get_if<QImage>(&part.content)) {
        paintImage(painter, area, *image);
        return;
    }
    const auto &slice = std::get<PictureSlice>(part.content);
    const PaneView view = inPicture(part, slice, frame);
    if (frame.annotations)
        paintPane(painter, area, *slice.volume, view);
    else
        paintSlice(painter, area, *slice.volume, view);
}

PictureFacts factsOf(const std::vector<PicturePart> &parts)
{
    QStringList slices;
    QStringList windows;
    QStringList views;
    for (const PicturePart &part : parts) {
        const auto *slice = std::get_if<PictureSlice>(&part.content);
        if (!slice)
            continue;
        const PaneView &view = slice->view;
        QString text =
            sliceText(slice->volume->volume().geometry,
                      slice->volume->axes(view.plane, view.settings.convention), view.cursor);
        if (!view.caption.isEmpty())
            text = QStringLiteral("%1: %2").arg(view.caption, text);
        slices += text;
        windows += windowFact(view.colours);
        views += viewText(view.settings);
    }
    windows.removeDuplicates();
    views.removeDuplicates();
    return {slices.join(QStringLiteral("; ")), windows.join(QStringLiteral("; ")),
            views.join(QStringLiteral("; "))};
}

/// Between the parts of a picture, where their layout leaves something free.
constexpr QRgb kSeparator = qRgb(0x2b, 0x30, 0x38);
constexpr double kGap = 2.0;

/// The cell as fractions of the room, a gap smaller where it meets another cell.
QRectF placeOf(QRectF cell, const QRectF &room, double gap)
{
    constexpr double kTouching = 0.5;
    if (room.right() - cell.right() > kTouching)
        cell.setRight(cell.right() - gap);
    if (room.bottom() - cell.bottom() > kTouching)
        cell.setBottom(cell.bottom() - gap);
    return {(cell.x() - room.x()) / room.width(), (cell.y() - room.y()) / room.height(),
            cell.width() / room.width(), cell.height() / room.height()};
}

/// Wide enough for a screen, but not endlessly high.
constexpr double kPlaneWidth = 800.0;
constexpr double kRowWidth = 1500.0;
constexpr double kHeight = 1000.0;

} // namespace

Result<QImage> composePicture(const PictureFrame &frame, const std::vector<PicturePart> &parts)
{
    return paintPicture(frame, factsOf(parts), [&](QPainter &painter) {
        if (frame.annotations)
            painter.fillRect(pictureRoom(frame), QColor(kSeparator));
        for (const PicturePart &part : parts)
            paintPart(painter, part, frame);
    });
}

Result<QImage> planePicture(VolumeSlices &volume, const PaneView &view, const PictureFrame &frame)
{
    return composePicture(frame, {{QRectF(0, 0, 1, 1), PictureSlice{&volume, view}}});
}

Result<QImage> threePlanesPicture(VolumeSlices &volume, const PaneView &view,
                                  const PictureFrame &frame)
{
    if (const auto error = sizeProblem(frame))
        return *error;
    const QRectF room = pictureRoom(frame);
    const ThreePlanesGrid three =
        threePlanesGrid(volume, frame.annotations, QGuiApplication::font(), room.size());
    const PlacedGrid placed = placeGrid(three.grid, room, frame.ratio);
    const double gap = frame.annotations ? kGap : 0.0;
    std::vector<QRectF> free = placed.cells;
    std::vector<PicturePart> parts;
    for (const Plane plane : kPlanes) {
        PaneView one = view;
        one.plane = plane;
        one.pixelsPerMm = placed.pixelsPerMm;
        one.centre = centreOfVolume(volume.volume().geometry.dims);
        QRectF &cell = free[three.cellOf[static_cast<std::size_t>(plane)]];
        parts.push_back({placeOf(cell, room, gap), PictureSlice{&volume, one, false}});
        cell = {};
    }
    for (const QRectF &cell : free) {
        if (!cell.isEmpty())
            parts.push_back({placeOf(cell, room, gap), QImage()});
    }
    return composePicture(frame, parts);
}

QSize planePictureSize(const VolumeSlices &volume, Plane plane, const PictureFrame &frame)
{
    return pictureSize(volume, planeGrid(volume, plane, frame.annotations, QGuiApplication::font()),
                       frame, {kPlaneWidth, kHeight});
}

QSize threePlanesPictureSize(const VolumeSlices &volume, const PictureFrame &frame)
{
    return pictureSize(volume,
                       threePlanesGrid(volume, frame.annotations, QGuiApplication::font()).grid,
                       frame, {kRowWidth, kHeight});
}

Result<QByteArray> pngBytes(const QImage &picture)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "png");
    if (!writer.write(picture))
        return Error{error_codes::kNoMemoryForPicture,
                     Text::tr("The picture could not be made: %1").arg(writer.errorString()),
                     Text::tr("Ask for a smaller picture.")};
    return buffer.data();
}

Result<> savePng(const QImage &picture, const std::filesystem::path &file)
{
    const Result<QByteArray> bytes = pngBytes(picture);
    if (!bytes)
        return Error{
            bytes.error().code,
            Text::tr("%1 could not be made: %2").arg(toQString(file), bytes.error().message),
            bytes.error().hint};
    return writeFileAtomically(file, {bytes->constData(), static_cast<std::size_t>(bytes->size())});
}

} // namespace mrb::viewer
