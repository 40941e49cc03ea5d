// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/CostEstimate.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"

#include <algorithm>

namespace mrb::backend {

CostEstimate estimateCost(const std::array<std::int64_t, 3> &dim, std::int64_t steps,
                          const std::string &modelVersion)
{
    // The reference's formula: 90 s for 256 cubed in 30 steps, 16 GB up to 256 along every axis.
    constexpr double kReferenceSeconds = 90.0;
    constexpr double kReferenceVoxels = 256.0 * 256.0 * 256.0;
    constexpr double kReferenceSteps = 30.0;
    constexpr double kBytesPerVoxel = 2.0;
    constexpr double kMebibyte = 1024.0 * 1024.0;
    const std::int64_t voxels = dim[0] * dim[1] * dim[2];
    const auto voxelCount = static_cast<double>(voxels);
    const bool isLarge = std::any_of(dim.begin(), dim.end(), [](auto n) { return n > 256; });
    return {.version = modelVersion,
            .voxelsPerSample = voxels,
            .steps = steps,
            .wallSeconds = roundLikePython(kReferenceSeconds * (voxelCount / kReferenceVoxels) *
                                               (static_cast<double>(steps) / kReferenceSteps),
                                           1),
            .peakVramGb = isLarge ? 32.0 : 16.0,
            .diskMb = roundLikePython(kBytesPerVoxel * voxelCount / kMebibyte, 1)};
}

bool needsConsent(const CostEstimate &estimate)
{
    return estimate.wallSeconds > kConsentWallSeconds || estimate.peakVramGb > kConsentVramGb;
}

std::optional<Error> adviseOnVram(const CostEstimate &estimate, double cardMemoryGb)
{
    constexpr double kComfortableShare = 0.85;
    if (!(estimate.peakVramGb > kComfortableShare * cardMemoryGb))
        return std::nullopt;
    return Error{error_codes::kVramTight,
                 Text::tr("The run may take %1 GB of GPU memory, more than 85 % of this card's "
                          "%2 GB.")
                     .arg(estimate.peakVramGb, 0, 'f', 1)
                     .arg(cardMemoryGb, 0, 'f', 1),
                 Text::tr("Free GPU memory or request a smaller size."), QStringLiteral("dim")};
}

Json toJson(const CostEstimate &estimate)
{
    return Json{{"version", estimate.version},
                {"voxels_per_sample", estimate.voxelsPerSample},
                {"num_inference_steps", estimate.steps},
                {"estimated_wall_seconds", estimate.wallSeconds},
                {"estimated_peak_vram_gb", estimate.peakVramGb},
                {"estimated_disk_mb", estimate.diskMb}};
}

} // namespace mrb::backend
