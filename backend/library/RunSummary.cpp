// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/RunSummary.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/library/StoredRun.h"
#include "backend/run/ExitCode.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

namespace keys = contract::model_config;

constexpr std::size_t kMostWarnings = 200;

QDateTime timeAt(const Json &document, std::initializer_list<std::string_view> path)
{
    const QDateTime time = QDateTime::fromString(textAt(document, path), Qt::ISODateWithMs);
    return time.isValid() ? time.toUTC() : QDateTime();
}

template <class T> std::array<T, 3> tripleOf(const Json *value)
{
    std::array<T, 3> triple{};
    if (!value || !value->is_array() || value->size() != triple.size())
        return triple;
    for (std::size_t i = 0; i < triple.size(); ++i) {
        // Through an object, so that the same checks apply to an element of a list.
        const Json element = {{"it", (*value)[i]}};
        if constexpr (std::is_integral_v<T>)
            triple[i] = integerAt(element, {"it"}).value_or(0);
        else
            triple[i] = numberAt(element, {"it"}).value_or(0);
    }
    return triple;
}

EntryVerdict verdictOf(const QString &status, int exitCode, bool phantom)
{
    if (status == u"passed" || status == u"passed_custom_manifest" || status == u"demo")
        return phantom || status == u"demo" ? EntryVerdict::Demo : EntryVerdict::Passed;
    if (status == u"cancelled")
        return EntryVerdict::Cancelled;
    if (status.isEmpty() && exitCode == 0)
        return EntryVerdict::None;
    return exitCode == static_cast<int>(ExitCode::GateFailed) ? EntryVerdict::GateFailed
                                                              : EntryVerdict::Failed;
}

/// As recorded; a result without one (the reference's) says at least how upstream ended.
int exitCodeOf(const StoredRun &run)
{
    for (const Json *document : {&run.result.json, &run.journal.json}) {
        const auto code = integerAt(*document, {"exit_code"});
        if (code && *code >= std::numeric_limits<int>::min() &&
            *code <= std::numeric_limits<int>::max())
            return static_cast<int>(*code);
    }
    constexpr int kTimedOut = static_cast<int>(ExitCode::TimedOut);
    const std::int64_t upstream =
        integerAt(run.result.json, {"invocation", "exit_code"}).value_or(0);
    return upstream == 0           ? 0
           : upstream == kTimedOut ? kTimedOut
                                   : static_cast<int>(ExitCode::UpstreamFailed);
}

QStringList warningsOf(const Json &result)
{
    QStringList warnings;
    const Json *list = valueAt(result, {"warnings"});
    if (!list)
        list = valueAt(result, {"preflight", "warnings"});
    if (!list || !list->is_array())
        return warnings;
    for (std::size_t i = 0; i < std::min(list->size(), kMostWarnings); ++i) {
        const QString text = (*list)[i].is_string()
                                 ? QString::fromStdString((*list)[i].get<std::string>())
                                 : textAt((*list)[i], {"message"});
        if (!text.isEmpty())
            warnings << text;
    }
    return warnings;
}

RunMeasurements measuredIn(const Json &result)
{
    const auto amount = [&result](std::initializer_list<std::string_view> path) {
        const std::optional<double> value = numberAt(result, path);
        return value && *value >= 0 ? value : std::nullopt;
    };
    return {.cpuSeconds = amount({"runtime", "cpu_seconds"}),
            .rssMbPeak = amount({"runtime", "rss_mb_peak"}),
            .gpuSeconds = amount({"cost", "measured", "gpu_seconds"}),
            .gpuMemoryMbPeak = amount({"cost", "measured", "gpu_memory_mb_peak"}),
            .gpuMemoryMbHeld = amount({"cost", "measured", "gpu_memory_mb_held"}),
            .gpuBasis = textAt(result, {"cost", "gpu", "basis"})};
}

/// The first phase lasts until upstream says something.
std::optional<double> importSecondsIn(const Json &result)
{
    const Json *phases = valueAt(result, {"phases"});
    if (!phases || !phases->is_array() || phases->empty() ||
        textAt(phases->front(), {"name"}) != u"imports")
        return std::nullopt;
    const auto seconds = numberAt(phases->front(), {"seconds"});
    return seconds && *seconds >= 0 ? seconds : std::nullopt;
}

/// Results of earlier versions say nothing of it: those runs were cold, alone and no retries.
void readLaunch(const Json &result, RunSummary &summary)
{
    constexpr std::int64_t kMostThatIsTrue = 10'000;
    summary.warm = textAt(result, {"invocation", "launch"}) == u"warm";
    summary.importSeconds = importSecondsIn(result);
    const std::int64_t atOnce = integerAt(result, {"run", "most_at_once"}).value_or(1);
    summary.mostAtOnce = static_cast<int>(std::clamp(atOnce, std::int64_t{1}, kMostThatIsTrue));
    const QString retried = textAt(result, {"run", "retry_of", "run_id"});
    if (!retried.isEmpty())
        summary.retryOf =
            RetryOf{.runId = retried.toStdString(),
                    .reason = textAt(result, {"run", "retry_of", "reason"}).toStdString()};
}

void readResult(const Json &result, RunSummary &summary)
{
    summary.dim = tripleOf<std::int64_t>(valueAt(result, {"input", "dim_requested"}));
    summary.spacing = tripleOf<double>(valueAt(result, {"input", "spacing_requested"}));
    summary.steps = integerAt(result, {"input", "num_inference_steps_requested"}).value_or(0);
    summary.guidance = numberAt(result, {"input", "cfg_guidance_scale_requested"}).value_or(0);
    if (!summary.phantom)
        summary.gpuName = textAt(result, {"preflight", "cuda", "device_name"});
    const auto seconds = numberAt(result, {"runtime", "subprocess_seconds"});
    summary.seconds =
        std::max(0.0, seconds ? *seconds
                              : numberAt(result, {"invocation", "subprocess_seconds"}).value_or(0));
    summary.measured = measuredIn(result);
    readLaunch(result, summary);
    summary.warnings = warningsOf(result);
    for (ListedVolume &listed : listedVolumes(summary.folder, result)) {
        if (!listed.volume.path.empty()) {
            summary.volumes.push_back(std::move(listed.volume));
        } else if (!summary.problem) {
            summary.problem =
                Error{error_codes::kRunVolumeMissing,
                      Text::tr("The volume %1 is no longer in %2.")
                          .arg(listed.recordedName, toQString(summary.folder)),
                      Text::tr("Put it back, or make it again with the same settings."),
                      listed.recordedName};
        }
    }
}

/// What a run without a result was asked for: what was staged for upstream, else what its journal
/// says that somebody wrote.
void readRequest(const StoredRun &run, RunSummary &summary)
{
    const Json staged = stagedBlock(summary.folder, run);
    const Json *overrides = valueAt(run.journal.json, {"overrides"});
    const Json &from = !staged.empty() || !overrides ? staged : *overrides;
    summary.dim = tripleOf<std::int64_t>(valueAt(from, {keys::kDim}));
    summary.spacing = tripleOf<double>(valueAt(from, {keys::kSpacing}));
    summary.steps = integerAt(from, {keys::kNumInferenceSteps}).value_or(0);
    summary.guidance = numberAt(from, {keys::kGuidanceScale}).value_or(0);
}

RunState stateOf(const StoredRun &run, const fs::path &folder)
{
    if (run.journal.isSound()) {
        return textAt(run.journal.json, {"state"}) == u"ended" ? RunState::Ended
                                                               : runStateOf(folder);
    }
    return run.result.isSound() ? RunState::Ended : RunState::NoRun;
}

void readIdentity(const StoredRun &run, RunSummary &summary)
{
    const Json &journal = run.journal.json;
    const Json &result = run.result.json;
    const auto either = [&](std::initializer_list<std::string_view> inResult,
                            std::string_view inJournal) {
        const QString text = textAt(result, inResult);
        return text.isEmpty() ? textAt(journal, {inJournal}) : text;
    };
    summary.runId = either({"run", "id"}, "run_id");
    summary.modality = either({"input", "modality_name"}, "modality_name");
    summary.overallStatus = either({"overall_status"}, "overall_status");
    summary.seed = integerAt(result, {"input", "random_seed"});
    if (!summary.seed)
        summary.seed = integerAt(journal, {"random_seed"});
    // One of the two is enough: a demo must never look like a result.
    const QString phantom = QString::fromUtf8(engineName(Engine::Phantom));
    summary.phantom =
        textAt(result, {"engine"}) == phantom || textAt(journal, {"engine"}) == phantom;
    summary.startedAt = timeAt(result, {"run", "started_at"});
    if (!summary.startedAt.isValid())
        summary.startedAt = timeAt(journal, {"started_at"});
}

std::optional<Error> problemOf(const StoredRun &run, const RunSummary &summary)
{
    if (run.journal.error)
        return run.journal.error;
    if (run.result.error)
        return run.result.error;
    if (summary.state == RunState::Ended && !run.result.isRuns()) {
        const QString file = toQString(summary.folder / kResultFile);
        return Error{error_codes::kRunDamaged,
                     Text::tr("The run has ended, but %1 is missing.").arg(file),
                     Text::tr("Put it back, or make the run again."), file};
    }
    return std::nullopt;
}

/// Nothing where there is none, or none that can be read.
std::optional<RunReproduction> reproductionIn(const fs::path &folder)
{
    const fs::path file = folder / kReproductionFile;
    if (!isPlainFile(file))
        return std::nullopt;
    const Result<Json> json = readJsonFile(file, kMaxRunDocumentBytes);
    if (!json || textAt(*json, {"format"}) != u"mrbrain-reproduction")
        return std::nullopt;
    return RunReproduction{.originalRunId = textAt(*json, {"original", "run_id"}),
                           .text = textAt(*json, {"text"})};
}

} // namespace

Result<RunSummary> readRunSummary(const fs::path &folder)
{
    RunSummary summary;
    std::error_code failed;
    summary.folder = fs::absolute(folder, failed).lexically_normal();
    if (!summary.folder.has_filename()) // a slash at the end
        summary.folder = summary.folder.parent_path();
    const StoredRun run = readStoredRun(summary.folder);
    if (!run.isRun())
        return noRunHere(folder);
    summary.state = stateOf(run, summary.folder);
    readIdentity(run, summary);
    summary.exitCode = exitCodeOf(run);
    // A run that was cut off has no verdict, whatever it had written by then.
    if (summary.state == RunState::Ended)
        summary.verdict = verdictOf(summary.overallStatus, summary.exitCode, summary.phantom);
    summary.problem = problemOf(run, summary);
    summary.reproduction = reproductionIn(summary.folder);
    if (run.result.isSound())
        readResult(run.result.json, summary);
    else
        readRequest(run, summary);
    if (Result<Review> review = readReview(summary.folder))
        summary.review = std::move(*review);
    else if (!summary.problem)
        summary.problem = review.error();
    summary.bytes = bytesBelow(summary.folder);
    return summary;
}

} // namespace mrb::backend
