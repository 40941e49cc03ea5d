// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/CostEnvelope.h"

#include "backend/base/Text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace mrb::backend {

namespace {

constexpr std::array<std::pair<std::string_view, std::optional<double> RunCost::*>, 6> kFigures{
    {{"wall_seconds", &RunCost::wallSeconds},
     {"cpu_seconds", &RunCost::cpuSeconds},
     {"rss_mb_peak", &RunCost::rssMbPeak},
     {"gpu_seconds", &RunCost::gpuSeconds},
     {"gpu_memory_mb_peak", &RunCost::gpuMemoryMbPeak},
     {"scratch_mb", &RunCost::scratchMb}}};

std::optional<double> figure(const RunCost &cost, std::string_view name)
{
    const auto *const found =
        std::ranges::find(kFigures, name, [](const auto &known) { return known.first; });
    return found == kFigures.end() ? std::nullopt : cost.*(found->second);
}

QString numberText(double value)
{
    return QString::number(value, 'g', 6);
}

bool isAbove(const CostRow &row)
{
    return row.measured && row.limit.maximum && *row.measured > *row.limit.maximum;
}

QString failureOf(const CostRow &row)
{
    if (!row.measured)
        return Text::tr("not measured");
    if (isAbove(row))
        return Text::tr("%1 is above the limit of %2")
            .arg(numberText(*row.measured), numberText(*row.limit.maximum));
    if (row.limit.minimum && *row.measured < *row.limit.minimum)
        return Text::tr("%1 is below the limit of %2")
            .arg(numberText(*row.measured), numberText(*row.limit.minimum));
    return {};
}

} // namespace

CostEvaluation evaluateCost(const std::vector<EnvelopeLimit> &limits, const RunCost &cost)
{
    if (limits.empty())
        return {.reason = Text::tr("The manifest gives no limits.")};
    CostEvaluation evaluation{.status = EnvelopeStatus::Within, .reason = {}, .rows = {}};
    bool measured = false;
    for (const EnvelopeLimit &limit : limits) {
        CostRow row{.limit = limit, .measured = figure(cost, limit.name), .reason = {}};
        row.reason = failureOf(row);
        row.passed = row.reason.isEmpty();
        measured = measured || row.measured.has_value();
        if (!row.passed)
            evaluation.status = EnvelopeStatus::Outside;
        evaluation.rows.push_back(std::move(row));
    }
    if (!measured)
        return {.reason = Text::tr("Nothing was measured.")};
    return evaluation;
}

Errors costWarnings(const CostEvaluation &evaluation, bool ranToItsEnd)
{
    Errors warnings;
    for (const CostRow &row : evaluation.rows) {
        if (row.passed || (!ranToItsEnd && !isAbove(row)))
            continue;
        const QString name = QString::fromStdString(row.limit.name);
        warnings.push_back(
            {error_codes::kCostOutsideEnvelope,
             Text::tr("Outside the manifest's cost envelope: %1 %2.").arg(name, row.reason),
             row.measured ? Text::tr("Compare with runs of the same size; the verdict does not "
                                     "depend on it.")
                          : Text::tr("See cost.gpu.reason; the verdict does not depend on it."),
             QStringLiteral("cost.measured.") + name});
    }
    return warnings;
}

} // namespace mrb::backend
