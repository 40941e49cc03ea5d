// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/report/ReportDocument.h"
#include "ui/document/PdfFigures.h"

#include <QColor>
#include <QSizeF>
#include <QTextCursor>
#include <QTextTable>

class QTextDocument;

namespace mrb::ui {

/// Of a block that must be on one page with the next one.
inline constexpr int kKeepWithNext = QTextFormat::UserProperty + 1;

/// For text and rules of a tone, on paper.
QColor toneInk(backend::ReportTone tone);

/// Writes a report into a text document that is to be printed. Lengths are in 1/96 inch, which the
/// document's layout scales to its device.
class PdfText
{
public:
    /// @param page room for text, 1/96 inch
    PdfText(QTextDocument &text, QSizeF page, double unitsPerPixel);
    void write(const backend::ReportDocument &document);

private:
    /// How a paragraph looks.
    struct Look
    {
        double points = 9.0;
        QColor colour = {}; ///< none: ink
        bool bold = false;
        bool code = false;
        double above = 0.0;
        double below = 0.0;
        bool keepWithNext = false;
    };

    void write(const backend::DocumentSection &section);
    void add(const backend::DocumentParagraph &paragraph);
    void add(const backend::DocumentNotice &notice);
    void add(const backend::DocumentRows &rows);
    void add(const backend::DocumentGates &gates);
    void add(const backend::DocumentBullets &bullets);
    void add(const backend::DocumentReferences &references);
    void add(const backend::DocumentPicture &picture);
    void add(const backend::DocumentHistogram &histogram);

    /// A paragraph at the end of the document, or in the cell under way.
    void paragraph(const QString &words, const Look &look);
    void caption(const QString &words);
    /// Begins a table at the end of the document; widths are shares of the whole.
    QTextTable *table(int rows, const std::vector<double> &shares, double above, double below);
    void enterCell(QTextTable &table, int row, int column);
    void leaveTable();
    /// One cell with a bar of the tone at its left; what follows goes into it until leaveTable().
    void beginBox(backend::ReportTone tone);
    void gateRow(QTextTable &table, int row, const backend::ReportGate &gate);

    QTextDocument &m_text;
    QTextCursor m_cursor;
    PdfFigures m_figures;
    QSizeF m_page;
    bool m_introduces = false; ///< a paragraph that something of its section follows
    bool m_fresh = true;       ///< the block under way has nothing in it yet
};

} // namespace mrb::ui
