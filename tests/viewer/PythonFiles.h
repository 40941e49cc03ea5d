// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <cstring>
#include <vector>

namespace mrb::tests {

/// A folder with the files that a Python script writes into sys.argv[1], with nibabel and NumPy.
class PythonFiles
{
public:
    /// False, with the script's words in the log, when it failed.
    bool make(const char *script)
    {
        QProcess python;
        python.setProcessChannelMode(QProcess::MergedChannels);
        python.start(QStringLiteral(MRB_TEST_PYTHON),
                     {QStringLiteral("-c"), QString::fromUtf8(script), m_folder.path()});
        if (python.waitForFinished(120000) && python.exitCode() == 0)
            return true;
        qWarning().noquote() << python.errorString() << python.readAll();
        return false;
    }

    QString path(const char *name) const { return m_folder.filePath(QString::fromUtf8(name)); }

    QByteArray content(const char *name) const
    {
        QFile in(path(name));
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    QJsonDocument json(const char *name) const { return QJsonDocument::fromJson(content(name)); }
    /// What ndarray.tofile() wrote of an array of that type.
    template <class T> std::vector<T> array(const char *name) const
    {
        const QByteArray bytes = content(name);
        std::vector<T> values(static_cast<std::size_t>(bytes.size()) / sizeof(T));
        std::memcpy(values.data(), bytes.constData(), values.size() * sizeof(T));
        return values;
    }

private:
    QTemporaryDir m_folder;
};

} // namespace mrb::tests
