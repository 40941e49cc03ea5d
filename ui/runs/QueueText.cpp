// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/QueueText.h"

#include "ui/common/Words.h"

#include <QCoreApplication>
#include <QStringList>

namespace mrb::ui {

using backend::EntryState;
using backend::EntryVerdict;
using backend::QueueEntry;

namespace {

struct QueueWords
{
    Q_DECLARE_TR_FUNCTIONS(mrb::ui::QueueText)
};

QString verdictText(EntryVerdict verdict)
{
    switch (verdict) {
    case EntryVerdict::Passed:
        return QueueWords::tr("Passed");
    case EntryVerdict::Demo:
        return QueueWords::tr("Demo phantom, not model output");
    case EntryVerdict::GateFailed:
        return QueueWords::tr("A gate failed");
    case EntryVerdict::Failed:
        return QueueWords::tr("Failed");
    case EntryVerdict::Refused:
        return QueueWords::tr("Not started");
    case EntryVerdict::Cancelled:
        return QueueWords::tr("Cancelled");
    case EntryVerdict::None:
        break;
    }
    return QueueWords::tr("Ended");
}

QString runningText(const std::optional<backend::RunProgress> &progress)
{
    if (!progress)
        return QueueWords::tr("Starting");
    QString text = progress->what;
    if (progress->etaSeconds)
        text += QueueWords::tr(" · %1 left").arg(roughDurationText(*progress->etaSeconds));
    return text;
}

/// Why an entry is there that nobody ordered; empty for others.
QString retryText(const QueueEntry &entry)
{
    const auto &retry = entry.settings.retryOf;
    if (!retry)
        return {};
    if (retry->reason == "gpu_out_of_memory")
        return QueueWords::tr("Again, alone: the first try ran out of GPU memory");
    if (retry->reason == "host_out_of_memory")
        return QueueWords::tr("Again, alone: the first try ran out of memory");
    return QueueWords::tr("Again, alone: the first try failed");
}

QString pendingText(const QueueEntry &entry)
{
    return entry.settings.expectedSeconds
               ? QueueWords::tr("Waiting · takes about %1")
                     .arg(roughDurationText(*entry.settings.expectedSeconds))
               : QueueWords::tr("Waiting");
}

QString endedText(const QueueEntry &entry)
{
    QString text = verdictText(entry.verdict);
    // That it was cancelled is all that such an entry's problem says.
    if (!entry.problems.empty() && entry.verdict != EntryVerdict::Cancelled)
        return QueueWords::tr("%1: %2").arg(text, entry.problems.front().message);
    if (entry.startedAt.isValid() && entry.endedAt.isValid())
        text += QueueWords::tr(" · took %1")
                    .arg(roughDurationText(
                        static_cast<double>(entry.startedAt.msecsTo(entry.endedAt)) / 1000.0));
    return text;
}

} // namespace

QString stateText(const QueueEntry &entry, const std::optional<backend::RunProgress> &progress)
{
    const auto withRetry = [&entry](const QString &text) {
        const QString retry = retryText(entry);
        return retry.isEmpty() ? text : QueueWords::tr("%1 · %2").arg(text, retry);
    };
    switch (entry.state) {
    case EntryState::Pending:
        // The list is narrow, and why it is there says more than how long it takes.
        return entry.settings.retryOf ? retryText(entry) : pendingText(entry);
    case EntryState::Running:
        return withRetry(runningText(progress));
    case EntryState::Interrupted:
        return QueueWords::tr("Interrupted: the program or the computer stopped");
    case EntryState::Ended:
        break;
    }
    return withRetry(endedText(entry));
}

Tone toneOf(const QueueEntry &entry)
{
    if (entry.state == EntryState::Running)
        return Tone::Busy;
    if (entry.state == EntryState::Interrupted)
        return Tone::Notice;
    switch (entry.verdict) {
    case EntryVerdict::Passed:
        return Tone::Good;
    case EntryVerdict::Demo:
    case EntryVerdict::GateFailed:
        return Tone::Notice;
    case EntryVerdict::Failed:
    case EntryVerdict::Refused:
        return Tone::Bad;
    case EntryVerdict::Cancelled:
    case EntryVerdict::None:
        break;
    }
    return Tone::Neutral;
}

QString problemsText(const QueueEntry &entry)
{
    QStringList lines;
    for (const Error &problem : entry.problems)
        lines << (problem.hint.isEmpty()
                      ? problem.message
                      : QueueWords::tr("%1\n→ %2").arg(problem.message, problem.hint));
    return lines.join(u'\n');
}

QString warmText(const backend::WarmState &state, int importingSeconds)
{
    using Kind = backend::WarmState::Kind;
    switch (state.kind) {
    case Kind::Off:
        break;
    case Kind::Importing:
        if (state.importing == 0)
            return QueueWords::tr("No interpreter is needed now");
        return importingSeconds < 1
                   ? QueueWords::tr("Importing Python packages…")
                   : QueueWords::tr("Importing Python packages…, %1 s").arg(importingSeconds);
    case Kind::Ready:
        return state.ready > 1
                   ? QueueWords::tr("%1 interpreters ready: %2").arg(state.ready).arg(state.text)
                   : QueueWords::tr("Interpreter ready: %1").arg(state.text);
    case Kind::NotPossible:
        return QueueWords::tr("Warm start is not possible: %1").arg(state.text);
    }
    return {};
}

Tone toneOf(const backend::WarmState &state)
{
    using Kind = backend::WarmState::Kind;
    switch (state.kind) {
    case Kind::Off:
        break;
    case Kind::Importing:
        return state.importing > 0 ? Tone::Busy : Tone::Neutral;
    case Kind::Ready:
        return Tone::Good;
    case Kind::NotPossible:
        return Tone::Notice;
    }
    return Tone::Neutral;
}

QString totalsText(const backend::QueueOverview &overview, bool isPaused)
{
    QStringList parts;
    if (overview.running > 0)
        parts << QueueWords::tr("%1 running").arg(overview.running);
    if (overview.pending > 0)
        parts << QueueWords::tr("%1 waiting").arg(overview.pending);
    if (parts.isEmpty())
        parts << QueueWords::tr("Nothing is waiting");
    QString text = parts.join(QStringLiteral(", "));
    if (overview.etaSeconds)
        text += QueueWords::tr(" · about %1 left").arg(roughDurationText(*overview.etaSeconds));
    return isPaused ? QueueWords::tr("Paused · %1").arg(text) : text;
}

} // namespace mrb::ui
