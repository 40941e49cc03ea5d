// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/Icons.h"

#include <QIconEngine>
#include <QPainter>
#include <QPalette>

#include <algorithm>

namespace mrb::ui {

namespace {

using Draw = void (*)(QPainter &painter, const QColor &colour);

/// Drawn when asked for, so that it is sharp at every size and ratio.
class DrawnEngine final : public QIconEngine
{
public:
    DrawnEngine(Draw draw, QColor colour) : m_draw(draw), m_colour(colour) {}

    QIconEngine *clone() const override { return new DrawnEngine(m_draw, m_colour); }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const double side = std::min(rect.width(), rect.height());
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->translate(QRectF(rect).center());
        painter->scale(side / 16.0, side / 16.0); // the drawings fill 16 × 16
        painter->setOpacity(mode == QIcon::Disabled ? 0.4 : 1.0);
        painter->setPen(QPen(m_colour, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        m_draw(*painter, m_colour);
        painter->restore();
    }

private:
    Draw m_draw;
    QColor m_colour;
};

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

QIcon drawn(Draw draw, const QPalette &palette)
{
    return QIcon(new DrawnEngine(draw, palette.color(QPalette::ButtonText)));
}

} // namespace

QIcon resetIcon(const QPalette &palette)
{
    return drawn(drawReset, palette);
}

QIcon diceIcon(const QPalette &palette)
{
    return drawn(drawDice, palette);
}

} // namespace mrb::ui
