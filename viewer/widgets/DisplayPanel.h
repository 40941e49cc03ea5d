// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/Cine.h"
#include "viewer/widgets/ViewerModel.h"

#include <QScrollArea>

namespace mrb::viewer {

class SceneControls;

/// Everything about how slices look, for a dock beside them: volume, window, slices, comparing,
/// 3-D, cine. Shows the model and changes it. Scrolls where it is not high enough. GUI thread.
class DisplayPanel : public QScrollArea
{
    Q_OBJECT

public:
    /// model, cine: outlive this.
    DisplayPanel(ViewerModel &model, Cine &cine, QWidget *parent = nullptr);

    /// What the 3-D pane shows; emits nothing. preset: position in kScenePresets.
    void setScene(int preset, bool planes);
    /// Why there is no 3-D pane to set; empty: there is.
    void setSceneProblem(const QString &problem);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// Chosen by the user. preset: position in kScenePresets (Head, Brain, MIP).
    void presetChanged(int preset);
    void planesToggled(bool shown);

private:
    SceneControls *m_scene;
};

} // namespace mrb::viewer
