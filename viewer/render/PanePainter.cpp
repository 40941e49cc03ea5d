// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/PanePainter.h"

#include "backend/base/Text.h"
#include "viewer/render/PaneText.h"
#include "viewer/render/PlaneColours.h"
#include "viewer/render/World.h"

#include <QColor>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

namespace {

constexpr QRgb kMeasurement = qRgb(0x6c, 0xd4, 0xff);
constexpr QRgb kRevealLine = qRgb(0xff, 0xff, 0xff);

/// Samples of a slab that are combined in some milliseconds.
constexpr double kDraftSamples = 2e6;

/// Line heights left free around a fitted slice, for letters and texts.
constexpr double kSideMargin = 1.7;
constexpr double kTopMargin = 1.8;

QRectF deviceRect(const QRectF &logical, double ratio)
{
    return {std::round(logical.x() * ratio), std::round(logical.y() * ratio),
            std::round(logical.width() * ratio), std::round(logical.height() * ratio)};
}

/// Everything the parts of a pane need to know.
struct Pane
{
    QPainter &painter;
    QRectF area; ///< logical pixels
    double ratio;
    const SlicePlacement &placement;
    const VolumeSlices &volume;
    const PaneView &view;

    QPointF logical(const VoxelPosition &position) const
    {
        return placement.pixelOf(position) / ratio;
    }
};

/// Pixels of a whole slab while it moves: one per voxel, or fewer for a deep slab.
QSize draftSize(const PlaneAxes &axes, const SlabSlices &slab)
{
    const auto columns = static_cast<double>(axes.column.voxels);
    const auto rows = static_cast<double>(axes.row.voxels);
    const double samples = columns * rows * static_cast<double>(slab.count());
    const double fewer = std::min(std::sqrt(kDraftSamples / samples), 1.0);
    return QSizeF(std::max(columns * fewer, 1.0), std::max(rows * fewer, 1.0)).toSize();
}

void paintVoxels(QPainter &painter, const QRectF &pane, VolumeSlices &volume, const PaneView &view,
                 const ColourScale &colours, double ratio)
{
    const SlicePlacement placement = placementIn(pane, volume, view);
    const QRect visible = placement.slice.intersected(pane.toRect());
    if (visible.isEmpty())
        return;
    SliceRequest request{.slice = placement.axes.sliceOf(view.cursor),
                         .pixels = placement.slice.size(),
                         .part = visible.translated(-placement.slice.topLeft()),
                         .convention = view.settings.convention,
                         .interpolation = view.settings.interpolation,
                         .slab = view.settings.slab,
                         .colours = colours};
    if (view.draft && request.interpolation == Interpolation::Cubic)
        request.interpolation = Interpolation::Linear;
    SlicePipeline &pipeline = volume.plane(view.plane);
    const QSize draft =
        draftSize(placement.axes, slabSlices(request.slab, placement.axes.normal, request.slice));
    const bool coarse =
        view.draft && request.slab.mode != SlabMode::Off && draft.width() < request.pixels.width();
    if (!coarse) {
        QImage image = pipeline.picture(request);
        image.setDevicePixelRatio(ratio);
        painter.drawImage(QPointF(visible.topLeft()) / ratio, image);
        return;
    }
    request.pixels = draft;
    request.part = {};
    request.interpolation = Interpolation::Nearest;
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.setClipRect(QRectF(pane.topLeft() / ratio, pane.size() / ratio), Qt::IntersectClip);
    painter.drawImage(
        QRectF(QPointF(placement.slice.topLeft()) / ratio, QSizeF(placement.slice.size()) / ratio),
        pipeline.picture(request));
    painter.restore();
}

void paintCrosshair(const Pane &pane)
{
    const PlaneAxes &axes = pane.placement.axes;
    const QPointF at = pane.logical(centreOf(pane.view.cursor));
    const double gap = 0.5 * QFontMetricsF(pane.painter.font()).height();
    const QRectF &area = pane.area;
    // Each line is where another plane cuts this one, in that plane's colour.
    const auto planeOf = [&](const AxisRun &run) {
        for (const Plane plane : kPlanes) {
            if (pane.volume.axes(plane, pane.view.settings.convention).normal.voxelAxis ==
                run.voxelAxis)
                return plane;
        }
        return pane.view.plane;
    };
    const auto line = [&](Plane plane, QLineF before, QLineF after) {
        QColor colour(planeColour(plane));
        colour.setAlphaF(0.8F);
        pane.painter.setPen(QPen(colour, 0)); // one device pixel
        for (const QLineF &part : {before, after})
            pane.painter.drawLine(part);
    };
    line(planeOf(axes.column), {at.x(), area.top(), at.x(), std::max(at.y() - gap, area.top())},
         {at.x(), std::min(at.y() + gap, area.bottom()), at.x(), area.bottom()});
    line(planeOf(axes.row), {area.left(), at.y(), std::max(at.x() - gap, area.left()), at.y()},
         {std::min(at.x() + gap, area.right()), at.y(), area.right(), at.y()});
}

/// 1, 2 or 5 times a power of ten, at most the given length.
double roundLength(double mm)
{
    const double power = std::pow(10.0, std::floor(std::log10(mm)));
    for (const double factor : {5.0, 2.0}) {
        if (factor * power <= mm)
            return factor * power;
    }
    return power;
}

void paintScaleBar(const Pane &pane)
{
    QPainter &painter = pane.painter;
    const double line = QFontMetricsF(painter.font()).height();
    const double pixelsPerMm = pane.placement.pixelsPerMm() / pane.ratio;
    const double room = std::min(pane.area.width() / 4.0, 12.0 * line);
    if (room < 2.0 * line)
        return;
    const double mm = roundLength(room / pixelsPerMm);
    const QPointF left = pane.area.bottomLeft() + QPointF(0.6 * line, -0.6 * line);
    const QPointF right = left + QPointF(mm * pixelsPerMm, 0);
    QPainterPath bar(left - QPointF(0, 0.3 * line));
    bar.lineTo(left);
    bar.lineTo(right);
    bar.lineTo(right - QPointF(0, 0.3 * line));
    painter.strokePath(bar, QPen(QColor(kPictureBackground), 3));
    painter.strokePath(bar, QPen(QColor(kPaneText), 1));
    const QString text = mm < 1.0 ? Text::tr("%1 µm").arg(mm * 1000.0, 0, 'g', 3)
                                  : Text::tr("%1 mm").arg(mm, 0, 'g', 6);
    paintHaloText(painter, {left.x(), left.y() - 1.4 * line, pane.area.width() / 2.0, line},
                  Qt::AlignLeft | Qt::AlignVCenter, text, kPaneText);
}

void paintMeasurement(const Pane &pane, const Measurement &measurement)
{
    QPainter &painter = pane.painter;
    const QPointF from = pane.logical(measurement.from);
    const QPointF to = pane.logical(measurement.to);
    const QRectF box = QRectF(from, to).normalized();
    QPainterPath path;
    switch (measurement.kind) {
    case MeasurementKind::Ruler:
        path.moveTo(from);
        path.lineTo(to);
        path.addEllipse(from, 2.0, 2.0);
        path.addEllipse(to, 2.0, 2.0);
        break;
    case MeasurementKind::Box:
        path.addRect(box);
        break;
    case MeasurementKind::Ellipse:
        path.addEllipse(box);
        break;
    }
    painter.strokePath(path, QPen(QColor(kPictureBackground), 3));
    painter.strokePath(path, QPen(QColor(kMeasurement), 1.4));
    const double line = QFontMetricsF(painter.font()).height();
    constexpr int kFlags = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;
    QRectF room(box.right() + 0.4 * line, box.bottom(), 16.0 * line, 10.0 * line);
    room = painter.boundingRect(room, kFlags, measurement.text);
    // Kept inside the pane, so that a result at the edge can be read.
    room.moveRight(std::min(room.right(), pane.area.right() - 0.3 * line));
    room.moveBottom(std::min(room.bottom(), pane.area.bottom() - 0.3 * line));
    paintHaloText(painter, room, kFlags, measurement.text, kMeasurement);
}

void paintTexts(const Pane &pane)
{
    QPainter &painter = pane.painter;
    const double line = QFontMetricsF(painter.font()).height();
    const QRectF room = pane.area.adjusted(0.6 * line, 0.35 * line, -0.6 * line, -0.35 * line);
    const SlicePlacement &placement = pane.placement;
    const QString remark =
        viewRemark(pane.view.settings, placement.axes, placement.axes.sliceOf(pane.view.cursor));
    const QFontMetricsF metrics(painter.font());
    const QString title = metrics.elidedText(
        sliceText(pane.volume.volume().geometry, placement.axes, pane.view.cursor), Qt::ElideRight,
        room.width());
    paintHaloText(painter, room, Qt::AlignLeft | Qt::AlignTop, title, kPaneText);
    // Beside the scale bar, where nothing else is.
    paintHaloText(painter, room.adjusted(room.width() / 2.0 + line, 0, 0, 0),
                  Qt::AlignRight | Qt::AlignBottom | Qt::TextWordWrap, remark, kPaneText);
    const QRectF second = room.adjusted(0, 1.15 * line, 0, 0);
    const auto &reveal = pane.view.reveal;
    const double captionWidth = reveal ? room.width() / 2.0 - line : room.width();
    paintHaloText(painter, second, Qt::AlignLeft | Qt::AlignTop,
                  metrics.elidedText(pane.view.caption, Qt::ElideMiddle, captionWidth),
                  kQuietPaneText);
    if (reveal)
        paintHaloText(painter, second, Qt::AlignRight | Qt::AlignTop,
                      metrics.elidedText(reveal->caption, Qt::ElideMiddle, captionWidth),
                      kQuietPaneText);
}

void paintReveal(QPainter &painter, const QRectF &area, const QRectF &pane, const PaneView &view,
                 double ratio)
{
    const double x = std::round(area.left() + view.reveal->from * area.width());
    painter.save();
    painter.setClipRect(QRectF(QPointF(x, area.top()), area.bottomRight()), Qt::IntersectClip);
    painter.fillRect(area, QColor(kPictureBackground));
    paintVoxels(painter, pane, *view.reveal->volume, view, view.reveal->colours, ratio);
    painter.restore();
    painter.setPen(QPen(QColor(kRevealLine), 1));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
}

} // namespace

QString sliceText(const volume::VolumeGeometry &geometry, const PlaneAxes &axes,
                  const VoxelIndex &cursor)
{
    const std::size_t world = worldAxis(axes.plane);
    const double mm = std::round(worldMm(geometry, centreOf(cursor))[world] * 10.0) / 10.0;
    return Text::tr("%1  %2 = %3 of 0–%4  ·  %5 %6 mm")
        .arg(planeName(axes.plane), QChar(u"ijk"[axes.normal.voxelAxis]))
        .arg(axes.sliceOf(cursor))
        .arg(axes.normal.voxels - 1)
        .arg(QChar(u"RAS"[world]))
        .arg(mm == 0.0 ? 0.0 : mm, 0, 'f', 1); // no "-0.0"
}

SlicePlacement placementIn(const QRectF &pane, const VolumeSlices &volume, const PaneView &view)
{
    return placeSlice(volume.axes(view.plane, view.settings.convention), pane, view.pixelsPerMm,
                      view.centre);
}

QSizeF paneMargins(const QFont &font)
{
    const double line = QFontMetricsF(font).height();
    return {2.0 * kSideMargin * line, 2.0 * kTopMargin * line};
}

double fittingPaneScale(const PlaneAxes &axes, QSizeF pane, const QFont &font, double ratio)
{
    const QSizeF room = pane - paneMargins(font);
    return fittingScale(axes, room.expandedTo(QSizeF(1, 1)) * ratio);
}

void paintSlice(QPainter &painter, const QRectF &area, VolumeSlices &volume, const PaneView &view)
{
    const double ratio = painter.device()->devicePixelRatioF();
    const QRectF pane = deviceRect(area, ratio);
    painter.fillRect(area, QColor(kPictureBackground));
    paintVoxels(painter, pane, volume, view, view.colours, ratio);
    if (view.reveal)
        paintReveal(painter, area, pane, view, ratio);
}

void paintPane(QPainter &painter, const QRectF &area, VolumeSlices &volume, const PaneView &view)
{
    const double ratio = painter.device()->devicePixelRatioF();
    paintSlice(painter, area, volume, view);
    const SlicePlacement placement = placementIn(deviceRect(area, ratio), volume, view);
    const Pane pane{painter, area, ratio, placement, volume, view};
    painter.save();
    painter.setClipRect(area, Qt::IntersectClip);
    if (view.settings.crosshair)
        paintCrosshair(pane);
    painter.setRenderHint(QPainter::Antialiasing);
    if (view.settings.annotations) {
        for (const Measurement &measurement : view.measurements) {
            if (measurement.plane == view.plane &&
                measurement.slice == placement.axes.sliceOf(view.cursor))
                paintMeasurement(pane, measurement);
        }
        paintScaleBar(pane);
        paintTexts(pane);
    }
    const QString title = view.settings.annotations
                              ? sliceText(volume.volume().geometry, placement.axes, view.cursor)
                              : QString();
    paintEdgeLetters(painter, area, placement.axes,
                     QFontMetricsF(painter.font()).horizontalAdvance(title));
    painter.restore();
}

} // namespace mrb::viewer
