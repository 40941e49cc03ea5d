// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/GenerateRun.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/cost/FolderSize.h"
#include "backend/cost/ResourceSampler.h"
#include "backend/failure/LogEnd.h"
#include "backend/request/StagedConfigs.h"
#include "backend/run/Preparation.h"
#include "backend/run/RunDocuments.h"
#include "backend/run/RunFolder.h"
#include "backend/run/RuntimeCaches.h"
#include "backend/volume/NiftiReader.h"

#include <QMetaObject>
#include <QUuid>

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr int kMostOtherNames = 100;

/// How long a run takes, whatever is done to the machine's clock meanwhile.
class RunClock
{
public:
    double seconds() const { return since(CLOCK_MONOTONIC, m_steady); }
    /// By how much the time of day was set forward during the run; a sleep of the machine is none.
    double shift() const { return since(CLOCK_REALTIME, m_day) - since(CLOCK_BOOTTIME, m_boot); }

private:
    static double now(clockid_t clock)
    {
        timespec time = {};
        ::clock_gettime(clock, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    }
    static double since(clockid_t clock, double begin) { return now(clock) - begin; }

    double m_steady = now(CLOCK_MONOTONIC);
    double m_boot = now(CLOCK_BOOTTIME);
    double m_day = now(CLOCK_REALTIME);
};

/// What the worker and the event loop hand to each other; never used by both at once.
struct RunRecord
{
    Preparation preparation;
    RunFacts facts;
    UpstreamCommand documented; ///< what a cold start runs
    std::optional<RunFolder> folder;
    RunClock clock;
};

Json journalOf(const RunRecord &record, const char *state)
{
    const Preparation &preparation = record.preparation;
    Json json = {{"journal_version", 1},
                 {"state", state},
                 {"run_id", record.facts.runId},
                 {"skill", preparation.manifest.skill},
                 {"engine", engineName(preparation.options.engine)},
                 {"process_id", ::getpid()}};
    json["started_at"] = record.facts.startedAt.toUTC().toString(Qt::ISODateWithMs).toStdString();
    json["updated_at"] = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toStdString();
    json["request_path"] =
        preparation.requestPath ? Json(preparation.requestPath->string()) : Json(nullptr);
    json["overrides"] = preparation.request->overrides;
    json["modality_name"] = preparation.request->modalityName;
    json["random_seed"] = preparation.request->seed;
    json["num_gpus"] = preparation.options.numGpus;
    json["command"] = Json::array();
    for (const QString &argument : preparation.command.argv())
        json["command"].push_back(argument.toStdString());
    return json;
}

Error cannotStage(const QString &what)
{
    return {mrb::error_codes::kCannotWrite, what,
            Text::tr("Choose another folder with --output-dir.")};
}

/// The staged documents, the child's caches and the journal's next state.
std::optional<Error> fillFolder(const RunRecord &record)
{
    const Preparation &preparation = record.preparation;
    if (const auto written = record.folder->writeJournal(journalOf(record, "preparing")); !written)
        return written.error();
    if (const auto made = record.folder->makeFolders(); !made)
        return made.error();
    const std::pair<fs::path, const Json *> documents[] = {
        {preparation.stagedModelPath(), &preparation.request->modelConfig},
        {preparation.stagedEnvironmentPath(), &preparation.stagedEnvironment}};
    for (const auto &[path, json] : documents)
        if (const auto written = writeFileAtomically(path, writeJson(*json)); !written)
            return written.error();
    const fs::path kept = preparation.stagedModelPath().parent_path() / kKeptRequest;
    if (preparation.requestPath)
        if (const auto written = writeFileAtomically(kept, preparation.requestText); !written)
            return written.error();
    if (const auto made = makeRuntimeCaches(preparation.outputFolder, preparation.environment);
        !made)
        return made.error();
    if (const auto written = record.folder->writeJournal(journalOf(record, "running")); !written)
        return written.error();
    return std::nullopt;
}

/// Whether the interpreter that waits may serve this run, and else the documented command. The
/// journal tells the command that is chosen.
void chooseLaunch(RunRecord &record, const WarmStart &warm)
{
    Preparation &preparation = record.preparation;
    LaunchFacts &launch = record.facts.launch;
    record.documented = preparation.command;
    launch = {.warmWanted = warm.wanted, .whyCold = warm.whyNone};
    if (!warm.spare)
        return;
    const std::optional<QString> unfit = warm.spare->whyUnfit(preparation);
    const auto command = warmCommand(preparation.command, warmLauncher());
    if (unfit || !command) {
        launch.whyCold = unfit.value_or(Text::tr("the run uses several GPUs"));
        return;
    }
    launch = warm.spare->facts();
    preparation.command = *command;
}

/// Claims the folder and fills it; the last step before upstream starts. What fails here leaves
/// nothing that looks like a run.
std::optional<Error> stageRun(RunRecord &record)
{
    try {
        Result<RunFolder> folder = RunFolder::claim(record.preparation.outputFolder);
        if (!folder)
            return folder.error();
        record.folder.emplace(std::move(folder).value());
        std::optional<Error> error = fillFolder(record);
        if (error)
            record.folder->abandon();
        return error;
    } catch (const std::exception &failure) {
        return cannotStage(Text::tr("The run's folder could not be prepared: %1.")
                               .arg(QString::fromUtf8(failure.what())));
    }
}

volume::VolumeRecord readVolume(const fs::path &path, std::stop_token stop)
{
    std::error_code ignored;
    if (fs::symlink_status(path, ignored).type() == fs::file_type::symlink) {
        volume::VolumeRecord record;
        record.path = path;
        record.error = Error{error_codes::kVolumeIsALink,
                             Text::tr("%1 is a symbolic link, not a volume that this run wrote.")
                                 .arg(toQString(path)),
                             Text::tr("Look at what upstream did; links are not followed.")};
        return record;
    }
    return volume::inspectNifti(path, {.keepVoxels = false, .measure = true}, std::move(stop));
}

/// Writes the result and then the journal's end state, so that a kill at any moment before leaves
/// a run that is recognised as interrupted.
RunConclusion writeConclusion(const RunRecord &record, RunVerdict verdict)
{
    RunConclusion conclusion{.exitCode = verdict.exitCode,
                             .overallStatus = verdict.overallStatus,
                             .document = writeJson(verdict.document),
                             .outputFolder = record.preparation.outputFolder,
                             .problems = verdict.problems,
                             .warnings = verdict.warnings,
                             .failure = verdict.failure,
                             .runId = record.facts.runId,
                             .rssMbPeak = record.facts.cost.rssMbPeak};
    if (record.facts.cost.gpuBasis == GpuBasis::Processes) {
        conclusion.gpuMemoryMbPeak = record.facts.cost.gpuMemoryMbPeak;
        conclusion.gpuMemoryMbHeld = record.facts.cost.gpuMemoryMbHeld;
    }
    const std::optional<Error> lost = record.folder->checkItIsStillThere();
    Result<> written = lost ? Result<>(*lost)
                            : writeFileAtomically(record.preparation.outputFolder / kResultFile,
                                                  conclusion.document);
    if (written) {
        Json journal = journalOf(record, "ended");
        journal["overall_status"] = verdict.overallStatus;
        journal["exit_code"] = static_cast<int>(verdict.exitCode);
        written = record.folder->writeJournal(journal);
    }
    if (!written) {
        conclusion.problems.push_back(written.error());
        conclusion.exitCode = ExitCode::NotWritten;
        conclusion.overallStatus = "failed";
        verdict.document["overall_status"] = conclusion.overallStatus;
        verdict.document["exit_code"] = static_cast<int>(conclusion.exitCode);
        verdict.document["warnings"].push_back(toJson(written.error()));
        conclusion.document = writeJson(verdict.document);
    }
    return conclusion;
}

RunCost costOf(const RunRecord &record, ResourceSampler &sampler)
{
    RunCost cost = costOfRun(record.facts.outcome, sampler.finish());
    cost.scratchMb = folderSizeMb(record.preparation.outputFolder / kRuntimeCacheFolder);
    return cost;
}

/// Measures, judges and writes.
RunConclusion concludeRun(RunRecord &record, ResourceSampler &sampler, const std::stop_token &stop)
{
    try {
        record.facts.cost = costOf(record, sampler);
        // What is wrong with the folder shows again, and then counts, at the end.
        std::vector<fs::path> volumes;
        if (!record.folder->checkItIsStillThere()) {
            (void)record.folder->writeJournal(journalOf(record, "measuring"));
            volumes = record.folder->newVolumes();
        }
        for (const fs::path &path : volumes) {
            if (stop.stop_requested())
                break;
            record.facts.volumes.push_back(readVolume(path, stop));
        }
        record.facts.cancelledWhileMeasuring = stop.stop_requested();
        record.facts.errorLogEnd =
            readLogEnd(record.preparation.outputFolder / kLogFolder / "stderr.log");
        record.facts.endedAt = QDateTime::currentDateTimeUtc();
        record.facts.wallSeconds = record.clock.seconds();
        record.facts.clockShiftSeconds = record.clock.shift();
        return writeConclusion(record, judgeRun(record.preparation, record.facts));
    } catch (const std::exception &failure) {
        const Error error = cannotStage(
            Text::tr("The run could not be judged: %1.").arg(QString::fromUtf8(failure.what())));
        return {.exitCode = ExitCode::NotWritten,
                .overallStatus = "failed",
                .document =
                    writeJson(refusalDocument(record.preparation.manifest.skill,
                                              Text::tr("results could not be written"), {error})),
                .outputFolder = record.preparation.outputFolder,
                .problems = {error},
                .warnings = {}};
    }
}

RunConclusion refused(const Preparation &preparation)
{
    const bool cancelled = preparation.refusal == RefusalKind::Cancelled;
    return {.exitCode = cancelled ? ExitCode::Cancelled : ExitCode::Refused,
            .overallStatus = {},
            .document = writeJson(refusalDocument(preparation)),
            .outputFolder = {},
            .problems = preparation.findings.refusals,
            .warnings = {}};
}

} // namespace

struct GenerateRun::State
{
    RunMode mode = RunMode::Generate;
    GenerateOptions options;
    int otherNames = 0; ///< tried for a folder that nobody named
    RunRecord record;
    UpstreamRunner runner;
    std::chrono::steady_clock::time_point runnerBegan;
    ResourceSampler sampler;
    Phase phase = Phase::Imports;
    WarmStart warm;
    bool cancelled = false;
    std::jthread worker; // last: it ends before what it works on
};

/// Runs job(stop) in a worker and then(result) in this object's thread, one at a time.
template <class Job, class Then> void GenerateRun::inWorker(Job job, Then then)
{
    m_state->worker = std::jthread(
        [this, job = std::move(job), then = std::move(then)](std::stop_token stop) mutable {
            auto result = job(std::move(stop));
            QMetaObject::invokeMethod(
                this,
                [then = std::move(then), result = std::move(result)]() mutable {
                    then(std::move(result));
                },
                Qt::QueuedConnection);
        });
    if (m_state->cancelled)
        m_state->worker.request_stop();
}

GenerateRun::GenerateRun(QObject *parent) : QObject(parent), m_state(std::make_unique<State>())
{
    connect(&m_state->runner, &UpstreamRunner::lineRead, this, &GenerateRun::lineRead);
    connect(&m_state->runner, &UpstreamRunner::started, this, &GenerateRun::onUpstreamStarted);
    connect(&m_state->runner, &UpstreamRunner::progressed, this, [this](const Progress &progress) {
        if (std::exchange(m_state->phase, progress.phase) != progress.phase)
            m_state->sampler.lookNow(); // so that short phases are measured, too
        Q_EMIT progressed(progress);
    });
    connect(&m_state->runner, &UpstreamRunner::finished, this, &GenerateRun::onUpstreamEnded);
}

GenerateRun::~GenerateRun() = default;

void GenerateRun::start(const GenerateOptions &options, RunMode mode, WarmStart warm)
{
    m_state->mode = mode;
    m_state->warm = std::move(warm);
    m_state->record.facts.startedAt = QDateTime::currentDateTimeUtc();
    m_state->record.facts.runId = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    m_state->options = options;
    prepare();
}

void GenerateRun::prepare()
{
    const auto depth = m_state->mode == RunMode::DryRun          ? PreparationDepth::DryRun
                       : m_state->mode == RunMode::PreflightOnly ? PreparationDepth::Preflight
                                                                 : PreparationDepth::Full;
    inWorker([options = m_state->options,
              depth](std::stop_token stop) { return prepareRun(options, depth, std::move(stop)); },
             [this](Preparation preparation) {
                 m_state->record.preparation = std::move(preparation);
                 onPrepared();
             });
}

void GenerateRun::cancel()
{
    m_state->cancelled = true;
    m_state->worker.request_stop();
    m_state->runner.cancel();
}

void GenerateRun::onPrepared()
{
    const Preparation &preparation = m_state->record.preparation;
    if (preparation.refusal != RefusalKind::Cancelled && m_state->otherNames == 0)
        Q_EMIT prepared(preparation);
    if (preparation.refusal != RefusalKind::None) {
        onConcluded(refused(preparation));
        return;
    }
    if (m_state->mode != RunMode::Generate) {
        const bool dry = m_state->mode == RunMode::DryRun;
        onConcluded({.exitCode = ExitCode::Passed,
                     .overallStatus = {},
                     .document = writeJson(dry ? dryRunDocument(preparation)
                                               : preflightDocument(preparation)),
                     .outputFolder = {},
                     .problems = {},
                     .warnings = {}});
        return;
    }
    inWorker(
        [this](const std::stop_token &) {
            chooseLaunch(m_state->record, m_state->warm);
            auto error = stageRun(m_state->record);
            if (!error)
                m_state->warm.folder.becomeRun();
            return error;
        },
        [this](std::optional<Error> error) { onStaged(std::move(error)); });
}

void GenerateRun::onStaged(std::optional<Error> error)
{
    RunRecord &record = m_state->record;
    const Preparation &preparation = record.preparation;
    // Another run of the same second was faster; there is a next name.
    const bool isTaken = error && (error->code == error_codes::kFolderInUse ||
                                   error->code == error_codes::kFolderHasResult);
    if (isTaken && !m_state->options.outputFolder && m_state->otherNames < kMostOtherNames) {
        ++m_state->otherNames;
        prepare();
        return;
    }
    if (error) {
        // Nothing of upstream ran. A folder that somebody else holds is a refusal; a folder that
        // cannot be written to cannot take results either.
        const bool cannotWrite = error->code == mrb::error_codes::kCannotWrite;
        onConcluded(
            {.exitCode = cannotWrite ? ExitCode::NotWritten : ExitCode::Refused,
             .overallStatus = {},
             .document = writeJson(refusalDocument(
                 preparation.manifest.skill, Text::tr("output folder cannot be used"), {*error})),
             .outputFolder = {},
             .problems = {*error},
             .warnings = {}});
        return;
    }
    if (m_state->warm.spare && !record.facts.launch.warm) {
        m_state->warm.spare.reset(); // nobody else can use it
        Q_EMIT spareDeclined();
    }
    startUpstream();
}

void GenerateRun::startUpstream()
{
    RunRecord &record = m_state->record;
    Preparation &preparation = record.preparation;
    LaunchFacts &launch = record.facts.launch;
    if (launch.warm && m_state->warm.spare->state() != WarmSpare::State::Ready) {
        // It ended within the last milliseconds. The journal names its command until it is written
        // anew, when upstream has ended.
        launch = {.warmWanted = true, .whyCold = Text::tr("the interpreter that waited has ended")};
        preparation.command = record.documented;
    }
    const ProcessSpec spec{.program = preparation.command.program,
                           .arguments = preparation.command.arguments,
                           .workingFolder = preparation.root,
                           .environment = preparation.environment,
                           .logFolder = preparation.outputFolder / kLogFolder,
                           .timeLimit = preparation.options.timeLimit,
                           .expectedSteps = static_cast<int>(preparation.request->steps),
                           .ranks = preparation.options.numGpus};
    m_state->runnerBegan = std::chrono::steady_clock::now();
    if (launch.warm)
        m_state->runner.start(spec, m_state->warm.spare->take());
    else
        m_state->runner.start(spec);
    if (m_state->cancelled)
        m_state->runner.cancel();
}

void GenerateRun::noteAtOnce(int runs)
{
    m_state->record.facts.mostAtOnce = std::max(m_state->record.facts.mostAtOnce, runs);
}

void GenerateRun::onUpstreamStarted(qint64 pid)
{
    Q_EMIT upstreamStarted(pid);
    const Preparation &preparation = m_state->record.preparation;
    WatchedRun watched{.program = static_cast<pid_t>(pid),
                       .begin = m_state->runnerBegan,
                       .environment = preparation.options.environment};
    for (const Gpu &gpu : preparation.gpus)
        watched.gpuUuids.push_back(gpu.uuid.toStdString());
    if (preparation.options.engine == Engine::Phantom)
        watched.whyNoGpu = Text::tr("The phantom engine uses no GPU.");
    else if (preparation.gpuSliceSelected)
        watched.whyNoGpu =
            Text::tr("A slice of a GPU (MIG) was selected, of which nvidia-smi says nothing.");
    m_state->sampler.start(watched);
}

void GenerateRun::onUpstreamEnded(const RunOutcome &outcome)
{
    m_state->sampler.requestStop();
    m_state->record.facts.outcome = outcome;
    // Whatever a cancelled run wrote is still measured; only a second wish to stop ends that too. A
    // wish that came too late for upstream counts now.
    if (outcome.kind == RunOutcome::Kind::Cancelled)
        m_state->cancelled = false;
    Q_EMIT measuringStarted();
    inWorker(
        [this](const std::stop_token &stop) {
            return concludeRun(m_state->record, m_state->sampler, stop);
        },
        [this](const RunConclusion &conclusion) { onConcluded(conclusion); });
}

void GenerateRun::onConcluded(const RunConclusion &conclusion)
{
    m_state->record.folder.reset(); // gives the lock back before anyone hears of the end
    Q_EMIT finished(conclusion);
}

} // namespace mrb::backend
