// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/bundle/BundleFormat.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

/// One file of a bundle as its bytes were read.
struct BundleEntry
{
    std::string name; ///< has passed checkBundleName()
    std::uint64_t bytes = 0;
    std::string sha256; ///< 64 lower-case hex digits
};

/// What is in a bundle, sorted by name.
struct BundleContent
{
    std::vector<BundleEntry> entries;
    std::uint64_t archiveBytes = 0; ///< 0 for a folder
    std::string archiveSha256;      ///< empty for a folder
    /// The archive is, byte for byte, what this program with these libraries writes for its files.
    /// False also for archives of other libraries' versions; true for a folder.
    bool asWritten = true;
    /// Why other programs may see other files in the archive than those; empty where they cannot,
    /// and for a folder.
    std::string layoutProblem;
};

/// Bytes done and to do.
using BundleProgress = std::function<void(std::uint64_t, std::uint64_t)>;

// Reading what somebody else made. Refused, with an error of BundleFormat.h that names the file:
// names that could lead elsewhere or are there twice, anything but regular files, encryption,
// sizes or numbers beyond the limits, sizes and checksums that are not as announced, archives that
// are no ZIP. A stop request ends it with kBundleCancelled. Block; any thread.

/// Unpacks an archive into an empty folder, which stays as it is on failure: throw it away.
Result<BundleContent> extractBundle(const std::filesystem::path &archive,
                                    const std::filesystem::path &into,
                                    const BundleLimits &limits = {}, std::stop_token stop = {},
                                    const BundleProgress &progress = {});

/// The same for an archive in memory, without unpacking it.
Result<BundleContent> readBundleBytes(std::span<const std::byte> archive,
                                      const BundleLimits &limits = {});

/// A bundle that was unpacked or written as a folder. Links in it are refused, not followed.
Result<BundleContent> readBundleFolder(const std::filesystem::path &folder,
                                       const BundleLimits &limits = {}, std::stop_token stop = {},
                                       const BundleProgress &progress = {});

} // namespace mrb::backend
