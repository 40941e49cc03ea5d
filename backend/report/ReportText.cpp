// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/ReportText.h"

#include "backend/base/Text.h"

#include <QStringList>

#include <algorithm>

namespace mrb::backend {

namespace {

const QString kIndent = QStringLiteral("    ");

void addRow(QStringList &lines, const ReportRow &row)
{
    QString line = QStringLiteral("  ") + row.name;
    const bool matrix = row.value.contains(u'\n');
    if (!row.value.isEmpty() && !matrix)
        line += QStringLiteral(": ") + row.value;
    if (!row.note.isEmpty())
        line += QStringLiteral(" – ") + row.note;
    lines << line;
    if (matrix)
        for (const QString &part : row.value.split(u'\n'))
            lines << kIndent + part;
}

void addGates(QStringList &lines, const RunReport &report)
{
    if (report.gates.empty())
        return;
    lines << QString() << Text::tr("Gates");
    for (const ReportGate &gate : gatesFailedFirst(report.gates)) {
        const QString verdict = gate.passed   ? Text::tr("pass")
                                : gate.counts ? Text::tr("FAIL")
                                              : Text::tr("not for a phantom");
        lines << Text::tr("  [%1] %2").arg(verdict, gate.question);
        lines << kIndent + Text::tr("%1: requested %2, observed %3")
                               .arg(gate.path, gate.requested, gate.observed);
        if (!gate.meaning.isEmpty())
            lines << kIndent + gate.meaning;
        if (!gate.note.isEmpty())
            lines << kIndent + gate.note;
    }
}

void addCause(QStringList &lines, const FailureCause &cause)
{
    lines << QString() << Text::tr("Cause: %1").arg(cause.what);
    if (!cause.why.isEmpty())
        lines << QStringLiteral("  ") + cause.why;
    lines << Text::tr("  What to do: %1").arg(cause.advice);
    if (!cause.evidence.isEmpty())
        lines << Text::tr("  In the log: %1").arg(cause.evidence);
}

int rankOf(const ReportGate &gate)
{
    return gate.passed ? 2 : gate.counts ? 0 : 1;
}

} // namespace

std::vector<ReportGate> gatesFailedFirst(std::vector<ReportGate> gates)
{
    std::ranges::stable_sort(gates, {}, rankOf);
    return gates;
}

QString reportText(const RunReport &report)
{
    QStringList lines{report.title, Text::tr("Verdict: %1").arg(report.verdict)};
    if (!report.verdictText.isEmpty())
        lines << report.verdictText;
    lines << provenanceBanner(report.provenance);
    if (report.cause)
        addCause(lines, *report.cause);
    if (!report.warnings.empty()) {
        lines << QString() << Text::tr("Warnings");
        for (const ReportRow &warning : report.warnings)
            addRow(lines, warning);
    }
    addGates(lines, report);
    for (const ReportSection &section : report.sections) {
        lines << QString() << section.title;
        for (const ReportRow &row : section.rows)
            addRow(lines, row);
    }
    lines << QString() << report.disclaimer << QString();
    return lines.join(u'\n');
}

} // namespace mrb::backend
