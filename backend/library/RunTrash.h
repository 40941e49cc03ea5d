// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace mrb::backend {

struct TrashOutcome
{
    int trashed = 0;
    std::uint64_t bytes = 0;
    std::vector<std::filesystem::path> gone; ///< also those that had vanished before
    Errors errors;                           ///< one for each run that stays
};

/// Moves whole run folders to the desktop's trash and never deletes. Runs that are under way and
/// folders that are no run's stay. Blocks; any thread.
TrashOutcome moveRunsToTrash(const std::vector<std::filesystem::path> &folders);

} // namespace mrb::backend
