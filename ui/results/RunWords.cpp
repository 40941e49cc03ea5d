// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/RunWords.h"

#include "backend/base/Text.h"
#include "ui/common/Words.h"

namespace mrb::ui {

namespace {

/// Digits as the numbers are in files: no groups, a decimal point.
QString number(double value)
{
    return QString::number(value, 'g', 6);
}

} // namespace

Outcome outcomeOf(const backend::RunSummary &run)
{
    if (run.state == backend::RunState::Running)
        return Outcome::Running;
    if (run.state == backend::RunState::Interrupted)
        return Outcome::Interrupted;
    switch (run.verdict) {
    case backend::EntryVerdict::Passed:
        return Outcome::Passed;
    case backend::EntryVerdict::Demo:
        return Outcome::Demo;
    case backend::EntryVerdict::GateFailed:
        return Outcome::GateFailed;
    case backend::EntryVerdict::Failed:
        return Outcome::Failed;
    case backend::EntryVerdict::Refused:
        return Outcome::Refused;
    case backend::EntryVerdict::Cancelled:
        return Outcome::Cancelled;
    case backend::EntryVerdict::None:
        break;
    }
    return Outcome::Unknown;
}

QString outcomeText(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Passed:
        return Text::tr("Passed");
    case Outcome::Demo:
        return Text::tr("Demo phantom");
    case Outcome::GateFailed:
        return Text::tr("Gate failed");
    case Outcome::Failed:
        return Text::tr("Failed");
    case Outcome::Refused:
        return Text::tr("Refused");
    case Outcome::Cancelled:
        return Text::tr("Cancelled");
    case Outcome::Interrupted:
        return Text::tr("Interrupted");
    case Outcome::Running:
        return Text::tr("Under way");
    case Outcome::Unknown:
        break;
    }
    return Text::tr("Not known");
}

Tone outcomeTone(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Passed:
        return Tone::Good;
    case Outcome::Demo:
    case Outcome::GateFailed:
    case Outcome::Interrupted:
        return Tone::Notice;
    case Outcome::Failed:
    case Outcome::Refused:
        return Tone::Bad;
    case Outcome::Running:
        return Tone::Busy;
    case Outcome::Cancelled:
    case Outcome::Unknown:
        break;
    }
    return Tone::Neutral;
}

QString ratingText(backend::Rating rating)
{
    switch (rating) {
    case backend::Rating::Accepted:
        return Text::tr("Accepted");
    case backend::Rating::Rejected:
        return Text::tr("Rejected");
    case backend::Rating::Undecided:
        break;
    }
    return Text::tr("Undecided");
}

Tone ratingTone(backend::Rating rating)
{
    switch (rating) {
    case backend::Rating::Accepted:
        return Tone::Good;
    case backend::Rating::Rejected:
        return Tone::Bad;
    case backend::Rating::Undecided:
        break;
    }
    return Tone::Neutral;
}

QString runLabel(const backend::RunSummary &run)
{
    return run.modality.isEmpty() ? toQString(run.folder.filename())
                                  : backend::modalityLabel(run.modality);
}

QString runTitle(const backend::RunSummary &run)
{
    return run.seed ? Text::tr("%1 · seed %2").arg(runLabel(run)).arg(*run.seed) : runLabel(run);
}

QString reproductionText(const backend::RunReproduction &reproduction)
{
    constexpr qsizetype kShortId = 8; // as in the names of a bundle
    return Text::tr("Reproduction of run %1: %2")
        .arg(reproduction.originalRunId.left(kShortId), reproduction.text);
}

QString runDate(const backend::RunSummary &run)
{
    return run.startedAt.isValid()
               ? run.startedAt.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm"))
               : QString();
}

QString runSize(const backend::RunSummary &run)
{
    if (run.dim[0] <= 0)
        return {};
    return Text::tr("%1 × %2 × %3 voxels").arg(run.dim[0]).arg(run.dim[1]).arg(run.dim[2]);
}

QString runSpacing(const backend::RunSummary &run)
{
    if (run.spacing[0] <= 0)
        return {};
    return Text::tr("%1 × %2 × %3 mm")
        .arg(number(run.spacing[0]), number(run.spacing[1]), number(run.spacing[2]));
}

QString runSentence(const backend::RunSummary &run)
{
    QStringList parts{runTitle(run), outcomeText(outcomeOf(run)), ratingText(run.review.rating)};
    if (const QString date = runDate(run); !date.isEmpty())
        parts += date;
    return parts.join(QStringLiteral(", "));
}

QString runCountText(qsizetype runs)
{
    return runs == 1 ? Text::tr("1 run") : Text::tr("%1 runs").arg(runs);
}

QStringList tagsFromText(const QString &text)
{
    QStringList tags;
    for (const QString &part : text.split(u',')) {
        if (const QString tag = part.simplified(); !tag.isEmpty() && !tags.contains(tag))
            tags += tag;
    }
    return tags;
}

QString tagsAsText(const QStringList &tags)
{
    return tags.join(QStringLiteral(", "));
}

} // namespace mrb::ui
