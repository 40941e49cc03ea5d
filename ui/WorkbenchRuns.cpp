// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of Workbench from the form to an ended run.
#include "backend/base/Text.h"
#include "ui/MainWindow.h"
#include "ui/NoticeBar.h"
#include "ui/Workbench.h"
#include "ui/common/InBackground.h"
#include "ui/generate/GeneratePanel.h"
#include "ui/results/ResultsPanel.h"
#include "ui/results/ReviewBar.h"
#include "ui/runs/LogPanel.h"
#include "ui/runs/PreflightPanel.h"
#include "ui/runs/QueuePanel.h"
#include "ui/runs/RunNotifier.h"
#include "ui/settings/WelcomePage.h"

#include <QDockWidget>
#include <QFile>
#include <QFileDialog>
#include <QMessageBox>
#include <QPushButton>
#include <QStatusBar>

#include <algorithm>

namespace mrb::ui {

namespace {

// A volume that was not touched for so long is not being worked on.
constexpr qint64 kBusyMs = 20'000;
constexpr int kStatusMs = 6000;

bool hasPending(const backend::RunQueue &queue)
{
    const auto &entries = queue.entries();
    return std::any_of(entries.begin(), entries.end(), [](const auto &entry) {
        return entry.state == backend::EntryState::Pending;
    });
}

/// Whether the same run waits once more because this one failed.
bool isTriedAgain(const backend::RunQueue &queue, const backend::QueueEntry &failed)
{
    const auto &entries = queue.entries();
    return std::any_of(entries.begin(), entries.end(), [&failed](const auto &entry) {
        return entry.state == backend::EntryState::Pending && entry.settings.retryOf &&
               entry.settings.overrides == failed.settings.overrides;
    });
}

} // namespace

void Workbench::connectRuns()
{
    connect(m_generate, &GeneratePanel::generateRequested, this, &Workbench::order);
    connect(m_generate, &GeneratePanel::formSettled, this, [this] {
        saveForm();
        look();
        expectNext();
    });
    connect(m_checklist, &PreflightPanel::settingsRequested, this, &Workbench::openSettingsDialog);
    connect(&m_preflight, &backend::PreflightWatch::reported, this,
            [this](const backend::PreflightReport &found) {
                m_generate->setPreflight(found);
                Errors problems;
                for (const backend::PreflightItem &item : found.items) {
                    if (item.state == backend::CheckState::Failed)
                        problems.insert(problems.end(), item.problems.begin(), item.problems.end());
                }
                if (found.mayStart)
                    m_welcome->setReady(true);
                else
                    m_welcome->setProblems(problems);
                const bool nothingYet =
                    m_settings.settings().engine == backend::Engine::Upstream && !found.mayStart;
                m_window.setWelcomeWanted(nothingYet);
            });

    backend::RunQueue *queue = m_queue.get();
    connect(queue, &backend::RunQueue::started, this, &Workbench::onStarted);
    connect(queue, &backend::RunQueue::ended, this, &Workbench::onEnded);
    connect(queue, &backend::RunQueue::storeFailed, this, &Workbench::report);
    const auto refresh = [this] {
        m_commands.setChecked(StudioCommand::PauseQueue, m_queue->isPaused());
        m_commands.refresh();
    };
    connect(queue, &backend::RunQueue::listChanged, this, refresh);
    connect(queue, &backend::RunQueue::entryChanged, this, refresh);
    connect(queue, &backend::RunQueue::pausedChanged, this, refresh);
    connect(queue, &backend::RunQueue::idle, this, [this] {
        if (m_closing)
            m_window.close();
    });

    connect(m_queuePanel, &QueuePanel::openRequested, this, &Workbench::showRun);
    connect(m_queuePanel, &QueuePanel::editRequested, this, &Workbench::editSettings);
    connect(m_queuePanel, &QueuePanel::logRequested, this, [this](const QString &id) {
        m_log->follow(id);
        m_logDock->show();
        m_logDock->raise();
    });
    connect(m_queuePanel, &QueuePanel::selected, this, [this](const QString &id) {
        if (!id.isEmpty())
            m_log->follow(id);
    });
    connect(m_log, &LogPanel::failed, this, &Workbench::report);
    connect(m_notifier, &RunNotifier::titleChanged, &m_window, &MainWindow::setTitlePrefix);
}

void Workbench::bindRunCommands()
{
    using C = StudioCommand;
    m_commands.bind(C::Generate, [this](bool) { m_generate->generate(); });
    m_commands.bind(C::Sweep, [this](bool) { m_generate->openSweep(); });
    const QString filter = tr("Settings (*.json);;All files (*)");
    m_commands.bind(C::OpenOverrides, [this, filter](bool) {
        const QString file =
            QFileDialog::getOpenFileName(&m_window, tr("Open settings file"), {}, filter);
        if (!file.isEmpty())
            m_generate->openOverrides(file);
    });
    m_commands.bind(C::SaveOverrides, [this, filter](bool) {
        const QString file = QFileDialog::getSaveFileName(&m_window, tr("Save settings file"),
                                                          QStringLiteral("settings.json"), filter);
        if (!file.isEmpty())
            m_generate->saveOverrides(file);
    });
    m_commands.bind(C::LookAgain, [this](bool) { look(); });
    const auto runs = [this] { return m_queue->isBusy(); };
    const auto waits = [this] { return hasPending(*m_queue); };
    m_commands.bind(C::PauseQueue, [this](bool paused) { m_queue->setPaused(paused); });
    m_commands.bind(
        C::CancelRun, [this](bool) { m_queue->cancel(m_queuePanel->runningId()); }, runs);
    m_commands.bind(
        C::SkipRun, [this](bool) { m_queue->skip(m_queuePanel->runningId()); }, runs);
    m_commands.bind(
        C::CancelPending, [this](bool) { m_queue->cancelPending(); }, waits);
    m_commands.bind(
        C::CancelAll,
        [this](bool) {
            const auto answer = QMessageBox::question(
                &m_window, tr("Cancel all runs"),
                tr("End what runs and take all waiting runs out of the queue?"));
            if (answer == QMessageBox::Yes)
                m_queue->cancelAll();
        },
        [runs, waits] { return runs() || waits(); });
}

/// The checkout's own defaults, read in a worker.
void Workbench::loadContext()
{
    const quint64 run = ++m_contextRun;
    inBackground(
        this,
        [options = m_settings.settings().options()] {
            return std::make_shared<backend::FormContext>(backend::loadFormContext(options));
        },
        [this, run](const std::shared_ptr<backend::FormContext> &context) {
            if (run != m_contextRun)
                return;
            m_form->setContext(*context);
            Q_EMIT contextLoaded();
        });
}

/// What stands between the form and a start; the report comes when it is there.
void Workbench::look()
{
    const QString request = m_scratch.filePath(QStringLiteral("request.json"));
    QFile file(request);
    const std::string document = m_form->document();
    if (!file.open(QIODevice::WriteOnly) ||
        file.write(document.data(), static_cast<qint64>(document.size())) < 0) {
        report(
            {mrb::error_codes::kCannotWrite,
             tr("The folder for temporary files cannot be written to: %1.").arg(file.errorString()),
             tr("Make room there, or set TMPDIR."),
             {}});
        return;
    }
    file.close();
    backend::GenerateOptions options = m_settings.settings().options();
    options.request = QFile::encodeName(request).toStdString();
    m_preflight.look(options);
}

void Workbench::order(const GenerateOrder &order)
{
    std::vector<backend::RunSettings> runs;
    for (std::size_t i = 0; i < order.documents.size(); ++i) {
        backend::RunSettings run = m_settings.settings().runSettings();
        run.overrides = order.documents[i];
        run.acceptCost = order.costAccepted;
        run.group = order.group;
        if (i < order.expectedSeconds.size() && order.expectedSeconds[i] > 0)
            run.expectedSeconds = order.expectedSeconds[i];
        if (i < order.expectedGpuMemory.size()) {
            const LearnedGpuMemory &learned = order.expectedGpuMemory[i];
            if (learned.peakMb > 0)
                run.expectedGpuMemoryMb = learned.peakMb;
            if (learned.heldMb > 0)
                run.expectedGpuHeldMb = learned.heldMb;
        }
        runs.push_back(std::move(run));
    }
    m_queue->add(runs);
    saveForm(); // the seed has gone on
    m_queueDock->show();
    m_queueDock->raise();
    m_window.statusBar()->showMessage(
        tr("Added to the queue: %n run(s)", nullptr, static_cast<int>(runs.size())), kStatusMs);
}

void Workbench::editSettings(const backend::RunSettings &settings)
{
    for (const Error &error : m_form->setDocument(settings.overrides, tr("The run's settings")))
        report(error);
    m_generateDock->show();
    m_generateDock->raise();
    m_generate->focusForm();
}

void Workbench::onStarted(const QString &id)
{
    const backend::QueueEntry *entry = m_queue->find(id);
    if (!entry)
        return;
    // Beside others that run, the log stays with the one that is read.
    const backend::QueueEntry *followed = m_queue->find(m_log->followedId());
    if (!followed || followed->state != backend::EntryState::Running)
        m_log->follow(id);
    m_library->refreshRun(entry->runFolder);
}

void Workbench::onEnded(const QString &id)
{
    const backend::QueueEntry *entry = m_queue->find(id);
    if (!entry)
        return;
    if (!entry->runFolder.empty()) {
        m_ended.insert(entry->runFolder);
        m_library->refreshRun(entry->runFolder);
    }
    if (!m_closing)
        tellEnd(*entry);
}

/// Shows what a run made, or offers to where the user is busy with something else.
void Workbench::tellEnd(const backend::QueueEntry &entry)
{
    using backend::EntryVerdict;
    const QString label = backend::runLabel(entry.settings);
    const std::filesystem::path folder = entry.runFolder;
    const bool hasResult = entry.verdict == EntryVerdict::Passed ||
                           entry.verdict == EntryVerdict::Demo ||
                           entry.verdict == EntryVerdict::GateFailed;
    if (hasResult) {
        // Volumes that follow one another every other second are of no use: of runs that go on
        // side by side the first one and the last one are shown.
        const bool isOneOfMany = m_queue->isBusy() && !m_window.currentFile().empty();
        if (m_settings.settings().showResults && !isUserBusy() && !isOneOfMany)
            showRunQuietly(folder);
        else if (m_review->isActive() || (isOneOfMany && !isUserBusy()))
            m_window.statusBar()->showMessage(tr("Finished: %1").arg(label), kStatusMs);
        else
            m_window.notices().offer(tr("Finished: %1").arg(label), tr("Show it"),
                                     [this, folder] { showRun(folder); });
        return;
    }
    if (entry.verdict != EntryVerdict::Cancelled)
        tellFailure(entry);
}

void Workbench::tellFailure(const backend::QueueEntry &entry)
{
    const QString label = backend::runLabel(entry.settings);
    const QString why = entry.problems.empty() ? QString() : entry.problems.front().message;
    QString text = entry.verdict == backend::EntryVerdict::Refused
                       ? tr("Not started: %1. %2").arg(label, why)
                       : tr("Failed: %1. %2").arg(label, why);
    if (isTriedAgain(*m_queue, entry))
        text += tr(" It is tried once more, alone.");
    m_window.notices().offer(text, tr("Show why"), [this, id = entry.id] { showWhy(id); });
}

/// An entry that failed, with its log and report where it came so far.
void Workbench::showWhy(const QString &id)
{
    m_queueDock->show();
    m_queueDock->raise();
    m_queuePanel->select(id);
    const backend::QueueEntry *entry = m_queue->find(id);
    if (!entry || entry->runFolder.empty())
        return;
    const std::filesystem::path folder = entry->runFolder;
    m_logDock->show();
    m_logDock->raise();
    showRun(folder);
}

/// Busy with another volume: one that no run showed, or one that was touched a moment ago.
bool Workbench::isUserBusy() const
{
    if (m_review->isActive())
        return true;
    const std::filesystem::path shown = m_window.currentFile();
    if (shown.empty())
        return false;
    return !m_previews.contains(shown) ||
           (m_lastInput.isValid() && m_lastInput.elapsed() < kBusyMs);
}

/// Nothing is left running: a run under way is ended first, waiting ones stay for the next start.
bool Workbench::mayClose()
{
    if (!mayStopExports() || !mayStopSetup())
        return false;
    if (!m_queue->isBusy())
        return true;
    if (m_closing)
        return false;
    const int running = m_queue->overview().running;
    const QString kept = tr("What was written so far is kept and marked as cancelled. Waiting runs "
                            "stay in the queue and are offered at the next start.");
    QMessageBox box(QMessageBox::Question,
                    running > 1 ? tr("Runs are under way") : tr("A run is under way"),
                    (running > 1 ? tr("Closing ends the %1 runs under way.").arg(running)
                                 : tr("Closing ends the run under way.")) +
                        u' ' + kept,
                    QMessageBox::NoButton, &m_window);
    const auto *end =
        box.addButton(running > 1 ? tr("End the runs and close") : tr("End the run and close"),
                      QMessageBox::AcceptRole);
    auto *stay = box.addButton(tr("Keep running"), QMessageBox::RejectRole);
    box.setDefaultButton(stay);
    box.setEscapeButton(stay);
    box.exec();
    if (box.clickedButton() != static_cast<const QAbstractButton *>(end))
        return false;
    if (!m_queue->isBusy())
        return true; // it ended while the question was asked
    m_closing = true;
    m_queue->setPaused(true);
    for (const backend::QueueEntry &entry : std::vector(m_queue->entries())) {
        if (entry.state == backend::EntryState::Running)
            m_queue->cancel(entry.id);
    }
    m_window.statusBar()->showMessage(tr("Closing once what runs has ended"));
    return false;
}

} // namespace mrb::ui
