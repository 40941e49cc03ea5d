// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/LogSearchBar.h"

#include "ui/runs/LogView.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QToolButton>

namespace mrb::ui {

namespace {

constexpr std::chrono::milliseconds kRecountAfter{400};

QToolButton *makeButton(const QString &name, const QString &tip, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setAutoRaise(true);
    button->setAccessibleName(name);
    button->setToolTip(tip);
    return button;
}

} // namespace

LogSearchBar::LogSearchBar(LogView &view, QWidget *parent)
    : QWidget(parent),
      m_view(view),
      m_text(new QLineEdit(this)),
      m_count(new QLabel(this)),
      m_recount(this)
{
    m_text->setObjectName(QStringLiteral("log.searchText"));
    m_text->setPlaceholderText(tr("Search the log"));
    m_text->setAccessibleName(tr("Search the log"));
    m_text->setClearButtonEnabled(true);
    m_count->setObjectName(QStringLiteral("log.searchCount"));
    auto *previous = makeButton(tr("Previous match"), tr("Previous match (Shift+Enter)"), this);
    previous->setArrowType(Qt::UpArrow);
    auto *next = makeButton(tr("Next match"), tr("Next match (Enter)"), this);
    next->setArrowType(Qt::DownArrow);
    auto *end = makeButton(tr("Close the search"), tr("Close the search (Esc)"), this);
    end->setText(QStringLiteral("×")); // the style's own cross is black on dark colours
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(4, 2, 4, 2);
    line->addWidget(m_text, 1);
    line->addWidget(m_count);
    line->addWidget(previous);
    line->addWidget(next);
    line->addWidget(end);
    hide();

    m_recount.setSingleShot(true);
    m_recount.setInterval(kRecountAfter);
    connect(&m_recount, &QTimer::timeout, this, &LogSearchBar::showCount);
    connect(m_text, &QLineEdit::textChanged, this, &LogSearchBar::search);
    connect(previous, &QToolButton::clicked, this, [this] { step(true); });
    connect(next, &QToolButton::clicked, this, [this] { step(false); });
    connect(end, &QToolButton::clicked, this, &LogSearchBar::endSearch);
}

void LogSearchBar::open()
{
    show();
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
    m_view.setSearched(m_text->text());
    showCount();
}

void LogSearchBar::endSearch()
{
    hide();
    m_recount.stop();
    m_view.setSearched({});
    m_view.setFocus(Qt::OtherFocusReason);
}

/// As typed: stays at the present match as long as it fits.
void LogSearchBar::search(const QString &text)
{
    m_view.setSearched(text);
    if (!text.isEmpty()) {
        QTextCursor cursor = m_view.textCursor();
        cursor.setPosition(cursor.selectionStart());
        m_view.setTextCursor(cursor);
        m_view.findNext(false);
    }
    showCount();
}

void LogSearchBar::step(bool backwards)
{
    if (isHidden() || m_text->text().isEmpty()) {
        open();
        return;
    }
    m_view.findNext(backwards);
    showCount();
}

void LogSearchBar::noteNewText()
{
    if (isVisible() && !m_text->text().isEmpty() && !m_recount.isActive())
        m_recount.start();
}

void LogSearchBar::showCount()
{
    const QLocale locale;
    if (m_text->text().isEmpty())
        m_count->clear();
    else if (const int count = m_view.matchCount(); count == 0)
        m_count->setText(tr("No match"));
    else
        m_count->setText(
            tr("%1 of %2").arg(locale.toString(m_view.matchNumber()), locale.toString(count)));
}

void LogSearchBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        endSearch();
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        step(event->modifiers().testFlag(Qt::ShiftModifier));
    else
        QWidget::keyPressEvent(event);
}

} // namespace mrb::ui
