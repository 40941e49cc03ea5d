// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/PanelSection.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QSignalBlocker>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QWheelEvent>

#include <algorithm>

namespace mrb::viewer {

namespace {

constexpr int kTextMargin = 4;

class PanelCombo : public QComboBox
{
public:
    using QComboBox::QComboBox;

protected:
    /// As QComboBox, but a text that is too long keeps its end: names differ there.
    void paintEvent(QPaintEvent *) override
    {
        QStylePainter painter(this);
        QStyleOptionComboBox option;
        initStyleOption(&option);
        painter.drawComplexControl(QStyle::CC_ComboBox, option);
        int room =
            style()
                ->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this)
                .width() -
            2 * kTextMargin;
        if (!option.currentIcon.isNull())
            room -= option.iconSize.width() + kTextMargin;
        const bool none = currentIndex() < 0;
        option.currentText = fontMetrics().elidedText(none ? placeholderText() : currentText(),
                                                      Qt::ElideMiddle, room);
        painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    }

    /// Scrolling through a panel must not change what the pointer happens to pass.
    void wheelEvent(QWheelEvent *event) override
    {
        if (hasFocus())
            QComboBox::wheelEvent(event);
        else
            event->ignore();
    }
};

} // namespace

PanelSection::PanelSection(const QString &title, QWidget *parent)
    : QWidget(parent), m_grid(new QGridLayout(this))
{
    setAccessibleName(title);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(1, 1);
    auto *heading = new QLabel(title, this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    heading->setTextFormat(Qt::PlainText);
    m_grid->addWidget(heading, 0, 0, 1, 2);
}

void PanelSection::addRow(const QString &label, QWidget *control, const QString &tip)
{
    auto *text = new QLabel(label, this);
    QString name = label;
    text->setBuddy(control);
    text->setToolTip(tip);
    control->setToolTip(tip);
    control->setAccessibleName(name.remove(u'&'));
    const int row = m_grid->rowCount();
    m_grid->addWidget(text, row, 0);
    m_grid->addWidget(control, row, 1);
    m_labels += text;
}

void PanelSection::addWide(QWidget *control, const QString &tip)
{
    if (!tip.isEmpty())
        control->setToolTip(tip);
    m_grid->addWidget(control, m_grid->rowCount(), 0, 1, 2);
}

int PanelSection::labelWidth() const
{
    int width = 0;
    for (const QLabel *label : m_labels)
        width = std::max(width, label->sizeHint().width());
    return width;
}

void PanelSection::setLabelWidth(int width)
{
    m_grid->setColumnMinimumWidth(0, width);
}

NumberBox::NumberBox(double least, double most, int decimals, double step, QWidget *parent)
    : QDoubleSpinBox(parent)
{
    setRange(least, most);
    setDecimals(decimals);
    setSingleStep(step);
    setKeyboardTracking(false); // half a number is no number
    setFocusPolicy(Qt::StrongFocus);
    setAlignment(Qt::AlignRight);
}

bool NumberBox::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const QString typed = static_cast<QKeyEvent *>(event)->text();
        if (!typed.isEmpty() && typed.front().isLetter()) {
            event->ignore();
            return false;
        }
    }
    return QDoubleSpinBox::event(event);
}

void NumberBox::wheelEvent(QWheelEvent *event)
{
    if (hasFocus())
        QDoubleSpinBox::wheelEvent(event);
    else
        event->ignore();
}

QComboBox *makePanelCombo(QWidget *parent)
{
    auto *combo = new PanelCombo(parent);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(6);
    combo->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    combo->setFocusPolicy(Qt::StrongFocus);
    return combo;
}

void setEntries(QComboBox *combo, const QStringList &entries)
{
    QStringList present;
    for (int index = 0; index < combo->count(); ++index)
        present += combo->itemText(index);
    if (present == entries)
        return;
    const QSignalBlocker blocker(combo);
    combo->clear();
    combo->addItems(entries);
    for (int index = 0; index < combo->count(); ++index)
        combo->setItemData(index, entries[index].toHtmlEscaped(), Qt::ToolTipRole);
}

QLabel *makeRemark(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // Long names must not widen the panel.
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    label->hide();
    return label;
}

void setRemark(QLabel *label, const QString &text)
{
    if (label->text() != text)
        label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace mrb::viewer
