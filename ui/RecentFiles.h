// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QStringList>

class QMenu;

namespace mrb::ui {

/// The files opened last, newest first, kept in the program's settings. GUI thread.
class RecentFiles : public QObject
{
    Q_OBJECT

public:
    explicit RecentFiles(QObject *parent = nullptr);

    QStringList files() const;
    /// Absolute path; moves to the front.
    void add(const QString &file);
    void clear();

    /// A menu that always shows the list; owned by its parent.
    QMenu *makeMenu(QWidget *parent);

    static constexpr qsizetype kMost = 10;

Q_SIGNALS:
    void chosen(const QString &file);

private:
    void fill(QMenu &menu);
};

} // namespace mrb::ui
