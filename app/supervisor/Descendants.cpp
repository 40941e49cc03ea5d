// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/supervisor/Descendants.h"

#include "backend/process/SupervisorProtocol.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mrb::supervisor {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A pid alone may mean another process a moment later; with the start time it does not.
struct Process
{
    pid_t pid = 0;
    pid_t parent = 0;
    unsigned long long start = 0;
    char state = 0;
};

bool readProcess(pid_t pid, Process &process)
{
    const std::string path = "/proc/" + std::to_string(pid) + "/stat";
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    std::array<char, 1024> text{};
    const ssize_t length = ::read(descriptor, text.data(), text.size() - 1);
    ::close(descriptor);
    if (length <= 0)
        return false;
    // The name in the second field may hold anything, also spaces and brackets.
    const char *at = std::strrchr(text.data(), ')');
    if (!at || at[1] != ' ')
        return false;
    process.pid = pid;
    process.state = at[2];
    char *next = nullptr;
    process.parent = static_cast<pid_t>(std::strtol(at + 3, &next, 10));
    // proc(5): the parent is field 4, the start time field 22.
    for (int field = 5; field <= 22; ++field)
        process.start = std::strtoull(next, &next, 10);
    return true;
}

// Visits each while the scan goes on: the shorter the time since it was seen, the fewer have forked
// and gone.
template <class Visitor> void visitDescendants(const Visitor &visit)
{
    const std::unique_ptr<DIR, int (*)(DIR *)> folder(::opendir("/proc"), &::closedir);
    if (!folder)
        return;
    std::set<pid_t> family{::getpid()};
    std::vector<Process> others;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
    while (const dirent *entry = ::readdir(folder.get())) {
        char *end = nullptr;
        const long pid = std::strtol(entry->d_name, &end, 10);
        Process process;
        if (pid <= 0 || *end != '\0' || !readProcess(static_cast<pid_t>(pid), process))
            continue;
        if (family.count(process.parent) == 0) {
            others.push_back(process);
            continue;
        }
        family.insert(process.pid);
        visit(process);
    }
    // Children with a lower number than their parent, after the numbers wrapped round.
    for (bool found = true; found;) {
        found = false;
        for (const Process &process : others) {
            if (family.count(process.parent) != 0 && family.insert(process.pid).second) {
                visit(process);
                found = true;
            }
        }
    }
}

void sendSignal(const Process &process, int signal)
{
    // By number: <sys/pidfd.h> of glibc 2.36 cannot be used from C++.
    const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0));
    if (descriptor < 0 && errno == ESRCH)
        return;
    Process now;
    if (readProcess(process.pid, now) && now.start == process.start) {
        if (descriptor >= 0)
            ::syscall(SYS_pidfd_send_signal, descriptor, signal, nullptr, 0);
        else // a kernel or sandbox without pidfd
            ::kill(process.pid, signal);
    }
    if (descriptor >= 0)
        ::close(descriptor);
}

} // namespace

bool reapChildren(const std::function<void(pid_t, int)> &reaped)
{
    while (true) {
        int status = 0;
        const pid_t pid = ::waitpid(-1, &status, WNOHANG);
        if (pid > 0)
            reaped(pid, status);
        else if (pid == 0)
            return true;
        else if (errno != EINTR)
            return false;
    }
}

void waitForSignal(int signals, milliseconds timeout)
{
    pollfd waiting{signals, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(std::max<milliseconds::rep>(timeout.count(), 0))) <= 0)
        return;
    signalfd_siginfo ignored;
    while (::read(signals, &ignored, sizeof ignored) > 0) {
    }
}

Termination terminateDescendants(int signals, pid_t program, milliseconds grace,
                                 const std::function<void(pid_t, int)> &reaped)
{
    using Key = std::pair<pid_t, unsigned long long>;
    std::set<Key> asked;
    std::set<Key> killed;
    std::set<Key> others;
    Termination result;
    const Clock::time_point deadline = Clock::now() + grace;
    const Clock::time_point limit = deadline + milliseconds(backend::supervisor::kKillLimitMs);
    bool left = true;
    while ((left = reapChildren(reaped))) {
        const Clock::time_point now = Clock::now();
        const bool killing = now >= deadline;
        bool found = false;
        result.survivors = 0;
        visitDescendants([&](const Process &process) {
            if (process.state == 'Z' || process.state == 'X')
                return;
            ++result.survivors;
            const Key key{process.pid, process.start};
            if (process.pid != program)
                others.insert(key);
            if (killing) {
                found = killed.insert(key).second || found;
                sendSignal(process, SIGKILL);
                return;
            }
            if (asked.insert(key).second)
                sendSignal(process, SIGTERM);
            if (process.state == 'T') // stopped: it would never see the signal
                sendSignal(process, SIGCONT);
        });
        if (now >= limit)
            break;
        if (!killing)
            waitForSignal(signals, std::min(std::chrono::ceil<milliseconds>(deadline - now),
                                            milliseconds(50)));
        else if (!found) // else at once, before they fork again
            waitForSignal(signals, milliseconds(10));
    }
    if (!left)
        result.survivors = 0;
    result.others = static_cast<int>(others.size());
    result.killed = static_cast<int>(killed.size());
    return result;
}

} // namespace mrb::supervisor
