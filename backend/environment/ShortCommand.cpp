// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/ShortCommand.h"

#include "backend/base/Text.h"
#include "backend/environment/ChildProcess.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace mrb::backend {

namespace {

using Clock = std::chrono::steady_clock;
namespace codes = error_codes;

// What POSIX systems search when PATH is not set at all.
constexpr std::string_view kDefaultPath = "/usr/bin:/bin";
// How soon a stop request, or an end without a pidfd, is noticed.
constexpr std::chrono::milliseconds kTick{20};

Error notStarted(const std::filesystem::path &program, int reason)
{
    if (reason == EACCES || reason == ENOEXEC || reason == EISDIR)
        return Error{
            codes::kCommandNotExecutable,
            Text::tr("%1 cannot be run: %2").arg(toQString(program), systemErrorText(reason)),
            Text::tr("Check that it is a program for this machine and that its "
                     "permissions let you run it.")};
    if (reason == ENOENT || reason == ENOTDIR || reason == ELOOP)
        return Error{codes::kCommandNotFound,
                     Text::tr("%1 was not found, or the interpreter it names was not.")
                         .arg(toQString(program)),
                     Text::tr("Install it, or give the path of the program.")};
    return Error{
        codes::kCommandNotStarted,
        Text::tr("%1 could not be started: %2").arg(toQString(program), systemErrorText(reason)),
        Text::tr("Check the machine's limits on processes, memory and open files.")};
}

bool isExecutableFile(const std::filesystem::path &file)
{
    struct stat info = {};
    return ::stat(file.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           ::faccessat(AT_FDCWD, file.c_str(), X_OK, AT_EACCESS) == 0;
}

Result<std::filesystem::path> resolveProgram(const ShortCommand &command)
{
    std::error_code failure;
    if (command.program.native().find('/') != std::string::npos) {
        // The caller's folder counts, not the child's working folder.
        const auto absolute = std::filesystem::absolute(command.program, failure);
        return failure ? Result<std::filesystem::path>(command.program) : absolute;
    }
    const std::string path =
        environmentValue(command.environment, "PATH").value_or(std::string(kDefaultPath));
    if (auto found = findProgram(command.program.native(), path))
        return std::move(*found);
    return Error{
        codes::kCommandNotFound,
        Text::tr("%1 was not found in PATH.").arg(toQString(command.program)),
        Text::tr("Install %1, or add its folder to PATH.").arg(toQString(command.program))};
}

// Takes what is there. Closes the descriptor at the end of the stream.
void drain(Descriptor &source, std::string &target, std::size_t &allowed, bool &tooMuch)
{
    std::array<char, 16384> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): read into
    while (source.isOpen()) {
        const ssize_t got = ::read(source.number(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (got <= 0) {
            source.close();
            return;
        }
        const auto bytes = static_cast<std::size_t>(got);
        if (bytes > allowed) {
            tooMuch = true;
            return;
        }
        allowed -= bytes;
        target.append(buffer.data(), bytes);
    }
}

int pollTimeout(Clock::time_point deadline, bool mustLookOften)
{
    auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (mustLookOften)
        left = std::min(left, kTick);
    return static_cast<int>(std::clamp<long long>(left.count(), 0, 60'000));
}

Error timedOut(const ShortCommand &command)
{
    return Error{
        codes::kCommandTimedOut,
        Text::tr("%1 did not finish within %2 s.")
            .arg(toQString(command.program))
            .arg(std::chrono::duration<double>(command.timeLimit).count()),
        Text::tr(
            "Run it by hand to see what it waits for; a hung driver or disk needs a restart.")};
}

// Collects output until the leader has exited; an error ends it early.
std::optional<Error> collect(const ShortCommand &command, const ChildGroup &child, Pipe &out,
                             Pipe &err, const std::stop_token &stop, Clock::time_point deadline,
                             CommandOutput &output)
{
    std::size_t allowed = command.maxOutputBytes;
    bool tooMuch = false;
    while (true) {
        // Asked before draining: what the leader wrote before its end is in the pipes then.
        const bool exited = child.hasExited();
        drain(out.readEnd, output.out, allowed, tooMuch);
        drain(err.readEnd, output.err, allowed, tooMuch);
        if (command.onOutput && !output.out.empty()) {
            allowed += output.out.size();
            command.onOutput(std::exchange(output.out, {}));
        }
        if (tooMuch)
            return Error{codes::kCommandTooMuchOutput,
                         Text::tr("%1 printed more than %2 bytes.")
                             .arg(toQString(command.program))
                             .arg(command.maxOutputBytes),
                         Text::tr("Check that this is the program meant.")};
        if (exited)
            return std::nullopt;
        if (stop.stop_requested())
            return Error{codes::kCommandCancelled,
                         Text::tr("%1 was cancelled.").arg(toQString(command.program))};
        if (Clock::now() >= deadline)
            return timedOut(command);
        std::array<pollfd, 3> watched{{{out.readEnd.number(), POLLIN, 0},
                                       {err.readEnd.number(), POLLIN, 0},
                                       {child.pidfd().number(), POLLIN, 0}}};
        const bool mustLookOften = stop.stop_possible() || !child.pidfd().isOpen();
        ::poll(watched.data(), watched.size(), pollTimeout(deadline, mustLookOften));
    }
}

Result<CommandOutput> run(const ShortCommand &command, const std::stop_token &stop)
{
    const auto deadline = Clock::now() + command.timeLimit;
    const auto program = resolveProgram(command);
    if (!program)
        return program.error();
    std::error_code failure;
    if (!command.workingFolder.empty() &&
        !std::filesystem::is_directory(command.workingFolder, failure))
        return Error{codes::kCommandNotStarted,
                     Text::tr("%1 could not be started: the folder %2 does not exist.")
                         .arg(toQString(command.program), toQString(command.workingFolder)),
                     Text::tr("Check the path of the folder.")};
    Pipe out;
    Pipe err;
    if (!openPipe(out) || !openPipe(err))
        return notStarted(command.program, errno);
    const Descriptor in = openInput(command.input);
    if (!in.isOpen())
        return notStarted(command.program, errno);
    const auto leader = startChild({.program = *program,
                                    .arguments = command.arguments,
                                    .environment = command.environment,
                                    .workingFolder = command.workingFolder,
                                    .in = in.number(),
                                    .out = out.writeEnd.number(),
                                    .err = err.writeEnd.number()});
    if (!leader)
        return notStarted(*program, errno);
    ChildGroup child(*leader);
    out.writeEnd.close();
    err.writeEnd.close();

    CommandOutput output;
    const auto interrupted = collect(command, child, out, err, stop, deadline, output);
    const auto status = child.end();
    if (interrupted)
        return *interrupted;
    if (!status)
        return Error{codes::kCommandNotStarted,
                     Text::tr("The exit status of %1 was lost.").arg(toQString(command.program)),
                     Text::tr("Start this program without ignoring SIGCHLD.")};
    if (WIFSIGNALED(*status))
        return Error{codes::kCommandDiedBySignal,
                     Text::tr("%1 died by signal %2 (%3).")
                         .arg(toQString(command.program))
                         .arg(WTERMSIG(*status))
                         .arg(QString::fromLocal8Bit(::sigdescr_np(WTERMSIG(*status)))),
                     Text::tr("Run it by hand; it crashed or something else ended it.")};
    output.exitCode = WEXITSTATUS(*status);
    return output;
}

} // namespace

Result<CommandOutput> runShortCommand(const ShortCommand &command, std::stop_token stop)
{
    try {
        return run(command, stop);
    } catch (const std::exception &failure) {
        return Error{codes::kCommandNotStarted,
                     Text::tr("%1 could not be run: %2")
                         .arg(toQString(command.program), QString::fromUtf8(failure.what())),
                     Text::tr("Check the machine's limits on memory and threads.")};
    }
}

std::optional<std::filesystem::path> findProgram(std::string_view name, std::string_view pathValue)
{
    if (name.empty())
        return std::nullopt;
    while (!pathValue.empty()) {
        const std::size_t colon = std::min(pathValue.find(':'), pathValue.size());
        const std::string_view folder = pathValue.substr(0, colon);
        pathValue.remove_prefix(std::min(colon + 1, pathValue.size()));
        if (!folder.starts_with('/'))
            continue;
        auto candidate = std::filesystem::path(folder) / name;
        if (isExecutableFile(candidate))
            return candidate;
    }
    return std::nullopt;
}

std::optional<std::string> environmentValue(const EnvironmentPairs &environment,
                                            std::string_view name)
{
    const auto found = std::ranges::find(environment, name, &EnvironmentPairs::value_type::first);
    if (found == environment.end())
        return std::nullopt;
    return found->second;
}

} // namespace mrb::backend
