// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/SetupPrinter.h"

#include "backend/base/Text.h"

#include <unistd.h>

#include <cstdio>

namespace mrb::backend {

namespace {

QString bytesText(std::uint64_t bytes)
{
    constexpr double kMega = 1e6;
    constexpr double kGiga = 1e9;
    const auto value = static_cast<double>(bytes);
    return value < kGiga ? Text::tr("%1 MB").arg(value / kMega, 0, 'f', 0)
                         : Text::tr("%1 GB").arg(value / kGiga, 0, 'f', 1);
}

void printFindings(const StepPlan &plan)
{
    for (const Error &problem : plan.problems)
        printNote(findingText(Text::tr("problem"), problem));
    for (const Error &warning : plan.warnings)
        printNote(findingText(Text::tr("warning"), warning));
}

QString writeText(const SetupWrite &write)
{
    QString text = QStringLiteral("  %1: %2").arg(toQString(write.path), write.what);
    if (write.atMostBytes)
        text += Text::tr(", up to %1").arg(bytesText(*write.atMostBytes));
    if (!write.replaced.isEmpty())
        text += Text::tr("; replaces %1").arg(write.replaced);
    return text;
}

} // namespace

const char *stepStateName(StepState state)
{
    switch (state) {
    case StepState::Blocked:
        return "blocked";
    case StepState::Missing:
        return "missing";
    case StepState::Interrupted:
        return "interrupted";
    case StepState::Wrong:
        return "wrong";
    case StepState::Done:
        return "done";
    }
    return "";
}

QString stepStateText(StepState state)
{
    switch (state) {
    case StepState::Blocked:
        return Text::tr("waits for an earlier step");
    case StepState::Missing:
        return Text::tr("not done");
    case StepState::Interrupted:
        return Text::tr("interrupted");
    case StepState::Wrong:
        return Text::tr("not usable as it is");
    case StepState::Done:
        return Text::tr("done");
    }
    return {};
}

SetupPrinter::SetupPrinter(ProgressStyle style)
    : m_silent(style == ProgressStyle::None),
      m_terminal(style == ProgressStyle::Auto && ::isatty(STDERR_FILENO) == 1)
{
}

void SetupPrinter::showState(const StepPlan &plan) const
{
    if (!m_silent)
        printNote(QStringLiteral("%1: %2. %3")
                      .arg(plan.title, stepStateText(plan.state), plan.fact)
                      .trimmed());
    if (!m_silent && plan.state != StepState::Blocked)
        printFindings(plan);
}

void SetupPrinter::showPlan(const StepPlan &plan) const
{
    printNote(QStringLiteral("%1. %2").arg(plan.title, plan.explanation));
    if (!plan.fact.isEmpty())
        printNote(plan.fact);
    printFindings(plan);
    if (!plan.commands.empty())
        printNote(Text::tr("It runs:"));
    for (const SetupCommand &command : plan.commands) {
        printNote(QStringLiteral("  # ") + command.purpose);
        printNote(QStringLiteral("  ") + command.text());
    }
    printNote(Text::tr("It writes:"));
    for (const SetupWrite &write : plan.writes)
        printNote(writeText(write));
    if (plan.downloadBytes)
        printNote(Text::tr("It downloads up to %1.").arg(bytesText(*plan.downloadBytes)));
    if (plan.neededBytes > 0)
        printNote(Text::tr("Free on that disk: %1.").arg(bytesText(plan.freeBytes)));
    if (!plan.offline.isEmpty())
        printNote(Text::tr("Without a network:"));
    for (const QString &line : plan.offline)
        printNote(QStringLiteral("  ") + line);
}

void SetupPrinter::showCommand(const QString &text)
{
    m_activity.clear();
    m_tenth = -1;
    if (m_silent)
        return;
    clearStatus();
    printNote(QStringLiteral("$ ") + text);
}

void SetupPrinter::showLine(const LogLine &line)
{
    if (m_silent || line.transient || line.text.isEmpty() || line.text.startsWith(u"Progress "))
        return;
    clearStatus();
    std::fprintf(stderr, "%s\n", line.text.toUtf8().constData());
    rewriteStatus(m_status);
}

void SetupPrinter::showProgress(const SetupProgress &progress)
{
    constexpr double kHundred = 100;
    constexpr double kTen = 10;
    if (m_silent)
        return;
    QString text = progress.text;
    if (progress.fraction >= 0)
        text += Text::tr(" %1 %").arg(kHundred * progress.fraction, 0, 'f', 0);
    if (m_terminal) {
        rewriteStatus(text);
        return;
    }
    const int tenth = progress.fraction < 0 ? -1 : static_cast<int>(kTen * progress.fraction);
    if (tenth < 0 || (progress.text == m_activity && tenth == m_tenth))
        return;
    m_activity = progress.text;
    m_tenth = tenth;
    printNote(text);
}

void SetupPrinter::showConclusion(const SetupConclusion &conclusion)
{
    clearStatus();
    m_status.clear();
    for (const Error &problem : conclusion.problems)
        printNote(findingText(Text::tr("error"), problem));
    if (conclusion.failure && !conclusion.failure->why.isEmpty())
        printNote(Text::tr("why: %1").arg(conclusion.failure->why));
    if (conclusion.failure && !conclusion.failure->evidence.isEmpty())
        printNote(Text::tr("the log says: %1").arg(conclusion.failure->evidence));
    if (!conclusion.problems.empty() && !conclusion.logFile.empty())
        printNote(Text::tr("log: %1").arg(toQString(conclusion.logFile)));
    if (m_silent)
        return;
    for (const Error &warning : conclusion.warnings)
        printNote(findingText(Text::tr("warning"), warning));
    if (conclusion.kind == SetupConclusion::Kind::Done)
        printNote(QStringLiteral("%1: %2. %3")
                      .arg(conclusion.plan.title, stepStateText(conclusion.plan.state),
                           conclusion.plan.fact));
}

void SetupPrinter::rewriteStatus(const QString &text)
{
    constexpr qsizetype kWidest = 78; // a line that wraps could not be rewritten
    m_status = text.left(kWidest);
    if (m_terminal && !m_status.isEmpty())
        std::fprintf(stderr, "\r\033[K%s", m_status.toUtf8().constData());
}

void SetupPrinter::clearStatus()
{
    if (m_terminal && !m_status.isEmpty())
        std::fputs("\r\033[K", stderr);
}

} // namespace mrb::backend
