// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/BatchDocument.h"

#include "backend/base/JsonText.h"
#include "backend/batch/BatchFigures.h"
#include "backend/batch/BatchFolder.h"
#include "backend/run/RunDocuments.h"

#include <utility>

namespace mrb::backend {

namespace {

constexpr int kVersion = 1;

Json textOrNull(const std::string &text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

Json secondsOrNull(std::optional<double> seconds)
{
    return seconds ? Json(roundLikePython(*seconds, 3)) : Json(nullptr);
}

Json timeOrNull(const QDateTime &time)
{
    return time.isValid() ? Json(time.toUTC().toString(Qt::ISODateWithMs).toStdString())
                          : Json(nullptr);
}

const char *nameOf(BatchFacts::State state)
{
    switch (state) {
    case BatchFacts::State::Planned:
        return "planned";
    case BatchFacts::State::Running:
        return "running";
    case BatchFacts::State::Ended:
        return "ended";
    }
    return "";
}

const char *nameOf(BatchEstimate::Basis basis)
{
    switch (basis) {
    case BatchEstimate::Basis::None:
        return "none";
    case BatchEstimate::Basis::Formula:
        return "formula";
    case BatchEstimate::Basis::Learned:
        return "learned";
    }
    return "";
}

/// As its result says, or one of the words for a run without a result.
std::string statusOf(const BatchItem &item)
{
    if (item.verdict == EntryVerdict::None)
        return "not_ended";
    if (item.verdict == EntryVerdict::Refused)
        return "refused";
    return item.overallStatus.isEmpty() ? "failed" : item.overallStatus.toStdString();
}

Json volumesOf(const BatchItem &item)
{
    Json volumes = Json::array();
    for (const RunVolume &volume : item.volumes)
        volumes.push_back({{"path", volume.path.string()},
                           {"sha256", volume.sha256},
                           {"bytes", volume.bytes},
                           {"random_seed", volume.seed ? Json(*volume.seed) : Json(nullptr)}});
    return volumes;
}

Json retryOf(const BatchItem &item)
{
    if (!item.retried)
        return nullptr;
    return {{"reason", item.retried->reason},
            {"exit_code", item.retried->exitCode},
            {"run_folder", textOrNull(item.retried->runFolder.string())}};
}

Json runOf(const BatchItem &item)
{
    const bool ended = item.verdict != EntryVerdict::None;
    Json json = {{"label", item.label.toStdString()},
                 {"source", item.source.name.toStdString()},
                 {"source_run", item.source.row > 0 ? Json(item.source.row) : Json(nullptr)}};
    const Result<Json> request = parseJsonStrictly(item.document, item.label);
    json["request"] = request ? *request : Json::object();
    json["status"] = statusOf(item);
    json["exit_code"] = ended ? Json(item.exitCode) : Json(nullptr);
    json["made_before"] = item.madeBefore;
    json["run_folder"] = textOrNull(item.runFolder.string());
    json["seconds"] = secondsOrNull(ended ? std::optional(item.seconds) : std::nullopt);
    json["expected_seconds"] = secondsOrNull(item.expectedSeconds);
    json["launch"] = textOrNull(item.launch.toStdString());
    json["volumes"] = volumesOf(item);
    json["retried"] = retryOf(item);
    json["problems"] = toJson(item.problems);
    return json;
}

Json countsOf(const BatchCounts &counts)
{
    return {{"requests", counts.requests},      {"made_before", counts.madeBefore},
            {"passed", counts.passed},          {"demo", counts.demo},
            {"gate_failed", counts.gateFailed}, {"failed", counts.failed},
            {"timed_out", counts.timedOut},     {"not_written", counts.notWritten},
            {"refused", counts.refused},        {"cancelled", counts.cancelled},
            {"not_ended", counts.notEnded},     {"retried", counts.retried}};
}

Json gpusOf(const std::vector<Gpu> &gpus)
{
    Json list = Json::array();
    for (const Gpu &gpu : gpus)
        list.push_back({{"index", gpu.index},
                        {"name", gpu.name.toStdString()},
                        {"uuid", gpu.uuid.toStdString()}});
    return list;
}

Json planOf(const BatchEstimate &estimate)
{
    return {{"seconds", secondsOrNull(estimate.seconds)},
            {"at_once", estimate.atOnce},
            {"basis", nameOf(estimate.basis)},
            {"basis_text", estimate.basisText.toStdString()},
            {"learned_from", estimate.learnedFrom}};
}

} // namespace

ExitCode exitCodeOf(const BatchPlan &plan, const BatchFacts &facts)
{
    return exitCodeOf(countItems(plan.items), facts.stoppedByUser);
}

Json batchDocument(const BatchPlan &plan, const BatchFacts &facts)
{
    const BatchOptions &options = plan.options;
    const BatchCounts counts = countItems(plan.items);
    Json batch = {{"folder", plan.folder.string()},
                  {"engine", engineName(options.run.engine)},
                  {"manifest",
                   {{"id", plan.manifest.id},
                    {"version", plan.manifest.version},
                    {"sha256", plan.manifest.sha256}}}};
    batch["counts"] = countsOf(counts);
    batch["started_at"] = timeOrNull(facts.startedAt);
    batch["ended_at"] = timeOrNull(facts.endedAt);
    const bool began = facts.startedAt.isValid();
    batch["wall_seconds"] = secondsOrNull(began ? std::optional(facts.wallSeconds) : std::nullopt);
    batch["volumes"] = counts.volumes;
    batch["seconds_per_volume"] = secondsOrNull(
        began && counts.volumes > 0 ? std::optional(facts.wallSeconds / counts.volumes)
                                    : std::nullopt);
    batch["jobs"] = options.jobs > 0 ? Json(options.jobs) : Json("auto");
    batch["most_at_once"] = facts.mostAtOnce;
    batch["most_on_one_gpu"] = counts.onOneGpu;
    batch["gpus_chosen"] = textOrNull(options.gpus);
    batch["gpus"] = gpusOf(facts.gpus);
    batch["launch"] = {{"wanted", options.warmStart ? "warm" : "cold"},
                       {"cold", counts.cold},
                       {"warm", counts.warm}};
    batch["plan"] = planOf(plan.estimate);
    batch["stopped_by_user"] = facts.stoppedByUser;
    batch["stopped"] = facts.stopped ? toJson(*facts.stopped) : Json(nullptr);

    Json json = {{"skill", plan.manifest.skill},
                 {"format", kBatchFormat},
                 {"format_version", kVersion},
                 {"state", nameOf(facts.state)}};
    json["exit_code"] = facts.state == BatchFacts::State::Ended
                            ? Json(static_cast<int>(exitCodeOf(counts, facts.stoppedByUser)))
                            : Json(nullptr);
    json["batch"] = std::move(batch);
    json["runs"] = Json::array();
    for (const BatchItem &item : plan.items)
        json["runs"].push_back(runOf(item));
    json["warnings"] = toJson(plan.warnings);
    json["intended_use_disclaimer"] = plan.manifest.disclaimer;
    return json;
}

} // namespace mrb::backend
