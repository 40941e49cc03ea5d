// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/run/Provenance.h"
#include "ui/BackgroundJobs.h"
#include "ui/RecentFiles.h"
#include "ui/VolumeLoader.h"
#include "viewer/widgets/Cine.h"
#include "viewer/widgets/Viewer.h"
#include "viewer/widgets/ViewerCommands.h"

#include <QMainWindow>
#include <QStringList>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>

class QDockWidget;
class QLabel;
class QMenu;
class QProgressBar;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace mrb::viewer {
class CheatSheet;
class DisplayPanel;
} // namespace mrb::viewer

namespace mrb::ui {

class ElidedLabel;
class MessageBar;
class NoticeBar;
class PictureDialog;

/// The program's window as far as volumes go: a viewer, the controls of its display beside it, and
/// why something could not be done above it. What has to do with runs is added by a Workbench.
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

    /// What was dropped or named on the command line: volumes are opened, the rest is handed on
    /// with documentsGiven().
    void openPaths(const QStringList &paths, std::optional<PendingVolume> begun = {});

    viewer::Viewer &viewer() { return *m_viewer; }
    viewer::ViewerCommands &commands() { return m_commands; }
    viewer::CheatSheet &cheatSheet() { return *m_cheatSheet; }
    MessageBar &messages() { return *m_messages; }
    NoticeBar &notices() { return *m_notices; }
    BackgroundJobs &jobs() { return m_jobs; }
    QMenu *menu(viewer::CommandGroup group) { return m_menus.at(group); }
    QDockWidget *displayDock() { return m_panelDock; }

    /// The file that is shown; empty without one.
    std::filesystem::path currentFile() const;
    /// Closes a volume, where it is open.
    void closeFile(const std::filesystem::path &file);
    /// Makes an open volume the one that the shown one is compared with.
    void setReferenceFile(const std::filesystem::path &file);
    /// What is known by now of where a volume comes from. name: shown for it, the file's when
    /// empty.
    void setOrigin(const std::filesystem::path &file, backend::Provenance provenance,
                   const QString &name);

    /// A strip above the viewer; hidden or shown by its owner.
    void addAboveViewer(QWidget *strip);
    /// A page in the place of an empty viewer, while it is wanted.
    void setWelcome(QWidget *page);
    void setWelcomeWanted(bool wanted);
    /// Put before the window's own title, such as "42 % – ".
    void setTitlePrefix(const QString &prefix);
    /// Keeps file names, which tell how a volume was made, from somebody who judges it.
    void setNamesHidden(bool hidden);

    /// Asked before the window closes; false keeps it open.
    void setCloseGuard(std::function<bool()> mayClose) { m_mayClose = std::move(mayClose); }
    /// Size and panels as they were left; again once all docks exist. False: never left before.
    bool restorePanels();

Q_SIGNALS:
    /// Folders, JSON documents and ZIP archives.
    void documentsGiven(const QStringList &paths);
    /// A volume was read and added.
    void volumeOpened(const std::filesystem::path &file);
    /// Another volume is shown, or none.
    void currentChanged();
    /// openFiles() has nothing more to read.
    void openingFinished();

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
    void showCentre();
    const viewer::VolumeSlices *slicesOf(const std::filesystem::path &file) const;
    /// -1: not open.
    int indexOf(const std::filesystem::path &file) const;
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
    NoticeBar *m_notices;
    QVBoxLayout *m_above = nullptr; ///< strips over the viewer
    QStackedWidget *m_centre = nullptr;
    QWidget *m_welcome = nullptr;
    bool m_welcomeWanted = false;
    std::map<viewer::CommandGroup, QMenu *> m_menus;
    std::function<bool()> m_mayClose = [] { return true; };
    QString m_titlePrefix;
    bool m_namesHidden = false;
    const viewer::VolumeSlices *m_shown = nullptr;
    viewer::CheatSheet *m_cheatSheet;
    viewer::DisplayPanel *m_panel = nullptr;
    QDockWidget *m_panelDock = nullptr;
    ElidedLabel *m_facts = nullptr; ///< of the shown volume
    QLabel *m_progressText = nullptr;
    QProgressBar *m_progress = nullptr;
    QToolButton *m_cancel = nullptr;
    bool m_closing = false; ///< once nothing is being saved any more
    bool m_showNext = true; ///< the next volume that arrives is the one to show
    /// What the files of the open volumes say; the voxels are in the model.
    std::map<const viewer::VolumeSlices *, volume::VolumeFile> m_files;
};

} // namespace mrb::ui
