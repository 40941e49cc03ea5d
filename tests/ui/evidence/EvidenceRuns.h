// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../results/PhantomRuns.h"
#include "backend/base/Text.h"
#include "backend/evidence/Bundle.h"
#include "ui/document/ReportFiles.h"
#include "ui/evidence/ExportPlan.h"

#include <QApplication>
#include <QFile>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QTimer>

#include <filesystem>

/// What the tests of evidence in the window share.
namespace mrb::test {

constexpr int kPatienceMs = 120'000; ///< nothing waits this long when all is well

inline Result<> makeReport(const std::filesystem::path &folder, std::stop_token stop)
{
    const auto made = ui::makeReportDocument(folder, std::move(stop));
    if (!made)
        return made.error();
    return {};
}

inline ui::ExportCandidate candidate(const backend::RunSummary &run)
{
    ui::ExportCandidate candidate;
    candidate.folder = run.folder;
    candidate.title = toQString(run.folder.filename());
    candidate.outcome = QStringLiteral("Demo phantom");
    candidate.accepted = run.review.rating == backend::Rating::Accepted;
    candidate.bytes = run.bytes;
    for (const backend::RunVolume &volume : run.volumes)
        candidate.volumeBytes += volume.bytes;
    return candidate;
}

/// Changes the last byte of a file.
inline void changeFile(const std::filesystem::path &path)
{
    QFile file(toQString(path));
    if (!file.open(QIODevice::ReadWrite) || file.size() == 0)
        qFatal("cannot change %s", path.c_str());
    file.seek(file.size() - 1);
    char last = 0;
    file.getChar(&last);
    file.seek(file.size() - 1);
    file.putChar(static_cast<char>(last ^ 1));
}

/// Of a program that is not ours; what it said where it failed, else nothing.
inline QByteArray failureOf(const QString &program, const QStringList &arguments,
                            const QString &folder = {})
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(folder);
    process.start(program, arguments);
    if (!process.waitForFinished(kPatienceMs))
        return "did not end";
    const QByteArray said = process.readAll();
    return process.exitCode() == 0 ? QByteArray() : "failed: " + said;
}

/// Presses a button of the message box that is shown over a dialog, or will be.
inline bool pressInMessageBox(const QString &text)
{
    const auto press = [&text] {
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            auto *box = qobject_cast<QMessageBox *>(widget);
            if (!box || !box->isVisible())
                continue;
            for (QAbstractButton *button : box->buttons()) {
                if (button->text().remove(u'&') == text) {
                    button->click();
                    return true;
                }
            }
        }
        return false;
    };
    return QTest::qWaitFor(press, kPatienceMs);
}

inline QPushButton *buttonOf(const QWidget &parent, const QString &text)
{
    for (QPushButton *button : parent.findChildren<QPushButton *>()) {
        if (button->text().remove(u'&') == text)
            return button;
    }
    qFatal("no button %s", qPrintable(text));
}

} // namespace mrb::test
