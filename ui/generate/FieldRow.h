// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/form/RequestForm.h"

#include <QList>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace mrb::ui {

class Remark;
class ValueBox;

/// One field of the field table with what is wrong with it: label, one box for each element, a
/// button back to the default, error and warnings below. What is typed goes into the form at once
/// and comes back only where it differs.
class FieldRow : public QWidget
{
    Q_OBJECT

public:
    /// @param editor stands in place of the boxes; the row only shows its state then
    FieldRow(backend::RequestForm &form, const contract::FieldSpec &field,
             QWidget *editor = nullptr, QWidget *parent = nullptr);

    /// Takes over what the form says of this field.
    void setState(const backend::FieldState &state);

    /// A control beside the boxes, in the same line.
    void addBeside(QWidget *control);
    const contract::FieldSpec &field() const { return m_field; }
    bool isWrong() const;
    void focusFirst();

    /// What is kept free at the end of a one-line row.
    int resetWidth() const;
    /// What the label of a one-line row needs, so that several can agree; 0 for the others.
    int labelWidth() const;
    void setLabelWidth(int width);

protected:
    void changeEvent(QEvent *event) override;

private:
    void addBoxes(QHBoxLayout *line);

    backend::RequestForm &m_form;
    const contract::FieldSpec &m_field;
    QLabel *m_label;
    QList<ValueBox *> m_boxes;
    QWidget *m_editor;
    QHBoxLayout *m_line;
    QToolButton *m_reset;
    Remark *m_error;
    Remark *m_warning;
};

/// "x", "y", "z" for three elements, numbers for more.
QString elementName(std::size_t element, std::size_t count);

} // namespace mrb::ui
