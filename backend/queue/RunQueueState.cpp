// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/RunQueueState.h"

#include "backend/queue/QueueJournal.h"
#include "backend/queue/QueueJson.h"
#include "backend/run/ExitCode.h"

#include <QMetaObject>
#include <QUuid>

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace {

constexpr std::size_t kKeptEnded = 1000;

} // namespace

bool isOver(const QueueEntry &entry)
{
    return entry.state == EntryState::Ended || entry.state == EntryState::Interrupted;
}

RunQueue::State::State(RunQueue *owner, const std::filesystem::path &folder,
                       std::unique_ptr<RunTarget> place)
    : queue(owner), store(folder), target(std::move(place))
{
}

RunQueue::State::~State()
{
    for (const QPointer<RunJob> &job : endedJobs)
        delete job.data();
}

void RunQueue::State::load()
{
    entries = store.open();
    for (QueueEntry &each : entries) {
        const bool wasRunning = each.state == EntryState::Running;
        if (wasRunning)
            recoverEntry(each);
        if (each.state == EntryState::Pending ||
            (wasRunning && each.state == EntryState::Interrupted))
            left.insert(each.id);
    }
    sortAsListed(entries);
    const auto ended = std::ranges::count_if(entries, isOver);
    if (const auto many = static_cast<std::size_t>(ended); many > kKeptEnded)
        entries.erase(entries.begin(),
                      entries.begin() + static_cast<std::ptrdiff_t>(many - kKeptEnded));
    paused = hasPending();
    save();
}

void RunQueue::State::save()
{
    const Result<> written = store.write(entries);
    const std::optional<Error> before =
        std::exchange(writeProblem, written ? std::nullopt : std::optional<Error>(written.error()));
    if (writeProblem && !before)
        Q_EMIT queue->storeFailed(*writeProblem);
}

/// Sorts, stores, tells, and starts what now can be started.
void RunQueue::State::publish(const QueueNews &news)
{
    sortAsListed(entries);
    save();
    schedule();
    if (news.list)
        Q_EMIT queue->listChanged();
    for (const QString &id : news.entries)
        Q_EMIT queue->entryChanged(id);
    for (const QString &id : news.started)
        Q_EMIT queue->started(id);
    for (const QString &id : news.ended)
        Q_EMIT queue->ended(id);
}

QueueEntry *RunQueue::State::entry(const QString &id)
{
    const auto found = std::ranges::find(entries, id, &QueueEntry::id);
    return found == entries.end() ? nullptr : &*found;
}

bool RunQueue::State::isIn(const QString &id, EntryState state)
{
    const QueueEntry *found = entry(id);
    return found && found->state == state;
}

bool RunQueue::State::hasPending() const
{
    return !entries.empty() && entries.back().state == EntryState::Pending;
}

/// The caller publishes.
void RunQueue::State::cancelEntry(QueueEntry &pending, QueueNews &news)
{
    pending.state = EntryState::Ended;
    pending.endedAt = QDateTime::currentDateTimeUtc();
    pending.exitCode = static_cast<int>(ExitCode::Cancelled);
    pending.overallStatus = QStringLiteral("cancelled");
    pending.verdict = EntryVerdict::Cancelled;
    news.list = true;
    news.entries << pending.id;
}

void RunQueue::State::schedule()
{
    if (std::exchange(isScheduled, true))
        return;
    QMetaObject::invokeMethod(
        queue,
        [this] {
            isScheduled = false;
            startWhatCan();
        },
        Qt::QueuedConnection);
}

void RunQueue::State::startWhatCan()
{
    for (QString id = nextToStart(); !id.isEmpty(); id = nextToStart())
        startEntry(id);
    if (hasRun && running.empty() && ((paused && allowed == 0) || !hasPending())) {
        hasRun = false;
        Q_EMIT queue->idle();
    }
}

QString RunQueue::State::nextToStart()
{
    if (!hasPending())
        allowed = 0;
    std::vector<const QueueEntry *> waiting;
    for (const QueueEntry &each : entries)
        if (each.state == EntryState::Pending)
            waiting.push_back(&each);
    if (paused && allowed == 0) {
        target->holdBack(waiting);
        return {};
    }
    const std::optional<std::size_t> next = target->nextToStart(waiting);
    return next ? waiting[*next]->id : QString();
}

void RunQueue::State::startEntry(const QString &id)
{
    if (!std::exchange(hasRun, true))
        batch.clear();
    if (paused)
        --allowed;
    batch.insert(id);
    left.erase(id);
    QueueEntry *starting = entry(id);
    starting->state = EntryState::Running;
    starting->startedAt = QDateTime::currentDateTimeUtc();
    const QueueEntry given = *starting;
    sortAsListed(entries);
    save(); // before anything runs
    std::unique_ptr<RunJob> job = target->start(given);
    listen(job.get(), id);
    running.emplace(id, RunningEntry{std::move(job), ProgressEstimate(given.settings)});
    Q_EMIT queue->listChanged();
    Q_EMIT queue->entryChanged(id);
}

void RunQueue::State::listen(RunJob *job, const QString &id)
{
    QObject::connect(job, &RunJob::folderMade, queue,
                     [this, id](const std::filesystem::path &folder) { onFolder(id, folder); });
    QObject::connect(job, &RunJob::lineRead, queue,
                     [this, id](const LogLine &line) { Q_EMIT queue->lineRead(id, line); });
    QObject::connect(job, &RunJob::progressed, queue, [this, id](const Progress &progress) {
        running.at(id).estimate.update(progress);
        Q_EMIT queue->progressed(id);
    });
    QObject::connect(job, &RunJob::measuringStarted, queue, [this, id] {
        running.at(id).estimate.beginMeasuring();
        Q_EMIT queue->progressed(id);
    });
    QObject::connect(job, &RunJob::ended, queue,
                     [this, id](const JobOutcome &outcome) { onEnded(id, outcome); });
}

void RunQueue::State::onFolder(const QString &id, const std::filesystem::path &folder)
{
    entry(id)->runFolder = folder;
    publish({.entries = {id}, .started = {id}});
}

void RunQueue::State::onEnded(const QString &id, const JobOutcome &outcome)
{
    // The job is telling this right now.
    auto ending = running.extract(id);
    RunJob *job = ending.mapped().job.release();
    job->disconnect(queue);
    job->deleteLater();
    std::erase_if(endedJobs, [](const QPointer<RunJob> &gone) { return gone.isNull(); });
    endedJobs.emplace_back(job);
    QueueEntry &over = *entry(id);
    over.state = EntryState::Ended;
    over.endedAt = QDateTime::currentDateTimeUtc();
    over.exitCode = outcome.exitCode;
    over.overallStatus = outcome.overallStatus;
    over.problems = outcome.problems;
    over.runFolder = outcome.runFolder;
    over.verdict = outcome.refused ? EntryVerdict::Refused
                                   : verdictOf(outcome.exitCode, outcome.overallStatus);
    if (skipped.erase(id) > 0 && paused)
        ++allowed;
    if (outcome.retryAlone && !ending.mapped().isCancelled)
        addRetry(over, *outcome.retryAlone);
    publish({.list = true, .entries = {id}, .ended = {id}});
}

/// First among the pending ones: what follows it was ordered later.
void RunQueue::State::addRetry(const QueueEntry &failed, const RetryOf &why)
{
    QueueEntry retry;
    retry.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    retry.settings = failed.settings;
    retry.settings.alone = true;
    retry.settings.retryOf = why;
    retry.addedAt = QDateTime::currentDateTimeUtc();
    const auto first = std::ranges::find(entries, EntryState::Pending, &QueueEntry::state);
    entries.insert(first, std::move(retry));
}

} // namespace mrb::backend
