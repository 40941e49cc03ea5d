// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <map>
#include <string>
#include <string_view>

namespace mrb::backend {

/// SHA-256 (64 lower-case hex digits) by name, '/' between the parts.
using ChecksumList = std::map<std::string, std::string>;

/// As `sha256sum -c` reads it: "<hash>  <name>\n", sorted by name. Pure.
std::string writeChecksums(const ChecksumList &list);

/// Accepts exactly what writeChecksums() writes, so that no byte of it can be another one. The
/// error (kSumsSyntax) names the line.
Result<ChecksumList> parseChecksums(std::string_view text);

} // namespace mrb::backend
