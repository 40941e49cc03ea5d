// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/RecentFiles.h"

#include "ui/settings/SettingsFile.h"

#include <QFileInfo>
#include <QMenu>
#include <QSettings>

namespace mrb::ui {

namespace {

constexpr QLatin1StringView kKey("recentFiles");

} // namespace

RecentFiles::RecentFiles(QObject *parent) : QObject(parent) {}

QStringList RecentFiles::files() const
{
    return openSettings()->value(kKey).toStringList();
}

void RecentFiles::add(const QString &file)
{
    QStringList list = files();
    list.removeAll(file);
    list.prepend(file);
    openSettings()->setValue(kKey, list.mid(0, kMost));
}

void RecentFiles::clear()
{
    openSettings()->remove(kKey);
}

QMenu *RecentFiles::makeMenu(QWidget *parent)
{
    auto *menu = new QMenu(tr("Open &recent"), parent);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fill(*menu); });
    fill(*menu);
    return menu;
}

void RecentFiles::fill(QMenu &menu)
{
    menu.clear();
    int number = 1;
    for (const QString &file : files()) {
        QString name = QFileInfo(file).fileName();
        name.replace(u'&', QStringLiteral("&&")); // not a mnemonic
        QAction *action =
            menu.addAction(number < 10 ? QStringLiteral("&%1  %2").arg(number).arg(name) : name);
        action->setStatusTip(file);
        action->setToolTip(file);
        connect(action, &QAction::triggered, this, [this, file] { Q_EMIT chosen(file); });
        ++number;
    }
    if (menu.isEmpty()) {
        menu.addAction(tr("No files yet"))->setEnabled(false);
        return;
    }
    menu.addSeparator();
    menu.addAction(tr("&Clear list"), this, &RecentFiles::clear);
}

} // namespace mrb::ui
