// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

/// mrbrain-supervisor runs one program and leaves no process behind.
///
/// Its stdin is a pipe whose other end its parent holds: when the parent dies, however, the pipe
/// ends and the run with it. Descendants are found through the kernel's parent links, as the
/// children of a subreaper, and not by process group: torch's launcher gives each worker a session
/// of its own. There are two processes, so that killing either of them orphans nobody.

#include "app/supervisor/Supervision.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

constexpr int kUsageError = 125;

bool parseNumber(const char *text, int least, int &number)
{
    char *end = nullptr;
    errno = 0;
    const long value = std::strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < least || value > 1'000'000'000)
        return false;
    number = static_cast<int>(value);
    return true;
}

bool parseArguments(int argc, char **argv, mrb::supervisor::Options &options)
{
    int at = 1;
    for (; at + 1 < argc; at += 2) {
        const std::string_view name = argv[at];
        int number = 0;
        if (name == "--") {
            options.argv = argv + at + 1;
            break;
        }
        if (name == "--hold") { // has no value
            options.hold = true;
            --at;
        } else if (name == "--chdir") {
            options.folder = argv[at + 1];
        } else if (name == "--status-fd" && parseNumber(argv[at + 1], 3, number)) {
            options.status = number;
        } else if (name == "--grace-ms" && parseNumber(argv[at + 1], 0, number)) {
            options.grace = std::chrono::milliseconds(number);
        } else {
            return false;
        }
    }
    return options.argv && options.status >= 0 && ::fcntl(options.status, F_GETFD) >= 0;
}

// Nothing that the parent has open may stay open here: a lock would outlive the parent.
void closeOthers(int status)
{
    const auto kept = static_cast<unsigned>(status);
    if (kept > 3)
        ::close_range(3, kept - 1, 0);
    ::close_range(kept + 1, ~0U, 0);
    ::fcntl(status, F_SETFD, FD_CLOEXEC);
}

} // namespace

int main(int argc, char **argv)
{
    using namespace mrb::supervisor;
    Options options;
    if (!parseArguments(argc, argv, options)) {
        std::fputs("usage: mrbrain-supervisor --status-fd N [--chdir FOLDER] [--grace-ms N] "
                   "[--hold] -- PROGRAM [ARGUMENT]...\n"
                   "Started by MR Brain Studio; stdin is the pipe that ends the run.\n",
                   stderr);
        return kUsageError;
    }
    closeOthers(options.status);
    ::setsid(); // a terminal's Ctrl+C is for the parent, which decides
    const int signals = takeSignals();
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);

    const pid_t guardPid = ::getpid();
    const pid_t child = signals < 0 ? -1 : ::fork();
    if (child > 0)
        return guard(options, signals, child);
    if (child < 0)
        return reportLaunchFailure(options, errno);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != guardPid)
        return kUsageError;
    ::prctl(PR_SET_CHILD_SUBREAPER, 1); // not inherited
    return supervise(options, signals, guardPid);
}
