// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace mrb {

/// Where the program's own files are, found from the running executable, so that a build tree, an
/// installation and a folder that was moved all work alike. Never fails: a missing file shows when
/// it is used.
std::filesystem::path executableFolder();
/// Helper programs that are not for the user, <prefix>/libexec/mrbrain.
std::filesystem::path helperProgram(const char *name);
/// Data, <prefix>/share/mrbrain.
std::filesystem::path dataFile(const char *relativeName);

} // namespace mrb
