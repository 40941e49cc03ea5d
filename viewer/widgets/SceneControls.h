// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/PanelSection.h"

namespace mrb::viewer {

/// What the 3-D pane shows. Knows no scene: its owner connects it.
class SceneControls : public PanelSection
{
    Q_OBJECT

public:
    explicit SceneControls(QWidget *parent = nullptr);

    /// Emits nothing.
    void setScene(int preset, bool planes);
    void setProblem(const QString &problem);

Q_SIGNALS:
    void presetChanged(int preset);
    void planesToggled(bool shown);

private:
    QComboBox *m_preset;
    QCheckBox *m_planes;
    QLabel *m_problem;
};

} // namespace mrb::viewer
