// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/failure/FailureCause.h"
#include "backend/process/UpstreamRunner.h"
#include "backend/run/ExitCode.h"
#include "backend/run/GenerateOptions.h"
#include "backend/run/WarmSpare.h"

#include <QObject>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace mrb::backend {

struct Preparation;

enum class RunMode { Generate, PreflightOnly, DryRun };

/// How a run, a preflight or a dry run ended.
struct RunConclusion
{
    ExitCode exitCode = ExitCode::Refused;
    std::string overallStatus;          ///< empty when nothing ran
    std::string document;               ///< the JSON text for stdout
    std::filesystem::path outputFolder; ///< empty when nothing was written
    /// Why it was refused or failed, which gates failed, why result.json is missing. With a
    /// `failure` the first one says the same in short.
    Errors problems;
    Errors warnings; ///< of the run and its volumes; earlier ones came with prepared()
    std::optional<FailureCause> failure = {}; ///< of upstream
    std::string runId = {};                   ///< empty when nothing was written
    /// Held by the run's own processes on one GPU, MiB; where that was measured.
    std::optional<double> gpuMemoryMbPeak = {};
    std::optional<double> gpuMemoryMbHeld = {}; ///< see RunCost
    std::optional<double> rssMbPeak = {};       ///< of the sum over its processes, MiB
};

/// One run from options to verdict: preparation, staged documents, upstream, measuring, gates,
/// result.json. Asynchronous, for a thread with an event loop: whatever reads, hashes, measures or
/// writes happens in a worker. Exactly one finished() follows start(). One object serves one run.
/// Destroying it cancels and may wait for a worker to notice; upstream's processes are ended by
/// their supervisor.
class GenerateRun final : public QObject
{
    Q_OBJECT

public:
    explicit GenerateRun(QObject *parent = nullptr);
    ~GenerateRun() override;

    void start(const GenerateOptions &options, RunMode mode, WarmStart warm = {});
    /// So many runs of this program share its GPU now, itself included; the most is recorded.
    void noteAtOnce(int runs);
    /// Ends the run at the next possible moment; it is recorded as cancelled. Harmless otherwise.
    void cancel();

Q_SIGNALS:
    /// Everything is known that is known before a start, also for a run that is refused, but
    /// not for one that was cancelled. The reference is valid during the call only.
    void prepared(const mrb::backend::Preparation &preparation);
    void upstreamStarted(qint64 pid);
    void lineRead(const mrb::backend::LogLine &line);
    void progressed(const mrb::backend::Progress &progress);
    void measuringStarted();
    /// The run goes its way by the documented command although an interpreter waited for it: what
    /// that had loaded is not what the run has to use.
    void spareDeclined();
    void finished(const mrb::backend::RunConclusion &conclusion);

private:
    struct State;
    template <class Job, class Then> void inWorker(Job job, Then then);
    void prepare();
    void onPrepared();
    void onStaged(std::optional<Error> error);
    void startUpstream();
    void onUpstreamStarted(qint64 pid);
    void onUpstreamEnded(const RunOutcome &outcome);
    void onConcluded(const RunConclusion &conclusion);

    std::unique_ptr<State> m_state;
};

} // namespace mrb::backend
