// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/report/HistogramPicture.h"

#include "viewer/widgets/HistogramRange.h"

#include <QCoreApplication>
#include <QFontMetrics>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace mrb::ui {

namespace {

struct Picture
{
    Q_DECLARE_TR_FUNCTIONS(mrb::ui::ReportPanel)
};

QString ending(const viewer::ValueRange &range, double value)
{
    return QString::number(viewer::roundedFor(range, value), 'g', 6);
}

} // namespace

QImage histogramPicture(const viewer::Histogram &histogram, QSize size, double ratio,
                        const QPalette &palette, const QFont &font)
{
    QImage image((QSizeF(size) * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    if (size.isEmpty() || histogram.isEmpty())
        return image;
    viewer::ValueRange range =
        viewer::axisRange(&histogram, {histogram.low, histogram.low + histogram.binWidth}, false);
    // Its margin is for edges that are dragged; here it would claim values that are not there.
    range.low = std::max(range.low, histogram.firstEdge);
    range.high = std::max(range.low + histogram.binWidth,
                          std::min(range.high, histogram.edge(histogram.counts.size())));
    QPainter painter(&image);
    painter.setFont(font);
    const QFontMetrics metrics(font);
    const double floor = size.height() - metrics.height() - 2.0;
    const QColor text = palette.color(QPalette::WindowText);
    QColor bars = text;
    bars.setAlphaF(0.55F);
    const double step = 1.0 / ratio;
    for (double x = 0.0; x < size.width(); x += step) {
        const double from = range.low + x / size.width() * range.width();
        const double to = range.low + (x + step) / size.width() * range.width();
        const double height = viewer::tallestBetween(histogram, from, to) * floor;
        painter.fillRect(QRectF(x, floor - height, step, height), bars);
    }
    painter.setPen(text);
    painter.fillRect(QRectF(0.0, floor, size.width(), 1.0), bars);
    const QRectF below(0.0, floor + 2.0, size.width(), metrics.height());
    painter.drawText(below, Qt::AlignLeft, ending(range, std::max(range.low, histogram.low)));
    painter.drawText(below, Qt::AlignRight, ending(range, std::min(range.high, histogram.high)));
    const QString caption = Picture::tr("intensity (voxels: logarithmic)");
    if (metrics.horizontalAdvance(caption) < size.width() / 2)
        painter.drawText(below, Qt::AlignHCenter, caption);
    return image;
}

} // namespace mrb::ui
