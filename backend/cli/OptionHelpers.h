// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cli/Commands.h"

#include <string>

class QString;

namespace CLI {
class App;
}

namespace mrb::backend {

// What several commands declare alike. Inside cli only.

/// Help text as CLI11 takes it.
std::string words(const QString &text);
/// --progress.
void addProgressOption(CLI::App &command, ProgressStyle &progress);
/// --engine.
void addEngineOption(CLI::App &command, Engine &engine);
/// --upstream, --python, --manifest, --allow-checkout, --allow-weights, --rehash.
void addModelOptions(CLI::App &command, GenerateOptions &options);
/// -o, --output-dir, and the limits.
void addRunFolderOptions(CLI::App &command, GenerateOptions &options);
/// --timeout-seconds; -y, --yes.
void addLimitOptions(CLI::App &command, GenerateOptions &options);
/// An unset shell variable must not quietly stand for the default.
void refuseEmptyValues(CLI::App &command);

} // namespace mrb::backend
