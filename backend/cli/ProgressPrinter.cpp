// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/ProgressPrinter.h"

#include "backend/base/Text.h"
#include "backend/run/Preparation.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace mrb::backend {

namespace {

template <class Array> QString listText(const Array &values)
{
    QStringList texts;
    for (const auto value : values)
        texts << QString::number(value);
    return QLatin1Char('[') + texts.join(QStringLiteral(", ")) + QLatin1Char(']');
}

QString gpuText(const Gpu &gpu)
{
    return gpu.memoryTotalMiB ? QStringLiteral("%1 (%2 GB)")
                                    .arg(gpu.name)
                                    .arg(static_cast<double>(*gpu.memoryTotalMiB) / 1024, 0, 'f', 1)
                              : gpu.name;
}

/// The cards that are used: the first of those that can be seen.
QString gpusText(const std::vector<Gpu> &gpus, int used)
{
    QStringList texts;
    for (std::size_t i = 0; i < std::min(gpus.size(), static_cast<std::size_t>(used)); ++i)
        texts << gpuText(gpus[i]);
    return texts.isEmpty() ? Text::tr("none") : texts.join(QStringLiteral(", "));
}

QString progressText(const Progress &progress)
{
    QString text = phaseName(progress.phase);
    if (progress.total > 0)
        text += QStringLiteral(" %1/%2").arg(progress.step).arg(progress.total);
    if (progress.ranks > 1)
        text += progress.total > 0 ? Text::tr(" (%1 GPUs, slowest)").arg(progress.ranks)
                                   : Text::tr(" (%1 GPUs)").arg(progress.ranks);
    text += Text::tr(", %1 s").arg(progress.phaseElapsedSeconds, 0, 'f', 1);
    if (progress.etaSeconds)
        text += Text::tr(", about %1 s left").arg(*progress.etaSeconds, 0, 'f', 0);
    return text;
}

} // namespace

ProgressPrinter::ProgressPrinter(ProgressStyle style)
    : m_silent(style == ProgressStyle::None),
      m_terminal(style == ProgressStyle::Auto && ::isatty(STDERR_FILENO) == 1)
{
}

void ProgressPrinter::showPreparation(const Preparation &preparation)
{
    if (m_silent)
        return;
    if (preparation.request) {
        const ModelRequest &request = *preparation.request;
        printLine(QStringLiteral("preflight: dim=%1 spacing=%2 modality=%3(%4) steps=%5")
                      .arg(listText(request.dim), listText(request.spacing),
                           QString::fromStdString(request.modalityName))
                      .arg(request.modalityCode)
                      .arg(request.steps));
    }
    if (preparation.cost && preparation.options.engine == Engine::Upstream) {
        const int gpus = std::max(preparation.options.numGpus, 1);
        printLine(QStringLiteral("cost estimate: ~%1s wall, ~%2 GB VRAM peak, ~%3 MB disk. GPU: %4")
                      .arg(preparation.cost->wallSeconds, 0, 'f', 1)
                      .arg(preparation.cost->peakVramGb, 0, 'f', 1)
                      .arg(preparation.cost->diskMb * gpus, 0, 'f', 1)
                      .arg(gpusText(preparation.gpus, gpus)));
    }
    for (const Error &warning : preparation.findings.warnings)
        printLine(findingText(Text::tr("warning"), warning));
}

void ProgressPrinter::showLine(const LogLine &line)
{
    // The last state of a tqdm bar stays; the phases already tell the same.
    const bool isBar = line.text.contains(QStringLiteral("%|"));
    if (m_silent || line.transient || isBar || line.text.isEmpty())
        return;
    clearStatus();
    std::fprintf(stderr, "%s\n", line.text.toUtf8().constData());
    rewriteStatus(m_status);
}

void ProgressPrinter::showProgress(const Progress &progress)
{
    if (m_silent)
        return;
    if (m_terminal) {
        rewriteStatus(progressText(progress));
        return;
    }
    const int tenth = progress.total > 0 ? 10 * progress.step / progress.total : 0;
    if (m_phase == progress.phase && m_tenth == tenth)
        return;
    m_phase = progress.phase;
    m_tenth = tenth;
    printLine(progressText(progress));
}

void ProgressPrinter::showMeasuring()
{
    if (m_silent)
        return;
    clearStatus();
    m_status.clear();
    printLine(Text::tr("measuring"));
}

void ProgressPrinter::showConclusion(const RunConclusion &conclusion)
{
    clearStatus();
    m_status.clear();
    if (conclusion.failure)
        printFailure(*conclusion.failure);
    // The first problem says again what the failure says.
    for (std::size_t i = conclusion.failure ? 1 : 0; i < conclusion.problems.size(); ++i)
        printLine(findingText(Text::tr("error"), conclusion.problems[i]));
    if (m_silent)
        return;
    for (const Error &warning : conclusion.warnings)
        printLine(findingText(Text::tr("warning"), warning));
    if (conclusion.outputFolder.empty())
        return;
    printLine(Text::tr("%1 (exit code %2): %3")
                  .arg(QString::fromStdString(conclusion.overallStatus))
                  .arg(static_cast<int>(conclusion.exitCode))
                  .arg(toQString(conclusion.outputFolder)));
    printLine(Text::tr("synthetic, research and engineering only, not for clinical use"));
}

void ProgressPrinter::printFailure(const FailureCause &cause)
{
    printLine(Text::tr("error: %1 (%2)").arg(cause.what, cause.code));
    if (!cause.why.isEmpty())
        printLine(Text::tr("why: %1").arg(cause.why));
    printLine(Text::tr("what to do now: %1").arg(cause.advice));
    if (!cause.evidence.isEmpty())
        printLine(Text::tr("the log says: %1").arg(cause.evidence));
}

void ProgressPrinter::printLine(const QString &text)
{
    clearStatus();
    printNote(text);
    rewriteStatus(m_status);
}

void ProgressPrinter::rewriteStatus(const QString &text)
{
    m_status = text;
    if (m_terminal && !text.isEmpty())
        std::fprintf(stderr, "\r\033[K%s", text.toUtf8().constData());
}

void ProgressPrinter::clearStatus()
{
    if (m_terminal && !m_status.isEmpty())
        std::fputs("\r\033[K", stderr);
}

} // namespace mrb::backend
