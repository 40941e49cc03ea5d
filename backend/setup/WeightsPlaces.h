// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/environment/WeightsInventory.h"
#include "backend/request/Manifest.h"
#include "backend/setup/SetupContext.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

/// No set of weights of this model is larger; what a disk has to have room for.
/// Source: issue "Install like any desktop program", which speaks of weights of up to 3 GB.
inline constexpr std::uint64_t kMostWeightBytes = 3'000'000'000;

/// What becomes of that which is in the place of a weight.
enum class FormerFile {
    Nothing,  ///< there is none
    Replaced, ///< cannot be used by anybody: empty, cut off, a web page, a Git LFS pointer
    SetAside, ///< may be of use to somebody: renamed to NAME.set-aside-N
    Kept,     ///< not a file, or being written: in the way, and not touched
};

/// A pinned weight that is missing or wrong, and the way to its place.
struct WeightPlace
{
    ExpectedWeight weight;
    WeightFile found;
    FormerFile former = FormerFile::Nothing;
    std::filesystem::path target; ///< <root>/models/x.pt
    /// Beside the target, links of its folder followed, so on the same file system.
    std::filesystem::path staging;
    std::filesystem::path staged; ///< where the whole file is in `staging` before it is checked
};

std::vector<ExpectedWeight> expectedWeights(const Manifest &manifest);

/// Which weights are there; uses and fills the cache of hashes.
WeightsInventory lookAtWeights(const SetupContext &context, const std::stop_token &stop);

/// Those of an inventory that are missing or wrong.
std::vector<WeightPlace> weightsToGet(const SetupContext &context,
                                      const WeightsInventory &inventory);

/// Bytes of the files that an earlier attempt left in a staging folder.
std::uint64_t stagedBytes(const std::filesystem::path &staging);
bool hasStagedFiles(const std::filesystem::path &staging);

/// Every file below `folder` in which this weight may be, best first: as in a checkout, by its name
/// alone, and as huggingface_hub keeps its cache.
std::vector<std::filesystem::path> broughtFiles(const std::filesystem::path &folder,
                                                const ExpectedWeight &weight);

/// What to do without a network, and how to check it; two lines for each.
QStringList offlineAdvice(const SetupContext &context, const std::vector<WeightPlace> &places);

} // namespace mrb::backend
