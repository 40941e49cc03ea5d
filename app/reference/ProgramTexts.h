// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/reference/Programs.h"
#include "backend/base/Error.h"

namespace mrb::reference {

namespace error_codes {
/// A command whose options another program reads, and nobody says which those are.
inline constexpr ErrorCode kUndescribed = "undescribed";
/// A section of a page that nothing fills, or that is missing.
inline constexpr ErrorCode kSection = "section";
} // namespace error_codes

// What no table says of the programs: the prose of the manual pages.

std::vector<std::string> mrbrainIntroduction();
std::vector<Entry> mrbrainEnvironment();
std::vector<Entry> mrbrainFiles();

std::vector<std::string> studioIntroduction();
std::vector<Entry> studioExitCodes();
std::vector<Entry> studioEnvironment();
std::vector<Entry> studioFiles();

} // namespace mrb::reference
