// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

#include <filesystem>

namespace mrb::backend {

/// What the result calls the official entry point.
inline constexpr char kOfficialEntrypoint[] = "python -m scripts.diff_model_infer";

/// A program and its arguments; no shell is involved.
struct UpstreamCommand
{
    std::filesystem::path program;
    QStringList arguments;

    /// Program and arguments in one list, as the result and --dry-run show them.
    QStringList argv() const;

    friend bool operator==(const UpstreamCommand &, const UpstreamCommand &) = default;
};

/// The command that samples and decodes, to be run with the checkout as working folder. With more
/// than one GPU upstream expects torchrun's environment, so it is started through
/// torch.distributed.run (checked on two GPUs; plain `-g 2` stops with "RANK expected").
/// @param stagedEnvironment,stagedModel absolute paths of the staged configs
/// @param numGpus at least 1
UpstreamCommand upstreamCommand(const std::filesystem::path &python,
                                const std::filesystem::path &stagedEnvironment,
                                const std::filesystem::path &stagedModel, int numGpus);

} // namespace mrb::backend
