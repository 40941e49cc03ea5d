// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/UpstreamRunner.h"

#include "backend/base/InstallPaths.h"
#include "backend/base/Text.h"
#include "backend/process/LauncherReport.h"
#include "backend/process/LogWriter.h"
#include "backend/process/ProgramEnd.h"
#include "backend/process/SupervisedProcess.h"
#include "backend/process/WarmProcess.h"

#include <QLocale>
#include <QTimer>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <limits>
#include <utility>

namespace mrb::backend {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using supervisor::End;
using supervisor::Reason;
using supervisor::Record;

constexpr int kTimedOutExitCode = 124;
constexpr int kCancelledExitCode = 130;
constexpr int kNotFoundExitCode = 127;
constexpr int kNotStartableExitCode = 126;
// How often something that changes fast is shown: 20 times a second.
constexpr milliseconds kShowInterval{50};
constexpr milliseconds kHeartbeat{1000};

enum class Request { None, Cancel, TimeLimit };

// As Python prints a float: 3600.0, 0.25.
QString pythonFloat(double value)
{
    QString text = QString::number(value, 'g', QLocale::FloatingPointShortest);
    if (!text.contains(u'.') && !text.contains(u'e'))
        text += QStringLiteral(".0");
    return text;
}

} // namespace

struct UpstreamRunner::Run
{
    Run(const ProcessSpec &given, std::unique_ptr<SupervisedProcess> taken)
        : spec(given),
          logs(given.logFolder),
          progress(given.expectedSteps, given.ranks),
          process(std::move(taken))
    {
        if (spec.supervisor.empty())
            spec.supervisor = helperProgram("mrbrain-supervisor");
    }

    double seconds() const { return std::chrono::duration<double>(Clock::now() - begin).count(); }
    SupervisedCommand command() const
    {
        return {spec.supervisor,    spec.program,     spec.arguments,
                spec.workingFolder, spec.environment, spec.grace};
    }
    void describeEnd(RunOutcome &outcome) const;
    bool describeEndBeforeGo(RunOutcome &outcome) const;
    void describeStop(RunOutcome &outcome, Reason reason, int signal) const;

    ProcessSpec spec;
    Clock::time_point begin = Clock::now();
    LogWriter logs;
    std::array<LineSplitter, 2> splitters{LineSplitter(Channel::Stdout),
                                          LineSplitter(Channel::Stderr)};
    UpstreamProgress progress;
    std::unique_ptr<SupervisedProcess> process;
    // Of a process that was started before the run: what it printed until then.
    bool warm = false;
    std::optional<WarmProcess::Handover> before;
    QTimer limitTimer;
    QTimer heartbeat;
    QTimer showTimer;
    // Latest transient line of a channel that was not shown yet.
    std::array<std::optional<LogLine>, 2> unshown;
    Clock::time_point shown{};
    std::optional<Phase> shownPhase;
    bool progressChanged = false;
    QString lastLine; // of stderr, for the reason of a failure
    LauncherReport launcher;
    Request request = Request::None;
    std::optional<SupervisedEnd> end;
};

UpstreamRunner::UpstreamRunner(QObject *parent) : QObject(parent) {}

UpstreamRunner::~UpstreamRunner() = default;

bool UpstreamRunner::isRunning() const
{
    return m_run != nullptr;
}

void UpstreamRunner::start(const ProcessSpec &spec)
{
    Q_ASSERT(!m_run);
    if (m_run)
        return;
    prepare(spec, std::make_unique<SupervisedProcess>());
    m_run->process->start(m_run->command());
    if (m_run->spec.timeLimit)
        timeLimitReached();
}

void UpstreamRunner::start(const ProcessSpec &spec, std::unique_ptr<WarmProcess> warm)
{
    Q_ASSERT(!m_run && warm);
    if (m_run)
        return;
    WarmProcess::Handover before = warm->handOver();
    prepare(spec, std::move(before.process));
    m_run->warm = true;
    m_run->end = before.end;
    m_run->before = std::move(before);
    m_run->process->go();
    // Signals come from the event loop only. The end is the last of them.
    QMetaObject::invokeMethod(this, &UpstreamRunner::replay, Qt::QueuedConnection);
    if (m_run->end)
        QMetaObject::invokeMethod(this, &UpstreamRunner::conclude, Qt::QueuedConnection);
    if (m_run->spec.timeLimit)
        timeLimitReached();
}

// What a process that was started before had done, as if it had just done it.
void UpstreamRunner::replay()
{
    const auto before = std::exchange(m_run->before, std::nullopt);
    if (!before)
        return;
    if (before->pid > 0 && !before->end) {
        Q_EMIT started(before->pid);
        reportProgress(true);
    }
    for (const ProgramOutput &part : before->output)
        readOutput(part.channel, part.bytes);
}

void UpstreamRunner::prepare(const ProcessSpec &spec, std::unique_ptr<SupervisedProcess> process)
{
    m_run = std::make_unique<Run>(spec, std::move(process));
    Run &run = *m_run;
    connect(run.process.get(), &SupervisedProcess::programStarted, this, [this](qint64 pid) {
        Q_EMIT started(pid);
        reportProgress(true);
    });
    connect(run.process.get(), &SupervisedProcess::outputRead, this, &UpstreamRunner::readOutput);
    connect(run.process.get(), &SupervisedProcess::ended, this, [this](const SupervisedEnd &end) {
        m_run->end = end;
        // Outside of the process's own signals, so that finished() may delete us.
        QMetaObject::invokeMethod(this, &UpstreamRunner::conclude, Qt::QueuedConnection);
    });
    run.showTimer.setSingleShot(true);
    run.limitTimer.setSingleShot(true);
    run.limitTimer.setTimerType(Qt::PreciseTimer);
    connect(&run.showTimer, &QTimer::timeout, this, &UpstreamRunner::flushPending);
    connect(&run.heartbeat, &QTimer::timeout, this, [this] { reportProgress(true); });
    connect(&run.limitTimer, &QTimer::timeout, this, &UpstreamRunner::timeLimitReached);
    run.heartbeat.start(kHeartbeat);
}

void UpstreamRunner::cancel()
{
    if (!m_run || m_run->end || m_run->request != Request::None)
        return;
    m_run->request = Request::Cancel;
    m_run->process->cancel();
}

// Also arms the timer: a timer holds 24 days, a limit may be longer.
void UpstreamRunner::timeLimitReached()
{
    if (m_run->end || m_run->request != Request::None)
        return;
    const auto left =
        std::chrono::ceil<milliseconds>(m_run->begin + *m_run->spec.timeLimit - Clock::now());
    if (left > milliseconds::zero()) {
        m_run->limitTimer.start(std::min(left, milliseconds(std::numeric_limits<int>::max())));
        return;
    }
    m_run->request = Request::TimeLimit;
    m_run->process->cancel();
}

void UpstreamRunner::readOutput(Channel channel, const QByteArray &bytes)
{
    replay(); // what it printed before comes first
    m_run->logs.append(channel, bytes);
    const auto index = static_cast<std::size_t>(channel);
    deliver(m_run->splitters[index].feed(bytes, m_run->seconds()));
}

void UpstreamRunner::deliver(const std::vector<LogLine> &lines)
{
    for (const LogLine &line : lines) {
        m_run->progressChanged = m_run->progress.feed(line) || m_run->progressChanged;
        auto &unshown = m_run->unshown[static_cast<std::size_t>(line.channel)];
        if (line.transient) {
            unshown = line;
            continue;
        }
        unshown.reset();
        const qsizetype bar = endOfBar(line.text);
        if (bar == 0 || bar == line.text.size()) {
            deliverLine(line);
        } else { // a bar that was cut short by another line
            deliverLine({line.channel, line.text.left(bar), false, line.seconds});
            deliverLine({line.channel, line.text.mid(bar), false, line.seconds});
        }
    }
    reportProgress(false);
    const bool pending = m_run->progressChanged || m_run->unshown[0] || m_run->unshown[1];
    if (!pending || m_run->showTimer.isActive())
        return;
    const auto since = std::chrono::floor<milliseconds>(Clock::now() - m_run->shown);
    if (since >= kShowInterval)
        flushPending();
    else
        m_run->showTimer.start(kShowInterval - since);
}

void UpstreamRunner::deliverLine(const LogLine &line)
{
    if (line.channel == Channel::Stderr && !line.text.trimmed().isEmpty()) {
        m_run->launcher.feed(line.text);
        if (!m_run->launcher.began())
            m_run->lastLine = line.text.trimmed().left(300);
    }
    Q_EMIT lineRead(line);
}

void UpstreamRunner::flushPending()
{
    m_run->shown = Clock::now();
    for (auto &unshown : m_run->unshown) {
        if (unshown)
            Q_EMIT lineRead(*std::exchange(unshown, std::nullopt));
    }
    if (m_run->progressChanged)
        reportProgress(true);
}

void UpstreamRunner::reportProgress(bool now)
{
    const Progress progress = m_run->progress.at(m_run->seconds());
    if (!now && m_run->shownPhase == progress.phase)
        return;
    m_run->shownPhase = progress.phase;
    m_run->progressChanged = false;
    Q_EMIT progressed(progress);
}

void UpstreamRunner::conclude()
{
    for (LineSplitter &splitter : m_run->splitters)
        deliver(splitter.finish(m_run->seconds()));
    flushPending();
    for (QTimer *timer : {&m_run->heartbeat, &m_run->limitTimer, &m_run->showTimer})
        timer->stop();

    RunOutcome outcome;
    m_run->describeEnd(outcome);
    if (outcome.kind == RunOutcome::Kind::TimedOut) {
        const double limit = std::chrono::duration<double>(*m_run->spec.timeLimit).count();
        m_run->logs.append(
            Channel::Stderr,
            QStringLiteral("\n[TIMEOUT after %1s]").arg(pythonFloat(limit)).toUtf8());
    }
    if (outcome.kind != RunOutcome::Kind::FailedToStart) {
        m_run->progress.finish(outcome.seconds);
        outcome.phases = m_run->progress.phases();
    }
    outcome.savedPaths = m_run->progress.savedPaths();
    outcome.castWarning = m_run->progress.castWarning();
    outcome.scaleFactor = m_run->progress.scaleFactor();
    m_run->logs.finish(this, [this, outcome](const LogWriter::Logs &logs) mutable {
        outcome.stdoutTail = logs[0].tail;
        outcome.stderrTail = logs[1].tail;
        outcome.logError = logs[1].error ? logs[1].error : logs[0].error;
        m_run.reset();
        Q_EMIT finished(outcome); // nothing after it: the receiver may delete us
    });
}

void UpstreamRunner::Run::describeEnd(RunOutcome &outcome) const
{
    outcome.seconds = seconds();
    if (!end->record) {
        if (end->lost) {
            describeStop(outcome, Reason::GuardGone, 0);
            return;
        }
        outcome.kind = RunOutcome::Kind::FailedToStart;
        outcome.exitCode = kNotStartableExitCode;
        outcome.detail = end->failure;
        return;
    }
    const Record &record = *end->record;
    if (isStartFailure(record)) {
        outcome.kind = RunOutcome::Kind::FailedToStart;
        outcome.exitCode = record.number == ENOENT || record.number == ENOTDIR
                               ? kNotFoundExitCode
                               : kNotStartableExitCode;
        outcome.detail = startFailureText(record, command());
        return;
    }
    if (record.wallUs > 0 && (!warm || record.went))
        outcome.seconds = static_cast<double>(record.wallUs) / 1e6;
    outcome.cpuSeconds = static_cast<double>(record.cpuUs) / 1e6;
    outcome.peakRssMb = static_cast<double>(record.maxRssKb) / 1024.0;
    outcome.descendantsTerminated = record.terminated > 0;
    if (describeEndBeforeGo(outcome)) {
        // told
    } else if (record.end == End::SupervisorLost) {
        describeStop(outcome, Reason::GuardGone, 0);
    } else if (record.reason != Reason::None) {
        describeStop(outcome, record.reason, record.reasonSignal);
    } else if (record.end == End::Signaled) {
        outcome.kind = RunOutcome::Kind::Crashed;
        outcome.exitCode = -record.number;
        outcome.detail = endText(record, lastLine, launcher);
    } else {
        outcome.kind = RunOutcome::Kind::Finished;
        outcome.exitCode = record.number;
        outcome.detail = endText(record, lastLine, launcher);
    }
    if (record.survivors > 0) {
        if (!outcome.detail.isEmpty())
            outcome.detail += u' ';
        outcome.detail += Text::tr("Processes that could not be ended: %1.").arg(record.survivors);
    }
}

// Upstream's entry script did not begin, so an exit code of 0 is no success.
bool UpstreamRunner::Run::describeEndBeforeGo(RunOutcome &outcome) const
{
    const Record &record = *end->record;
    if (!warm || record.went || record.end == End::SupervisorLost || request != Request::None)
        return false;
    const bool crashed = record.end == End::Signaled && record.reason == Reason::None;
    outcome.kind = crashed ? RunOutcome::Kind::Crashed : RunOutcome::Kind::FailedToStart;
    outcome.exitCode = crashed ? -record.number : kNotStartableExitCode;
    outcome.detail = Text::tr("The interpreter that was kept ready ended before the run began.");
    const QString how = record.reason == Reason::None ? endText(record, lastLine) : QString();
    if (!how.isEmpty())
        outcome.detail += u' ' + how;
    return true;
}

// The run was stopped. What we asked for ourselves counts before what happened besides.
void UpstreamRunner::Run::describeStop(RunOutcome &outcome, Reason reason, int signal) const
{
    if (request == Request::TimeLimit) {
        const double limit = std::chrono::duration<double>(*spec.timeLimit).count();
        outcome.kind = RunOutcome::Kind::TimedOut;
        outcome.exitCode = kTimedOutExitCode;
        outcome.detail =
            Text::tr("The time limit of %1 seconds was reached.").arg(pythonFloat(limit));
    } else if (request == Request::Cancel) {
        outcome.kind = RunOutcome::Kind::Cancelled;
        outcome.exitCode = kCancelledExitCode;
        outcome.detail = Text::tr("The run was cancelled.");
    } else if (reason == Reason::GuardGone) {
        outcome.kind = RunOutcome::Kind::Crashed;
        outcome.exitCode = -SIGKILL;
        outcome.detail = Text::tr("The supervisor of the program was killed, and the run with it.");
    } else {
        outcome.kind = RunOutcome::Kind::Cancelled;
        outcome.exitCode = kCancelledExitCode;
        outcome.detail =
            Text::tr("The run was stopped from outside, by signal %1 to its supervisor.")
                .arg(signal);
    }
}

} // namespace mrb::backend
