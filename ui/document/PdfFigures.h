// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/report/HistogramPlot.h"

#include <QImage>
#include <QTextDocument>
#include <QTextObjectInterface>

#include <variant>
#include <vector>

class QTextCursor;

namespace mrb::ui {

/// Draws the figures of a text document at the resolution of the device: pictures with all their
/// pixels, histograms as lines.
class PdfFigures final : public QObject, public QTextObjectInterface
{
    Q_OBJECT
    Q_INTERFACES(QTextObjectInterface)

public:
    /// @param unitsPerPixel device units per 1/96 inch
    PdfFigures(QTextDocument &document, double unitsPerPixel);

    /// In a line of its own at the cursor. @param size in 1/96 inch
    void insert(QTextCursor &cursor, const QImage &picture, QSizeF size);
    void insert(QTextCursor &cursor, const backend::HistogramPlot &plot, QSizeF size);

    QSizeF intrinsicSize(QTextDocument *document, int position, const QTextFormat &format) override;
    void drawObject(QPainter *painter, const QRectF &rect, QTextDocument *document, int position,
                    const QTextFormat &format) override;

private:
    struct Figure
    {
        std::variant<QImage, backend::HistogramPlot> content;
        QSizeF size;
    };

    void insertLast(QTextCursor &cursor);

    std::vector<Figure> m_figures;
    double m_unitsPerPixel;
};

} // namespace mrb::ui
