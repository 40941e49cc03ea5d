// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/setup/SetupPlan.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTreeWidget;

namespace mrb::ui {

/// What starting a step would do: its commands to the letter, what is written where and what
/// becomes of that which is there, how much is downloaded and how much room there is. GUI thread.
class PlanView final : public QWidget
{
    Q_OBJECT

public:
    explicit PlanView(QWidget *parent = nullptr);

    void setPlan(const backend::StepPlan &plan);
    /// Nothing would be run or written.
    bool isEmpty() const { return m_isEmpty; }
    QString commands() const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void showWrites(const backend::StepPlan &plan);
    void fitHeights();

    QWidget *m_commandPart;
    QPlainTextEdit *m_commands;
    QPushButton *m_copy;
    QTreeWidget *m_writes;
    QLabel *m_amounts;
    bool m_isEmpty = true;
};

} // namespace mrb::ui
