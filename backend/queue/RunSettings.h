// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/run/GenerateOptions.h"

#include <QString>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace mrb::backend {

/// Everything one run will do, as a snapshot: what the form, a preset or the program's settings
/// say later does not change it.
struct RunSettings
{
    /// Override document as writeOverrides() writes it; with modality and random_seed.
    std::string overrides = "{}\n";
    Engine engine = Engine::Upstream;
    std::string upstreamRoot; ///< empty: the usual places are searched
    std::string python;       ///< empty: the usual choice
    std::string manifest;     ///< empty: the built-in one
    std::string visibleGpus;  ///< CUDA_VISIBLE_DEVICES of the run; empty: as this process has it
    std::chrono::seconds timeLimit{3600};
    bool allowCheckout = false;
    bool allowWeights = false;
    bool acceptCost = false;             ///< the cost gate was answered
    std::filesystem::path resultsFolder; ///< absolute; the run makes a folder of its own in it
    std::optional<double> expectedSeconds;
    std::optional<double> expectedGpuMemoryMb; ///< a learned peak, MiB; empty: the formula's
    std::optional<double> expectedGpuHeldMb;   ///< a learned one, see RunCost; empty: the peak
    bool alone = false;                        ///< no other run shares its GPU
    std::optional<RetryOf> retryOf;            ///< the failed run that this one repeats
    QString group; ///< shared by the runs of one order; empty for a single one

    friend bool operator==(const RunSettings &, const RunSettings &) = default;
};

/// The options of a run of these settings in `runFolder`, whose request lies at `requestFile`.
GenerateOptions optionsFor(const RunSettings &settings, const std::filesystem::path &requestFile,
                           const std::filesystem::path &runFolder);

/// "FLAIR · seed 42 · 256×256×128 · 30 steps": what tells one run from another. Keys that the
/// document leaves to the checkout's defaults are left out.
QString runLabel(const RunSettings &settings);

} // namespace mrb::backend
