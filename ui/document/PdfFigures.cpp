// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/document/PdfFigures.h"

#include "ui/document/ReportPdf.h"

#include <QAbstractTextDocumentLayout>
#include <QFont>
#include <QPainter>
#include <QPolygonF>
#include <QTextCursor>

#include <utility>

namespace mrb::ui {

namespace {

constexpr int kFigure = QTextFormat::UserObject + 1;
constexpr int kIndex = QTextFormat::UserProperty + 100;
constexpr double kTickPixels = 11.0;

void drawTexts(QPainter &painter, const backend::HistogramPlot &plot)
{
    QFont font = painter.font();
    font.setPixelSize(static_cast<int>(kTickPixels));
    painter.setFont(font);
    painter.setPen(kPdfQuiet);
    const QRectF &area = plot.area;
    for (const auto &tick : plot.values)
        painter.drawText(QRectF(tick.at - 50.0, area.bottom() + 5.0, 100.0, 16.0),
                         Qt::AlignHCenter | Qt::AlignTop, tick.text);
    for (const auto &tick : plot.voxels)
        painter.drawText(QRectF(0.0, tick.at - 8.0, area.left() - 7.0, 16.0),
                         Qt::AlignRight | Qt::AlignVCenter, tick.text);
}

void drawPlot(QPainter &painter, const QRectF &rect, const backend::HistogramPlot &plot)
{
    painter.save();
    painter.translate(rect.topLeft());
    painter.scale(rect.width() / backend::kHistogramSize.width(),
                  rect.height() / backend::kHistogramSize.height());
    painter.setPen(Qt::NoPen);
    painter.setBrush(kPdfBars);
    painter.drawPolygon(QPolygonF(QList<QPointF>(plot.outline.begin(), plot.outline.end())));
    painter.setPen(QPen(kPdfQuiet, 0.8));
    const QRectF &area = plot.area;
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.drawLine(area.topLeft(), area.bottomLeft());
    for (const auto &tick : plot.values)
        painter.drawLine(QPointF(tick.at, area.bottom()), QPointF(tick.at, area.bottom() + 4.0));
    for (const auto &tick : plot.voxels)
        painter.drawLine(QPointF(area.left() - 4.0, tick.at), QPointF(area.left(), tick.at));
    drawTexts(painter, plot);
    painter.restore();
}

} // namespace

PdfFigures::PdfFigures(QTextDocument &document, double unitsPerPixel)
    : m_unitsPerPixel(unitsPerPixel)
{
    document.documentLayout()->registerHandler(kFigure, this);
}

void PdfFigures::insert(QTextCursor &cursor, const QImage &picture, QSizeF size)
{
    m_figures.push_back({picture, size});
    insertLast(cursor);
}

void PdfFigures::insert(QTextCursor &cursor, const backend::HistogramPlot &plot, QSizeF size)
{
    m_figures.push_back({plot, size});
    insertLast(cursor);
}

void PdfFigures::insertLast(QTextCursor &cursor)
{
    QTextCharFormat format;
    format.setObjectType(kFigure);
    format.setProperty(kIndex, static_cast<int>(m_figures.size()) - 1);
    cursor.insertText(QString(QChar::ObjectReplacementCharacter), format);
}

QSizeF PdfFigures::intrinsicSize(QTextDocument *, int, const QTextFormat &format)
{
    return m_figures.at(static_cast<std::size_t>(format.intProperty(kIndex))).size *
           m_unitsPerPixel;
}

void PdfFigures::drawObject(QPainter *painter, const QRectF &rect, QTextDocument *, int,
                            const QTextFormat &format)
{
    const Figure &figure = m_figures.at(static_cast<std::size_t>(format.intProperty(kIndex)));
    if (const auto *picture = std::get_if<QImage>(&figure.content))
        painter->drawImage(rect, *picture);
    else
        drawPlot(*painter, rect, std::get<backend::HistogramPlot>(figure.content));
}

} // namespace mrb::ui
