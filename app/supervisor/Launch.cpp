// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/supervisor/Launch.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace mrb::supervisor {

namespace {

using backend::supervisor::End;

[[noreturn]] void giveUp(int report, End end)
{
    const LaunchFailure failure{end, errno};
    // Smaller than PIPE_BUF: whole or not at all.
    [[maybe_unused]] const ssize_t written = ::write(report, &failure, sizeof failure);
    ::_exit(127);
}

[[noreturn]] void becomeProgram(pid_t parent, int report, const char *folder, char **argv)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) // it died before prctl
        ::_exit(127);
    // A session of its own: kill(0, …) in the program must not reach the supervisor.
    ::setsid();
    detach(STDIN_FILENO);
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number)
        ::sigaction(number, &standard, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    if (folder && ::chdir(folder) != 0)
        giveUp(report, End::FolderFailed);
    ::execve(argv[0], argv, environ);
    giveUp(report, End::ExecFailed);
}

} // namespace

void detach(int descriptor)
{
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) {
        ::close(descriptor);
        return;
    }
    ::dup2(null, descriptor);
    if (null != descriptor)
        ::close(null);
}

Launch launch(const char *folder, char **argv)
{
    Launch result;
    std::array<int, 2> report{};
    if (::pipe2(report.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        result.error = errno;
        return result;
    }
    const pid_t parent = ::getpid();
    result.pid = ::fork();
    if (result.pid == 0)
        becomeProgram(parent, report[1], folder, argv);
    result.error = errno;
    ::close(report[1]);
    result.report = report[0];
    if (result.pid < 0)
        ::close(report[0]);
    return result;
}

} // namespace mrb::supervisor
