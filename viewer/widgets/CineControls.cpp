// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/CineControls.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSignalBlocker>

#include <array>

namespace mrb::viewer {

CineControls::CineControls(ViewerModel &model, Cine &cine, QWidget *parent)
    : PanelSection(tr("Cine"), parent),
      m_model(model),
      m_cine(cine),
      m_plane(makePanelCombo(this)),
      m_speed(new NumberBox(kSlowestCine, kFastestCine, 1, 1.0, this)),
      m_bounce(new QCheckBox(tr("Bounce"), this)),
      m_play(new QPushButton(tr("Pla&y"), this))
{
    QStringList planes;
    for (const Plane plane : kPlanes)
        planes += planeName(plane);
    setEntries(m_plane, planes);
    addRow(tr("Plane"), m_plane, tr("Whose slices are run through"));
    addRow(tr("Speed (slices/s)"), m_speed,
           tr("Where drawing is slower than that, slices are left out"));
    addWide(makeSwitches());

    connect(m_plane, &QComboBox::activated, this, [this](int entry) {
        CineSettings settings = m_cine.settings();
        settings.plane = static_cast<Plane>(entry);
        m_cine.setSettings(settings);
    });
    connect(m_speed, &QDoubleSpinBox::valueChanged, this, [this](double speed) {
        CineSettings settings = m_cine.settings();
        settings.slicesPerSecond = speed;
        m_cine.setSettings(settings);
    });
    connect(m_bounce, &QCheckBox::toggled, this, [this](bool bounce) {
        CineSettings settings = m_cine.settings();
        settings.bounce = bounce;
        m_cine.setSettings(settings);
    });
    connect(m_play, &QPushButton::clicked, &m_cine, &Cine::toggle);
    connect(&m_cine, &Cine::changed, this, &CineControls::refresh);
    connect(&m_model, &ViewerModel::volumesChanged, this, &CineControls::refresh);
    refresh();
}

QWidget *CineControls::makeSwitches()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    m_bounce->setToolTip(tr("Turn round at the ends rather than begin again"));
    m_play->setToolTip(tr("Run through the slices, or stop (Space)"));
    layout->addWidget(m_bounce);
    layout->addStretch();
    layout->addWidget(m_play);
    return row;
}

void CineControls::refresh()
{
    const std::array blockers = {QSignalBlocker(m_plane), QSignalBlocker(m_speed),
                                 QSignalBlocker(m_bounce)};
    const CineSettings &settings = m_cine.settings();
    m_plane->setCurrentIndex(static_cast<int>(settings.plane));
    m_speed->setValue(settings.slicesPerSecond);
    m_bounce->setChecked(settings.bounce);
    m_play->setText(m_cine.running() ? tr("Pa&use") : tr("Pla&y"));
    m_play->setEnabled(m_model.current() != nullptr);
}

} // namespace mrb::viewer
