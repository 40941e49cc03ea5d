// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/common/DrawnIcon.h"

#include <QIconEngine>
#include <QPainter>

#include <algorithm>
#include <utility>

namespace mrb::ui {

namespace {

class DrawnEngine final : public QIconEngine
{
public:
    DrawnEngine(std::function<void(QPainter &)> draw, QPen pen)
        : m_draw(std::move(draw)), m_pen(std::move(pen))
    {
    }

    QIconEngine *clone() const override { return new DrawnEngine(m_draw, m_pen); }

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
        painter->scale(side / 16.0, side / 16.0);
        painter->setOpacity(mode == QIcon::Disabled ? 0.4 : 1.0);
        painter->setPen(m_pen);
        m_draw(*painter);
        painter->restore();
    }

private:
    std::function<void(QPainter &)> m_draw;
    QPen m_pen;
};

} // namespace

QIcon drawnIcon(std::function<void(QPainter &)> draw, const QColor &colour, double penWidth)
{
    return QIcon(new DrawnEngine(
        std::move(draw), QPen(colour, penWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin)));
}

} // namespace mrb::ui
