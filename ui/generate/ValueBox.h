// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/contract/Fields.h"

#include <QAbstractSpinBox>
#include <QString>

#include <optional>

namespace mrb::ui {

/// The next value of a domain in steps, as text; empty where there is none. A value between two
/// steps goes to the next one in that direction.
/// @param step what one step is where the domain does not say
QString steppedText(const QString &text, int steps, double step, const contract::Domain &domain);

/// One value of a field, as typed: anything may be typed and stays, also when it is wrong; arrows,
/// arrow keys and the wheel step through the values that are allowed.
class ValueBox : public QAbstractSpinBox
{
    Q_OBJECT

public:
    /// @param steps whether it has steps; a text has none
    ValueBox(const contract::FieldSpec &field, int element, QWidget *parent = nullptr);

    QString value() const { return text(); }
    /// Shows a text unless it is shown already; the cursor stays. Emits nothing.
    void showText(const QString &text);
    void setPlaceholder(const QString &text);
    /// Whether the field table alone allows the value; the form may still know better.
    bool isPlausible() const;
    /// Marks it as wrong, or as sound.
    void setWrong(bool wrong);

    void stepBy(int steps) override;
    QValidator::State validate(QString &input, int &position) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// By typing, pasting or stepping.
    void edited(const QString &text);

protected:
    StepEnabled stepEnabled() const override;
    void wheelEvent(QWheelEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void dress();

    const contract::Domain m_domain;
    const double m_step; ///< 0: not a number
    bool m_isWrong = false;
};

} // namespace mrb::ui
