// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/CostFields.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"

namespace mrb::backend {

namespace {

constexpr int kSecondsDecimals = 3;
constexpr int kMebibyteDecimals = 1;

const char *statusName(EnvelopeStatus status)
{
    switch (status) {
    case EnvelopeStatus::Within:
        return "within_envelope";
    case EnvelopeStatus::Outside:
        return "outside_envelope";
    case EnvelopeStatus::Skipped:
        break;
    }
    return "skipped";
}

Json basisName(GpuBasis basis)
{
    switch (basis) {
    case GpuBasis::Processes:
        return "processes";
    case GpuBasis::Device:
        return "device";
    case GpuBasis::None:
        break;
    }
    return nullptr;
}

Json gpuFields(const RunCost &cost)
{
    Json perGpu = Json::object();
    for (const GpuCost &gpu : cost.gpus)
        perGpu[gpu.uuid] = {
            {"gpu_seconds", roundLikePython(gpu.gpuSeconds, kSecondsDecimals)},
            {"gpu_memory_mb_peak", measuredOrNull(gpu.gpuMemoryMbPeak, kMebibyteDecimals)}};
    return {{"basis", basisName(cost.gpuBasis)},
            {"reason", cost.gpuReason.toStdString()},
            {"samples", cost.gpuSamples},
            {"per_gpu", std::move(perGpu)}};
}

Json evaluationFields(const CostEvaluation &evaluation)
{
    Json rows = Json::array();
    for (const CostRow &row : evaluation.rows) {
        rows.push_back({{"name", row.limit.name},
                        {"minimum", row.limit.minimum ? Json(*row.limit.minimum) : Json(nullptr)},
                        {"maximum", row.limit.maximum ? Json(*row.limit.maximum) : Json(nullptr)},
                        {"measured", row.measured ? Json(*row.measured) : Json(nullptr)},
                        {"status", row.passed ? "pass" : "fail"},
                        {"reason", row.reason.toStdString()}});
    }
    return {{"status", statusName(evaluation.status)},
            {"reason", evaluation.reason.toStdString()},
            {"results", std::move(rows)}};
}

/// The figures that the document shows, so that limits are compared with what is read.
RunCost rounded(const RunCost &cost)
{
    RunCost result = cost;
    for (auto *seconds : {&result.wallSeconds, &result.cpuSeconds, &result.gpuSeconds})
        if (*seconds)
            *seconds = roundLikePython(**seconds, kSecondsDecimals);
    for (auto *memory : {&result.rssMbPeak, &result.gpuMemoryMbPeak, &result.scratchMb})
        if (*memory)
            *memory = roundLikePython(**memory, kMebibyteDecimals);
    return result;
}

} // namespace

Json measuredOrNull(const std::optional<double> &value, int decimals)
{
    return value ? Json(roundLikePython(*value, decimals)) : Json(nullptr);
}

CostEvaluation evaluateCost(const Preparation &preparation, const RunCost &cost)
{
    if (preparation.options.engine == Engine::Phantom)
        return {.reason = Text::tr("The manifest's limits are for the model, not for a phantom.")};
    return evaluateCost(preparation.manifest.expectedCost, rounded(cost));
}

Json costFields(const RunCost &cost, const CostEvaluation &evaluation)
{
    Json json;
    json["measured"] = {
        {"wall_seconds", measuredOrNull(cost.wallSeconds, kSecondsDecimals)},
        {"cpu_seconds", measuredOrNull(cost.cpuSeconds, kSecondsDecimals)},
        {"rss_mb_peak", measuredOrNull(cost.rssMbPeak, kMebibyteDecimals)},
        {"gpu_seconds", measuredOrNull(cost.gpuSeconds, kSecondsDecimals)},
        {"gpu_memory_mb_peak", measuredOrNull(cost.gpuMemoryMbPeak, kMebibyteDecimals)},
        {"gpu_memory_mb_held", measuredOrNull(cost.gpuMemoryMbHeld, kMebibyteDecimals)},
        {"scratch_mb", measuredOrNull(cost.scratchMb, kMebibyteDecimals)}};
    json["gpu"] = gpuFields(cost);
    json["evaluation"] = evaluationFields(evaluation);
    return json;
}

Json phaseFields(const RunOutcome &outcome, const RunCost &cost)
{
    const PhaseCost nothing;
    Json phases = Json::array();
    for (std::size_t i = 0; i < outcome.phases.size(); ++i) {
        const PhaseCost &measured = i < cost.phases.size() ? cost.phases[i] : nothing;
        phases.push_back(
            {{"name", outcome.phases[i].name.toStdString()},
             {"seconds", roundLikePython(outcome.phases[i].seconds, kSecondsDecimals)},
             {"cpu_seconds", measuredOrNull(measured.cpuSeconds, kSecondsDecimals)},
             {"rss_mb_peak", measuredOrNull(measured.rssMbPeak, kMebibyteDecimals)},
             {"gpu_seconds", measuredOrNull(measured.gpuSeconds, kSecondsDecimals)},
             {"gpu_memory_mb_peak", measuredOrNull(measured.gpuMemoryMbPeak, kMebibyteDecimals)}});
    }
    return phases;
}

} // namespace mrb::backend
