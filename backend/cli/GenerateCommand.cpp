// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"
#include "backend/cli/ProgressPrinter.h"
#include "backend/cli/SignalWatcher.h"
#include "backend/run/RunFolder.h"

#include <QCoreApplication>
#include <QObject>

#include <cerrno>

namespace mrb::backend {

namespace {

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

} // namespace

ExitCode runGenerate(const GenerateArguments &arguments)
{
    GenerateRun run;
    ProgressPrinter printer(arguments.progress);
    QObject::connect(&run, &GenerateRun::prepared, &printer, &ProgressPrinter::showPreparation);
    QObject::connect(&run, &GenerateRun::lineRead, &printer, &ProgressPrinter::showLine);
    QObject::connect(&run, &GenerateRun::progressed, &printer, &ProgressPrinter::showProgress);
    QObject::connect(&run, &GenerateRun::measuringStarted, &printer,
                     &ProgressPrinter::showMeasuring);

    const SignalWatcher signalWatcher;
    QObject::connect(&signalWatcher, &SignalWatcher::endRequested, &run, &GenerateRun::cancel);

    ExitCode exitCode = ExitCode::NotWritten;
    QObject::connect(&run, &GenerateRun::finished, &run, [&](const RunConclusion &conclusion) {
        printer.showConclusion(conclusion);
        exitCode = conclusion.exitCode;
        if (!printDocument(conclusion.document)) {
            printNote(findingText(Text::tr("error"), notPrinted(errno, conclusion)));
            exitCode = ExitCode::NotWritten;
        }
        QCoreApplication::quit();
    });
    run.start(arguments.options, arguments.mode);
    QCoreApplication::exec();
    return exitCode;
}

} // namespace mrb::backend
