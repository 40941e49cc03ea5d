// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"
#include "ui/common/Tones.h"

#include <QString>
#include <QStringList>

/// Runs in words, the same in the gallery, the details, captions and tables. Pure.
namespace mrb::ui {

/// What became of a run, with the states that have no verdict.
enum class Outcome {
    Passed,
    Demo, ///< a phantom run that worked
    GateFailed,
    Failed,
    Refused,
    Cancelled,
    Interrupted,
    Running,
    Unknown, ///< its documents do not say
};

Outcome outcomeOf(const backend::RunSummary &run);
QString outcomeText(Outcome outcome);
Tone outcomeTone(Outcome outcome);

QString ratingText(backend::Rating rating);
Tone ratingTone(backend::Rating rating);

/// "T1, skull-stripped", or the folder's name where the modality is not known.
QString runLabel(const backend::RunSummary &run);
/// "T1, skull-stripped · seed 42".
QString runTitle(const backend::RunSummary &run);
/// "Reproduction of run 1a2b3c4d: Bit-identical. The files have the same bytes."
QString reproductionText(const backend::RunReproduction &reproduction);
/// "2026-11-22 22:23" in local time; empty when not known.
QString runDate(const backend::RunSummary &run);
/// "256 × 256 × 128 voxels"; empty when not known.
QString runSize(const backend::RunSummary &run);
/// "0.94 × 0.94 × 1.36 mm"; empty when not known.
QString runSpacing(const backend::RunSummary &run);
/// Everything in one sentence, for those who do not see the row.
QString runSentence(const backend::RunSummary &run);

/// "12 runs".
QString runCountText(qsizetype runs);

/// The words between commas, without blanks around them, each once.
QStringList tagsFromText(const QString &text);
QString tagsAsText(const QStringList &tags);

} // namespace mrb::ui
