// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/setup/StepWork.h"
#include "backend/setup/WeightsPlaces.h"

#include <filesystem>
#include <optional>
#include <stop_token>

namespace mrb::backend {

/// A weight in its place. keptAs: where that went which was there before.
struct InstalledWeight
{
    std::filesystem::path file;
    std::string sha256;
    std::optional<std::filesystem::path> keptAs;
};

/// Compares the staged file with its pinned hash and puts it in its place. A file that is not the
/// pinned one is deleted and nothing else changes. Blocks for seconds.
Result<InstalledWeight> installStaged(const WeightPlace &place, const std::stop_token &stop,
                                      const StepProgress &progress);

/// Copies a file of the user's to the staging folder, if it is the pinned one.
Result<> stageCopy(const WeightPlace &place, const std::filesystem::path &source,
                   const std::stop_token &stop, const StepProgress &progress);

/// Adds them to the cache of hashes, if they are large enough to wait for what that takes.
void rememberHashes(const std::vector<InstalledWeight> &weights,
                    const std::filesystem::path &cacheFile, const std::stop_token &stop);

} // namespace mrb::backend
