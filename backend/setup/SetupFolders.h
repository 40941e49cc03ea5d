// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "backend/base/Result.h"
#include "backend/environment/ChildProcess.h"
#include "backend/setup/SetupPlan.h"

#include <filesystem>

namespace mrb::backend {

/// A folder for what the commands of a step print, in the user's cache. The newest ones stay, older
/// ones go. The folder itself is made by whoever writes there.
Result<std::filesystem::path> newLogFolder(const EnvironmentPairs &environment, SetupStep step);

/// Held while a step works on a root or an environment, so that the window and the command line
/// never do at once. Released with its object, and by the system when the process dies.
class SetupLock
{
public:
    static Result<SetupLock> take(const EnvironmentPairs &environment,
                                  const std::filesystem::path &root);

private:
    explicit SetupLock(Descriptor file) : m_file(std::move(file)) {}
    Descriptor m_file;
};

} // namespace mrb::backend
