// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/ReadProgress.h"
#include "backend/volume/Volume.h"

#include <QString>

#include <filesystem>
#include <stop_token>

namespace mrb::volume {

/// A volume as it is looked at, with what its file says about it.
struct VolumeFile
{
    std::filesystem::path file; ///< as asked for
    /// Voxels as stored. The geometry is in mm and agrees with itself: a file in metres or
    /// micrometres is converted, and spacingMm is the length of the affine's columns where the file
    /// says otherwise (both are told in the notes).
    Volume volume;
    QString description; ///< NIfTI's descrip, NRRD's content, MetaImage's Comment; may be empty
    QString format;      ///< "NIfTI-1", "NIfTI-2", "NRRD" or "MetaImage"
    /// What the affine is relative to, as NIFTI_XFORM_* of nifti1.h: 1 scanner, 2 aligned to
    /// another scan, 3 Talairach, 4 MNI 152, 5 other template; 0 when the file does not say.
    int spaceCode = 0;
    /// What the user should know before believing position and size: see the kNote... codes in
    /// VolumeErrors.h. Empty for a sound file.
    Errors notes = {};
};

/// In the description of a saved volume whose original did not say which way its axes run: a file
/// has to say something about that, and must not be believed.
inline constexpr QStringView kOrientationUnknownMark = u"orientation unknown";

/// Reads any volume this program can show: NIfTI by the strict reader, NRRD and MetaImage with ITK.
/// Told apart by content, never by name. No checksum of the file and no statistics: use
/// inspectNifti() for evidence.
/// Refused, each with one Error that names the file: whatever readNiftiFile() and readWithItk()
/// refuse (zero spacing, a flat or non-finite affine, more than one volume, colours, damage), and
/// with kOutOfMemory a volume that does not fit into the memory free now. Negative NIfTI spacing
/// counts by its size, because the affine alone says which way an axis runs.
/// Blocks; thread-safe. A stop request ends it with kCancelled: within milliseconds for NIfTI;
/// for the other formats when ITK returns.
/// @param progress called in this thread; see ReadProgress
Result<VolumeFile> readVolumeFile(const std::filesystem::path &file, std::stop_token stop = {},
                                  const ReadProgress &progress = {});

} // namespace mrb::volume
