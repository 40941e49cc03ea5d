// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/RunDocuments.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/run/DocumentParts.h"

namespace mrb::backend {

namespace {

Json strings(const Errors &errors)
{
    Json list = Json::array();
    for (const Error &error : errors)
        list.push_back(error.message.toStdString());
    return list;
}

Json strings(const QStringList &texts)
{
    Json list = Json::array();
    for (const QString &text : texts)
        list.push_back(text.toStdString());
    return list;
}

Json checkedRoots(const RootSearch &search)
{
    Json list = Json::array();
    for (const auto &path : search.checkedRoots)
        list.push_back(path.string());
    return list;
}

double gigabytes(std::int64_t mebibytes)
{
    return roundLikePython(static_cast<double>(mebibytes) / 1024.0, 1);
}

Json gpuJson(const Gpu &gpu)
{
    Json json = {{"index", gpu.index}, {"name", gpu.name.toStdString()}};
    json["memory_total_mib"] = gpu.memoryTotalMiB ? Json(*gpu.memoryTotalMiB) : Json(nullptr);
    json["memory_free_mib"] = gpu.memoryFreeMiB ? Json(*gpu.memoryFreeMiB) : Json(nullptr);
    json["compute_capability"] = gpu.computeCapability.toStdString();
    json["uuid"] = gpu.uuid.toStdString();
    return json;
}

std::string_view rootTitle(const Preparation &preparation)
{
    const bool unset = preparation.rootSearch.error &&
                       preparation.rootSearch.error->code == error_codes::kRootUnset;
    return unset ? "NV_GENERATE_ROOT is unset" : "NV_GENERATE_ROOT layout invalid";
}

// The titles are the reference's where it has one, so they are not translated.
std::string_view titleOf(const Preparation &preparation)
{
    switch (preparation.refusal) {
    case RefusalKind::Manifest:
        return "skill manifest invalid";
    case RefusalKind::RootMissing:
        return rootTitle(preparation);
    case RefusalKind::Identity:
        return "NV_GENERATE_ROOT identity invalid";
    case RefusalKind::Preflight:
        return "preflight validation failed";
    case RefusalKind::CostGate:
        return "cost gate: consent needed";
    case RefusalKind::Cancelled:
        return "cancelled";
    case RefusalKind::None:
        break;
    }
    return "";
}

} // namespace

Json toJson(const Error &error)
{
    return {{"code", error.code.id()},
            {"field", error.field.toStdString()},
            {"message", error.message.toStdString()},
            {"hint", error.hint.toStdString()}};
}

Json toJson(const Errors &errors)
{
    Json list = Json::array();
    for (const Error &error : errors)
        list.push_back(toJson(error));
    return list;
}

Json cudaJson(const Preparation &preparation)
{
    Json json = {{"available", !preparation.gpus.empty() || preparation.gpuSliceSelected}};
    if (!preparation.gpus.empty()) {
        const Gpu &first = preparation.gpus.front();
        json["device_name"] = first.name.toStdString();
        if (first.memoryTotalMiB)
            json["total_memory_gb"] = gigabytes(*first.memoryTotalMiB);
    }
    if (preparation.python && preparation.python->torchVersion)
        json["torch_version"] = *preparation.python->torchVersion;
    if (preparation.python && preparation.python->torchCuda)
        json["cuda_version"] = *preparation.python->torchCuda;
    if (!preparation.gpus.empty())
        json["driver_version"] = preparation.gpus.front().driverVersion.toStdString();
    json["gpus"] = Json::array();
    for (const Gpu &gpu : preparation.gpus)
        json["gpus"].push_back(gpuJson(gpu));
    return json;
}

Json identityJson(const CheckoutIdentity &identity)
{
    return {{"commit", identity.commit},
            {"expected_commit", identity.expectedCommit},
            {"commit_match", identity.commitMatch},
            {"tracked_files_clean", identity.trackedFilesClean},
            {"trusted", identity.trusted},
            {"reasons", toJson(identity.reasons)}};
}

Json inventoryJson(const WeightsInventory &inventory)
{
    Json files = Json::array();
    for (const WeightFile &file : inventory.files) {
        Json json = {{"path", file.path.generic_string()}, {"present", file.present}};
        json["bytes"] = file.present ? Json(file.bytes) : Json(nullptr);
        if (!file.sha256.empty())
            json["sha256"] = file.sha256;
        json["expected_sha256"] = file.expectedSha256;
        json["sha256_match"] = file.matches;
        json["hash_from_cache"] = file.fromCache;
        files.push_back(std::move(json));
    }
    return {{"all_present", inventory.allPresent},
            {"files", std::move(files)},
            {"all_sha256_match", inventory.allMatch}};
}

Json pythonJson(const Preparation &preparation)
{
    if (!preparation.python)
        return nullptr;
    Json packages = Json::object();
    for (const auto &package : preparation.python->packages)
        packages[package.name] = package.found ? Json(package.version) : Json(nullptr);
    return {{"executable", preparation.python->executable.string()},
            {"version", preparation.python->versionText.toStdString()},
            {"packages", std::move(packages)}};
}

Json refusalDocument(const std::string &skill, const QString &title, const Errors &errors)
{
    Json json = {{"skill", skill}, {"error", title.toStdString()}};
    json["detail"] = errors.empty() ? std::string{} : errors.front().message.toStdString();
    json["errors"] = toJson(errors);
    return json;
}

Json refusalDocument(const Preparation &preparation)
{
    const std::string_view title = titleOf(preparation);
    Json json =
        refusalDocument(preparation.manifest.skill,
                        QString::fromUtf8(title.data(), static_cast<qsizetype>(title.size())),
                        preparation.findings.refusals);
    json["warnings"] = toJson(preparation.findings.warnings);
    switch (preparation.refusal) {
    case RefusalKind::RootMissing:
        if (preparation.rootSearch.error)
            json["detail"] = preparation.rootSearch.error->message.toStdString();
        json["checked_roots"] = checkedRoots(preparation.rootSearch);
        return json;
    case RefusalKind::Identity:
        if (!preparation.identity.reasons.empty())
            json["detail"] = preparation.identity.reasons.front().message.toStdString();
        json["upstream_identity"] = identityJson(preparation.identity);
        return json;
    case RefusalKind::Preflight:
        json["preflight_errors"] = strings(preparation.findings.refusals);
        json["preflight_warnings"] = strings(preparation.findings.warnings);
        json["invocation"] = {{"model_inventory", inventoryJson(preparation.weights)}};
        break;
    case RefusalKind::CostGate:
        break;
    case RefusalKind::None:
    case RefusalKind::Manifest:
    case RefusalKind::Cancelled:
        return json;
    }
    if (preparation.cost)
        json["estimated_cost"] = toJson(*preparation.cost);
    json["cuda"] = cudaJson(preparation);
    return json;
}

Json preflightDocument(const Preparation &preparation)
{
    Json json = {{"skill", preparation.manifest.skill},
                 {"preflight", "ok"},
                 {"engine", engineName(preparation.options.engine)},
                 {"preflight_warnings", strings(preparation.findings.warnings)},
                 {"warnings", toJson(preparation.findings.warnings)}};
    json["estimated_cost"] = preparation.cost ? toJson(*preparation.cost) : Json(nullptr);
    json["cuda"] = cudaJson(preparation);
    json["python"] = pythonJson(preparation);
    json["model_inventory"] = inventoryJson(preparation.weights);
    json["upstream_identity"] = identityJson(preparation.identity);
    if (preparation.request)
        json["rendered_model_config"] = preparation.request->modelConfig;
    json["rendered_env_config"] = preparation.stagedEnvironment;
    return json;
}

Json dryRunDocument(const Preparation &preparation)
{
    Json environment = Json::object();
    for (const auto &[name, value] : preparation.environment)
        environment[name] = value;
    Json json = {{"skill", preparation.manifest.skill},
                 {"engine", engineName(preparation.options.engine)}};
    json["model_config"] = preparation.request ? preparation.request->modelConfig : Json(nullptr);
    json["environment_config"] = preparation.stagedEnvironment;
    json["command"] = strings(preparation.command.argv());
    json["working_directory"] = preparation.root.string();
    json["environment"] = std::move(environment);
    json["warnings"] = toJson(preparation.findings.warnings);
    return json;
}

} // namespace mrb::backend
