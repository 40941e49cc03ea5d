// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mrb {

/// Environment variables as raw bytes, in order; a name given twice keeps its first value, as the
/// system sees it.
using EnvironmentPairs = std::vector<std::pair<std::string, std::string>>;

} // namespace mrb
