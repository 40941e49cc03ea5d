// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

#include <filesystem>
#include <optional>
#include <string>

namespace mrb::backend {

/// A program and its arguments; no shell is involved.
struct UpstreamCommand
{
    std::filesystem::path program;
    QStringList arguments;

    /// Program and arguments in one list, as the result and --dry-run show them.
    QStringList argv() const;

    friend bool operator==(const UpstreamCommand &, const UpstreamCommand &) = default;
};

struct UpstreamCall
{
    std::filesystem::path python;
    std::string module;                      ///< "scripts.diff_model_infer"
    std::string networkConfig;               ///< relative to the checkout
    std::filesystem::path stagedEnvironment; ///< absolute, as the next
    std::filesystem::path stagedModel;
    int numGpus = 1; ///< at least 1
};

/// The command that samples and decodes, to be run with the checkout as working folder. With more
/// than one GPU upstream expects torchrun's environment, so it is started through
/// torch.distributed.run (checked on two GPUs; plain `-g 2` stops with "RANK expected").
UpstreamCommand upstreamCommand(const UpstreamCall &call);

/// The script that imports what a module needs and then waits (resources/warm/warm_start.py).
std::filesystem::path warmLauncher();

/// The same module with the same arguments through that script: [PY, -m, MODULE, ...] becomes
/// [PY, LAUNCHER, -m, MODULE, ...]. Nothing for more than one GPU, where torch starts the
/// interpreters.
std::optional<UpstreamCommand> warmCommand(const UpstreamCommand &cold,
                                           const std::filesystem::path &launcher);

} // namespace mrb::backend
