// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/UpstreamCommand.h"

#include "backend/base/Text.h"

namespace mrb::backend {

QStringList UpstreamCommand::argv() const
{
    return QStringList{toQString(program)} + arguments;
}

UpstreamCommand upstreamCommand(const UpstreamCall &call)
{
    UpstreamCommand command{call.python, {}};
    if (call.numGpus > 1) {
        command.arguments << QStringLiteral("-m") << QStringLiteral("torch.distributed.run")
                          << QStringLiteral("--standalone") << QStringLiteral("--nproc_per_node")
                          << QString::number(call.numGpus);
    }
    command.arguments << QStringLiteral("-m") << QString::fromStdString(call.module)
                      << QStringLiteral("-t")
                      << QStringLiteral("./") + QString::fromStdString(call.networkConfig)
                      << QStringLiteral("-e") << toQString(call.stagedEnvironment)
                      << QStringLiteral("-c") << toQString(call.stagedModel);
    if (call.numGpus != 1)
        command.arguments << QStringLiteral("-g") << QString::number(call.numGpus);
    return command;
}

} // namespace mrb::backend
