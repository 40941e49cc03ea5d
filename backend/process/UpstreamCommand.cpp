// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/UpstreamCommand.h"

#include "backend/base/Text.h"

namespace mrb::backend {

QStringList UpstreamCommand::argv() const
{
    return QStringList{toQString(program)} + arguments;
}

UpstreamCommand upstreamCommand(const std::filesystem::path &python,
                                const std::filesystem::path &stagedEnvironment,
                                const std::filesystem::path &stagedModel, int numGpus)
{
    UpstreamCommand command{python, {}};
    if (numGpus > 1) {
        command.arguments << QStringLiteral("-m") << QStringLiteral("torch.distributed.run")
                          << QStringLiteral("--standalone") << QStringLiteral("--nproc_per_node")
                          << QString::number(numGpus);
    }
    command.arguments << QStringLiteral("-m") << QStringLiteral("scripts.diff_model_infer")
                      << QStringLiteral("-t")
                      << QStringLiteral("./configs/config_network_rflow.json")
                      << QStringLiteral("-e") << toQString(stagedEnvironment)
                      << QStringLiteral("-c") << toQString(stagedModel);
    if (numGpus != 1)
        command.arguments << QStringLiteral("-g") << QString::number(numGpus);
    return command;
}

} // namespace mrb::backend
