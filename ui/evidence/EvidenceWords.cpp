// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/EvidenceWords.h"

#include "backend/base/Text.h"

#include <QStringList>

#include <algorithm>

namespace mrb::ui {

QString sentences(const Error &error)
{
    const bool ends = error.message.endsWith(u'.') || error.message.endsWith(u'?') ||
                      error.message.endsWith(u'!');
    const QString message = ends ? error.message : error.message + u'.';
    return error.hint.isEmpty() ? message : message + u' ' + error.hint;
}

Tone verdictTone(backend::ReproductionVerdict verdict)
{
    switch (verdict) {
    case backend::ReproductionVerdict::BitIdentical:
    case backend::ReproductionVerdict::WithinTolerance:
        return Tone::Good;
    case backend::ReproductionVerdict::Different:
        return Tone::Bad;
    case backend::ReproductionVerdict::NotComparable:
        break;
    }
    return Tone::Notice;
}

QString verdictText(const backend::VerifyReport &report)
{
    const auto failed = std::count_if(report.checks.begin(), report.checks.end(),
                                      [](const auto &check) { return !check.passed; });
    const auto all = std::ssize(report.checks);
    return failed == 0 ? Text::tr("All %1 checks passed").arg(all)
                       : Text::tr("%1 of %2 checks failed").arg(failed).arg(all);
}

QString verifyText(const backend::VerifyReport &report)
{
    QStringList lines{toQString(report.given), verdictText(report), QString()};
    for (const bool passed : {false, true}) {
        for (const backend::EvidenceCheck &check : report.checks) {
            if (check.passed != passed)
                continue;
            const QString name = QString::fromStdString(
                check.run.empty() ? check.name : check.run + ": " + check.name);
            lines += QStringLiteral("%1  %2  %3")
                         .arg(passed ? Text::tr("pass") : Text::tr("FAIL"), name, check.reason);
        }
    }
    if (!report.notes.isEmpty())
        lines += QString();
    lines += report.notes;
    if (!report.archiveSha256.empty())
        lines += Text::tr("SHA-256 of the archive: %1")
                     .arg(QString::fromStdString(report.archiveSha256));
    if (!report.sumsSha256.empty())
        lines +=
            Text::tr("SHA-256 of SHA256SUMS: %1").arg(QString::fromStdString(report.sumsSha256));
    return lines.join(u'\n') + u'\n';
}

} // namespace mrb::ui
