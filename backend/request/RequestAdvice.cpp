// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Fields.h"
#include "backend/contract/Keys.h"
#include "backend/request/ModelRequest.h"

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mrb::backend {

namespace {

namespace keys = contract::model_config;

// The scans behind a median differ from it by some per cent too.
constexpr double kUsualFovDeviation = 0.10;

QString toText(std::string_view text)
{
    return QString::fromUtf8(text);
}

QString tripleText(const std::array<double, 3> &values, int decimals)
{
    QStringList parts;
    for (const double value : values) {
        QString text = QString::number(value, 'f', decimals);
        if (text.contains(u'.')) {
            while (text.endsWith(u'0'))
                text.chop(1);
            if (text.endsWith(u'.'))
                text.chop(1);
        }
        parts << text;
    }
    return parts.join(QStringLiteral(" \u00d7 "));
}

// A median and how far a field of view is from it: the largest deviation along an axis, relative.
struct NearestMedian
{
    const ContrastFov *contrast = nullptr;
    const PlaneMedian *plane = nullptr;
    double deviation = std::numeric_limits<double>::infinity();
};

NearestMedian nearestMedian(const std::array<double, 3> &fovMm, const Modality &modality,
                            const Manifest &manifest)
{
    NearestMedian nearest;
    for (const ContrastFov &contrast : manifest.trainingFov) {
        // Without a contrast of its own a modality is compared with all of them.
        if (!modality.contrast.empty() && modality.contrast != contrast.contrast)
            continue;
        for (const PlaneMedian &plane : contrast.planes) {
            double deviation = 0;
            for (std::size_t axis = 0; axis < fovMm.size(); ++axis)
                deviation = std::max(deviation, std::abs(fovMm[axis] / plane.fovMm[axis] - 1.0));
            if (deviation < nearest.deviation)
                nearest = {.contrast = &contrast, .plane = &plane, .deviation = deviation};
        }
    }
    return nearest;
}

void adviseOnFov(const ModelRequest &request, const Manifest &manifest, Errors &advice)
{
    const Modality *modality = findModality(manifest, request.modalityName);
    if (!modality)
        return;
    std::array<double, 3> fovMm{};
    for (std::size_t axis = 0; axis < fovMm.size(); ++axis)
        fovMm[axis] = static_cast<double>(request.dim[axis]) * request.spacing[axis];
    const NearestMedian nearest = nearestMedian(fovMm, *modality, manifest);
    if (!nearest.plane)
        return;
    const QString plane = Text::tr("%1, %2").arg(toText(nearest.contrast->contrast),
                                                 toText(planeName(nearest.plane->plane)));
    if (nearest.deviation > kUsualFovDeviation) {
        std::array<double, 3> suggested{};
        for (std::size_t axis = 0; axis < suggested.size(); ++axis)
            suggested[axis] = nearest.plane->fovMm[axis] / static_cast<double>(request.dim[axis]);
        advice.push_back(
            {error_codes::kFovUnusual,
             Text::tr("The field of view is %1 mm; the nearest median of the training "
                      "scans (%2) is %3 mm, and quality suffers away from it.")
                 .arg(tripleText(fovMm, 1), plane, tripleText(nearest.plane->fovMm, 1)),
             Text::tr("With this size, a spacing of %1 mm comes close to it.")
                 .arg(tripleText(suggested, 2)),
             toText(keys::kSpacing)});
    }
    // Only a modality that names its contrast can be called sparse.
    if (nearest.plane->sparse && !modality->contrast.empty()) {
        advice.push_back({error_codes::kModalitySparse,
                          Text::tr("Only %1 training scans stand behind %2 (%3); the quality is "
                                   "not guaranteed.")
                              .arg(nearest.plane->scans)
                              .arg(toText(request.modalityName), plane),
                          Text::tr("Look at the result with particular care."),
                          toText(keys::kModality)});
    }
}

bool isOutside(double value, const contract::Domain &domain)
{
    const auto &[minimum, maximum, step] = domain;
    return (minimum && (minimum->exclusive ? value <= minimum->value : value < minimum->value)) ||
           (maximum && (maximum->exclusive ? value >= maximum->value : value > maximum->value));
}

const contract::Domain &advisedFor(std::string_view key)
{
    static constexpr contract::Domain kAnything{};
    const contract::FieldSpec *field = contract::findField(key);
    return field ? field->advised : kAnything;
}

// A number that the model is shipped with.
double pinnedNumber(const Manifest &manifest, std::string_view key)
{
    const auto found = manifest.upstream.defaults.find(key);
    return found != manifest.upstream.defaults.end() && found->is_number() ? found->get<double>()
                                                                           : 0.0;
}

void adviseOnValues(const ModelRequest &request, const Manifest &manifest, Errors &advice)
{
    const contract::Domain &spacing = advisedFor(keys::kSpacing);
    if (std::any_of(request.spacing.begin(), request.spacing.end(),
                    [&spacing](double value) { return isOutside(value, spacing); })) {
        advice.push_back({error_codes::kSpacingUnusual,
                          Text::tr("The spacing %1 mm leaves the range from %2 to %3 mm the model "
                                   "was made for.")
                              .arg(tripleText(request.spacing, 3))
                              .arg(spacing.minimum->value)
                              .arg(spacing.maximum->value),
                          Text::tr("Choose a spacing in that range."), toText(keys::kSpacing)});
    }
    const contract::Domain &guidance = advisedFor(keys::kGuidanceScale);
    if (isOutside(request.guidance, guidance)) {
        const bool isOff = request.guidance <= 0;
        const double shipped = pinnedNumber(manifest, keys::kGuidanceScale);
        advice.push_back(
            {error_codes::kGuidanceUnusual,
             isOff ? Text::tr("A guidance of 0 turns guidance off; expect weak contrast.")
                   : Text::tr("A guidance of %1 is far above the %2 the model is shipped with.")
                         .arg(request.guidance)
                         .arg(shipped),
             Text::tr("Use %1 unless you study guidance itself.").arg(shipped),
             toText(keys::kGuidanceScale)});
    }
    const double meant = pinnedNumber(manifest, keys::kNumInferenceSteps);
    if (static_cast<double>(request.steps) != meant) {
        advice.push_back(
            {error_codes::kStepsUnusual,
             Text::tr("The model is meant for %1 steps, not %2.").arg(meant).arg(request.steps),
             Text::tr("Use %1 unless you study the number of steps itself.").arg(meant),
             toText(keys::kNumInferenceSteps)});
    }
}

QString compact(const Json &value)
{
    return toText(compactJson(value));
}

void adviseOnCheckout(const ModelRequest &request, const Json &upstreamModelConfig,
                      const Manifest &manifest, Errors &advice)
{
    const auto differs = [&advice](std::string_view file, std::string_view key, const Json &found,
                                   const Json &pinned) {
        advice.push_back({error_codes::kUpstreamDefaultChanged,
                          Text::tr("%1 in the checkout has %2 = %3; the pinned version has %4.")
                              .arg(toText(file), toText(key), compact(found), compact(pinned)),
                          Text::tr("Use the pinned checkout, or set the value in the request."),
                          toText(key)});
    };
    const auto block = upstreamModelConfig.is_object() ? upstreamModelConfig.find(keys::kInference)
                                                       : upstreamModelConfig.end();
    if (block != upstreamModelConfig.end() && block->is_object()) {
        for (const auto &[key, pinned] : manifest.upstream.defaults.items()) {
            const auto found = block->find(key);
            if (found != block->end() && *found != pinned)
                differs(manifest.upstream.modelConfig, key, *found, pinned);
        }
    }
    const Modality *modality = findModality(manifest, request.modalityName);
    if (modality && modality->code != request.modalityCode) {
        differs(manifest.upstream.modalityMapping, request.modalityName, Json(request.modalityCode),
                Json(modality->code));
    }
}

} // namespace

Errors adviseOn(const ModelRequest &request, const Json &upstreamModelConfig,
                const Manifest &manifest)
{
    Errors advice;
    adviseOnFov(request, manifest, advice);
    adviseOnValues(request, manifest, advice);
    adviseOnCheckout(request, upstreamModelConfig, manifest, advice);
    return advice;
}

} // namespace mrb::backend
