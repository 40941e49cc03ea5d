// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/SettingsFile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

namespace mrb::ui {

/// A configuration folder of its own for each test, so that nobody's settings are touched.
class SettingsFolder
{
public:
    SettingsFolder()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    }

    void write(const QByteArray &bytes) const
    {
        QVERIFY(QDir().mkpath(QFileInfo(settingsFileName()).path()));
        QFile file(settingsFileName());
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    QByteArray bytes() const
    {
        QFile file(settingsFileName());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QString path(const QString &name) const { return m_folder.filePath(name); }

private:
    QTemporaryDir m_folder;
};

} // namespace mrb::ui
