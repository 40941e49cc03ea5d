// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/CommandPalette.h"

#include "viewer/widgets/CommandTable.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QVBoxLayout>

#include <algorithm>

namespace mrb::ui {

namespace {

constexpr QSize kSize(560, 420);

/// Every word of the search begins, or is in, some word of the text.
bool matches(const QString &text, const QString &search)
{
    const QStringList words = search.split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&text](const QString &word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

} // namespace

CommandPalette::CommandPalette(const QMenuBar &menus, QWidget *parent)
    : QDialog(parent), m_search(new QLineEdit), m_list(new QListWidget)
{
    setWindowTitle(tr("Find a command"));
    m_search->setPlaceholderText(tr("Type what you want to do"));
    m_search->setAccessibleName(tr("Search commands"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setUniformItemSizes(true);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_search);
    layout->addWidget(m_list);
    resize(kSize.boundedTo(parent->size()));

    for (const QAction *menu : menus.actions()) {
        if (!menu->menu())
            continue;
        for (QAction *action : menu->menu()->actions()) {
            if (action->isSeparator() || action->menu())
                continue;
            m_items.append({tr("%1: %2").arg(viewer::plainText(menu->text()),
                                             viewer::plainText(action->text())),
                            action});
        }
    }
    connect(m_search, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_search, &QLineEdit::returnPressed, this, &CommandPalette::choose);
    connect(m_list, &QListWidget::itemActivated, this, &CommandPalette::choose);
    filter({});
}

void CommandPalette::filter(const QString &text)
{
    m_list->clear();
    for (int i = 0; i < m_items.size(); ++i) {
        const Item &item = m_items[i];
        if (!item.action || !matches(item.text, text))
            continue;
        const QString keys = item.action->shortcut().toString(QKeySequence::NativeText);
        auto *row = new QListWidgetItem(
            keys.isEmpty() ? item.text : tr("%1   (%2)").arg(item.text, keys), m_list);
        row->setData(Qt::UserRole, i);
        row->setToolTip(item.action->toolTip());
        if (!item.action->isEnabled())
            row->setFlags(Qt::NoItemFlags);
    }
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->flags() & Qt::ItemIsEnabled) {
            m_list->setCurrentRow(row);
            break;
        }
    }
}

void CommandPalette::choose()
{
    const QListWidgetItem *row = m_list->currentItem();
    if (!row || !(row->flags() & Qt::ItemIsEnabled))
        return;
    m_chosen = m_items[row->data(Qt::UserRole).toInt()].action;
    accept();
}

/// The arrows move in the list while one types.
bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const auto *press = static_cast<QKeyEvent *>(event);
        const int by = press->key() == Qt::Key_Down ? 1 : press->key() == Qt::Key_Up ? -1 : 0;
        for (int row = m_list->currentRow() + by; by != 0 && row >= 0 && row < m_list->count();
             row += by) {
            if (m_list->item(row)->flags() & Qt::ItemIsEnabled) {
                m_list->setCurrentRow(row);
                break;
            }
        }
        if (by != 0)
            return true;
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace mrb::ui
