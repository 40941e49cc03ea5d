// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "backend/base/Result.h"
#include "backend/bundle/BundleReader.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

namespace error_codes {
/// A volume is not the one that its run's record lists, so it is no evidence of that run.
inline constexpr ErrorCode kVolumeChanged = "volume_changed";
/// A file of a run's report is not the one that was made.
inline constexpr ErrorCode kReportChanged = "report_changed";
inline constexpr ErrorCode kNothingToBundle = "nothing_to_bundle";
/// A run that goes on, or one that left no result.
inline constexpr ErrorCode kRunUnfinished = "run_unfinished";
/// Something that cannot be exported without a name, path or secret that is to be left out.
inline constexpr ErrorCode kNameInside = "name_inside";
/// The archive or folder would be written into a run's own folder.
inline constexpr ErrorCode kTargetInside = "target_inside_a_run";
/// A result that another program wrote.
inline constexpr ErrorCode kForeignRecord = "foreign_record";
} // namespace error_codes

/// What is to be exported.
struct BundleOrder
{
    std::vector<std::filesystem::path> runs; ///< folders of runs that ended, in this order
    std::filesystem::path target;            ///< the .zip file, or the folder
    bool asFolder = false;
    bool withVolumes = true;      ///< false: the evidence alone
    bool keepPaths = false;       ///< true: nothing is replaced by tokens or left out
    bool overwrite = false;       ///< an existing .zip; a folder is never replaced
    EnvironmentPairs environment; ///< of the user, whose names and secrets are left out
};

/// Makes a run's report document where it is not there yet (RUN_DIR/report/); blocks.
using ReportMaker =
    std::function<Result<>(const std::filesystem::path &runFolder, std::stop_token stop)>;

struct BundledRun
{
    std::string name; ///< below runs/
    std::filesystem::path folder;
    std::string overallStatus;
    std::size_t volumes = 0;
};

struct BundleExport
{
    std::filesystem::path target;
    std::vector<BundledRun> runs;
    std::size_t files = 0;
    bool isFolder = false;
    std::uint64_t bytes = 0; ///< of the archive, or of all files of the folder
    /// Of SHA256SUMS: the digest of the bundle, as an archive, a folder or unpacked.
    std::string sumsSha256;
    Errors warnings; ///< for instance a report that could not be made
};

/// Writes the bundle, whole or not at all: the same runs give the same bytes. Every volume is
/// hashed while it is copied and refused (kVolumeChanged) when it is not the recorded one. Blocks;
/// any thread. A stop request ends it with kBundleCancelled.
Result<BundleExport> exportBundle(const BundleOrder &order, const ReportMaker &makeReport,
                                  std::stop_token stop = {}, const BundleProgress &progress = {});

} // namespace mrb::backend
