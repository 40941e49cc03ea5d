// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/VerifyDocument.h"

#include "backend/base/JsonText.h"
#include "backend/base/Version.h"
#include "backend/library/StoredRun.h"

#include <algorithm>
#include <optional>

namespace mrb::backend {

namespace {

Json textOrNull(const std::string &text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

Json verifierJson()
{
    return {{"id", "mrbrain.verify"}, {"version", kVersion}, {"paired_verifier", kPairedVerifier}};
}

const char *kindName(EvidenceKind kind)
{
    switch (kind) {
    case EvidenceKind::RunFolder:
        return "run_folder";
    case EvidenceKind::BundleFolder:
        return "bundle_folder";
    case EvidenceKind::BundleArchive:
        return "bundle_archive";
    }
    return "";
}

Json checksJson(const std::vector<EvidenceCheck> &checks, const std::string *ofRun)
{
    Json list = Json::array();
    for (const EvidenceCheck &check : checks) {
        if (ofRun && check.run != *ofRun)
            continue;
        Json row = {{"name", check.name},
                    {"status", check.passed ? "pass" : "fail"},
                    {"reason", check.reason.toStdString()}};
        if (!check.run.empty())
            row["run"] = check.run;
        list.push_back(std::move(row));
    }
    return list;
}

/// A string or null; anything else that a document may hold there is no name.
Json nameAt(const Json &document, std::initializer_list<std::string_view> path)
{
    const Json *value = valueAt(document, path);
    return value && value->is_string() ? *value : Json(nullptr);
}

Json qualityOf(const VerifiedRun &run, bool passed)
{
    Json json = {{"verdict", !passed                             ? "failed"
                             : run.context.acceptsCustomManifest ? "passed_custom_manifest"
                                                                 : "passed"},
                 {"acceptable", passed},
                 {"output_skill", nameAt(run.output, {"skill"})},
                 {"version", nameAt(run.output, {"input", "version"})},
                 {"modality_name", nameAt(run.output, {"input", "modality_name"})},
                 {"num_samples", samplesOf(run.output).size()}};
    for (std::size_t i = 0; i < run.flags.size(); ++i)
        json[kAggregateFlags[i]] = run.flags[i];
    return json;
}

Json targetOf(const std::string &evidence, EvidenceKind kind, const std::string &skillId,
              const std::string &status)
{
    return {{"evidence", evidence},
            {"kind", kindName(kind)},
            {"skill_id", textOrNull(skillId)},
            {"source_overall_status", textOrNull(status)}};
}

/// Of several runs: what all of them have, null where they differ, and flags that hold for all.
Json qualityOfAll(const std::vector<Json> &each, bool passed)
{
    if (each.empty())
        return nullptr;
    Json all = each.front();
    for (const Json &next : each)
        for (auto &[key, value] : all.items()) {
            if (value.is_boolean())
                value = value == true && next.at(key) == true;
            else if (value != next.at(key))
                value = nullptr;
        }
    std::size_t samples = 0;
    for (const Json &next : each)
        samples += next.at("num_samples").get<std::size_t>();
    all["num_samples"] = samples;
    all["acceptable"] = passed;
    const bool plain =
        std::ranges::all_of(each, [](const Json &next) { return next.at("verdict") == "passed"; });
    all["verdict"] = !passed ? "failed" : plain ? "passed" : "passed_custom_manifest";
    return all;
}

} // namespace

std::string verifyDocument(const VerifyReport &report, EvidenceKind kind, const Manifest &manifest,
                           const std::vector<VerifiedRun> &runs)
{
    const std::string evidence = report.given.string();
    std::vector<Json> qualities;
    Json packs = Json::array();
    std::optional<std::string> skill, status;
    for (const VerifiedRun &run : runs) {
        const bool passed = std::ranges::all_of(report.checks, [&run](const EvidenceCheck &check) {
            return check.run != run.name || check.passed;
        });
        qualities.push_back(qualityOf(run, passed));
        packs.push_back(
            {{"verifier", verifierJson()},
             {"target", targetOf(run.name, kind, run.context.skillId, run.context.sourceStatus)},
             {"mr_quality", qualities.back()},
             {"checks", checksJson(report.checks, &run.name)},
             {"overall", passed ? "pass" : "fail"}});
        // Empty where the runs differ.
        skill = !skill || *skill == run.context.skillId ? run.context.skillId : std::string();
        status = !status || *status == run.context.sourceStatus ? run.context.sourceStatus
                                                                : std::string();
    }
    Json json = {{"verifier", verifierJson()},
                 {"target", targetOf(evidence, kind, skill.value_or(""), status.value_or(""))},
                 {"mr_quality", qualityOfAll(qualities, report.passed)},
                 {"checks", checksJson(report.checks, nullptr)},
                 {"overall", report.passed ? "pass" : "fail"}};
    json["notes"] = Json::array();
    for (const QString &note : report.notes)
        json["notes"].push_back(note.toStdString());
    json["digests"] = {{"archive_sha256", textOrNull(report.archiveSha256)},
                       {"sums_sha256", textOrNull(report.sumsSha256)}};
    json["manifest"] = {{"id", manifest.id},
                        {"version", manifest.version},
                        {"sha256", manifest.sha256},
                        {"built_in", manifest.builtIn}};
    json["packs"] = runs.size() > 1 ? std::move(packs) : Json::array();
    return writeJson(json);
}

} // namespace mrb::backend
