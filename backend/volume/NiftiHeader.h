// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/VolumeRecord.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace mrb::volume {

/// Bytes of the fixed headers (field sizeof_hdr) and the least vox_offset of a single file, which
/// leaves room for the four extension bytes.
inline constexpr std::size_t kNifti1HeaderBytes = 348;
inline constexpr std::size_t kNifti2HeaderBytes = 540;
inline constexpr std::uint64_t kNifti1MinOffset = 352;
inline constexpr std::uint64_t kNifti2MinOffset = 544;
/// Largest volume accepted, bytes of voxels.
inline constexpr std::uint64_t kMaxVoxelBytes = std::uint64_t{16} << 30U;

/// A checked header and where its voxels lie in the (inflated) file.
struct NiftiHeader
{
    NiftiFacts facts;
    std::uint64_t voxelOffset = 0; ///< bytes from the start
    std::uint64_t voxelBytes = 0;  ///< voxel count times voxel size, at most kMaxVoxelBytes
};

/// How many bytes parseNiftiHeader() needs, told from the first four: 348, 540, or 0 when these are
/// no NIfTI header in either byte order. Layouts: nifti1.h and nifti2.h of nifti.nimh.nih.gov.
std::size_t niftiHeaderSize(std::span<const std::byte> firstFour);

/// Checks and decodes a header of niftiHeaderSize() bytes. Refuses whatever could make the volume
/// something else than it says (see VolumeErrors.h); reads nothing outside `bytes`.
/// @param name how to call the file in messages
Result<NiftiHeader> parseNiftiHeader(std::span<const std::byte> bytes, const QString &name);

} // namespace mrb::volume
