// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/LogView.h"

#include "ui/common/Tones.h"

#include <QFontDatabase>
#include <QGuiApplication>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>
#include <utility>

namespace mrb::ui {

using backend::LogLevel;

namespace {

// Laying out one line takes some ten microseconds; more than a batch can bring, so that showing
// never falls behind.
constexpr std::int64_t kLinesAtOnce = 1'000;
constexpr int kLinesAbove = 2;

QTextCharFormat formatOf(LogLevel level, const QPalette &palette)
{
    QTextCharFormat format;
    switch (level) {
    case LogLevel::Error:
        format.setForeground(toneColour(Tone::Bad, palette));
        break;
    case LogLevel::Warning:
        format.setForeground(toneColour(Tone::Notice, palette));
        break;
    case LogLevel::Progress:
        format.setForeground(toneColour(Tone::Busy, palette));
        break;
    case LogLevel::Plain:
        break;
    }
    return format;
}

} // namespace

LogView::LogView(QWidget *parent)
    : QPlainTextEdit(parent), m_jump(new QPushButton(tr("Jump to the &end"), this))
{
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setMaximumBlockCount(static_cast<int>(LogStore::kMaxLines));
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTabChangesFocus(true);
    setAccessibleName(tr("Log"));
    m_jump->setFont(QGuiApplication::font()); // not the text's
    m_jump->setObjectName(QStringLiteral("log.jump"));
    m_jump->setToolTip(tr("Show the newest lines and stay there"));
    m_jump->hide();
    connect(m_jump, &QPushButton::clicked, this, &LogView::jumpToEnd);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &LogView::onScrolled);
    // A page up or down is scrolled with the bar's signals blocked.
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect &area, int moved) {
        if (moved != 0 || area == viewport()->rect())
            onScrolled();
    });
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int, int maximum) {
        const QScopedValueRollback own(m_isOwnScroll, true);
        if (m_following)
            verticalScrollBar()->setValue(maximum);
        placeJump();
    });
}

void LogView::onScrolled()
{
    if (m_isOwnScroll)
        return; // marks follow when that is done
    setFollowing(verticalScrollBar()->value() >= verticalScrollBar()->maximum());
    markMatches();
}

void LogView::setStore(std::shared_ptr<const LogStore> store)
{
    const QScopedValueRollback own(m_isOwnScroll, true);
    clear();
    m_store = std::move(store);
    m_next = m_store ? m_store->first() : 0;
    m_transientBlocks = 0;
    m_isEmpty = true;
    m_pending.reset();
    setFollowing(true);
}

void LogView::append(QTextCursor &cursor, const ShownLine &line)
{
    if (!m_isEmpty)
        cursor.insertBlock();
    m_isEmpty = false;
    cursor.insertText(line.text, formatOf(line.level, palette()));
}

bool LogView::render()
{
    if (!m_store)
        return false;
    const QScopedValueRollback own(m_isOwnScroll, true);
    const QTextCursor top(firstVisibleBlock()); // moves along when lines go away above it
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    cursor.movePosition(QTextCursor::End);
    for (; m_transientBlocks > 0; --m_transientBlocks) {
        cursor.movePosition(QTextCursor::StartOfBlock, QTextCursor::KeepAnchor);
        m_isEmpty = cursor.blockNumber() == 0;
        if (!m_isEmpty)
            cursor.movePosition(QTextCursor::PreviousCharacter, QTextCursor::KeepAnchor);
        cursor.removeSelectedText();
    }
    m_next = std::max(m_next, m_store->first());
    const std::int64_t stop = std::min(m_store->end(), m_next + kLinesAtOnce);
    for (; m_next < stop; ++m_next)
        append(cursor, m_store->at(m_next));
    const bool hasMore = m_next < m_store->end();
    if (!hasMore) {
        for (const ShownLine &line : m_store->transients()) {
            append(cursor, line);
            ++m_transientBlocks;
        }
    }
    cursor.endEditBlock();
    verticalScrollBar()->setValue(m_following ? verticalScrollBar()->maximum()
                                              : top.block().firstLineNumber());
    showPending();
    markMatches();
    return hasMore;
}

void LogView::setFollowing(bool following)
{
    if (std::exchange(m_following, following) == following)
        return;
    m_jump->setVisible(!following);
    placeJump();
}

void LogView::jumpToEnd()
{
    m_pending.reset();
    const QScopedValueRollback own(m_isOwnScroll, true);
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    setFollowing(true);
}

void LogView::showNumber(std::int64_t number)
{
    m_pending = number;
    setFollowing(false);
    showPending();
}

void LogView::showPending()
{
    if (!m_pending || !m_store || (m_next <= *m_pending))
        return;
    // Wait for a screen of text below it, or else it could not be scrolled to the top.
    if (m_next < m_store->end() && m_next <= *m_pending + 200)
        return;
    const std::int64_t firstShown = m_next - (document()->blockCount() - m_transientBlocks);
    const QTextBlock block = document()->findBlockByNumber(
        static_cast<int>(std::max<std::int64_t>(*m_pending - firstShown, 0)));
    m_pending.reset();
    const QScopedValueRollback own(m_isOwnScroll, true);
    setTextCursor(QTextCursor(block));
    verticalScrollBar()->setValue(std::max(block.firstLineNumber() - kLinesAbove, 0));
    markMatches();
}

void LogView::setSearched(const QString &text)
{
    m_searched = text;
    markMatches();
}

bool LogView::findNext(bool backwards)
{
    if (m_searched.isEmpty())
        return false;
    const QTextDocument::FindFlags flags =
        backwards ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    setFollowing(false);
    const QScopedValueRollback own(m_isOwnScroll, true);
    bool isFound = find(m_searched, flags);
    if (!isFound) { // goes on from the other end
        const QTextCursor before = textCursor();
        moveCursor(backwards ? QTextCursor::End : QTextCursor::Start);
        isFound = find(m_searched, flags);
        if (!isFound)
            setTextCursor(before);
    }
    markMatches();
    return isFound;
}

int LogView::matchCount() const
{
    return m_searched.isEmpty()
               ? 0
               : static_cast<int>(toPlainText().count(m_searched, Qt::CaseInsensitive));
}

int LogView::matchNumber() const
{
    const QTextCursor cursor = textCursor();
    if (m_searched.isEmpty() || cursor.selectedText().compare(m_searched, Qt::CaseInsensitive) != 0)
        return 0;
    return static_cast<int>(QStringView(toPlainText())
                                .left(cursor.selectionStart())
                                .count(m_searched, Qt::CaseInsensitive)) +
           1;
}

/// In the lines that can be seen only: there are few of them, however long the log.
void LogView::markMatches()
{
    if (m_searched.isEmpty()) {
        if (!extraSelections().isEmpty())
            setExtraSelections({});
        return;
    }
    QList<QTextEdit::ExtraSelection> marks;
    QColor colour = toneColour(Tone::Notice, palette());
    colour.setAlphaF(0.35F);
    const int bottom = viewport()->height();
    for (QTextBlock block = firstVisibleBlock();
         block.isValid() && blockBoundingGeometry(block).translated(contentOffset()).top() < bottom;
         block = block.next()) {
        const QString text = block.text();
        for (qsizetype at = text.indexOf(m_searched, 0, Qt::CaseInsensitive); at >= 0;
             at = text.indexOf(m_searched, at + m_searched.size(), Qt::CaseInsensitive)) {
            QTextEdit::ExtraSelection mark;
            mark.cursor = QTextCursor(block);
            mark.cursor.setPosition(block.position() + static_cast<int>(at));
            mark.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor,
                                     static_cast<int>(m_searched.size()));
            mark.format.setBackground(colour);
            marks.push_back(mark);
        }
    }
    setExtraSelections(marks);
}

void LogView::placeJump()
{
    if (m_jump->isHidden())
        return;
    m_jump->adjustSize();
    const QRect area = viewport()->geometry();
    m_jump->move(area.right() - m_jump->width() - 8, area.bottom() - m_jump->height() - 6);
    m_jump->raise();
}

void LogView::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_store) {
        setStore(m_store); // colours are part of the text
        Q_EMIT renderingWanted();
    }
}

void LogView::resizeEvent(QResizeEvent *event)
{
    {
        const QScopedValueRollback own(m_isOwnScroll, true);
        QPlainTextEdit::resizeEvent(event);
        if (m_following)
            verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    }
    placeJump();
    markMatches();
}

} // namespace mrb::ui
