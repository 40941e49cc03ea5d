// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/WarmProcess.h"
#include "tests/process/Processes.h"

#include <QTest>

#include <memory>
#include <vector>

namespace mrb::test {

using backend::WarmCommand;
using backend::WarmProcess;

/// The fake program in steps; see its "held".
inline WarmCommand heldProgram(const QString &marker, const QStringList &steps)
{
    return {.program = MRB_FAKE_PROGRAM,
            .arguments = QStringList{marker, QStringLiteral("held")} + steps,
            .workingFolder = "/",
            .environment = {},
            .supervisor = MRB_SUPERVISOR,
            .grace = std::chrono::milliseconds(200)};
}

/// One process that is kept ready, and what it told.
class WarmRecorder
{
public:
    WarmRecorder() : warm(std::make_unique<WarmProcess>())
    {
        QObject::connect(warm.get(), &WarmProcess::ready, warm.get(),
                         [this](const QByteArray &report) { reports.push_back(report); });
        QObject::connect(warm.get(), &WarmProcess::failed, warm.get(),
                         [this](const QString &why) { failures.push_back(why); });
    }

    void waitUntilReady() { QTRY_COMPARE_WITH_TIMEOUT(reports.size(), std::size_t{1}, 60'000); }
    void waitUntilFailed()
    {
        QTRY_COMPARE_WITH_TIMEOUT(failures.size(), std::size_t{1}, 60'000);
        // A second one would come with the events that are still waiting.
        QCoreApplication::processEvents();
    }

    std::unique_ptr<WarmProcess> warm;
    std::vector<QByteArray> reports;
    std::vector<QString> failures;
};

/// One that has said it is ready, for a run.
inline std::unique_ptr<WarmProcess> readyProcess(const QString &marker, const QStringList &steps)
{
    WarmRecorder kept;
    kept.warm->start(heldProgram(marker, steps));
    kept.waitUntilReady();
    kept.warm->disconnect(kept.warm.get());
    return std::move(kept.warm);
}

} // namespace mrb::test
