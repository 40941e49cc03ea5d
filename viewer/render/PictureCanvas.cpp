// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/PictureCanvas.h"

#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "viewer/render/PaneText.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <new>

namespace mrb::viewer {

namespace {

QSizeF deviceSize(const PictureFrame &frame)
{
    return {std::round(frame.size.width() * frame.ratio),
            std::round(frame.size.height() * frame.ratio)};
}

/// Heights of banner and footer, on whole device pixels.
struct Strips
{
    double banner = 0.0;
    double footer = 0.0;
};

Strips stripsOf(const PictureFrame &frame)
{
    if (!frame.annotations)
        return {};
    const QFont font = QGuiApplication::font();
    const auto whole = [&](double height) { return std::ceil(height * frame.ratio) / frame.ratio; };
    return {whole(bannerHeight(frame.banner, frame.size.width(), font)), whole(footerHeight(font))};
}

Error tooLarge(QSizeF pixels)
{
    return {error_codes::kPictureTooLarge,
            Text::tr("A picture of %1 × %2 pixels is too large.")
                .arg(pixels.width(), 0, 'f', 0)
                .arg(pixels.height(), 0, 'f', 0),
            Text::tr("Ask for at most %1 pixels along an edge and %2 million altogether.")
                .arg(kMaxPictureEdge)
                .arg(kMaxPicturePixels / 1'000'000),
            QStringLiteral("size")};
}

Error tooSmall(const PictureFrame &frame)
{
    return {error_codes::kPictureTooSmall,
            frame.annotations
                ? Text::tr("A picture of %1 × %2 pixels has no room for slices and annotations.")
                      .arg(frame.size.width())
                      .arg(frame.size.height())
                : Text::tr("A picture needs at least one pixel."),
            frame.annotations ? Text::tr("Ask for a larger one, or leave out the annotations.")
                              : Text::tr("Ask for a larger one."),
            QStringLiteral("size")};
}

void addTexts(QImage &image, const PictureFrame &frame, const PictureFacts &facts)
{
    const auto add = [&image](const QString &key, const QString &text) {
        if (!text.isEmpty())
            image.setText(key, text);
    };
    // Software, Source, Disclaimer and Description are keywords of the PNG specification.
    add(QStringLiteral("Software"),
        QStringLiteral("MR Brain Studio ") + QLatin1StringView(kVersion.data(), kVersion.size()));
    add(QStringLiteral("Source"), frame.source);
    add(QStringLiteral("Disclaimer"), frame.banner);
    add(QStringLiteral("Description"), frame.details);
    add(QStringLiteral("Convention"), frame.convention);
    add(QStringLiteral("Slices"), facts.slices);
    add(QStringLiteral("Window"), facts.window);
    add(QStringLiteral("View"), facts.view);
}

void paintStrips(QPainter &painter, const PictureFrame &frame)
{
    const Strips strips = stripsOf(frame);
    const QRectF whole(QPointF(), QSizeF(frame.size));
    paintBanner(painter, {0, 0, whole.width(), strips.banner}, frame.banner);
    paintFooter(painter, {0, whole.bottom() - strips.footer, whole.width(), strips.footer},
                frame.convention, frame.details);
}

} // namespace

QRectF pictureRoom(const PictureFrame &frame)
{
    const Strips strips = stripsOf(frame);
    const QSizeF size = deviceSize(frame) / frame.ratio;
    return {0, strips.banner, size.width(), size.height() - strips.banner - strips.footer};
}

QRectF partArea(const PictureFrame &frame, const QRectF &place)
{
    const QRectF room = pictureRoom(frame);
    const auto snap = [&](double logical) {
        return std::round(logical * frame.ratio) / frame.ratio;
    };
    return {QPointF(snap(room.x() + place.left() * room.width()),
                    snap(room.y() + place.top() * room.height())),
            QPointF(snap(room.x() + place.right() * room.width()),
                    snap(room.y() + place.bottom() * room.height()))};
}

QString windowFact(const ColourScale &scale)
{
    const auto number = [](double value) {
        return QString::number(value, 'g', QLocale::FloatingPointShortest);
    };
    return QStringLiteral("%1:%2 %3")
        .arg(number(scale.window.low), number(scale.window.high), scale.map);
}

std::optional<Error> sizeProblem(const PictureFrame &frame)
{
    const QSizeF pixels = deviceSize(frame);
    // Written so that a ratio that is not a number is a problem too.
    if (!(pixels.width() >= 1.0 && pixels.height() >= 1.0))
        return tooSmall(frame);
    if (std::max(pixels.width(), pixels.height()) > kMaxPictureEdge ||
        pixels.width() * pixels.height() > static_cast<double>(kMaxPicturePixels))
        return tooLarge(pixels);
    constexpr double kLines = 8.0;
    const double least = kLines * QFontMetricsF(QGuiApplication::font()).height();
    const QSizeF room = pictureRoom(frame).size();
    if (frame.annotations && (room.width() < least || room.height() < least))
        return tooSmall(frame);
    return std::nullopt;
}

Result<QImage> paintPicture(const PictureFrame &frame, const PictureFacts &facts,
                            const std::function<void(QPainter &)> &paint)
{
    if (const auto problem = sizeProblem(frame))
        return *problem;
    const Error noMemory{error_codes::kNoMemoryForPicture,
                         Text::tr("There is not enough memory for a picture of %1 × %2 pixels.")
                             .arg(deviceSize(frame).width(), 0, 'f', 0)
                             .arg(deviceSize(frame).height(), 0, 'f', 0),
                         Text::tr("Ask for a smaller picture."), QStringLiteral("size")};
    try {
        QImage image(deviceSize(frame).toSize(), QImage::Format_RGB32);
        if (image.isNull())
            return noMemory;
        image.fill(kPictureBackground);
        image.setDevicePixelRatio(frame.ratio);
        {
            QPainter painter(&image);
            if (frame.ratio < 1.0) // for which QPainter takes 1
                painter.scale(frame.ratio, frame.ratio);
            paint(painter);
            if (frame.annotations)
                paintStrips(painter, frame);
        }
        image.setDevicePixelRatio(1.0);
        addTexts(image, frame, facts);
        return image;
    } catch (const std::bad_alloc &) {
        return noMemory;
    }
}

QSize pictureSize(const VolumeSlices &volume, const PictureGrid &grid, const PictureFrame &frame,
                  QSizeF within)
{
    if (!frame.annotations) {
        double shortestMm = volume.axes(Plane::Axial, Convention::Radiological).normal.edgeMm;
        for (const Plane plane : {Plane::Coronal, Plane::Sagittal})
            shortestMm =
                std::min(shortestMm, volume.axes(plane, Convention::Radiological).normal.edgeMm);
        // Beyond any picture that can be made, but inside what a QSize can hold.
        const QSizeF size = gridSize(grid, 1.0 / shortestMm).boundedTo({1e9, 1e9});
        return size.toSize();
    }
    PictureFrame framed = frame;
    framed.size = QSize(static_cast<int>(within.width()), static_cast<int>(within.height()));
    const Strips strips = stripsOf(framed);
    const double inner = within.height() - strips.banner - strips.footer;
    const PlacedGrid placed = placeGrid(grid, {0, 0, within.width(), inner}, 1.0);
    const QSizeF size = gridSize(grid, placed.pixelsPerMm);
    // The banner wraps in a narrow picture; a very narrow slice must not decide the width.
    framed.size.setWidth(std::max(static_cast<int>(std::ceil(size.width())), 480));
    const Strips wrapped = stripsOf(framed);
    return {framed.size.width(),
            static_cast<int>(std::ceil(size.height() + wrapped.banner + wrapped.footer))};
}

} // namespace mrb::viewer
