// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/Manifest.h"

#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/base/ShortCommit.h"
#include "backend/base/Text.h"
#include "backend/contract/Fields.h"
#include "backend/request/BuiltInManifestText.h"
#include "backend/request/ManifestFields.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace mrb::backend {

namespace {

constexpr std::size_t kSha256Digits = 64;
constexpr std::size_t kCommitDigits = 40;
constexpr std::int64_t kLargestSeed = 4294967295;
constexpr std::int64_t kLargestCount = std::numeric_limits<std::int64_t>::max();

constexpr std::string_view kEntryStart = "python -m ";

/// "package.module", which Python and a shell take as a name and nothing else.
bool isModuleName(std::string_view text)
{
    bool wordStarts = true;
    for (const char c : text) {
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        const bool isDigit = c >= '0' && c <= '9';
        if (wordStarts ? !isLetter : !(isLetter || isDigit || c == '.'))
            return false;
        wordStarts = c == '.';
    }
    return !wordStarts;
}

/// "3.10"
std::string versionText(ManifestFields &fields, const ManifestPlace &parent, std::string_view key)
{
    std::string text = fields.text(parent, key);
    const std::size_t dot = text.find('.');
    const bool isVersion = text.find_first_not_of("0123456789.") == std::string::npos && dot != 0 &&
                           dot == text.rfind('.') && dot + 1 < text.size();
    if (!isVersion)
        fields.refuse(ManifestFields::childPath(parent, key),
                      Text::tr("must be a version with two numbers, in quotes"));
    return text;
}

/// What the configs of the pinned commit hold for every field of a request.
Json readConfigDefaults(ManifestFields &fields, const ManifestPlace &upstream)
{
    const ManifestPlace place = fields.object(upstream, "defaults");
    Json defaults = Json::object();
    for (const contract::FieldSpec &field : contract::fieldTable()) {
        if (!place.json)
            break;
        const std::string key(field.key);
        const auto found = place.json->find(key);
        // Upstream's config names a modality by its code.
        const bool isCode = field.kind == contract::FieldKind::ModalityName;
        if (found == place.json->end())
            fields.refuse(ManifestFields::childPath(place, key), Text::tr("is missing"));
        else if (isCode ? !found->is_number_integer() : !contract::hasKind(field, *found))
            fields.refuse(
                ManifestFields::childPath(place, key),
                Text::tr("must be %1")
                    .arg(contract::kindText(isCode ? contract::FieldKind::Integer : field.kind)));
        else
            defaults[key] = *found;
    }
    return defaults;
}

void readModel(ManifestFields &fields, Manifest &manifest)
{
    const ManifestPlace model = fields.object(fields.root(), "model");
    manifest.model = {.name = fields.text(model, "name"),
                      .version = fields.text(model, "version"),
                      .repository = fields.text(model, "repository"),
                      .weightsRepository = fields.text(model, "weights_repository"),
                      .license = fields.text(model, "license")};
}

void readUpstream(ManifestFields &fields, Manifest &manifest)
{
    const ManifestPlace upstream = fields.object(fields.root(), "upstream");
    const ManifestPlace files = fields.object(upstream, "files");
    manifest.upstream = {.repository = fields.text(upstream, "repository"),
                         .commit = fields.hexText(upstream, "commit", kCommitDigits),
                         .entrypoint = fields.text(upstream, "entrypoint"),
                         .networkConfig = fields.relativePath(files, "network_config"),
                         .modelConfig = fields.relativePath(files, "model_config"),
                         .environmentConfig = fields.relativePath(files, "environment_config"),
                         .modalityMapping = fields.relativePath(files, "modality_mapping"),
                         .defaults = readConfigDefaults(fields, upstream)};
    if (!manifest.upstream.entrypoint.starts_with(kEntryStart) ||
        !isModuleName(manifest.upstream.entryModule()))
        fields.refuse("upstream.entrypoint", Text::tr("must be python -m and a module"));
    for (const ManifestPlace &place : fields.list(fields.root(), "weights")) {
        manifest.weights.push_back({.path = fields.relativePath(place, "path"),
                                    .sha256 = fields.hexText(place, "sha256", kSha256Digits),
                                    .repository = fields.text(place, "repository"),
                                    .revision = fields.hexText(place, "revision", kCommitDigits)});
    }
    const ManifestPlace needs = fields.object(fields.root(), "requirements");
    manifest.requirements = {.pythonMinimum = versionText(fields, needs, "python_minimum"),
                             .pythonRecommended = versionText(fields, needs, "python_recommended"),
                             .gpuMemoryGb = fields.number(needs, "gpu_memory_gb"),
                             .packages = fields.textList(needs, "packages")};
}

void readTrainingFov(ManifestFields &fields, Manifest &manifest)
{
    for (const ManifestPlace &place : fields.list(fields.root(), "training_fov")) {
        ContrastFov contrast{.contrast = fields.text(place, "contrast"), .planes = {}};
        if (findContrast(manifest, contrast.contrast))
            fields.refuse(place.path + ".contrast", Text::tr("appears twice"));
        const std::vector<ManifestPlace> planes = fields.list(place, "planes");
        if (!planes.empty() && planes.size() != kPlanes.size())
            fields.refuse(place.path + ".planes", Text::tr("must have 3 members"));
        for (std::size_t i = 0; i < std::min(planes.size(), kPlanes.size()); ++i) {
            PlaneMedian median{.plane = kPlanes[i]};
            if (fields.text(planes[i], "plane") != planeName(median.plane)) {
                fields.refuse(planes[i].path + ".plane",
                              Text::tr("must be %1, in the order axial, sagittal, coronal")
                                  .arg(QString::fromUtf8(planeName(median.plane))));
            }
            const std::vector<ManifestPlace> fov = fields.list(planes[i], "fov_mm");
            for (std::size_t axis = 0; axis < median.fovMm.size(); ++axis) {
                if (fov.size() != median.fovMm.size() || !fov[axis].json->is_number() ||
                    fov[axis].json->get<double>() <= 0) {
                    fields.refuse(planes[i].path + ".fov_mm",
                                  Text::tr("must be a list of 3 numbers above 0"));
                    break;
                }
                median.fovMm[axis] = fov[axis].json->get<double>();
            }
            median.scans = fields.integer(planes[i], "scans", 0, kLargestCount);
            median.sparse = fields.boolean(planes[i], "sparse");
            contrast.planes.push_back(median);
        }
        manifest.trainingFov.push_back(std::move(contrast));
    }
}

void readModalities(ManifestFields &fields, Manifest &manifest)
{
    for (const ManifestPlace &place : fields.list(fields.root(), "modalities")) {
        const std::string group = fields.text(place, "group");
        if (group != "whole_brain" && group != "skull_stripped")
            fields.refuse(place.path + ".group", Text::tr("must be whole_brain or skull_stripped"));
        Modality modality{
            .name = fields.text(place, "name"),
            .code = fields.integer(place, "code", 0, std::numeric_limits<std::int32_t>::max()),
            .label = fields.text(place, "label"),
            .group = group == "skull_stripped" ? ModalityGroup::SkullStripped
                                               : ModalityGroup::WholeBrain,
            .contrast = fields.optionalText(place, "contrast"),
            .note = fields.optionalText(place, "note")};
        if (findModality(manifest, modality.name))
            fields.refuse(place.path + ".name", Text::tr("appears twice"));
        if (!modality.contrast.empty() && !findContrast(manifest, modality.contrast))
            fields.refuse(place.path + ".contrast", Text::tr("is not in training_fov"));
        manifest.modalities.push_back(std::move(modality));
    }
    const ManifestPlace defaults = fields.object(fields.root(), "defaults");
    manifest.defaults = {.seed = fields.integer(defaults, "random_seed", 0, kLargestSeed),
                         .modality = fields.text(defaults, "modality")};
    if (!findModality(manifest, manifest.defaults.modality))
        fields.refuse("defaults.modality", Text::tr("is not in modalities"));
}

std::vector<ManifestPort> readPorts(ManifestFields &fields, std::string_view key)
{
    std::vector<ManifestPort> ports;
    for (const ManifestPlace &place : fields.list(fields.root(), key)) {
        ports.push_back({.name = fields.text(place, "name"),
                         .type = fields.text(place, "type"),
                         .format = fields.optionalText(place, "format"),
                         .description = fields.text(place, "description")});
    }
    return ports;
}

void readGates(ManifestFields &fields, Manifest &manifest)
{
    const ManifestPlace validation = fields.object(fields.root(), "validation");
    for (const ManifestPlace &place : fields.list(validation, "sanity_checks")) {
        fields.text(place, "path");
        manifest.gates.push_back(gateFromCheck(*place.json));
    }
}

void readEnvelopes(ManifestFields &fields, Manifest &manifest)
{
    const ManifestPlace runtime = fields.object(fields.root(), "expected_runtime_seconds");
    manifest.expectedRuntime = {.path = fields.text(runtime, "path"),
                                .minimumSeconds = fields.number(runtime, "min"),
                                .maximumSeconds = fields.number(runtime, "max")};
    if (manifest.expectedRuntime.minimumSeconds > manifest.expectedRuntime.maximumSeconds)
        fields.refuse(runtime.path + ".min", Text::tr("must not be above max"));

    const ManifestPlace cost = fields.object(fields.root(), "expected_cost");
    for (std::size_t i = 0; cost.json && i < cost.json->size(); ++i) {
        const std::string name =
            std::next(cost.json->begin(), static_cast<std::ptrdiff_t>(i)).key();
        const ManifestPlace limit = fields.object(cost, name);
        EnvelopeLimit envelope{.name = name,
                               .minimum = fields.optionalNumber(limit, "min"),
                               .maximum = fields.optionalNumber(limit, "max")};
        if (!envelope.minimum && !envelope.maximum)
            fields.refuse(limit.path, Text::tr("must have min or max"));
        if (envelope.minimum && envelope.maximum && *envelope.minimum > *envelope.maximum)
            fields.refuse(limit.path + ".min", Text::tr("must not be above max"));
        manifest.expectedCost.push_back(std::move(envelope));
    }
    const ManifestPlace reproducibility = fields.object(fields.root(), "reproducibility");
    constexpr int kMostRuns = 1000;
    manifest.reproducibility = {
        .mode = fields.text(reproducibility, "mode"),
        .runs = static_cast<int>(fields.integer(reproducibility, "runs", 1, kMostRuns))};
}

void readDeclarations(ManifestFields &fields, Manifest &manifest)
{
    constexpr int kLargestExitCode = 255;
    manifest.inputs = readPorts(fields, "inputs");
    manifest.outputs = readPorts(fields, "outputs");
    for (const ManifestPlace &place : fields.list(fields.root(), "exit_codes")) {
        manifest.exitCodes.push_back(
            {.code = static_cast<int>(fields.integer(place, "code", 0, kLargestExitCode)),
             .meaning = fields.text(place, "meaning")});
    }
    manifest.sideEffects = fields.textList(fields.root(), "side_effects");
    manifest.permissions = fields.textList(fields.root(), "permissions");
    manifest.limitations = fields.textList(fields.root(), "limitations");
    manifest.prohibitedUses = fields.textList(fields.root(), "prohibited_uses");
}

Result<Manifest> parseManifest(std::string_view text, const QString &name)
{
    const Result<TypedYaml> yaml = parseTypedYaml(text, name);
    if (!yaml)
        return yaml.error();
    ManifestFields fields(*yaml, name);
    Manifest manifest;
    if (!fields.error()) {
        manifest.id = fields.text(fields.root(), "id");
        manifest.version = fields.text(fields.root(), "version");
        manifest.skill = fields.text(fields.root(), "skill");
        manifest.summary = fields.text(fields.root(), "summary");
        manifest.license = fields.text(fields.root(), "license");
        manifest.disclaimer = fields.text(fields.root(), "disclaimer");
        readModel(fields, manifest);
        readUpstream(fields, manifest);
        readTrainingFov(fields, manifest);
        readModalities(fields, manifest);
        readGates(fields, manifest);
        readEnvelopes(fields, manifest);
        readDeclarations(fields, manifest);
    }
    if (fields.error())
        return *fields.error();
    manifest.sha256 = Sha256::ofBytes(std::as_bytes(std::span(text)));
    return manifest;
}

} // namespace

std::string ManifestUpstream::entryModule() const
{
    return entrypoint.starts_with(kEntryStart) ? entrypoint.substr(kEntryStart.size())
                                               : std::string();
}

std::string ManifestUpstream::entryScript() const
{
    std::string path = entryModule();
    std::ranges::replace(path, '.', '/');
    return path + ".py";
}

std::string ManifestUpstream::shortCommit() const
{
    return mrb::shortCommit(commit);
}

std::string_view planeName(Plane plane)
{
    switch (plane) {
    case Plane::Axial:
        return "axial";
    case Plane::Sagittal:
        return "sagittal";
    case Plane::Coronal:
        return "coronal";
    }
    return {};
}

Result<Manifest> builtInManifest()
{
    Result<Manifest> manifest =
        parseManifest(builtInManifestText(), Text::tr("the built-in skill manifest"));
    if (manifest)
        manifest->builtIn = true;
    return manifest;
}

Result<Manifest> readManifest(const std::filesystem::path &file)
{
    const Result<std::string> text = readSmallFile(file, kMaxManifestBytes);
    if (!text)
        return text.error();
    Result<Manifest> manifest = parseManifest(*text, toQString(file));
    if (manifest)
        manifest->source = file;
    return manifest;
}

const Modality *findModality(const Manifest &manifest, std::string_view name)
{
    const auto found =
        std::find_if(manifest.modalities.begin(), manifest.modalities.end(),
                     [name](const Modality &modality) { return modality.name == name; });
    return found == manifest.modalities.end() ? nullptr : &*found;
}

const ContrastFov *findContrast(const Manifest &manifest, std::string_view contrast)
{
    const auto found =
        std::find_if(manifest.trainingFov.begin(), manifest.trainingFov.end(),
                     [contrast](const ContrastFov &row) { return row.contrast == contrast; });
    return found == manifest.trainingFov.end() ? nullptr : &*found;
}

} // namespace mrb::backend
