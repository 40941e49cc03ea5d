// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of Workbench that hands results on and checks them.
#include "backend/base/Text.h"
#include "backend/run/RunFolder.h"
#include "ui/MainWindow.h"
#include "ui/NoticeBar.h"
#include "ui/Workbench.h"
#include "ui/common/InBackground.h"
#include "ui/document/ReportFiles.h"
#include "ui/evidence/EvidenceDesk.h"
#include "ui/report/ReportPanel.h"
#include "ui/results/ResultsActions.h"
#include "ui/results/ResultsPanel.h"
#include "ui/results/ReviewBar.h"
#include "ui/results/RunWords.h"
#include "ui/settings/SettingsFile.h"

#include <QAction>
#include <QDir>
#include <QDockWidget>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>

#include <system_error>
#include <utility>

namespace mrb::ui {

namespace fs = std::filesystem;

namespace {

constexpr QLatin1StringView kExportFolder("evidence/folder");
constexpr int kStatusMs = 6000;

/// Where something was written last, else the documents.
QString exportFolder()
{
    const QString last = openSettings()->value(kExportFolder).toString();
    if (!last.isEmpty() && QFileInfo(last).isDir())
        return last;
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QFileInfo(documents).isDir() ? documents : QDir::homePath();
}

/// Repeated runs have one title.
QString titleWithDate(const backend::RunSummary &run)
{
    const QString date = runDate(run);
    return date.isEmpty() ? runTitle(run) : QStringLiteral("%1 · %2").arg(runTitle(run), date);
}

ExportCandidate candidateOf(const backend::RunSummary &run)
{
    const Outcome outcome = outcomeOf(run);
    ExportCandidate candidate{.folder = run.folder,
                              .title = titleWithDate(run),
                              .outcome = outcomeText(outcome),
                              .outcomeTone = outcomeTone(outcome),
                              .rating = ratingText(run.review.rating),
                              .accepted = run.review.rating == backend::Rating::Accepted,
                              .refusal = {},
                              .bytes = run.bytes};
    for (const backend::RunVolume &volume : run.volumes)
        candidate.volumeBytes += volume.bytes;
    std::error_code failed;
    if (run.state == backend::RunState::Running)
        candidate.refusal = Text::tr("Still running");
    else if (!fs::is_regular_file(run.folder / backend::kResultFile, failed))
        candidate.refusal = Text::tr("%1: left no result").arg(candidate.outcome);
    return candidate;
}

std::vector<ExportCandidate> readCandidates(const std::vector<fs::path> &folders)
{
    std::vector<ExportCandidate> candidates;
    for (const fs::path &folder : folders) {
        if (const Result<backend::RunSummary> run = backend::readRunSummary(folder)) {
            candidates.push_back(candidateOf(*run));
        } else {
            candidates.push_back({.folder = folder,
                                  .title = toQString(folder.filename()),
                                  .outcome = {},
                                  .rating = {},
                                  .refusal = run.error().message});
        }
    }
    return candidates;
}

EvidenceDesk::Reports reports()
{
    return {.make = [](const fs::path &folder, std::stop_token stop) -> Result<> {
                const auto made = makeReportDocument(folder, std::move(stop));
                if (!made)
                    return made.error();
                return {};
            },
            .save = saveReport};
}

} // namespace

void Workbench::connectEvidence()
{
    m_evidence = std::make_unique<EvidenceDesk>(m_window, *m_queue);
    EvidenceDesk *desk = m_evidence.get();
    desk->setReports(reports());
    connect(desk, &EvidenceDesk::failed, this, &Workbench::report);
    connect(desk, &EvidenceDesk::succeeded, this, [this](const QString &message) {
        m_window.statusBar()->showMessage(message, kStatusMs);
    });
    connect(desk, &EvidenceDesk::showRequested, this, &Workbench::showBoth);
    connect(desk, &EvidenceDesk::exported, this, [](const fs::path &target) {
        openSettings()->setValue(kExportFolder, toQString(target.parent_path()));
    });
    connect(desk, &EvidenceDesk::idle, this, [this] {
        // Asked again, because a run may be under way as well.
        if (std::exchange(m_closing, false))
            m_window.close();
    });
    ReproductionWatch &watch = desk->watch();
    connect(&watch, &ReproductionWatch::ordered, this, [this](const QString &title) {
        m_queueDock->show();
        m_queueDock->raise();
        m_window.statusBar()->showMessage(
            m_queue->isPaused() ? tr("%1 waits to be repeated: the queue is paused").arg(title)
                                : tr("%1 is repeated and then compared").arg(title),
            kStatusMs);
    });
    connect(&watch, &ReproductionWatch::judged, this, &Workbench::tellReproduction);
    connect(&watch, &ReproductionWatch::runFailed, this,
            [this](const QString &id, const QString &title) {
                m_window.notices().offer(
                    tr("%1 could not be repeated: the run ended without a result.").arg(title),
                    tr("Show why"), [this, id] { showWhy(id); });
            });

    connect(m_results, &ResultsPanel::exportRequested, this, &Workbench::exportRuns);
    connect(m_results, &ResultsPanel::verifyRequested, desk, &EvidenceDesk::verify);
    connect(m_results, &ResultsPanel::compareRecordsRequested, desk, &EvidenceDesk::compareRecords);
    connect(m_results, &ResultsPanel::runAgainAndCompareRequested, this, &Workbench::repeatRun);
    connect(m_report, &ReportPanel::saveRequested, this,
            [this](const fs::path &folder) { m_evidence->saveReport(folder, exportFolder()); });
}

void Workbench::bindEvidenceCommands()
{
    using C = StudioCommand;
    const ResultsActions &actions = m_results->actions();
    bindPanelAction(C::ExportBundle, actions.exportBundle);
    bindPanelAction(C::Verify, actions.verify);
    bindPanelAction(C::RunAgainAndCompare, actions.runAgainAndCompare);
    bindPanelAction(C::CompareRecords, actions.compareRecords);
    // Of the run whose report is shown, also of one that is in no results folder.
    const auto reported = [this] {
        const auto &report = m_report->report();
        return report ? report->runFolder : fs::path();
    };
    const auto isRun = [reported] { return !reported().empty(); };
    m_commands.bind(
        C::SaveReport,
        [this, reported](bool) { m_evidence->saveReport(reported(), exportFolder()); }, isRun);
    m_commands.bind(
        C::OpenReport, [this, reported](bool) { m_evidence->openReport(reported()); }, isRun);
    connect(m_report, &ReportPanel::contentChanged, &m_commands, &StudioCommands::refresh);
}

/// Selected runs as they are; of those that are merely shown, the accepted ones.
void Workbench::exportRuns(const std::vector<fs::path> &folders, bool selected)
{
    inBackground(
        this,
        [folders] {
            return std::make_shared<std::vector<ExportCandidate>>(readCandidates(folders));
        },
        [this, selected](const std::shared_ptr<std::vector<ExportCandidate>> &runs) {
            m_evidence->exportRuns(std::move(*runs),
                                   {.folder = exportFolder(),
                                    .environment = m_settings.settings().options().environment,
                                    .onlyAccepted = !selected});
        });
}

void Workbench::offerToVerify(const fs::path &archive, bool isBundle)
{
    const QString name = toQString(archive.filename());
    m_window.notices().offer(isBundle ? tr("%1 is a bundle of results.").arg(name)
                                      : tr("%1 does not look like a bundle of results.").arg(name),
                             isBundle ? tr("Verify it") : tr("Verify it anyway"),
                             [this, archive] { m_evidence->verify(archive); });
}

void Workbench::repeatRun(const fs::path &folder)
{
    const backend::RunSummary *run = m_library->find(folder);
    if (!run || !mayRunAgain({folder}))
        return;
    m_evidence->watch().repeat(folder, runTitle(*run), m_settings.settings().runSettings());
}

void Workbench::tellReproduction(const backend::Reproduction &reproduction, const QString &title)
{
    m_library->refreshRun(reproduction.again);
    // A title tells settings, which a blind reviewer must not see.
    const QString text = m_review->isActive()
                             ? tr("A run was repeated: %1").arg(reproduction.text)
                             : tr("%1 was repeated: %2").arg(title, reproduction.text);
    m_window.notices().offer(text, tr("Show more"), [this, reproduction, title] {
        m_evidence->showReproduction(reproduction, title);
    });
}

/// Where they differ it is the difference that one wants to see.
void Workbench::showBoth(const backend::VolumeComparison &volumes)
{
    ++m_showRun; // a run that was being opened is not wanted any more
    m_compare = {.reference = absolutePath(toQString(volumes.second)),
                 .mode = volumes.differingVoxels > 0 ? viewer::CompareMode::Difference
                                                     : viewer::CompareMode::SideBySide,
                 .at = volumes.maximumAt};
    m_wanted = {absolutePath(toQString(volumes.first)), m_compare.reference};
    m_window.viewer().model().setCompareMode(viewer::CompareMode::Off);
    m_window.openFiles({toQString(volumes.first), toQString(volumes.second)});
    m_window.activateWindow();
}

/// A bundle that is being written would be lost.
bool Workbench::mayStopExports()
{
    if (!m_evidence->isExporting())
        return true;
    if (m_closing)
        return false;
    QMessageBox box(QMessageBox::Question, tr("A bundle is being exported"),
                    tr("Closing stops the export; what was written so far is removed."),
                    QMessageBox::NoButton, &m_window);
    const auto *stop = box.addButton(tr("Stop the export and close"), QMessageBox::AcceptRole);
    auto *stay = box.addButton(tr("Go on exporting"), QMessageBox::RejectRole);
    box.setDefaultButton(stay);
    box.setEscapeButton(stay);
    box.exec();
    if (box.clickedButton() != static_cast<const QAbstractButton *>(stop))
        return false;
    if (!m_evidence->isExporting())
        return true; // it ended while the question was asked
    m_closing = true;
    m_evidence->stopExports();
    m_window.statusBar()->showMessage(tr("Closing once the export has stopped"));
    return false;
}

} // namespace mrb::ui
