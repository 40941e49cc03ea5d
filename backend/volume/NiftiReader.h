// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/ReadProgress.h"
#include "backend/volume/Volume.h"
#include "backend/volume/VolumeRecord.h"

#include <filesystem>
#include <optional>
#include <stop_token>

namespace mrb::volume {

/// What readNiftiFile() does besides checking the file.
struct NiftiReadOptions
{
    bool keepVoxels = false; ///< return the voxels too; else only some MiB of memory are needed
    bool hash = true;        ///< VolumeRecord::sha256; without it a refused file is not read on
    bool statistics = true;  ///< VolumeRecord::statistics
};

struct ReadOptions
{
    bool keepVoxels = false; ///< return the voxels too; else only some MiB of memory are needed
    bool measure = false;    ///< fill VolumeRecord::measurements; needs the voxels in memory
};

/// One pass over a file: the record, and the volume when it was asked for and is readable.
struct NiftiReadout
{
    VolumeRecord record;
    std::optional<Volume> volume;
};

/// Reads a single-file NIfTI-1 or NIfTI-2 volume (.nii, .nii.gz; told apart by content, never by
/// name) strictly and in one pass: SHA-256 in a second thread, inflation with CRC and length,
/// statistics. Voxels are inflated straight into the memory that the volume keeps. Anything but a
/// complete, self-consistent 3-D volume is an error in the record. Only the file asked for is
/// opened, symbolic links are followed, and a FIFO or device is refused without blocking. Voxels
/// that do not fit into the free memory are kOutOfMemory before they are read. Blocks; call it off
/// the GUI thread. A stop request ends it with kCancelled. This part knows no ITK; measuring is
/// done by inspectNifti().
NiftiReadout readNiftiFile(const std::filesystem::path &file, const NiftiReadOptions &options,
                           std::stop_token stop = {}, const ReadProgress &progress = {});

/// As readNiftiFile(), and measures the volume when asked. A measurement that fails does not make
/// the volume unreadable: it is VolumeRecord::measurementError.
NiftiReadout inspectAndReadNifti(const std::filesystem::path &file, const ReadOptions &options,
                                 std::stop_token stop = {});

/// The record alone; voxels are not returned.
VolumeRecord inspectNifti(const std::filesystem::path &file, const ReadOptions &options = {},
                          std::stop_token stop = {});

/// The volume alone, or the record's error.
Result<Volume> readNifti(const std::filesystem::path &file, std::stop_token stop = {});

} // namespace mrb::volume
