// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace mrb::volume {

/// An empty vector with room for `bytes`: address space only, the system gives memory as it is
/// written to, in huge pages where it has them (a third less time than in small ones for a volume
/// of 128 MiB). kOutOfMemory when the machine has less memory and swap free than that: Linux would
/// promise it and later end the process.
/// @param name how to call the file in the message
Result<std::shared_ptr<std::vector<std::byte>>> reserveVoxels(std::uint64_t bytes,
                                                              const QString &name);

/// kOutOfMemory, for who catches std::bad_alloc.
Error notEnoughMemory(const QString &name);

} // namespace mrb::volume
