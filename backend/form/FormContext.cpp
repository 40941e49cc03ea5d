// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/FormContext.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/request/ModelRequest.h"
#include "backend/run/CheckoutSearch.h"
#include "backend/run/PhantomFiles.h"

#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

QString pinnedDefaults(const Manifest &manifest)
{
    return Text::tr("Defaults of the pinned commit %1")
        .arg(QString::fromStdString(manifest.upstream.shortCommit()));
}

FormContext mirroredFor(Manifest manifest)
{
    FormContext context;
    context.modelConfig = pinnedModelConfig(manifest);
    context.modalityMapping = Json::object();
    for (const Modality &modality : manifest.modalities)
        context.modalityMapping[modality.name] = modality.code;
    context.source = pinnedDefaults(manifest);
    context.manifest = std::move(manifest);
    return context;
}

FormContext mirroredBecause(Manifest manifest, const QString &reason, const Error &problem)
{
    FormContext context = mirroredFor(std::move(manifest));
    context.source = Text::tr("%1: %2").arg(context.source, reason);
    context.problem = problem;
    return context;
}

// The same folder as a run takes.
RootSearch searchRoot(const GenerateOptions &options, const ManifestUpstream &upstream)
{
    if (options.engine != Engine::Phantom)
        return searchCheckout(options, upstream);
    RootSearch search;
    search.root = phantomFolder();
    return search;
}

Error malformed(const fs::path &file, const QString &what, const std::string &relative)
{
    return {error_codes::kUpstreamConfig, Text::tr("%1: %2.").arg(toQString(file), what),
            Text::tr("Restore the file in the checkout."), QString::fromStdString(relative)};
}

Result<Json> readConfig(const fs::path &root, const std::string &relative)
{
    Result<Json> json = readJsonFile(root / relative);
    if (!json) {
        return Error{error_codes::kUpstreamConfig, json.error().message,
                     Text::tr("Restore the file in the checkout."),
                     QString::fromStdString(relative)};
    }
    if (!json->is_object())
        return malformed(root / relative, Text::tr("it is not an object"), relative);
    return json;
}

Result<Json> readModelConfig(const fs::path &root, const std::string &relative)
{
    constexpr std::string_view key = contract::model_config::kInference;
    Result<Json> json = readConfig(root, relative);
    if (!json)
        return json;
    const auto block = json->find(key);
    if (block == json->end() || !block->is_object()) {
        return malformed(root / relative,
                         Text::tr("it has no object %1").arg(QString::fromUtf8(key)), relative);
    }
    return json;
}

} // namespace

FormContext mirroredContext()
{
    Result<Manifest> manifest = builtInManifest();
    if (manifest)
        return mirroredFor(std::move(manifest).value());
    return mirroredBecause({}, Text::tr("the built-in manifest cannot be read"), manifest.error());
}

FormContext loadFormContext(const GenerateOptions &options)
{
    FormContext context = mirroredContext();
    if (options.manifest) {
        Result<Manifest> manifest = readManifest(options.workingFolder / *options.manifest);
        if (!manifest) {
            return mirroredBecause(std::move(context.manifest),
                                   Text::tr("the chosen manifest cannot be used"),
                                   manifest.error());
        }
        context = mirroredFor(std::move(manifest).value());
    }
    if (context.problem)
        return context;
    if (options.engine == Engine::Phantom)
        context.manifest.upstream = withPhantomFiles(std::move(context.manifest.upstream));
    const ManifestUpstream &upstream = context.manifest.upstream;
    const RootSearch search = searchRoot(options, upstream);
    if (!search.root) {
        return mirroredBecause(std::move(context.manifest),
                               options.upstreamRoot ? Text::tr("the chosen folder is no checkout")
                                                    : Text::tr("no checkout was found"),
                               *search.error);
    }
    Result<Json> model = readModelConfig(*search.root, upstream.modelConfig);
    Result<Json> mapping = readConfig(*search.root, upstream.modalityMapping);
    if (!model || !mapping) {
        const Error problem = model ? mapping.error() : model.error();
        return mirroredBecause(std::move(context.manifest),
                               Text::tr("a file of the checkout cannot be used"), problem);
    }
    context.modelConfig = std::move(model).value();
    context.modalityMapping = std::move(mapping).value();
    if (options.engine == Engine::Phantom)
        adoptPhantomConfigs(context.manifest, context.modelConfig, context.modalityMapping);
    context.fromCheckout = true;
    context.source = options.engine == Engine::Phantom
                         ? Text::tr("Defaults of the built-in phantom")
                         : Text::tr("Defaults of the checkout %1").arg(toQString(*search.root));
    return context;
}

} // namespace mrb::backend
