// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/BatchPrinter.h"

#include "backend/base/Text.h"
#include "backend/batch/BatchFigures.h"

#include <QStringList>

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>

namespace mrb::backend {

namespace {

constexpr double kMinute = 60;
constexpr double kHour = 3600;

QString durationText(double seconds)
{
    if (seconds < 2 * kMinute)
        return Text::tr("%1 s").arg(seconds, 0, 'f', 0);
    if (seconds < 2 * kHour)
        return Text::tr("%1 min").arg(seconds / kMinute, 0, 'f', 0);
    return Text::tr("%1 h").arg(seconds / kHour, 0, 'f', 1);
}

QString statusText(const BatchItem &item)
{
    switch (item.verdict) {
    case EntryVerdict::Passed:
        return Text::tr("passed");
    case EntryVerdict::Demo:
        return Text::tr("demo");
    case EntryVerdict::GateFailed:
        return Text::tr("a gate failed");
    case EntryVerdict::Refused:
        return Text::tr("refused");
    case EntryVerdict::Cancelled:
        return Text::tr("cancelled");
    case EntryVerdict::Failed:
        return item.exitCode == static_cast<int>(ExitCode::TimedOut) ? Text::tr("timed out")
                                                                     : Text::tr("failed");
    case EntryVerdict::None:
        break;
    }
    return Text::tr("not ended");
}

QString countsText(const BatchCounts &counts)
{
    QStringList parts;
    const auto add = [&parts](int many, const QString &text) {
        if (many > 0)
            parts << text.arg(many);
    };
    add(counts.passed, Text::tr("%1 passed"));
    add(counts.demo, Text::tr("%1 demo"));
    add(counts.gateFailed, Text::tr("%1 with a failed gate"));
    add(counts.failed, Text::tr("%1 failed"));
    add(counts.timedOut, Text::tr("%1 timed out"));
    add(counts.notWritten, Text::tr("%1 not written"));
    add(counts.refused, Text::tr("%1 refused"));
    add(counts.cancelled, Text::tr("%1 cancelled"));
    return parts.join(QStringLiteral(", "));
}

} // namespace

BatchPrinter::BatchPrinter(ProgressStyle style)
    : m_silent(style == ProgressStyle::None),
      m_terminal(style == ProgressStyle::Auto && ::isatty(STDERR_FILENO) == 1)
{
    connect(&m_tick, &QTimer::timeout, this, &BatchPrinter::showTotal);
}

void BatchPrinter::showPlan(const BatchPlan &plan)
{
    if (m_silent)
        return;
    for (const Error &warning : plan.warnings)
        printLine(findingText(Text::tr("warning"), warning));
    QString text = Text::tr("%1 requests, %2 of them finished in %3")
                       .arg(plan.items.size())
                       .arg(plan.items.size() - plan.outstanding())
                       .arg(toQString(plan.folder));
    if (plan.outstanding() > 0 && plan.estimate.seconds)
        text += Text::tr("; the others take about %1, %2 at once (%3)")
                    .arg(durationText(*plan.estimate.seconds))
                    .arg(plan.estimate.atOnce)
                    .arg(plan.estimate.basisText);
    printLine(text);
}

void BatchPrinter::follow(const BatchRun &batch)
{
    m_batch = &batch;
    connect(&batch, &BatchRun::itemStarted, this, &BatchPrinter::showStarted);
    connect(&batch, &BatchRun::itemEnded, this, &BatchPrinter::showEnded);
    connect(&batch, &BatchRun::itemRetried, this, &BatchPrinter::showRetried);
    connect(&batch, &BatchRun::stopped, this, &BatchPrinter::showStopped);
    connect(&batch, &BatchRun::finished, this, &BatchPrinter::showFinished);
    if (m_terminal)
        m_tick.start(std::chrono::seconds(1));
}

QString BatchPrinter::prefixOf(std::size_t item) const
{
    return QStringLiteral("[%1/%2] %3")
        .arg(item + 1)
        .arg(m_batch->plan().items.size())
        .arg(m_batch->plan().items[item].label);
}

void BatchPrinter::showStarted(std::size_t item)
{
    if (m_silent)
        return;
    printLine(Text::tr("%1: started").arg(prefixOf(item)));
}

void BatchPrinter::showEnded(std::size_t item)
{
    const BatchItem &ended = m_batch->plan().items[item];
    const bool isWrong = ended.verdict != EntryVerdict::Passed &&
                         ended.verdict != EntryVerdict::Demo &&
                         ended.verdict != EntryVerdict::Cancelled;
    if (m_silent && !isWrong)
        return;
    QString text = Text::tr("%1: %2, %3 s")
                       .arg(prefixOf(item), statusText(ended))
                       .arg(ended.seconds, 0, 'f', 1);
    if (!ended.runFolder.empty())
        text += QStringLiteral(" \u2014 ") + toQString(ended.runFolder);
    printLine(text);
    if (isWrong && !ended.problems.empty())
        printLine(findingText(Text::tr("error"), ended.problems.front()));
    showTotal();
}

void BatchPrinter::showRetried(std::size_t item)
{
    if (!m_silent)
        printLine(Text::tr("%1: ran out of memory beside others and is made again alone")
                      .arg(prefixOf(item)));
}

void BatchPrinter::showStopping(bool all)
{
    if (!m_silent)
        printLine(all ? Text::tr("cancelling all runs")
                      : Text::tr("no further run is started; those that run may finish. Once more "
                                 "cancels them"));
}

void BatchPrinter::showStopped()
{
    if (const auto reason = m_batch->facts().stopped)
        printLine(findingText(Text::tr("error"), *reason));
}

void BatchPrinter::showFinished()
{
    m_tick.stop();
    clearStatus();
    if (m_silent)
        return;
    const BatchCounts counts = countItems(m_batch->plan().items);
    const BatchFacts facts = m_batch->facts();
    QString text = Text::tr("%1 of %2 requests done: %3")
                       .arg(counts.made())
                       .arg(counts.requests)
                       .arg(countsText(counts));
    if (counts.volumes > 0)
        text += Text::tr("; %1 volumes in %2, %3 s for each")
                    .arg(counts.volumes)
                    .arg(durationText(facts.wallSeconds))
                    .arg(facts.wallSeconds / counts.volumes, 0, 'f', 2);
    printLine(text);
    if (counts.notEnded > 0)
        printLine(Text::tr("give the same order again to make the other %1").arg(counts.notEnded));
    printLine(Text::tr("synthetic, research and engineering only, not for clinical use"));
}

QString BatchPrinter::totalText() const
{
    const BatchCounts counts = countItems(m_batch->plan().items);
    const BatchFacts facts = m_batch->facts();
    QString text = Text::tr("%1 of %2 done").arg(counts.made()).arg(counts.requests);
    if (const QString told = countsText(counts); !told.isEmpty())
        text += QStringLiteral(" (%1)").arg(told);
    text += Text::tr(", %1 running").arg(facts.running);
    if (counts.volumes > 0)
        text += Text::tr(", %1 volumes/min")
                    .arg(kMinute * counts.volumes / facts.wallSeconds, 0, 'f', 1);
    const bool goesOn = !facts.stoppedByUser && !facts.stopped;
    if (const auto left = secondsLeft(counts, facts.wallSeconds); left && goesOn)
        text += Text::tr(", about %1 left").arg(durationText(std::ceil(*left)));
    return text;
}

/// Whether there is something to tell that the last line will not tell.
bool BatchPrinter::isUnderWay() const
{
    if (!m_batch || m_silent)
        return false;
    const BatchFacts facts = m_batch->facts();
    return facts.state == BatchFacts::State::Running &&
           (facts.running > 0 || countItems(m_batch->plan().items).notEnded > 0);
}

void BatchPrinter::showTotal()
{
    if (!isUnderWay())
        return;
    if (m_terminal)
        rewriteStatus();
    else
        printNote(totalText());
}

void BatchPrinter::printLine(const QString &text)
{
    clearStatus();
    printNote(text);
    if (m_terminal)
        rewriteStatus();
}

void BatchPrinter::rewriteStatus()
{
    m_status = isUnderWay() ? totalText() : QString();
    if (!m_status.isEmpty())
        std::fprintf(stderr, "\r\033[K%s", m_status.toUtf8().constData());
}

void BatchPrinter::clearStatus()
{
    if (!m_status.isEmpty())
        std::fputs("\r\033[K", stderr);
    m_status.clear();
}

} // namespace mrb::backend
