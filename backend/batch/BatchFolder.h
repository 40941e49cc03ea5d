// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/ChildProcess.h"

#include <filesystem>
#include <string>
#include <utility>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kBatchInUse = "batch_in_use";
/// The folder cannot be a batch's: it is a run's, or its batch.json is somebody else's.
inline constexpr ErrorCode kBatchFolder = "batch_folder";
} // namespace error_codes

/// What a batch's summary says of its kind.
inline constexpr const char *kBatchFormat = "mrbrain-batch";

/// The folder with links resolved, and whether a batch may work there: it may be missing, or hold
/// whatever a batch does not write. Touches nothing.
Result<std::filesystem::path> batchFolder(const std::filesystem::path &given);

/// A batch's folder, made where needed and held for as long as the object lives. The lock file
/// stays: to delete one while somebody opens it would give two owners.
class BatchLock
{
public:
    static Result<BatchLock> take(const std::filesystem::path &folder);

private:
    explicit BatchLock(Descriptor file) : m_file(std::move(file)) {}

    Descriptor m_file;
};

} // namespace mrb::backend
