// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/document/PdfText.h"

#include "backend/base/Text.h"
#include "ui/document/ReportPdf.h"

#include <QTextDocument>
#include <QTextOption>
#include <QTextTableCellFormat>

namespace mrb::ui {

namespace {

using backend::ReportGate;
using backend::ReportRow;
using backend::ReportTone;

constexpr double kBody = 9.0;
constexpr double kSmall = 7.8;
constexpr double kHeading = 12.0;
constexpr double kTitle = 17.0;
constexpr double kAroundBox = 4.0;
constexpr double kBelowRows = 14.0;

QColor toneGround(ReportTone tone)
{
    switch (tone) {
    case ReportTone::Good:
        return {0xe9, 0xf4, 0xec};
    case ReportTone::Notice:
        return {0xfd, 0xf3, 0xe1};
    case ReportTone::Bad:
        return {0xfb, 0xeb, 0xea};
    case ReportTone::Plain:
        break;
    }
    return {0xee, 0xf1, 0xf4};
}

QString withSign(ReportTone tone, const QString &text)
{
    const QString sign = backend::toneSign(tone);
    return sign.isEmpty() ? text : sign + u' ' + text;
}

QFont bodyFont()
{
    QFont font;
    font.setFamilies({QStringLiteral("Liberation Sans"), QStringLiteral("DejaVu Sans")});
    font.setStyleHint(QFont::SansSerif);
    font.setPointSizeF(kBody);
    // Apart by nothing that is seen, but no ligatures: "Affine" is to be found by its letters.
    font.setLetterSpacing(QFont::AbsoluteSpacing, 0.1);
    return font;
}

} // namespace

QColor toneInk(ReportTone tone)
{
    switch (tone) {
    case ReportTone::Good:
        return {0x1b, 0x72, 0x2c};
    case ReportTone::Notice:
        return {0x8a, 0x53, 0x00};
    case ReportTone::Bad:
        return {0xb0, 0x1c, 0x1c};
    case ReportTone::Plain:
        break;
    }
    return {0x3d, 0x48, 0x54};
}

PdfText::PdfText(QTextDocument &text, QSizeF page, double unitsPerPixel)
    : m_text(text), m_cursor(&text), m_figures(text, unitsPerPixel), m_page(page)
{
    m_text.setDocumentMargin(0.0);
    m_text.setDefaultFont(bodyFont());
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_text.setDefaultTextOption(option);
}

void PdfText::write(const backend::ReportDocument &document)
{
    // Laid out once: a block that was empty after a table keeps no height when text comes later.
    m_cursor.beginEditBlock();
    beginBox(document.bannerTone);
    paragraph(document.banner,
              {.points = kBody, .colour = toneInk(document.bannerTone), .bold = true});
    leaveTable();
    paragraph(document.title,
              {.points = kTitle, .colour = kPdfInk, .bold = true, .above = 8.0, .below = 6.0});
    beginBox(document.verdictTone);
    paragraph(withSign(document.verdictTone, document.verdict),
              {.points = 13.0, .colour = toneInk(document.verdictTone), .bold = true});
    if (!document.verdictText.isEmpty())
        paragraph(document.verdictText, {.points = kBody, .colour = kPdfInk, .above = 2.0});
    leaveTable();
    for (const backend::DocumentBlock &block : document.opening)
        std::visit([this](const auto &part) { add(part); }, block);
    for (const backend::DocumentSection &section : document.sections)
        write(section);
    paragraph(document.disclaimer, {.points = kSmall, .colour = kPdfQuiet, .above = 18.0});
    paragraph(QStringLiteral("%1. %2").arg(document.madeBy, document.madeOf),
              {.points = kSmall, .colour = kPdfQuiet, .above = 4.0});
    m_cursor.endEditBlock();
}

void PdfText::write(const backend::DocumentSection &section)
{
    paragraph(section.title, {.points = kHeading,
                              .colour = kPdfInk,
                              .bold = true,
                              .above = 16.0,
                              .below = 4.0,
                              .keepWithNext = true});
    for (std::size_t i = 0; i < section.blocks.size(); ++i) {
        m_introduces = i + 1 < section.blocks.size();
        std::visit([this](const auto &part) { add(part); }, section.blocks[i]);
    }
    m_introduces = false;
}

void PdfText::paragraph(const QString &words, const Look &look)
{
    QTextBlockFormat block;
    block.setTopMargin(look.above);
    block.setBottomMargin(look.below);
    if (!words.isEmpty()) // a figure's line is as high as the figure
        block.setLineHeight(115.0, QTextBlockFormat::ProportionalHeight);
    if (look.keepWithNext)
        block.setProperty(kKeepWithNext, true);
    QTextCharFormat letters;
    letters.setFontPointSize(look.points);
    letters.setForeground(look.colour.isValid() ? look.colour : kPdfInk);
    letters.setFontWeight(look.bold ? QFont::Bold : QFont::Normal);
    if (look.code) {
        letters.setFontFamilies({QStringLiteral("DejaVu Sans Mono")});
        letters.setFontStyleHint(QFont::Monospace);
    }
    if (m_fresh) { // its letters are not set as such: those of a cell's first block are the cell's
        m_cursor.setBlockFormat(block);
    } else {
        m_cursor.insertBlock(block, letters);
    }
    m_fresh = false;
    m_cursor.insertText(words, letters);
}

QTextTable *PdfText::table(int rows, const std::vector<double> &shares, double above, double below)
{
    QTextTableFormat format;
    format.setTopMargin(above);
    format.setBottomMargin(below); // the block after a table has no margin above it
    format.setBorder(0.0);
    format.setBorderCollapse(true);
    format.setCellSpacing(0.0);
    format.setCellPadding(0.0);
    format.setWidth(QTextLength(QTextLength::PercentageLength, 100.0));
    QList<QTextLength> widths;
    for (const double share : shares)
        widths.append(QTextLength(QTextLength::PercentageLength, share * 100.0));
    format.setColumnWidthConstraints(widths);
    return m_cursor.insertTable(rows, static_cast<int>(shares.size()), format);
}

void PdfText::enterCell(QTextTable &table, int row, int column)
{
    m_cursor = table.cellAt(row, column).firstCursorPosition();
    m_fresh = true;
}

void PdfText::leaveTable()
{
    m_cursor.movePosition(QTextCursor::End);
    m_fresh = true; // the block that follows a table is there already
}

void PdfText::beginBox(ReportTone tone)
{
    QTextTable *box = table(1, {0.01, 0.99}, kAroundBox, kAroundBox);
    QTextTableCellFormat bar;
    bar.setBackground(toneInk(tone));
    box->cellAt(0, 0).setFormat(bar);
    QTextTableCellFormat room;
    room.setBackground(toneGround(tone));
    room.setLeftPadding(8.0);
    room.setRightPadding(8.0);
    room.setTopPadding(5.0);
    room.setBottomPadding(6.0);
    box->cellAt(0, 1).setFormat(room);
    enterCell(*box, 0, 1);
}

void PdfText::add(const backend::DocumentParagraph &words)
{
    paragraph(words.text,
              {.points = kBody, .above = 3.0, .below = 5.0, .keepWithNext = m_introduces});
}

void PdfText::add(const backend::DocumentNotice &notice)
{
    beginBox(notice.tone);
    paragraph(withSign(notice.tone, notice.title),
              {.points = kBody, .colour = toneInk(notice.tone), .bold = true});
    for (const auto &line : notice.lines) {
        const QString bullet = notice.lines.size() > 1 ? QStringLiteral("\u2022 ") : QString();
        paragraph(bullet + line.text, {.points = kBody, .above = 3.0});
        if (!line.detail.isEmpty())
            paragraph(line.detail, {.points = kSmall, .colour = kPdfQuiet});
    }
    if (!notice.evidence.isEmpty()) {
        paragraph(Text::tr("In the log:"), {.points = kSmall, .colour = kPdfQuiet, .above = 3.0});
        paragraph(notice.evidence, {.points = kSmall, .code = true});
    }
    leaveTable();
}

namespace {

QTextTableCellFormat cellFormat(bool lastColumn)
{
    QTextTableCellFormat cell;
    cell.setTopPadding(3.0);
    cell.setBottomPadding(4.0);
    cell.setRightPadding(lastColumn ? 0.0 : 10.0);
    cell.setBottomBorder(0.75);
    cell.setBottomBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    cell.setBottomBorderBrush(kPdfRule);
    return cell;
}

void formatCells(QTextTable &table)
{
    for (int row = 0; row < table.rows(); ++row)
        for (int column = 0; column < table.columns(); ++column)
            table.cellAt(row, column).setFormat(cellFormat(column + 1 == table.columns()));
}

} // namespace

void PdfText::add(const backend::DocumentRows &rows)
{
    if (rows.rows.empty())
        return;
    QTextTable *list = table(static_cast<int>(rows.rows.size()), {0.32, 0.68}, 0.0, kBelowRows);
    formatCells(*list);
    for (int i = 0; i < list->rows(); ++i) {
        const ReportRow &row = rows.rows[static_cast<std::size_t>(i)];
        enterCell(*list, i, 0);
        paragraph(row.name, {.points = kBody, .colour = kPdfQuiet});
        enterCell(*list, i, 1);
        const bool code = backend::isCode(row.value);
        for (const QString &line : row.value.split(u'\n'))
            paragraph(code ? line : withSign(row.tone, line),
                      {.points = code ? kSmall : kBody,
                       .colour = row.tone == ReportTone::Plain ? kPdfInk : toneInk(row.tone),
                       .code = code});
        if (!row.note.isEmpty())
            paragraph(row.note, {.points = kSmall, .colour = kPdfQuiet});
    }
    leaveTable();
}

void PdfText::gateRow(QTextTable &table, int row, const ReportGate &gate)
{
    const ReportTone tone = backend::gateTone(gate);
    enterCell(table, row, 0);
    paragraph(withSign(tone, backend::gateVerdict(gate)),
              {.points = kBody, .colour = toneInk(tone), .bold = true});
    enterCell(table, row, 1);
    paragraph(gate.question, {.points = kBody, .bold = tone == ReportTone::Bad});
    if (!gate.meaning.isEmpty())
        paragraph(gate.meaning, {.points = kBody});
    if (!gate.note.isEmpty())
        paragraph(gate.note, {.points = kSmall, .colour = kPdfQuiet});
    paragraph(gate.path, {.points = 7.0, .colour = kPdfQuiet, .code = true});
    enterCell(table, row, 2);
    paragraph(gate.requested, {.points = kBody});
    enterCell(table, row, 3);
    paragraph(gate.observed, {.points = kBody});
}

void PdfText::add(const backend::DocumentGates &gates)
{
    QTextTable *list =
        table(static_cast<int>(gates.gates.size()) + 1, {0.15, 0.49, 0.18, 0.18}, 0.0, kBelowRows);
    QTextTableFormat format = list->format();
    format.setHeaderRowCount(1);
    list->setFormat(format);
    formatCells(*list);
    const QStringList titles = {Text::tr("Status"), Text::tr("Check"), Text::tr("Requested"),
                                Text::tr("Observed")};
    for (int column = 0; column < titles.size(); ++column) {
        enterCell(*list, 0, column);
        paragraph(titles[column], {.points = kSmall, .colour = kPdfQuiet, .bold = true});
    }
    for (std::size_t i = 0; i < gates.gates.size(); ++i)
        gateRow(*list, static_cast<int>(i) + 1, gates.gates[i]);
    leaveTable();
}

void PdfText::add(const backend::DocumentBullets &bullets)
{
    for (const QString &item : bullets.items)
        paragraph(QStringLiteral("\u2022 ") + item, {.points = kBody, .below = 1.5});
}

void PdfText::add(const backend::DocumentReferences &references)
{
    for (std::size_t i = 0; i < references.items.size(); ++i) {
        paragraph(QStringLiteral("[%1] %2").arg(i + 1).arg(references.items[i].text),
                  {.points = kBody, .above = 2.0});
        paragraph(references.items[i].address, {.points = kSmall, .colour = kPdfQuiet});
    }
}

void PdfText::caption(const QString &words)
{
    paragraph(words, {.points = kSmall, .colour = kPdfQuiet, .above = 3.0, .below = 8.0});
}

void PdfText::add(const backend::DocumentPicture &picture)
{
    const QImage image = QImage::fromData(picture.png, "png");
    if (!image.isNull()) {
        // Room for the caption on the same page.
        const QSizeF most(m_page.width(), m_page.height() * 0.8);
        paragraph({}, {.points = kBody, .above = 4.0, .keepWithNext = true});
        m_figures.insert(m_cursor, image, QSizeF(image.size()).scaled(most, Qt::KeepAspectRatio));
    }
    caption(picture.caption);
}

void PdfText::add(const backend::DocumentHistogram &histogram)
{
    const backend::HistogramPlot plot = backend::plotOf(histogram);
    if (!plot.isEmpty()) {
        paragraph({}, {.points = kBody, .above = 4.0, .keepWithNext = true});
        m_figures.insert(m_cursor, plot,
                         backend::kHistogramSize.scaled(m_page, Qt::KeepAspectRatio));
    }
    caption(histogram.caption);
}

} // namespace mrb::ui
