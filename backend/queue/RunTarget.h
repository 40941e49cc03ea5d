// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/process/LineSplitter.h"
#include "backend/queue/QueueEntry.h"

#include <QObject>

#include <memory>

namespace mrb::backend {

/// The override document of a run, in its folder.
inline constexpr const char *kRequestFile = "request.json";

/// How a job ended.
struct JobOutcome
{
    int exitCode = 0;
    QString overallStatus;
    Errors problems;
    Errors warnings;
    std::filesystem::path runFolder; ///< empty when nothing was written
    bool refused = false;            ///< it never started
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
    /// Runs of this entry's kind that could start now, beside those that run already.
    virtual int freeSlots(const QueueEntry &entry) const = 0;
    /// Only while there is a free slot. Never null; what goes wrong comes with ended().
    virtual std::unique_ptr<RunJob> start(const QueueEntry &entry) = 0;

Q_SIGNALS:
    /// A slot may have become free for another reason than the end of a job.
    void slotsChanged();
};

/// This machine: one run at a time on a GPU, through GenerateRun. Two choices of GPUs exclude each
/// other when they share an entry; an empty choice means all. Phantom runs need none and have one
/// slot of their own. A run makes its folder, named by time, modality and seed, in its results
/// folder and writes its request there; one that never started leaves none.
std::unique_ptr<RunTarget> makeLocalTarget();

} // namespace mrb::backend
