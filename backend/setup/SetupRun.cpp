// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/SetupRun.h"

#include "backend/base/Text.h"
#include "backend/failure/SetupFailure.h"
#include "backend/process/LogWriter.h"
#include "backend/process/UpstreamRunner.h"
#include "backend/setup/Credentials.h"
#include "backend/setup/SetupFolders.h"
#include "backend/setup/StepWork.h"

#include <QMetaObject>
#include <QRegularExpression>
#include <QTimer>

#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

using Kind = SetupConclusion::Kind;

/// Of pip's --progress-bar raw: a line each quarter of a second, for programs only.
bool isRawProgress(const QString &line)
{
    static const QRegularExpression pattern(QStringLiteral("^Progress \\d+ of \\d+$"));
    return line.startsWith(u"Progress ") && pattern.match(line).hasMatch();
}

StepPlan planOf(const SetupContext &context, SetupStep step, const std::stop_token &stop)
{
    const auto planned = [&]() -> StepPlan {
        switch (step) {
        case SetupStep::Checkout:
            return planCheckout(context, stop);
        case SetupStep::Packages:
            return planPackages(context, stop);
        case SetupStep::Weights:
            return planWeights(context, stop);
        case SetupStep::Check:
            break;
        }
        const bool othersAreDone = planCheckout(context, stop).state == StepState::Done &&
                                   planPackages(context, stop).state == StepState::Done &&
                                   planWeights(context, stop).state == StepState::Done;
        return planCheck(context, othersAreDone, stop);
    };
    StepPlan plan = planned();
    plan.step = step;
    return plan;
}

std::unique_ptr<StepWork> workOf(const SetupContext &context, SetupStep step)
{
    switch (step) {
    case SetupStep::Checkout:
        return checkoutWork(context);
    case SetupStep::Packages:
        return packagesWork(context);
    case SetupStep::Weights:
        return weightsWork(context);
    case SetupStep::Check:
        break;
    }
    return nullptr; // a look is all there is to it
}

Error cancelledError()
{
    return {error_codes::kSetupCancelled, Text::tr("Cancelled."),
            Text::tr("Start the step again to go on with what is there.")};
}

Error unexpected(const char *what)
{
    return {error_codes::kSetupCommandFailed,
            Text::tr("The step could not be carried out: %1.").arg(QString::fromUtf8(what)),
            Text::tr("Start it again; if it fails in the same way, look at the free space and "
                     "memory.")};
}

/// How a look or a job in the worker ended.
struct Ended
{
    Kind kind = Kind::Done;
    Errors problems;
    Errors warnings;
};

/// What ends because it was cancelled has not failed.
Ended failedOrCancelled(const Error &error, const std::stop_token &stop)
{
    if (stop.stop_requested())
        return {Kind::Cancelled, {cancelledError()}, {}};
    return {Kind::Failed, {error}, {}};
}

} // namespace

struct SetupRun::State
{
    explicit State(SetupRun &owner) : self(owner) {}

    SetupRun &self;
    SetupOptions options;
    SetupStep step = SetupStep::Checkout;
    std::optional<SetupContext> context;
    std::vector<SetupLock> locks;
    std::unique_ptr<StepWork> work;
    std::vector<SetupCommand> commands;
    std::size_t command = 0;
    UpstreamRunner runner;
    fs::path logFolder;
    std::optional<LogWriter> log;
    SetupConclusion conclusion;
    bool cancelled = false;
    std::jthread worker; ///< last: it ends before what it works on

    template <class Job, class Then> void inWorker(Job job, Then then);
    Ended look(const std::stop_token &stop);
    Result<> takeLocks();
    Ended prepare(const std::stop_token &stop);
    void runCommand();
    void commandEnded(const RunOutcome &outcome);
    void explain(const RunOutcome &outcome);
    void perform();
    void fail(const Ended &ended);
    void lookAgain();
    void writeLog(const QString &line);
    void closeLog();
};

/// Runs job(stop) in a worker and then(result) in the owner's thread, one at a time.
template <class Job, class Then> void SetupRun::State::inWorker(Job job, Then then)
{
    worker = std::jthread(
        [this, job = std::move(job), then = std::move(then)](std::stop_token stop) mutable {
            Ended ended;
            try {
                ended = job(std::move(stop));
            } catch (const std::exception &failure) {
                ended = {Kind::Failed, {unexpected(failure.what())}, {}};
            }
            QMetaObject::invokeMethod(
                &self,
                [then = std::move(then), ended = std::move(ended)]() mutable {
                    then(std::move(ended));
                },
                Qt::QueuedConnection);
        });
    if (cancelled)
        worker.request_stop();
}

/// What there is, and whether it may be started.
Ended SetupRun::State::look(const std::stop_token &stop)
{
    Result<SetupContext> found = makeSetupContext(options, stop);
    if (!found)
        return {Kind::Refused, {found.error()}, {}};
    context = std::move(*found);
    conclusion.plan = planOf(*context, step, stop);
    const StepPlan &plan = conclusion.plan;
    if (stop.stop_requested())
        return {Kind::Cancelled, {cancelledError()}, {}};
    if (plan.state == StepState::Done)
        return {Kind::Done, {}, plan.warnings};
    if (step == SetupStep::Check && plan.state != StepState::Blocked)
        return {Kind::Failed, plan.problems, plan.warnings};
    if (!plan.mayStart)
        return {Kind::Refused, plan.problems, plan.warnings};
    return {};
}

/// Of all that the step changes.
Result<> SetupRun::State::takeLocks()
{
    std::vector<fs::path> places{context->root};
    if (step == SetupStep::Packages) // one environment may serve several checkouts
        places.push_back(context->venv.empty() ? context->python.parent_path() : context->venv);
    for (const fs::path &place : places) {
        std::error_code failed;
        const fs::path real = fs::weakly_canonical(place, failed);
        Result<SetupLock> taken = SetupLock::take(options.environment, failed ? place : real);
        if (!taken)
            return taken.error();
        locks.push_back(std::move(*taken));
    }
    return {};
}

Ended SetupRun::State::prepare(const std::stop_token &stop)
{
    Ended ended = look(stop);
    if (ended.kind != Kind::Done || conclusion.plan.state == StepState::Done)
        return ended;
    if (const Result<> locked = takeLocks(); !locked)
        return {Kind::Refused, {locked.error()}, {}};
    // Somebody may have done it in the meantime.
    ended = look(stop);
    if (ended.kind != Kind::Done || conclusion.plan.state == StepState::Done)
        return ended;
    const Result<fs::path> logs = newLogFolder(options.environment, step);
    if (!logs)
        return {Kind::Failed, {logs.error()}, {}};
    logFolder = *logs;
    work = workOf(*context, step);
    const Result<> prepared = work->prepare(stop);
    if (!prepared)
        return failedOrCancelled(prepared.error(), stop);
    commands = work->commands();
    return {};
}

void SetupRun::State::runCommand()
{
    if (cancelled) {
        fail({Kind::Cancelled, {cancelledError()}, {}});
        return;
    }
    if (command == commands.size()) {
        perform();
        return;
    }
    if (!log) {
        log.emplace(logFolder);
        conclusion.logFile = logFolder / "stdout.log";
    }
    const SetupCommand &next = commands[command];
    writeLog(QStringLiteral("$ ") + next.text());
    Q_EMIT self.commandStarted(next.purpose, next.text());
    runner.start({.program = next.program,
                  .arguments = next.arguments,
                  .workingFolder = next.workingFolder,
                  .environment = next.environment,
                  .logFolder = {}});
}

void SetupRun::State::commandEnded(const RunOutcome &outcome)
{
    if (outcome.kind == RunOutcome::Kind::Cancelled) {
        fail({Kind::Cancelled, {cancelledError()}, {}});
        return;
    }
    if (outcome.kind != RunOutcome::Kind::Finished || outcome.exitCode != 0) {
        explain(outcome);
        return;
    }
    inWorker(
        [this](const std::stop_token &stop) -> Ended {
            const Result<> followed = work->afterCommand(command, stop);
            if (!followed)
                return failedOrCancelled(followed.error(), stop);
            return {};
        },
        [this](const Ended &ended) {
            if (ended.kind != Kind::Done) {
                fail(ended);
                return;
            }
            ++command;
            runCommand();
        });
}

void SetupRun::State::explain(const RunOutcome &outcome)
{
    if (Errors told = work->explain(); !told.empty()) {
        fail({Kind::Failed, std::move(told), {}});
        return;
    }
    const auto end = outcome.kind == RunOutcome::Kind::FailedToStart ? FailureEnd::NotStarted
                                                                     : FailureEnd::ByItself;
    const QString said = withoutCredentials(outcome.stdoutTail + u'\n' + outcome.stderrTail);
    conclusion.failure = recogniseSetupFailure(said, outcome.exitCode, end);
    const FailureCause cause = conclusion.failure.value_or(FailureCause{});
    fail({Kind::Failed,
          {{error_codes::kSetupCommandFailed,
            Text::tr("%1 failed: %2").arg(commands[command].purpose, cause.what), cause.advice,
            cause.code}},
          {}});
}

void SetupRun::State::perform()
{
    inWorker(
        [this](const std::stop_token &stop) -> Ended {
            const Result<> performed = work->perform(stop, [this](const SetupProgress &progress) {
                // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): Qt's event owns it
                QMetaObject::invokeMethod(
                    &self, [this, progress] { Q_EMIT self.progressed(progress); },
                    Qt::QueuedConnection);
            });
            if (stop.stop_requested())
                return {Kind::Cancelled, {cancelledError()}, {}};
            if (!performed)
                return {Kind::Failed, {performed.error()}, {}};
            const Findings findings = work->conclude(stop);
            if (stop.stop_requested())
                return {Kind::Cancelled, {cancelledError()}, findings.warnings};
            return {findings.refusals.empty() ? Kind::Done : Kind::Failed, findings.refusals,
                    findings.warnings};
        },
        [this](const Ended &ended) {
            if (ended.kind != Kind::Done) {
                fail(ended);
                return;
            }
            conclusion.kind = Kind::Done;
            conclusion.warnings = ended.warnings;
            lookAgain();
        });
}

void SetupRun::State::fail(const Ended &ended)
{
    conclusion.kind = ended.kind;
    conclusion.problems = ended.problems;
    conclusion.warnings.insert(conclusion.warnings.end(), ended.warnings.begin(),
                               ended.warnings.end());
    if (!work) {
        closeLog();
        return;
    }
    lookAgain();
}

/// The step as it is at the end, whatever was cancelled before.
void SetupRun::State::lookAgain()
{
    const bool failed = conclusion.kind != Kind::Done;
    cancelled = false;
    inWorker(
        [this, failed](const std::stop_token &) -> Ended {
            if (failed) {
                const Errors notes = work->notes();
                conclusion.warnings.insert(conclusion.warnings.end(), notes.begin(), notes.end());
                work->abandon();
            }
            const Result<SetupContext> found = makeSetupContext(options, {});
            if (!found)
                return {Kind::Failed, {found.error()}, {}};
            conclusion.plan = planOf(*found, step, {});
            // The wish to cancel came when all was in its place.
            if (conclusion.kind == Kind::Cancelled && conclusion.plan.state == StepState::Done) {
                conclusion.kind = Kind::Done;
                conclusion.problems.clear();
            }
            if (!failed && conclusion.plan.state != StepState::Done)
                return {Kind::Failed, conclusion.plan.problems, {}};
            return {};
        },
        [this](const Ended &ended) {
            if (ended.kind != Kind::Done) {
                conclusion.kind = ended.kind;
                conclusion.problems.insert(conclusion.problems.end(), ended.problems.begin(),
                                           ended.problems.end());
            }
            closeLog();
        });
}

void SetupRun::State::writeLog(const QString &line)
{
    if (log)
        log->append(Channel::Stdout, (line + u'\n').toUtf8());
}

/// And tells the end.
void SetupRun::State::closeLog()
{
    locks.clear();
    if (!log) {
        Q_EMIT self.finished(conclusion);
        return;
    }
    log->finish(&self, [this](const LogWriter::Logs &logs) {
        if (logs[0].error)
            conclusion.warnings.push_back(*logs[0].error);
        Q_EMIT self.finished(conclusion);
    });
}

SetupRun::SetupRun(QObject *parent) : QObject(parent), m_state(std::make_unique<State>(*this))
{
    connect(&m_state->runner, &UpstreamRunner::lineRead, this, [this](const LogLine &line) {
        LogLine shown = line;
        shown.text = withoutCredentials(line.text);
        shown.transient |= isRawProgress(line.text);
        if (const auto progress = m_state->work->readLine(shown))
            Q_EMIT progressed(*progress);
        if (!shown.transient)
            m_state->writeLog(shown.text);
        Q_EMIT lineRead(shown);
    });
    connect(&m_state->runner, &UpstreamRunner::finished, this,
            [this](const RunOutcome &outcome) { m_state->commandEnded(outcome); });
}

SetupRun::~SetupRun() = default;

void SetupRun::start(const SetupOptions &options, SetupStep step)
{
    m_state->options = options;
    m_state->step = step;
    m_state->conclusion.step = step;
    m_state->conclusion.plan.step = step;
    m_state->inWorker(
        [state = m_state.get()](const std::stop_token &stop) { return state->prepare(stop); },
        [state = m_state.get()](const Ended &ended) {
            if (ended.kind != Kind::Done) {
                state->fail(ended);
            } else if (!state->work) {
                state->conclusion.kind = Kind::Done;
                state->conclusion.warnings = ended.warnings;
                state->closeLog();
            } else {
                state->runCommand();
            }
        });
}

void SetupRun::cancel()
{
    m_state->cancelled = true;
    m_state->worker.request_stop();
    m_state->runner.cancel();
}

} // namespace mrb::backend
