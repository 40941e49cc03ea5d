// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mrb::contract {

/// What upstream writes into the name of a volume (the entry script):
/// <prefix>_seed<s>_size<X>x<Y>x<Z>_spacing<x>x<y>x<z>_<YYYYmmddHHMMSS>_rank<r>_modality<code>.nii.gz
struct VolumeFileName
{
    std::string prefix;
    std::int64_t seed = 0;              ///< of this volume: the run's plus the rank
    std::array<std::int64_t, 3> dim{};  ///< voxels
    std::array<std::string, 3> spacing; ///< mm with two decimals, as written
    std::string time;                   ///< local time of the writer
    std::int64_t rank = 0;              ///< which of several GPUs wrote it, from 0
    std::int64_t modality = 0;          ///< code

    friend bool operator==(const VolumeFileName &, const VolumeFileName &) = default;
};

/// Reads a file name without its folder. Strict: nothing unless every part is as upstream prints
/// it, without leading zeros, signs or anything after the extension. Pure.
std::optional<VolumeFileName> parseVolumeFileName(std::string_view name);

/// A voxel size as such a name has it: two decimals, rounded as Python's ".2f" does.
std::string spacingInFileName(double spacingMm);

} // namespace mrb::contract
