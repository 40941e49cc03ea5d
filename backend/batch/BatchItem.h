// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"

#include <QString>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

/// The summary of a batch, in its folder.
inline constexpr const char *kBatchFile = "batch.json";
inline constexpr const char *kBatchLockFile = "batch.lock";

/// Where a request was written: a file or the word `default`, and which of the file's "runs".
struct BatchSource
{
    QString name;
    int row = 0; ///< from 1; 0: the whole file
};

/// A run that failed and was made again.
struct BatchRetry
{
    std::filesystem::path runFolder;
    int exitCode = 0;
    std::string reason; ///< a code of FailureCause
};

/// One request of a batch, and how it stands.
struct BatchItem
{
    std::string document; ///< override document with modality and seed
    std::string key;      ///< equal for requests that give the same volume
    QString label;        ///< "mri_t1 seed 7"
    BatchSource source;
    std::optional<double> expectedSeconds;
    std::optional<double> expectedGpuMemoryMb = {}; ///< learned, as the next
    std::optional<double> expectedGpuHeldMb = {};

    EntryVerdict verdict = EntryVerdict::None; ///< None: not ended
    bool madeBefore = false;                   ///< by an earlier start; its result was recognised
    QString overallStatus = {};                ///< empty for one that never ran
    int exitCode = 0;                          ///< of one that ended
    std::filesystem::path runFolder = {};      ///< empty where nothing was written
    double seconds = 0;                        ///< from its start to its verdict
    QString launch = {};                       ///< "cold", "warm", or empty when it is not known
    int onOneGpu = 0; ///< the most runs that shared its GPU, itself included, as recorded
    std::vector<RunVolume> volumes = {};
    Errors problems = {};
    std::optional<BatchRetry> retried = {};
};

} // namespace mrb::backend
