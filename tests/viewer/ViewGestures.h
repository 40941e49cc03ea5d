// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoreApplication>
#include <QImage>
#include <QMouseEvent>
#include <QTest>
#include <QWheelEvent>
#include <QWidget>

#include <algorithm>
#include <cstdlib>

/// What people do with mouse and touchpad.
namespace mrb::tests {

inline constexpr int kNotch = QWheelEvent::DefaultDeltasPerStep;

/// Whether the widget took it.
inline bool turnWheel(QWidget &widget, int delta, QPointF at,
                      Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&widget, &event);
    return event.isAccepted();
}

inline bool turnWheel(QWidget &widget, int delta, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    return turnWheel(widget, delta, QRectF(widget.rect()).center(), modifiers);
}

/// The pointer moves with no button pressed; QTest would move that of the desktop.
inline void hover(QWidget &widget, QPointF at, Qt::MouseButtons pressed = Qt::NoButton)
{
    QMouseEvent event(QEvent::MouseMove, at, widget.mapToGlobal(at), Qt::NoButton, pressed,
                      Qt::NoModifier);
    QCoreApplication::sendEvent(&widget, &event);
}

/// Press, a few moves and release.
inline void drag(QWidget &widget, Qt::MouseButton button, QPoint from, QPoint to,
                 Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    QTest::mousePress(&widget, button, modifiers, from);
    for (int step = 1; step <= 4; ++step)
        QTest::mouseMove(&widget, from + (to - from) * step / 4);
    QTest::mouseRelease(&widget, button, modifiers, to);
}

/// A widget as it paints itself, device pixel by device pixel.
inline QImage grabbed(QWidget &widget)
{
    QImage image = widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
    image.setDevicePixelRatio(1.0);
    return image;
}

/// Of any channel of any pixel; 255 where the sizes differ.
inline int mostDifference(const QImage &a, const QImage &b)
{
    if (a.size() != b.size())
        return 255;
    int most = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y);
            const QRgb q = b.pixel(x, y);
            most = std::max({most, std::abs(qRed(p) - qRed(q)), std::abs(qGreen(p) - qGreen(q)),
                             std::abs(qBlue(p) - qBlue(q))});
        }
    return most;
}

} // namespace mrb::tests
