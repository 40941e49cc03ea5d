// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/render/TriPlanarPicture.h"

#include <QWidget>

#include <optional>

namespace mrb::viewer {

/// The three planes of a volume; the wheel steps through the slices of the plane under the pointer.
/// Painted by the CPU, so it works on every platform Qt has. Without a volume it says how to get
/// one.
class TriPlanarView : public QWidget
{
    Q_OBJECT

public:
    explicit TriPlanarView(QWidget *parent = nullptr);

    /// Shows the middle of a volume in place of what was shown. banner: as in TriPlanarPicture.
    void setVolume(const volume::Volume &volume, IntensityWindow window, const QString &banner);
    bool hasVolume() const { return m_picture.has_value(); }

    /// Empty without a volume.
    QString banner() const;
    /// The middle voxel of a new volume; meaningless without one.
    VoxelIndex cursor() const;
    /// Moves to the nearest voxel inside the volume.
    void setCursor(VoxelIndex cursor);

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    void cursorMoved(mrb::viewer::VoxelIndex cursor);

protected:
    void paintEvent(QPaintEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void describe();

    std::optional<TriPlanarPicture> m_picture;
    std::optional<Plane> m_wheelPlane;
    int m_wheelRest = 0; ///< eighths of a degree not yet turned into slices
};

} // namespace mrb::viewer
