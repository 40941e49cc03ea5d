// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/RunSettings.h"

#include "backend/base/Json.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/environment/GpuChoice.h"
#include "backend/queue/ModalityLabel.h"
#include "backend/request/OverrideDocument.h"

#include <QStringList>

#include <utility>

namespace mrb::backend {

namespace {

std::optional<std::string> unlessEmpty(const std::string &text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

} // namespace

GenerateOptions optionsFor(const RunSettings &settings, const std::filesystem::path &requestFile,
                           const std::filesystem::path &runFolder)
{
    GenerateOptions options = optionsForThisProcess();
    options.request = requestFile.string();
    options.outputFolder = runFolder.string();
    options.timeLimit = settings.timeLimit;
    options.engine = settings.engine;
    options.upstreamRoot = unlessEmpty(settings.upstreamRoot);
    options.python = unlessEmpty(settings.python);
    options.manifest = unlessEmpty(settings.manifest);
    options.allowCheckout = settings.allowCheckout;
    options.allowWeights = settings.allowWeights;
    options.acceptCost = settings.acceptCost;
    options.retryOf = settings.retryOf;
    if (!settings.visibleGpus.empty())
        options.environment = withGpuChoice(std::move(options.environment), settings.visibleGpus);
    return options;
}

QString runLabel(const RunSettings &settings)
{
    namespace key = contract::model_config;
    const Json overrides = parseOverrides(settings.overrides, QString()).overrides;
    QStringList parts;
    if (const auto found = overrides.find(key::kModality); found != overrides.end())
        parts << modalityLabel(QString::fromStdString(found->get<std::string>()));
    if (const auto found = overrides.find(key::kRandomSeed); found != overrides.end())
        parts << Text::tr("seed %1").arg(found->get<std::int64_t>());
    if (const auto found = overrides.find(key::kDim); found != overrides.end()) {
        QStringList dim;
        for (const Json &voxels : *found)
            dim << QString::number(voxels.get<std::int64_t>());
        parts << dim.join(u'×');
    }
    if (const auto found = overrides.find(key::kNumInferenceSteps); found != overrides.end())
        parts << Text::tr("%1 steps").arg(found->get<std::int64_t>());
    if (const auto found = overrides.find(key::kGuidanceScale); found != overrides.end())
        parts << Text::tr("guidance %1").arg(found->get<double>());
    return parts.isEmpty() ? Text::tr("Default settings") : parts.join(QStringLiteral(" · "));
}

} // namespace mrb::backend
