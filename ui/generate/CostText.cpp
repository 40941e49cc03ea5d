// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/CostText.h"

#include "ui/common/Words.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <map>
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

LearnedGpuMemory learnedMemory(const backend::CostForecast &forecast)
{
    constexpr double kMebibytesPerGigabyte = 1024.0;
    if (forecast.memoryLearnedFrom == 0)
        return {};
    return {.peakMb = forecast.gpuMemoryGb * kMebibytesPerGigabyte,
            .heldMb = forecast.gpuHeldGb.value_or(0) * kMebibytesPerGigabyte};
}

/// What the run that needs most is forecast from.
void addGpuMemory(const backend::CostForecast &forecast, OrderCost &cost)
{
    if (forecast.gpuMemoryGb <= cost.gpuMemoryGb)
        return;
    cost.gpuMemoryGb = forecast.gpuMemoryGb;
    cost.memoryLearnedFrom = forecast.memoryLearnedFrom;
}

/// The most that shared a GPU like this one, in runs that were at least as large and worked.
int provenAtOnce(const CostSurroundings &surroundings, std::int64_t voxels)
{
    using backend::EntryVerdict;
    const EntryVerdict worked = surroundings.phantom ? EntryVerdict::Demo : EntryVerdict::Passed;
    int most = 1;
    for (const backend::RunSummary &run : *surroundings.pastRuns) {
        const bool isThere = surroundings.phantom || surroundings.gpuName.isEmpty() ||
                             run.gpuName == surroundings.gpuName;
        const bool isAlike =
            run.verdict == worked && run.phantom == surroundings.phantom && isThere;
        if (isAlike && run.dim[0] * run.dim[1] * run.dim[2] >= voxels)
            most = std::max(most, run.mostAtOnce);
    }
    return surroundings.mostAtOnce > 0 ? std::min(most, surroundings.mostAtOnce) : most;
}

int atOnceOf(const std::vector<backend::CostEstimate> &estimates,
             const CostSurroundings &surroundings)
{
    if (estimates.size() < 2)
        return 1;
    const auto &largest = std::ranges::max_element(
        estimates, {}, [](const auto &estimate) { return estimate.voxelsPerSample; });
    return std::min(provenAtOnce(surroundings, largest->voxelsPerSample),
                    static_cast<int>(estimates.size()));
}

/// Forecasts for the runs of one order. Many are of one size, and a forecast looks through all past
/// runs.
class Forecaster
{
public:
    Forecaster(const CostSurroundings &surroundings, int atOnce)
        : m_surroundings(surroundings),
          m_asked({.gpuName = surroundings.gpuName, .atOnce = atOnce, .warm = surroundings.warm})
    {
    }

    const backend::CostForecast &of(const backend::CostEstimate &estimate)
    {
        const auto kind = std::pair(estimate.voxelsPerSample, estimate.steps);
        const auto found = m_known.find(kind);
        if (found != m_known.end())
            return found->second;
        return m_known
            .emplace(kind, backend::forecastCost(estimate, m_surroundings.phantom,
                                                 *m_surroundings.pastRuns, m_asked))
            .first->second;
    }

    bool isAllLearned() const
    {
        return std::ranges::all_of(m_known,
                                   [](const auto &known) { return known.second.learnedFrom > 0; });
    }

    QString basis() const
    {
        QStringList different;
        for (const auto &[kind, forecast] : m_known)
            if (const QString text = backend::forecastBasis(forecast); !different.contains(text))
                different += text;
        if (different.size() == 1)
            return different.front();
        return isAllLearned() ? CostText::tr("from past runs on this machine")
                              : CostText::tr("in part from the reference formula");
    }

private:
    const CostSurroundings &m_surroundings;
    backend::ForecastFor m_asked;
    std::map<std::pair<std::int64_t, std::int64_t>, backend::CostForecast> m_known;
};

QString gpuMemoryText(const OrderCost &cost)
{
    const int decimals = cost.memoryLearnedFrom > 0 ? 1 : 0;
    const QString amount = QLocale().toString(cost.gpuMemoryGb, 'f', decimals);
    const QString need = cost.atOnce > 1
                             ? CostText::tr("About %1 GB of GPU memory each").arg(amount)
                             : CostText::tr("About %1 GB of GPU memory").arg(amount);
    if (cost.memoryLearnedFrom == 0)
        return CostText::tr("%1 (from the reference formula)").arg(need);
    return cost.memoryLearnedFrom == 1
               ? CostText::tr("%1 (measured in 1 run of this size on this GPU)").arg(need)
               : CostText::tr("%1 (measured in %2 runs of this size on this GPU)")
                     .arg(need)
                     .arg(cost.memoryLearnedFrom);
}

} // namespace

OrderCost costOfOrder(const std::vector<backend::CostEstimate> &estimates,
                      const CostSurroundings &surroundings)
{
    const bool phantom = surroundings.phantom;
    OrderCost cost;
    cost.atOnce = atOnceOf(estimates, surroundings);
    Forecaster forecaster(surroundings, cost.atOnce);
    for (const backend::CostEstimate &estimate : estimates) {
        const backend::CostForecast &forecast = forecaster.of(estimate);
        // The formula is the model's: of the demo engine only past runs say something.
        cost.seconds.push_back(phantom && forecast.learnedFrom == 0 ? 0.0 : forecast.seconds);
        cost.gpuMemory.push_back(learnedMemory(forecast));
        cost.diskMbInAll += forecast.diskMb;
        if (!phantom)
            addGpuMemory(forecast, cost);
        cost.asksConsent = cost.asksConsent || (!phantom && backend::needsConsent(estimate));
    }
    if (!forecaster.isAllLearned())
        cost.atOnce = 1; // the formula knows nothing of company
    cost.basis = forecaster.basis();
    cost.secondsInAll = backend::batchSeconds(cost.seconds, cost.atOnce);
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
    if (cost.atOnce > 1)
        time = CostText::tr("%1 with %2 at once").arg(time).arg(cost.atOnce);
    return CostText::tr("%1 (%2)").arg(time, cost.basis);
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
