// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/environment/ShortCommand.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mrb::backend {

enum class Engine { Upstream, Phantom };

/// The run that this one repeats because it failed.
struct RetryOf
{
    std::string runId;
    std::string reason; ///< a code of FailureCause: "gpu_out_of_memory"

    friend bool operator==(const RetryOf &, const RetryOf &) = default;
};

/// Everything a person decides about one run, and the surroundings it is resolved against. A value:
/// the command line, the window and tests fill it alike.
struct GenerateOptions
{
    std::string request = "default"; ///< path of an override document, or the word `default`
    std::optional<std::string> outputFolder;
    std::optional<std::string> modality;
    std::optional<std::int64_t> seed;
    int numGpus = 1;
    std::chrono::milliseconds timeLimit = std::chrono::seconds(3600);
    Engine engine = Engine::Upstream;
    std::optional<std::string> upstreamRoot;
    std::optional<std::string> python;
    std::optional<std::string> manifest; ///< replaces the built-in manifest; recorded
    bool allowCheckout = false;          ///< accept a checkout that is not the pinned one
    bool allowWeights = false;           ///< accept weights that are not the pinned ones
    bool acceptCost = false;             ///< answer the cost gate with yes
    bool rehash = false;                 ///< hash weights again even when a cached hash fits
    std::optional<RetryOf> retryOf = {}; ///< recorded; decides nothing

    /// Surroundings: nothing below reads the process's own environment or working folder.
    EnvironmentPairs environment;
    std::filesystem::path workingFolder;

    /// $HOME, or / when it is not set.
    std::filesystem::path home() const;
};

/// Options with the environment and working folder of this process.
GenerateOptions optionsForThisProcess();

std::string_view engineName(Engine engine);

} // namespace mrb::backend
