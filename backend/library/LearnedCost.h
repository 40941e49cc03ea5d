// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"
#include "backend/request/CostEstimate.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace mrb::backend {

/// What a run is expected to cost.
struct CostForecast
{
    double seconds = 0;
    double diskMb = 0;      ///< MiB
    double gpuMemoryGb = 0; ///< MiB / 1024
    int learnedFrom = 0;    ///< past runs of this machine behind seconds and disk; 0: the formula
    int memoryLearnedFrom = 0; ///< the same behind gpuMemoryGb
};

/// Seconds from runs of the same kind (engine, GPU) on this machine: the median of those of the
/// same size and steps, else a line fitted over voxels × steps where there are enough different
/// ones, else the reference formula. GPU memory is the largest peak of runs of the same size there,
/// where it was measured for their own processes, else the formula's. Only runs that worked count,
/// the newest ones. Pure.
/// @param gpuName where it will run; empty: as the newest of the runs that worked
CostForecast forecastCost(const CostEstimate &formula, bool phantom,
                          const std::vector<RunSummary> &pastRuns, const QString &gpuName = {});

} // namespace mrb::backend
