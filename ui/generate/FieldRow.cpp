// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/FieldRow.h"

#include "ui/generate/Icons.h"
#include "ui/generate/Remark.h"
#include "ui/generate/ValueBox.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace mrb::ui {

namespace {

QString labelText(const contract::FieldSpec &field)
{
    const QString unit = contract::fieldUnit(field);
    return unit.isEmpty() ? contract::fieldLabel(field)
                          : QStringLiteral("%1 (%2)").arg(contract::fieldLabel(field), unit);
}

} // namespace

QString elementName(std::size_t element, std::size_t count)
{
    return count == 3 ? QString(QChar(u'x' + static_cast<char16_t>(element)))
                      : QString::number(element + 1);
}

FieldRow::FieldRow(backend::RequestForm &form, const contract::FieldSpec &field, QWidget *editor,
                   QWidget *parent)
    : QWidget(parent),
      m_form(form),
      m_field(field),
      m_label(new QLabel(labelText(field), this)),
      m_editor(editor),
      m_line(new QHBoxLayout),
      m_reset(new QToolButton(this)),
      m_error(new Remark(this)),
      m_warning(new Remark(this))
{
    const QString help = contract::fieldHelp(field);
    m_label->setToolTip(help);
    m_reset->setAutoRaise(true);
    m_reset->setIcon(resetIcon(palette()));
    m_reset->setFocusPolicy(Qt::StrongFocus);
    m_reset->setAccessibleName(tr("Reset %1").arg(contract::fieldLabel(field)));
    QSizePolicy kept = m_reset->sizePolicy();
    kept.setRetainSizeWhenHidden(true); // the boxes must not jump when it comes
    m_reset->setSizePolicy(kept);
    m_reset->hide();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    m_line->setSpacing(6);
    const bool isOneLine = contract::elementCount(field.kind) == 0 && !editor;
    if (isOneLine) {
        m_line->addWidget(m_label);
    } else {
        auto *head = new QHBoxLayout;
        head->addWidget(m_label, 1);
        head->addWidget(m_reset);
        layout->addLayout(head);
    }
    if (editor) {
        m_line->addWidget(editor, 1);
        m_label->setBuddy(editor);
        editor->setAccessibleName(contract::fieldLabel(field));
        editor->setToolTip(help);
    } else {
        addBoxes(m_line);
    }
    if (isOneLine)
        m_line->addWidget(m_reset);
    layout->addLayout(m_line);
    layout->addWidget(m_error);
    layout->addWidget(m_warning);
    m_error->setName(QStringLiteral("error"));
    m_warning->setName(QStringLiteral("warning"));

    connect(m_reset, &QToolButton::clicked, this, [this] {
        focusFirst(); // the button goes away
        m_form.reset(m_field.key);
    });
}

void FieldRow::addBoxes(QHBoxLayout *line)
{
    const std::size_t count = contract::elementCount(m_field.kind);
    for (std::size_t element = 0; element < std::max<std::size_t>(count, 1); ++element) {
        const auto index = static_cast<int>(element);
        auto *box = new ValueBox(m_field, index, this);
        box->setToolTip(contract::fieldHelp(m_field));
        box->setAccessibleName(count == 0 ? contract::fieldLabel(m_field)
                                          : tr("%1 %2").arg(contract::fieldLabel(m_field),
                                                            elementName(element, count)));
        if (count == 3)
            line->addWidget(new QLabel(elementName(element, count), this));
        line->addWidget(box, 1);
        connect(box, &ValueBox::edited, this,
                [this, index](const QString &text) { m_form.setText(m_field.key, index, text); });
        m_boxes += box;
    }
    m_label->setBuddy(m_boxes.front());
}

void FieldRow::setState(const backend::FieldState &state)
{
    const bool isWrong = !state.error.isEmpty();
    for (qsizetype i = 0; i < m_boxes.size(); ++i) {
        m_boxes[i]->showText(state.texts.value(i));
        m_boxes[i]->setPlaceholder(state.defaultTexts.value(i));
        m_boxes[i]->setAccessibleDescription(state.error);
    }
    // The box at fault where that is plain, else all of them.
    const bool isOneAtFault = std::any_of(m_boxes.begin(), m_boxes.end(),
                                          [](const ValueBox *box) { return !box->isPlausible(); });
    for (ValueBox *box : m_boxes)
        box->setWrong(isWrong && (!isOneAtFault || !box->isPlausible()));
    m_error->say(Tone::Bad, state.error);
    m_warning->say(Tone::Notice, isWrong ? QString() : state.warnings.join(u'\n'));
    m_reset->setVisible(state.overridden);
    const QString original = state.defaultTexts.join(QStringLiteral(" × "));
    m_reset->setToolTip(original.isEmpty() ? tr("Back to the default")
                                           : tr("Back to the default, %1").arg(original));
}

void FieldRow::addBeside(QWidget *control)
{
    m_line->insertWidget(m_line->indexOf(m_boxes.back()) + 1, control);
}

bool FieldRow::isWrong() const
{
    return !m_error->text().isEmpty();
}

void FieldRow::focusFirst()
{
    QWidget *target = m_editor ? m_editor : m_boxes.front();
    target->setFocus(Qt::OtherFocusReason);
}

int FieldRow::resetWidth() const
{
    return m_reset->sizeHint().width();
}

int FieldRow::labelWidth() const
{
    return m_line->indexOf(m_label) < 0 ? 0 : m_label->sizeHint().width();
}

void FieldRow::setLabelWidth(int width)
{
    if (m_line->indexOf(m_label) >= 0)
        m_label->setMinimumWidth(width);
}

void FieldRow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_reset->setIcon(resetIcon(palette()));
}

} // namespace mrb::ui
