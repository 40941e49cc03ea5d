// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Fields.h"
#include "backend/contract/Keys.h"
#include "backend/library/RunSummary.h"
#include "backend/library/StoredRun.h"
#include "backend/request/ModelRequest.h"
#include "backend/request/OverrideDocument.h"

#include <algorithm>
#include <array>
#include <optional>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

namespace keys = contract::model_config;

constexpr std::int64_t kMostGpus = 1024; // a record can say anything

/// A field that the checkout's defaults could change between two runs, and what the result calls
/// the value that was used.
struct Requested
{
    std::string_view key;
    std::string_view inResult;
};
constexpr std::array<Requested, 4> kRequested = {
    {{keys::kDim, "dim_requested"},
     {keys::kSpacing, "spacing_requested"},
     {keys::kNumInferenceSteps, "num_inference_steps_requested"},
     {keys::kGuidanceScale, "cfg_guidance_scale_requested"}}};

Error unusable(const fs::path &folder, const QString &what, const QStringList &fields)
{
    return {
        error_codes::kRunSettingsUnusable,
        Text::tr("The settings of the run in %1 cannot be used: %2").arg(toQString(folder), what),
        Text::tr("Set them by hand. The run itself is left as it is."),
        fields.join(QStringLiteral(", "))};
}

/// What the run's documents say, unchecked, and what they should say but do not.
struct Recorded
{
    Json settings = Json::object();
    QStringList missing;

    void take(std::string_view key, const Json *value)
    {
        if (value)
            settings[std::string(key)] = *value;
        else if (!settings.contains(key))
            missing << QString::fromUtf8(key);
    }
};

Recorded fromResult(const Json &result)
{
    Recorded recorded;
    if (const Json *overrides = valueAt(result, {"input", "model_config_override"});
        overrides && overrides->is_object())
        recorded.settings = *overrides;
    recorded.take(keys::kModality, valueAt(result, {"input", "modality_name"}));
    recorded.take(keys::kRandomSeed, valueAt(result, {"input", "random_seed"}));
    for (const Requested &field : kRequested)
        recorded.take(field.key, valueAt(result, {"input", field.inResult}));
    return recorded;
}

Recorded fromJournal(const StoredRun &run, const fs::path &folder)
{
    const Json &journal = run.journal.json;
    Recorded recorded;
    if (const Json *overrides = valueAt(journal, {"overrides"});
        overrides && overrides->is_object())
        recorded.settings = *overrides;
    recorded.take(keys::kModality, valueAt(journal, {"modality_name"}));
    recorded.take(keys::kRandomSeed, valueAt(journal, {"random_seed"}));
    // The journal holds only what somebody wrote; the rest was staged for upstream.
    const Json staged = stagedBlock(folder, run);
    for (const Requested &field : kRequested)
        recorded.take(field.key, valueAt(staged, {field.key}));
    return recorded;
}

const Result<Manifest> &pinned()
{
    static const Result<Manifest> manifest = builtInManifest();
    return manifest;
}

/// The pinned manifest, which knows the run's modality as well when that is a plain word.
Result<Manifest> pinnedWithModalityOf(const Recorded &recorded)
{
    Result<Manifest> manifest = pinned();
    const auto name = recorded.settings.find(keys::kModality);
    if (!manifest || name == recorded.settings.end() || !name->is_string())
        return manifest;
    Modality modality;
    modality.name = name->get<std::string>();
    if (contract::isUsablePrefix(modality.name) && !findModality(*manifest, modality.name))
        manifest->modalities.push_back(std::move(modality));
    return manifest;
}

Errors problemsOf(const Json &overrides, const Manifest &manifest)
{
    Json mapping = Json::object();
    for (const Modality &modality : manifest.modalities)
        mapping[modality.name] = modality.code;
    return resolveRequest(overrides, {}, pinnedModelConfig(manifest), mapping, manifest).errors;
}

Result<Recorded> recordedOf(const fs::path &folder, const StoredRun &run)
{
    if (!run.isRun())
        return noRunHere(folder);
    if (!run.result.isSound() && !run.journal.isSound())
        return run.result.error ? *run.result.error : *run.journal.error;
    return run.result.isSound() ? fromResult(run.result.json) : fromJournal(run, folder);
}

/// How many volumes the run was to make.
std::int64_t gpusOf(const StoredRun &run)
{
    auto gpus = integerAt(run.result.json, {"run", "num_gpus"});
    if (!gpus)
        gpus = integerAt(run.journal.json, {"num_gpus"});
    return std::clamp<std::int64_t>(gpus.value_or(1), 1, kMostGpus);
}

Result<std::string> documentOf(const fs::path &folder, const Recorded &recorded,
                               const Result<Manifest> &manifest = pinned())
{
    if (!manifest)
        return manifest.error();
    if (!recorded.missing.isEmpty()) {
        return unusable(folder,
                        Text::tr("its record does not say %1.")
                            .arg(recorded.missing.join(QStringLiteral(", "))),
                        recorded.missing);
    }
    OverrideParse parsed =
        parseOverrides(writeOverrides(recorded.settings), Text::tr("the record"));
    if (parsed.errors.empty())
        parsed.errors = problemsOf(parsed.overrides, *manifest);
    if (parsed.errors.empty())
        return writeOverrides(parsed.overrides);
    QStringList messages;
    QStringList fields;
    for (const Error &error : parsed.errors) {
        messages << error.message;
        fields << error.field;
    }
    return unusable(folder, messages.join(u' '), fields);
}

} // namespace

Result<std::string> settingsOfRun(const fs::path &folder, std::optional<std::int64_t> seed,
                                  const Manifest *manifest)
{
    const StoredRun run = readStoredRun(folder);
    Result<Recorded> recorded = recordedOf(folder, run);
    if (!recorded)
        return recorded.error();
    if (seed)
        recorded->settings[std::string(keys::kRandomSeed)] = *seed;
    return manifest ? documentOf(folder, *recorded, *manifest) : documentOf(folder, *recorded);
}

Result<std::string> settingsOfRecord(const fs::path &folder)
{
    const Result<Recorded> recorded = recordedOf(folder, readStoredRun(folder));
    return recorded ? documentOf(folder, *recorded, pinnedWithModalityOf(*recorded))
                    : recorded.error();
}

Result<std::vector<std::string>> settingsOfVolumes(const fs::path &folder)
{
    const StoredRun run = readStoredRun(folder);
    Result<Recorded> recorded = recordedOf(folder, run);
    if (!recorded)
        return recorded.error();
    Result<std::string> first = documentOf(folder, *recorded);
    if (!first)
        return first.error();
    std::vector<std::string> documents{std::move(*first)};
    const std::int64_t gpus = gpusOf(run);
    const auto seed = integerAt(recorded->settings, {keys::kRandomSeed});
    for (std::int64_t rank = 1; seed && rank < gpus; ++rank) {
        recorded->settings[std::string(keys::kRandomSeed)] = *seed + rank;
        Result<std::string> document = documentOf(folder, *recorded);
        if (!document)
            return document.error();
        documents.push_back(std::move(*document));
    }
    return documents;
}

} // namespace mrb::backend
