// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"
#include "backend/cli/SignalWatcher.h"
#include "backend/diagnostics/CollectDiagnostics.h"
#include "backend/run/Preparation.h"

#include <QCoreApplication>
#include <QMetaObject>

#include <cstdlib>
#include <stop_token>
#include <thread>
#include <utility>

namespace mrb::backend {

ExitCode runDiagnostics(const DiagnosticsArguments &arguments)
{
    DiagnosticsOptions options{.run = arguments.options};
    if (arguments.runFolder)
        options.runFolder = *arguments.runFolder;

    Diagnostics answer;
    bool cancelled = false;
    const SignalWatcher signalWatcher;
    std::jthread worker([&answer, &options](std::stop_token stop) {
        answer = collectDiagnostics(options, std::move(stop));
        QMetaObject::invokeMethod(QCoreApplication::instance(), &QCoreApplication::quit,
                                  Qt::QueuedConnection);
    });
    QObject::connect(&signalWatcher, &SignalWatcher::endRequested, QCoreApplication::instance(),
                     [&worker, &cancelled] {
                         // Nothing is written here, so a disk that hangs may be left behind.
                         if (cancelled)
                             std::_Exit(static_cast<int>(ExitCode::Cancelled));
                         cancelled = true;
                         worker.request_stop();
                     });
    QCoreApplication::exec();
    worker.join();
    if (cancelled)
        return refuse(Text::tr("cancelled"), {{error_codes::kCancelled, Text::tr("Cancelled.")}},
                      ExitCode::Cancelled);
    printNote(Text::tr("Names and secrets were left out. Read it before you send it."));
    const std::string text = arguments.json ? toJsonText(answer) : toText(answer).toStdString();
    return printDocument(text) ? ExitCode::Passed : ExitCode::NotWritten;
}

} // namespace mrb::backend
