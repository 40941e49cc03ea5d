// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "backend/base/Result.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kCommandNotFound = "command_not_found";
inline constexpr ErrorCode kCommandNotExecutable = "command_not_executable";
/// The system refused to start it for another reason (no processes left, working folder gone…).
inline constexpr ErrorCode kCommandNotStarted = "command_not_started";
inline constexpr ErrorCode kCommandTimedOut = "command_timed_out";
inline constexpr ErrorCode kCommandTooMuchOutput = "command_too_much_output";
inline constexpr ErrorCode kCommandDiedBySignal = "command_died_by_signal";
inline constexpr ErrorCode kCommandCancelled = "command_cancelled";
} // namespace error_codes

/// A question for another program that answers within seconds, such as git or nvidia-smi.
struct ShortCommand
{
    /// Looked up in PATH of `environment` when it has no slash. Relative entries of PATH are not
    /// searched, so that a checkout used as the working folder cannot supply the program.
    std::filesystem::path program;
    std::vector<std::string> arguments = {};
    /// The whole environment: nothing of the parent's is inherited.
    EnvironmentPairs environment = {};
    /// Empty: the parent's.
    std::filesystem::path workingFolder = {};
    /// All that the program finds on its standard input.
    std::string input = {};
    /// From the start of the call to its end, output included.
    std::chrono::milliseconds timeLimit = std::chrono::seconds(10);
    /// Both channels together.
    std::size_t maxOutputBytes = std::size_t{4} << 20;
    /// Gets the standard output in pieces as it arrives, in the calling thread, instead of having
    /// it collected; it does not count as output then.
    std::function<void(std::string)> onOutput = {};
};

/// out and err are bytes as the program wrote them. exitCode may be any value from 0 to 255.
struct CommandOutput
{
    int exitCode = 0;
    std::string out;
    std::string err;

    friend bool operator==(const CommandOutput &, const CommandOutput &) = default;
};

/// Runs it without a shell in a process group of its own, and waits for its end.
/// Blocks; callable from any thread, also in programs with many. An exit code other than 0 is an
/// answer, not an error. When the program ends, or at the limit, on too much output or on stop,
/// the whole group is killed: a descendant that keeps the pipes open cannot delay the return, and
/// what it would have written later is not waited for. It is also killed when this program is. A
/// process that even SIGKILL does not end (a hung driver) is left behind and reaped in the
/// background.
Result<CommandOutput> runShortCommand(const ShortCommand &command, std::stop_token stop = {});

/// The executable file `name` (no slash) in the absolute folders of a PATH value, or nothing.
std::optional<std::filesystem::path> findProgram(std::string_view name, std::string_view pathValue);

/// Value of a name in the pairs, or nothing.
std::optional<std::string> environmentValue(const EnvironmentPairs &environment,
                                            std::string_view name);

} // namespace mrb::backend
