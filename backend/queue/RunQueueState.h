// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/ProgressEstimate.h"
#include "backend/queue/QueueStore.h"
#include "backend/queue/RunQueue.h"

#include <QPointer>
#include <QStringList>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace mrb::backend {

/// Ended or interrupted.
bool isOver(const QueueEntry &entry);

struct RunningEntry
{
    std::unique_ptr<RunJob> job;
    ProgressEstimate estimate;
    bool isCancelled = false; ///< somebody wants no more of it
};

/// What one change of the queue is told as, in this order.
struct QueueNews
{
    bool list = false;
    QStringList entries = {};
    QStringList started = {};
    QStringList ended = {};
};

/// What RunQueue hides: the entries, what runs, and what may start. Its functions store before they
/// tell.
struct RunQueue::State
{
    State(RunQueue *owner, const std::filesystem::path &folder, std::unique_ptr<RunTarget> place);

    ~State();
    State(const State &) = delete;
    State &operator=(const State &) = delete;

    void load();
    void save();
    void publish(const QueueNews &news);
    QueueEntry *entry(const QString &id);
    bool isIn(const QString &id, EntryState state);
    bool hasPending() const;
    void cancelEntry(QueueEntry &pending, QueueNews &news);
    void schedule();
    void startWhatCan();
    QString nextToStart();
    void startEntry(const QString &id);
    void listen(RunJob *job, const QString &id);
    void onFolder(const QString &id, const std::filesystem::path &folder);
    void onEnded(const QString &id, const JobOutcome &outcome);
    void addRetry(const QueueEntry &failed, const RetryOf &why);

    RunQueue *queue;
    QueueStore store;
    std::optional<Error> writeProblem;
    std::vector<QueueEntry> entries;
    std::set<QString> left;    ///< by an earlier process
    std::set<QString> batch;   ///< started since the queue was last idle
    std::set<QString> skipped; ///< while paused: one more may start when such a one has ended
    int allowed = 0;           ///< starts in spite of the pause
    bool paused = false;
    bool isScheduled = false;
    bool hasRun = false; ///< since idle() was told
    std::unique_ptr<RunTarget> target;
    std::map<QString, RunningEntry> running; ///< after target: jobs go before it
    std::vector<QPointer<RunJob>> endedJobs; ///< that are about to be deleted
};

} // namespace mrb::backend
