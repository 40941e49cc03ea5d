// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/process/UpstreamProgress.h"
#include "backend/queue/RunSettings.h"

#include <QDateTime>
#include <QString>

#include <filesystem>
#include <optional>

namespace mrb::backend {

/// Interrupted: this program, or the machine, ended while it ran.
enum class EntryState { Pending, Running, Ended, Interrupted };

/// How an ended entry ended; for colours, icons and counts.
enum class EntryVerdict {
    None, ///< not ended
    Passed,
    Demo, ///< a phantom run that worked
    GateFailed,
    Failed,  ///< upstream failed, timed out, or the result could not be written
    Refused, ///< never started
    Cancelled,
};

/// From the two words of a conclusion, a journal or a result document.
EntryVerdict verdictOf(int exitCode, const QString &overallStatus);

/// One run in the queue.
struct QueueEntry
{
    QString id; ///< unique for ever
    RunSettings settings;
    EntryState state = EntryState::Pending;
    QDateTime addedAt;               ///< UTC
    QDateTime startedAt;             ///< UTC; invalid before
    QDateTime endedAt;               ///< UTC; invalid before
    std::filesystem::path runFolder; ///< once it started; may be gone after a refusal
    int exitCode = 0;                ///< of an ended entry, see ExitCode
    QString overallStatus;           ///< of an ended entry, as in its result document
    /// Why it was refused, failed or judged bad. Read back from disk, all have the same code.
    Errors problems;
    EntryVerdict verdict = EntryVerdict::None;

    friend bool operator==(const QueueEntry &, const QueueEntry &) = default;
};

/// Where a running entry stands. fraction: of the whole run, in [0, 1], never going back.
/// etaSeconds: to the end of the run.
struct RunProgress
{
    QString what; ///< the phase in words, translated: "Loading Python packages"
    Progress progress;
    double fraction = 0;
    std::optional<double> etaSeconds;
};

/// The queue as a whole, for the title and the taskbar. `ended` and `fraction` go back to 0 when
/// the first run after an idle time starts, so the last ones stay readable until then.
struct QueueOverview
{
    int pending = 0;
    int running = 0;
    int ended = 0;       ///< runs that started and ended since the queue was last idle
    double fraction = 0; ///< of the runs since the queue was last idle, and of the pending ones
    /// To the end of the queue, or of the running ones while it is paused; empty when not known.
    std::optional<double> etaSeconds;
};

} // namespace mrb::backend
