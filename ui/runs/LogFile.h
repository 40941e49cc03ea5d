// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/failure/FailureCause.h"
#include "ui/runs/LogStore.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace mrb::ui {

/// What a run that ended printed, as its log files keep it.
struct LoadedLog
{
    std::vector<ShownLine> lines; ///< standard output first, where there is any
    bool isCut = false;           ///< older lines are only in the files
    std::optional<backend::FailureCause> cause;
    std::optional<Error> error; ///< why there is no text
};

/// Where the run's standard error goes.
std::filesystem::path errorLogOf(const std::filesystem::path &runFolder);

/// Reads the last megabytes of both logs and, for a run that failed, finds out why. Blocks; any
/// thread.
/// @param exitCode of the program, where the run's result does not tell the cause
LoadedLog loadLog(const std::filesystem::path &runFolder, bool failed, int exitCode);

} // namespace mrb::ui
