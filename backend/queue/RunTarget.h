// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/LineSplitter.h"
#include "backend/queue/QueueEntry.h"
#include "backend/queue/TargetPolicy.h"

#include <QObject>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace mrb::backend {

/// How a job ended.
struct JobOutcome
{
    int exitCode = 0;
    QString overallStatus;
    Errors problems;
    Errors warnings;
    std::filesystem::path runFolder; ///< empty when nothing was written
    bool refused = false;            ///< it never started
    /// It failed for lack of what other runs held at the time; the same run is worth another try
    /// with nothing beside it.
    std::optional<RetryOf> retryAlone = {};
};

/// One run under way somewhere. Exactly one ended() follows the start. Destroying it cancels.
class RunJob : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    virtual void cancel() = 0;

Q_SIGNALS:
    /// The folder exists and carries the run's journal.
    void folderMade(const std::filesystem::path &folder);
    void lineRead(const mrb::backend::LogLine &line);
    void progressed(const mrb::backend::Progress &progress);
    void measuringStarted();
    void ended(const mrb::backend::JobOutcome &outcome);
};

/// A place where runs are executed, and how many at once. This machine is one; a cluster could be
/// another. Lives in the queue's thread.
class RunTarget : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    /// Which of the waiting runs may start now beside those that run already, by its place in the
    /// list; none: none. What is chosen is started before anything else is asked.
    virtual std::optional<std::size_t> nextToStart(std::span<const QueueEntry *const> waiting) = 0;
    /// Only what nextToStart() chose. Never null; what goes wrong comes with ended().
    virtual std::unique_ptr<RunJob> start(const QueueEntry &entry) = 0;

    /// Instead of nextToStart() while none of these may start, as the queue is paused.
    virtual void holdBack(std::span<const QueueEntry *const>) {}
    virtual void setPolicy(const TargetPolicy &) {}
    /// What an order of now would be, for what can be kept ready.
    virtual void expectNext(const RunSettings &) {}
    virtual WarmState warmState() const { return {}; }

Q_SIGNALS:
    /// A run may start now for another reason than the end of a job.
    void slotsChanged();
    void warmStateChanged();
};

/// This machine. Runs of upstream share its GPUs as far as memory, processors and the policy allow
/// (see nextStart()); each gets one GPU. Where nvidia-smi does not tell the memory, one at a time.
/// Phantom runs need no GPU. A run makes its folder, named by time, modality and seed, in its
/// results folder and writes its request there; one that never started leaves none.
std::unique_ptr<RunTarget> makeLocalTarget();

} // namespace mrb::backend
