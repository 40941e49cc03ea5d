// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/form/RequestForm.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QSpinBox;
class QToolButton;

namespace mrb::ui {

class FieldRow;
class Remark;

/// Which seeds are used and how many runs there are.
class OrderPart : public QWidget
{
    Q_OBJECT

public:
    explicit OrderPart(backend::RequestForm &form, QWidget *parent = nullptr);

    /// The form has changed.
    void showOrder();
    FieldRow *seedRow() const { return m_seed; }
    int labelWidth() const;
    void setLabelWidth(int width);

protected:
    void changeEvent(QEvent *event) override;

private:
    backend::RequestForm &m_form;
    FieldRow *m_seed;
    QToolButton *m_dice;
    QLabel *m_modeLabel;
    QComboBox *m_mode;
    QLabel *m_countLabel;
    QSpinBox *m_count;
    Remark *m_seeds;
};

/// "Seed 17", "Seeds 17, 18, 19", "Seeds 1, 2, 3, 4, … 40".
QString seedsText(const std::vector<std::int64_t> &seeds);

} // namespace mrb::ui
