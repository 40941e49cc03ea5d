// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/UpstreamCommand.h"

#include "backend/base/InstallPaths.h"
#include "backend/base/Text.h"

namespace mrb::backend {

namespace {

constexpr QLatin1String kTorchLauncher("torch.distributed.run");

} // namespace

QStringList UpstreamCommand::argv() const
{
    return QStringList{toQString(program)} + arguments;
}

UpstreamCommand upstreamCommand(const UpstreamCall &call)
{
    UpstreamCommand command{call.python, {}};
    if (call.numGpus > 1) {
        command.arguments << QStringLiteral("-m") << QString(kTorchLauncher)
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

std::filesystem::path warmLauncher()
{
    return dataFile("warm/warm_start.py");
}

std::optional<UpstreamCommand> warmCommand(const UpstreamCommand &cold,
                                           const std::filesystem::path &launcher)
{
    if (cold.arguments.size() < 2 || cold.arguments[0] != QStringLiteral("-m") ||
        cold.arguments[1] == kTorchLauncher)
        return std::nullopt;
    return UpstreamCommand{cold.program, QStringList{toQString(launcher)} + cold.arguments};
}

} // namespace mrb::backend
