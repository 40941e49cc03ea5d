// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/cli/CancellableJob.h"
#include "backend/cli/Commands.h"
#include "backend/diagnostics/CollectDiagnostics.h"
#include "backend/run/Preparation.h"

#include <utility>

namespace mrb::backend {

ExitCode runDiagnostics(const DiagnosticsArguments &arguments)
{
    DiagnosticsOptions options{.run = arguments.options};
    if (arguments.runFolder)
        options.runFolder = *arguments.runFolder;

    // Nothing is written here, so a disk that hangs may be left behind.
    const auto answer = runCancellable(
        [&options](std::stop_token stop) { return collectDiagnostics(options, std::move(stop)); },
        true);
    if (!answer)
        return refuse(Text::tr("cancelled"), {{error_codes::kCancelled, Text::tr("Cancelled.")}},
                      ExitCode::Cancelled);
    printNote(Text::tr("Names and secrets were left out. Read it before you send it."));
    const std::string text = arguments.json ? toJsonText(*answer) : toText(*answer).toStdString();
    return printDocument(text) ? ExitCode::Passed : ExitCode::NotWritten;
}

} // namespace mrb::backend
