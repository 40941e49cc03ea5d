// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kVramTight = "vram_tight";
} // namespace error_codes

/// What one sample is expected to cost, by the reference's formula; figures have one decimal.
struct CostEstimate
{
    std::string version; ///< of the model
    std::int64_t voxelsPerSample = 0;
    std::int64_t steps = 0;
    double wallSeconds = 0;
    double peakVramGb = 0;
    double diskMb = 0; ///< MiB, one sample, uncompressed

    friend bool operator==(const CostEstimate &, const CostEstimate &) = default;
};

/// Above either of these a run needs the user's consent.
inline constexpr double kConsentWallSeconds = 300.0;
inline constexpr double kConsentVramGb = 30.0;

/// @param dim voxels along x, y, z, as resolveRequest() accepted them
CostEstimate estimateCost(const std::array<std::int64_t, 3> &dim, std::int64_t steps,
                          const std::string &modelVersion);

/// Whether the rounded figures pass the limits above.
bool needsConsent(const CostEstimate &estimate);

/// A warning when the estimate takes more than 85 % of the card's memory (GB as nvidia-smi's MiB
/// divided by 1024).
std::optional<Error> adviseOnVram(const CostEstimate &estimate, double cardMemoryGb);

/// The `estimated_cost` object of payloads and results.
Json toJson(const CostEstimate &estimate);

} // namespace mrb::backend
