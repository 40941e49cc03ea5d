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

/// A volume that is no NIfTI, and what its header says or fails to say.
struct OtherVolume
{
    Volume volume;       ///< spacing and affine as in the header, whatever its units
    QString format;      ///< "NRRD" or "MetaImage"
    QString description; ///< NRRD's content, MetaImage's Comment
    QString units;       ///< of length, as in the header; empty where it names none (mm is meant)
    QString space;       ///< NRRD's space; empty where there is none, and for MetaImage
    bool hasSpacing = true;    ///< else 1 was taken
    bool hasDirections = true; ///< which way the axes run is stated; else ITK's LPS was taken
};

/// Reads an NRRD or MetaImage volume with ITK, for viewing and comparing; the volumes of record go
/// through readNifti(). The format is told by content. Scalar images of two (one slice) or three
/// dimensions; geometry is converted from ITK's LPS to RAS. A header that keeps its voxels
/// elsewhere may name one file in its own folder and nothing else. kUnknownFormat when the content
/// is neither.
/// Blocks; call it off the GUI thread. ITK is less strict about damage than readNifti(), and once
/// it reads voxels it heeds no stop request and tells no progress: a stop is then answered,
/// kCancelled, when it is done (compressed MetaImage excepted, which is inflated without ITK).
Result<OtherVolume> readOtherFormat(const std::filesystem::path &file, std::stop_token stop = {},
                                    const ReadProgress &progress = {});

/// The volume alone.
Result<Volume> readWithItk(const std::filesystem::path &file);

} // namespace mrb::volume
