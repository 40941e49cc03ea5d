// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/PlaneAxes.h"

#include <QPointF>
#include <QRect>
#include <QRectF>
#include <QSizeF>

#include <cstdint>

namespace mrb::viewer {

/// Where a slice lies in a pane. All pixels are device pixels, counted from where the pane's are.
struct SlicePlacement
{
    PlaneAxes axes;
    QRect slice; ///< edge to edge of the outermost voxels; may reach beyond the pane

    QPointF pixelOf(const VoxelPosition &position) const;
    /// The place in a slice (its index as stored) that a pixel shows, also outside the volume.
    VoxelPosition positionAt(QPointF pixel, std::int64_t slice) const;
    double pixelsPerMm() const { return slice.width() / axes.column.lengthMm(); }

    friend bool operator==(const SlicePlacement &, const SlicePlacement &) = default;
};

/// The largest scale, pixels per mm, at which a whole slice fits.
double fittingScale(const PlaneAxes &axes, QSizeF room);

/// A slice at a scale, with a place of the volume in the middle of the pane. In true proportion to
/// the pixel; never smaller than one pixel nor larger than kMaxSlicePixels along an edge.
SlicePlacement placeSlice(const PlaneAxes &axes, const QRectF &pane, double pixelsPerMm,
                          const VoxelPosition &centre);

inline constexpr int kMaxSlicePixels = 1 << 20;

/// The middle of the field of view.
VoxelPosition centreOfVolume(const VoxelIndex &dims);

} // namespace mrb::viewer
