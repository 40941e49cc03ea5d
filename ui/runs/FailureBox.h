// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/failure/FailureCause.h"

#include <QFrame>

class QLabel;
class QToolButton;

namespace mrb::ui {

class WrappedText;

/// Above the log of a run that failed: what happened, why, and what to do.
class FailureBox final : public QFrame
{
    Q_OBJECT

public:
    explicit FailureBox(QWidget *parent = nullptr);

    void setCause(const backend::FailureCause &cause);
    const backend::FailureCause &cause() const { return m_cause; }

Q_SIGNALS:
    /// The line of the log that told is wanted.
    void evidenceRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void drawSign();

    backend::FailureCause m_cause;
    QLabel *m_sign;
    WrappedText *m_what;
    WrappedText *m_text;
    QToolButton *m_line;
};

} // namespace mrb::ui
