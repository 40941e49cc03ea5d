// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/CompareControls.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStandardItemModel>

namespace mrb::viewer {

CompareControls::CompareControls(ViewerModel &model, QWidget *parent)
    : PanelSection(tr("Compare"), parent),
      m_model(model),
      m_mode(makePanelCombo(this)),
      m_reference(makePanelCombo(this)),
      m_flicker(new QPushButton(tr("Flicker"), this)),
      m_problem(makeRemark(this))
{
    setEntries(m_mode, {tr("Off"), tr("Side by side"), tr("Split"), tr("Difference")});
    addRow(tr("Com&pare"), m_mode,
           tr("The reference beside the volume, uncovered right of a line, or subtracted from it"));
    addRow(tr("&Reference"), m_reference, tr("The volume to compare with"));
    addWide(m_flicker, tr("Exchange the volume and the reference at the same place (F)"));
    addWide(m_problem);

    connect(m_mode, &QComboBox::activated, this, [this](int mode) {
        m_model.setCompareMode(static_cast<CompareMode>(mode));
        refresh(); // the model may have refused
    });
    connect(m_reference, &QComboBox::activated, this, [this](int entry) {
        m_model.setReference(entry - 1);
        refresh();
    });
    connect(m_flicker, &QPushButton::clicked, &m_model, &ViewerModel::flicker);
    connect(&m_model, &ViewerModel::volumesChanged, this, &CompareControls::refresh);
    connect(&m_model, &ViewerModel::appearanceChanged, this, &CompareControls::refresh);
    connect(&m_model, &ViewerModel::cursorMoved, this, &CompareControls::refreshProblem);
    refresh();
}

void CompareControls::refresh()
{
    QStringList entries = {tr("None")};
    for (int index = 0; index < m_model.volumeCount(); ++index)
        entries += m_model.volume(index).name;
    setEntries(m_reference, entries);
    // A volume is no reference for itself.
    const auto *items = qobject_cast<QStandardItemModel *>(m_reference->model());
    for (int index = 0; items && index < m_model.volumeCount(); ++index)
        items->item(index + 1)->setEnabled(index != m_model.currentIndex());

    const QSignalBlocker blockMode(m_mode);
    const QSignalBlocker blockReference(m_reference);
    m_mode->setCurrentIndex(static_cast<int>(m_model.compareMode()));
    m_reference->setCurrentIndex(m_model.reference() + 1);
    const bool several = m_model.volumeCount() > 1;
    for (QWidget *control : {static_cast<QWidget *>(m_mode), static_cast<QWidget *>(m_reference),
                             static_cast<QWidget *>(m_flicker)})
        control->setEnabled(several);
    refreshProblem();
}

void CompareControls::refreshProblem()
{
    if (m_model.volumeCount() < 2)
        setRemark(m_problem, tr("Open a second volume to compare."));
    else
        setRemark(m_problem, m_model.compareProblem().value_or(QString()));
}

} // namespace mrb::viewer
