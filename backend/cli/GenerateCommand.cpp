// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"
#include "backend/cli/ProgressPrinter.h"
#include "backend/cli/SignalWatcher.h"

#include <QCoreApplication>
#include <QObject>

namespace mrb::backend {

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
        exitCode = printDocument(conclusion.document) ? conclusion.exitCode : ExitCode::NotWritten;
        QCoreApplication::quit();
    });
    run.start(arguments.options, arguments.mode);
    QCoreApplication::exec();
    return exitCode;
}

} // namespace mrb::backend
