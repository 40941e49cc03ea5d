// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/SettingsDialog.h"

#include "ui/common/FieldNote.h"
#include "ui/settings/RunsPage.h"
#include "ui/settings/WindowPage.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace mrb::ui {

SettingsDialog::SettingsDialog(SettingsStore &store, QWidget *parent)
    : QDialog(parent),
      m_store(store),
      m_titles(new QListWidget),
      m_stack(new QStackedWidget),
      m_model(new ModelPage),
      m_runs(new RunsPage),
      m_window(new WindowPage),
      m_note(new FieldNote),
      m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel |
                                     QDialogButtonBox::Apply | QDialogButtonBox::RestoreDefaults))
{
    setWindowTitle(tr("Settings"));
    m_titles->setAccessibleName(tr("Pages"));
    m_titles->setSpacing(2);
    m_titles->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    addPage(m_model, tr("Model"));
    addPage(m_runs, tr("Runs"));
    addPage(m_window, tr("Window"));
    m_titles->setFixedWidth(m_titles->sizeHintForColumn(0) + m_titles->fontMetrics().height() * 3);
    m_buttons->button(QDialogButtonBox::RestoreDefaults)
        ->setToolTip(tr("Shows the defaults on all pages; nothing is kept before OK or Apply"));
    auto *body = new QHBoxLayout;
    body->addWidget(m_titles);
    body->addWidget(m_stack, 1);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(body, 1);
    layout->addWidget(m_note);
    layout->addWidget(m_buttons);
    connect(m_titles, &QListWidget::currentRowChanged, m_stack, &QStackedWidget::setCurrentIndex);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_buttons->button(QDialogButtonBox::Apply), &QPushButton::clicked, this,
            &SettingsDialog::apply);
    connect(m_buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, this,
            [this] {
                StudioSettings defaults;
                defaults.resultsFolder = defaultResultsFolder();
                showAll(defaults);
            });
    connect(&m_store, &SettingsStore::changed, this, [this] {
        if (edited() == m_shown) { // what is being edited here is kept
            m_shown = m_store.settings();
            showAll(m_shown);
        }
    });
    m_shown = m_store.settings();
    showAll(m_shown);
    showPage(Page::Model);
    resize(fontMetrics().averageCharWidth() * 105, fontMetrics().height() * 42);
}

SettingsDialog::~SettingsDialog() = default;

void SettingsDialog::addPage(SettingsPage *page, const QString &title)
{
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(page);
    m_stack->addWidget(scroll);
    m_titles->addItem(title);
    m_pages.push_back(page);
    connect(page, &SettingsPage::edited, this, &SettingsDialog::refresh);
}

void SettingsDialog::showPage(Page page)
{
    m_titles->setCurrentRow(static_cast<int>(page));
}

void SettingsDialog::setGpus(const std::vector<GpuChoice> &gpus, const QString &problem)
{
    m_model->setGpus(gpus, problem);
}

void SettingsDialog::setWarmSaving(const QString &saving)
{
    m_runs->setWarmSaving(saving);
}

void SettingsDialog::setRightDragZooms(bool zooms)
{
    m_rightDragZooms = zooms;
    m_window->setRightDragZooms(zooms);
}

void SettingsDialog::accept()
{
    if (apply())
        QDialog::accept();
}

StudioSettings SettingsDialog::edited() const
{
    StudioSettings settings = m_store.settings();
    for (const SettingsPage *page : m_pages)
        page->writeTo(settings);
    return settings;
}

QWidget *SettingsDialog::firstProblem() const
{
    for (const SettingsPage *page : m_pages) {
        if (QWidget *field = page->firstProblem())
            return field;
    }
    return nullptr;
}

bool SettingsDialog::isChanged() const
{
    return edited() != m_store.settings() || m_window->rightDragZooms() != m_rightDragZooms;
}

/// False when a value cannot be used; it is shown then.
bool SettingsDialog::apply()
{
    if (firstProblem()) {
        goToProblem();
        return false;
    }
    m_shown = edited();
    m_store.set(m_shown);
    const bool zooms = m_window->rightDragZooms();
    if (zooms != m_rightDragZooms) {
        m_rightDragZooms = zooms;
        Q_EMIT rightDragZoomsChosen(zooms);
    }
    refresh();
    return true;
}

void SettingsDialog::showAll(const StudioSettings &settings)
{
    {
        const QScopedValueRollback filling(m_isFilling, true);
        for (SettingsPage *page : m_pages)
            page->showSettings(settings);
    }
    refresh();
}

void SettingsDialog::goToProblem()
{
    QWidget *field = firstProblem();
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        if (m_pages[i]->isAncestorOf(field))
            m_titles->setCurrentRow(static_cast<int>(i));
    }
    field->setFocus();
}

void SettingsDialog::refresh()
{
    if (m_isFilling)
        return;
    const QWidget *field = firstProblem();
    m_note->say(Tone::Bad,
                field ? tr("%1: %2").arg(field->accessibleName(), field->accessibleDescription())
                      : QString());
    m_buttons->button(QDialogButtonBox::Apply)->setEnabled(!field && isChanged());
}

} // namespace mrb::ui
