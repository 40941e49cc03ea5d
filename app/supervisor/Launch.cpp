// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/supervisor/Launch.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
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

[[noreturn]] void becomeProgram(pid_t parent, int report, int input, const char *folder,
                                char **argv)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) // it died before prctl
        ::_exit(127);
    // A session of its own: kill(0, …) in the program must not reach the supervisor.
    ::setsid();
    if (input < 0)
        detach(STDIN_FILENO);
    else
        ::dup2(input, STDIN_FILENO);
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

Launch launch(const char *folder, char **argv, bool hold)
{
    Launch result;
    std::array<int, 2> report{};
    std::array<int, 2> input{-1, -1};
    if (::pipe2(report.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        result.error = errno;
        return result;
    }
    if (hold && ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input.data()) != 0) {
        result.error = errno;
    } else {
        const pid_t parent = ::getpid();
        result.pid = ::fork();
        if (result.pid == 0)
            becomeProgram(parent, report[1], input[1], folder, argv);
        result.error = errno;
    }
    for (const int end : {report[1], input[1]})
        if (end >= 0)
            ::close(end);
    result.report = report[0];
    result.held = input[0];
    return result; // without a program this process ends, and with it what is open
}

} // namespace mrb::supervisor
