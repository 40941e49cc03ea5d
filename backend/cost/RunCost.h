// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cost/RunSamples.h"
#include "backend/process/UpstreamRunner.h"

#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

/// Where figures of GPUs come from. Processes: memory that the run's processes hold. Device: what a
/// card uses more than before the run, so other programs count, too. None: not measured.
enum class GpuBasis { None, Processes, Device };

/// What was not measured is absent, never 0. MB are MiB.
struct PhaseCost
{
    std::optional<double> cpuSeconds = {};
    std::optional<double> rssMbPeak = {};
    std::optional<double> gpuSeconds = {};
    std::optional<double> gpuMemoryMbPeak = {};

    friend bool operator==(const PhaseCost &, const PhaseCost &) = default;
};

struct GpuCost
{
    std::string uuid;
    double gpuSeconds = 0;
    std::optional<double> gpuMemoryMbPeak = {};

    friend bool operator==(const GpuCost &, const GpuCost &) = default;
};

/// What the upstream command used, with all its descendants.
struct RunCost
{
    std::optional<double> wallSeconds;
    std::optional<double> cpuSeconds;      ///< user and system; the supervisor's account
    std::optional<double> rssMbPeak;       ///< of the sum over processes living at once
    std::optional<double> gpuSeconds;      ///< sum over GPUs of the time memory was held there
    std::optional<double> gpuMemoryMbPeak; ///< the largest on one GPU
    /// The largest that was held there for some tenths of a second: what a run needs. The peak
    /// holds what libraries take for milliseconds because it is free, and can do without.
    std::optional<double> gpuMemoryMbHeld;
    std::optional<double> scratchMb; ///< left in the folder of caches
    GpuBasis gpuBasis = GpuBasis::None;
    QString gpuReason; ///< why GPU figures are missing or say less than they seem to
    int gpuSamples = 0;
    std::vector<GpuCost> gpus;     ///< by UUID
    std::vector<PhaseCost> phases; ///< as RunOutcome::phases

    friend bool operator==(const RunCost &, const RunCost &) = default;
};

/// All but scratchMb. Between two samples a GPU counts as held for half of the time when only one
/// of them shows it. Pure.
RunCost costOfRun(const RunOutcome &outcome, const RunSamples &samples);

} // namespace mrb::backend
