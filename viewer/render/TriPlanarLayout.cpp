// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/TriPlanarLayout.h"

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

namespace {

/// Device pixels of a slice whose left edge and centre line are given in logical pixels.
QRect devicePixels(const PlaneAxes &axes, double left, double centreY, double pixelsPerMm,
                   double ratio)
{
    const auto device = [ratio](double logical) {
        return static_cast<int>(std::lround(logical * ratio));
    };
    const double height = axes.row.lengthMm() * pixelsPerMm;
    return {device(left), device(centreY - height / 2.0),
            std::max(device(axes.column.lengthMm() * pixelsPerMm), 1), std::max(device(height), 1)};
}

} // namespace

std::optional<Plane> TriPlanarLayout::planeAt(QPointF position) const
{
    for (const PlaneCell &cell : cells) {
        if (cell.area.contains(position))
            return cell.plane;
    }
    return std::nullopt;
}

TriPlanarLayout layOutThreePlanes(const std::array<PlaneAxes, 3> &axes, QRectF area,
                                  double lineHeight, double ratio)
{
    const double letters = kLetterBand * lineHeight;
    const double title = 1.8 * lineHeight;
    const double footer = 1.8 * lineHeight;
    TriPlanarLayout layout;
    layout.footer = {area.left(), area.bottom() - footer, area.width(), footer};

    double widthMm = 0.0;
    double heightMm = 0.0;
    for (const PlaneAxes &plane : axes) {
        widthMm += plane.column.lengthMm();
        heightMm = std::max(heightMm, plane.row.lengthMm());
    }
    const double bands = 2.0 * letters * static_cast<double>(axes.size());
    const QRectF slices(area.left(), area.top() + title + letters, area.width(),
                        area.height() - title - 2.0 * letters - footer);
    const double pixelsPerMm =
        std::max(std::min((slices.width() - bands) / widthMm, slices.height() / heightMm), 0.0);
    // What is left over goes between the planes and to both sides alike.
    const double spare = std::max(slices.width() - bands - widthMm * pixelsPerMm, 0.0) /
                         static_cast<double>(axes.size());

    double left = area.left();
    for (std::size_t i = 0; i < axes.size(); ++i) {
        PlaneCell &cell = layout.cells[i];
        const double width = axes[i].column.lengthMm() * pixelsPerMm + 2.0 * letters + spare;
        cell.plane = axes[i].plane;
        cell.area = {left, area.top(), width, area.height() - footer};
        cell.title = {left, area.top(), width, title};
        cell.devicePixels = devicePixels(axes[i], left + letters + spare / 2.0, slices.center().y(),
                                         pixelsPerMm, ratio);
        left += width;
    }
    return layout;
}

} // namespace mrb::viewer
