// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"

/// Every way a volume can fail to be read, measured or saved. A file that cannot be opened or read
/// at all is mrb::error_codes::kCannotRead.
namespace mrb::volume::error_codes {

// The file itself
inline constexpr ErrorCode kNotARegularFile = "not_a_regular_file";
inline constexpr ErrorCode kEmptyFile = "empty_file";
inline constexpr ErrorCode kFileChanged = "file_changed_while_read";
inline constexpr ErrorCode kCancelled = "cancelled";
inline constexpr ErrorCode kOutOfMemory = "out_of_memory";

// The gzip stream around it
inline constexpr ErrorCode kGzipHeader = "gzip_header";
inline constexpr ErrorCode kGzipTruncated = "gzip_truncated";
inline constexpr ErrorCode kGzipCorrupt = "gzip_corrupt";
inline constexpr ErrorCode kGzipCrc = "gzip_crc";
inline constexpr ErrorCode kGzipLength = "gzip_length";
inline constexpr ErrorCode kGzipTrailingGarbage = "gzip_trailing_garbage";

// The NIfTI header
inline constexpr ErrorCode kNotNifti = "not_nifti";
inline constexpr ErrorCode kNiftiHeaderTruncated = "nifti_header_truncated";
inline constexpr ErrorCode kNiftiPair = "nifti_pair";
inline constexpr ErrorCode kAnalyze = "analyze";
inline constexpr ErrorCode kNiftiDimensions = "nifti_dimensions";
inline constexpr ErrorCode kNiftiFourDimensional = "nifti_four_dimensional";
inline constexpr ErrorCode kNiftiTooLarge = "nifti_too_large";
inline constexpr ErrorCode kNiftiDatatype = "nifti_datatype";
inline constexpr ErrorCode kNiftiBitpix = "nifti_bitpix";
inline constexpr ErrorCode kNiftiSpacing = "nifti_spacing";
inline constexpr ErrorCode kNiftiScaling = "nifti_scaling";
inline constexpr ErrorCode kNiftiTransform = "nifti_transform";
inline constexpr ErrorCode kNiftiVoxelOffset = "nifti_voxel_offset";
/// The header promises more than a file of this size can hold, even compressed as well as possible.
inline constexpr ErrorCode kSizeImplausible = "size_implausible";

// The voxels
inline constexpr ErrorCode kVoxelsMissing = "voxels_missing";
inline constexpr ErrorCode kExtraData = "extra_data";

// Other formats, and measuring
/// The content is of no format that is known.
inline constexpr ErrorCode kUnknownFormat = "unknown_format";
inline constexpr ErrorCode kUnsupportedFormat = "unsupported_format";
inline constexpr ErrorCode kOtherFormatDamaged = "other_format_damaged";
inline constexpr ErrorCode kMeasuringFailed = "measuring_failed";

// Saving
inline constexpr ErrorCode kUnknownExtension = "unknown_extension";

// Notes: nothing failed, but the user should know (VolumeFile::notes, saveVolume())
inline constexpr ErrorCode kNoteFormsDisagree = "note_forms_disagree";
inline constexpr ErrorCode kNoteUnitsConverted = "note_units_converted";
inline constexpr ErrorCode kNoteSpacingUnknown = "note_spacing_unknown";
inline constexpr ErrorCode kNoteSpacingFromAffine = "note_spacing_from_affine";
inline constexpr ErrorCode kNoteOrientationUnknown = "note_orientation_unknown";
inline constexpr ErrorCode kNoteQformLeftOut = "note_qform_left_out";
inline constexpr ErrorCode kNoteScalingApplied = "note_scaling_applied";

} // namespace mrb::volume::error_codes
