// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"
#include "backend/request/CostEstimate.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace mrb::backend {

/// The circumstances that a forecast is for.
struct ForecastFor
{
    QString gpuName = {}; ///< empty: that of the newest of the runs that worked
    int atOnce = 1;       ///< runs that share the GPU, this one included
    bool warm = false;    ///< by an interpreter that has imported upstream's packages already

    friend bool operator==(const ForecastFor &, const ForecastFor &) = default;
};

/// What a run is expected to cost, and what that is based on: see forecastBasis() for words.
struct CostForecast
{
    double seconds = 0;     ///< of one run, while the others run beside it
    double diskMb = 0;      ///< MiB
    double gpuMemoryGb = 0; ///< MiB / 1024
    /// The same of what such runs held all along, and so cannot do without; none where no run
    /// tells.
    std::optional<double> gpuHeldGb = {};
    int learnedFrom = 0; ///< past runs of this machine behind seconds and disk; 0: the formula
    int memoryLearnedFrom = 0; ///< the same behind gpuMemoryGb

    // Of the runs behind seconds; meaningless without any.
    int learnedAtOnce = 0;        ///< so many shared the GPU, the fewest
    int learnedAtOnceMost = 0;    ///< and the most; the same as the fewest but for interpolation
    bool learnedWarm = false;     ///< they were warm starts
    bool learnedSameSize = false; ///< they were of this size and these steps
    bool phantom = false;
    ForecastFor asked = {};
};

/// Seconds from runs of the same kind (engine, GPU, cold or warm) on this machine. For each number
/// of runs that shared a GPU: the median of those of the same size and steps. Where no number has
/// any: a line fitted over voxels × steps, where there are enough different ones. Of these the one
/// for `atOnce`; between two of them a straight line; beyond the largest one the line goes on, up
/// to twice as many; else the nearest. Where nothing is learned, the reference formula. A warm
/// start without any warm runs is forecast from cold ones, which last longer; never the other way
/// round.
///
/// GPU memory is the largest peak of runs of the same size there, however many shared it, where it
/// was measured for their own processes, else the formula's; what they held all along likewise,
/// without a formula. Only runs that worked count, the
/// newest ones. Pure.
CostForecast forecastCost(const CostEstimate &formula, bool phantom,
                          const std::vector<RunSummary> &pastRuns, const ForecastFor &asked);
/// A cold start.
CostForecast forecastCost(const CostEstimate &formula, bool phantom,
                          const std::vector<RunSummary> &pastRuns, const QString &gpuName = {},
                          int atOnce = 1);

/// What the seconds come from: "from 5 runs of this size on this GPU, 8 at once", "from the
/// reference formula".
QString forecastBasis(const CostForecast &forecast);

/// How long runs take together. Each starts, in the given order, as soon as one of `atOnce` places
/// is free. Assumes that a run lasts as long as forecast also towards the end, when fewer share the
/// GPU, and that nothing passes between two runs. 0 without runs; atOnce below 1 counts as 1.
/// @param seconds of each run while `atOnce` of them run
double batchSeconds(const std::vector<double> &seconds, int atOnce);
double batchSeconds(const std::vector<CostForecast> &runs, int atOnce);

/// What a warm start saves of the time from a request to its volume.
struct WarmSaving
{
    double seconds = 0;
    int learnedFrom = 0; ///< cold runs whose imports were measured
    int warmRuns = 0;    ///< warm runs that tell what is left of it; 0: taken for nothing

    friend bool operator==(const WarmSaving &, const WarmSaving &) = default;
};

/// The median time that the newest cold runs of the model spent in imports, less that of warm runs.
/// Runs that were alone come first: others make imports slow. Nothing before a cold run worked on
/// this machine, or where nothing would be saved. Pure.
/// @param gpuName empty: that of the newest of the runs that worked
std::optional<WarmSaving> warmSavesSeconds(const std::vector<RunSummary> &pastRuns,
                                           const QString &gpuName = {});

} // namespace mrb::backend
