// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/LearnedCost.h"
#include "backend/library/RunSummary.h"
#include "backend/request/CostEstimate.h"

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
    /// Never null.
    std::shared_ptr<const std::vector<backend::RunSummary>> pastRuns =
        std::make_shared<const std::vector<backend::RunSummary>>();
};

/// What one order is expected to cost. A value.
struct OrderCost
{
    std::vector<double> seconds; ///< of each run; 0 where nothing is known of the demo engine
    double secondsInAll = 0;
    double diskMbInAll = 0; ///< MiB
    double gpuMemoryGb = 0; ///< of the largest run
    int learnedFrom = 0;    ///< past runs behind the seconds; 0: the formula, for one run at least
    int memoryLearnedFrom = 0; ///< the same behind gpuMemoryGb
    bool asksConsent = false;  ///< one of the runs passes the limits of the cost gate
};

/// @param estimates one for each run
/// @param surroundings what the same order may cost differently in
OrderCost costOfOrder(const std::vector<backend::CostEstimate> &estimates,
                      const CostSurroundings &surroundings);

/// "About 25 s each, 75 s in all (learned from 6 runs on this machine)".
QString timeText(const OrderCost &cost);
/// "About 16 GB of GPU memory (reference formula); 22 GB are free on NVIDIA L40S".
QString gpuText(const OrderCost &cost, const CostSurroundings &surroundings);
/// "About 16 MiB on disk each, 48 MiB in all".
QString diskText(const OrderCost &cost);

/// "Generate volume", "Generate 3 volumes".
QString generateText(std::size_t runs);

} // namespace mrb::ui
