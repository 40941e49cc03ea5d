// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/PictureLayout.h"

#include "viewer/render/PanePainter.h"

#include <QFont>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mrb::viewer {

namespace {

/// One direction of a grid, in device pixels.
struct Track
{
    const std::vector<double> &lengthsMm;
    int margin; ///< of each cell
    int around; ///< of all

    int cells() const { return static_cast<int>(lengthsMm.size()); }
    int slice(std::size_t cell, double pixelsPerMm) const
    {
        return std::max(1, static_cast<int>(std::lround(lengthsMm[cell] * pixelsPerMm)));
    }
    int slices(double pixelsPerMm) const
    {
        int sum = 0;
        for (std::size_t cell = 0; cell < lengthsMm.size(); ++cell)
            sum += slice(cell, pixelsPerMm);
        return sum;
    }

    double fittingScale(int room) const
    {
        const double forSlices = std::max(1, room - around - cells() * margin);
        double scale = forSlices / std::accumulate(lengthsMm.begin(), lengthsMm.end(), 0.0);
        // Each length is rounded by itself: step down until their sum fits too.
        constexpr int kEnough = 16;
        for (int step = 0; step < kEnough && slices(scale) > forSlices; ++step)
            scale *= forSlices / slices(scale);
        return scale;
    }

    /// Where each cell begins, and the end of the last one.
    std::vector<int> edges(int room, double scale, bool spread) const
    {
        const int left = std::max(0, room - around - cells() * margin - slices(scale));
        std::vector<int> edges = {spread ? around / 2 : (around + left) / 2};
        for (std::size_t cell = 0; cell < lengthsMm.size(); ++cell) {
            const auto index = static_cast<int>(cell);
            const int share = spread ? left * (index + 1) / cells() - left * index / cells() : 0;
            edges.push_back(edges.back() + slice(cell, scale) + margin + share);
        }
        return edges;
    }
};

int pixels(double logical, double ratio)
{
    return static_cast<int>(std::lround(logical * ratio));
}

QSizeF marginsFor(bool annotations, const QFont &font)
{
    return annotations ? paneMargins(font) : QSizeF(0, 0);
}

} // namespace

PlacedGrid placeGrid(const PictureGrid &grid, const QRectF &room, double ratio)
{
    const QSize size(pixels(room.width(), ratio), pixels(room.height(), ratio));
    const Track columns{grid.columnsMm, pixels(grid.cellMargin.width(), ratio),
                        pixels(grid.around.width(), ratio)};
    const Track rows{grid.rowsMm, pixels(grid.cellMargin.height(), ratio),
                     pixels(grid.around.height(), ratio)};
    PlacedGrid placed;
    placed.pixelsPerMm =
        std::min(columns.fittingScale(size.width()), rows.fittingScale(size.height()));
    const auto xs = columns.edges(size.width(), placed.pixelsPerMm, grid.spread);
    const auto ys = rows.edges(size.height(), placed.pixelsPerMm, grid.spread);
    const auto logical = [&](int left, int top, int right, int bottom) {
        return QRectF(room.x() + left / ratio, room.y() + top / ratio, (right - left) / ratio,
                      (bottom - top) / ratio);
    };
    for (std::size_t row = 0; row + 1 < ys.size(); ++row)
        for (std::size_t column = 0; column + 1 < xs.size(); ++column)
            placed.cells.push_back(logical(xs[column], ys[row], xs[column + 1], ys[row + 1]));
    placed.all = logical(xs.front(), ys.front(), xs.back(), ys.back());
    return placed;
}

QSizeF gridSize(const PictureGrid &grid, double pixelsPerMm)
{
    const auto length = [&](const std::vector<double> &lengthsMm, double margin, double around) {
        double sum = around + static_cast<double>(lengthsMm.size()) * margin;
        for (const double mm : lengthsMm)
            sum += std::max(1.0, std::round(mm * pixelsPerMm));
        return sum;
    };
    return {length(grid.columnsMm, grid.cellMargin.width(), grid.around.width()),
            length(grid.rowsMm, grid.cellMargin.height(), grid.around.height())};
}

PictureGrid planeGrid(const VolumeSlices &volume, Plane plane, bool annotations, const QFont &font)
{
    const PlaneAxes &axes = volume.axes(plane, Convention::Radiological); // lengths do not differ
    return {.columnsMm = {axes.column.lengthMm()},
            .rowsMm = {axes.row.lengthMm()},
            .cellMargin = marginsFor(annotations, font),
            .spread = true};
}

ThreePlanesGrid threePlanesGrid(const VolumeSlices &volume, bool annotations, const QFont &font,
                                const std::optional<QSizeF> &room)
{
    const auto lengths = [&](Plane plane) {
        const PlaneAxes &axes = volume.axes(plane, Convention::Radiological);
        return QSizeF(axes.column.lengthMm(), axes.row.lengthMm());
    };
    const QSizeF axial = lengths(Plane::Axial);
    const QSizeF coronal = lengths(Plane::Coronal);
    const QSizeF sagittal = lengths(Plane::Sagittal);
    const auto grid = [&](std::vector<double> columns, std::vector<double> rows) {
        return PictureGrid{.columnsMm = std::move(columns),
                           .rowsMm = std::move(rows),
                           .cellMargin = marginsFor(annotations, font),
                           .spread = true};
    };
    ThreePlanesGrid row{grid({axial.width(), coronal.width(), sagittal.width()},
                             {std::max({axial.height(), coronal.height(), sagittal.height()})})};
    if (!room)
        return row;
    // Coronal and axial pictures have the same columns, coronal and sagittal ones the same rows.
    const ThreePlanesGrid square{
        grid({std::max(coronal.width(), axial.width()), sagittal.width()},
             {std::max(coronal.height(), sagittal.height()), axial.height()}),
        {2, 0, 1}};
    const ThreePlanesGrid column{
        grid({std::max({axial.width(), coronal.width(), sagittal.width()})},
             {axial.height(), coronal.height(), sagittal.height()})};
    const auto scale = [&](const ThreePlanesGrid &three) {
        return placeGrid(three.grid, QRectF(QPointF(), *room), 1.0).pixelsPerMm;
    };
    return std::max({row, square, column},
                    [&](const auto &a, const auto &b) { return scale(a) < scale(b); });
}

} // namespace mrb::viewer
