// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/ChildProcess.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

namespace mrb::backend {

namespace {

using Clock = std::chrono::steady_clock;

// A killed process normally ends within a millisecond; one stuck in a driver never does.
constexpr std::chrono::milliseconds kReapLimit{500};

std::vector<char *> pointersTo(std::vector<std::string> &strings)
{
    std::vector<char *> pointers;
    pointers.reserve(strings.size() + 1);
    for (std::string &text : strings)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// By number: glibc 2.36's <sys/pidfd.h> is not usable from C++. -1 on kernels before 5.3.
int openPidfd(pid_t process)
{
    return static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
}

/// What the child needs, made before it exists: it may not allocate.
struct Exec
{
    const char *program;
    char *const *arguments;
    char *const *environment;
    const char *folder; ///< null: the parent's
    std::array<int, 3> channels;
    pid_t parent;
};

/// In the child, in the parent's memory. Returns why it failed.
int becomeProgram(const Exec &exec)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != exec.parent) // it died before prctl
        return ESRCH;
    ::setpgid(0, 0);
    for (int channel = 0; channel < 3; ++channel)
        if (::dup2(exec.channels[static_cast<std::size_t>(channel)], channel) < 0)
            return errno;
    ::close_range(3, ~0U, 0);
    if (exec.folder && ::chdir(exec.folder) != 0)
        return errno;
    // Qt programs for instance ignore SIGPIPE.
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number)
        ::sigaction(number, &standard, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    ::execve(exec.program, exec.arguments, exec.environment);
    return errno;
}

} // namespace

void Descriptor::close()
{
    if (m_number >= 0)
        ::close(std::exchange(m_number, -1));
}

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

// A file in memory rather than a pipe: a program that does not read it cannot block the writer.
Descriptor openInput(const std::string &input)
{
    const Descriptor low(input.empty() ? ::open("/dev/null", O_RDONLY | O_CLOEXEC)
                                       : ::memfd_create("input", MFD_CLOEXEC));
    for (std::size_t done = 0; low.isOpen() && done < input.size();) {
        const ssize_t put = ::pwrite(low.number(), input.data() + done, input.size() - done,
                                     static_cast<off_t>(done));
        if (put < 0 && errno != EINTR)
            return {};
        done += static_cast<std::size_t>(std::max<ssize_t>(put, 0));
    }
    return Descriptor(low.isOpen() ? ::fcntl(low.number(), F_DUPFD_CLOEXEC, 3) : -1);
}

// posix_spawn cannot ask for the parent's death signal, and fork copies the page tables of all the
// volumes that a window holds. vfork does neither: the child borrows this thread until exec.
std::optional<pid_t> startChild(const ChildSpec &spec)
{
    std::vector<std::string> arguments{spec.program.native()};
    arguments.insert(arguments.end(), spec.arguments.begin(), spec.arguments.end());
    std::vector<std::string> environment;
    for (const auto &[name, value] : spec.environment)
        environment.push_back(name + "=" + value);
    const std::vector<char *> argumentPointers = pointersTo(arguments);
    const std::vector<char *> environmentPointers = pointersTo(environment);
    const Exec exec{.program = spec.program.c_str(),
                    .arguments = argumentPointers.data(),
                    .environment = environmentPointers.data(),
                    .folder = spec.workingFolder.empty() ? nullptr : spec.workingFolder.c_str(),
                    .channels = {spec.in, spec.out, spec.err},
                    .parent = ::getpid()};

    // A handler of ours must not run in the child, which shares our memory.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    volatile int failure = 0;
    const pid_t child = ::vfork(); // NOLINT(clang-analyzer-security.insecureAPI.vfork): see above
    if (child == 0) {
        failure = becomeProgram(exec);
        ::_exit(127);
    }
    const int forkFailure = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (child > 0 && failure == 0)
        return child;
    if (child > 0)
        ::waitpid(child, nullptr, 0);
    errno = child > 0 ? failure : forkFailure;
    return std::nullopt;
}

ChildGroup::ChildGroup(pid_t leader) : m_leader(leader), m_pidfd(openPidfd(leader)) {}

ChildGroup::~ChildGroup()
{
    if (!m_reaped)
        end();
}

bool ChildGroup::hasExited() const
{
    siginfo_t info = {};
    const int done =
        ::waitid(P_PID, static_cast<id_t>(m_leader), &info, WEXITED | WNOHANG | WNOWAIT);
    return done != 0 || info.si_pid == m_leader;
}

std::optional<int> ChildGroup::end()
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
        waitForExit(5);
    }
    std::thread([leader = m_leader] {
        while (::waitpid(leader, nullptr, 0) < 0 && errno == EINTR) {
        }
    }).detach();
    return std::nullopt;
}

void ChildGroup::waitForExit(int milliseconds) const
{
    pollfd exit{.fd = m_pidfd.number(), .events = POLLIN, .revents = 0};
    ::poll(&exit, 1, milliseconds);
}

} // namespace mrb::backend
