// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <QString>
#include <QStringList>

#include <filesystem>
#include <span>
#include <string_view>

namespace mrb::backend {

namespace error_codes {
/// The sidecar is damaged; it is kept and not written to.
inline constexpr ErrorCode kReviewDamaged = "review_damaged";
/// The sidecar was written by a newer version; it is kept and not written to.
inline constexpr ErrorCode kReviewNewer = "review_newer";
} // namespace error_codes

inline constexpr const char *kReviewFile = "review.json";

enum class Rating { Undecided, Accepted, Rejected };

/// What a person said of a run. Stored beside it as review.json, apart from the record itself.
struct Review
{
    Rating rating = Rating::Undecided;
    QString note = {};
    QStringList tags = {};
    QStringList artefacts = {}; ///< keys of artefactTable(), in its order

    friend bool operator==(const Review &, const Review &) = default;
};

/// An entry of the checklist.
struct Artefact
{
    std::string_view key; ///< in the sidecar
    const char *label;    ///< untranslated
    const char *help;     ///< untranslated
};
std::span<const Artefact> artefactTable();

/// A run without a sidecar has an empty review. Blocks; any thread.
Result<Review> readReview(const std::filesystem::path &runFolder);

/// Atomic. Keys of the sidecar that this version does not know stay. Refused while the sidecar is
/// damaged or newer. Two windows: the last one wins, nothing is torn. Blocks; any thread.
Result<> writeReview(const std::filesystem::path &runFolder, const Review &review);

} // namespace mrb::backend
