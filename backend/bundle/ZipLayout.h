// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mrb::backend {

/// Reads at an offset: how much could be read, less than asked at the end or after a failure.
using ReadAt = std::function<std::size_t(std::uint64_t, std::span<std::byte>)>;

/// The names in the directory of a ZIP archive, in its order, where the archive leaves no room for
/// anything else: it begins with its first file, ends with its end record, the files follow each
/// other without gaps in the order of the directory, and each has one name and one size. Then
/// programs that read from the start and those that read the directory see the same. Otherwise why
/// it does not (kBundleDamaged). Zip64 and data descriptors are read.
/// @param most names that are read at most
Result<std::vector<std::string>> namesOfStrictZip(const ReadAt &readAt, std::uint64_t size,
                                                  std::size_t most);

} // namespace mrb::backend
