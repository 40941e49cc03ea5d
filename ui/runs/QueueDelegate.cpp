// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/QueueDelegate.h"

#include "ui/common/Tones.h"
#include "ui/runs/QueueModel.h"

#include <QApplication>
#include <QPainter>

namespace mrb::ui {

namespace {

constexpr int kMargin = 5;
constexpr int kSign = 16;
constexpr int kBar = 4;

QColor mixed(const QColor &one, const QColor &other, double part)
{
    const auto mix = [part](int a, int b) { return static_cast<int>(a * (1 - part) + b * part); };
    return QColor(mix(one.red(), other.red()), mix(one.green(), other.green()),
                  mix(one.blue(), other.blue()));
}

void drawBar(QPainter *painter, const QRect &area, double fraction, const QColor &colour)
{
    QColor ground = colour;
    ground.setAlphaF(0.25F);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(ground);
    painter->drawRoundedRect(area, kBar / 2.0, kBar / 2.0);
    QRectF done = area;
    done.setWidth(area.width() * fraction);
    painter->setBrush(colour);
    painter->drawRoundedRect(done, kBar / 2.0, kBar / 2.0);
}

void drawFocus(QPainter *painter, const QStyleOptionViewItem &option, const QColor &ground)
{
    QStyleOptionFocusRect focus;
    focus.QStyleOption::operator=(option);
    focus.backgroundColor = ground;
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, painter, option.widget);
}

} // namespace

void QueueDelegate::paint(QPainter *painter, const QStyleOptionViewItem &given,
                          const QModelIndex &index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);

    painter->save();
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const QPalette::ColorGroup group =
        !option.state.testFlag(QStyle::State_Active) ? QPalette::Inactive : QPalette::Normal;
    const QPalette::ColorRole role = isSelected ? QPalette::HighlightedText : QPalette::Text;
    const QColor text = option.palette.color(group, role);
    const QColor ground =
        option.palette.color(group, isSelected ? QPalette::Highlight : QPalette::Base);
    QPalette signs = option.palette; // signs are chosen to be readable on the window's colour
    signs.setColor(QPalette::Window, ground);

    const QRect area = option.rect.adjusted(kMargin, kMargin, -kMargin, -kMargin);
    const int line = option.fontMetrics.height();
    const auto tone = static_cast<Tone>(index.data(QueueModel::ToneRole).toInt());
    toneIcon(tone, signs)
        .paint(painter, QRect(area.left(), area.top() + (line - kSign) / 2, kSign, kSign));
    QRect first(area.left() + kSign + kMargin, area.top(), 0, line);
    first.setRight(area.right());
    painter->setPen(text);
    painter->setFont(option.font);
    painter->drawText(first, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                      option.fontMetrics.elidedText(option.text, Qt::ElideRight, first.width()));

    QRect second = first.translated(0, line + 1);
    const QVariant fraction = index.data(QueueModel::FractionRole);
    painter->setPen(mixed(text, ground, 0.3));
    if (fraction.isValid()) {
        const QString percent =
            tr("%1 %").arg(static_cast<int>(fraction.toDouble() * 100.0)).trimmed();
        painter->drawText(second, Qt::AlignRight | Qt::AlignVCenter, percent);
        QRect bar(second.left(), second.bottom() + 2, second.width(), kBar);
        second.setRight(second.right() - option.fontMetrics.horizontalAdvance(percent) - kMargin);
        painter->save();
        drawBar(painter, bar, fraction.toDouble(),
                isSelected ? text : toneColour(Tone::Busy, signs));
        painter->restore();
    }
    painter->drawText(second, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                      option.fontMetrics.elidedText(
                          index.data(QueueModel::StateTextRole).toString().section(u'\n', 0, 0),
                          Qt::ElideRight, second.width()));
    if (option.state.testFlag(QStyle::State_HasFocus))
        drawFocus(painter, option, ground);
    painter->restore();
}

QSize QueueDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    // Narrow, so that the list never scrolls sideways.
    return {100, 2 * option.fontMetrics.height() + 1 + 2 + kBar + 2 * kMargin};
}

} // namespace mrb::ui
