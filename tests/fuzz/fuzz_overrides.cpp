// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// An override document on its way into staged configs; then the same bytes as what a checkout may
// hold in place of upstream's configs.

#include "backend/base/JsonText.h"
#include "backend/contract/Fields.h"
#include "backend/contract/Keys.h"
#include "backend/form/FormContext.h"
#include "backend/request/CostEstimate.h"
#include "backend/request/ModelRequest.h"
#include "backend/request/OverrideDocument.h"
#include "backend/request/StagedConfigs.h"
#include "tests/fuzz/FuzzSupport.h"

#include <cmath>

using namespace mrb;
using namespace mrb::backend;
using fuzz::require;

namespace {

const QString kName = QStringLiteral("the input");

const FormContext &context()
{
    static const FormContext made = mirroredContext();
    return made;
}

Json environmentConfig()
{
    return {{"model_dir", "./models"},
            {"model_filename", "diff_unet_3d_rflow-mr-brain_v1.pt"},
            {"trained_autoencoder_path", "./models/autoencoder_v1.pt"},
            {"output_dir", "./output"},
            {"output_prefix", "unet_3d"}};
}

void checkStaged(const Json &staged)
{
    const Result<Json> again = parseJsonStrictly(writeJson(staged), kName);
    require(again && *again == staged, "a staged config can be read again");
}

void checkRequest(const ModelRequest &request, const Json &modelConfig, const Json &mapping)
{
    for (const std::int64_t extent : request.dim)
        require(extent >= 64 && extent <= 512 && extent % 32 == 0,
                "the size is one upstream takes");
    for (const double edge : request.spacing)
        require(std::isfinite(edge) && edge > 0, "the spacing is positive");
    require(request.steps >= 1 && request.steps <= 1000, "the steps are in range");
    require(request.seed >= 0 && request.seed + request.numGpus - 1 <= 4294967295,
            "no seed is reduced by upstream");
    require(contract::isUsablePrefix(request.outputPrefix), "the prefix is a file name's");

    checkStaged(request.modelConfig);
    const Result<Json> environment = stagedEnvironment(
        environmentConfig(), context().manifest.upstream, "/somewhere/run", request.outputPrefix);
    require(static_cast<bool>(environment), "the environment can be staged");
    checkStaged(*environment);

    // Staged once more over what was staged, nothing changes.
    const RequestResolution again = resolveRequest(
        Json::object(),
        {.modality = request.modalityName, .seed = request.seed, .numGpus = request.numGpus},
        request.modelConfig, mapping, context().manifest);
    require(again.request && again.request->modelConfig == request.modelConfig,
            "a staged config is a fixed point");

    fuzz::requireExplained(adviseOn(request, modelConfig, context().manifest));
    const CostEstimate cost =
        estimateCost(request.dim, request.steps, context().manifest.model.version);
    require(std::isfinite(cost.wallSeconds) && cost.wallSeconds >= 0 && cost.voxelsPerSample > 0,
            "the cost is a number");
}

void resolve(const Json &overrides, const RequestChoices &choices, const Json &modelConfig,
             const Json &mapping)
{
    const RequestResolution resolution =
        resolveRequest(overrides, choices, modelConfig, mapping, context().manifest);
    require(resolution.request.has_value() == resolution.errors.empty(),
            "there is a request exactly when nothing is wrong");
    fuzz::requireExplained(resolution.errors);
    if (resolution.request)
        checkRequest(*resolution.request, modelConfig, mapping);
}

void checkAsCheckout(const Json &json)
{
    const RequestChoices none;
    resolve(Json::object(), none, json, context().modalityMapping);
    resolve(Json::object(), none, context().modelConfig, json);
    fuzz::requireExplained(checkWeightPaths(json, context().manifest));
    if (const Result<Json> staged =
            stagedEnvironment(json, context().manifest.upstream, "/somewhere/run", "brain"))
        checkStaged(*staged);
    else
        fuzz::requireExplained(staged.error());
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text = fuzz::textOf(data, size);
    const OverrideParse parse = parseOverrides(text, kName);
    fuzz::requireExplained(parse.errors);
    require(parse.overrides.is_object(), "overrides are an object");
    if (parse.errors.empty()) {
        const OverrideParse again = parseOverrides(writeOverrides(parse.overrides), kName);
        require(again.errors.empty() && again.overrides == parse.overrides,
                "an override document can be written and read again");
        resolve(parse.overrides, {}, context().modelConfig, context().modalityMapping);
        resolve(parse.overrides, {.modality = "mri_flair", .seed = 4294967295, .numGpus = 1},
                context().modelConfig, context().modalityMapping);
        resolve(parse.overrides, {.modality = {}, .seed = {}, .numGpus = 8}, context().modelConfig,
                context().modalityMapping);
    }
    if (const Result<Json> json = parseJsonStrictly(text, kName))
        checkAsCheckout(*json);
    return 0;
}
