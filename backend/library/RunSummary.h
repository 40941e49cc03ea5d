// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/Review.h"
#include "backend/queue/ModalityLabel.h"
#include "backend/queue/QueueEntry.h"
#include "backend/run/GenerateOptions.h"
#include "backend/run/Provenance.h"
#include "backend/run/RunFolder.h"

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

struct Manifest;

namespace error_codes {
/// The folder is no run's.
inline constexpr ErrorCode kNoRunHere = "no_run_here";
/// A document of the run is damaged, too large or missing.
inline constexpr ErrorCode kRunDamaged = "run_record_damaged";
/// A document was written by a newer version; what is understood of it is shown.
inline constexpr ErrorCode kRunNewer = "run_record_newer";
/// A volume that the result lists is not in the run's folder.
inline constexpr ErrorCode kRunVolumeMissing = "run_volume_missing";
/// The recorded settings are incomplete or not valid; Error::field names the keys.
inline constexpr ErrorCode kRunSettingsUnusable = "run_settings_unusable";
} // namespace error_codes

/// One volume that a result document lists.
struct RunVolume
{
    std::filesystem::path path; ///< absolute; inside the run's folder also after that was moved
    std::string sha256 = {};    ///< as recorded
    std::uint64_t bytes = 0;
    std::optional<std::int64_t> seed = {}; ///< its own: that of a run on several GPUs plus the rank
    friend bool operator==(const RunVolume &, const RunVolume &) = default;
};

/// Stored in the folder of a run that repeats another: how they compare.
inline constexpr const char *kReproductionFile = "reproduction.json";

/// What such a file says.
struct RunReproduction
{
    QString originalRunId;
    QString text; ///< the verdict in a sentence
    friend bool operator==(const RunReproduction &, const RunReproduction &) = default;
};

/// What upstream's processes used, as far as it was measured. MB are MiB.
struct RunMeasurements
{
    std::optional<double> cpuSeconds;
    std::optional<double> rssMbPeak; ///< of older results the largest process only
    std::optional<double> gpuSeconds;
    std::optional<double> gpuMemoryMbPeak; ///< the largest on one GPU
    /// Held there all along, without what a convolution takes for a moment; not in older results.
    std::optional<double> gpuMemoryMbHeld = {};
    QString gpuBasis; ///< "processes", or "device": programs of others count, too; else empty
    friend bool operator==(const RunMeasurements &, const RunMeasurements &) = default;
};

/// One run on disk, as its run.json, result.json and review say. What a document leaves out is
/// empty; a run without a readable document says so in `problem`. A result without a journal counts
/// as ended, and has no verdict where it names none.
struct RunSummary
{
    std::filesystem::path folder; ///< absolute; identifies the run in a library
    QString runId;
    RunState state = RunState::NoRun;
    EntryVerdict verdict = EntryVerdict::None;
    QString overallStatus;
    int exitCode = 0;
    bool phantom = false;
    QString modality; ///< name, "mri_t1"
    std::optional<std::int64_t> seed;
    std::array<std::int64_t, 3> dim{}; ///< voxels; 0 when unknown
    std::array<double, 3> spacing{};   ///< mm
    std::int64_t steps = 0;
    double guidance = 0;
    QString gpuName;     ///< empty when unknown
    QDateTime startedAt; ///< UTC
    double seconds = 0;  ///< of upstream's process; 0 when unknown
    /// The interpreter had imported upstream's packages before the run; seconds lack that time.
    bool warm = false;
    /// Until upstream's first sign of life. Of a cold run mostly Python's imports.
    std::optional<double> importSeconds;
    int mostAtOnce = 1;             ///< runs that shared the GPU at the most, itself included
    std::optional<RetryOf> retryOf; ///< the failed run that this one repeats
    RunMeasurements measured;
    std::vector<RunVolume> volumes; ///< those that are there
    std::uint64_t bytes = 0;        ///< of everything in the folder
    QStringList warnings;
    std::optional<RunReproduction> reproduction; ///< of a run that repeats another
    Review review;
    std::optional<Error> problem;
};

/// Reads one run. Blocks (some ms); any thread. A folder without a run is an error.
Result<RunSummary> readRunSummary(const std::filesystem::path &folder);

/// The override document that makes the same run again: what was asked for, with modality and seed.
/// Size, spacing, steps and guidance are always named, because another checkout may have other
/// defaults. Blocks; any thread.
/// @param seed of one of its volumes, which one GPU then makes again whichever of several GPUs had
///        made it; nothing: the run's own seed
/// @param manifest by whose modalities it is judged; null: the built-in one
Result<std::string> settingsOfRun(const std::filesystem::path &folder,
                                  std::optional<std::int64_t> seed = {},
                                  const Manifest *manifest = nullptr);

/// The same, also where the pinned release of the model does not know the modality: a run under
/// another manifest is evidence all the same. Whoever runs it again judges by the manifest in use.
Result<std::string> settingsOfRecord(const std::filesystem::path &folder);

/// The same for every volume that the run was to make, one document each: a run on N GPUs has the
/// seeds s … s+N−1. Blocks; any thread.
Result<std::vector<std::string>> settingsOfVolumes(const std::filesystem::path &folder);

/// Rows in a CSV with a header line: one run each. RFC 4180, UTF-8; text that a spreadsheet would
/// take for a formula is kept from it.
std::string runsAsCsv(const std::vector<RunSummary> &runs);

} // namespace mrb::backend
