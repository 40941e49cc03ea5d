// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/bundle/BundleReader.h"

#include <QTemporaryDir>

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

namespace error_codes {
/// Neither a run's folder nor a bundle.
inline constexpr ErrorCode kNoEvidence = "no_evidence";
} // namespace error_codes

enum class EvidenceKind { RunFolder, BundleFolder, BundleArchive };

/// One run, in a folder that can be read like the one the run was made in.
struct EvidenceRun
{
    std::string name; ///< its folder's below runs/; empty for a run's own folder
    std::filesystem::path folder;
};

/// What a person named: a run's folder, a bundle, or a bundle that was unpacked. An archive is
/// unpacked into a folder for as long as this lives.
struct OpenedEvidence
{
    EvidenceKind kind = EvidenceKind::RunFolder;
    std::filesystem::path given; ///< as named
    std::filesystem::path root;  ///< of the files: the run's folder, or the bundle's
    std::vector<EvidenceRun> runs;
    std::optional<BundleContent> content; ///< of a bundle, with the hash of every file
    std::shared_ptr<QTemporaryDir> scratch;
};

/// Opens it, unpacking an archive within the limits (see BundleReader.h). A bundle without a single
/// run, and anything else, is kNoEvidence. Blocks; any thread.
Result<OpenedEvidence> openEvidence(const std::filesystem::path &path,
                                    const BundleLimits &limits = {}, std::stop_token stop = {},
                                    const BundleProgress &progress = {});

/// The one run of evidence that has several only where `name` says which.
Result<EvidenceRun> chooseRun(const OpenedEvidence &evidence, const std::string &name);

} // namespace mrb::backend
