// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/render/SlicePipeline.h"
#include "viewer/render/TriPlanarLayout.h"

#include <QFont>
#include <QImage>
#include <QString>

#include <optional>
#include <vector>

class QPainter;

namespace mrb::viewer {

/// The three planes of a volume through one voxel, with edge letters, slice numbers, the convention
/// by name and a banner about where the volume comes from. A window and a picture file get the same
/// pixels. Needs no display, but text needs a QGuiApplication (platform "offscreen" will do).
/// One thread at a time.
class TriPlanarPicture
{
public:
    /// Shows the middle slices. banner: the provenance, on top of every picture of this volume.
    TriPlanarPicture(const volume::Volume &volume, IntensityWindow window, QString banner);

    VoxelIndex cursor() const { return m_cursor; }
    /// Moves to the nearest voxel inside the volume.
    void setCursor(VoxelIndex cursor);
    /// The cursor moved by a number of slices of a plane, towards superior, anterior or right.
    VoxelIndex stepped(Plane plane, std::int64_t slices) const;

    void setInterpolation(Interpolation interpolation) { m_interpolation = interpolation; }

    const QString &banner() const { return m_banner; }
    /// "Axial  k = 64 of 0–127": the index as stored in the file.
    QString sliceText(Plane plane) const;

    /// Fills the area with the painter's font, at the resolution of the device it paints on.
    /// The painter must not be transformed. area: logical pixels.
    void paint(QPainter &painter, const QRectF &area);
    /// Which plane paint() has at a position, logical pixels.
    std::optional<Plane> planeAt(QPointF position, const QRectF &area, const QFont &font) const;

    /// A picture of its own. size: logical pixels; ratio: device pixels per logical pixel.
    QImage image(QSize size, double ratio = 1.0);

private:
    TriPlanarLayout layOut(const QRectF &area, const QFont &font, double ratio) const;
    double bannerHeight(double width, const QFont &font) const;
    void paintBanner(QPainter &painter, const QRectF &area) const;
    void paintCell(QPainter &painter, const PlaneCell &cell, double ratio);
    void paintFooter(QPainter &painter, const QRectF &area) const;
    SlicePipeline &pipeline(Plane plane) { return m_pipelines[static_cast<std::size_t>(plane)]; }
    const PlaneAxes &axes(Plane plane) const
    {
        return m_pipelines[static_cast<std::size_t>(plane)].axes();
    }

    std::vector<SlicePipeline> m_pipelines; // in the order of kPlanes
    VoxelIndex m_dims;
    VoxelIndex m_cursor;
    double m_obliqueDegrees;
    IntensityWindow m_window;
    Interpolation m_interpolation = Interpolation::Linear;
    QString m_banner;
};

/// Behind every picture, whatever the colours of the desktop: greys are judged against it.
inline constexpr QRgb kPictureBackground = qRgb(0x0b, 0x0d, 0x10);

} // namespace mrb::viewer
