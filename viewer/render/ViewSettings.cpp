// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/ViewSettings.h"

#include "backend/base/Text.h"

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

SlabSlices slabSlices(const Slab &slab, const AxisRun &normal, std::int64_t slice)
{
    if (slab.mode == SlabMode::Off)
        return {slice, slice};
    const double wanted = std::clamp(std::round(slab.thicknessMm / normal.edgeMm), 1.0,
                                     static_cast<double>(normal.voxels));
    const auto count = static_cast<std::int64_t>(wanted);
    const std::int64_t first = slice - (normal.step > 0 ? count - 1 : count) / 2;
    return {std::max(first, std::int64_t{0}), std::min(first + count, normal.voxels) - 1};
}

QString interpolationName(Interpolation interpolation)
{
    switch (interpolation) {
    case Interpolation::Nearest:
        return Text::tr("nearest voxel");
    case Interpolation::Linear:
        return Text::tr("linear");
    case Interpolation::Cubic:
        break;
    }
    return Text::tr("cubic");
}

QString slabModeName(SlabMode mode)
{
    switch (mode) {
    case SlabMode::Off:
        return Text::tr("single slice");
    case SlabMode::Mean:
        return Text::tr("mean");
    case SlabMode::Maximum:
        return Text::tr("maximum (MIP)");
    case SlabMode::Minimum:
        break;
    }
    return Text::tr("minimum (MinIP)");
}

} // namespace mrb::viewer
