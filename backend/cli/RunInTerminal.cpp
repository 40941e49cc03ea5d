// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/RunInTerminal.h"

#include "backend/base/Text.h"
#include "backend/cli/ProgressPrinter.h"
#include "backend/cli/SignalWatcher.h"
#include "backend/run/RunFolder.h"

#include <QCoreApplication>
#include <QObject>

namespace mrb::backend {

RunConclusion runInTerminal(const GenerateOptions &options, RunMode mode, ProgressStyle progress,
                            const SignalWatcher &signalWatcher)
{
    GenerateRun run;
    ProgressPrinter printer(progress);
    QObject::connect(&run, &GenerateRun::prepared, &printer, &ProgressPrinter::showPreparation);
    QObject::connect(&run, &GenerateRun::lineRead, &printer, &ProgressPrinter::showLine);
    QObject::connect(&run, &GenerateRun::progressed, &printer, &ProgressPrinter::showProgress);
    QObject::connect(&run, &GenerateRun::measuringStarted, &printer,
                     &ProgressPrinter::showMeasuring);
    QObject::connect(&signalWatcher, &SignalWatcher::endRequested, &run, &GenerateRun::cancel);

    RunConclusion ended;
    ended.exitCode = ExitCode::NotWritten;
    QObject::connect(&run, &GenerateRun::finished, &run, [&](const RunConclusion &conclusion) {
        printer.showConclusion(conclusion);
        ended = conclusion;
        QCoreApplication::quit();
    });
    run.start(options, mode);
    QCoreApplication::exec();
    return ended;
}

Error notPrinted(int reason, const RunConclusion &conclusion)
{
    const bool isStored =
        !conclusion.outputFolder.empty() && conclusion.exitCode != ExitCode::NotWritten;
    return {mrb::error_codes::kCannotWrite,
            Text::tr("The result could not be written to standard output: %1")
                .arg(systemErrorText(reason)),
            isStored
                ? Text::tr("It is in %1.").arg(toQString(conclusion.outputFolder / kResultFile))
                : Text::tr("Give standard output a file or a reader, and run it again.")};
}

} // namespace mrb::backend
