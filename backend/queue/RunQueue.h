// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/queue/QueueEntry.h"
#include "backend/queue/RunTarget.h"

#include <QObject>
#include <QStringList>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kQueueDamaged = "queue_damaged";
inline constexpr ErrorCode kQueueNewer = "queue_from_newer_version";
} // namespace error_codes

/// Runs in the order in which they will be done; one that has to wait for what others hold lets
/// later ones go first, within limits. A run that failed because others held the memory it needed
/// comes back once, first among the pending ones and alone, and says which run it repeats. Every
/// change is on disk before it is signalled, and a run is recorded before it starts, so a crash or
/// a kill loses nothing: entries that ran are then Interrupted, or ended as their result says;
/// pending ones wait and the queue is paused until somebody resumes it. Nothing starts by itself
/// after a restart.
///
/// The file belongs to one process at a time; a second window gets a queue of its own, and what it
/// left behind is found by the next. A file that is damaged or from a newer version is kept as it
/// is beside the new one and reported. Of ended entries the latest 1000 survive a restart; their
/// folders all stay.
///
/// GUI thread; nothing blocks but a small fsync'ed write for each change. Runs start from the event
/// loop, never within a call. Destroying the queue ends what runs, as a kill would.
class RunQueue final : public QObject
{
    Q_OBJECT

public:
    /// @param folder where queue files live; see defaultQueueFolder(). Empty: nothing is stored,
    ///        for runs whose results are all that has to be remembered
    RunQueue(const std::filesystem::path &folder, std::unique_ptr<RunTarget> target,
             QObject *parent = nullptr);
    ~RunQueue() override;

    /// What was wrong with the stored queue, or why changes cannot be stored. Empty when well; the
    /// queue works in any case.
    Errors storeProblems() const;
    /// Entries that an earlier process left pending, or running and hence interrupted, and that
    /// are so still. The queue starts paused when there are pending ones.
    int leftFromBefore() const;

    const std::vector<QueueEntry> &entries() const; ///< ended ones first, then running, pending
    const QueueEntry *find(const QString &id) const;
    std::optional<RunProgress> progressOf(const QString &id) const; ///< of running entries
    QueueOverview overview() const;

    /// At the end; started as soon as there is a slot, unless paused. Returns the new ids.
    QStringList add(const std::vector<RunSettings> &runs);
    /// Moves a pending entry to `place` among the pending ones, from 0.
    void move(const QString &id, int place);
    /// Whether a new run is started when a slot is free; a running one goes on.
    bool isPaused() const;
    void setPaused(bool paused);
    /// A running entry is ended, a pending one recorded as cancelled without having started.
    void cancel(const QString &id);
    void cancelPending(); ///< running ones go on
    void cancelAll();
    /// Cancels a running entry and starts the next one as soon as that has ended, also if the queue
    /// is paused.
    void skip(const QString &id);
    /// Ended or interrupted entries; what they wrote stays.
    void remove(const QString &id);
    void removeEnded();
    /// A new pending entry with the same settings, at the end. Returns its id.
    QString runAgain(const QString &id);
    /// Takes a pending entry out, to be edited in the form.
    std::optional<RunSettings> takeBack(const QString &id);
    bool isBusy() const; ///< something runs

    /// For what starts from now on.
    void setPolicy(const TargetPolicy &policy);
    /// What an order of now would be, so that an interpreter can be kept ready for it.
    void expectNext(const RunSettings &settings);
    WarmState warmState() const;

Q_SIGNALS:
    /// Entries were added, removed or reordered.
    void listChanged();
    void entryChanged(const QString &id);
    void pausedChanged(bool paused);
    void progressed(const QString &id);
    void lineRead(const QString &id, const mrb::backend::LogLine &line);
    /// Its folder exists from now on.
    void started(const QString &id);
    /// find(id) tells how. Comes after entryChanged(). Pending entries that were cancelled only
    /// change: nothing of theirs ended.
    void ended(const QString &id);
    /// Nothing runs any more, and nothing will start by itself.
    void idle();
    void warmStateChanged();
    /// A change could not be stored; once until that works again.
    void storeFailed(const mrb::Error &error);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// $XDG_DATA_HOME/mrbrain/queue, or below ~/.local/share.
std::filesystem::path defaultQueueFolder();

} // namespace mrb::backend
