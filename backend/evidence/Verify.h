// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/bundle/BundleReader.h"

#include <QString>
#include <QStringList>

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

/// One question that was answered by reading everything again.
struct EvidenceCheck
{
    std::string run;  ///< the run's name in the bundle; empty: about the bundle as a whole
    std::string name; ///< "image_values_finite", "checksums_match", "gate:output.num_samples"
    bool passed = false;
    QString reason; ///< what was found, also of a pass
};

struct VerifyOptions
{
    /// Replaces the installed manifest for the gates; then the verdict says so.
    std::optional<std::filesystem::path> manifest;
    /// A digest that was noted elsewhere when the bundle was exported: of the archive or of its
    /// SHA256SUMS. Only this finds a change after which all sums were rewritten.
    std::optional<std::string> digest;
    BundleLimits limits = {};
};

/// What verifying found. A value without JSON, for the window and the command line.
struct VerifyReport
{
    std::filesystem::path given;
    bool passed = false; ///< every check did
    std::vector<EvidenceCheck> checks;
    QStringList notes; ///< what is no check: other versions, reviews outside the sums, ...
    std::string archiveSha256, sumsSha256; ///< empty where there is none
    std::string document; ///< JSON text in the public verifier's shape, with all of the above
};

/// Reads every byte again: checksums, schema, gates by the installed manifest, the eighteen checks
/// of mr_synthesis_quality_v1 (CONTRACT section 9) from the volumes, aggregate flags, and whether
/// the documents agree with each other. An error only where there is nothing to verify
/// (kNoEvidence, kCannotRead) or it was cancelled; an unsafe or damaged bundle is a failed check.
/// Blocks; any thread.
Result<VerifyReport> verifyEvidence(const std::filesystem::path &path,
                                    const VerifyOptions &options = {}, std::stop_token stop = {},
                                    const BundleProgress &progress = {});

} // namespace mrb::backend
