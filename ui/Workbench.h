// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/form/Presets.h"
#include "backend/form/RequestForm.h"
#include "backend/library/RunLibrary.h"
#include "backend/preflight/PreflightWatch.h"
#include "backend/queue/RunQueue.h"
#include "ui/StudioCommands.h"
#include "ui/generate/GenerateOrder.h"
#include "ui/report/ReportLoader.h"
#include "ui/settings/StudioSettings.h"
#include "viewer/widgets/ViewerModel.h"

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QTemporaryDir>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

class QAction;
class QDockWidget;

namespace mrb::backend {
struct Reproduction;
struct VolumeComparison;
} // namespace mrb::backend

namespace mrb::ui {

class EvidenceDesk;
class GeneratePanel;
class LogPanel;
class MainWindow;
class PreflightPanel;
class QueuePanel;
class ReportPanel;
class ResultsPanel;
class ReviewBar;
class RunNotifier;
class SetupDesk;
class SetupDialog;
class WelcomePage;

/// What surrounds the viewer: the form, the queue, the results, the report and the log, each in a
/// dock of the window, and how they work together. It owns the queue and the library; the docks
/// show them. GUI thread; whatever reads or writes runs in workers.
class Workbench : public QObject
{
    Q_OBJECT

public:
    /// Adds docks, menus and keys to the window, which must outlive this.
    explicit Workbench(MainWindow &window);
    ~Workbench() override;

    backend::RunQueue &queue() { return *m_queue; }
    backend::RunLibrary &library() { return *m_library; }
    backend::RequestForm &form() { return *m_form; }
    SettingsStore &settings() { return m_settings; }
    StudioCommands &commands() { return m_commands; }
    GeneratePanel &generatePanel() { return *m_generate; }
    QueuePanel &queuePanel() { return *m_queuePanel; }
    ResultsPanel &resultsPanel() { return *m_results; }
    ReportPanel &reportPanel() { return *m_report; }
    LogPanel &logPanel() { return *m_log; }
    ReviewBar &reviewBar() { return *m_review; }
    EvidenceDesk &evidence() { return *m_evidence; }
    SetupDesk &setup() { return *m_setup; }
    const backend::PreflightWatch &preflight() const { return m_preflight; }

    /// Shows a run: its volumes, where it has any, and its report. In the place of the one that was
    /// shown this way before.
    void showRun(const std::filesystem::path &folder);
    /// The same, while the user may be looking at another panel.
    void showRunQuietly(const std::filesystem::path &folder);

Q_SIGNALS:
    /// The form knows the checkout's own defaults, or that there are none.
    void contextLoaded();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    // Workbench.cpp: the parts
    void makeDocks();
    QDockWidget *addDock(Qt::DockWidgetArea area, const QString &name, const QString &title,
                         QWidget *widget);
    void makeMenus();
    void layOutDocks();
    void connectDock(QDockWidget *dock, StudioCommand command);
    void connectWindow();
    void applySettings();
    void restoreForm();
    void saveForm() const;
    void offerWhatIsLeft();
    void report(const Error &error);

    // WorkbenchRuns.cpp: from the form to an ended run
    void connectRuns();
    void bindRunCommands();
    void loadContext();
    void look();
    void order(const GenerateOrder &order);
    void editSettings(const backend::RunSettings &settings);
    void onStarted(const QString &id);
    void onEnded(const QString &id);
    void tellEnd(const backend::QueueEntry &entry);
    void tellFailure(const backend::QueueEntry &entry);
    void showWhy(const QString &id);
    bool isUserBusy() const;
    bool mayClose();

    // WorkbenchWarm.cpp: how runs use the machine, and what is learned from them
    void connectWarmStart();
    void applyPolicy();
    void expectNext();
    void learnFromEnded();
    void offerWarmStart(const backend::RunSummary &run);
    QString warmSavingText() const;

    // WorkbenchResults.cpp: what is on disk
    void connectResults();
    void bindResultCommands();
    void bindPanelAction(StudioCommand command, QAction *action);
    void openDocuments(const QStringList &paths);
    void chooseRun();
    void compareRuns(const std::filesystem::path &first, const std::filesystem::path &second);
    enum class Raise { Report, Nothing };
    void showVolumes(const std::vector<std::filesystem::path> &folders, Raise raise);
    void showWithoutVolume(const backend::RunSummary &run);
    void closePreviews();
    void hideSettings(bool hidden);
    void onVolumeOpened(const std::filesystem::path &file);
    void onOpeningFinished();
    void updateReport();
    void useSettings(const std::filesystem::path &folder, bool thenVary,
                     std::optional<std::int64_t> seed = {});
    bool mayRunAgain(const std::vector<std::filesystem::path> &folders);
    void runAgain(const std::vector<std::filesystem::path> &folders);
    void startReview(std::vector<std::filesystem::path> folders);
    void endReview();

    // WorkbenchEvidence.cpp: bundles, verifying, repeating, reports as files
    void connectEvidence();
    void bindEvidenceCommands();
    void exportRuns(const std::vector<std::filesystem::path> &folders, bool selected);
    void offerToVerify(const std::filesystem::path &archive, bool isBundle);
    void repeatRun(const std::filesystem::path &folder);
    void tellReproduction(const backend::Reproduction &reproduction, const QString &title);
    void showBoth(const backend::VolumeComparison &volumes);
    bool mayStopExports();

    // WorkbenchSetup.cpp: what the model needs
    enum class Remember { Places, EngineToo };
    void connectSetup();
    void openSetup();
    void beginSetup();
    void onSetupStepEnded();
    void rememberSetup(Remember what);
    void offerToUseSetup();
    void orderSmallVolume();
    void followSmallVolume();
    void onSettingsForSetup();
    bool mayStopSetup();

    // WorkbenchHelp.cpp: settings and help
    void bindWindowCommands();
    void openSettingsDialog();
    void findCommand();
    void showGuide();
    void showDiagnostics();

    MainWindow &m_window;
    SettingsStore m_settings;
    StudioCommands m_commands;
    backend::Presets m_presets;
    std::unique_ptr<backend::RequestForm> m_form;
    std::unique_ptr<backend::RunQueue> m_queue;
    std::unique_ptr<backend::RunLibrary> m_library;
    backend::PreflightWatch m_preflight;
    ReportLoader m_reports;
    std::unique_ptr<EvidenceDesk> m_evidence;
    std::unique_ptr<SetupDesk> m_setup;
    QPointer<SetupDialog> m_setupDialog;
    StudioSettings m_setupSettings; ///< with which the set-up began, or what it changed them to
    bool m_useSetup = false;        ///< a step is done: runs shall use it, once it was looked at
    QString m_smallVolume;          ///< the queue's entry that shows that everything works
    QTemporaryDir m_scratch;        ///< for the request that a preflight looks at

    GeneratePanel *m_generate = nullptr;
    PreflightPanel *m_checklist = nullptr;
    QueuePanel *m_queuePanel = nullptr;
    ResultsPanel *m_results = nullptr;
    ReportPanel *m_report = nullptr;
    LogPanel *m_log = nullptr;
    ReviewBar *m_review = nullptr;
    WelcomePage *m_welcome = nullptr;
    RunNotifier *m_notifier = nullptr;
    QDockWidget *m_generateDock = nullptr;
    QDockWidget *m_queueDock = nullptr;
    QDockWidget *m_resultsDock = nullptr;
    QDockWidget *m_reportDock = nullptr;
    QDockWidget *m_logDock = nullptr;

    /// Volumes that were opened to look at a run; the next run's take their place.
    std::set<std::filesystem::path> m_previews;
    std::set<std::filesystem::path> m_wanted; ///< previews that are being opened
    /// Once both are open.
    struct WantedComparison
    {
        std::filesystem::path reference;
        viewer::CompareMode mode = viewer::CompareMode::SideBySide;
        std::optional<viewer::VoxelIndex> at;
    };
    WantedComparison m_compare;
    std::map<std::filesystem::path, backend::VolumeOrigin> m_origins;
    std::filesystem::path m_reported; ///< what the report dock shows: a run's folder or a file
    QElapsedTimer m_lastInput;        ///< since keys or mouse were used in the viewer
    std::set<std::filesystem::path> m_ended; ///< runs whose records are not read again yet
    bool m_warmOffered = false;              ///< in this session
    quint64 m_contextRun = 0;
    quint64 m_showRun = 0;
    std::vector<QDockWidget *> m_hiddenForReview; ///< that were open before
    bool m_closing = false;
};

} // namespace mrb::ui
