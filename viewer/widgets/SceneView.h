// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/scene/SceneSettings.h"

#include <QTimer>
#include <QWidget>

#include <memory>
#include <optional>

namespace mrb::viewer {

class SceneRenderer;

/// A volume in three dimensions with its three slice planes. Left drag turns, the wheel zooms,
/// middle drag pans; arrows, + and - do the same, R resets. The right button is left to the owner.
/// Touches OpenGL only once it has been painted with a volume; where there is none it says why.
class SceneView : public QWidget
{
    Q_OBJECT

public:
    explicit SceneView(QWidget *parent = nullptr);
    ~SceneView() override;

    /// Shows a volume through its middle voxel; the camera stays where it is.
    void setVolume(const volume::Volume &volume, const ColourScale &colours);
    void clear();
    bool hasVolume() const { return m_volume.has_value(); }

    /// Moves the planes. Rays cast by the CPU wait until the cursor has come to rest.
    void setCursor(VoxelIndex cursor);
    void setColours(const ColourScale &colours);
    void setPreset(ScenePreset preset);
    ScenePreset preset() const { return m_settings.preset; }
    void setPlanesShown(bool shown);
    bool planesShown() const { return m_settings.showPlanes; }

    const SceneCamera &camera() const { return m_settings.camera; }
    void setCamera(const SceneCamera &camera);
    void resetCamera();

    /// The last frame drawn finely, fitted into a picture of this size; null while there is none.
    QImage picture(QSize devicePixels) const;
    /// Why there is no 3-D here; empty where there is, or where it was not tried yet.
    const QString &unavailableReason() const { return m_unavailable; }

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    void framePainted(); ///< a frame drawn finely is on the screen
    void cameraChanged(const mrb::viewer::SceneCamera &camera);
    void maximiseRequested(); ///< double click
    /// There is no 3-D here; in plain words why, and what to do.
    void unavailable(const QString &reason);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void start();
    QSize devicePixels() const;
    void ask(bool moving);
    void askWhenRested();
    void onFrame(const SceneFrame &frame);
    void paintNote(QPainter &painter) const;
    QString note() const;
    void describe();

    std::unique_ptr<SceneRenderer> m_renderer;
    std::optional<volume::Volume> m_volume;
    SceneSettings m_settings;
    SceneFrame m_frame;     ///< the newest
    SceneFrame m_fineFrame; ///< the newest that was not drawn while moving
    QString m_unavailable;
    QTimer m_start;
    QTimer m_rest; ///< runs while a fine frame is due
    QPointF m_dragFrom;
    Qt::MouseButton m_drag = Qt::NoButton;
};

} // namespace mrb::viewer
