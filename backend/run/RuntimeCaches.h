// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "backend/base/Result.h"

#include <filesystem>

namespace mrb::backend {

/// Makes the folders of caches that a run's environment names inside its output folder, before
/// upstream's interpreter starts. Blocks; any thread.
Result<> makeRuntimeCaches(const std::filesystem::path &output,
                           const EnvironmentPairs &environment);

} // namespace mrb::backend
