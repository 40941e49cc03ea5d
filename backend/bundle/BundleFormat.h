// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mrb::backend {

namespace error_codes {
/// A name that could lead out of a bundle, that a person could not type, or that is there twice.
inline constexpr ErrorCode kBundleName = "bundle_name";
/// A link, a device or the like, which no bundle holds.
inline constexpr ErrorCode kBundleKind = "bundle_kind";
/// More or larger files than are read from somebody else's archive.
inline constexpr ErrorCode kBundleLimits = "bundle_limits";
/// Damaged, encrypted, or no ZIP archive at all.
inline constexpr ErrorCode kBundleDamaged = "bundle_damaged";
/// SHA256SUMS is not what `sha256sum` and this program write.
inline constexpr ErrorCode kSumsSyntax = "sums_syntax";
inline constexpr ErrorCode kTargetExists = "target_exists";
inline constexpr ErrorCode kBundleCancelled = "cancelled";
} // namespace error_codes

/// Names inside a bundle, at its root.
namespace bundle_file {
inline constexpr const char *kIndex = "bundle.json";
inline constexpr const char *kSums = "SHA256SUMS";
inline constexpr const char *kRedactions = "redactions.json";
inline constexpr const char *kReadme = "README.txt";
/// Holds one folder for each run, which is an evidence pack and readable like a run's own folder.
inline constexpr const char *kRuns = "runs";
/// In a run's folder; what a person said of it travels outside the sums.
inline constexpr const char *kReview = "review.json";
} // namespace bundle_file

inline constexpr const char *kBundleFormat = "mrbrain-bundle";
inline constexpr int kBundleFormatVersion = 1;

/// How a file is kept in an archive. What is compressed already is stored as it is.
enum class Packing { Stored, Deflated };
Packing packingOf(std::string_view name);

/// Whether SHA256SUMS lists the file: all but itself and the reviews.
bool isSummed(std::string_view name);

/// Refuses a name that no bundle may hold: absolute, empty or dotted parts, a backslash, a drive
/// letter, control characters, no UTF-8, or very long or deep. '/' stands between the parts.
std::optional<Error> checkBundleName(std::string_view name);

/// What is accepted from an archive or folder that somebody else made.
struct BundleLimits
{
    std::size_t entries = 20'000;
    /// Of everything; also never more than the disk has room for.
    std::uint64_t totalBytes = std::uint64_t{1} << 40U;
    /// Of one file that is inflated, and of all of them: what is stored cannot be larger than the
    /// archive itself.
    std::uint64_t inflatedBytes = std::uint64_t{256} << 20U;
    std::uint64_t totalInflatedBytes = std::uint64_t{2} << 30U;
};

} // namespace mrb::backend
