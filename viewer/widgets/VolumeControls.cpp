// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/VolumeControls.h"

#include <QComboBox>
#include <QSignalBlocker>

namespace mrb::viewer {

VolumeControls::VolumeControls(ViewerModel &model, QWidget *parent)
    : PanelSection(tr("Volume"), parent), m_model(model), m_volume(makePanelCombo(this))
{
    m_volume->setPlaceholderText(tr("None open"));
    addRow(tr("Shown"), m_volume, tr("The open volumes; [ and ] step through them"));
    m_volume->setAccessibleName(tr("Volume"));
    connect(m_volume, &QComboBox::activated, &m_model, &ViewerModel::setCurrentIndex);
    connect(&m_model, &ViewerModel::volumesChanged, this, &VolumeControls::refresh);
    refresh();
}

void VolumeControls::refresh()
{
    QStringList names;
    for (int index = 0; index < m_model.volumeCount(); ++index)
        names += m_model.volume(index).name;
    setEntries(m_volume, names);
    const QSignalBlocker blocker(m_volume);
    m_volume->setCurrentIndex(m_model.currentIndex());
    m_volume->setEnabled(!names.isEmpty());
}

} // namespace mrb::viewer
