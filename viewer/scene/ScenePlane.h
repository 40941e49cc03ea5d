// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/render/ViewSettings.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mrb::viewer {

/// One slice of a volume as it is put into the scene. Rows and columns follow the two other voxel
/// axes in stored order; very large slices are thinned out.
struct ScenePlanePicture
{
    std::array<int, 3> dims = {1, 1, 1}; ///< of the picture, 1 along the normal
    std::array<int, 3> step = {1, 1, 1}; ///< voxels from one pixel to the next
    /// In the colours of SlicePipeline. Air around the head, which is what of the lowest tenth of
    /// the window is connected to the edge of the slice, is transparent whatever its colour.
    std::vector<std::uint8_t> rgba;
};

/// @param normal voxel axis, 0 to 2
/// @param slice  index along it, inside the volume
ScenePlanePicture scenePlanePicture(const volume::Volume &volume, std::size_t normal,
                                    std::int64_t slice, const ColourScale &colours);

} // namespace mrb::viewer
