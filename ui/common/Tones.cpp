// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/common/Tones.h"

#include "ui/common/DrawnIcon.h"

#include <QPainter>
#include <QPalette>

namespace mrb::ui {

namespace {

void drawSign(QPainter &painter, Tone tone, const QColor &colour)
{
    switch (tone) {
    case Tone::Neutral:
        painter.drawEllipse(QPointF(0, 0), 4.0, 4.0);
        break;
    case Tone::Good:
        painter.drawPolyline(QPolygonF{{-5.0, 0.5}, {-1.5, 4.0}, {5.0, -4.0}});
        break;
    case Tone::Notice:
        painter.drawLine(QPointF(0, -5.0), QPointF(0, 1.0));
        painter.drawPoint(QPointF(0, 5.0));
        break;
    case Tone::Bad:
        painter.drawLine(QPointF(-4.0, -4.0), QPointF(4.0, 4.0));
        painter.drawLine(QPointF(-4.0, 4.0), QPointF(4.0, -4.0));
        break;
    case Tone::Busy:
        painter.setBrush(colour);
        painter.drawPolygon(QPolygonF{{-3.0, -4.5}, {4.5, 0.0}, {-3.0, 4.5}});
        break;
    }
}

} // namespace

QColor toneColour(Tone tone, const QPalette &palette)
{
    const bool dark = palette.color(QPalette::Window).lightness() < 128;
    switch (tone) {
    case Tone::Neutral:
        break;
    case Tone::Good:
        return dark ? QColor(0x6f, 0xcf, 0x7c) : QColor(0x1b, 0x72, 0x2c);
    case Tone::Notice:
        return dark ? QColor(0xf0, 0xb8, 0x4a) : QColor(0x8a, 0x53, 0x00);
    case Tone::Bad:
        return dark ? QColor(0xff, 0x8a, 0x80) : QColor(0xb0, 0x1c, 0x1c);
    case Tone::Busy:
        return dark ? QColor(0x7f, 0xb6, 0xff) : QColor(0x1a, 0x5c, 0xb0);
    }
    return palette.color(QPalette::Disabled, QPalette::WindowText);
}

QIcon toneIcon(Tone tone, const QPalette &palette)
{
    constexpr double kPen = 2.0;
    const QColor colour = toneColour(tone, palette);
    return drawnIcon([tone, colour](QPainter &painter) { drawSign(painter, tone, colour); }, colour,
                     kPen);
}

} // namespace mrb::ui
