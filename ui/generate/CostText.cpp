// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/CostText.h"

#include "ui/common/Words.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace mrb::ui {

namespace {

struct CostText
{
    Q_DECLARE_TR_FUNCTIONS(mrb::ui::CostText)
};

QString memoryText(double mebibytes)
{
    return QLocale().formattedDataSize(static_cast<qint64>(mebibytes * 1024.0 * 1024.0),
                                       mebibytes < 1024.0 ? 0 : 1);
}

bool isSameForEach(const std::vector<double> &values)
{
    return std::all_of(values.begin(), values.end(),
                       [&values](double value) { return value == values.front(); });
}

/// What the run that needs most is forecast from.
void addGpuMemory(const backend::CostForecast &forecast, OrderCost &cost)
{
    if (forecast.gpuMemoryGb <= cost.gpuMemoryGb)
        return;
    cost.gpuMemoryGb = forecast.gpuMemoryGb;
    cost.memoryLearnedFrom = forecast.memoryLearnedFrom;
}

QString gpuMemoryText(const OrderCost &cost)
{
    const int decimals = cost.memoryLearnedFrom > 0 ? 1 : 0;
    const QString need = CostText::tr("About %1 GB of GPU memory")
                             .arg(QLocale().toString(cost.gpuMemoryGb, 'f', decimals));
    if (cost.memoryLearnedFrom == 0)
        return CostText::tr("%1 (reference formula)").arg(need);
    return cost.memoryLearnedFrom == 1
               ? CostText::tr("%1 (measured in 1 run on this machine)").arg(need)
               : CostText::tr("%1 (measured in %2 runs on this machine)")
                     .arg(need)
                     .arg(cost.memoryLearnedFrom);
}

} // namespace

OrderCost costOfOrder(const std::vector<backend::CostEstimate> &estimates,
                      const CostSurroundings &surroundings)
{
    const bool phantom = surroundings.phantom;
    OrderCost cost;
    bool isLearned = !estimates.empty();
    // Many runs of an order are of one size, and a forecast looks through all past runs.
    std::map<std::pair<std::int64_t, std::int64_t>, backend::CostForecast> known;
    for (const backend::CostEstimate &estimate : estimates) {
        const auto kind = std::pair(estimate.voxelsPerSample, estimate.steps);
        auto found = known.find(kind);
        if (found == known.end()) {
            found =
                known
                    .emplace(kind, backend::forecastCost(estimate, phantom, *surroundings.pastRuns,
                                                         surroundings.gpuName))
                    .first;
        }
        const backend::CostForecast &forecast = found->second;
        // The formula is the model's: of the demo engine only past runs say something.
        const double seconds = phantom && forecast.learnedFrom == 0 ? 0.0 : forecast.seconds;
        cost.seconds.push_back(seconds);
        cost.secondsInAll += seconds;
        cost.diskMbInAll += forecast.diskMb;
        if (!phantom)
            addGpuMemory(forecast, cost);
        isLearned = isLearned && forecast.learnedFrom > 0;
        cost.learnedFrom = std::max(cost.learnedFrom, forecast.learnedFrom);
        cost.asksConsent = cost.asksConsent || (!phantom && backend::needsConsent(estimate));
    }
    if (!isLearned)
        cost.learnedFrom = 0;
    return cost;
}

QString timeText(const OrderCost &cost)
{
    if (cost.seconds.empty())
        return {};
    if (cost.secondsInAll <= 0)
        return CostText::tr("Some seconds a run: the demo engine only draws");
    const QString all = roughDurationText(cost.secondsInAll);
    QString time;
    if (cost.seconds.size() == 1)
        time = CostText::tr("About %1").arg(all);
    else if (isSameForEach(cost.seconds))
        time = CostText::tr("About %1 each, %2 in all")
                   .arg(roughDurationText(cost.seconds.front()), all);
    else
        time = CostText::tr("About %1 in all").arg(all);
    if (cost.learnedFrom == 0)
        return CostText::tr("%1 (reference formula)").arg(time);
    return cost.learnedFrom == 1 ? CostText::tr("%1 (learned from 1 run on this machine)").arg(time)
                                 : CostText::tr("%1 (learned from %2 runs on this machine)")
                                       .arg(time)
                                       .arg(cost.learnedFrom);
}

QString gpuText(const OrderCost &cost, const CostSurroundings &surroundings)
{
    const double freeGb = surroundings.gpuFreeGb;
    const QString &gpuName = surroundings.gpuName;
    if (cost.gpuMemoryGb <= 0)
        return CostText::tr("Needs no GPU");
    const QString need = gpuMemoryText(cost);
    if (freeGb <= 0)
        return need;
    const QString free = QLocale().toString(freeGb, 'f', 1);
    return gpuName.isEmpty() ? CostText::tr("%1; %2 GB are free").arg(need, free)
                             : CostText::tr("%1; %2 GB are free on %3").arg(need, free, gpuName);
}

QString diskText(const OrderCost &cost)
{
    if (cost.seconds.empty())
        return {};
    const auto runs = static_cast<double>(cost.seconds.size());
    if (cost.seconds.size() == 1)
        return CostText::tr("About %1 on disk").arg(memoryText(cost.diskMbInAll));
    return CostText::tr("About %1 on disk each, %2 in all")
        .arg(memoryText(cost.diskMbInAll / runs), memoryText(cost.diskMbInAll));
}

QString generateText(std::size_t runs)
{
    return runs <= 1 ? CostText::tr("&Generate volume")
                     : CostText::tr("&Generate %1 volumes").arg(runs);
}

} // namespace mrb::ui
