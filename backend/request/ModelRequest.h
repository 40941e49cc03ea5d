// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"
#include "backend/request/Manifest.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kOutOfRange = "out_of_range";
inline constexpr ErrorCode kNotAMultiple = "not_a_multiple";
inline constexpr ErrorCode kModalityUnsupported = "modality_unsupported";
inline constexpr ErrorCode kPrefixInvalid = "output_prefix_invalid";
/// A file of the checkout is not what the run needs; Error::field is the file's relative path.
inline constexpr ErrorCode kUpstreamConfig = "upstream_config_malformed";
/// Warnings of adviseOn().
inline constexpr ErrorCode kFovUnusual = "fov_unusual";
inline constexpr ErrorCode kSpacingUnusual = "spacing_unusual";
inline constexpr ErrorCode kGuidanceUnusual = "guidance_unusual";
inline constexpr ErrorCode kStepsUnusual = "steps_unusual";
inline constexpr ErrorCode kModalitySparse = "modality_sparse";
inline constexpr ErrorCode kUpstreamDefaultChanged = "upstream_default_changed";
} // namespace error_codes

/// Choices made outside the override document, which win over it.
struct RequestChoices
{
    std::optional<std::string> modality;
    std::optional<std::int64_t> seed;
    int numGpus = 1;
};

/// A request that passed validation, with everything staging needs.
struct ModelRequest
{
    Json overrides;   ///< as the user wrote them, flat, without modality
    Json modelConfig; ///< the checkout's model config with the request merged: the staged document
    std::string modalityName;
    std::int64_t modalityCode = 0;
    std::int64_t seed = 0;             ///< of rank 0; rank r uses seed + r
    std::array<std::int64_t, 3> dim{}; ///< voxels along x, y, z
    std::array<double, 3> spacing{};   ///< mm, along x, y, z
    std::int64_t steps = 0;
    double guidance = 0;
    Json spacingAsWritten; ///< the same values with the JSON type they were written in
    Json guidanceAsWritten;
    std::string outputPrefix;
    int numGpus = 1;
};

struct RequestResolution
{
    std::optional<ModelRequest> request; ///< present exactly when errors is empty
    Errors errors;
};

/// Merges and validates. Modality: choices, then overrides, then the manifest; its code comes from
/// the checkout's mapping. Seed: choices, then overrides, then the manifest. Everything else:
/// overrides, then the checkout's config, whose values keep value and type.
/// All problems are reported together. A problem in a value the user did not write names the
/// checkout's file. Pure; never throws.
/// @param overrides flat, as parseOverrides() gives them
/// @param upstreamModelConfig the checkout's file of ManifestUpstream::modelConfig
/// @param modalityMapping the checkout's file of ManifestUpstream::modalityMapping
RequestResolution resolveRequest(const Json &overrides, const RequestChoices &choices,
                                 const Json &upstreamModelConfig, const Json &modalityMapping,
                                 const Manifest &manifest);

/// The model config of the pinned commit, as far as requests read it: for where no checkout is.
Json pinnedModelConfig(const Manifest &manifest);

/// Warnings about a valid request: field of view against the nearest median of the training scans,
/// spacing, guidance and steps outside what the model is meant for, sparse training data, and
/// values of the checkout's config that differ from the pinned ones.
Errors adviseOn(const ModelRequest &request, const Json &upstreamModelConfig,
                const Manifest &manifest);

} // namespace mrb::backend
