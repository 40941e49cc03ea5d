// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/Findings.h"

#include <cstdint>
#include <filesystem>

namespace mrb::backend {

namespace error_codes {
/// Something that is not a folder stands where the folder, or one above it, should be.
inline constexpr ErrorCode kOutputNotAFolder = "output_not_a_folder";
inline constexpr ErrorCode kOutputNotWritable = "output_not_writable";
inline constexpr ErrorCode kOutputReadOnlyFileSystem = "output_read_only_file_system";
inline constexpr ErrorCode kDiskNearlyFull = "disk_nearly_full";
inline constexpr ErrorCode kDiskNotReadable = "disk_not_readable";
} // namespace error_codes

/// Room for a folder that may not exist yet.
struct DiskSpace
{
    /// The folder itself or the nearest one above it that exists; its file system is meant.
    std::filesystem::path existingFolder;
    /// Bytes that this user may still fill (blocks reserved for root are not counted).
    std::uint64_t freeBytes = 0;
    /// Whether entries may be created in existingFolder.
    bool writable = false;
    bool readOnlyFileSystem = false;

    friend bool operator==(const DiskSpace &, const DiskSpace &) = default;
};

/// Creates nothing. Fails when no folder above it can be looked at or one of them is a file.
/// A relative path counts from the program's working folder.
Result<DiskSpace> diskSpaceFor(const std::filesystem::path &folder);

/// Refuses a folder that cannot be written to, and less free space than twice the estimate.
/// @param estimatedMb what the run is expected to write, in MiB (CONTRACT.md section 5 calls it MB)
Findings judgeDiskSpace(const DiskSpace &space, double estimatedMb);

} // namespace mrb::backend
