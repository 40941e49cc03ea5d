// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/Volume.h"

#include <filesystem>

namespace mrb::volume {

/// Reads an NRRD or MetaImage volume with ITK, for viewing and comparing; the volumes of record go
/// through readNifti(). The format is told by content. Scalar images of two (one slice) or three
/// dimensions; geometry is converted from ITK's LPS to RAS. A header that keeps its voxels
/// elsewhere may name one file in its own folder and nothing else.
/// Blocks; call it off the GUI thread. ITK is less strict about damage than readNifti().
Result<Volume> readWithItk(const std::filesystem::path &file);

} // namespace mrb::volume
