// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/Workbench.h"

#include "ui/MainWindow.h"
#include "ui/MessageBar.h"
#include "ui/NoticeBar.h"
#include "ui/evidence/EvidenceDesk.h"
#include "ui/generate/GeneratePanel.h"
#include "ui/report/ReportPanel.h"
#include "ui/results/ResultsPanel.h"
#include "ui/results/ReviewBar.h"
#include "ui/runs/LogPanel.h"
#include "ui/runs/PreflightPanel.h"
#include "ui/runs/QueuePanel.h"
#include "ui/runs/RunNotifier.h"
#include "ui/settings/SettingsFile.h"
#include "ui/settings/WelcomePage.h"
#include "ui/setup/SetupDesk.h"
#include "ui/setup/SetupDialog.h"
#include "viewer/widgets/CheatSheet.h"

#include <QAction>
#include <QDockWidget>
#include <QEvent>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>

namespace mrb::ui {

namespace {

constexpr QLatin1StringView kDocument("form/document");
constexpr QLatin1StringView kSeedMode("form/seedMode");
constexpr QLatin1StringView kCount("form/count");
constexpr QLatin1StringView kFovLocked("form/fovLocked");

// At 1280 × 800 both sides and the viewer are usable; more room goes to the viewer.
constexpr int kSideWidth = 330;
constexpr int kLogHeight = 150;

} // namespace

Workbench::Workbench(MainWindow &window)
    : m_window(window),
      m_presets(backend::defaultPresetFolder()),
      m_form(std::make_unique<backend::RequestForm>(backend::mirroredContext())),
      m_queue(std::make_unique<backend::RunQueue>(backend::defaultQueueFolder(),
                                                  backend::makeLocalTarget())),
      m_library(std::make_unique<backend::RunLibrary>())
{
    makeDocks();
    makeMenus();
    connectRuns();
    connectWarmStart();
    connectResults();
    connectEvidence();
    connectSetup();
    connectWindow();
    bindRunCommands();
    bindResultCommands();
    bindEvidenceCommands();
    bindWindowCommands();
    if (!m_window.restorePanels())
        layOutDocks();
    restoreForm();
    for (const QString &problem : m_settings.problems())
        report({"settings", problem, {}, {}});
    for (const Error &problem : m_queue->storeProblems())
        report(problem);
    connect(&m_settings, &SettingsStore::changed, this, &Workbench::applySettings);
    applySettings();
    m_commands.refresh();
    offerWhatIsLeft();
}

Workbench::~Workbench()
{
    saveForm();
    m_window.setCloseGuard([] { return true; });
    m_window.removeEventFilter(this);
    delete m_setupDialog;
    // The panels belong to the window and look at what goes now.
    for (QDockWidget *dock : {m_generateDock, m_queueDock, m_resultsDock, m_reportDock, m_logDock})
        delete dock;
    delete m_review;
    delete m_notifier;
}

void Workbench::makeDocks()
{
    m_generate = new GeneratePanel(*m_form, m_presets);
    m_checklist = new PreflightPanel(m_preflight);
    m_generate->addSection(tr("Before a start"), m_checklist);
    m_queuePanel = new QueuePanel(*m_queue);
    m_results = new ResultsPanel(*m_library);
    m_report = new ReportPanel;
    m_log = new LogPanel(*m_queue);
    m_generateDock =
        addDock(Qt::LeftDockWidgetArea, QStringLiteral("generate"), tr("Generate"), m_generate);
    m_resultsDock =
        addDock(Qt::RightDockWidgetArea, QStringLiteral("results"), tr("Results"), m_results);
    m_queueDock =
        addDock(Qt::RightDockWidgetArea, QStringLiteral("queue"), tr("Queue"), m_queuePanel);
    m_reportDock =
        addDock(Qt::RightDockWidgetArea, QStringLiteral("report"), tr("Report"), m_report);
    m_logDock = addDock(Qt::BottomDockWidgetArea, QStringLiteral("log"), tr("Log"), m_log);

    m_review = new ReviewBar(*m_library);
    m_review->takeKeysOf(&m_window.viewer());
    m_window.addAboveViewer(m_review);
    m_welcome = new WelcomePage;
    m_window.setWelcome(m_welcome);
    m_notifier = new RunNotifier(m_window, *m_queue, this);
}

QDockWidget *Workbench::addDock(Qt::DockWidgetArea area, const QString &name, const QString &title,
                                QWidget *widget)
{
    auto *dock = new QDockWidget(title);
    dock->setObjectName(name);
    dock->setWidget(widget);
    m_window.addDockWidget(area, dock);
    return dock;
}

/// The layout of a first start.
void Workbench::layOutDocks()
{
    QDockWidget *display = m_window.displayDock();
    for (QDockWidget *dock :
         {m_generateDock, m_resultsDock, m_queueDock, m_reportDock, m_logDock, display}) {
        dock->setFloating(false);
        dock->show();
    }
    m_window.addDockWidget(Qt::LeftDockWidgetArea, m_generateDock);
    m_window.addDockWidget(Qt::RightDockWidgetArea, m_resultsDock);
    m_window.addDockWidget(Qt::BottomDockWidgetArea, m_logDock);
    m_window.tabifyDockWidget(m_resultsDock, m_queueDock);
    m_window.tabifyDockWidget(m_queueDock, m_reportDock);
    m_window.tabifyDockWidget(m_reportDock, display);
    m_window.setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    m_window.setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    m_resultsDock->raise();
    m_window.resizeDocks({m_generateDock, m_resultsDock}, {kSideWidth, kSideWidth}, Qt::Horizontal);
    m_window.resizeDocks({m_logDock}, {kLogHeight}, Qt::Vertical);
}

void Workbench::makeMenus()
{
    QMenuBar &bar = *m_window.menuBar();
    QMenu *help = m_window.menu(viewer::CommandGroup::Help);
    auto *runs = new QMenu(tr("&Runs"), &bar);
    auto *results = new QMenu(tr("Res&ults"), &bar);
    for (QMenu *menu : {runs, results})
        bar.insertMenu(help->menuAction(), menu);
    m_commands.fill(StudioMenu::Runs, *runs);
    m_commands.fill(StudioMenu::Results, *results);
    m_commands.fill(StudioMenu::Edit, *m_window.menu(viewer::CommandGroup::Edit));
    m_commands.fill(StudioMenu::View, *m_window.menu(viewer::CommandGroup::View));
    m_commands.fill(StudioMenu::Help, *help);
    m_commands.addTo(&m_window);
    m_window.cheatSheet().setFurther(StudioCommands::cheatSheetGroups());
}

void Workbench::connectDock(QDockWidget *dock, StudioCommand command)
{
    m_commands.bind(command, [dock](bool shown) {
        dock->setVisible(shown);
        if (shown)
            dock->raise();
    });
    connect(dock, &QDockWidget::visibilityChanged, this,
            [this, dock, command] { m_commands.setChecked(command, !dock->isHidden()); });
    m_commands.setChecked(command, !dock->isHidden());
}

void Workbench::connectWindow()
{
    connectDock(m_generateDock, StudioCommand::ShowGenerate);
    connectDock(m_queueDock, StudioCommand::ShowQueue);
    connectDock(m_resultsDock, StudioCommand::ShowResults);
    connectDock(m_reportDock, StudioCommand::ShowReport);
    connectDock(m_logDock, StudioCommand::ShowLog);
    m_window.installEventFilter(this);
    m_window.viewer().installEventFilter(this);
    for (QWidget *part : m_window.viewer().findChildren<QWidget *>())
        part->installEventFilter(this);
    m_window.setCloseGuard([this] { return mayClose(); });
    connect(&m_settings, &SettingsStore::notSaved, this, [this](const QString &problem) {
        report({"settings", problem, {}, {}});
    });
    connect(m_welcome, &WelcomePage::settingsRequested, this, &Workbench::openSettingsDialog);
    connect(m_welcome, &WelcomePage::guideRequested, this, &Workbench::showGuide);
    connect(m_welcome, &WelcomePage::openRequested, this,
            [this] { m_window.commands().action(viewer::Command::Open)->trigger(); });
    connect(m_welcome, &WelcomePage::phantomRequested, this, [this] {
        StudioSettings settings = m_settings.settings();
        settings.engine = backend::Engine::Phantom;
        m_settings.set(settings);
        m_window.setWelcomeWanted(false);
        m_generateDock->show();
        m_generateDock->raise();
        m_generate->focusForm();
    });
}

/// The machine is looked at again when the user comes back to the window, and what is done in the
/// viewer tells that the user is busy there.
bool Workbench::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::WindowActivate:
        if (watched == &m_window)
            look();
        break;
    case QEvent::MouseButtonPress:
    case QEvent::KeyPress:
    case QEvent::Wheel:
        if (watched != &m_window)
            m_lastInput.start();
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

void Workbench::applySettings()
{
    const StudioSettings &settings = m_settings.settings();
    applyColours(settings.colours);
    m_commands.setChecked(StudioCommand::DarkColours, settings.colours == ColourScheme::Dark);
    m_notifier->setEnabled(settings.notify);
    m_generate->setPhantom(settings.engine == backend::Engine::Phantom);
    applyPolicy();
    if (const auto folders = settings.libraryFolders(); folders != m_library->folders())
        m_library->setFolders(folders);
    loadContext();
    look();
}

void Workbench::restoreForm()
{
    const auto settings = openSettings();
    const QString document = settings->value(kDocument).toString();
    if (!document.isEmpty()) {
        const Errors errors =
            m_form->setDocument(document.toStdString(), tr("The form of the last session"));
        for (const Error &error : errors)
            report(error);
    }
    m_form->setSeedMode(
        static_cast<backend::SeedMode>(std::clamp(settings->value(kSeedMode, 0).toInt(), 0, 2)));
    m_form->setCount(settings->value(kCount, 1).toInt());
    m_form->setFovLocked(settings->value(kFovLocked, false).toBool());
}

void Workbench::saveForm() const
{
    const auto settings = openSettings();
    settings->setValue(kDocument, QString::fromStdString(m_form->document()));
    settings->setValue(kSeedMode, static_cast<int>(m_form->seedMode()));
    settings->setValue(kCount, m_form->count());
    settings->setValue(kFovLocked, m_form->isFovLocked());
}

/// Waiting runs of an earlier session start only when somebody says so.
void Workbench::offerWhatIsLeft()
{
    if (const int left = m_queue->leftFromBefore(); left > 0) {
        m_window.notices().offer(
            tr("%n run(s) of the last session wait or were interrupted; nothing starts by itself.",
               nullptr, left),
            tr("Show the queue"), [this] {
                m_queueDock->show();
                m_queueDock->raise();
            });
    }
}

void Workbench::report(const Error &error)
{
    m_window.messages().showError(error);
}

} // namespace mrb::ui
