// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/PlaneAxes.h"

#include <QRect>
#include <QRectF>

#include <array>
#include <optional>

namespace mrb::viewer {

/// Where one plane is. Logical pixels but for the slice, which must meet device pixels exactly.
struct PlaneCell
{
    Plane plane = Plane::Axial;
    QRectF area;        ///< everything of this plane; a gesture in it concerns the plane
    QRectF title;       ///< a line of text above the slice
    QRect devicePixels; ///< the slice
};

/// Three planes in a row on one scale (mm per pixel), edge letters around each slice, a line of
/// text at the bottom. Pure arithmetic.
struct TriPlanarLayout
{
    std::array<PlaneCell, 3> cells;
    QRectF footer;

    std::optional<Plane> planeAt(QPointF position) const;
};

/// Room for the letter at each edge of a slice, in line heights.
inline constexpr double kLetterBand = 1.8;

/// @param area       logical pixels
/// @param lineHeight of the font, logical pixels
/// @param ratio      device pixels per logical pixel
TriPlanarLayout layOutThreePlanes(const std::array<PlaneAxes, 3> &axes, QRectF area,
                                  double lineHeight, double ratio);

} // namespace mrb::viewer
