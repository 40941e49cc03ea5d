// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/PlaneAxes.h"
#include "viewer/render/SlicePipeline.h"

#include <QRectF>
#include <QSizeF>

#include <array>
#include <optional>
#include <vector>

class QFont;

namespace mrb::viewer {

/// Slices beside and below one another, all on one scale. Lengths are those of the widest slice of
/// a column and the tallest of a row.
struct PictureGrid
{
    std::vector<double> columnsMm;
    std::vector<double> rowsMm;
    /// Of each cell, both sides together, for letters and texts; logical pixels.
    QSizeF cellMargin = QSizeF(0, 0);
    QSizeF around = QSizeF(0, 0); ///< of all cells, both sides together; logical pixels
    /// Cells share what is left over, rather than staying together.
    bool spread = false;
};

/// A grid in a picture.
struct PlacedGrid
{
    double pixelsPerMm = 1.0;  ///< device pixels
    std::vector<QRectF> cells; ///< row by row; logical pixels, on whole device pixels
    QRectF all;                ///< around the cells
};

/// The largest scale at which everything fits, in the middle of the room.
/// @param room logical pixels
PlacedGrid placeGrid(const PictureGrid &grid, const QRectF &room, double ratio);

/// Logical pixels that the grid fills at a scale of so many of them per mm.
QSizeF gridSize(const PictureGrid &grid, double pixelsPerMm);

/// One plane.
PictureGrid planeGrid(const VolumeSlices &volume, Plane plane, bool annotations, const QFont &font);

/// Three planes: cells[cellOf[plane]] is a plane's. A fourth cell stays empty.
struct ThreePlanesGrid
{
    PictureGrid grid;
    std::array<std::size_t, 3> cellOf = {0, 1, 2};
};

/// In a row, in a square (coronal above axial, sagittal beside coronal) or below one another,
/// whichever shows them largest; nothing for the room: in a row.
ThreePlanesGrid threePlanesGrid(const VolumeSlices &volume, bool annotations, const QFont &font,
                                const std::optional<QSizeF> &room = {});

} // namespace mrb::viewer
