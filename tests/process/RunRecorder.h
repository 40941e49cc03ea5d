// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/UpstreamRunner.h"
#include "tests/process/Processes.h"

#include <QTemporaryDir>
#include <QTest>
#include <QUuid>

#include <functional>
#include <vector>

namespace mrb::test {

using backend::LogLine;
using backend::ProcessSpec;
using backend::Progress;
using backend::RunOutcome;
using backend::UpstreamRunner;

/// One runner, everything it said, and the folder of its logs.
class RunRecorder
{
public:
    RunRecorder() : runner(std::make_unique<UpstreamRunner>())
    {
        QObject::connect(runner.get(), &UpstreamRunner::started, runner.get(),
                         [this](qint64 pid) { pids.push_back(pid); });
        QObject::connect(runner.get(), &UpstreamRunner::lineRead, runner.get(),
                         [this](const LogLine &line) {
                             if (keepLines)
                                 lines.push_back(line);
                             ++lineCount;
                             if (line.text == QStringLiteral("ready")) {
                                 isReady = true;
                                 if (onReady)
                                     onReady();
                             }
                         });
        QObject::connect(runner.get(), &UpstreamRunner::progressed, runner.get(),
                         [this](const Progress &step) { progress.push_back(step); });
        QObject::connect(runner.get(), &UpstreamRunner::finished, runner.get(),
                         [this](const RunOutcome &outcome) { outcomes.push_back(outcome); });
    }

    /// The fake program in this mode.
    ProcessSpec spec(const QString &mode, const QStringList &values = {}) const
    {
        ProcessSpec result;
        result.program = MRB_FAKE_PROGRAM;
        result.arguments = QStringList{marker, mode} + values;
        result.workingFolder = folder.path().toStdString();
        result.logFolder = folder.filePath(QStringLiteral("logs")).toStdString();
        result.supervisor = MRB_SUPERVISOR;
        result.grace = std::chrono::milliseconds(200);
        return result;
    }

    void waitForEnd(std::size_t before = 0)
    {
        QTRY_VERIFY_WITH_TIMEOUT(outcomes.size() > before, 60'000);
        // A second end event would come with the events that are still waiting.
        QCoreApplication::processEvents();
    }

    RunOutcome run(const ProcessSpec &what)
    {
        const std::size_t before = outcomes.size();
        runner->start(what);
        waitForEnd(before);
        return outcomes.empty() ? RunOutcome{} : outcomes.back();
    }

    QByteArray log(const char *name) const
    {
        return contentOf(folder.filePath(QStringLiteral("logs")).toStdString() /
                         std::filesystem::path(name));
    }

    QString marker = QUuid::createUuid().toString();
    QTemporaryDir folder;
    std::unique_ptr<UpstreamRunner> runner;
    std::vector<qint64> pids;
    std::vector<LogLine> lines;
    std::vector<Progress> progress;
    std::vector<RunOutcome> outcomes;
    std::function<void()> onReady;
    std::size_t lineCount = 0;
    bool keepLines = true;
    bool isReady = false;
};

} // namespace mrb::test
