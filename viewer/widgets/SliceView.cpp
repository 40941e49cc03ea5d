// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/SliceView.h"

#include "viewer/render/World.h"

#include <QCursor>
#include <QPainter>

#include <cmath>

namespace mrb::viewer {

SliceView::SliceView(ViewerModel &model, Plane plane, Role role, QWidget *parent)
    : QWidget(parent), m_model(model), m_plane(plane), m_role(role)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    grabGesture(Qt::PinchGesture);
    connect(&model, &ViewerModel::cursorMoved, this, &SliceView::onCursorMoved);
    const auto repaint = [this] {
        describe();
        tellPointer();
        update();
    };
    connect(&model, &ViewerModel::volumesChanged, this, repaint);
    connect(&model, &ViewerModel::appearanceChanged, this, repaint);
    describe();
}

VolumeSlices *SliceView::slices() const
{
    if (!m_model.current())
        return nullptr;
    if (m_role == Role::Reference)
        return m_model.reference() < 0 ? nullptr : m_model.volume(m_model.reference()).slices.get();
    if (m_model.compareMode() == CompareMode::Difference && m_model.difference())
        return m_model.difference().get();
    return m_model.current()->slices.get();
}

void SliceView::setFitScale(double pixelsPerMm)
{
    if (pixelsPerMm == m_fitScale)
        return;
    m_fitScale = pixelsPerMm;
    update();
}

std::optional<double> SliceView::fittingScale() const
{
    const VolumeSlices *shown = slices();
    if (!shown)
        return std::nullopt;
    return fittingPaneScale(shown->axes(m_plane, m_model.settings().convention), size(), font(),
                            1.0);
}

std::optional<PaneView> SliceView::paneView(double ratio) const
{
    VolumeSlices *shown = slices();
    if (!shown)
        return std::nullopt;
    PaneView view;
    view.plane = m_plane;
    view.settings = m_model.settings();
    view.draft = m_model.isMoving();
    view.pixelsPerMm = m_fitScale * ratio * m_model.framing(m_plane).zoom;
    view.cursor = m_model.cursor();
    view.centre = inShown(m_model.centre(m_plane));
    const bool several = m_model.volumeCount() > 1;
    const OpenVolume &current = *m_model.current();
    if (m_role == Role::Reference) {
        const OpenVolume &reference = m_model.volume(m_model.reference());
        const auto linked = linkedVoxel(current.slices->volume().geometry, m_model.cursor(),
                                        shown->volume().geometry);
        view.cursor = linked ? linked->voxel : middleVoxel(shown->volume().geometry);
        view.colours = m_model.coloursOf(m_model.reference());
        view.caption = linked && linked->inside ? reference.name
                                                : tr("%1 (cursor outside)").arg(reference.name);
        return view;
    }
    view.colours = m_model.colours();
    view.measurements = m_model.measurements();
    view.caption = several ? current.name : QString();
    const bool overlaid = m_model.reference() >= 0 && !m_model.compareProblem();
    if (overlaid && m_model.compareMode() == CompareMode::Split) {
        const OpenVolume &reference = m_model.volume(m_model.reference());
        view.reveal = Reveal{reference.slices.get(), m_model.coloursOf(m_model.reference()),
                             m_model.splitAt(), reference.name};
    } else if (overlaid && m_model.compareMode() == CompareMode::Difference) {
        const QString name = m_model.volume(m_model.reference()).name;
        view.caption = m_model.difference()
                           ? tr("Difference: %1 − %2").arg(current.name, name)
                           : tr("%1 – computing the difference from %2…").arg(current.name, name);
    }
    return view;
}

SlicePlacement SliceView::placement(const PaneView &view, double ratio) const
{
    const QRectF pane(0, 0, std::round(width() * ratio), std::round(height() * ratio));
    return placementIn(pane, *slices(), view);
}

VoxelPosition SliceView::inCurrent(const VoxelPosition &position) const
{
    if (m_role == Role::Current)
        return position; // the difference has the same grid
    const volume::VolumeGeometry &current = m_model.current()->slices->volume().geometry;
    return voxelPosition(current, worldMm(slices()->volume().geometry, position))
        .value_or(centreOf(m_model.cursor()));
}

VoxelPosition SliceView::inShown(const VoxelPosition &position) const
{
    if (m_role == Role::Current)
        return position;
    const volume::VolumeGeometry &current = m_model.current()->slices->volume().geometry;
    const volume::VolumeGeometry &shown = slices()->volume().geometry;
    return voxelPosition(shown, worldMm(current, position)).value_or(centreOfVolume(shown.dims));
}

std::optional<VoxelPosition> SliceView::positionAt(QPointF position) const
{
    const double ratio = devicePixelRatioF();
    const auto view = paneView(ratio);
    if (!view)
        return std::nullopt;
    const SlicePlacement placed = placement(*view, ratio);
    return inCurrent(placed.positionAt(position * ratio, placed.axes.sliceOf(view->cursor)));
}

std::optional<QPointF> SliceView::pointOf(const VoxelPosition &position) const
{
    const double ratio = devicePixelRatioF();
    const auto view = paneView(ratio);
    if (!view)
        return std::nullopt;
    return placement(*view, ratio).pixelOf(inShown(position)) / ratio;
}

QSize SliceView::minimumSizeHint() const
{
    const int line = fontMetrics().height();
    return {9 * line, 9 * line};
}

void SliceView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto view = paneView(devicePixelRatioF());
    if (!view) {
        painter.fillRect(rect(), QColor(kPictureBackground));
        return;
    }
    paintPane(painter, rect(), *slices(), *view);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
    m_paintedTitle = title();
    m_paintedCrosshair = crosshairRegion();
    Q_EMIT painted();
}

QRegion SliceView::crosshairRegion() const
{
    const auto at = pointOf(centreOf(m_model.cursor()));
    if (!at)
        return {};
    constexpr int kReach = 2;
    const QPoint pixel = at->toPoint();
    return QRegion(pixel.x() - kReach, 0, 2 * kReach + 1, height()) +
           QRegion(0, pixel.y() - kReach, width(), 2 * kReach + 1);
}

/// A pointer that rests sees another place when the picture under it changes.
void SliceView::tellPointer()
{
    if (underMouse() && isVisible())
        Q_EMIT hovered(positionAt(mapFromGlobal(QPointF(QCursor::pos()))));
}

/// Where another slice is stepped through, only the crosshair moves in this one.
void SliceView::onCursorMoved()
{
    describe();
    tellPointer();
    if (m_role == Role::Current && slices() && title() == m_paintedTitle)
        update(m_paintedCrosshair + crosshairRegion());
    else
        update();
}

/// Slice and mm of the cursor, which in an oblique volume differ within a slice too.
QString SliceView::title() const
{
    const auto view = paneView(devicePixelRatioF());
    if (!view)
        return {};
    return sliceText(slices()->volume().geometry,
                     slices()->axes(m_plane, view->settings.convention), view->cursor);
}

void SliceView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void SliceView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

void SliceView::describe()
{
    const QString role =
        m_role == Role::Reference ? tr("%1 slice of the reference") : tr("%1 slice");
    setAccessibleName(role.arg(planeName(m_plane)));
    const VolumeSlices *shown = slices();
    if (!shown) {
        setAccessibleDescription(tr("No volume"));
        return;
    }
    const OpenVolume &volume =
        m_role == Role::Reference ? m_model.volume(m_model.reference()) : *m_model.current();
    setAccessibleDescription(
        tr("%1. %2. %3")
            .arg(volume.banner, title(), conventionText(m_model.settings().convention)));
}

} // namespace mrb::viewer
