// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/Comparison.h"

#include "backend/base/Text.h"
#include "ui/evidence/EvidenceWords.h"

namespace mrb::ui {

QString volumeText(const backend::VolumeComparison &volume, std::size_t place, std::size_t count)
{
    const QString what = QStringLiteral("%1. %2").arg(verdictName(volume.verdict), volume.reason);
    return count > 1 ? Text::tr("Volume %1 of %2: %3").arg(place).arg(count).arg(what) : what;
}

Comparison comparisonOf(const backend::RecordDiff &diff)
{
    return {.title = Text::tr("Compare records"),
            .tone = diff.same ? Tone::Good : Tone::Notice,
            .verdict = diff.same ? Text::tr("Settings and volumes are the same")
                                 : Text::tr("Settings or volumes differ"),
            .explanation = Text::tr("Settings and volumes decide whether runs are the same. Times, "
                                    "identifiers and surroundings are shown beside them."),
            .firstTitle = diff.firstTitle,
            .secondTitle = diff.secondTitle,
            .volumes = diff.volumes,
            .sections = diff.sections,
            .text = diff.text,
            .document = diff.document,
            .documentName = QStringLiteral("record-diff.json")};
}

Comparison comparisonOf(const backend::Reproduction &reproduction, const backend::RecordDiff &diff,
                        const QString &title)
{
    Comparison comparison = comparisonOf(diff);
    comparison.title = Text::tr("Run again: %1").arg(title);
    comparison.tone = verdictTone(reproduction.verdict);
    comparison.verdict = verdictName(reproduction.verdict);
    comparison.explanation =
        Text::tr("The second run was made from the first one's request alone. This answer is kept "
                 "in its folder, as %1.")
            .arg(QString::fromLatin1(backend::kReproductionFile));
    if (!reproduction.request.empty())
        comparison.explanation = reproduction.text; // then nothing was repeated
    comparison.volumes = reproduction.volumes;
    comparison.text = reproduction.text + QStringLiteral("\n\n") + diff.text;
    comparison.document = reproduction.document;
    comparison.documentName = QString::fromLatin1(backend::kReproductionFile);
    return comparison;
}

} // namespace mrb::ui
