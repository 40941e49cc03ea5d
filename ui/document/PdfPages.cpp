// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/document/PdfPages.h"

#include "ui/document/PdfText.h"

#include <QAbstractTextDocumentLayout>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextFrame>
#include <QTextLayout>
#include <QTextTable>

#include <algorithm>
#include <optional>

namespace mrb::ui {

namespace {

/// Rows that fill more of a page than this are divided between their lines.
constexpr double kTallestRow = 0.6;

PdfSlice around(const PdfSlice &one, const PdfSlice &other)
{
    return {std::min(one.top, other.top), std::max(one.bottom, other.bottom)};
}

/// What may and may not be divided, collected from the document.
class Dividing
{
public:
    Dividing(const QTextDocument &text, double height, double unitsPerPixel)
        : m_layout(*text.documentLayout()), m_height(height), m_scale(unitsPerPixel)
    {
        const QTextFrame *root = text.rootFrame();
        for (auto it = root->begin(); it != root->end(); ++it) {
            if (const auto *table = qobject_cast<const QTextTable *>(it.currentFrame()))
                addTable(*table);
            else if (it.currentBlock().isValid())
                addBlock(it.currentBlock());
        }
        std::ranges::sort(m_starts);
    }

    std::vector<PdfPage> pages() const
    {
        std::vector<PdfPage> pages;
        if (m_starts.empty())
            return pages;
        double top = m_starts.front();
        while (top < m_end) {
            const PdfSlice titles = titlesAt(top);
            const double bottom = endOfPage(top, m_height - titles.height());
            pages.push_back({{top, bottom}, titles});
            top = bottom;
        }
        return pages;
    }

private:
    struct Titles
    {
        PdfSlice row;
        PdfSlice rest; ///< of the table
    };

    std::vector<PdfSlice> linesOf(const QTextBlock &block) const
    {
        std::vector<PdfSlice> lines;
        const double top = m_layout.blockBoundingRect(block).top();
        const QTextLayout &layout = *block.layout();
        for (int i = 0; i < layout.lineCount(); ++i) {
            const QTextLine line = layout.lineAt(i);
            lines.push_back({top + line.y(), top + line.y() + line.height()});
        }
        return lines;
    }

    void addLines(const std::vector<PdfSlice> &lines)
    {
        for (std::size_t i = 0; i < lines.size(); ++i) {
            m_starts.push_back(lines[i].top);
            m_whole.push_back(lines[i]);
            if (i == 1 || (i > 1 && i + 1 == lines.size()))
                m_kept.push_back(around(lines[i - 1], lines[i]));
            m_end = std::max(m_end, lines[i].bottom);
        }
    }

    /// What has to be on one page with the block under way ends here.
    void endChain(double bottom)
    {
        for (const double top : m_chain)
            m_kept.push_back({top, bottom});
        m_chain.clear();
    }

    void addBlock(const QTextBlock &block)
    {
        const std::vector<PdfSlice> lines = linesOf(block);
        if (lines.empty() || (block.length() == 1 && block.text().isEmpty()))
            return; // stands between tables only
        addLines(lines);
        endChain(lines[std::min<std::size_t>(lines.size(), 2) - 1].bottom);
        if (block.blockFormat().boolProperty(kKeepWithNext))
            m_chain.push_back(lines.front().top);
    }

    /// With the room around its texts.
    std::optional<PdfSlice> addRow(const QTextTable &table, int row)
    {
        std::optional<PdfSlice> whole;
        std::vector<PdfSlice> lines;
        for (int column = 0; column < table.columns(); ++column) {
            const QTextTableCell cell = table.cellAt(row, column);
            const QTextTableCellFormat format = cell.format().toTableCellFormat();
            for (auto it = cell.begin(); it != cell.end(); ++it) {
                const std::vector<PdfSlice> more = linesOf(it.currentBlock());
                lines.insert(lines.end(), more.begin(), more.end());
            }
            if (lines.empty())
                continue;
            const PdfSlice cellSlice{
                lines.front().top - format.topPadding() * m_scale,
                lines.back().bottom + (format.bottomPadding() + format.bottomBorder()) * m_scale};
            whole = whole ? around(*whole, cellSlice) : cellSlice;
        }
        if (!whole)
            return whole;
        for (const PdfSlice &line : lines)
            whole = around(*whole, line);
        m_starts.push_back(whole->top);
        m_end = std::max(m_end, whole->bottom);
        if (whole->height() > kTallestRow * m_height)
            for (const PdfSlice &line : lines)
                addLines({line});
        else
            m_whole.push_back(*whole);
        return whole;
    }

    void addTable(const QTextTable &table)
    {
        const int titleRows = table.format().headerRowCount();
        std::optional<PdfSlice> titles;
        std::optional<PdfSlice> all;
        for (int row = 0; row < table.rows(); ++row) {
            const std::optional<PdfSlice> slice = addRow(table, row);
            if (!slice)
                continue;
            all = all ? around(*all, *slice) : *slice;
            if (row < titleRows) {
                titles = *all;
                m_chain.push_back(slice->top);
            } else {
                endChain(std::min(slice->bottom, slice->top + kTallestRow * m_height));
            }
        }
        if (titles)
            m_titles.push_back({*titles, {titles->bottom, all->bottom}});
    }

    PdfSlice titlesAt(double top) const
    {
        for (const Titles &titles : m_titles)
            if (top > titles.rest.top + m_scale && top < titles.rest.bottom)
                return titles.row;
        return {};
    }

    bool divides(const std::vector<PdfSlice> &slices, double at) const
    {
        // Neighbours may share the width of a rule.
        const double touching = m_scale;
        return std::ranges::any_of(slices, [at, touching](const PdfSlice &slice) {
            return slice.top + touching < at && at < slice.bottom - touching;
        });
    }

    double endOfPage(double top, double room) const
    {
        const double limit = top + room;
        if (m_end <= limit)
            return m_end;
        std::optional<double> without; // an end that keeps lines whole, and nothing more
        for (auto start = std::ranges::upper_bound(m_starts, limit); start != m_starts.begin();) {
            --start;
            if (*start <= top + m_scale)
                break;
            if (divides(m_whole, *start))
                continue;
            if (!divides(m_kept, *start))
                return *start;
            if (!without)
                without = *start;
        }
        return without.value_or(limit);
    }

    const QAbstractTextDocumentLayout &m_layout;
    double m_height;
    double m_scale;
    std::vector<double> m_starts;  ///< where a page may begin
    std::vector<PdfSlice> m_whole; ///< lines and rows
    std::vector<PdfSlice> m_kept;  ///< what should be on one page
    std::vector<double> m_chain;   ///< tops of blocks that wait for what follows them
    std::vector<Titles> m_titles;
    double m_end = 0.0;
};

} // namespace

std::vector<PdfPage> pagesOf(const QTextDocument &text, double height, double unitsPerPixel)
{
    return Dividing(text, height, unitsPerPixel).pages();
}

} // namespace mrb::ui
