// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/setup/SetupContext.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace mrb::backend {

/// How many of the commands make the virtual environment: itself, and pip in it.
inline constexpr std::size_t kCommandsForVenv = 2;

/// The commands that bring the packages into the interpreter of a context.
class PipCommands
{
public:
    /// @param context stays longer than this object
    /// @param requirements text of the checkout's requirements.txt
    PipCommands(const SetupContext &context, std::string requirements);

    /// @param base interpreter on which a virtual environment is built first; empty: none is made
    std::vector<SetupCommand> all(const std::filesystem::path &base) const;

private:
    bool isTorchApart() const;
    bool hasWrongTorch() const;
    EnvironmentPairs environment() const;
    SetupCommand pip(const QString &purpose) const;
    void addSource(SetupCommand &command, const std::string &index) const;
    SetupCommand torch() const;
    SetupCommand rest() const;

    const SetupContext &m_context;
    std::string m_requirements;
};

} // namespace mrb::backend
