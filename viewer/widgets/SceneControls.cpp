// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/SceneControls.h"

#include "viewer/scene/SceneSettings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>

namespace mrb::viewer {

SceneControls::SceneControls(QWidget *parent)
    : PanelSection(tr("3-D"), parent),
      m_preset(makePanelCombo(this)),
      m_planes(new QCheckBox(tr("Slice planes"), this)),
      m_problem(makeRemark(this))
{
    QStringList names;
    for (const ScenePreset preset : kScenePresets)
        names += scenePresetName(preset);
    setEntries(m_preset, names);
    m_planes->setChecked(true);
    addRow(tr("&Drawn as"), m_preset, tr("How intensities become solid in the 3-D view"));
    addWide(m_planes, tr("Show the three slices in the 3-D view"));
    addWide(m_problem);
    connect(m_preset, &QComboBox::activated, this, &SceneControls::presetChanged);
    connect(m_planes, &QCheckBox::toggled, this, &SceneControls::planesToggled);
}

void SceneControls::setScene(int preset, bool planes)
{
    const QSignalBlocker blockPreset(m_preset);
    const QSignalBlocker blockPlanes(m_planes);
    m_preset->setCurrentIndex(preset);
    m_planes->setChecked(planes);
}

void SceneControls::setProblem(const QString &problem)
{
    m_preset->setEnabled(problem.isEmpty());
    m_planes->setEnabled(problem.isEmpty());
    setRemark(m_problem, problem);
}

} // namespace mrb::viewer
