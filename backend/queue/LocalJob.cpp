// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/LocalJob.h"

#include "backend/base/Text.h"
#include "backend/queue/JobFolder.h"
#include "backend/run/RunFolder.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// What killed programs left behind, once for each results folder.
void sweepOnce(const fs::path &results)
{
    static std::mutex mutex;
    static std::set<fs::path> swept;
    {
        const std::lock_guard lock(mutex);
        if (!swept.insert(results).second)
            return;
    }
    SpareFolder::sweep(results);
}

/// A cause that other runs on the same GPU may have had a part in.
constexpr QLatin1StringView kGpuMemory("gpu_out_of_memory");

} // namespace

LocalJob::LocalJob(JobPlan plan) : m_plan(std::move(plan)), m_importing(!m_plan.need.isWarm)
{
    if (m_plan.warm.spare)
        m_plan.warm.folder = m_plan.warm.spare->takeFolder();
    // The first word of upstream comes after the folder was claimed and staged.
    connect(m_run.get(), &GenerateRun::upstreamStarted, this,
            [this](qint64 pid) { m_program = static_cast<pid_t>(pid); });
    connect(m_run.get(), &GenerateRun::lineRead, this, [this](const LogLine &line) {
        tellFolder();
        Q_EMIT lineRead(line);
    });
    connect(m_run.get(), &GenerateRun::progressed, this, &LocalJob::onProgress);
    connect(m_run.get(), &GenerateRun::spareDeclined, this, &LocalJob::onDeclined);
    connect(m_run.get(), &GenerateRun::measuringStarted, this, &LocalJob::onMeasuring);
    connect(m_run.get(), &GenerateRun::finished, this, &LocalJob::onFinished);
}

LocalJob::~LocalJob()
{
    if (m_isOver)
        return;
    m_run.reset();
    if (m_worker.joinable())
        m_worker.join();
    removeUnusedFolder(m_folder);
}

/// In the worker. The folder of the interpreter that waits, as long as it is there.
Result<fs::path> LocalJob::prepareFolder() const
{
    sweepOnce(m_plan.settings.resultsFolder);
    fs::path folder = m_plan.warm.folder.path();
    if (!m_plan.warm.folder.isStillThere()) {
        Result<fs::path> made = makeJobFolder(m_plan.settings);
        if (!made)
            return made;
        folder = *made;
    }
    if (const Result<> written = writeRequest(m_plan.settings, folder); !written) {
        removeUnusedFolder(folder);
        return written.error();
    }
    return folder;
}

void LocalJob::start()
{
    m_worker = std::jthread([this] {
        const Result<fs::path> folder = prepareFolder();
        if (folder)
            m_folder = *folder; // read by others only after this thread or its event
        QMetaObject::invokeMethod(
            this, [this, folder] { onPrepared(folder); }, Qt::QueuedConnection);
    });
}

StartedRun LocalJob::asStarted() const
{
    const bool holdsSlot = m_holdsSlot && !m_isOver;
    // One without a GPU needs a processor all the time, as others do while they import.
    const bool needsProcessor = !m_plan.need.usesGpu || m_importing;
    return {.need = m_plan.need,
            .gpu = m_plan.gpu,
            .importing = holdsSlot && needsProcessor,
            .holdsSlot = holdsSlot};
}

void LocalJob::noteAtOnce(int runs)
{
    m_mostAtOnce = std::max(m_mostAtOnce, runs);
    m_run->noteAtOnce(m_mostAtOnce);
}

void LocalJob::onPrepared(const Result<fs::path> &folder)
{
    if (!folder) {
        end({.exitCode = static_cast<int>(ExitCode::NotWritten),
             .overallStatus = {},
             .problems = {folder.error()},
             .warnings = {},
             .runFolder = {},
             .refused = true});
        return;
    }
    if (m_plan.warm.spare && m_folder != m_plan.warm.folder.path()) {
        m_plan.warm = {.wanted = true,
                       .whyNone = Text::tr("the folder of the interpreter that waited was removed "
                                           "or replaced")};
        onDeclined();
    }
    RunSettings settings = m_plan.settings;
    if (m_plan.choosesGpu)
        settings.visibleGpus = m_plan.gpu;
    m_run->start(optionsFor(settings, m_folder / kRequestFile, m_folder), RunMode::Generate,
                 std::move(m_plan.warm));
}

void LocalJob::onDeclined()
{
    m_plan.need.isWarm = false;
    m_importing = true;
    Q_EMIT spareDeclined();
}

void LocalJob::onProgress(const Progress &progress)
{
    tellFolder();
    if (progress.phase != Phase::Imports && std::exchange(m_importing, false))
        Q_EMIT eased();
    Q_EMIT progressed(progress);
}

/// What is left is reading and judging, which keeps no GPU waiting.
void LocalJob::onMeasuring()
{
    tellFolder();
    m_importing = false;
    m_program = 0;
    if (std::exchange(m_holdsSlot, false))
        Q_EMIT eased();
    Q_EMIT measuringStarted();
}

void LocalJob::onFinished(const RunConclusion &conclusion)
{
    JobOutcome outcome{.exitCode = static_cast<int>(conclusion.exitCode),
                       .overallStatus = QString::fromStdString(conclusion.overallStatus),
                       .problems = conclusion.problems,
                       .warnings = conclusion.warnings,
                       .runFolder = m_folder,
                       .refused = false};
    m_seen = {.gpuHeldMb = conclusion.gpuMemoryMbHeld,
              .gpuPeakMb = conclusion.gpuMemoryMbPeak,
              .hostMb = conclusion.rssMbPeak};
    if (conclusion.failure && conclusion.failure->code == kGpuMemory && m_mostAtOnce > 1 &&
        !m_plan.settings.alone)
        outcome.retryAlone = RetryOf{conclusion.runId, conclusion.failure->code.toStdString()};
    if (!conclusion.outputFolder.empty()) {
        tellFolder();
        end(outcome);
        return;
    }
    outcome.runFolder.clear();
    outcome.refused = conclusion.exitCode != ExitCode::Cancelled;
    m_worker = std::jthread([this, outcome] {
        removeUnusedFolder(m_folder);
        QMetaObject::invokeMethod(
            this, [this, outcome] { end(outcome); }, Qt::QueuedConnection);
    });
}

void LocalJob::tellFolder()
{
    if (!std::exchange(m_isFolderTold, true))
        Q_EMIT folderMade(m_folder);
}

void LocalJob::end(const JobOutcome &outcome)
{
    m_isOver = true;
    m_program = 0;
    Q_EMIT ended(outcome);
}

} // namespace mrb::backend
