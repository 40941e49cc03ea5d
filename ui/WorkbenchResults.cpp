// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of Workbench that has to do with what is on disk: runs, volumes, reports.
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/request/CostEstimate.h"
#include "ui/MainWindow.h"
#include "ui/MessageBar.h"
#include "ui/NoticeBar.h"
#include "ui/Workbench.h"
#include "ui/common/InBackground.h"
#include "ui/common/Words.h"
#include "ui/evidence/EvidenceDesk.h"
#include "ui/generate/GeneratePanel.h"
#include "ui/report/ReportPanel.h"
#include "ui/results/ContactSheetDialog.h"
#include "ui/results/ResultsActions.h"
#include "ui/results/ResultsPanel.h"
#include "ui/results/ReviewBar.h"
#include "ui/results/RunWords.h"
#include "ui/runs/LogPanel.h"

#include <QAction>
#include <QDesktopServices>
#include <QDockWidget>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QStatusBar>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace mrb::ui {

namespace fs = std::filesystem;

namespace {

constexpr int kStatusMs = 6000;

/// Where a volume comes from, and what its run is called.
struct Identified
{
    backend::VolumeOrigin origin;
    QString name;
};

struct FoundRuns
{
    std::vector<backend::RunSummary> runs;
    Errors errors;
};

FoundRuns readRuns(const std::vector<fs::path> &folders)
{
    FoundRuns found;
    for (const fs::path &folder : folders) {
        if (Result<backend::RunSummary> run = backend::readRunSummary(folder))
            found.runs.push_back(std::move(run).value());
        else
            found.errors.push_back(run.error());
    }
    return found;
}

QStringList volumeNames(const backend::RunSummary &run)
{
    QStringList names;
    for (const backend::RunVolume &volume : run.volumes)
        names += toQString(volume.path);
    return names;
}

} // namespace

void Workbench::connectResults()
{
    connect(&m_window, &MainWindow::documentsGiven, this, &Workbench::openDocuments);
    connect(&m_window, &MainWindow::volumeOpened, this, &Workbench::onVolumeOpened);
    connect(&m_window, &MainWindow::openingFinished, this, &Workbench::onOpeningFinished);
    connect(&m_window, &MainWindow::currentChanged, this, &Workbench::updateReport);
    const auto takeHistogram = [this] {
        const viewer::OpenVolume *current = m_window.viewer().model().current();
        m_report->setHistogram(current ? current->histogram : nullptr);
    };
    connect(&m_window.viewer().model(), &viewer::ViewerModel::volumesChanged, this, takeHistogram);
    connect(&m_reports, &ReportLoader::loaded, this,
            [this, takeHistogram](const backend::RunReport &made) {
                m_report->show(made);
                takeHistogram();
            });
    connect(&m_reports, &ReportLoader::failed, m_report, &ReportPanel::showProblem);
    connect(m_report, &ReportPanel::logRequested, this, [this](const fs::path &folder) {
        m_log->showFile(folder, true);
        m_logDock->show();
        m_logDock->raise();
    });
    connect(m_report, &ReportPanel::revealRequested, this, [](const fs::path &path) {
        const QFileInfo info(toQString(path));
        QDesktopServices::openUrl(
            QUrl::fromLocalFile(info.isDir() ? info.filePath() : info.path()));
    });
    connect(m_report, &ReportPanel::openVolumeRequested, this,
            [this](const fs::path &volume) { m_window.openFiles({toQString(volume)}); });
    connect(m_report, &ReportPanel::useSettingsRequested, this, [this](const fs::path &folder) {
        // Of several volumes each has a seed of its own: that of the one that is shown.
        const auto shown = m_origins.find(m_window.currentFile());
        const bool isOfRun = shown != m_origins.end() && shown->second.runFolder == folder;
        useSettings(folder, false, isOfRun ? shown->second.seed : std::nullopt);
    });

    connect(m_library.get(), &backend::RunLibrary::failed, this, &Workbench::report);
    connect(m_library.get(), &backend::RunLibrary::trashed, this, [this](int runs) {
        m_window.statusBar()->showMessage(tr("Moved to the trash: %n run(s)", nullptr, runs),
                                          kStatusMs);
    });
    connect(m_results, &ResultsPanel::failed, this, &Workbench::report);
    connect(m_results, &ResultsPanel::succeeded, this, [this](const QString &message) {
        m_window.statusBar()->showMessage(message, kStatusMs);
    });
    connect(m_results, &ResultsPanel::openRequested, this, &Workbench::showRun);
    connect(m_results, &ResultsPanel::compareRequested, this, &Workbench::compareRuns);
    connect(m_results, &ResultsPanel::reviewRequested, this, &Workbench::startReview);
    connect(m_results, &ResultsPanel::useSettingsRequested, this,
            [this](const fs::path &folder) { useSettings(folder, false); });
    connect(m_results, &ResultsPanel::varyRequested, this,
            [this](const fs::path &folder) { useSettings(folder, true); });
    connect(m_results, &ResultsPanel::useSeedRequested, this, [this](qint64 seed) {
        m_form->setText(contract::model_config::kRandomSeed, 0, QString::number(seed));
        m_generateDock->show();
        m_generateDock->raise();
    });
    connect(m_results, &ResultsPanel::runAgainRequested, this, &Workbench::runAgain);
    connect(m_results, &ResultsPanel::contactSheetRequested, this,
            [this](const std::vector<fs::path> &folders) {
                inBackground(
                    this, [folders] { return std::make_shared<FoundRuns>(readRuns(folders)); },
                    [this](const std::shared_ptr<FoundRuns> &found) {
                        ContactSheetDialog dialog(std::move(found->runs), &m_window);
                        connect(&dialog, &ContactSheetDialog::failed, this, &Workbench::report);
                        dialog.exec();
                    });
            });

    connect(m_review, &ReviewBar::showRequested, this, &Workbench::showRun);
    connect(m_review, &ReviewBar::finished, this, &Workbench::endReview);
    connect(m_review, &ReviewBar::hideSettingsChanged, this, &Workbench::hideSettings);
}

void Workbench::bindResultCommands()
{
    using C = StudioCommand;
    const ResultsActions &actions = m_results->actions();
    const std::pair<C, QAction *> pairs[] = {{C::CompareRuns, actions.compare},
                                             {C::UseSettings, actions.useSettings},
                                             {C::UseSeed, actions.useSeed},
                                             {C::RunAgain, actions.runAgain},
                                             {C::Vary, actions.vary},
                                             {C::Accept, actions.accept},
                                             {C::Reject, actions.reject},
                                             {C::Undecided, actions.undecided},
                                             {C::ContactSheet, actions.contactSheet},
                                             {C::SaveCsv, actions.saveCsv},
                                             {C::CopyCsv, actions.copyCsv},
                                             {C::Reveal, actions.reveal},
                                             {C::Trash, actions.trash}};
    for (const auto &[command, action] : pairs)
        bindPanelAction(command, action);
    m_commands.bind(C::OpenRun, [this](bool) { chooseRun(); });
    m_commands.bind(C::RefreshResults, [this](bool) { m_library->refresh(); });
    m_commands.bind(C::Review, [this](bool on) {
        if (!on)
            m_review->leave();
        else
            startReview(m_results->workingFolders());
    });
}

void Workbench::bindPanelAction(StudioCommand command, QAction *action)
{
    m_commands.bind(
        command, [action](bool) { action->trigger(); }, [action] { return action->isEnabled(); });
    connect(action, &QAction::enabledChanged, &m_commands, &StudioCommands::refresh);
}

/// A run's folder or document is shown, a bundle offered to be verified, a folder of runs to the
/// gallery, anything else is taken for settings.
void Workbench::openDocuments(const QStringList &paths)
{
    struct Found
    {
        QString path;
        std::optional<fs::path> run;
        bool bundle = false;
    };
    inBackground(
        this,
        [paths] {
            std::vector<Found> found;
            for (const QString &path : paths) {
                const fs::path file = absolutePath(path);
                found.push_back({path, backend::runFolderOf(file), looksLikeBundle(file)});
            }
            return found;
        },
        [this](const std::vector<Found> &found) {
            for (const Found &item : found) {
                if (item.run) {
                    showRun(*item.run);
                } else if (item.bundle || item.path.endsWith(u".zip", Qt::CaseInsensitive)) {
                    offerToVerify(absolutePath(item.path), item.bundle);
                } else if (QFileInfo(item.path).isDir()) {
                    const QString folder = toQString(absolutePath(item.path));
                    m_window.notices().offer(tr("%1 is not the folder of a run.").arg(folder),
                                             tr("Show the runs below it"), [this, folder] {
                                                 StudioSettings settings = m_settings.settings();
                                                 if (!settings.furtherResults.contains(folder))
                                                     settings.furtherResults += folder;
                                                 m_settings.set(settings);
                                                 m_resultsDock->show();
                                                 m_resultsDock->raise();
                                             });
                } else {
                    m_generateDock->show();
                    m_generateDock->raise();
                    m_generate->openOverrides(item.path);
                }
            }
        });
}

void Workbench::chooseRun()
{
    const QString folder = QFileDialog::getExistingDirectory(&m_window, tr("Open run"),
                                                             m_settings.settings().resultsFolder);
    if (!folder.isEmpty())
        openDocuments({folder});
}

void Workbench::showRun(const fs::path &folder)
{
    showVolumes({folder}, Raise::Report);
}

void Workbench::showRunQuietly(const fs::path &folder)
{
    showVolumes({folder}, Raise::Nothing);
}

void Workbench::compareRuns(const fs::path &first, const fs::path &second)
{
    showVolumes({first, second}, Raise::Nothing);
}

/// One run, or two to be compared.
void Workbench::showVolumes(const std::vector<fs::path> &folders, Raise raise)
{
    const quint64 run = ++m_showRun;
    m_compare = {};
    inBackground(
        this, [folders] { return std::make_shared<FoundRuns>(readRuns(folders)); },
        [this, run, raise](const std::shared_ptr<FoundRuns> &found) {
            if (run != m_showRun)
                return;
            for (const Error &error : found->errors)
                report(error);
            if (found->runs.empty())
                return;
            const backend::RunSummary &shown = found->runs.front();
            m_results->select(shown.folder);
            if (raise == Raise::Report && !m_review->isActive()) {
                m_reportDock->show();
                m_reportDock->raise();
            }
            if (!m_queue->isBusy()) {
                const bool failed = shown.verdict == backend::EntryVerdict::Failed;
                m_log->showFile(shown.folder, failed, shown.exitCode);
            }
            QStringList files = volumeNames(shown);
            if (files.isEmpty()) {
                showWithoutVolume(shown);
                return;
            }
            if (found->runs.size() > 1) {
                files = files.mid(0, 1);
                for (std::size_t i = 1; i < found->runs.size(); ++i)
                    files += volumeNames(found->runs[i]).mid(0, 1);
                m_compare.reference = files.size() > 1 ? absolutePath(files.back()) : fs::path();
            }
            m_wanted.clear();
            for (const QString &file : files)
                m_wanted.insert(absolutePath(file));
            m_window.viewer().model().setCompareMode(viewer::CompareMode::Off);
            m_window.openFiles(files);
        });
}

/// Nothing to look at: the report and the log say why, and no other run's volume stays beside them.
void Workbench::showWithoutVolume(const backend::RunSummary &run)
{
    m_wanted.clear();
    closePreviews();
    m_reported = run.folder;
    m_report->showLoading(tr("Reading %1…").arg(toQString(run.folder.filename())));
    m_reports.loadRun(run.folder);
}

/// Volumes that were opened to look at a run, but for those that are wanted now.
void Workbench::closePreviews()
{
    for (const fs::path &file : std::set(m_previews)) {
        if (!m_wanted.contains(file)) {
            m_previews.erase(file);
            m_window.closeFile(file);
        }
    }
}

/// Whatever was opened: who made it is found out from its bytes.
void Workbench::onVolumeOpened(const fs::path &file)
{
    if (m_wanted.contains(file))
        m_previews.insert(file);
    m_origins.erase(file);
    if (m_reported == file)
        m_reported.clear();
    updateReport();
    inBackground(
        this,
        [file] {
            Identified found{backend::originOf(file), {}};
            if (!found.origin.runFolder.empty()) {
                if (const auto run = backend::readRunSummary(found.origin.runFolder))
                    found.name = runTitle(*run);
            }
            return found;
        },
        [this, file](const Identified &found) {
            m_origins[file] = found.origin;
            if (found.origin.provenance != backend::Provenance::Unknown)
                m_window.setOrigin(file, found.origin.provenance, found.name);
            if (found.origin.note)
                m_window.messages().showNote(*found.origin.note);
            updateReport();
        });
}

/// The volumes of the run that was shown before have had their time.
void Workbench::onOpeningFinished()
{
    if (m_wanted.empty())
        return;
    closePreviews();
    m_wanted.clear();
    if (const WantedComparison wanted = std::exchange(m_compare, {}); !wanted.reference.empty()) {
        viewer::ViewerModel &model = m_window.viewer().model();
        m_window.setReferenceFile(wanted.reference);
        model.setCompareMode(wanted.mode);
        if (wanted.at) {
            model.setCursor(*wanted.at);
            model.centreOnCursor();
        }
    }
}

/// The report follows the volume that is shown.
void Workbench::updateReport()
{
    const fs::path file = m_window.currentFile();
    if (file.empty())
        return; // what was reported last stays: a run without volumes has a report as well
    const auto origin = m_origins.find(file);
    if (origin == m_origins.end()) {
        m_reported.clear();
        m_report->showLoading(tr("Measuring %1…").arg(toQString(file.filename())));
        return;
    }
    // A file in a run's folder that the run does not vouch for is reported as it is.
    const bool vouchedFor = origin->second.provenance != backend::Provenance::Unknown;
    const fs::path run = vouchedFor ? origin->second.runFolder : fs::path();
    const fs::path what = run.empty() ? file : run;
    if (what == m_reported)
        return;
    m_reported = what;
    m_report->showLoading(tr("Measuring %1…").arg(toQString(file.filename())));
    if (run.empty())
        m_reports.loadVolume(file);
    else
        m_reports.loadRun(run);
}

void Workbench::useSettings(const fs::path &folder, bool thenVary, std::optional<std::int64_t> seed)
{
    inBackground(
        this, [folder, seed] { return backend::settingsOfRun(folder, seed); },
        [this, folder, thenVary](const Result<std::string> &document) {
            if (!document) {
                report(document.error());
                return;
            }
            const Errors errors = m_form->setDocument(*document, toQString(folder.filename()));
            for (const Error &error : errors)
                report(error);
            m_generateDock->show();
            m_generateDock->raise();
            if (thenVary && errors.empty())
                m_generate->openSweep();
        });
}

/// What it costs is known from the record; a long one is asked about like any other order.
bool Workbench::mayRunAgain(const std::vector<fs::path> &folders)
{
    double seconds = 0;
    for (const fs::path &folder : folders) {
        if (const backend::RunSummary *run = m_library->find(folder))
            seconds += run->seconds;
    }
    return seconds <= backend::kConsentWallSeconds ||
           QMessageBox::question(&m_window, tr("Run again"),
                                 tr("These runs took %1 the first time. Add them to the queue?")
                                     .arg(roughDurationText(seconds))) == QMessageBox::Yes;
}

void Workbench::runAgain(const std::vector<fs::path> &folders)
{
    if (!mayRunAgain(folders))
        return;
    inBackground(
        this,
        [folders] {
            std::vector<Result<std::vector<std::string>>> runs;
            for (const fs::path &folder : folders)
                runs.push_back(backend::settingsOfVolumes(folder));
            return runs;
        },
        [this](const std::vector<Result<std::vector<std::string>>> &runs) {
            GenerateOrder again;
            again.costAccepted = true;
            for (const auto &documents : runs) {
                if (documents)
                    again.documents.insert(again.documents.end(), documents->begin(),
                                           documents->end());
                else
                    report(documents.error());
            }
            if (!again.documents.empty())
                order(again);
        });
}

void Workbench::startReview(std::vector<fs::path> folders)
{
    m_review->start(std::move(folders));
    m_commands.setChecked(StudioCommand::Review, m_review->isActive());
    if (m_review->isActive())
        m_window.viewer().focusSlices();
}

void Workbench::endReview()
{
    m_commands.setChecked(StudioCommand::Review, false);
    hideSettings(false);
}

/// What could tell a reviewer how a volume was made.
void Workbench::hideSettings(bool hidden)
{
    m_window.setNamesHidden(hidden);
    if (!hidden) {
        for (QDockWidget *dock : std::exchange(m_hiddenForReview, {}))
            dock->show();
        return;
    }
    for (QDockWidget *dock :
         {m_reportDock, m_resultsDock, m_queueDock, m_logDock, m_window.displayDock()}) {
        if (dock->isHidden())
            continue;
        dock->hide();
        m_hiddenForReview.push_back(dock);
    }
}

} // namespace mrb::ui
