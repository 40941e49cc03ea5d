// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/PhantomFiles.h"

#include "backend/base/InstallPaths.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"

namespace mrb::backend {

namespace {

/// As resolveRequest() takes it; empty when it is no name, which is reported there.
std::string modalityAsked(const GenerateOptions &options, const Json &overrides,
                          const Manifest &manifest)
{
    if (options.modality)
        return *options.modality;
    const auto written = overrides.find(contract::model_config::kModality);
    if (written == overrides.end())
        return manifest.defaults.modality;
    return written->is_string() ? written->get<std::string>() : std::string();
}

} // namespace

std::filesystem::path phantomFolder()
{
    return dataFile("phantom_upstream");
}

ManifestUpstream withPhantomFiles(ManifestUpstream upstream)
{
    upstream.networkConfig = "configs/config_network_rflow.json";
    upstream.modelConfig = "configs/config_maisi_diff_model_rflow-mr-brain.json";
    upstream.environmentConfig = "configs/environment_maisi_diff_model_rflow-mr-brain.json";
    upstream.modalityMapping = "configs/modality_mapping.json";
    return upstream;
}

void adoptPhantomConfigs(Manifest &manifest, const Json &model, const Json &mapping)
{
    Json &defaults = manifest.upstream.defaults;
    const auto block = model.find(contract::model_config::kInference);
    for (auto &[key, value] : defaults.items())
        if (block != model.end() && block->contains(key))
            value = block->at(key);
    for (Modality &modality : manifest.modalities)
        if (const auto code = mapping.find(modality.name);
            code != mapping.end() && code->is_number_integer())
            modality.code = code->get<std::int64_t>();
}

std::optional<Error> phantomCannotDraw(const GenerateOptions &options, const Json &overrides,
                                       const Manifest &manifest, const Json &mapping)
{
    const std::string name = modalityAsked(options, overrides, manifest);
    if (!findModality(manifest, name) || mapping.contains(name))
        return std::nullopt;
    return Error{error_codes::kPhantomModality,
                 Text::tr("The phantom engine cannot draw the modality %1.")
                     .arg(QString::fromStdString(name)),
                 Text::tr("Choose another modality for the demo."), QStringLiteral("modality")};
}

} // namespace mrb::backend
