// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/WindowPage.h"

#include "ui/common/FieldNote.h"
#include "ui/settings/StudioSettings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>

namespace mrb::ui {

WindowPage::WindowPage(QWidget *parent)
    : SettingsPage(parent),
      m_colours(new QComboBox),
      m_rightDrag(new QComboBox),
      m_notify(new QCheckBox(tr("&Notify when a run ends while the window is not in front"))),
      m_showResults(new QCheckBox(tr("&Show the volume of a run that has finished")))
{
    m_colours->addItem(tr("As the desktop"), QVariant::fromValue(ColourScheme::System));
    m_colours->addItem(tr("Light"), QVariant::fromValue(ColourScheme::Light));
    m_colours->addItem(tr("Dark"), QVariant::fromValue(ColourScheme::Dark));
    QFormLayout *look = addGroup(tr("Appearance"));
    look->addRow(tr("&Colours"), m_colours);

    QFormLayout *runs = addGroup(tr("When a run ends"));
    runs->addRow(m_notify);
    runs->addRow(m_showResults);
    runs->addRow(makeExplanation(
        tr("Only while you are not busy with another volume; there is a quiet notice then.")));

    m_rightDrag->addItem(tr("Changes brightness and contrast"), false);
    m_rightDrag->addItem(tr("Zooms"), true);
    QFormLayout *viewer = addGroup(tr("Viewer"));
    viewer->addRow(tr("Dragging with the &right button"), m_rightDrag);

    for (const QComboBox *box : {m_colours, m_rightDrag})
        connect(box, &QComboBox::currentIndexChanged, this, &SettingsPage::edited);
    for (const QCheckBox *box : {m_notify, m_showResults})
        connect(box, &QCheckBox::toggled, this, &SettingsPage::edited);
    finish();
}

void WindowPage::showSettings(const StudioSettings &settings)
{
    m_colours->setCurrentIndex(m_colours->findData(QVariant::fromValue(settings.colours)));
    m_notify->setChecked(settings.notify);
    m_showResults->setChecked(settings.showResults);
}

void WindowPage::writeTo(StudioSettings &settings) const
{
    settings.colours = m_colours->currentData().value<ColourScheme>();
    settings.notify = m_notify->isChecked();
    settings.showResults = m_showResults->isChecked();
}

bool WindowPage::rightDragZooms() const
{
    return m_rightDrag->currentData().toBool();
}

void WindowPage::setRightDragZooms(bool zooms)
{
    m_rightDrag->setCurrentIndex(m_rightDrag->findData(zooms));
}

} // namespace mrb::ui
