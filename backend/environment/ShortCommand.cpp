// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/ShortCommand.h"

#include "backend/base/Text.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <thread>

namespace mrb::backend {

namespace {

using Clock = std::chrono::steady_clock;
namespace codes = error_codes;

// What POSIX systems search when PATH is not set at all.
constexpr std::string_view kDefaultPath = "/usr/bin:/bin";
// How soon a stop request, or an end without a pidfd, is noticed.
constexpr std::chrono::milliseconds kTick{20};
// A killed process normally ends within a millisecond; one stuck in a driver never does.
constexpr std::chrono::milliseconds kReapLimit{500};

class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int number) : m_number(number) {}
    Descriptor(Descriptor &&other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~Descriptor() { close(); }

    int number() const { return m_number; }
    bool isOpen() const { return m_number >= 0; }
    void close()
    {
        if (m_number >= 0)
            ::close(std::exchange(m_number, -1));
    }

private:
    int m_number = -1;
};

struct Pipe
{
    Descriptor readEnd;
    Descriptor writeEnd;
};

// Above 2 also when the parent runs with its standard channels closed: the child's are put on
// 0, 1 and 2 one after the other and must not overwrite each other.
bool openPipe(Pipe &pipe)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return false;
    const Descriptor low[2] = {Descriptor(ends[0]), Descriptor(ends[1])};
    pipe.readEnd = Descriptor(::fcntl(low[0].number(), F_DUPFD_CLOEXEC, 3));
    pipe.writeEnd = Descriptor(::fcntl(low[1].number(), F_DUPFD_CLOEXEC, 3));
    return pipe.readEnd.isOpen() && pipe.writeEnd.isOpen() &&
           ::fcntl(pipe.readEnd.number(), F_SETFL, O_NONBLOCK) == 0;
}

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

std::vector<char *> pointersTo(std::vector<std::string> &strings)
{
    std::vector<char *> pointers;
    pointers.reserve(strings.size() + 1);
    for (std::string &text : strings)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// posix_spawn rather than fork: glibc's is safe with threads and tells why exec failed.
Result<pid_t> spawn(const ShortCommand &command, const std::filesystem::path &program,
                    const Pipe &out, const Pipe &err)
{
    std::vector<std::string> arguments{program.native()};
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    std::vector<std::string> environment;
    for (const auto &[name, value] : command.environment)
        environment.push_back(name + "=" + value);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out.writeEnd.number(), 1);
    posix_spawn_file_actions_adddup2(&actions, err.writeEnd.number(), 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!command.workingFolder.empty())
        posix_spawn_file_actions_addchdir_np(&actions, command.workingFolder.c_str());

    // Signals as a fresh login has them; Qt programs for instance ignore SIGPIPE.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);

    pid_t child = -1;
    const int reason = posix_spawn(&child, program.c_str(), &actions, &attributes,
                                   pointersTo(arguments).data(), pointersTo(environment).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (reason != 0)
        return notStarted(program, reason);
    return child;
}

// By number: glibc 2.36's <sys/pidfd.h> is not usable from C++. -1 on kernels before 5.3.
int openPidfd(pid_t process)
{
    return static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
}

// The child and everything that stayed in its group. The leader is killed and reaped at the end of
// life of this object whatever happens, and never before the group was killed: until then its
// number cannot be given to another process.
class ChildGroup
{
public:
    explicit ChildGroup(pid_t leader) : m_leader(leader), m_pidfd(openPidfd(leader)) {}
    ChildGroup(const ChildGroup &) = delete;
    ChildGroup &operator=(const ChildGroup &) = delete;
    ~ChildGroup()
    {
        if (!m_reaped)
            end();
    }

    const Descriptor &pidfd() const { return m_pidfd; }

    // Without reaping it.
    bool hasExited() const
    {
        siginfo_t info = {};
        const int done =
            ::waitid(P_PID, static_cast<id_t>(m_leader), &info, WEXITED | WNOHANG | WNOWAIT);
        return done != 0 || info.si_pid == m_leader;
    }

    // Kills the group and returns the wait status of the leader, or nothing if it cannot be had.
    std::optional<int> end()
    {
        ::kill(-m_leader, SIGKILL);
        m_reaped = true;
        const auto deadline = Clock::now() + kReapLimit;
        int status = 0;
        while (true) {
            const pid_t got = ::waitpid(m_leader, &status, WNOHANG);
            if (got == m_leader)
                return status;
            if (got < 0 && errno != EINTR)
                return std::nullopt;
            if (Clock::now() >= deadline)
                break;
            waitForExit(std::chrono::milliseconds(5));
        }
        std::thread([leader = m_leader] {
            while (::waitpid(leader, nullptr, 0) < 0 && errno == EINTR) {
            }
        }).detach();
        return std::nullopt;
    }

private:
    void waitForExit(std::chrono::milliseconds limit) const
    {
        pollfd exit{.fd = m_pidfd.number(), .events = POLLIN, .revents = 0};
        ::poll(&exit, 1, static_cast<int>(limit.count()));
    }

    pid_t m_leader;
    Descriptor m_pidfd;
    bool m_reaped = false;
};

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
    const auto leader = spawn(command, *program, out, err);
    if (!leader)
        return leader.error();
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
                     Text::tr("%1 died by signal %2.")
                         .arg(toQString(command.program))
                         .arg(WTERMSIG(*status)),
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
