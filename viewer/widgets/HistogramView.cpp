// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/HistogramView.h"

#include "viewer/render/World.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

namespace {

constexpr double kSideMargin = 9.0; ///< half a handle fits beside the axis
constexpr double kGrip = 7.0;       ///< this near to an edge takes hold of it
constexpr double kStripHeight = 10.0;
constexpr double kGap = 4.0;
constexpr double kKeySteps = 200.0; ///< of the axis
constexpr double kFarther = 10.0;   ///< with Shift
constexpr double kNarrowest = 1e-3; ///< window, of the axis

} // namespace

HistogramView::HistogramView(QWidget *parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Histogram and window"));
    setToolTip(tr("How often each value occurs, on a logarithmic scale. Drag an edge of the window "
                  "or what is between them; double-click for the automatic window."));
    updateRange();
}

void HistogramView::setHistogram(std::shared_ptr<const Histogram> histogram)
{
    if (histogram == m_histogram)
        return;
    m_histogram = std::move(histogram);
    updateRange();
    update();
}

void HistogramView::setPlaceholder(const QString &text)
{
    if (text == m_placeholder)
        return;
    m_placeholder = text;
    update();
}

void HistogramView::setColours(const ColourScale &colours)
{
    if (colours == m_colours)
        return;
    m_colours = colours;
    // While an edge is held the axis must not slide away under the pointer.
    if (m_drag.part == Part::None)
        updateRange();
    describe();
    update();
}

void HistogramView::setAllShown(bool all)
{
    if (all == m_allShown)
        return;
    m_allShown = all;
    updateRange();
    update();
    Q_EMIT allShownChanged(all);
}

void HistogramView::updateRange()
{
    m_range = axisRange(m_histogram.get(), m_colours.window, m_allShown);
    describe();
}

QRectF HistogramView::plot() const
{
    const double line = fontMetrics().height();
    const double top = line + kGap;
    const double below = kGap + kStripHeight + kGap + line;
    return {kSideMargin, top, std::max(1.0, width() - 2.0 * kSideMargin),
            std::max(1.0, height() - top - below)};
}

QRectF HistogramView::strip() const
{
    const QRectF above = plot();
    return {above.left(), above.bottom() + kGap, above.width(), kStripHeight};
}

double HistogramView::xOf(double value) const
{
    const QRectF area = plot();
    return area.left() + (value - m_range.low) / m_range.width() * area.width();
}

double HistogramView::valueAt(double x) const
{
    const QRectF area = plot();
    return m_range.low + (x - area.left()) / area.width() * m_range.width();
}

QString HistogramView::readout() const
{
    const IntensityWindow &window = m_colours.window;
    const bool overPlot = m_pointerX && m_drag.part == Part::None && m_histogram;
    if (!overPlot || m_histogram->isEmpty())
        return tr("Window %1 to %2").arg(numberText(window.low), numberText(window.high));
    const double value = valueAt(*m_pointerX);
    return tr("%1: %2 voxels")
        .arg(numberText(roundedFor(m_range, value)),
             locale().toString(static_cast<qulonglong>(countAt(*m_histogram, value))));
}

QSize HistogramView::minimumSizeHint() const
{
    return {160, fontMetrics().height() * 2 + 70};
}

QSize HistogramView::sizeHint() const
{
    return {260, fontMetrics().height() * 2 + 100};
}

HistogramView::Part HistogramView::partAt(QPointF position) const
{
    const double low = xOf(m_colours.window.low);
    const double high = xOf(m_colours.window.high);
    const double x = position.x();
    // Of two edges that are close together each is taken from its own side.
    if (std::abs(x - low) <= kGrip && (std::abs(x - low) <= std::abs(x - high)) &&
        !(x > low && high - low < kGrip && x > (low + high) / 2.0))
        return Part::Low;
    if (std::abs(x - high) <= kGrip)
        return Part::High;
    return x > low && x < high ? Part::Both : Part::None;
}

void HistogramView::move(Part part, const IntensityWindow &from, double by)
{
    IntensityWindow moved = from;
    const double narrowest = kNarrowest * m_range.width();
    switch (part) {
    case Part::None:
        return;
    case Part::Low:
        moved.low = std::min(roundedFor(m_range, from.low + by), from.high - narrowest);
        break;
    case Part::High:
        moved.high = std::max(roundedFor(m_range, from.high + by), from.low + narrowest);
        break;
    case Part::Both:
        moved.low = roundedFor(m_range, from.low + by);
        moved.high = moved.low + (from.high - from.low);
        break;
    }
    const bool usable =
        std::isfinite(moved.low) && std::isfinite(moved.high) && moved.low < moved.high;
    if (usable && moved != m_colours.window)
        Q_EMIT windowEdited(moved);
}

void HistogramView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) {
        QWidget::mousePressEvent(event);
        return;
    }
    m_drag = {partAt(event->position()), event->position().x(), m_colours.window};
    if (m_drag.part == Part::Low || m_drag.part == Part::High)
        m_selected = m_drag.part;
    updateCursor(event->position());
    describe();
    update();
}

void HistogramView::mouseMoveEvent(QMouseEvent *event)
{
    m_pointerX = event->position().x();
    if (m_drag.part == Part::None) {
        updateCursor(event->position());
    } else {
        const double moved = event->position().x() - m_drag.fromX;
        move(m_drag.part, m_drag.from, moved / plot().width() * m_range.width());
    }
    update();
}

void HistogramView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_drag.part == Part::None)
        return;
    m_drag = {};
    updateRange();
    updateCursor(event->position());
    update();
}

void HistogramView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_drag = {};
    Q_EMIT automaticWindowRequested();
    updateRange();
}

void HistogramView::leaveEvent(QEvent *event)
{
    m_pointerX.reset();
    update();
    QWidget::leaveEvent(event);
}

void HistogramView::updateCursor(QPointF position)
{
    const bool held = m_drag.part != Part::None;
    switch (held ? m_drag.part : partAt(position)) {
    case Part::Low:
    case Part::High:
        setCursor(Qt::SizeHorCursor);
        break;
    case Part::Both:
        setCursor(held ? Qt::ClosedHandCursor : Qt::OpenHandCursor);
        break;
    case Part::None:
        unsetCursor();
        break;
    }
}

bool HistogramView::focusNextPrevChild(bool next)
{
    const Part other = next ? Part::High : Part::Low;
    if (m_selected == other)
        return QWidget::focusNextPrevChild(next);
    m_selected = other;
    describe();
    update();
    return true;
}

void HistogramView::focusInEvent(QFocusEvent *event)
{
    if (event->reason() == Qt::TabFocusReason)
        m_selected = Part::Low;
    else if (event->reason() == Qt::BacktabFocusReason)
        m_selected = Part::High;
    describe();
    update();
    QWidget::focusInEvent(event);
}

void HistogramView::focusOutEvent(QFocusEvent *event)
{
    update();
    QWidget::focusOutEvent(event);
}

void HistogramView::keyPressEvent(QKeyEvent *event)
{
    const bool left = event->key() == Qt::Key_Left || event->key() == Qt::Key_Down;
    const bool right = event->key() == Qt::Key_Right || event->key() == Qt::Key_Up;
    if (!left && !right) {
        QWidget::keyPressEvent(event);
        return;
    }
    const double steps = event->modifiers().testFlag(Qt::ShiftModifier) ? kFarther : 1.0;
    move(m_selected, m_colours.window, (right ? steps : -steps) * m_range.width() / kKeySteps);
}

bool HistogramView::event(QEvent *event)
{
    // A surrounding scroll area or a command must not take what moves an edge.
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up ||
            key == Qt::Key_Down) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void HistogramView::resizeEvent(QResizeEvent *event)
{
    update();
    QWidget::resizeEvent(event);
}

void HistogramView::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    menu.addAction(tr("&Automatic window"), this, &HistogramView::automaticWindowRequested);
    QAction *all = menu.addAction(tr("Show &every value"), this, &HistogramView::setAllShown);
    all->setCheckable(true);
    all->setChecked(m_allShown);
    menu.exec(event->globalPos());
}

void HistogramView::describe()
{
    const QString text =
        tr("Window from %1 to %2, axis from %3 to %4; the arrow keys move the %5 edge")
            .arg(numberText(m_colours.window.low), numberText(m_colours.window.high),
                 numberText(roundedFor(m_range, m_range.low)),
                 numberText(roundedFor(m_range, m_range.high)),
                 m_selected == Part::Low ? tr("low") : tr("high"));
    if (text == accessibleDescription())
        return;
    setAccessibleDescription(text);
}

} // namespace mrb::viewer
