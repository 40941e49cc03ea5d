// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/SlicePipeline.h"
#include "viewer/render/SlicePlacement.h"
#include "viewer/render/ViewSettings.h"

#include <QRectF>
#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

class QFont;
class QPainter;

namespace mrb::viewer {

enum class MeasurementKind { Ruler, Box, Ellipse };

/// Something measured on a slice. A box or an ellipse is given by opposite corners of its bounding
/// rectangle.
struct Measurement
{
    MeasurementKind kind = MeasurementKind::Ruler;
    Plane plane = Plane::Axial;
    std::int64_t slice = 0;
    VoxelPosition from{};
    VoxelPosition to{};
    QString text; ///< the result, for the label and the clipboard

    friend bool operator==(const Measurement &, const Measurement &) = default;
};

/// A second volume on the same grid, uncovered right of a vertical line through the pane.
struct Reveal
{
    VolumeSlices *volume = nullptr; ///< borrowed, never null
    ColourScale colours;
    double from = 0.5; ///< 0 the pane's left edge, 1 its right one
    QString caption;
};

/// One plane of one volume as it fills a pane.
struct PaneView
{
    Plane plane = Plane::Axial;
    VoxelIndex cursor{}; ///< inside the volume
    ViewSettings settings;
    ColourScale colours;
    double pixelsPerMm = 1.0; ///< device pixels
    VoxelPosition centre{};   ///< in the middle of the pane
    QString caption;          ///< such as the volume's name, where there are several
    /// While something moves: cubic is drawn linear, slabs at the resolution of the voxels.
    bool draft = false;
    std::vector<Measurement> measurements;
    std::optional<Reveal> reveal;
};

/// "Axial  k = 64 of 0–127  ·  S 12.5 mm": the index as stored in the file, and where the slice
/// lies in the world.
QString sliceText(const volume::VolumeGeometry &geometry, const PlaneAxes &axes,
                  const VoxelIndex &cursor);

/// Where paintPane() puts the slice; pane: device pixels.
SlicePlacement placementIn(const QRectF &pane, const VolumeSlices &volume, const PaneView &view);

/// What is left free around a fitted slice for its letters and texts: at both sides together, and
/// above and below together. Logical pixels.
QSizeF paneMargins(const QFont &font);

/// The scale at which a plane fits with its letters and texts around it, device pixels per mm.
/// @param pane  logical pixels
/// @param ratio device pixels per logical pixel
double fittingPaneScale(const PlaneAxes &axes, QSizeF pane, const QFont &font, double ratio);

/// Fills the area (logical pixels) with a slice, at the resolution of the device it paints on,
/// edge letters and, where wanted, texts, scale bar, crosshair and measurements. The painter must
/// not be transformed. Any one thread; text needs a QGuiApplication.
void paintPane(QPainter &painter, const QRectF &area, VolumeSlices &volume, const PaneView &view);

/// Where pixels come from that are not text: the slice alone, without letters.
void paintSlice(QPainter &painter, const QRectF &area, VolumeSlices &volume, const PaneView &view);

/// Behind every picture, whatever the colours of the desktop: greys are judged against it.
inline constexpr QRgb kPictureBackground = qRgb(0x0b, 0x0d, 0x10);

} // namespace mrb::viewer
