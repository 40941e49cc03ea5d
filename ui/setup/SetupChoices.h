// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/setup/SetupPlan.h"

#include <QWidget>

class QCheckBox;
class QFormLayout;
class QLineEdit;

namespace mrb::ui {

class ElidedLabel;
class PathField;

/// What can be chosen for one step. An empty field means what its placeholder says. GUI thread.
class SetupChoices final : public QWidget
{
    Q_OBJECT

public:
    explicit SetupChoices(backend::SetupStep step, QWidget *parent = nullptr);

    /// Fills the fields; tells nobody.
    void showOptions(const backend::SetupOptions &options);
    /// What empty fields stand for with these findings.
    void showDefaults(const backend::SetupReport &report);
    /// Which CUDA the driver runs, beside the choice of another; empty: not known.
    void showCudaHint(const QString &text);
    void writeTo(backend::SetupOptions &options) const;
    /// Something that was typed cannot be a path; the field says so.
    bool hasProblem() const;

Q_SIGNALS:
    void edited();

private:
    void makeCheckout();
    void makePackages();
    void makeWeights();
    void addPath(QFormLayout &form, PathField *field, const QString &label);
    QLineEdit *addText(QFormLayout &form, const QString &label, const QString &placeholder,
                       const QString &help);
    void refresh();

    // Null where they belong to another step.
    PathField *m_root = nullptr;
    QLineEdit *m_repository = nullptr;
    PathField *m_python = nullptr;
    PathField *m_venv = nullptr;
    QCheckBox *m_intoPython = nullptr;
    QLineEdit *m_index = nullptr;
    QLineEdit *m_torchIndex = nullptr;
    ElidedLabel *m_cudaHint = nullptr;
    PathField *m_wheels = nullptr;
    PathField *m_weights = nullptr;
};

} // namespace mrb::ui
