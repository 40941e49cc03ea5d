// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/QueueJson.h"

#include "backend/base/JsonNumber.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/run/RunFolder.h"

#include <array>
#include <limits>
#include <string>
#include <utility>

namespace mrb::backend {

namespace {

constexpr std::size_t kMaxResultBytes = std::size_t{16} << 20;
// A hundred years: what is counted in nanoseconds from now still fits.
constexpr std::int64_t kLongestLimitSeconds = 3'155'760'000;

using Name = std::string_view;
constexpr auto kStates =
    std::to_array<std::pair<EntryState, Name>>({{EntryState::Pending, "pending"},
                                                {EntryState::Running, "running"},
                                                {EntryState::Ended, "ended"},
                                                {EntryState::Interrupted, "interrupted"}});
constexpr auto kVerdicts =
    std::to_array<std::pair<EntryVerdict, Name>>({{EntryVerdict::None, "none"},
                                                  {EntryVerdict::Passed, "passed"},
                                                  {EntryVerdict::Demo, "demo"},
                                                  {EntryVerdict::GateFailed, "gate_failed"},
                                                  {EntryVerdict::Failed, "failed"},
                                                  {EntryVerdict::Refused, "refused"},
                                                  {EntryVerdict::Cancelled, "cancelled"}});
constexpr auto kEngines = std::to_array<std::pair<Engine, Name>>(
    {{Engine::Upstream, "upstream"}, {Engine::Phantom, "phantom"}});

template <class Table, class Value> Name nameOf(const Table &table, Value value)
{
    for (const auto &[each, name] : table)
        if (each == value)
            return name;
    return {};
}

/// Thrown and caught in this file only, beside the exceptions of the library.
struct Unreadable
{
    QString what;
};

template <class Table> auto namedBy(const Table &table, const Json &json)
{
    const auto text = json.get<std::string>();
    for (const auto &[each, name] : table)
        if (name == text)
            return each;
    throw Unreadable{Text::tr("%1 is no word known here").arg(QString::fromStdString(text))};
}

std::string utf8(const QString &text)
{
    return text.toStdString();
}

QString text(const Json &json)
{
    return QString::fromStdString(json.get<std::string>());
}

std::string iso(const QDateTime &time)
{
    return time.isValid() ? utf8(time.toUTC().toString(Qt::ISODateWithMs)) : std::string();
}

QDateTime timeFrom(const Json &json)
{
    const QString written = text(json);
    if (written.isEmpty())
        return {};
    const QDateTime time = QDateTime::fromString(written, Qt::ISODateWithMs);
    if (!time.isValid())
        throw Unreadable{Text::tr("%1 is no time").arg(written)};
    return time.toUTC();
}

std::int64_t integerFrom(const Json &json, std::int64_t least, std::int64_t most)
{
    const auto number = integerOf(json);
    if (!number || *number < least || *number > most)
        throw Unreadable{
            Text::tr("%1 is no number that fits").arg(QString::fromStdString(compactJson(json)))};
    return *number;
}

int exitCodeFrom(const Json &json)
{
    using Limits = std::numeric_limits<int>;
    return static_cast<int>(integerFrom(json, Limits::min(), Limits::max()));
}

std::optional<double> numberIfThere(const Json &json, const char *key)
{
    const auto found = json.find(key);
    return found == json.end() || found->is_null() ? std::nullopt
                                                   : std::optional(found->get<double>());
}

Json orNull(const std::optional<double> &number)
{
    return number ? Json(*number) : Json(nullptr);
}

RunSettings settingsFrom(const Json &json)
{
    RunSettings settings;
    settings.overrides = json.at("overrides").get<std::string>();
    settings.engine = namedBy(kEngines, json.at("engine"));
    settings.upstreamRoot = json.at("upstream_root").get<std::string>();
    settings.python = json.at("python").get<std::string>();
    settings.manifest = json.at("manifest").get<std::string>();
    settings.visibleGpus = json.at("visible_gpus").get<std::string>();
    settings.timeLimit =
        std::chrono::seconds(integerFrom(json.at("time_limit_seconds"), 0, kLongestLimitSeconds));
    settings.allowCheckout = json.at("allow_checkout").get<bool>();
    settings.allowWeights = json.at("allow_weights").get<bool>();
    settings.acceptCost = json.at("accept_cost").get<bool>();
    settings.resultsFolder = json.at("results_folder").get<std::string>();
    if (const Json &seconds = json.at("expected_seconds"); !seconds.is_null())
        settings.expectedSeconds = seconds.get<double>();
    // Journals of earlier versions do not have the rest.
    settings.expectedGpuMemoryMb = numberIfThere(json, "expected_gpu_memory_mb");
    settings.expectedGpuHeldMb = numberIfThere(json, "expected_gpu_held_mb");
    settings.alone = json.value("alone", false);
    if (const auto retry = json.find("retry_of"); retry != json.end() && !retry->is_null())
        settings.retryOf =
            RetryOf{retry->at("run_id").get<std::string>(), retry->at("reason").get<std::string>()};
    settings.group = text(json.at("group"));
    return settings;
}

QueueEntry entryFrom(const Json &json)
{
    QueueEntry entry;
    entry.id = text(json.at("id"));
    if (entry.id.isEmpty())
        throw Unreadable{Text::tr("its id is empty")};
    entry.settings = settingsFrom(json.at("settings"));
    entry.state = namedBy(kStates, json.at("state"));
    entry.addedAt = timeFrom(json.at("added_at"));
    entry.startedAt = timeFrom(json.at("started_at"));
    entry.endedAt = timeFrom(json.at("ended_at"));
    entry.runFolder = json.at("run_folder").get<std::string>();
    entry.exitCode = exitCodeFrom(json.at("exit_code"));
    entry.overallStatus = text(json.at("overall_status"));
    entry.verdict = namedBy(kVerdicts, json.at("verdict"));
    for (const Json &problem : json.at("problems"))
        entry.problems.push_back({error_codes::kRecordedProblem, text(problem.at("message")),
                                  text(problem.at("hint")), text(problem.at("field"))});
    return entry;
}

/// Problems as the result document tells them: what upstream said, or which gates failed.
Errors problemsIn(const Json &result, EntryVerdict verdict)
{
    Errors problems;
    if (verdict == EntryVerdict::Failed || verdict == EntryVerdict::Cancelled) {
        const QString said = text(result.at("invocation").at("outcome"));
        if (!said.isEmpty())
            problems.push_back({error_codes::kRecordedProblem, said});
    }
    if (verdict != EntryVerdict::GateFailed)
        return problems;
    for (const Json &gate : result.at("gates")) {
        if (gate.at("status") != "pass")
            problems.push_back({error_codes::kRecordedProblem,
                                Text::tr("Gate failed: %1.").arg(text(gate.at("path"))),
                                {},
                                text(gate.at("path"))});
    }
    return problems;
}

} // namespace

Json toJson(const RunSettings &settings)
{
    Json json = {{"overrides", settings.overrides},
                 {"engine", nameOf(kEngines, settings.engine)},
                 {"upstream_root", settings.upstreamRoot},
                 {"python", settings.python},
                 {"manifest", settings.manifest},
                 {"visible_gpus", settings.visibleGpus},
                 {"time_limit_seconds", settings.timeLimit.count()},
                 {"allow_checkout", settings.allowCheckout},
                 {"allow_weights", settings.allowWeights},
                 {"accept_cost", settings.acceptCost},
                 {"results_folder", settings.resultsFolder.string()}};
    json["expected_seconds"] = orNull(settings.expectedSeconds);
    json["expected_gpu_memory_mb"] = orNull(settings.expectedGpuMemoryMb);
    json["expected_gpu_held_mb"] = orNull(settings.expectedGpuHeldMb);
    json["alone"] = settings.alone;
    json["retry_of"] =
        settings.retryOf
            ? Json({{"run_id", settings.retryOf->runId}, {"reason", settings.retryOf->reason}})
            : Json(nullptr);
    json["group"] = utf8(settings.group);
    return json;
}

Json toJson(const QueueEntry &entry)
{
    Json json = {{"id", utf8(entry.id)},
                 {"state", nameOf(kStates, entry.state)},
                 {"added_at", iso(entry.addedAt)},
                 {"started_at", iso(entry.startedAt)},
                 {"ended_at", iso(entry.endedAt)},
                 {"run_folder", entry.runFolder.string()},
                 {"exit_code", entry.exitCode},
                 {"overall_status", utf8(entry.overallStatus)},
                 {"verdict", nameOf(kVerdicts, entry.verdict)}};
    json["problems"] = Json::array();
    for (const Error &problem : entry.problems)
        json["problems"].push_back({{"message", utf8(problem.message)},
                                    {"hint", utf8(problem.hint)},
                                    {"field", utf8(problem.field)}});
    json["settings"] = toJson(entry.settings);
    return json;
}

Result<QueueEntry> entryFromJson(const Json &json)
{
    const auto unreadable = [](const QString &why) {
        return Error{error_codes::kQueueEntry,
                     Text::tr("A run in the queue cannot be read: %1.").arg(why)};
    };
    try {
        return entryFrom(json);
    } catch (const Json::exception &failure) {
        return unreadable(QString::fromUtf8(failure.what()));
    } catch (const Unreadable &failure) {
        return unreadable(failure.what);
    }
}

void recoverEntry(QueueEntry &entry)
{
    entry.state = EntryState::Interrupted;
    if (entry.runFolder.empty())
        return;
    // The result is written whole, just before the journal's end state.
    const Result<Json> result = readJsonFile(entry.runFolder / kResultFile, kMaxResultBytes);
    if (!result)
        return;
    try {
        QueueEntry ended = entry;
        ended.exitCode = exitCodeFrom(result->at("exit_code"));
        ended.overallStatus = text(result->at("overall_status"));
        ended.endedAt = timeFrom(result->at("run").at("ended_at"));
        ended.verdict = verdictOf(ended.exitCode, ended.overallStatus);
        ended.problems = problemsIn(*result, ended.verdict);
        ended.state = EntryState::Ended;
        entry = std::move(ended);
    } catch (const Json::exception &) { // not a result of ours: stays interrupted
        return;
    } catch (const Unreadable &) {
        return;
    }
}

} // namespace mrb::backend
