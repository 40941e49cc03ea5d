// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mrb::backend {

/// How upstream's interpreter came to its run. Cold: the documented command. Warm: an interpreter
/// that had imported the packages before the run was asked for.
struct LaunchFacts
{
    bool warmWanted = false;  ///< a warm start was asked for
    bool warm = false;        ///< and took place
    QString whyCold;          ///< wanted, and the documented command was used: the reason
    double warmUpSeconds = 0; ///< from the start of the interpreter until it was ready
    std::optional<double> warmUpCpuSeconds = {};
    /// As the interpreter told them when it was ready: {"python", "3.11.2"}, {"torch", ...}.
    std::vector<std::pair<std::string, std::string>> versions = {};
};

} // namespace mrb::backend
