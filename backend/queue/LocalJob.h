// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/RunNeeds.h"
#include "backend/queue/RunTarget.h"
#include "backend/run/GenerateRun.h"
#include "backend/schedule/Scheduler.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

namespace mrb::backend {

/// What the target decided about a run.
struct JobPlan
{
    RunSettings settings;
    RunNeed need;
    std::string gpu;         ///< UUID; empty: not chosen
    bool choosesGpu = false; ///< the run could see other cards, too, so it is told which one
    WarmStart warm = {};
};

/// A run of this machine. Whatever touches the disk happens in a worker.
class LocalJob final : public RunJob
{
    Q_OBJECT

public:
    explicit LocalJob(JobPlan plan);
    ~LocalJob() override;

    void start();
    void cancel() override { m_run->cancel(); }

    bool isOver() const { return m_isOver; }
    const RunSettings &settings() const { return m_plan.settings; }
    /// For nextStart(). Of one that is over it holds nothing.
    StartedRun asStarted() const;
    /// So many runs share its GPU now, itself included.
    void noteAtOnce(int runs);
    pid_t program() const { return m_program; }     ///< 0 before upstream started
    const SeenNeed &seen() const { return m_seen; } ///< once it has ended

Q_SIGNALS:
    /// It needs less than before of what others wait for.
    void eased();
    /// The interpreter that waited for it could not be used: something it had loaded was changed,
    /// or its folder. Others like it will fare the same.
    void spareDeclined();

private:
    Result<std::filesystem::path> prepareFolder() const;
    void onPrepared(const Result<std::filesystem::path> &folder);
    void onDeclined();
    void onProgress(const Progress &progress);
    void onMeasuring();
    void onFinished(const RunConclusion &conclusion);
    void tellFolder();
    void end(const JobOutcome &outcome);

    JobPlan m_plan;
    std::unique_ptr<GenerateRun> m_run = std::make_unique<GenerateRun>();
    std::filesystem::path m_folder;
    int m_mostAtOnce = 1;
    pid_t m_program = 0;
    SeenNeed m_seen;
    bool m_importing = false;
    bool m_holdsSlot = true;
    bool m_isFolderTold = false;
    bool m_isOver = false;
    std::jthread m_worker;
};

} // namespace mrb::backend
