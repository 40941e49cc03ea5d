// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/cli/Commands.h"

namespace mrb::backend {

class SignalWatcher;

/// Makes a run, tells on stderr how it goes and runs the event loop until it has ended; a signal
/// cancels it. stdout is left alone.
RunConclusion runInTerminal(const GenerateOptions &options, RunMode mode, ProgressStyle progress,
                            const SignalWatcher &signalWatcher);

/// Of a document about a run that stdout did not take, by the system's error number.
Error notPrinted(int reason, const RunConclusion &conclusion);

} // namespace mrb::backend
