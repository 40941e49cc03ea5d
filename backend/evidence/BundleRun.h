// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"
#include "backend/evidence/Bundle.h"
#include "backend/evidence/EvidencePack.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mrb::backend {

/// A file that goes into a bundle as it is.
struct PackedFile
{
    std::string name; ///< inside the run's folder in the bundle
    std::filesystem::path source;
    std::uint64_t bytes = 0;
    std::string sha256; ///< what it must be; empty: whatever it is
    bool isVolume = false;
};

/// All that a bundle holds of one run, but for what is made of several.
struct BundleRun
{
    std::filesystem::path folder;
    std::string name; ///< below runs/
    std::string overallStatus;
    Json index; ///< its entry in bundle.json
    std::vector<PackedText> texts;
    std::vector<PackedFile> files;
    Errors warnings;
};

/// Reads a run that ended and makes its pack; its report has been made before, where it could be.
/// Volumes are only looked for, not read. Blocks shortly; any thread.
Result<BundleRun> collectBundleRun(const std::filesystem::path &folder, const BundleOrder &order);

} // namespace mrb::backend
