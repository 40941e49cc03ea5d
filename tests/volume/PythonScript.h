// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QProcess>
#include <QString>
#include <QtTest>

#include <optional>

/// What a script of tests/volume prints, given a folder; empty, with its words in the log, when it
/// fails.
inline std::optional<QByteArray> runPython(const QString &script, const QString &folder)
{
    QProcess python;
    python.start(QStringLiteral(MRB_TEST_PYTHON),
                 {QStringLiteral(MRB_SOURCE_DIR "/tests/volume/") + script, folder});
    if (python.waitForFinished(120000) && python.exitCode() == 0)
        return python.readAllStandardOutput();
    qWarning().noquote() << python.errorString() << python.readAllStandardError();
    return std::nullopt;
}
