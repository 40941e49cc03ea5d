// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/LearnedCost.h"
#include "backend/library/RunSummary.h"
#include "backend/request/CostEstimate.h"
#include "ui/generate/GenerateOrder.h"

#include <QString>

#include <cstddef>
#include <memory>
#include <vector>

namespace mrb::ui {

/// Where runs would run and what is known of that. A value that is cheap to copy into a worker.
struct CostSurroundings
{
    bool phantom = false; ///< the demo engine: no cost gate and no GPU
    QString gpuName;      ///< empty: unknown
    double gpuFreeGb = 0; ///< 0: unknown
    int mostAtOnce = 0;   ///< so many runs at once are allowed; 0: as many as the machine manages
    bool warm = false;    ///< an interpreter is kept ready
    /// Never null.
    std::shared_ptr<const std::vector<backend::RunSummary>> pastRuns =
        std::make_shared<const std::vector<backend::RunSummary>>();
};

/// What one order is expected to cost. A value.
struct OrderCost
{
    std::vector<double> seconds; ///< of each run; 0 where nothing is known of the demo engine
    std::vector<LearnedGpuMemory> gpuMemory; ///< of each run
    double secondsInAll = 0;                 ///< of the whole order, `atOnce` runs at a time
    int atOnce = 1;            ///< as many as this machine is known to manage, at most all of them
    QString basis;             ///< of the seconds, in words
    double diskMbInAll = 0;    ///< MiB
    double gpuMemoryGb = 0;    ///< of the largest run
    int memoryLearnedFrom = 0; ///< past runs behind it; 0: the formula
    bool asksConsent = false;  ///< one of the runs passes the limits of the cost gate
};

/// @param estimates one for each run
/// @param surroundings what the same order may cost differently in
OrderCost costOfOrder(const std::vector<backend::CostEstimate> &estimates,
                      const CostSurroundings &surroundings);

/// "About 25 s each, 75 s in all (from 6 runs of this size on this GPU)".
QString timeText(const OrderCost &cost);
/// "About 16 GB of GPU memory (from the reference formula); 22 GB are free on NVIDIA L40S".
QString gpuText(const OrderCost &cost, const CostSurroundings &surroundings);
/// "About 16 MiB on disk each, 48 MiB in all".
QString diskText(const OrderCost &cost);

/// "Generate volume", "Generate 3 volumes".
QString generateText(std::size_t runs);

} // namespace mrb::ui
