// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of SliceView that turns gestures and keys into changes of the model.
#include "viewer/render/World.h"
#include "viewer/widgets/SliceView.h"

#include <QNativeGestureEvent>
#include <QPinchGesture>
#include <QWheelEvent>

#include <cmath>

namespace mrb::viewer {

namespace {

constexpr double kZoomPerNotch = 1.15;
constexpr double kZoomPerPixel = 1.01;
constexpr double kSplitReach = 5.0; ///< logical pixels on both sides of the line
constexpr int kFastStep = 10;
constexpr double kPanPerKey = 8.0;    ///< logical pixels
constexpr double kSplitPerKey = 0.02; ///< of the width

/// To the right and downwards; null for keys that are no arrows.
QPointF directionOf(int key)
{
    switch (key) {
    case Qt::Key_Left:
        return {-1.0, 0.0};
    case Qt::Key_Right:
        return {1.0, 0.0};
    case Qt::Key_Up:
        return {0.0, -1.0};
    case Qt::Key_Down:
        return {0.0, 1.0};
    default:
        return {};
    }
}

} // namespace

bool SliceView::event(QEvent *event)
{
    if (event->type() == QEvent::NativeGesture) {
        const auto &gesture = static_cast<const QNativeGestureEvent &>(*event);
        if (gesture.gestureType() == Qt::ZoomNativeGesture) {
            zoom(1.0 + gesture.value(), gesture.position());
            return true;
        }
    }
    if (event->type() == QEvent::Gesture) {
        const auto *pinch = static_cast<QPinchGesture *>(
            static_cast<QGestureEvent *>(event)->gesture(Qt::PinchGesture));
        if (pinch) {
            zoom(pinch->scaleFactor(), mapFromGlobal(pinch->centerPoint().toPoint()));
            return true;
        }
    }
    return QWidget::event(event);
}

SliceView::Drag SliceView::dragFor(const QMouseEvent &event) const
{
    switch (event.button()) {
    case Qt::LeftButton:
        if (event.modifiers() & Qt::AltModifier)
            return Drag::Pan;
        if (isAtSplit(event.position()))
            return Drag::Split;
        // What is measured is the current volume.
        return m_model.tool() == Tool::Crosshair || m_role == Role::Reference ? Drag::Cursor
                                                                              : Drag::Measure;
    case Qt::MiddleButton:
        return Drag::Pan;
    case Qt::RightButton:
        return m_rightDrag == RightDrag::Window ? Drag::Window : Drag::Zoom;
    default:
        return Drag::None;
    }
}

void SliceView::mousePressEvent(QMouseEvent *event)
{
    if (!slices() || m_drag != Drag::None)
        return;
    m_drag = dragFor(*event);
    m_button = event->button();
    m_hasMoved = false;
    m_dragFrom = m_pressed = event->position();
    if (m_drag == Drag::Measure)
        m_measureFrom = positionAt(m_pressed).value_or(VoxelPosition{});
    if (m_drag == Drag::Cursor)
        dragTo(event->position(), false);
}

void SliceView::mouseMoveEvent(QMouseEvent *event)
{
    Q_EMIT hovered(positionAt(event->position()));
    if (!(event->buttons() & m_button))
        m_drag = Drag::None; // it was released while this pane was hidden
    if (m_drag == Drag::None) {
        setCursor(isAtSplit(event->position()) ? Qt::SplitHCursor : Qt::CrossCursor);
        return;
    }
    m_hasMoved = m_hasMoved || event->position() != m_pressed;
    if (m_hasMoved)
        dragTo(event->position(), false);
}

void SliceView::mouseReleaseEvent(QMouseEvent *event)
{
    if (m_drag == Drag::None || event->button() != m_button)
        return;
    // A click without a drag measures nothing.
    if (m_drag == Drag::Measure && (m_hasMoved || event->position() != m_pressed))
        dragTo(event->position(), true);
    m_drag = Drag::None;
}

void SliceView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        Q_EMIT maximiseRequested();
    else
        mousePressEvent(event); // a drag soon after another one
}

void SliceView::dragTo(QPointF position, bool finished)
{
    const QPointF by = position - m_dragFrom;
    m_dragFrom = position;
    const auto place = positionAt(position);
    if (!place)
        return;
    switch (m_drag) {
    case Drag::None:
        break;
    case Drag::Cursor:
        m_model.setCursor(nearestVoxel(m_model.current()->slices->volume().geometry, *place));
        break;
    case Drag::Measure:
        m_model.measure(m_plane, m_measureFrom, *place, finished);
        break;
    case Drag::Pan:
        pan(by);
        break;
    case Drag::Window:
        m_model.dragWindow(by.x(), by.y());
        break;
    case Drag::Zoom:
        zoom(std::pow(kZoomPerPixel, -by.y()), m_pressed);
        break;
    case Drag::Split:
        m_model.setSplitAt(position.x() / width());
        break;
    }
}

bool SliceView::isAtSplit(QPointF position) const
{
    return m_role == Role::Current && m_model.compareMode() == CompareMode::Split &&
           !m_model.compareProblem() &&
           std::abs(position.x() - m_model.splitAt() * width()) <= kSplitReach;
}

void SliceView::pan(QPointF by)
{
    const QPointF middle = QRectF(rect()).center();
    const auto before = positionAt(middle);
    const auto after = positionAt(middle - by);
    if (!before || !after)
        return;
    Framing framing = m_model.framing(m_plane);
    VoxelPosition centre = m_model.centre(m_plane);
    for (std::size_t axis = 0; axis < centre.size(); ++axis)
        centre[axis] += (*after)[axis] - (*before)[axis];
    framing.centre = centre;
    m_model.setFraming(m_plane, framing);
}

void SliceView::zoom(double factor, QPointF about)
{
    const auto anchor = positionAt(about);
    if (!anchor || !(factor > 0.0))
        return;
    const Framing before = m_model.framing(m_plane);
    const VoxelPosition centre = m_model.centre(m_plane);
    Framing framing{before.zoom * factor, centre};
    m_model.setFraming(m_plane, framing);
    framing = m_model.framing(m_plane); // the zoom may have met its limit
    const auto moved = positionAt(about);
    if (!moved)
        return;
    for (std::size_t axis = 0; axis < centre.size(); ++axis)
        (*framing.centre)[axis] += (*anchor)[axis] - (*moved)[axis];
    m_model.setFraming(m_plane, framing);
}

void SliceView::leaveEvent(QEvent *)
{
    Q_EMIT hovered(std::nullopt);
}

void SliceView::wheelEvent(QWheelEvent *event)
{
    if (!slices()) {
        event->ignore();
        return;
    }
    const int turned = event->angleDelta().y();
    if (event->modifiers() & Qt::ControlModifier)
        zoom(std::pow(kZoomPerNotch, double(turned) / int{QWheelEvent::DefaultDeltasPerStep}),
             event->position());
    else
        turnWheel(turned * (event->modifiers() & Qt::ShiftModifier ? kFastStep : 1));
    event->accept();
}

/// Touchpads send many small turns.
void SliceView::turnWheel(int eighthsOfDegree)
{
    m_wheelRest += eighthsOfDegree;
    const int steps = m_wheelRest / QWheelEvent::DefaultDeltasPerStep;
    m_wheelRest -= steps * QWheelEvent::DefaultDeltasPerStep;
    m_model.stepSlice(m_plane, steps);
}

void SliceView::keyPressEvent(QKeyEvent *event)
{
    const bool fast = event->modifiers() & Qt::ShiftModifier;
    const int step = fast ? kFastStep : 1;
    const QPointF direction = directionOf(event->key());
    if (!direction.isNull()) {
        if (event->modifiers() & Qt::ControlModifier)
            pan(-direction * (fast ? 10.0 : 1.0) * kPanPerKey);
        else if (event->modifiers() & Qt::AltModifier)
            m_model.setSplitAt(m_model.splitAt() + direction.x() * kSplitPerKey);
        else
            moveCursor(qRound(direction.x()) * step, qRound(direction.y()) * step);
        return;
    }
    switch (event->key()) {
    case Qt::Key_PageUp:
        return m_model.stepSlice(m_plane, step);
    case Qt::Key_PageDown:
        return m_model.stepSlice(m_plane, -step);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(kZoomPerNotch, QRectF(rect()).center());
    case Qt::Key_Minus:
        return zoom(1.0 / kZoomPerNotch, QRectF(rect()).center());
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return measureByKey();
    default:
        QWidget::keyPressEvent(event);
    }
}

void SliceView::moveCursor(int right, int down)
{
    m_model.moveInPlane(m_plane, right, down);
    if (m_measuringByKey)
        m_model.measure(m_plane, m_measureFrom, centreOf(m_model.cursor()), false);
}

/// What the left button does by dragging: Enter takes the cursor as one end, then as the other.
void SliceView::measureByKey()
{
    if (m_model.tool() == Tool::Crosshair || m_role == Role::Reference || !slices()) {
        m_measuringByKey = false;
        return;
    }
    m_measuringByKey = !m_measuringByKey;
    if (m_measuringByKey)
        m_measureFrom = centreOf(m_model.cursor());
    m_model.measure(m_plane, m_measureFrom, centreOf(m_model.cursor()), !m_measuringByKey);
}

} // namespace mrb::viewer
