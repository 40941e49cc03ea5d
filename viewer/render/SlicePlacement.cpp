// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/SlicePlacement.h"

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

namespace {

/// Voxels from the start of a run to a place in it, 0 at the outer edge of the first voxel.
double alongRun(const AxisRun &run, double position)
{
    return 0.5 + (run.step > 0 ? position : static_cast<double>(run.voxels - 1) - position);
}

double positionInRun(const AxisRun &run, double along)
{
    return run.step > 0 ? along - 0.5 : static_cast<double>(run.voxels) - 0.5 - along;
}

/// A centre may be far away, as places of another volume are; what is out of sight stays so.
int wholePixels(double shift)
{
    constexpr double kFarthest = 1 << 30;
    return static_cast<int>(std::lround(std::clamp(shift, -kFarthest, kFarthest)));
}

int pixelsOf(const AxisRun &run, double pixelsPerMm)
{
    const double pixels = std::clamp(run.lengthMm() * pixelsPerMm, 1.0, double{kMaxSlicePixels});
    return static_cast<int>(std::lround(pixels));
}

} // namespace

QPointF SlicePlacement::pixelOf(const VoxelPosition &position) const
{
    const double x = alongRun(axes.column, position[axes.column.voxelAxis]);
    const double y = alongRun(axes.row, position[axes.row.voxelAxis]);
    return {slice.x() + x * slice.width() / static_cast<double>(axes.column.voxels),
            slice.y() + y * slice.height() / static_cast<double>(axes.row.voxels)};
}

VoxelPosition SlicePlacement::positionAt(QPointF pixel, std::int64_t sliceIndex) const
{
    const double x =
        (pixel.x() - slice.x()) * static_cast<double>(axes.column.voxels) / slice.width();
    const double y =
        (pixel.y() - slice.y()) * static_cast<double>(axes.row.voxels) / slice.height();
    VoxelPosition position{};
    position[axes.column.voxelAxis] = positionInRun(axes.column, x);
    position[axes.row.voxelAxis] = positionInRun(axes.row, y);
    position[axes.normal.voxelAxis] = static_cast<double>(sliceIndex);
    return position;
}

double fittingScale(const PlaneAxes &axes, QSizeF room)
{
    return std::max(
        std::min(room.width() / axes.column.lengthMm(), room.height() / axes.row.lengthMm()),
        1.0 / std::max(axes.column.lengthMm(), axes.row.lengthMm()));
}

SlicePlacement placeSlice(const PlaneAxes &axes, const QRectF &pane, double pixelsPerMm,
                          const VoxelPosition &centre)
{
    SlicePlacement placement{
        axes, {0, 0, pixelsOf(axes.column, pixelsPerMm), pixelsOf(axes.row, pixelsPerMm)}};
    const QPointF shift = pane.center() - placement.pixelOf(centre);
    placement.slice.translate(wholePixels(shift.x()), wholePixels(shift.y()));
    return placement;
}

VoxelPosition centreOfVolume(const VoxelIndex &dims)
{
    return {static_cast<double>(dims[0] - 1) / 2.0, static_cast<double>(dims[1] - 1) / 2.0,
            static_cast<double>(dims[2] - 1) / 2.0};
}

} // namespace mrb::viewer
