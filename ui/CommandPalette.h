// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QList>
#include <QPointer>

class QAction;
class QLineEdit;
class QListWidget;
class QMenuBar;

namespace mrb::ui {

/// A searchable list of everything the menus can do: type some letters of its words, Return runs
/// it.
class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    /// Takes the actions as they are in the menus now; disabled ones are shown and not run.
    CommandPalette(const QMenuBar &menus, QWidget *parent);

    /// What was chosen; null when the dialog was dismissed. The caller triggers it once the dialog
    /// is gone, so that it finds the focus where it was.
    QAction *chosen() const { return m_chosen; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void filter(const QString &text);
    void choose();

    struct Item
    {
        QString text; ///< "Compare: Flicker"
        QPointer<QAction> action;
    };

    QLineEdit *m_search;
    QListWidget *m_list;
    QList<Item> m_items;
    QPointer<QAction> m_chosen;
};

} // namespace mrb::ui
