// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/library/RunLibrary.h"
#include "ui/results/ResultsModel.h"
#include "ui/results/ThumbnailMaker.h"

#include <QWidget>

#include <filesystem>
#include <vector>

class QLabel;
class QListView;
class QPushButton;
class QStackedWidget;
class QTimer;

namespace mrb::ui {

namespace error_codes {
inline constexpr ErrorCode kNoFileManager = "no_file_manager";
} // namespace error_codes

class FilterBar;
class ResultsActions;
class RunDelegate;
class RunDetails;

/// The gallery of all runs on disk with the details of the selected one. What happens with a run
/// outside of it is asked for by signals. Reviews and the trash go to the library. GUI thread.
class ResultsPanel final : public QWidget
{
    Q_OBJECT

public:
    /// library: borrowed; its failures are the caller's to show.
    explicit ResultsPanel(backend::RunLibrary &library, QWidget *parent = nullptr);
    ~ResultsPanel() override;

    const ResultsActions &actions() const { return *m_actions; }
    ResultsModel &model() { return m_model; }

    /// Empty when there is none.
    std::filesystem::path currentFolder() const;
    /// In the order of the gallery.
    std::vector<std::filesystem::path> selectedFolders() const;
    /// The selected ones where there are several, else all that are shown: what review mode,
    /// contact sheets and tables work on.
    std::vector<std::filesystem::path> workingFolders() const;
    /// Makes it current and visible; a filter that hides it is cleared.
    void select(const std::filesystem::path &folder);

    bool largePictures() const;
    void setLargePictures(bool large);
    void saveCsv(const std::filesystem::path &file);

Q_SIGNALS:
    void openRequested(const std::filesystem::path &folder);
    void compareRequested(const std::filesystem::path &first, const std::filesystem::path &second);
    void compareRecordsRequested(const std::filesystem::path &first,
                                 const std::filesystem::path &second);
    void reviewRequested(const std::vector<std::filesystem::path> &folders);
    void useSettingsRequested(const std::filesystem::path &folder);
    void useSeedRequested(qint64 seed);
    void runAgainRequested(const std::vector<std::filesystem::path> &folders);
    void runAgainAndCompareRequested(const std::filesystem::path &folder);
    void varyRequested(const std::filesystem::path &folder);
    void contactSheetRequested(const std::vector<std::filesystem::path> &folders);
    /// Of runs that were not selected only the accepted ones are meant.
    void exportRequested(const std::vector<std::filesystem::path> &folders, bool selected);
    /// Empty when none is selected.
    void verifyRequested(const std::filesystem::path &folder);
    void currentChanged(const std::filesystem::path &folder);
    /// A sentence for the status bar.
    void succeeded(const QString &message);
    void failed(const mrb::Error &error);

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeGallery();
    QWidget *makeDetails();
    void connectLibrary();
    void connectModel();
    void connectActions();
    void takeRuns();
    void keepPlace();
    void restorePlace();
    void restoreSelection();
    void layOutCells();
    void onSelectionChanged();
    void showCounts();
    void rate(backend::Rating rating);
    void askForTrash();
    void copyCsv();
    void askForCsvFile();
    void reveal();
    void refresh();
    void showMenu(const QPoint &position);
    std::vector<backend::RunSummary> selectedRuns() const;
    std::vector<backend::RunSummary> workingRuns() const;

    backend::RunLibrary &m_library;
    ResultsModel m_model;
    ThumbnailMaker m_thumbnails;
    ResultsActions *m_actions;
    FilterBar *m_filter;
    QListView *m_view;
    RunDelegate *m_delegate;
    RunDetails *m_details = nullptr;
    QStackedWidget *m_pages;
    QLabel *m_empty;
    QPushButton *m_clearFilter;
    QLabel *m_counts;
    QTimer *m_throttle; ///< between two looks at a library that is being read
    bool m_dirty = false;
    std::vector<std::filesystem::path> m_keptSelection;
    std::filesystem::path m_keptCurrent;
    std::filesystem::path m_told;    ///< with currentChanged()
    std::filesystem::path m_keptTop; ///< the first visible run
    int m_keptOffset = 0;            ///< pixels that it is above the view's edge
};

} // namespace mrb::ui
