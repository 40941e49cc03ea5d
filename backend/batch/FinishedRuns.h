// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace mrb::backend {

/// One run on disk as a batch looks at it.
struct BatchRecord
{
    RunSummary summary;
    std::optional<std::string> key; ///< see requestKey()
    double wallSeconds = 0;         ///< from its start to its verdict, as recorded
    QString launch;
    /// It came to a verdict that the same request would get again, and its volumes are there.
    bool isFinished = false;
};

/// Blocks (some ms); any thread. A folder without a run is an error.
Result<BatchRecord> readBatchRecord(const std::filesystem::path &runFolder);

/// The runs in a batch's folder.
struct BatchHistory
{
    std::vector<RunSummary> runs;
    std::unordered_map<std::string, BatchRecord> finished; ///< by key; the best of several
};

/// Looks into every folder in `folder`, which need not exist. Blocks; any thread.
BatchHistory readBatchHistory(const std::filesystem::path &folder, const std::stop_token &stop);

/// The newest runs beside a batch's folder, alone or in batches: what this machine was seen to do.
/// Blocks; any thread.
std::vector<RunSummary> readRunsBeside(const std::filesystem::path &folder, std::size_t most,
                                       const std::stop_token &stop);

} // namespace mrb::backend
