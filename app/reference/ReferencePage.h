// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/reference/Programs.h"
#include "backend/base/Result.h"
#include "backend/request/Manifest.h"

#include <string>
#include <vector>

namespace mrb::reference {

/// The page (Markdown) with what stands between each `<!-- generated: SUBJECT -->` and the
/// `<!-- end -->` after it made anew; everything else stays. Subjects are "commands", "exit codes",
/// "fields", and "options of NAME[, NAME...]" for commands that share a table.
/// Errors name subjects that nothing fills, sections without an end, and commands that no section
/// describes.
Result<std::string> pageWithTables(const std::string &page, const std::vector<Program> &programs,
                                   const backend::Manifest &manifest);

} // namespace mrb::reference
