// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace mrb::backend {

/// What a command of mrbrain returns to its caller; also listed by --help and in
/// skill_manifest.yaml, which a test compares.
enum class ExitCode {
    Passed = 0,
    Refused = 2,
    UpstreamFailed = 3,
    GateFailed = 4,
    NotWritten = 5,
    TimedOut = 124,
    Cancelled = 130,
};

struct ExitCodeMeaning
{
    ExitCode code;
    std::string_view meaning;
};

/// In ascending order, one row for each code.
std::span<const ExitCodeMeaning> exitCodeTable();

} // namespace mrb::backend
