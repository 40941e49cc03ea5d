// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/run/GenerateOptions.h"

#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

/// One order of `mrbrain batch`.
struct BatchOptions
{
    std::vector<std::string> requests; ///< override documents, sweep files, the word `default`
    std::optional<std::string> seeds;  ///< as typed, "1..8"; every request is made with each
    std::string folder;                ///< holds one folder for each run, and the summary
    int jobs = 0;                      ///< runs at once; 0: as many as the machine allows
    std::string gpus;                  ///< CUDA_VISIBLE_DEVICES of the runs; empty: as it is
    bool warmStart = false;
    /// What all runs have in common: engine, checkout, Python, manifest, what is accepted, time
    /// limit, a modality that wins over the requests', and the surroundings.
    GenerateOptions run;
};

} // namespace mrb::backend
