// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/PanelSection.h"
#include "viewer/widgets/ViewerModel.h"

namespace mrb::viewer {

/// Which of the open volumes is shown.
class VolumeControls : public PanelSection
{
    Q_OBJECT

public:
    explicit VolumeControls(ViewerModel &model, QWidget *parent = nullptr);

private:
    void refresh();

    ViewerModel &m_model;
    QComboBox *m_volume;
};

} // namespace mrb::viewer
