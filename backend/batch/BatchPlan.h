// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/batch/BatchItem.h"
#include "backend/batch/BatchOptions.h"
#include "backend/environment/GpuProbe.h"
#include "backend/form/FormContext.h"
#include "backend/request/CostEstimate.h"

#include <QString>

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kBatchChoice = "batch_choice";
/// A warning: the same request was named more than once.
inline constexpr ErrorCode kBatchTwice = "batch_named_twice";
} // namespace error_codes

/// How long the runs that are left will take together.
struct BatchEstimate
{
    enum class Basis {
        None,    ///< nothing is known: a phantom without earlier runs
        Formula, ///< the reference's, for one machine
        Learned, ///< from runs in the batch's folder and beside it
    };
    Basis basis = Basis::None;
    std::optional<double> seconds; ///< at `atOnce` at a time
    int atOnce = 1;
    int learnedFrom = 0; ///< past runs behind the best known of them
    QString basisText;   ///< in words
};

/// Everything that a batch will do.
struct BatchPlan
{
    BatchOptions options;
    std::filesystem::path folder; ///< absolute, links resolved
    Manifest manifest;
    std::vector<BatchItem> items;    ///< all requests, in their order; finished ones are marked
    BatchEstimate estimate;          ///< of those that are not finished
    std::vector<CostEstimate> costs; ///< of the items, by the formula
    Errors errors;                   ///< any: nothing may be started
    Errors warnings;

    /// Requests that no earlier start finished.
    std::size_t outstanding() const;
};

/// Reads all requests, makes every combination, and validates each. Writes nothing. Blocks; call it
/// in a worker.
BatchPlan planBatch(const BatchOptions &options, const std::stop_token &stop = {});

/// Looks which requests the runs in the folder have answered, and estimates the rest. What was
/// found by an earlier look is forgotten. Blocks; call it in a worker.
/// @param gpus that the runs will use, where that is known
void recogniseFinished(BatchPlan &plan, const std::vector<Gpu> &gpus,
                       const std::stop_token &stop = {});

} // namespace mrb::backend
