// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/BackgroundJobs.h"
#include "ui/RecentFiles.h"
#include "ui/VolumeLoader.h"
#include "viewer/widgets/Cine.h"
#include "viewer/widgets/Viewer.h"
#include "viewer/widgets/ViewerCommands.h"

#include <QMainWindow>
#include <QStringList>

#include <functional>
#include <map>
#include <optional>

class QDockWidget;
class QLabel;
class QProgressBar;
class QToolButton;

namespace mrb::viewer {
class CheatSheet;
class DisplayPanel;
} // namespace mrb::viewer

namespace mrb::ui {

class MessageBar;
class PictureDialog;

/// The program's window: a viewer, the controls of its display beside it, and why something could
/// not be done above it.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Reads in the background, in this order; the first volume is shown, the others are open
    /// behind it. A file that cannot be read leaves what is shown in place. Drops what is still
    /// being read.
    /// @param begun the first of the files, where it is being read already
    void openFiles(const QStringList &files, std::optional<PendingVolume> begun = {});

    viewer::Viewer &viewer() { return *m_viewer; }
    viewer::ViewerCommands &commands() { return m_commands; }

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void makeCentre();
    void makePanel();
    void makeMenus();
    void makeStatusBar();
    void bindFileCommands();
    void bindViewCommands();
    void connectLoader();
    void connectJobs();
    void restoreSettings();
    void saveSettings();

    void chooseFiles();
    void addVolume(const LoadedVolume &loaded);
    void onVolumesChanged();
    void countHistograms();
    void showFacts();
    void showProgress(const QString &what, double fraction);
    void hideProgress();
    /// To where the dialog said: clipboard, or a file that the user is asked for.
    void hand(const PictureDialog &dialog, std::function<Result<QImage>()> draw,
              const QString &ending);
    void savePicture(bool allViews);
    void saveMosaic();
    void saveVolumeAs();
    void showAbout();
    /// Beside the current volume's file. Empty when the user thinks better of it.
    /// @param ending of the suggested name; its extension is added to a name without one
    QString askForTarget(const QString &title, const QString &ending, const QString &filter);

    viewer::Viewer *m_viewer;
    viewer::Cine m_cine;
    viewer::ViewerCommands m_commands;
    VolumeLoader m_loader;
    BackgroundJobs m_jobs;
    RecentFiles m_recent;
    MessageBar *m_messages;
    viewer::CheatSheet *m_cheatSheet;
    viewer::DisplayPanel *m_panel = nullptr;
    QDockWidget *m_panelDock = nullptr;
    QLabel *m_facts = nullptr; ///< of the shown volume
    QLabel *m_progressText = nullptr;
    QProgressBar *m_progress = nullptr;
    QToolButton *m_cancel = nullptr;
    bool m_closing = false; ///< once nothing is being saved any more
    bool m_showNext = true; ///< the next volume that arrives is the one to show
    /// What the files of the open volumes say; the voxels are in the model.
    std::map<const viewer::VolumeSlices *, volume::VolumeFile> m_files;
};

} // namespace mrb::ui
