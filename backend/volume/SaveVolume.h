// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/ReadProgress.h"
#include "backend/volume/Volume.h"

#include <QString>
#include <QStringList>

#include <filesystem>
#include <stop_token>

namespace mrb::volume {

struct SaveOptions
{
    /// NIfTI's descrip, cut to 79 bytes of UTF-8 at a character's border; NRRD's content.
    QString description = {};
    /// VolumeFile::spaceCode of what is saved, 1 to 5. 0 (the original does not say) is written as
    /// 2, "aligned": 1 would claim coordinates of a scanner that nobody vouches for, and a reader
    /// takes 0 to mean that the affine is not to be used.
    int spaceCode = 0;
    /// Of gzip, ISA-L's: 0 fastest and largest to 3. On smooth anatomy with noise 2 is within 6 %
    /// of zlib's level 6 at a thirtieth of its time. Not used for .nii.
    int compressionLevel = 2;
};

/// The extensions saveVolume() knows, with their dots, for dialogs: ".nii.gz", ".nii", ".nrrd".
QStringList savableExtensions();

/// Writes a volume; the format follows from the target's extension (letter case does not matter).
/// .nii, .nii.gz: NIfTI-1, or NIfTI-2 where a dimension exceeds 32767 or scaling does not fit into
/// a float. Stored type, slope and intercept are kept (rounded to float in NIfTI-1); sform and
/// qform say the same with the same code, in mm. An affine that no rotation with spacing describes
/// to 1 % of a voxel (shear) has no qform: code 0, and the note kNoteQformLeftOut.
/// .nrrd: gzip encoding, space left-posterior-superior. NRRD knows no slope: a scaled volume is
/// written as its intensities, float32 for stored types of up to 16 bits, else float64, with the
/// note kNoteScalingApplied.
/// Whole or not at all: a temporary file beside the target, fsync, rename; an existing target is
/// replaced (asking first is the caller's). The bytes depend on the volume and the options only.
/// Where the geometry's orientation is not known, the description begins with
/// kOrientationUnknownMark, which readVolumeFile() understands, and the note
/// kNoteOrientationUnknown says so. Fails with kUnknownExtension, kCannotWrite or kCancelled, and
/// then leaves nothing behind. Needs a few MiB of memory. Blocks; thread-safe.
/// @return notes on what the file could not say as the volume does; mostly empty
Result<Errors> saveVolume(const Volume &volume, const std::filesystem::path &target,
                          const SaveOptions &options = {}, std::stop_token stop = {},
                          const ReadProgress &progress = {});

} // namespace mrb::volume
