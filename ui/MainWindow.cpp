// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/MainWindow.h"

#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "ui/MessageBar.h"
#include "ui/NoticeBar.h"
#include "ui/common/ElidedLabel.h"
#include "ui/settings/SettingsFile.h"
#include "viewer/widgets/CheatSheet.h"
#include "viewer/widgets/DisplayPanel.h"
#include "viewer/widgets/ReadoutBar.h"

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QProgressBar>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace mrb::ui {

namespace {

using viewer::Command;
using viewer::PaneId;
using viewer::PaneLayout;

constexpr QLatin1StringView kGeometry("window/geometry");
constexpr QLatin1StringView kState("window/state");
constexpr QLatin1StringView kViewer("viewer");
constexpr int kSuccessMs = 6000;

// Counts layouts: another set of panels makes a stored one meaningless.
constexpr int kStateVersion = 2;

QStringList localFiles(const QMimeData &data)
{
    QStringList files;
    for (const QUrl &url : data.urls()) {
        if (url.isLocalFile())
            files += url.toLocalFile();
    }
    return files;
}

} // namespace

MainWindow::MainWindow(QWidget *parent)
    : QMainWindow(parent),
      m_viewer(new viewer::Viewer),
      m_cine(m_viewer->model()),
      m_commands(m_viewer->model(), m_cine),
      m_messages(new MessageBar),
      m_notices(new NoticeBar),
      m_cheatSheet(new viewer::CheatSheet(m_viewer))
{
    setWindowTitle(tr("MR Brain Studio"));
    setAcceptDrops(true);
    makeCentre();
    makePanel();
    makeMenus();
    makeStatusBar();
    bindFileCommands();
    bindViewCommands();
    connectLoader();
    connectJobs();
    connect(&m_viewer->model(), &viewer::ViewerModel::volumesChanged, this,
            &MainWindow::onVolumesChanged);
    // The picture first, then the histogram.
    connect(m_viewer, &viewer::Viewer::volumePainted, this, &MainWindow::countHistograms);
    restoreSettings();
    m_viewer->focusSlices(); // keys step slices from the start
}

MainWindow::~MainWindow() = default;

void MainWindow::makeCentre()
{
    auto *centre = new QWidget;
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    m_above = new QVBoxLayout;
    m_above->addWidget(m_messages);
    m_above->addWidget(m_notices);
    layout->addLayout(m_above);
    m_centre = new QStackedWidget;
    m_centre->addWidget(m_viewer);
    layout->addWidget(m_centre, 1);
    setCentralWidget(centre);
}

void MainWindow::addAboveViewer(QWidget *strip)
{
    m_above->addWidget(strip);
}

void MainWindow::setWelcome(QWidget *page)
{
    m_welcome = page;
    m_centre->addWidget(page);
    showCentre();
}

void MainWindow::setWelcomeWanted(bool wanted)
{
    m_welcomeWanted = wanted;
    showCentre();
}

void MainWindow::showCentre()
{
    const bool welcome = m_welcome && m_welcomeWanted && !m_viewer->model().current();
    m_centre->setCurrentWidget(welcome ? m_welcome : m_viewer);
}

void MainWindow::makePanel()
{
    m_panel = new viewer::DisplayPanel(m_viewer->model(), m_cine);
    m_panelDock = new QDockWidget(tr("Display"));
    m_panelDock->setObjectName(QStringLiteral("display"));
    m_panelDock->setWidget(m_panel);
    addDockWidget(Qt::RightDockWidgetArea, m_panelDock);
    viewer::SceneView &scene = m_viewer->scene();
    connect(m_panel, &viewer::DisplayPanel::presetChanged, &scene, [&scene](int preset) {
        scene.setPreset(viewer::kScenePresets.at(static_cast<std::size_t>(preset)));
    });
    connect(m_panel, &viewer::DisplayPanel::planesToggled, &m_commands, [this](bool shown) {
        m_viewer->scene().setPlanesShown(shown);
        m_commands.setChecked(Command::ScenePlanes, shown);
    });
    connect(&scene, &viewer::SceneView::unavailable, m_panel,
            &viewer::DisplayPanel::setSceneProblem);
}

void MainWindow::makeMenus()
{
    for (const viewer::CommandGroup group : viewer::kCommandGroups) {
        QMenu *menu = m_commands.makeMenu(group, this);
        m_menus.emplace(group, menu);
        if (group == viewer::CommandGroup::File)
            menu->insertMenu(m_commands.action(Command::SaveView), m_recent.makeMenu(menu));
        menuBar()->addMenu(menu);
    }
    m_commands.addTo(this);
    connect(&m_recent, &RecentFiles::chosen, this,
            [this](const QString &file) { openFiles({file}); });
}

void MainWindow::makeStatusBar()
{
    m_facts = new ElidedLabel;
    m_facts->setContentsMargins(4, 0, 4, 0);
    m_progressText = new QLabel;
    m_progressText->setTextFormat(Qt::PlainText);
    m_progress = new QProgressBar;
    m_progress->setMaximumWidth(180);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress"));
    m_cancel = new QToolButton;
    m_cancel->setText(tr("Cancel"));
    connect(m_cancel, &QToolButton::clicked, this, [this] {
        m_loader.cancel();
        m_jobs.cancelSaving();
    });
    statusBar()->addWidget(m_facts, 1);
    statusBar()->addPermanentWidget(m_progressText);
    statusBar()->addPermanentWidget(m_progress);
    statusBar()->addPermanentWidget(m_cancel);
    statusBar()->setSizeGripEnabled(false);
    hideProgress();
}

void MainWindow::bindFileCommands()
{
    m_commands.bind(Command::Open, [this](bool) { chooseFiles(); });
    m_commands.bind(Command::SaveView, [this](bool) { savePicture(false); });
    m_commands.bind(Command::SaveAllViews, [this](bool) { savePicture(true); });
    m_commands.bind(Command::SaveMosaic, [this](bool) { saveMosaic(); });
    m_commands.bind(Command::SaveVolumeAs, [this](bool) { saveVolumeAs(); });
    m_commands.bind(Command::Quit, [this](bool) { close(); });
    const auto copy = [this](bool allViews) {
        m_jobs.copyPicture(
            [order = allViews ? m_viewer->allViewsPicture(1.0, true)
                              : m_viewer->viewPicture(1.0, true)] { return drawOrder(order); });
    };
    m_commands.bind(Command::CopyView, [copy](bool) { copy(false); });
    m_commands.bind(Command::CopyAllViews, [copy](bool) { copy(true); });
    m_commands.bind(Command::CopyReadout, [this](bool) { m_viewer->readout().copy(); });
    m_commands.bind(Command::RightDragZooms, [this](bool zooms) {
        m_viewer->setRightDrag(zooms ? viewer::RightDrag::Zoom : viewer::RightDrag::Window);
        m_cheatSheet->setRightDragZooms(zooms);
    });
}

void MainWindow::bindViewCommands()
{
    using viewer::Viewer;
    const auto bindLayout = [this](Command command, PaneLayout layout) {
        m_commands.bind(command, [this, layout](bool) { m_viewer->setPaneLayout(layout); });
    };
    bindLayout(Command::LayoutGrid, PaneLayout::Grid);
    bindLayout(Command::LayoutLarge, PaneLayout::LargeAndSmall);
    bindLayout(Command::LayoutRow, PaneLayout::Row);
    bindLayout(Command::LayoutSingle, PaneLayout::Single);
    const auto bindMaximise = [this](Command command, PaneId pane) {
        m_commands.bind(command, [this, pane](bool) { m_viewer->maximise(pane); });
    };
    bindMaximise(Command::MaximiseAxial, PaneId::Axial);
    bindMaximise(Command::MaximiseCoronal, PaneId::Coronal);
    bindMaximise(Command::MaximiseSagittal, PaneId::Sagittal);
    bindMaximise(Command::MaximiseScene, PaneId::Scene);
    m_commands.bind(Command::NextLayout, [this](bool) { m_viewer->nextLayout(); });
    m_commands.bind(Command::RestoreLayout, [this](bool) { m_viewer->restoreLayout(); });
    // The commands are gone before the widgets, hence their connections with them.
    connect(m_viewer, &Viewer::layoutChanged, &m_commands, [this] {
        const PaneLayout layout = m_viewer->paneLayout();
        m_commands.setChecked(Command::LayoutGrid, layout == PaneLayout::Grid);
        m_commands.setChecked(Command::LayoutLarge, layout == PaneLayout::LargeAndSmall);
        m_commands.setChecked(Command::LayoutRow, layout == PaneLayout::Row);
        m_commands.setChecked(Command::LayoutSingle, layout == PaneLayout::Single);
    });

    m_commands.bind(Command::NextScenePreset, [this](bool) {
        const int next = (static_cast<int>(m_viewer->scene().preset()) + 1) %
                         static_cast<int>(viewer::kScenePresets.size());
        m_viewer->scene().setPreset(viewer::kScenePresets.at(static_cast<std::size_t>(next)));
        m_panel->setScene(next, m_viewer->scene().planesShown());
    });
    m_commands.bind(Command::ScenePlanes, [this](bool shown) {
        m_viewer->scene().setPlanesShown(shown);
        m_panel->setScene(static_cast<int>(m_viewer->scene().preset()), shown);
    });
    m_commands.bind(Command::ShowPanel, [this](bool shown) { m_panelDock->setVisible(shown); });
    connect(m_panelDock, &QDockWidget::visibilityChanged, &m_commands,
            [this] { m_commands.setChecked(Command::ShowPanel, !m_panelDock->isHidden()); });
    m_commands.bind(Command::FullScreen, [this](bool full) {
        setWindowState(full ? windowState() | Qt::WindowFullScreen
                            : windowState() & ~Qt::WindowFullScreen);
    });
    m_commands.bind(Command::CheatSheet, [this](bool) { m_cheatSheet->toggle(); });
    m_commands.bind(Command::About, [this](bool) { showAbout(); });
    // More than the model can do alone.
    m_commands.bind(Command::Fit, [this](bool) {
        m_viewer->model().fit();
        m_viewer->scene().resetCamera();
    });
    m_commands.setFocusedPlane([this] { return m_viewer->focusedPlane(); });
}

void MainWindow::connectLoader()
{
    connect(&m_loader, &VolumeLoader::loaded, this, &MainWindow::addVolume);
    connect(&m_loader, &VolumeLoader::failed, m_messages, &MessageBar::showError);
    connect(&m_loader, &VolumeLoader::progressed, this,
            [this](const std::filesystem::path &file, double fraction) {
                showProgress(tr("Reading %1").arg(toQString(file.filename())), fraction);
            });
    connect(&m_loader, &VolumeLoader::finished, this, [this] {
        hideProgress();
        Q_EMIT openingFinished();
    });
}

void MainWindow::connectJobs()
{
    connect(&m_jobs, &BackgroundJobs::succeeded, this,
            [this](const QString &message) { statusBar()->showMessage(message, kSuccessMs); });
    connect(&m_jobs, &BackgroundJobs::failed, m_messages, &MessageBar::showError);
    connect(&m_jobs, &BackgroundJobs::noted, m_messages, &MessageBar::showNote);
    connect(&m_jobs, &BackgroundJobs::histogramCounted, &m_viewer->model(),
            &viewer::ViewerModel::setHistogram);
    connect(&m_jobs, &BackgroundJobs::saveProgressed, this,
            [this](double fraction) { showProgress(tr("Saving"), fraction); });
    connect(&m_jobs, &BackgroundJobs::saveFinished, this, &MainWindow::hideProgress);
    connect(&m_jobs, &BackgroundJobs::idle, this, [this] {
        if (std::exchange(m_closing, false))
            close();
    });
    // A failure is worth staying open for.
    connect(&m_jobs, &BackgroundJobs::failed, this, [this] { m_closing = false; });
}

void MainWindow::restoreSettings()
{
    const auto settings = openSettings();
    constexpr QSize kFrame(40, 80); // what a window manager puts around it
    resize(QSize(1360, 900).boundedTo(screen()->availableSize() - kFrame));
    restorePanels();
    m_viewer->restoreState(settings->value(kViewer).toMap());
    const bool zooms = m_viewer->rightDrag() == viewer::RightDrag::Zoom;
    m_commands.setChecked(Command::RightDragZooms, zooms);
    m_cheatSheet->setRightDragZooms(zooms);
    const viewer::SceneView &scene = m_viewer->scene();
    m_commands.setChecked(Command::ScenePlanes, scene.planesShown());
    m_panel->setScene(static_cast<int>(scene.preset()), scene.planesShown());
}

bool MainWindow::restorePanels()
{
    const auto settings = openSettings();
    restoreGeometry(settings->value(kGeometry).toByteArray());
    return restoreState(settings->value(kState).toByteArray(), kStateVersion);
}

void MainWindow::saveSettings()
{
    const auto settings = openSettings();
    settings->setValue(kGeometry, saveGeometry());
    settings->setValue(kState, saveState(kStateVersion));
    settings->setValue(kViewer, m_viewer->saveState());
}

/// What is being saved is finished first; asked again, it is given up.
void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!m_mayClose()) {
        event->ignore();
        return;
    }
    m_loader.cancel();
    if (m_jobs.isBusy() && !m_closing) {
        m_closing = true;
        statusBar()->showMessage(tr("Closing once everything is saved; close again to give it up"));
        event->ignore();
        return;
    }
    saveSettings();
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (!localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    openPaths(localFiles(*event->mimeData()));
}

void MainWindow::countHistograms()
{
    const viewer::ViewerModel &model = m_viewer->model();
    if (model.current() && !model.current()->histogram)
        m_jobs.countHistogram(model.current()->slices);
}

void MainWindow::showProgress(const QString &what, double fraction)
{
    m_progressText->setText(what);
    m_progress->setValue(static_cast<int>(fraction * m_progress->maximum()));
    for (QWidget *part : {static_cast<QWidget *>(m_progressText),
                          static_cast<QWidget *>(m_progress), static_cast<QWidget *>(m_cancel)})
        part->show();
}

void MainWindow::hideProgress()
{
    if (m_loader.isLoading() || m_jobs.isSaving())
        return;
    for (QWidget *part : {static_cast<QWidget *>(m_progressText),
                          static_cast<QWidget *>(m_progress), static_cast<QWidget *>(m_cancel)})
        part->hide();
}

void MainWindow::showAbout()
{
    QMessageBox::about(
        this, tr("About MR Brain Studio"),
        tr("<h3>MR Brain Studio %1</h3><p>Generate synthetic brain MRI, look at it and keep a "
           "record that can be checked.</p><p><b>Research and engineering only, never for clinical "
           "use.</b></p><p>Apache License 2.0. Drawn with VTK, read with ITK, made with Qt.</p>")
            .arg(QString::fromStdString(versionText()).toHtmlEscaped()));
}

} // namespace mrb::ui
