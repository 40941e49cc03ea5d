// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/Findings.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kWeightMissing = "weight_missing";
inline constexpr ErrorCode kWeightNotAFile = "weight_not_a_file";
inline constexpr ErrorCode kWeightUnreadable = "weight_unreadable";
inline constexpr ErrorCode kWeightEmpty = "weight_empty";
inline constexpr ErrorCode kWeightIsHtml = "weight_is_html";
inline constexpr ErrorCode kWeightIsLfsPointer = "weight_is_lfs_pointer";
inline constexpr ErrorCode kWeightTruncated = "weight_truncated";
inline constexpr ErrorCode kWeightNotACheckpoint = "weight_not_a_checkpoint";
/// Looks like a whole checkpoint, but is not the pinned one.
inline constexpr ErrorCode kWeightMismatch = "weight_mismatch";
inline constexpr ErrorCode kWeightChangedWhileRead = "weight_changed_while_read";
inline constexpr ErrorCode kWeightsCancelled = "weights_cancelled";
/// The hashes could not be remembered; the next run computes them again.
inline constexpr ErrorCode kHashCacheNotWritten = "hash_cache_not_written";
} // namespace error_codes

/// A pinned file: where it belongs below the checkout, what it must be, where it comes from.
struct ExpectedWeight
{
    std::filesystem::path path;
    /// 64 lower-case hexadecimal digits.
    std::string sha256;
    /// Hugging Face repository and commit, for the hint on how to get it.
    std::string repository = {};
    std::string revision = {};

    friend bool operator==(const ExpectedWeight &, const ExpectedWeight &) = default;
};

/// sha256 is empty when the file could not be read completely. error is set whenever matches is
/// false, and says why.
struct WeightFile
{
    std::filesystem::path path = {};
    bool present = false;
    std::uint64_t bytes = 0;
    std::string sha256 = {};
    std::string expectedSha256 = {};
    bool matches = false;
    /// The hash was computed by an earlier run, or by another one at the same time, and the file
    /// has not changed since.
    bool fromCache = false;
    std::optional<Error> error = {};

    friend bool operator==(const WeightFile &, const WeightFile &) = default;
};

/// files are in the order asked for. Both flags are false when nothing was asked for: an empty
/// list protects nothing.
struct WeightsInventory
{
    bool allPresent = false;
    bool allMatch = false;
    std::vector<WeightFile> files = {};
    /// The cache could not be written; only costs time.
    std::optional<Error> cacheError = {};

    friend bool operator==(const WeightsInventory &, const WeightsInventory &) = default;
};

/// Bytes over all files that have to be hashed; total is 0 when the cache knew all.
struct HashProgress
{
    std::uint64_t doneBytes = 0;
    std::uint64_t totalBytes = 0;
};

struct InventoryOptions
{
    /// Empty: nothing is remembered. See defaultHashCacheFile().
    std::filesystem::path cacheFile = {};
    /// Hash again whatever the cache says, and whoever else is hashing.
    bool rehash = false;
    /// Called from the hashing threads, one call at a time.
    std::function<void(const HashProgress &)> progress = {};
    /// Nanoseconds since 1970, compared with the files' times; empty: the system's clock.
    std::function<std::int64_t()> clock = {};
};

/// Hashes the files below root, two at a time. Blocks; callable from any thread. Where several
/// threads or processes ask at the same time, one of them reads a file and the others wait for it;
/// when it fails or is cancelled, the next one reads. Never fails as a whole: what is wrong with a
/// file stands in its record.
WeightsInventory takeInventory(const std::filesystem::path &root,
                               const std::vector<ExpectedWeight> &expected,
                               const InventoryOptions &options = {}, std::stop_token stop = {});

/// @param acceptOthers the user accepts checkpoints that are not pinned (--allow-weights): a plain
/// mismatch is then a warning, while everything that cannot be loaded is still refused.
Findings judgeWeights(const WeightsInventory &inventory, bool acceptOthers);

} // namespace mrb::backend
