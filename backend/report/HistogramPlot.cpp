// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/HistogramPlot.h"

#include "backend/base/Text.h"
#include "backend/report/ReportFormat.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace mrb::backend {

namespace {

constexpr double kLeft = 44.0;
constexpr double kRight = 12.0;
constexpr double kTop = 8.0;
constexpr double kBottom = 24.0;
/// More bars than that share a column, which is then as high as the highest of them.
constexpr std::size_t kMostColumns = 512;
constexpr double kTicks = 8.0;

double last(const DocumentHistogram &histogram)
{
    return histogram.firstEdge + histogram.binWidth * static_cast<double>(histogram.counts.size());
}

bool isDrawable(const DocumentHistogram &histogram)
{
    return !histogram.counts.empty() && histogram.binWidth > 0.0 &&
           std::isfinite(histogram.firstEdge) && std::isfinite(last(histogram)) &&
           last(histogram) > histogram.firstEdge && std::ranges::max(histogram.counts) > 0;
}

/// Of one voxel already above 0, so that it is seen.
double decades(std::uint64_t voxels)
{
    return voxels == 0 ? 0.0 : 1.0 + std::log10(static_cast<double>(voxels));
}

/// 1, 2 or 5 times a power of ten, so that about kTicks fit.
double tickStep(double width)
{
    const double rough = width / kTicks;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough)
            return factor * power;
    return 10.0 * power;
}

void addBars(HistogramPlot &plot, const DocumentHistogram &histogram, double highest)
{
    const std::size_t bins = histogram.counts.size();
    const std::size_t columns = std::min(bins, kMostColumns);
    const double width = plot.area.width() / static_cast<double>(columns);
    plot.outline.push_back(plot.area.bottomLeft());
    for (std::size_t column = 0; column < columns; ++column) {
        const auto from =
            histogram.counts.begin() + static_cast<std::ptrdiff_t>(column * bins / columns);
        const auto to =
            histogram.counts.begin() + static_cast<std::ptrdiff_t>((column + 1) * bins / columns);
        const double y = plot.area.bottom() -
                         plot.area.height() * decades(*std::max_element(from, to)) / highest;
        const double x = plot.area.left() + width * static_cast<double>(column);
        plot.outline.emplace_back(x, y);
        plot.outline.emplace_back(x + width, y);
    }
    plot.outline.push_back(plot.area.bottomRight());
}

/// 1, 10, 100, 1000, 10⁴ …
QString powerText(int power)
{
    constexpr const char16_t *kRaised =
        u"\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
    if (power <= 3)
        return QString::number(std::llround(std::pow(10.0, power)));
    QString text = QStringLiteral("10");
    for (const QChar digit : QString::number(power))
        text += QChar(kRaised[digit.digitValue()]);
    return text;
}

void addTicks(HistogramPlot &plot, const DocumentHistogram &histogram, double highest)
{
    const double from = histogram.firstEdge;
    const double width = last(histogram) - from;
    const double step = tickStep(width);
    const double first = std::ceil(from / step);
    for (int i = 0; i <= 2 * static_cast<int>(kTicks); ++i) {
        const double value = (first + i) * step;
        if (value > last(histogram))
            break;
        plot.values.push_back(
            {plot.area.left() + plot.area.width() * (value - from) / width, roundedText(value, 9)});
    }
    // Every decade where there is room, else every second one.
    const int stride = highest > 5.0 ? 2 : 1;
    for (int power = 0; 1.0 + power <= highest; power += stride)
        plot.voxels.push_back(
            {plot.area.bottom() - plot.area.height() * (1.0 + power) / highest, powerText(power)});
}

} // namespace

HistogramPlot plotOf(const DocumentHistogram &histogram)
{
    HistogramPlot plot;
    plot.area = QRectF(kLeft, kTop, kHistogramSize.width() - kLeft - kRight,
                       kHistogramSize.height() - kTop - kBottom);
    if (!isDrawable(histogram))
        return plot;
    const double highest = decades(std::ranges::max(histogram.counts));
    addBars(plot, histogram, highest);
    addTicks(plot, histogram, highest);
    return plot;
}

QString histogramDescription(const DocumentHistogram &histogram)
{
    if (!isDrawable(histogram))
        return Text::tr("Histogram without values.");
    const auto highest = std::ranges::max_element(histogram.counts);
    const double from =
        histogram.firstEdge +
        histogram.binWidth * static_cast<double>(highest - histogram.counts.begin());
    return Text::tr("Histogram of the intensities from %1 to %2; the number of voxels on a "
                    "logarithmic scale. The highest of %3 bars, %4 voxels, begins at %5.")
        .arg(roundedText(histogram.firstEdge, 6), roundedText(last(histogram), 6))
        .arg(histogram.counts.size())
        .arg(QLocale(QLocale::English).toString(static_cast<qulonglong>(*highest)),
             roundedText(from, 6));
}

} // namespace mrb::backend
