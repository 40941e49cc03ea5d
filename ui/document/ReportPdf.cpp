// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/document/ReportPdf.h"

#include "backend/base/Text.h"
#include "ui/document/PdfPages.h"
#include "ui/document/PdfText.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QFontMetricsF>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QTextDocument>

namespace mrb::ui {

namespace {

constexpr int kDotsPerInch = 600;
constexpr double kPerPixel = kDotsPerInch / 96.0;
constexpr double kSideMm = 18.0;
constexpr double kEndMm = 12.0;
constexpr double kHeader = 34.0; ///< 1/96 inch, as the next
constexpr double kFooter = 30.0;
constexpr double kSmallPoints = 7.5;

struct Page
{
    QRectF paper; ///< inside of the margins, device units
    QRectF body;
};

Page pageOf(const QPdfWriter &writer)
{
    const QRectF paper(0, 0, writer.width(), writer.height());
    return {paper, paper.adjusted(0, kHeader * kPerPixel, 0, -kFooter * kPerPixel)};
}

void paintHeader(QPainter &painter, const Page &page, const backend::ReportDocument &document)
{
    const QRectF strip(page.paper.left(), page.paper.top(), page.paper.width(), 20.0 * kPerPixel);
    const QFontMetricsF metrics(painter.font(), painter.device());
    const double right = metrics.horizontalAdvance(document.banner);
    const QRectF left = strip.adjusted(0, 0, -right - 16.0 * kPerPixel, 0);
    painter.setPen(kPdfQuiet);
    painter.drawText(left, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     metrics.elidedText(document.title, Qt::ElideRight, left.width()));
    painter.setPen(toneInk(document.bannerTone));
    painter.drawText(strip, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                     document.banner);
    painter.setPen(QPen(kPdfRule, kPerPixel));
    painter.drawLine(strip.bottomLeft(), strip.bottomRight());
}

void paintFooter(QPainter &painter, const Page &page, const backend::ReportDocument &document,
                 int number, int count)
{
    const QRectF strip(page.paper.left(), page.paper.bottom() - 18.0 * kPerPixel,
                       page.paper.width(), 18.0 * kPerPixel);
    painter.setPen(kPdfQuiet);
    painter.drawText(strip, Qt::AlignLeft | Qt::AlignBottom, document.madeBy);
    painter.drawText(strip, Qt::AlignRight | Qt::AlignBottom,
                     Text::tr("Page %1 of %2").arg(number).arg(count));
}

/// @param at where the slice's upper edge comes
void paintSlice(QPainter &painter, const QTextDocument &text, const PdfSlice &slice, QPointF at,
                double width)
{
    painter.save();
    painter.translate(at.x(), at.y() - slice.top);
    const QRectF part(0, slice.top, width, slice.height());
    painter.setClipRect(part);
    QAbstractTextDocumentLayout::PaintContext context;
    // A line that only touches the slice would be there unseen, for whoever searches or copies.
    context.clip = part.adjusted(0, kPerPixel, 0, -kPerPixel);
    context.palette.setColor(QPalette::Text, kPdfInk);
    text.documentLayout()->draw(&painter, context);
    painter.restore();
}

void paintBody(QPainter &painter, const QTextDocument &text, const Page &page,
               const PdfPage &content)
{
    const QPointF top = page.body.topLeft();
    if (content.titles.height() > 0.0)
        paintSlice(painter, text, content.titles, top, page.body.width());
    paintSlice(painter, text, content.body, top + QPointF(0, content.titles.height()),
               page.body.width());
}

Error notWritten()
{
    return {mrb::error_codes::kCannotWrite, Text::tr("The PDF could not be made."),
            Text::tr("Free some memory and try again.")};
}

} // namespace

Result<QByteArray> reportPdf(const backend::ReportDocument &document, const std::stop_token &stop)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(kDotsPerInch);
    writer.setTitle(document.title);
    writer.setCreator(document.madeBy);
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Portrait,
                                     QMarginsF(kSideMm, kEndMm, kSideMm, kEndMm),
                                     QPageLayout::Millimeter));
    const Page page = pageOf(writer);
    QTextDocument text;
    text.documentLayout()->setPaintDevice(&writer);
    PdfText content(text, page.body.size() / kPerPixel, kPerPixel);
    text.setTextWidth(page.body.width());
    content.write(document);
    // All of it before anything is asked: a layout that was begun elsewhere loses headings.
    static_cast<void>(text.documentLayout()->documentSize());
    const std::vector<PdfPage> pages = pagesOf(text, page.body.height(), kPerPixel);

    QPainter painter;
    if (!painter.begin(&writer))
        return notWritten();
    painter.setRenderHint(QPainter::LosslessImageRendering);
    QFont small = text.defaultFont();
    small.setPointSizeF(kSmallPoints);
    const auto count = static_cast<int>(pages.size());
    for (int index = 0; index < count && !stop.stop_requested(); ++index) {
        if (index > 0 && !writer.newPage())
            return notWritten();
        painter.setFont(small);
        paintHeader(painter, page, document);
        paintFooter(painter, page, document, index + 1, count);
        paintBody(painter, text, page, pages[static_cast<std::size_t>(index)]);
    }
    if (!painter.end())
        return notWritten();
    return buffer.data();
}

} // namespace mrb::ui
