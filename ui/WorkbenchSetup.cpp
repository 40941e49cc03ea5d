// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of Workbench that sets the model up.
#include "backend/base/Text.h"
#include "ui/MainWindow.h"
#include "ui/NoticeBar.h"
#include "ui/Workbench.h"
#include "ui/runs/PreflightPanel.h"
#include "ui/settings/WelcomePage.h"
#include "ui/setup/CheckPart.h"
#include "ui/setup/SetupDesk.h"
#include "ui/setup/SetupDialog.h"
#include "ui/setup/SetupSettings.h"
#include "ui/setup/SetupWords.h"

#include <QMessageBox>
#include <QPushButton>
#include <QStatusBar>

#include <utility>

namespace mrb::ui {

using backend::EntryVerdict;
using backend::SetupConclusion;

namespace {

constexpr int kStatusMs = 6000;

bool samePlaces(const StudioSettings &one, const StudioSettings &other)
{
    return one.upstreamRoot == other.upstreamRoot && one.python == other.python &&
           one.manifest == other.manifest;
}

struct VolumeState
{
    Tone tone;
    QString text;
};

VolumeState endOf(const backend::QueueEntry &entry)
{
    const QString why = entry.problems.empty() ? QString() : entry.problems.front().message;
    switch (entry.verdict) {
    case EntryVerdict::Passed:
        return {Tone::Good, Text::tr("The small volume was generated and passed all gates. It is "
                                     "shown in the window.")};
    case EntryVerdict::GateFailed:
        return {Tone::Notice, Text::tr("A volume was generated, but a gate failed: %1 The report "
                                       "in the window says more.")
                                  .arg(why)};
    case EntryVerdict::Cancelled:
        return {Tone::Notice, Text::tr("The small volume was cancelled.")};
    case EntryVerdict::Refused:
        return {Tone::Bad, Text::tr("The small volume was not started: %1").arg(why)};
    case EntryVerdict::Failed:
    case EntryVerdict::Demo:
    case EntryVerdict::None:
        break;
    }
    return {Tone::Bad,
            Text::tr("The small volume failed: %1 The log in the window says more.").arg(why)};
}

VolumeState stateOf(const backend::QueueEntry &entry, bool isPaused)
{
    using backend::EntryState;
    if (entry.state == EntryState::Running)
        return {Tone::Busy, Text::tr("The small volume is being generated; the log in the window "
                                     "shows how far it is.")};
    if (entry.state == EntryState::Pending)
        return {Tone::Busy, isPaused
                                ? Text::tr("The small volume waits: the queue is paused.")
                                : Text::tr("The small volume waits for its turn in the queue.")};
    return endOf(entry);
}

} // namespace

void Workbench::connectSetup()
{
    m_setup = std::make_unique<SetupDesk>();
    connect(m_welcome, &WelcomePage::setupRequested, this, &Workbench::openSetup);
    connect(m_checklist, &PreflightPanel::setupRequested, this, &Workbench::openSetup);
    m_commands.bind(StudioCommand::Setup, [this](bool) { openSetup(); });
    connect(m_setup.get(), &SetupDesk::stepEnded, this, &Workbench::onSetupStepEnded);
    connect(m_setup.get(), &SetupDesk::reported, this, [this] {
        if (std::exchange(m_useSetup, false))
            rememberSetup(Remember::Places);
        else
            offerToUseSetup();
    });
    connect(&m_settings, &SettingsStore::changed, this, &Workbench::onSettingsForSetup);
    const auto follow = [this] { followSmallVolume(); };
    connect(m_queue.get(), &backend::RunQueue::entryChanged, this, follow);
    connect(m_queue.get(), &backend::RunQueue::listChanged, this, follow);
    connect(m_queue.get(), &backend::RunQueue::pausedChanged, this, follow);
}

void Workbench::openSetup()
{
    if (m_setupDialog) {
        m_setupDialog->raise();
        m_setupDialog->activateWindow();
        return;
    }
    const StudioSettings &settings = m_settings.settings();
    // Choices of an earlier visit hold, unless the settings name other places since.
    if (!m_setup->isRunning()) {
        if (m_setup->report() && samePlaces(m_setupSettings, settings))
            m_setup->look();
        else
            beginSetup();
    }
    m_setupDialog = new SetupDialog(*m_setup, &m_window);
    m_setupDialog->setAttribute(Qt::WA_DeleteOnClose);
    m_setupDialog->setRunOptions(settings.options());
    connect(m_setupDialog, &SetupDialog::settingsRequested, this, &Workbench::openSettingsDialog);
    connect(m_setupDialog, &SetupDialog::smallVolumeRequested, this, &Workbench::orderSmallVolume);
    connect(m_setupDialog, &SetupDialog::useRequested, this,
            [this] { rememberSetup(Remember::EngineToo); });
    m_setupDialog->show();
    followSmallVolume();
}

/// Other places were chosen elsewhere, in the settings dialog say.
void Workbench::onSettingsForSetup()
{
    if (!m_setupDialog)
        return;
    m_setupDialog->setRunOptions(m_settings.settings().options());
    if (m_setup->isRunning() || samePlaces(m_setupSettings, m_settings.settings())) {
        if (m_setup->report())
            offerToUseSetup();
        return;
    }
    beginSetup();
    m_setupDialog->showChoices();
}

void Workbench::beginSetup()
{
    m_setupSettings = m_settings.settings();
    backend::SetupOptions options = backend::setupOptionsForThisProcess();
    options.root = m_setupSettings.upstreamRoot.toStdString();
    if (!m_setupSettings.manifest.isEmpty())
        options.manifest = m_setupSettings.manifest.toStdString();
    m_setup->begin(std::move(options), m_setupSettings.python.toStdString());
}

void Workbench::onSetupStepEnded()
{
    const SetupConclusion &conclusion = *m_setup->conclusion();
    m_useSetup = conclusion.kind == SetupConclusion::Kind::Done;
    if (std::exchange(m_closing, false)) {
        m_window.close(); // asked again, because a run may be under way as well
        return;
    }
    look(); // what was missing may be there now
    if (!m_setupDialog)
        m_window.notices().offer(conclusionText(conclusion), tr("Show it"),
                                 [this] { openSetup(); });
}

/// What a step made is what runs use from then on. What was there already is only offered.
void Workbench::rememberSetup(Remember what)
{
    const backend::SetupReport &report = *m_setup->report();
    const StudioSettings before = m_settings.settings();
    StudioSettings after = settingsForSetup(before, m_setup->options(), report);
    QString told = setupChangeText(before, after, report);
    if (what == Remember::EngineToo && before.engine == backend::Engine::Phantom) {
        after.engine = backend::Engine::Upstream;
        told = tr("%1 Runs generate with the model.").arg(told).trimmed();
    }
    if (!told.isEmpty()) {
        m_setupSettings = after;
        m_settings.set(after);
        if (m_setupDialog)
            m_setupDialog->tell(told);
        m_window.statusBar()->showMessage(told, kStatusMs);
    }
    offerToUseSetup();
}

void Workbench::offerToUseSetup()
{
    if (!m_setupDialog)
        return;
    const backend::SetupReport &report = *m_setup->report();
    const StudioSettings &now = m_settings.settings();
    QString offer;
    if (report.error)
        offer.clear();
    else if (now != settingsForSetup(now, m_setup->options(), report))
        offer = tr("This is there, but runs use something else so far.");
    else if (report.isComplete() && now.engine == backend::Engine::Phantom)
        offer = tr("Runs draw the demo phantom so far.");
    m_setupDialog->offerUse(offer);
}

void Workbench::orderSmallVolume()
{
    const auto &report = m_setup->report();
    if (!report || report->error || !m_smallVolume.isEmpty())
        return;
    backend::RunSettings run = m_settings.settings().runSettings();
    run.engine = backend::Engine::Upstream;
    run.upstreamRoot = report->root.string();
    run.python = report->python.string();
    run.overrides = backend::smallRequest();
    const QStringList ids = m_queue->add({run});
    if (ids.isEmpty())
        return;
    m_smallVolume = ids.front();
    followSmallVolume();
}

/// Tells the assistant how far the small volume is, and once how it ended.
void Workbench::followSmallVolume()
{
    if (m_smallVolume.isEmpty())
        return;
    const backend::QueueEntry *entry = m_queue->find(m_smallVolume);
    VolumeState state{Tone::Notice, tr("The small volume was taken out of the queue.")};
    if (entry)
        state = stateOf(*entry, m_queue->isPaused());
    if (state.tone != Tone::Busy)
        m_smallVolume.clear();
    if (m_setupDialog)
        m_setupDialog->check().showVolume(state.tone, state.text);
}

/// A step under way is ended first; what it made so far is used by the next attempt.
bool Workbench::mayStopSetup()
{
    if (!m_setup->isRunning())
        return true;
    if (m_closing)
        return false;
    QMessageBox box(QMessageBox::Question, tr("The model is being set up"),
                    tr("Closing ends the step under way. What was there before stays as it is, and "
                       "the next attempt goes on with what is complete."),
                    QMessageBox::NoButton, &m_window);
    const auto *end = box.addButton(tr("End the step and close"), QMessageBox::AcceptRole);
    auto *stay = box.addButton(tr("Go on with the step"), QMessageBox::RejectRole);
    box.setDefaultButton(stay);
    box.setEscapeButton(stay);
    box.exec();
    if (box.clickedButton() != static_cast<const QAbstractButton *>(end))
        return false;
    if (!m_setup->isRunning())
        return true; // it ended while the question was asked
    m_closing = true;
    m_setup->cancel();
    m_window.statusBar()->showMessage(tr("Closing once the step has ended"));
    return false;
}

} // namespace mrb::ui
