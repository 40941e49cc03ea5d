// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/request/ModelRequest.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace mrb::backend {

namespace error_codes {
/// The name of a volume is not one that upstream gives, so its rank and seed are not known.
inline constexpr ErrorCode kVolumeNameUnknown = "volume_name_unknown";
/// The name says another seed, size, spacing, modality, prefix or rank than was asked for.
inline constexpr ErrorCode kVolumeNameDisagrees = "volume_name_disagrees";
inline constexpr ErrorCode kVolumeRankRepeated = "volume_rank_repeated";
inline constexpr ErrorCode kMoreVolumes = "more_volumes_than_gpus";
inline constexpr ErrorCode kFewerVolumes = "fewer_volumes_than_gpus";
} // namespace error_codes

/// What the names of a run's volumes say against what was asked for.
struct VolumeNameFindings
{
    Errors warnings;              ///< each names its file
    std::optional<Error> missing; ///< GPUs without a volume; only where several were asked for
};

/// Rank r of N must carry seed s + r; ranks are 0 … N−1, each once. Pure.
VolumeNameFindings judgeVolumeNames(const ModelRequest &request, int gpus,
                                    const std::vector<std::filesystem::path> &volumes);

} // namespace mrb::backend
