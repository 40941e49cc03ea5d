// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/ContactSheet.h"

#include "backend/base/Text.h"
#include "backend/run/Provenance.h"
#include "ui/results/RunPicture.h"
#include "ui/results/RunWords.h"
#include "viewer/render/Mosaic.h"
#include "viewer/render/PanePainter.h"
#include "viewer/render/PaneText.h"
#include "viewer/render/Pictures.h"

#include <QGuiApplication>
#include <QPainter>

#include <algorithm>
#include <exception>
#include <utility>

namespace mrb::ui {

namespace {

constexpr int kGap = 8; ///< between cells and around them, pixels
constexpr int kCaptionLines = 2;
constexpr double kPageAspect = 4.0 / 3.0;

QFont fontOfPixels(int pixels, bool bold = false)
{
    QFont font = QGuiApplication::font();
    font.setPixelSize(pixels);
    font.setBold(bold);
    return font;
}

/// Where everything is; pixels.
struct SheetLayout
{
    int columns = 1;
    int rows = 1;
    int cell = 0;
    QFont captionFont;
    int captionHeight = 0;
    QFont font; ///< of banner and footer
    QFont titleFont;
    int top = 0; ///< of the first row
    QSize size;

    QRect cellAt(int place) const
    {
        const int x = kGap + place % columns * (cell + kGap);
        const int y = top + place / columns * (cell + captionHeight + kGap);
        return {x, y, cell, cell};
    }
};

SheetLayout layOut(int count, const ContactSheetOptions &options, const QString &banner)
{
    SheetLayout layout;
    layout.cell = options.cellPixels;
    layout.captionFont = fontOfPixels(std::clamp(layout.cell / 17, 9, 26));
    if (options.captions)
        layout.captionHeight = kCaptionLines * QFontMetrics(layout.captionFont).height() + 2;
    const double aspect = double(layout.cell) / (layout.cell + layout.captionHeight);
    layout.columns =
        std::clamp(options.columns > 0 ? options.columns
                                       : viewer::bestGrid(count, aspect, kPageAspect).columns,
                   1, count);
    layout.rows = (count + layout.columns - 1) / layout.columns;
    const int width = kGap + layout.columns * (layout.cell + kGap);
    layout.font = fontOfPixels(std::clamp(width / 60, 10, 28));
    layout.titleFont = fontOfPixels(layout.font.pixelSize() * 3 / 2, true);
    layout.top = static_cast<int>(viewer::bannerHeight(banner, width, layout.font)) + kGap;
    if (!options.title.isEmpty())
        layout.top += QFontMetrics(layout.titleFont).height() + kGap;
    const int footer = static_cast<int>(viewer::footerHeight(layout.font));
    layout.size = {width,
                   layout.top + layout.rows * (layout.cell + layout.captionHeight + kGap) + footer};
    return layout;
}

QString bannerOf(const std::vector<backend::RunSummary> &runs,
                 const std::vector<SheetSlice> &slices)
{
    bool allPhantom = true;
    for (std::size_t i = 0; i < runs.size(); ++i)
        allPhantom = allPhantom && (runs[i].phantom || slices[i].phantom);
    return allPhantom ? backend::provenanceBanner(backend::Provenance::Phantom)
                      : Text::tr("Synthetic – research only, not for clinical use");
}

void paintCell(QPainter &painter, const SheetLayout &layout, const QRect &cell,
               const backend::RunSummary &run, const SheetSlice &slice, bool captions)
{
    if (slice.picture.isNull()) {
        painter.setFont(layout.captionFont);
        painter.setPen(QColor(viewer::kQuietPaneText));
        painter.drawRect(cell.adjusted(0, 0, -1, -1));
        painter.drawText(cell.adjusted(kGap, 0, -kGap, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         slice.problem);
    } else {
        const QSize fitted = slice.picture.size().scaled(cell.size(), Qt::KeepAspectRatio);
        QRect place(QPoint(), fitted);
        place.moveCenter(cell.center());
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(place, slice.picture);
    }
    if (run.phantom || slice.phantom)
        paintPhantomMark(painter, cell.adjusted(0, cell.height() / 2, 0, 0));
    if (!captions)
        return;
    painter.setFont(layout.captionFont);
    const QFontMetrics metrics(layout.captionFont);
    QStringList facts;
    if (run.seed)
        facts += Text::tr("seed %1").arg(*run.seed);
    facts += outcomeText(outcomeOf(run));
    if (run.review.rating != backend::Rating::Undecided)
        facts += ratingText(run.review.rating);
    QRect line(cell.left(), cell.bottom() + 2, cell.width(), metrics.height());
    painter.setPen(QColor(viewer::kPaneText));
    painter.drawText(line, Qt::AlignHCenter,
                     metrics.elidedText(runLabel(run), Qt::ElideRight, line.width()));
    line.translate(0, metrics.height());
    painter.setPen(QColor(viewer::kQuietPaneText));
    painter.drawText(
        line, Qt::AlignHCenter,
        metrics.elidedText(facts.join(QStringLiteral(" · ")), Qt::ElideRight, line.width()));
}

SheetSlice readSlice(const backend::RunSummary &run, viewer::Plane plane, int cellPixels,
                     std::stop_token stop)
{
    try {
        Result<RunPicture> volume = readRunPicture(run, std::move(stop));
        if (!volume)
            return {{},
                    run.phantom,
                    run.volumes.empty() ? Text::tr("No volume")
                                        : Text::tr("The volume cannot be read")};
        const double scale = fittingScale(*volume, plane, QSizeF(cellPixels, cellPixels));
        return {middleSlice(*volume, plane, scale), volume->phantom, {}};
    } catch (const std::exception &) { // nothing but lack of memory is left
        return {{}, run.phantom, Text::tr("Not enough memory")};
    }
}

std::optional<Error> problemWith(std::size_t runs, const SheetLayout &layout)
{
    if (layout.size.width() <= viewer::kMaxPictureEdge &&
        layout.size.height() <= viewer::kMaxPictureEdge &&
        qint64{layout.size.width()} * layout.size.height() <= viewer::kMaxPicturePixels)
        return {};
    return Error{error_codes::kSheetTooLarge,
                 Text::tr("A contact sheet of %1 runs would have %2 × %3 pixels")
                     .arg(runs)
                     .arg(layout.size.width())
                     .arg(layout.size.height()),
                 Text::tr("Choose smaller cells, or fewer runs.")};
}

} // namespace

std::vector<SheetSlice> readSheetSlices(const std::vector<backend::RunSummary> &runs,
                                        viewer::Plane plane, int cellPixels, std::stop_token stop,
                                        const std::function<void(int)> &done)
{
    std::vector<SheetSlice> slices(runs.size());
    for (std::size_t i = 0; i < runs.size() && !stop.stop_requested(); ++i) {
        slices[i] = readSlice(runs[i], plane, cellPixels, stop);
        if (done)
            done(static_cast<int>(i) + 1);
    }
    return slices;
}

Result<QImage> composeSheet(const std::vector<backend::RunSummary> &runs,
                            const std::vector<SheetSlice> &slices,
                            const ContactSheetOptions &options)
{
    Q_ASSERT(slices.size() == runs.size());
    if (runs.empty())
        return Error{error_codes::kSheetEmpty, Text::tr("There are no runs for a contact sheet"),
                     Text::tr("Select the runs that it is to show.")};
    const QString banner = bannerOf(runs, slices);
    const SheetLayout layout = layOut(static_cast<int>(runs.size()), options, banner);
    if (auto problem = problemWith(runs.size(), layout))
        return *problem;
    QImage sheet(layout.size, QImage::Format_RGB32);
    if (sheet.isNull())
        return Error{error_codes::kSheetTooLarge,
                     Text::tr("There is not enough memory for the contact sheet"),
                     Text::tr("Choose smaller cells, or fewer runs.")};
    sheet.fill(viewer::kPictureBackground);
    QPainter painter(&sheet);
    painter.setFont(layout.font);
    const double width = layout.size.width();
    viewer::paintBanner(painter, {0, 0, width, viewer::bannerHeight(banner, width, layout.font)},
                        banner);
    if (!options.title.isEmpty()) {
        painter.setFont(layout.titleFont);
        painter.setPen(QColor(viewer::kPaneText));
        const QFontMetrics metrics(layout.titleFont);
        const QRect line(kGap, layout.top - kGap - metrics.height(), sheet.width() - 2 * kGap,
                         metrics.height());
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(options.title, Qt::ElideRight, line.width()));
    }
    for (std::size_t i = 0; i < runs.size(); ++i)
        paintCell(painter, layout, layout.cellAt(static_cast<int>(i)), runs[i], slices[i],
                  options.captions);
    painter.setFont(layout.font);
    const double footer = viewer::footerHeight(layout.font);
    viewer::paintFooter(painter, {0, layout.size.height() - footer, width, footer},
                        viewer::conventionText(viewer::Convention::Radiological),
                        Text::tr("%1, middle slices, each with its own window")
                            .arg(viewer::planeName(options.plane)));
    sheet.setText(QStringLiteral("Description"), banner);
    return sheet;
}

Result<QImage> contactSheet(const std::vector<backend::RunSummary> &runs,
                            const ContactSheetOptions &options, std::stop_token stop)
{
    return composeSheet(
        runs, readSheetSlices(runs, options.plane, options.cellPixels, std::move(stop)), options);
}

} // namespace mrb::ui
