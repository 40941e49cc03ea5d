// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/TriPlanarView.h"

#include <QPainter>
#include <QWheelEvent>

namespace mrb::viewer {

TriPlanarView::TriPlanarView(QWidget *parent) : QWidget(parent)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    describe();
}

void TriPlanarView::setVolume(const volume::Volume &volume, IntensityWindow window,
                              const QString &banner)
{
    m_picture.emplace(volume, window, banner);
    m_wheelRest = 0;
    describe();
    update();
    Q_EMIT cursorMoved(cursor());
}

QString TriPlanarView::banner() const
{
    return m_picture ? m_picture->banner() : QString();
}

VoxelIndex TriPlanarView::cursor() const
{
    return m_picture ? m_picture->cursor() : VoxelIndex{};
}

void TriPlanarView::setCursor(VoxelIndex cursor)
{
    if (!m_picture)
        return;
    const VoxelIndex before = m_picture->cursor();
    m_picture->setCursor(cursor);
    if (m_picture->cursor() == before)
        return;
    describe();
    update();
    Q_EMIT cursorMoved(m_picture->cursor());
}

QSize TriPlanarView::minimumSizeHint() const
{
    const int line = fontMetrics().height();
    return {40 * line, 16 * line};
}

QSize TriPlanarView::sizeHint() const
{
    return minimumSizeHint() * 2;
}

void TriPlanarView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (m_picture) {
        m_picture->paint(painter, rect());
        return;
    }
    painter.fillRect(rect(), QColor(kPictureBackground));
    painter.setPen(Qt::lightGray);
    painter.drawText(
        rect(), Qt::AlignCenter | Qt::TextWordWrap,
        tr("No volume. Choose File > Open to look at a NIfTI, NRRD or MetaImage file."));
}

void TriPlanarView::wheelEvent(QWheelEvent *event)
{
    const std::optional<Plane> plane =
        m_picture ? m_picture->planeAt(event->position(), rect(), font()) : std::nullopt;
    if (!plane) {
        event->ignore();
        return;
    }
    // Touchpads send many small turns; the rest of one plane is no turn in another.
    if (m_wheelPlane != plane)
        m_wheelRest = 0;
    m_wheelPlane = plane;
    m_wheelRest += event->angleDelta().y();
    const int slices = m_wheelRest / QWheelEvent::DefaultDeltasPerStep;
    m_wheelRest -= slices * QWheelEvent::DefaultDeltasPerStep;
    setCursor(m_picture->stepped(*plane, slices));
    event->accept();
}

void TriPlanarView::describe()
{
    setAccessibleName(tr("Axial, coronal and sagittal slice"));
    if (!m_picture) {
        setAccessibleDescription(tr("No volume"));
        return;
    }
    QStringList parts{m_picture->banner()};
    for (const Plane plane : kPlanes)
        parts += m_picture->sliceText(plane);
    setAccessibleDescription(parts.join(u". "));
}

} // namespace mrb::viewer
