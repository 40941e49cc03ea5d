// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/PanelSection.h"
#include "viewer/widgets/ViewerModel.h"

class QPushButton;

namespace mrb::viewer {

/// Two volumes beside or over each other, and why that may not be possible.
class CompareControls : public PanelSection
{
    Q_OBJECT

public:
    explicit CompareControls(ViewerModel &model, QWidget *parent = nullptr);

private:
    void refresh();
    void refreshProblem();

    ViewerModel &m_model;
    QComboBox *m_mode;
    QComboBox *m_reference;
    QPushButton *m_flicker;
    QLabel *m_problem;
};

} // namespace mrb::viewer
