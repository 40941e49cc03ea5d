// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/supervisor/Supervision.h"

#include "app/supervisor/Descendants.h"
#include "app/supervisor/Hold.h"
#include "app/supervisor/Launch.h"
#include "backend/process/SupervisorProtocol.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <string>
#include <string_view>

namespace mrb::supervisor {

namespace {

using backend::supervisor::encode;
using backend::supervisor::End;
using backend::supervisor::Reason;
using backend::supervisor::Record;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Helpers of a program often end by themselves just after it (Python's resource tracker does).
// They are not leftovers worth reporting.
constexpr milliseconds kSettleTime{250};

void write(int status, const Record &record)
{
    const std::string line = encode(record);
    // Smaller than PIPE_BUF. A reader that is gone needs no answer.
    [[maybe_unused]] const ssize_t written = ::write(status, line.data(), line.size());
}

void addUsage(Record &record)
{
    rusage usage{};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    const auto micro = [](const timeval &time) {
        return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
    };
    record.cpuUs = micro(usage.ru_utime) + micro(usage.ru_stime);
    record.maxRssKb = usage.ru_maxrss;
}

void addTermination(Record &record, const Termination &termination)
{
    record.terminated = termination.others;
    record.killed = termination.killed;
    record.survivors = termination.survivors;
}

class Supervision
{
public:
    Supervision(const Options &options, int signals, pid_t guard)
        : m_options(options), m_signals(signals), m_guard(guard)
    {
    }

    void run();

private:
    void waitForEnd();
    void readSignals();
    void readCommands();
    void obey(std::string_view command);
    void letGo();
    void readLaunchReport();
    void stop(Reason reason, int signal = 0);
    void reaped(pid_t pid, int status);
    void settle();

    Options m_options;
    int m_signals;
    pid_t m_guard;
    Launch m_launch;
    Record m_record;
    Clock::time_point m_begin = Clock::now();
    bool m_programEnded = false;
    std::string m_command;
    Hold m_hold;
    bool m_goAsked = false;
};

void Supervision::run()
{
    m_launch = launch(m_options.folder, m_options.argv, m_options.hold);
    if (m_launch.pid < 0) {
        reportLaunchFailure(m_options, m_launch.error);
        return;
    }
    m_record.pid = m_launch.pid;
    m_hold = Hold(m_launch.held, m_options.status);
    // Whoever reads the program's output sees its end when the program ends.
    detach(STDOUT_FILENO);
    detach(STDERR_FILENO);
    waitForEnd();
    if (m_programEnded && m_launch.report >= 0)
        readLaunchReport();
    const auto onReaped = [this](pid_t pid, int status) { reaped(pid, status); };
    if (m_record.reason == Reason::None)
        settle();
    addTermination(m_record,
                   terminateDescendants(m_signals, m_launch.pid, m_options.grace, onReaped));
    if (m_launch.report >= 0)
        readLaunchReport();
    addUsage(m_record);
    m_hold.finish();
    write(m_options.status, m_record);
}

void Supervision::waitForEnd()
{
    while (!m_programEnded && m_record.reason == Reason::None) {
        // poll skips negative descriptors.
        // What it says comes after "started", hence after the report of its launch.
        const int said = m_launch.report < 0 ? m_hold.socket() : -1;
        std::array<pollfd, 5> waiting{pollfd{m_signals, POLLIN, 0}, pollfd{STDIN_FILENO, POLLIN, 0},
                                      pollfd{m_launch.report, POLLIN, 0}, pollfd{said, POLLIN, 0},
                                      pollfd{m_hold.waitingFor(), POLLOUT, 0}};
        if (::poll(waiting.data(), waiting.size(), -1) < 0)
            continue;
        if (waiting[2].revents != 0)
            readLaunchReport();
        if (waiting[0].revents != 0)
            readSignals();
        reapChildren([this](pid_t pid, int status) { reaped(pid, status); });
        if (waiting[3].revents != 0)
            m_hold.read();
        if (waiting[4].revents != 0)
            m_hold.forward();
        if (waiting[1].revents != 0 && !m_programEnded)
            readCommands();
        letGo();
    }
}

void Supervision::readSignals()
{
    signalfd_siginfo info;
    while (::read(m_signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        const int number = static_cast<int>(info.ssi_signo);
        if (number == SIGCHLD)
            continue;
        // SIGTERM is also what the kernel sends when the guard dies.
        if (::getppid() != m_guard)
            stop(Reason::GuardGone);
        else
            stop(Reason::Signal, number);
    }
}

void Supervision::readCommands()
{
    std::array<char, 256> bytes{};
    const ssize_t length = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (length < 0 && errno == EINTR)
        return;
    if (length <= 0) {
        stop(Reason::ParentGone);
        return;
    }
    m_command.append(bytes.data(), static_cast<std::size_t>(length));
    for (std::size_t end = 0; (end = m_command.find('\n')) != std::string::npos;) {
        obey(std::string_view(m_command).substr(0, end + 1));
        m_command.erase(0, end + 1);
    }
    if (m_command.size() > bytes.size())
        m_command.assign("?"); // the rest of that line is no command either
}

void Supervision::obey(std::string_view command)
{
    if (command == backend::supervisor::kCancelCommand) {
        stop(Reason::Cancel);
    } else if (command == backend::supervisor::kGoCommand && m_record.reason == Reason::None) {
        m_goAsked = true;
        m_begin = Clock::now();
        letGo(); // a cancel may come with the same bytes
    }
}

void Supervision::letGo()
{
    if (!m_goAsked || !m_hold.isReady() || m_programEnded || m_record.reason != Reason::None)
        return;
    m_goAsked = false;
    if (m_record.went)
        return;
    m_record.went = m_hold.go();
    // It has closed its stdin: it can never be told, and would stay for ever.
    if (!m_record.went)
        ::kill(m_launch.pid, SIGKILL);
}

void Supervision::readLaunchReport()
{
    LaunchFailure failure{};
    ssize_t length = 0;
    do {
        length = ::read(m_launch.report, &failure, sizeof failure);
    } while (length < 0 && errno == EINTR);
    ::close(m_launch.report);
    m_launch.report = -1;
    if (length == static_cast<ssize_t>(sizeof failure)) {
        m_record.end = failure.end;
        m_record.number = failure.error;
    } else if (length == 0 && (!m_programEnded || m_record.reason == Reason::None)) {
        // Else it may have been ended between fork and exec.
        Record started = m_record;
        started.started = true;
        write(m_options.status, started);
    }
}

void Supervision::stop(Reason reason, int signal)
{
    if (m_record.reason != Reason::None)
        return;
    m_record.reason = reason;
    m_record.reasonSignal = signal;
}

void Supervision::reaped(pid_t pid, int status)
{
    if (pid != m_launch.pid)
        return;
    m_programEnded = true;
    m_record.wallUs =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - m_begin).count();
    if (m_record.end == End::FolderFailed || m_record.end == End::ExecFailed)
        return;
    m_record.end = WIFSIGNALED(status) ? End::Signaled : End::Exited;
    m_record.number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

void Supervision::settle()
{
    const Clock::time_point limit = Clock::now() + kSettleTime;
    while (reapChildren([this](pid_t pid, int status) { reaped(pid, status); })) {
        const auto left = std::chrono::ceil<milliseconds>(limit - Clock::now());
        if (left <= milliseconds::zero())
            return;
        waitForSignal(m_signals, left);
    }
}

} // namespace

int takeSignals()
{
    struct sigaction ignored = {};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignored, nullptr);
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT})
        ::sigaddset(&set, number);
    if (::pthread_sigmask(SIG_SETMASK, &set, nullptr) != 0)
        return -1;
    return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int reportLaunchFailure(const Options &options, int error)
{
    write(options.status, Record{.end = End::LaunchFailed, .number = error});
    return 1;
}

int supervise(const Options &options, int signals, pid_t guard)
{
    Supervision(options, signals, guard).run();
    return 0;
}

int guard(const Options &options, int signals, pid_t supervisor)
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        detach(descriptor);
    int ending = 0;
    bool ended = false;
    const auto reaped = [&](pid_t pid, int status) {
        if (pid == supervisor) {
            ended = true;
            ending = status;
        }
    };
    while (!ended) {
        pollfd waiting{signals, POLLIN, 0};
        if (::poll(&waiting, 1, -1) < 0)
            continue;
        signalfd_siginfo info;
        while (::read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
            if (info.ssi_signo != SIGCHLD)
                ::kill(supervisor, static_cast<int>(info.ssi_signo));
        }
        reapChildren(reaped);
    }
    if (WIFEXITED(ending))
        return WEXITSTATUS(ending);
    Record record;
    record.end = End::SupervisorLost;
    record.number = WTERMSIG(ending);
    if (options.hold)
        endLine(options.status); // it may have died in the middle of a ready line
    addTermination(record, terminateDescendants(signals, -1, options.grace, reaped));
    addUsage(record);
    write(options.status, record);
    return 0;
}

} // namespace mrb::supervisor
