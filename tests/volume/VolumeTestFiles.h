// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>

/// The files write_volumes.py makes with nibabel, in a folder that goes with the object.
class VolumeTestFiles
{
public:
    /// False, with the script's words in the log, when the files could not be made.
    bool make()
    {
        QProcess python;
        python.setProcessChannelMode(QProcess::MergedChannels);
        python.start(
            QStringLiteral(MRB_TEST_PYTHON),
            {QStringLiteral(MRB_SOURCE_DIR "/tests/volume/write_volumes.py"), m_folder.path()});
        if (python.waitForFinished(120000) && python.exitCode() == 0)
            return true;
        qWarning().noquote() << python.errorString() << python.readAll();
        return false;
    }

    QString path(const QString &name) const { return m_folder.filePath(name); }
    std::filesystem::path file(const QString &name) const { return path(name).toStdString(); }

    QByteArray content(const QString &name) const
    {
        QFile in(path(name));
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    std::filesystem::path write(const QString &name, const QByteArray &content) const
    {
        QFile out(path(name));
        out.remove(); // a new file: ext4 writes one that was truncated to the disk at once
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
            qFatal("cannot write a test file");
        return file(name);
    }
    QJsonArray expected() const
    {
        return QJsonDocument::fromJson(content(QStringLiteral("expected.json"))).array();
    }

private:
    QTemporaryDir m_folder;
};
