// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/library/RunSummary.h" // kReproductionFile
#include "backend/run/GenerateOptions.h"

#include <QString>

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kComparisonCancelled = "cancelled";
/// A run without a result or volumes, or a run and its own copy.
inline constexpr ErrorCode kNothingToCompare = "nothing_to_compare";
/// A record that contradicts itself or says what no run of this program could.
inline constexpr ErrorCode kRecordUnusable = "run_record_unusable";
} // namespace error_codes

/// How far apart two volumes may be and still count as the same. Intensity units.
struct ReproductionTolerance
{
    double maxAbsolute = 1.0;
    double meanAbsolute = 0.01;
};

enum class ReproductionVerdict {
    BitIdentical, ///< the same bytes, or at least the same voxels and geometry
    WithinTolerance,
    Different,
    NotComparable, ///< other sizes, or a volume is missing or cannot be read
};

/// Two volumes, voxel by voxel.
struct VolumeComparison
{
    std::filesystem::path first, second; ///< one may not be there: then only hashes count
    ReproductionVerdict verdict = ReproductionVerdict::NotComparable;
    bool sameBytes = false;
    std::optional<double> maxAbsolute, meanAbsolute;      ///< intensity units
    std::optional<std::array<std::int64_t, 3>> maximumAt; ///< voxel i, j, k
    std::optional<std::array<double, 3>> maximumAtRasMm;
    std::uint64_t differingVoxels = 0;
    QString reason; ///< in a sentence; without the folders of the files
    /// Of the differing ones: NaN or infinite in one volume only, so there is no difference to
    /// tell.
    std::uint64_t unmeasurableVoxels = 0;
    std::uint64_t voxels = 0;              ///< of each; 0 when they were not compared one by one
    std::string firstSha256, secondSha256; ///< of the bytes, else as recorded; may be empty
    std::optional<std::int64_t> seed;      ///< of the pair, where its records say it
};

/// "bit_identical", "within_tolerance", "different", "not_comparable".
std::string_view verdictId(ReproductionVerdict verdict);
/// "Bit-identical" and so on, for people.
QString verdictName(ReproductionVerdict verdict);

/// Something about the surroundings that is not the same and may explain a difference.
struct EnvironmentDifference
{
    QString name; ///< "torch", "Driver", "Weights: models/autoencoder_v1.pt"
    QString first, second;
};

struct Reproduction
{
    std::filesystem::path original, again;
    ReproductionVerdict verdict = ReproductionVerdict::NotComparable;
    std::vector<VolumeComparison> volumes;
    std::vector<EnvironmentDifference> environment;
    /// What the two runs were asked for, where that is not the same: then nothing was repeated.
    std::vector<EnvironmentDifference> request;
    QString text;         ///< the verdict in a sentence
    std::string document; ///< JSON text, as it is stored
};

/// What it takes to run a record again: its request, and nothing else of it.
struct RepeatableRun
{
    std::string overrides; ///< override document, validated as if a person had written it
    Engine engine = Engine::Upstream;
    int numGpus = 1;
};

/// Reads that from a run's folder or its copy in a bundle, which anybody may have written. An error
/// when the record is damaged, contradicts itself, asks for what nobody may ask for, or lists no
/// volume that a second run could be compared with. Blocks shortly; any thread.
/// @param manifest by whose modalities it is judged; null: the built-in one
Result<RepeatableRun> repeatableRun(const std::filesystem::path &folder,
                                    const Manifest *manifest = nullptr);

/// Compares the volumes of a second run with those of the run it repeats and stores the result as
/// reproduction.json in the second run's folder. Evidence without volumes is compared by hash; a
/// volume that is not the recorded one proves nothing and is NotComparable. The verdict is the
/// worst of all volumes. An error when one of them is no run or left no result, when the file
/// cannot be written, and (kComparisonCancelled) after a stop request; then nothing is stored.
/// Blocks; any thread.
Result<Reproduction> judgeReproduction(const std::filesystem::path &original,
                                       const std::filesystem::path &again,
                                       const ReproductionTolerance &tolerance = {},
                                       std::stop_token stop = {});

/// The comparison alone: bytes by hash, then geometry and, in one pass, every voxel. What cannot be
/// read is NotComparable; the only error is kComparisonCancelled. Blocks; any thread.
Result<VolumeComparison> compareVolumeFiles(const std::filesystem::path &first,
                                            const std::filesystem::path &second,
                                            const ReproductionTolerance &tolerance = {},
                                            std::stop_token stop = {});

} // namespace mrb::backend
