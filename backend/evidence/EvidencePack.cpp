// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/EvidencePack.h"

#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/bundle/BundleFormat.h"
#include "backend/evidence/PackRecord.h"
#include "backend/evidence/ReplayScript.h"
#include "backend/library/StoredRun.h"

#include <QDateTime>

#include <algorithm>
#include <cctype>
#include <span>
#include <utility>

namespace mrb::backend {

namespace {

constexpr std::size_t kFingerprintDigits = 16;

std::string text(const Json &document, std::initializer_list<std::string_view> path,
                 const char *otherwise = "unknown")
{
    const QString found = textAt(document, path);
    return found.isEmpty() ? otherwise : found.toStdString();
}

Json valueOrNull(const Json &document, std::initializer_list<std::string_view> path)
{
    const Json *found = valueAt(document, path);
    return found ? *found : Json(nullptr);
}

std::string sha256Of(std::string_view bytes)
{
    return Sha256::ofBytes(std::as_bytes(std::span(bytes)));
}

bool isPhantom(const Json &result)
{
    return textAt(result, {"engine"}) == u"phantom";
}

/// The words of the public engine for the limits of the manifest.
std::string costStatus(const Json &result)
{
    const QString status = textAt(result, {"cost", "evaluation", "status"});
    return status == u"within_envelope"    ? "passed"
           : status == u"outside_envelope" ? "failed"
                                           : "skipped";
}

std::string runtimeStatus(const Json &result)
{
    return isPhantom(result) ? "skipped" : text(result, {"runtime", "envelope"}, "skipped");
}

Json sanityResults(const Json &result)
{
    Json results = Json::array();
    const Json *gates = valueAt(result, {"gates"});
    if (!gates || !gates->is_array())
        return results;
    for (const Json &gate : *gates) {
        const bool passed = textAt(gate, {"status"}) == u"pass";
        results.push_back({{"check",
                            {{"path", text(gate, {"path"}, "")},
                             {text(gate, {"operator"}, "eq"), valueOrNull(gate, {"expected"})}}},
                           {"actual", valueOrNull(gate, {"observed"})},
                           {"ok", passed},
                           {"reason", passed ? "" : text(gate, {"reason"}, "")}});
    }
    return results;
}

std::string sanityStatus(const Json &results)
{
    if (results.empty())
        return "skipped";
    for (const Json &result : results)
        if (result.at("ok") != true)
            return "failed";
    return "passed";
}

Json costResults(const Json &result)
{
    Json list = Json::array();
    const Json *rows = valueAt(result, {"cost", "evaluation", "results"});
    if (!rows || !rows->is_array())
        return list;
    for (const Json &row : *rows)
        if (row.is_object())
            list.push_back(row);
    return list;
}

/// Versions in the form of pip, one a line, sorted; what is no package is a comment.
std::string environmentLock(const Json &result)
{
    std::string lock = "# Python " + text(result, {"invocation", "python", "version"}) +
                       "\n# platform: " + text(result, {"run", "platform"}) + "\n";
    for (const char *fact : {"torch_version", "cuda_version", "driver_version", "device_name"})
        if (const QString value = textAt(result, {"preflight", "cuda", fact}); !value.isEmpty())
            lock += std::string("# ") + fact + ": " + value.toStdString() + "\n";
    const Json *packages = valueAt(result, {"invocation", "python", "packages"});
    std::map<std::string, std::string> sorted;
    const auto isWord = [](const std::string &text) { // anything else would be an option of pip
        return !text.empty() && text.front() != '-' &&
               std::ranges::all_of(text, [](unsigned char letter) {
                   return std::isgraph(letter) != 0 && letter != '#' && letter != ';';
               });
    };
    if (packages && packages->is_object())
        for (const auto &[name, version] : packages->items()) {
            const std::string found = version.is_string() ? version.get<std::string>() : "";
            if (isWord(name) && (found.empty() || isWord(found)))
                sorted[name] =
                    found.empty() ? "# " + name + " is not installed" : name + "==" + found;
        }
    for (const auto &[name, line] : sorted)
        lock += line + "\n";
    return lock;
}

Json environmentJson(const Json &result, const std::string &lock)
{
    return {{"fingerprint", sha256Of(lock).substr(0, kFingerprintDigits)},
            {"pip_freeze_lines", std::count(lock.begin(), lock.end(), '\n')},
            {"pip_freeze_path", pack_file::kLock},
            {"python_version", text(result, {"invocation", "python", "version"})},
            {"platform", text(result, {"run", "platform"})}};
}

Json packCommand(const Json &result)
{
    Json command = {"mrbrain", "generate", pack_file::kSettings};
    const std::int64_t gpus = integerAt(result, {"run", "num_gpus"}).value_or(1);
    if (gpus != 1)
        command.insert(command.end(), {"--num-gpus", std::to_string(gpus)});
    if (isPhantom(result))
        command.insert(command.end(), {"--engine", "phantom"});
    return command;
}

Json manifestJson(const PackSource &source, const std::string &lock)
{
    const Json &result = source.result;
    return {{"pack_format_version", kPackFormatVersion},
            {"pack_kind", "skill_run"},
            {"run_id", text(result, {"run", "id"})},
            {"skill_id", text(result, {"manifest", "id"})},
            {"skill_version", text(result, {"manifest", "version"})},
            {"repo_git_sha", nullptr},
            {"environment", environmentJson(result, lock)},
            {"fixture",
             {{"path", pack_file::kSettings},
              {"sha256", sha256Of(source.settings)},
              {"size_bytes", source.settings.size()},
              {"is_dir", false}}},
            {"command", packCommand(result)},
            {"engine", text(result, {"engine"})},
            {"eval_engine_script", "mrbrain " + text(result, {"run", "software", "version"})}};
}

Json validationJson(const PackSource &source)
{
    const Json &result = source.result;
    const Json sanity = sanityResults(result);
    const std::string runtime = runtimeStatus(result);
    Json preflight = Json::array();
    if (const Json *warnings = valueAt(result, {"preflight", "warnings"});
        warnings && warnings->is_array())
        for (const Json &warning : *warnings)
            preflight.push_back({{"level", "warning"}, {"message", warning}});
    Json errors = Json::array();
    if (!source.schemaPassed)
        errors.push_back(source.schemaProblem);
    if (const QString failure = textAt(result, {"failure", "what"}); !failure.isEmpty())
        errors.push_back(failure.toStdString());
    Json json = {{"schema", "result.schema.json"},
                 {"preflight_status", "passed"},
                 {"preflight", std::move(preflight)},
                 {"schema_status", source.schemaPassed ? "passed" : "failed"},
                 {"sanity_status", sanityStatus(sanity)},
                 {"sanity_results", sanity},
                 {"runtime_status", runtime},
                 {"runtime_reason", nullptr},
                 {"cost_status", costStatus(result)},
                 {"cost_results", costResults(result)},
                 {"overall_status", source.schemaPassed ? packStatus(result) : "failed (schema)"},
                 {"integrity_status", source.withVolumes ? "clean" : "skipped"},
                 {"integrity_n_findings", 0},
                 {"errors", std::move(errors)},
                 {"parse_error", nullptr},
                 {"exit_code", integerAt(result, {"exit_code"}).value_or(0)}};
    if (runtime.starts_with("anomaly"))
        json["runtime_reason"] = "runtime.subprocess_seconds is outside expected_runtime_seconds";
    return json;
}

Json runtimeJson(const Json &result)
{
    return {{"started_at", text(result, {"run", "started_at"})},
            {"finished_at", text(result, {"run", "ended_at"})},
            {"elapsed_seconds", numberAt(result, {"run", "wall_seconds"}).value_or(0)},
            {"exit_code", integerAt(result, {"exit_code"}).value_or(0)},
            {"environment",
             {{"python_version", text(result, {"invocation", "python", "version"})},
              {"platform", text(result, {"run", "platform"})},
              {"executable", text(result, {"invocation", "python", "executable"})}}}};
}

Json costJson(const Json &result)
{
    Json measured = Json::object();
    for (const char *name :
         {"wall_seconds", "cpu_seconds", "rss_mb_peak", "gpu_seconds", "gpu_memory_mb_peak"})
        measured[name] = valueOrNull(result, {"cost", "measured", name});
    const Json *perGpu = valueAt(result, {"cost", "gpu", "per_gpu"});
    measured["per_gpu"] = perGpu && perGpu->is_object() ? *perGpu : Json::object();
    measured["have_nvidia_smi"] = integerAt(result, {"cost", "gpu", "samples"}).value_or(0) > 0;
    const Json *estimate = valueAt(result, {"preflight", "estimated_cost"});
    return {{"measured", std::move(measured)},
            {"self_reported",
             {{"estimated_cost", estimate && estimate->is_object() ? *estimate : Json::object()}}},
            {"evaluation", {{"status", costStatus(result)}, {"results", costResults(result)}}}};
}

Json integrityJson(const PackSource &source)
{
    Json json = {{"status", source.withVolumes ? "clean" : "skipped"},
                 {"findings", Json::array()},
                 {"n_findings", 0}};
    json["scope"] = source.withVolumes
                        ? "Every volume was hashed while it was copied and is the recorded one."
                        : "The volumes were left out; their hashes are in output.json.";
    return json;
}

/// The moment a number of seconds after the start.
std::string after(const QString &start, double seconds)
{
    const QDateTime time = QDateTime::fromString(start, Qt::ISODateWithMs);
    return time.isValid() ? time.addMSecs(static_cast<qint64>(seconds * 1000))
                                .toUTC()
                                .toString(Qt::ISODateWithMs)
                                .toStdString()
                          : start.toStdString();
}

std::string trace(const Json &result)
{
    const QString start = textAt(result, {"run", "started_at"});
    std::string lines;
    const auto add = [&lines](Json event) {
        lines += compactJson(event);
        lines += '\n';
    };
    const auto event = [](const char *type, const std::string &time) {
        return Json{{"trace_schema_version", "1.0.0"}, {"event_type", type}, {"timestamp", time}};
    };
    Json started = event("command_started", after(start, 0));
    started["engine"] = text(result, {"engine"}); // the phantom's command looks like the model's
    started["command"] = Json::array();
    if (const Json *command = valueAt(result, {"invocation", "command"});
        command && command->is_array())
        for (const Json &argument : *command)
            if (argument.is_string())
                started["command"].push_back(argument);
    started["cwd"] = text(result, {"invocation", "upstream_root"}, "");
    add(std::move(started));
    double seconds = 0;
    if (const Json *phases = valueAt(result, {"phases"}); phases && phases->is_array())
        for (const Json &phase : *phases) {
            const double took = std::max(0.0, numberAt(phase, {"seconds"}).value_or(0));
            Json json = event("phase", after(start, seconds));
            json["status"] = text(phase, {"name"});
            json["duration_seconds"] = took;
            seconds += took;
            add(std::move(json));
        }
    Json ended = event("run_finished", text(result, {"run", "ended_at"}));
    ended["status"] = text(result, {"overall_status"});
    ended["duration_seconds"] =
        std::max(0.0, numberAt(result, {"run", "wall_seconds"}).value_or(0));
    ended["exit_code"] = integerAt(result, {"exit_code"}).value_or(0);
    add(std::move(ended));
    return lines;
}

} // namespace

std::string packStatus(const Json &result)
{
    const std::string status = text(result, {"overall_status"});
    if (status == "demo")
        return status;
    if (status != "passed" && status != "passed_custom_manifest") {
        const QString outcome = textAt(result, {"invocation", "outcome"});
        const bool upstreamEnded = integerAt(result, {"invocation", "exit_code"}) == 0;
        if (status != "failed" || !upstreamEnded)
            return "failed (" + (status == "failed" ? std::string("execution") : status) + ")";
        return "failed (sanity gate)";
    }
    // As the public engine has it: limits that the program only warns of fail a pack.
    std::string failed;
    if (runtimeStatus(result).starts_with("anomaly"))
        failed = "runtime";
    if (costStatus(result) == "failed")
        failed += failed.empty() ? "cost" : "/cost";
    if (failed.empty())
        return status;
    return "failed (" + failed + (failed.find('/') == std::string::npos ? " gate)" : " gates)");
}

std::vector<PackedText> packDocuments(const PackSource &source)
{
    const Json &result = source.result;
    const std::string lock = environmentLock(result);
    std::vector<PackedText> files;
    const auto add = [&files](const char *name, std::string content, bool program = false) {
        files.push_back({.name = name, .content = std::move(content), .program = program});
    };
    add(pack_file::kOutput, writeJson(source.output));
    add(pack_file::kManifest, writeJson(manifestJson(source, lock)));
    add(pack_file::kValidation, writeJson(validationJson(source)));
    add(pack_file::kRuntime, writeJson(runtimeJson(result)));
    add(pack_file::kCost, writeJson(costJson(result)));
    add(pack_file::kIntegrity, writeJson(integrityJson(source)));
    add(pack_file::kTrace, trace(result));
    add(pack_file::kLock, lock);
    add(pack_file::kRecord, runRecordText(source, packStatus(result)));
    add(pack_file::kReplay, replayScript(result), true);
    add(pack_file::kSettings, source.settings);
    return files;
}

} // namespace mrb::backend
