// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/ViewerModel.h"

#include <QPoint>
#include <QRegion>
#include <QWidget>

#include <optional>

class QNativeGestureEvent;

namespace mrb::viewer {

/// What dragging with the right button does in a slice.
enum class RightDrag { Window, Zoom };

/// One plane of the current volume, or of the reference, painted by the CPU: works on every
/// platform Qt has. Turns gestures and keys into changes of the model; follows the model.
class SliceView : public QWidget
{
    Q_OBJECT

public:
    enum class Role { Current, Reference };

    /// The model must outlive the view.
    SliceView(ViewerModel &model, Plane plane, Role role, QWidget *parent = nullptr);

    Plane plane() const { return m_plane; }
    Role role() const { return m_role; }
    void setRightDrag(RightDrag what) { m_rightDrag = what; }

    /// Logical pixels per mm at which a framing of 1 is drawn. The owner chooses it for all panes,
    /// so that what has one size in mm has one on the screen; see fittingScale().
    void setFitScale(double pixelsPerMm);
    /// The largest such scale at which this pane's slice fits into it; nothing without a volume.
    std::optional<double> fittingScale() const;

    /// What is painted, at a resolution; nothing without a volume.
    std::optional<PaneView> paneView(double ratio) const;
    VolumeSlices *slices() const;

    /// A place in the current volume for a position in this widget; nothing without a volume.
    std::optional<VoxelPosition> positionAt(QPointF position) const;
    /// And back: where a place of the current volume is drawn.
    std::optional<QPointF> pointOf(const VoxelPosition &position) const;

    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// What is under the pointer, in the current volume; nothing when it has left.
    void hovered(std::optional<mrb::viewer::VoxelPosition> position);
    void maximiseRequested();
    /// A pane was painted; for those who measure how fast.
    void painted();

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    enum class Drag { None, Cursor, Measure, Pan, Window, Zoom, Split };

    Drag dragFor(const QMouseEvent &event) const;
    void dragTo(QPointF position, bool finished);
    bool isAtSplit(QPointF position) const;
    void pan(QPointF by);
    /// Keeps the place under the pointer where it is.
    void zoom(double factor, QPointF about);
    void turnWheel(int eighthsOfDegree);
    void moveCursor(int right, int down);
    void measureByKey();
    SlicePlacement placement(const PaneView &view, double ratio) const;
    VoxelPosition inCurrent(const VoxelPosition &position) const;
    VoxelPosition inShown(const VoxelPosition &position) const;
    void onCursorMoved();
    void tellPointer();
    QString title() const;
    QRegion crosshairRegion() const;
    void describe();

    ViewerModel &m_model;
    Plane m_plane;
    Role m_role;
    RightDrag m_rightDrag = RightDrag::Window;
    double m_fitScale = 1.0;
    Drag m_drag = Drag::None;
    Qt::MouseButton m_button = Qt::NoButton; ///< of the drag
    bool m_hasMoved = false;                 ///< since it was pressed
    QPointF m_dragFrom;                      ///< the last position of the drag
    QPointF m_pressed;
    VoxelPosition m_measureFrom{};
    bool m_measuringByKey = false;
    int m_wheelRest = 0; ///< eighths of a degree not yet turned into slices
    QString m_paintedTitle;
    QRegion m_paintedCrosshair;
};

} // namespace mrb::viewer
