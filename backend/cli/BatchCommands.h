// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/batch/BatchOptions.h"
#include "backend/cli/Commands.h"

#include <memory>
#include <optional>

namespace CLI {
class App;
}

namespace mrb::backend {

struct BatchArguments
{
    BatchOptions options;
    bool dryRun = false;
    ProgressStyle progress = ProgressStyle::Auto;
};

ExitCode runBatch(const BatchArguments &arguments);

/// Declares `mrbrain batch` and runs it when it was parsed.
class BatchCommandLine
{
public:
    explicit BatchCommandLine(CLI::App &app);
    ~BatchCommandLine();

    std::optional<ExitCode> run() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace mrb::backend
