// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/RunsPage.h"

#include "ui/common/FieldNote.h"
#include "ui/settings/PathField.h"
#include "ui/settings/SettingsRules.h"
#include "ui/settings/StudioSettings.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace mrb::ui {

namespace {

/// Part of a minute counts as one: what is shown is never less than what is meant.
int minutesOf(std::chrono::seconds limit)
{
    return static_cast<int>(std::chrono::ceil<std::chrono::minutes>(limit).count());
}

} // namespace

RunsPage::RunsPage(QWidget *parent) : SettingsPage(parent)
{
    makeFolderGroup();
    makeAtOnceGroup();
    makeLimitGroup();
    finish();
}

void RunsPage::makeFolderGroup()
{
    QFormLayout *form = addGroup(tr("Results"));
    m_results = new PathField(PathField::Kind::NewFolder, tr("Results folder"));
    m_results->setPlaceholderText(defaultResultsFolder());
    m_results->setToolTip(tr("Every run makes a folder of its own in it"));
    form->addRow(tr("&Results folder"), m_results);
    m_further = new QListWidget;
    m_further->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_further->setTextElideMode(Qt::ElideMiddle);
    m_further->setMinimumWidth(80);
    m_further->setMaximumHeight(m_further->fontMetrics().height() * 6);
    m_further->setToolTip(tr("The gallery shows the runs in these folders too"));
    auto *add = new QPushButton(tr("&Add…"));
    add->setAccessibleName(tr("Add a folder with runs"));
    m_remove = new QPushButton(tr("Re&move"));
    m_remove->setAccessibleName(tr("Remove the selected folders from the list"));
    m_remove->setToolTip(tr("Takes them off the list; nothing is deleted"));
    m_remove->setEnabled(false);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(add);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    auto *column = new QVBoxLayout;
    column->addWidget(m_further);
    column->addLayout(buttons);
    column->addWidget(makeExplanation(tr(
        "The gallery shows the runs in these folders beside your own. New runs never go there.")));
    auto *label = new QLabel(tr("&Further folders"));
    label->setBuddy(m_further);
    form->addRow(label, column);
    connect(m_results, &PathField::edited, this, &SettingsPage::edited);
    connect(add, &QPushButton::clicked, this, &RunsPage::chooseFolder);
    connect(m_remove, &QPushButton::clicked, this, &RunsPage::removeFolders);
    connect(m_further, &QListWidget::itemSelectionChanged, this,
            [this] { m_remove->setEnabled(!m_further->selectedItems().isEmpty()); });
}

void RunsPage::makeAtOnceGroup()
{
    QFormLayout *form = addGroup(tr("At once"));
    m_atOnce = new QSpinBox;
    m_atOnce->setRange(0, kMostRunsAtOnce);
    m_atOnce->setSpecialValueText(tr("Automatic"));
    m_atOnce->setToolTip(tr("The most runs that go on at the same time"));
    m_atOnce->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    form->addRow(tr("R&uns at once"), m_atOnce);
    form->addRow(makeExplanation(
        tr("Automatic starts as many as free GPU memory, memory and processors allow; a number is "
           "the most, and never more than fit.")));
    m_warm = new QCheckBox(tr("&Keep an interpreter ready (warm start)"));
    form->addRow(m_warm);
    form->addRow(makeExplanation(
        tr("Imports the model's Python packages before a run is ordered. The model itself is "
           "unchanged and its code runs as always. A process with some GB of memory waits "
           "meanwhile; it is dropped when checkout, Python or settings change.")));
    m_saving = makeExplanation({});
    m_saving->setObjectName(QStringLiteral("warmSaving"));
    m_saving->hide();
    form->addRow(m_saving);
    connect(m_atOnce, &QSpinBox::valueChanged, this, &SettingsPage::edited);
    connect(m_warm, &QCheckBox::toggled, this, &SettingsPage::edited);
}

void RunsPage::setWarmSaving(const QString &saving)
{
    m_saving->setText(saving);
    m_saving->setVisible(!saving.isEmpty());
}

void RunsPage::makeLimitGroup()
{
    QFormLayout *form = addGroup(tr("Time"));
    m_minutes = new QSpinBox;
    m_minutes->setRange(minutesOf(kShortestTimeLimit), minutesOf(kLongestTimeLimit));
    m_minutes->setGroupSeparatorShown(true);
    m_minutes->setToolTip(tr("Applies to every run that is added from now on"));
    m_minutes->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    form->addRow(tr("Time &limit (minutes)"), m_minutes);
    form->addRow(
        makeExplanation(tr("A run that takes longer is ended, with everything it started.")));
    connect(m_minutes, &QSpinBox::valueChanged, this, &SettingsPage::edited);
}

void RunsPage::showSettings(const StudioSettings &settings)
{
    m_results->setPath(settings.resultsFolder);
    m_further->clear();
    for (const QString &folder : settings.furtherResults)
        addFolder(folder);
    m_further->setCurrentRow(-1);
    m_atOnce->setValue(settings.runsAtOnce);
    m_warm->setChecked(settings.warmStart);
    m_shownLimit = settings.timeLimit;
    m_minutes->setValue(minutesOf(settings.timeLimit));
}

void RunsPage::writeTo(StudioSettings &settings) const
{
    const QString typed = m_results->path();
    settings.resultsFolder = typed.isEmpty() ? defaultResultsFolder() : typed;
    settings.furtherResults = folders();
    settings.runsAtOnce = m_atOnce->value();
    settings.warmStart = m_warm->isChecked();
    settings.timeLimit = m_minutes->value() == minutesOf(m_shownLimit)
                             ? m_shownLimit
                             : std::chrono::minutes(m_minutes->value());
}

QWidget *RunsPage::firstProblem() const
{
    return m_results->problem().isEmpty() ? nullptr : m_results->edit();
}

void RunsPage::addFolder(const QString &folder)
{
    const QList<QListWidgetItem *> same = m_further->findItems(folder, Qt::MatchExactly);
    if (!same.isEmpty()) {
        m_further->setCurrentItem(same.front());
        return;
    }
    auto *item = new QListWidgetItem(folder, m_further);
    item->setToolTip(folder);
    m_further->setCurrentItem(item);
    Q_EMIT edited();
}

void RunsPage::chooseFolder()
{
    const QString chosen =
        QFileDialog::getExistingDirectory(this, tr("Folder with runs"), m_results->path());
    if (!chosen.isEmpty())
        addFolder(chosen);
}

void RunsPage::removeFolders()
{
    qDeleteAll(m_further->selectedItems());
    Q_EMIT edited();
}

QStringList RunsPage::folders() const
{
    QStringList folders;
    for (int row = 0; row < m_further->count(); ++row)
        folders += m_further->item(row)->text();
    return folders;
}

} // namespace mrb::ui
