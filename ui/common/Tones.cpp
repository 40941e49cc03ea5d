// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/common/Tones.h"

#include <QIconEngine>
#include <QPainter>
#include <QPalette>

#include <algorithm>

namespace mrb::ui {

namespace {

/// Drawn when asked for, so that it is sharp at every size and ratio.
class SignEngine final : public QIconEngine
{
public:
    SignEngine(Tone tone, QColor colour) : m_tone(tone), m_colour(colour) {}

    QIconEngine *clone() const override { return new SignEngine(m_tone, m_colour); }

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
        painter->scale(side / 16.0, side / 16.0); // the signs below fill 16 × 16
        painter->setOpacity(mode == QIcon::Disabled ? 0.4 : 1.0);
        const QPen pen(m_colour, 2.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
        painter->setPen(pen);
        switch (m_tone) {
        case Tone::Neutral:
            painter->drawEllipse(QPointF(0, 0), 4.0, 4.0);
            break;
        case Tone::Good:
            painter->drawPolyline(QPolygonF{{-5.0, 0.5}, {-1.5, 4.0}, {5.0, -4.0}});
            break;
        case Tone::Notice:
            painter->drawLine(QPointF(0, -5.0), QPointF(0, 1.0));
            painter->drawPoint(QPointF(0, 5.0));
            break;
        case Tone::Bad:
            painter->drawLine(QPointF(-4.0, -4.0), QPointF(4.0, 4.0));
            painter->drawLine(QPointF(-4.0, 4.0), QPointF(4.0, -4.0));
            break;
        case Tone::Busy:
            painter->setBrush(m_colour);
            painter->drawPolygon(QPolygonF{{-3.0, -4.5}, {4.5, 0.0}, {-3.0, 4.5}});
            break;
        }
        painter->restore();
    }

private:
    Tone m_tone;
    QColor m_colour;
};

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
    return QIcon(new SignEngine(tone, toneColour(tone, palette)));
}

} // namespace mrb::ui
