// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of HistogramView that paints.
#include "viewer/render/ColourMap.h"
#include "viewer/render/SlicePipeline.h"
#include "viewer/render/World.h"
#include "viewer/widgets/HistogramView.h"

#include <QImage>
#include <QPainter>
#include <QPainterPath>
#include <QtMath>

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

namespace {

/// A mixture that stays readable in light and dark palettes.
QColor blend(const QColor &a, const QColor &b, double share)
{
    const auto mix = [share](int x, int y) {
        return static_cast<int>(std::lround(x + (y - x) * share));
    };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

QImage gradient(const ColourMap &map)
{
    QImage image(static_cast<int>(map.colours.size()), 1, QImage::Format_RGB32);
    std::copy(map.colours.begin(), map.colours.end(), reinterpret_cast<QRgb *>(image.scanLine(0)));
    return image;
}

} // namespace

void HistogramView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = plot();
    const QColor frame =
        blend(palette().color(QPalette::Base), palette().color(QPalette::Text), 0.25);
    painter.fillRect(area, palette().color(QPalette::Base));
    paintBars(painter);
    painter.setPen(frame);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5));
    paintStrip(painter);
    painter.setPen(frame);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(strip().adjusted(-0.5, -0.5, 0.5, 0.5));
    paintEdges(painter);
    paintTexts(painter);
}

void HistogramView::paintBars(QPainter &painter) const
{
    const QRectF area = plot();
    const QPalette colours = palette();
    const QColor base = colours.color(QPalette::Base);
    const double low = std::clamp(xOf(m_colours.window.low), area.left(), area.right());
    const double high = std::clamp(xOf(m_colours.window.high), area.left(), area.right());
    painter.fillRect(QRectF(low, area.top(), high - low, area.height()),
                     blend(base, colours.color(QPalette::Highlight), 0.12));
    if (!m_histogram || m_histogram->isEmpty())
        return;
    // One step per device pixel: a bin narrower than that shows when it is the tallest in its
    // pixel.
    const double step = 1.0 / devicePixelRatioF();
    QPainterPath bars(area.bottomLeft());
    const int steps = qCeil(area.width() / step);
    for (int i = 0; i < steps; ++i) {
        const double x = area.left() + i * step;
        const double end = std::min(x + step, area.right());
        const double y = area.bottom() - 0.94 * area.height() *
                                             tallestBetween(*m_histogram, valueAt(x), valueAt(end));
        bars.lineTo(x, y);
        bars.lineTo(end, y);
    }
    bars.lineTo(area.bottomRight());
    bars.closeSubpath();
    const QColor text = colours.color(QPalette::Text);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillPath(bars, blend(base, text, 0.3));
    painter.setClipRect(QRectF(low, area.top(), high - low, area.height()));
    painter.fillPath(bars, blend(text, colours.color(QPalette::Highlight), 0.75));
    painter.restore();
}

void HistogramView::paintStrip(QPainter &painter) const
{
    const ColourMap *map = findColourMap(m_colours.map);
    if (!map)
        return;
    const QRectF area = strip();
    const double low = std::clamp(xOf(m_colours.window.low), area.left(), area.right());
    const double high = std::clamp(xOf(m_colours.window.high), area.left(), area.right());
    const bool mark = m_colours.markOutOfRange;
    painter.fillRect(QRectF(area.topLeft(), QPointF(low, area.bottom())),
                     QColor(mark ? kBelowWindowColour : map->colours.front()));
    painter.fillRect(QRectF(QPointF(high, area.top()), area.bottomRight()),
                     QColor(mark ? kAboveWindowColour : map->colours.back()));
    painter.save();
    painter.setClipRect(area);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(QRectF(QPointF(xOf(m_colours.window.low), area.top()),
                             QPointF(xOf(m_colours.window.high), area.bottom())),
                      gradient(*map));
    painter.restore();
}

void HistogramView::paintEdges(QPainter &painter) const
{
    const QRectF area = plot();
    const QColor text = palette().color(QPalette::Text);
    const QColor accent = palette().color(QPalette::Highlight);
    for (const Part part : {Part::Low, Part::High}) {
        const double x = xOf(part == Part::Low ? m_colours.window.low : m_colours.window.high);
        const bool chosen = hasFocus() && m_selected == part;
        const QColor colour = chosen ? accent : text;
        painter.setPen(QPen(colour, chosen ? 2.0 : 1.25));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, strip().bottom()));
        painter.setPen(QPen(palette().color(QPalette::Window), 1.0));
        painter.setBrush(colour);
        const double half = chosen ? 5.5 : 4.5;
        const double y = strip().center().y();
        painter.drawRoundedRect(QRectF(x - half, y - 7.0, 2.0 * half, 14.0), 2.5, 2.5);
    }
}

void HistogramView::paintTexts(QPainter &painter) const
{
    const QRectF area = plot();
    const QColor text = palette().color(QPalette::WindowText);
    const QColor quiet = blend(palette().color(QPalette::Window), text, 0.65);
    const double line = fontMetrics().height();
    const QRectF top(area.left(), 0.0, area.width(), line);
    const QRectF bottom(area.left(), strip().bottom() + 4.0, area.width(), line);

    painter.setPen(text);
    painter.drawText(
        top, Qt::AlignLeft | Qt::AlignVCenter,
        fontMetrics().elidedText(readout(), Qt::ElideRight, static_cast<int>(top.width())));
    painter.setPen(quiet);
    QString low = numberText(roundedFor(m_range, m_range.low));
    QString high = numberText(roundedFor(m_range, m_range.high));
    if (m_histogram && !m_histogram->isEmpty()) {
        // A mark that there is more beyond the end of the axis.
        const OutsideCounts outside = outsideOf(*m_histogram, m_range);
        if (outside.below > 0)
            low.prepend(QStringLiteral("◂ "));
        if (outside.above > 0)
            high.append(QStringLiteral(" ▸"));
    } else {
        painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap,
                         m_histogram               ? tr("No finite values")
                         : m_placeholder.isEmpty() ? tr("Counting…")
                                                   : m_placeholder);
    }
    painter.drawText(bottom, Qt::AlignLeft | Qt::AlignVCenter, low);
    painter.drawText(bottom, Qt::AlignRight | Qt::AlignVCenter, high);
}

} // namespace mrb::viewer
