// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"

#include <QString>

#include <cstddef>
#include <vector>

namespace mrb::volume {

/// The bytes of a single-file NIfTI before its voxels.
struct NiftiPreamble
{
    std::vector<std::byte> bytes; ///< header and the empty extension flag, little endian
    bool hasQform = true;         ///< false where no rotation with spacing describes the affine
};

/// A header that describes the volume as saveVolume() promises. Version 2 where version 1 cannot
/// hold a dimension or the scaling. pixdim is the volume's spacing, or the length of the affine's
/// columns where these differ by more than a ten-thousandth.
/// @param code of sform and qform, 1 to 5
NiftiPreamble niftiPreamble(const Volume &volume, const QString &description, int code);

} // namespace mrb::volume
