// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/setup/SetupPlan.h"
#include "ui/common/Tones.h"

#include <QListWidget>

namespace mrb::ui {

/// The steps in their order, each with a sign, its state in words and what was found. GUI thread.
class StepList final : public QListWidget
{
    Q_OBJECT

public:
    explicit StepList(QWidget *parent = nullptr);

    /// @param fact one line; elided where it does not fit, whole in the tool tip
    void setStep(backend::SetupStep step, Tone tone, const QString &state, const QString &fact);
    backend::SetupStep current() const;
    void setCurrent(backend::SetupStep step);
    QString stateOf(backend::SetupStep step) const;
    QSize sizeHint() const override;

Q_SIGNALS:
    void chosen(mrb::backend::SetupStep step);
};

} // namespace mrb::ui
