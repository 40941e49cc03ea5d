// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/setup/StepList.h"

#include "ui/setup/SetupWords.h"

#include <QApplication>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>
#include <utility>

namespace mrb::ui {

using backend::SetupStep;

namespace {

constexpr int kMargin = 8;
constexpr int kSign = 18;
constexpr int kColumns = 38; ///< characters

enum Role { ToneRole = Qt::UserRole, TitleRole, StateRole, FactRole };

class StepDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &given,
               const QModelIndex &index) const override
    {
        QStyleOptionViewItem option = given;
        initStyleOption(&option, index);
        const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
        const bool isSelected = option.state.testFlag(QStyle::State_Selected);
        const QPalette::ColorGroup group =
            option.state.testFlag(QStyle::State_Active) ? QPalette::Normal : QPalette::Inactive;
        const QColor ground =
            option.palette.color(group, isSelected ? QPalette::Highlight : QPalette::Base);
        QPalette signs = option.palette; // signs are chosen to be readable on the window's colour
        signs.setColor(QPalette::Window, ground);
        const QRect area = option.rect.adjusted(kMargin, kMargin, -kMargin, -kMargin);
        const int line = option.fontMetrics.height();
        painter->save();
        const QRect sign(area.left(), area.top() + (line - kSign) / 2, kSign, kSign);
        toneIcon(static_cast<Tone>(index.data(ToneRole).toInt()), signs).paint(painter, sign);
        painter->setPen(
            option.palette.color(group, isSelected ? QPalette::HighlightedText : QPalette::Text));
        QRect row(sign.right() + kMargin, area.top(), 0, line);
        row.setRight(area.right());
        QFont bold = option.font;
        bold.setBold(true);
        const auto draw = [&](const QFont &font, int role, Qt::TextElideMode mode) {
            painter->setFont(font);
            painter->drawText(
                row, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                QFontMetrics(font).elidedText(index.data(role).toString(), mode, row.width()));
            row.translate(0, line + 2);
        };
        const bool isPath = index.data(FactRole).toString().startsWith(u'/');
        draw(bold, TitleRole, Qt::ElideRight);
        draw(option.font, StateRole, Qt::ElideRight);
        draw(option.font, FactRole, isPath ? Qt::ElideMiddle : Qt::ElideRight);
        if (option.state.testFlag(QStyle::State_HasFocus)) {
            QStyleOptionFocusRect focus;
            focus.QStyleOption::operator=(option);
            focus.backgroundColor = ground;
            style->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, painter, option.widget);
        }
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {100, 3 * option.fontMetrics.height() + 4 + 2 * kMargin};
    }
};

SetupStep stepAt(int row)
{
    const auto last = static_cast<int>(backend::kSetupSteps.size()) - 1;
    return backend::kSetupSteps[static_cast<std::size_t>(std::clamp(row, 0, last))];
}

int rowOf(SetupStep step)
{
    return static_cast<int>(
        std::find(backend::kSetupSteps.begin(), backend::kSetupSteps.end(), step) -
        backend::kSetupSteps.begin());
}

} // namespace

StepList::StepList(QWidget *parent) : QListWidget(parent)
{
    setAccessibleName(tr("Steps"));
    setItemDelegate(new StepDelegate(this));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    for (const SetupStep step : backend::kSetupSteps) {
        auto *item = new QListWidgetItem(this);
        const QString number = QString::number(rowOf(step) + 1);
        item->setData(TitleRole, tr("%1. %2").arg(number, shortTitle(step)));
        setStep(step, Tone::Neutral, {}, {});
    }
    setCurrentRow(0);
    connect(this, &QListWidget::currentRowChanged, this,
            [this](int row) { Q_EMIT chosen(stepAt(row)); });
}

void StepList::setStep(SetupStep step, Tone tone, const QString &state, const QString &fact)
{
    QListWidgetItem *row = item(rowOf(step));
    row->setData(ToneRole, static_cast<int>(tone));
    row->setData(StateRole, state);
    row->setData(FactRole, fact);
    row->setToolTip(fact.isEmpty() ? QString()
                                   : QStringLiteral("<p>%1</p>").arg(fact.toHtmlEscaped()));
    row->setData(Qt::AccessibleTextRole,
                 tr("%1: %2. %3").arg(row->data(TitleRole).toString(), state, fact));
}

SetupStep StepList::current() const
{
    return stepAt(currentRow());
}

void StepList::setCurrent(SetupStep step)
{
    setCurrentRow(rowOf(step));
}

QString StepList::stateOf(SetupStep step) const
{
    return item(rowOf(step))->data(StateRole).toString();
}

QSize StepList::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * kColumns + kSign + 3 * kMargin,
            QListWidget::sizeHint().height()};
}

} // namespace mrb::ui
