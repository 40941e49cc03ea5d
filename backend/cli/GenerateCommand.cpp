// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"
#include "backend/cli/RunInTerminal.h"
#include "backend/cli/SignalWatcher.h"

#include <cerrno>

namespace mrb::backend {

ExitCode runGenerate(const GenerateArguments &arguments)
{
    const SignalWatcher signalWatcher;
    const RunConclusion conclusion =
        runInTerminal(arguments.options, arguments.mode, arguments.progress, signalWatcher);
    if (printDocument(conclusion.document))
        return conclusion.exitCode;
    printNote(findingText(Text::tr("error"), notPrinted(errno, conclusion)));
    return ExitCode::NotWritten;
}

} // namespace mrb::backend
