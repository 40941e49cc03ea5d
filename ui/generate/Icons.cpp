// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/Icons.h"

#include "ui/common/DrawnIcon.h"

#include <QPainter>
#include <QPalette>

namespace mrb::ui {

namespace {

void drawReset(QPainter &painter, const QColor &colour)
{
    constexpr int kDegree = 16; // of QPainter's angles
    painter.drawArc(QRectF(-4.5, -4.5, 9, 9), -120 * kDegree, 270 * kDegree);
    painter.setBrush(colour);
    painter.drawPolygon(QPolygonF{{-6.5, -2.5}, {-1.5, -2.0}, {-4.5, 1.5}});
}

void drawDice(QPainter &painter, const QColor &colour)
{
    painter.drawRoundedRect(QRectF(-5.5, -5.5, 11, 11), 2, 2);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    for (const QPointF dot : {QPointF(-2.6, -2.6), QPointF(2.6, -2.6), QPointF(0, 0),
                              QPointF(-2.6, 2.6), QPointF(2.6, 2.6)})
        painter.drawEllipse(dot, 1.2, 1.2);
}

constexpr double kPen = 1.5;

} // namespace

QIcon resetIcon(const QPalette &palette)
{
    const QColor colour = palette.color(QPalette::ButtonText);
    return drawnIcon([colour](QPainter &painter) { drawReset(painter, colour); }, colour, kPen);
}

QIcon diceIcon(const QPalette &palette)
{
    const QColor colour = palette.color(QPalette::ButtonText);
    return drawnIcon([colour](QPainter &painter) { drawDice(painter, colour); }, colour, kPen);
}

} // namespace mrb::ui
