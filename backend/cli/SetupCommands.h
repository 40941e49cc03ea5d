// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cli/Commands.h"
#include "backend/setup/SetupPlan.h"

#include <memory>
#include <optional>
#include <vector>

namespace CLI {
class App;
}

namespace mrb::backend {

namespace error_codes {
/// Nobody can be asked and --yes was not given.
inline constexpr ErrorCode kSetupNeedsConsent = "setup_needs_consent";
} // namespace error_codes

struct SetupArguments
{
    SetupOptions options;
    std::vector<SetupStep> steps{kSetupSteps.begin(), kSetupSteps.end()};
    bool onlyLook = false;
    bool yes = false;
    bool generate = false;
    ProgressStyle progress = ProgressStyle::Auto;
};

ExitCode runSetup(const SetupArguments &arguments);

/// Declares `mrbrain setup` and runs it when it was parsed.
class SetupCommandLine
{
public:
    explicit SetupCommandLine(CLI::App &app);
    ~SetupCommandLine();

    std::optional<ExitCode> run() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace mrb::backend
