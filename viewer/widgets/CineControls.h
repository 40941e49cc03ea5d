// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/Cine.h"
#include "viewer/widgets/PanelSection.h"

class QPushButton;

namespace mrb::viewer {

/// Which plane a cine runs through and how fast.
class CineControls : public PanelSection
{
    Q_OBJECT

public:
    CineControls(ViewerModel &model, Cine &cine, QWidget *parent = nullptr);

private:
    QWidget *makeSwitches();
    void refresh();

    ViewerModel &m_model;
    Cine &m_cine;
    QComboBox *m_plane;
    NumberBox *m_speed;
    QCheckBox *m_bounce;
    QPushButton *m_play;
};

} // namespace mrb::viewer
