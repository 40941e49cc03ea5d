// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/ValueBox.h"

#include "ui/common/Tones.h"

#include <QEvent>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStyle>
#include <QStyleOptionSpinBox>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace mrb::ui {

namespace {

using contract::FieldKind;

double stepOf(const contract::FieldSpec &field, const contract::Domain &domain)
{
    if (domain.step > 0)
        return domain.step;
    switch (field.kind) {
    case FieldKind::Integer:
    case FieldKind::IntegerTriple:
    case FieldKind::NumberQuadruple:
        return 1;
    case FieldKind::Number:
        return 0.5;
    case FieldKind::NumberTriple:
        return 0.01;
    case FieldKind::ModalityName:
    case FieldKind::FileNamePrefix:
        break;
    }
    return 0;
}

bool isInside(double value, const contract::Domain &domain)
{
    const auto &[minimum, maximum, step] = domain;
    const bool tooLow =
        minimum && (minimum->exclusive ? value <= minimum->value : value < minimum->value);
    const bool tooHigh =
        maximum && (maximum->exclusive ? value >= maximum->value : value > maximum->value);
    return !tooLow && !tooHigh;
}

} // namespace

QString steppedText(const QString &text, int steps, double step, const contract::Domain &domain)
{
    bool isNumber = false;
    const double from = text.trimmed().toDouble(&isNumber);
    if (!isNumber || !std::isfinite(from) || steps == 0 || step <= 0)
        return {};
    double to = from + steps * step;
    if (domain.step > 0) {
        const double place = from / domain.step;
        to = domain.step * (steps > 0 ? std::floor(place) + steps : std::ceil(place) + steps);
    }
    // A step that leaves the domain ends at its border, from outside too.
    if (domain.minimum && !domain.minimum->exclusive)
        to = std::max(to, domain.minimum->value);
    if (domain.maximum && !domain.maximum->exclusive)
        to = std::min(to, domain.maximum->value);
    constexpr double kDigits = 1e6; // 0.1 + 0.2 is 0.3 here
    to = std::round(to * kDigits) / kDigits;
    const bool isOnward = steps > 0 ? to > from : to < from;
    if (!isInside(to, domain) || !isOnward)
        return {};
    return QString::number(to, 'g', 12);
}

ValueBox::ValueBox(const contract::FieldSpec &field, int element, QWidget *parent)
    : QAbstractSpinBox(parent),
      m_domain(field.domain[static_cast<std::size_t>(std::min(element, 2))]),
      m_step(stepOf(field, m_domain))
{
    if (m_step <= 0)
        setButtonSymbols(NoButtons);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(lineEdit(), &QLineEdit::textEdited, this, &ValueBox::edited);
}

void ValueBox::showText(const QString &text)
{
    if (text == lineEdit()->text())
        return;
    const int cursor = lineEdit()->cursorPosition();
    lineEdit()->setText(text);
    lineEdit()->setCursorPosition(hasFocus() ? cursor : 0);
    update(); // its arrows follow the value
}

void ValueBox::setPlaceholder(const QString &text)
{
    lineEdit()->setPlaceholderText(text);
}

void ValueBox::setWrong(bool wrong)
{
    if (wrong == m_isWrong)
        return;
    m_isWrong = wrong;
    dress();
}

bool ValueBox::isPlausible() const
{
    if (m_step <= 0)
        return true;
    bool isNumber = false;
    const double value = text().trimmed().toDouble(&isNumber);
    return isNumber && isInside(value, m_domain) &&
           (m_domain.step == 0 || std::fmod(value, m_domain.step) == 0);
}

void ValueBox::stepBy(int steps)
{
    const QString next = steppedText(text(), steps, m_step, m_domain);
    if (next.isEmpty())
        return;
    lineEdit()->setText(next);
    Q_EMIT edited(next);
}

QValidator::State ValueBox::validate(QString &, int &) const
{
    return QValidator::Acceptable; // the form judges, and says why
}

QSize ValueBox::sizeHint() const
{
    return minimumSizeHint() + QSize(fontMetrics().horizontalAdvance(QStringLiteral("000")), 0);
}

QSize ValueBox::minimumSizeHint() const
{
    QStyleOptionSpinBox option;
    initStyleOption(&option);
    const QSize inner(fontMetrics().horizontalAdvance(QStringLiteral("0000")) + 4,
                      lineEdit()->sizeHint().height());
    return style()->sizeFromContents(QStyle::CT_SpinBox, &option, inner, this);
}

QAbstractSpinBox::StepEnabled ValueBox::stepEnabled() const
{
    StepEnabled enabled = StepNone;
    if (!steppedText(text(), 1, m_step, m_domain).isEmpty())
        enabled |= StepUpEnabled;
    if (!steppedText(text(), -1, m_step, m_domain).isEmpty())
        enabled |= StepDownEnabled;
    return enabled;
}

void ValueBox::wheelEvent(QWheelEvent *event)
{
    // Scrolling through the form must not change what the pointer happens to pass.
    if (hasFocus())
        QAbstractSpinBox::wheelEvent(event);
    else
        event->ignore();
}

void ValueBox::changeEvent(QEvent *event)
{
    QAbstractSpinBox::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_isWrong)
        dress();
}

void ValueBox::dress()
{
    QPalette palette;
    if (m_isWrong)
        palette.setColor(QPalette::Text, toneColour(Tone::Bad, palette));
    lineEdit()->setPalette(palette);
}

} // namespace mrb::ui
