// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

namespace mrb::backend {

/// MiB of the regular files below a folder, links not followed. Nothing when it cannot be read, or
/// holds so many entries that counting them would hold up the end of a run. Blocks; any thread.
std::optional<double> folderSizeMb(const std::filesystem::path &folder);

} // namespace mrb::backend
