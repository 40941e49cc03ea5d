// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <filesystem>
#include <string_view>

namespace mrb {

/// Writes a file whole or not at all: a temporary file beside it, write, fsync, rename, fsync of
/// the folder. An existing file is replaced. On failure the target is as it was before and the
/// temporary file is gone. The error is error_codes::kCannotWrite and says why.
Result<> writeFileAtomically(const std::filesystem::path &file, std::string_view content);

} // namespace mrb
