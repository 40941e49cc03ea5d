// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/TriPlanarPicture.h"

#include "backend/base/Text.h"

#include <QColor>
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <utility>

namespace mrb::viewer {

namespace {

constexpr QRgb kText = qRgb(0xd6, 0xda, 0xe0);
constexpr QRgb kQuietText = qRgb(0x98, 0xa1, 0xad);
constexpr QRgb kLetters = qRgb(0xff, 0xd2, 0x66);
constexpr QRgb kBannerText = qRgb(0xff, 0xc9, 0x4d);
constexpr QRgb kBanner = qRgb(0x42, 0x2e, 0x00);
constexpr QRgb kSeparator = qRgb(0x2c, 0x31, 0x38);

QFont bold(QFont font, double scale = 1.0)
{
    font.setBold(true);
    if (font.pixelSize() > 0)
        font.setPixelSize(qRound(font.pixelSize() * scale));
    else
        font.setPointSizeF(font.pointSizeF() * scale);
    return font;
}

void paintLetters(QPainter &painter, const PlaneAxes &axes, const QRectF &slice)
{
    const double band = kLetterBand * QFontMetricsF(painter.font()).height();
    painter.setFont(bold(painter.font(), 1.2));
    painter.setPen(QColor(kLetters));
    const QRectF left(slice.left() - band, slice.top(), band, slice.height());
    const QRectF above(slice.left(), slice.top() - band, slice.width(), band);
    painter.drawText(left, Qt::AlignCenter, axes.left);
    painter.drawText(left.translated(slice.width() + band, 0), Qt::AlignCenter, axes.right);
    painter.drawText(above, Qt::AlignCenter, axes.top);
    painter.drawText(above.translated(0, slice.height() + band), Qt::AlignCenter, axes.bottom);
}

} // namespace

TriPlanarPicture::TriPlanarPicture(const volume::Volume &volume, IntensityWindow window,
                                   QString banner)
    : m_dims(volume.geometry.dims),
      m_cursor(middleVoxel(volume.geometry)),
      m_obliqueDegrees(obliqueDegrees(volume.geometry)),
      m_window(window),
      m_banner(std::move(banner))
{
    const volume::Volume drawable = drawableVolume(volume); // once rather than once per plane
    for (const Plane plane : kPlanes)
        m_pipelines.emplace_back(drawable, plane);
}

void TriPlanarPicture::setCursor(VoxelIndex cursor)
{
    for (std::size_t axis = 0; axis < cursor.size(); ++axis)
        m_cursor[axis] = std::clamp(cursor[axis], std::int64_t{0}, m_dims[axis] - 1);
}

VoxelIndex TriPlanarPicture::stepped(Plane plane, std::int64_t slices) const
{
    const AxisRun &normal = axes(plane).normal;
    VoxelIndex moved = m_cursor;
    std::int64_t &index = moved[normal.voxelAxis];
    index = std::clamp(index + normal.step * slices, std::int64_t{0}, normal.voxels - 1);
    return moved;
}

QString TriPlanarPicture::sliceText(Plane plane) const
{
    const AxisRun &normal = axes(plane).normal;
    return Text::tr("%1  %2 = %3 of 0–%4")
        .arg(planeName(plane), QChar(u"ijk"[normal.voxelAxis]))
        .arg(m_cursor[normal.voxelAxis])
        .arg(normal.voxels - 1);
}

void TriPlanarPicture::paint(QPainter &painter, const QRectF &area)
{
    const double ratio = painter.device()->devicePixelRatioF();
    const QFont font = painter.font();
    painter.fillRect(area, QColor(kPictureBackground));
    paintBanner(painter, area);
    const TriPlanarLayout layout = layOut(area, font, ratio);
    for (const PlaneCell &cell : layout.cells) {
        painter.setFont(font);
        paintCell(painter, cell, ratio);
    }
    painter.setFont(font);
    paintFooter(painter, layout.footer);
}

std::optional<Plane> TriPlanarPicture::planeAt(QPointF position, const QRectF &area,
                                               const QFont &font) const
{
    return layOut(area, font, 1.0).planeAt(position);
}

QImage TriPlanarPicture::image(QSize size, double ratio)
{
    QImage image((QSizeF(size) * ratio).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    QPainter painter(&image);
    paint(painter, QRectF(QPointF(), QSizeF(size)));
    return image;
}

TriPlanarLayout TriPlanarPicture::layOut(const QRectF &area, const QFont &font, double ratio) const
{
    return layOutThreePlanes({axes(Plane::Axial), axes(Plane::Coronal), axes(Plane::Sagittal)},
                             area.adjusted(0, bannerHeight(area.width(), font), 0, 0),
                             QFontMetricsF(font).height(), ratio);
}

double TriPlanarPicture::bannerHeight(double width, const QFont &font) const
{
    if (m_banner.isEmpty())
        return 0.0;
    const QFontMetricsF metrics(bold(font));
    const QRectF room(0, 0, width, 1e6);
    return metrics.boundingRect(room, Qt::TextWordWrap, m_banner).height() + metrics.height();
}

void TriPlanarPicture::paintBanner(QPainter &painter, const QRectF &area) const
{
    if (m_banner.isEmpty())
        return;
    const QRectF strip(area.topLeft(),
                       QSizeF(area.width(), bannerHeight(area.width(), painter.font())));
    painter.fillRect(strip, QColor(kBanner));
    painter.setFont(bold(painter.font()));
    painter.setPen(QColor(kBannerText));
    painter.drawText(strip, Qt::AlignCenter | Qt::TextWordWrap, m_banner);
}

void TriPlanarPicture::paintCell(QPainter &painter, const PlaneCell &cell, double ratio)
{
    SlicePipeline &slices = pipeline(cell.plane);
    const PlaneAxes &plane = slices.axes();
    QImage slice = slices.picture({.slice = m_cursor[plane.normal.voxelAxis],
                                   .pixels = cell.devicePixels.size(),
                                   .window = m_window,
                                   .interpolation = m_interpolation});
    slice.setDevicePixelRatio(ratio);
    const QRectF place(QPointF(cell.devicePixels.topLeft()) / ratio,
                       QSizeF(cell.devicePixels.size()) / ratio);
    painter.drawImage(place.topLeft(), slice);
    if (cell.plane != kPlanes.front()) {
        painter.setPen(QColor(kSeparator));
        painter.drawLine(cell.area.topLeft(), cell.area.bottomLeft());
    }
    painter.setPen(QColor(kText));
    painter.drawText(cell.title, Qt::AlignCenter, sliceText(cell.plane));
    paintLetters(painter, plane, place);
}

void TriPlanarPicture::paintFooter(QPainter &painter, const QRectF &area) const
{
    QString convention = Text::tr("Radiological: the patient's right is on the left");
    if (m_obliqueDegrees > kObliqueDegrees)
        convention += Text::tr("  ·  oblique by %1°, shown along the voxel axes")
                          .arg(QLocale().toString(m_obliqueDegrees, 'f', 1));
    const QString window =
        Text::tr("Window %1 to %2  ·  %3")
            .arg(QLocale().toString(m_window.low, 'g', 4),
                 QLocale().toString(m_window.high, 'g', 4),
                 m_interpolation == Interpolation::Linear ? Text::tr("linear")
                                                          : Text::tr("nearest voxel"));
    const QFontMetricsF metrics(painter.font());
    const QRectF room = area.adjusted(metrics.height(), 0, -metrics.height(), 0);
    painter.setPen(QColor(kText));
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, convention);
    painter.setPen(QColor(kQuietText));
    const double taken = metrics.horizontalAdvance(convention) + metrics.height();
    painter.drawText(room, Qt::AlignRight | Qt::AlignVCenter,
                     metrics.elidedText(window, Qt::ElideRight, room.width() - taken));
}

} // namespace mrb::viewer
