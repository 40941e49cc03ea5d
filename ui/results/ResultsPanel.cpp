// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/ResultsPanel.h"

#include "backend/base/Text.h"
#include "ui/common/Words.h"
#include "ui/results/FilterBar.h"
#include "ui/results/ResultsActions.h"
#include "ui/results/ReviewEditor.h"
#include "ui/results/RunDelegate.h"
#include "ui/results/RunDetails.h"
#include "ui/results/RunWords.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace mrb::ui {

namespace {

constexpr int kThrottleMs = 150; ///< a library that is being read signals every batch

} // namespace

ResultsPanel::ResultsPanel(backend::RunLibrary &library, QWidget *parent)
    : QWidget(parent),
      m_library(library),
      m_actions(new ResultsActions(this)),
      m_filter(new FilterBar),
      m_view(new QListView),
      m_delegate(new RunDelegate(m_model, m_thumbnails, this)),
      m_pages(new QStackedWidget),
      m_empty(new QLabel),
      m_clearFilter(new QPushButton(tr("C&lear the filter"))),
      m_counts(new QLabel),
      m_throttle(new QTimer(this))
{
    m_throttle->setSingleShot(true);
    m_throttle->setInterval(kThrottleMs);
    auto *splitter = new QSplitter(Qt::Vertical);
    splitter->addWidget(makeGallery());
    splitter->addWidget(makeDetails());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(m_filter);
    layout->addWidget(splitter, 1);
    setAccessibleName(tr("Results"));
    connectLibrary();
    connectModel();
    connectActions();
    takeRuns();
    onSelectionChanged();
}

ResultsPanel::~ResultsPanel()
{
    m_details->editor().flush();
    // What goes first would otherwise tell those that are gone.
    m_view->selectionModel()->disconnect(this);
}

QWidget *ResultsPanel::makeGallery()
{
    m_view->setModel(&m_model);
    m_view->setItemDelegate(m_delegate);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setFlow(QListView::LeftToRight);
    m_view->setWrapping(true);
    m_view->setResizeMode(QListView::Adjust);
    m_view->setUniformItemSizes(true);
    m_view->setMouseTracking(true);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    // Always there: one that comes and goes would change the cells' width, which needs it or not.
    m_view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setAccessibleName(tr("Runs"));
    m_view->installEventFilter(this);
    m_view->viewport()->installEventFilter(this);

    m_empty->setWordWrap(true);
    m_empty->setTextFormat(Qt::PlainText);
    m_empty->setAlignment(Qt::AlignCenter);
    auto *nothing = new QWidget;
    auto *nothingLayout = new QVBoxLayout(nothing);
    nothingLayout->addStretch(1);
    nothingLayout->addWidget(m_empty);
    nothingLayout->addWidget(m_clearFilter, 0, Qt::AlignHCenter);
    nothingLayout->addStretch(1);
    m_pages->addWidget(m_view);
    m_pages->addWidget(nothing);

    m_counts->setTextFormat(Qt::PlainText);
    m_counts->setAccessibleName(tr("Shown and selected runs"));
    m_counts->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    auto *gallery = new QWidget;
    auto *layout = new QVBoxLayout(gallery);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_counts);
    return gallery;
}

QWidget *ResultsPanel::makeDetails()
{
    m_details = new RunDetails;
    auto *buttons = new QHBoxLayout;
    const auto add = [&](QAction *action) {
        auto *button = new QToolButton;
        button->setDefaultAction(action);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        buttons->addWidget(button);
    };
    add(m_actions->open);
    add(m_actions->useSettings);
    add(m_actions->review);
    auto *more = new QToolButton;
    auto *menu = new QMenu(more);
    m_actions->fill(*menu);
    more->setMenu(menu);
    more->setText(tr("More"));
    more->setToolTip(tr("Everything that can be done with the selected runs"));
    more->setPopupMode(QToolButton::InstantPopup);
    buttons->addWidget(more);
    auto *details = new QWidget;
    auto *layout = new QVBoxLayout(details);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(buttons);
    layout->addWidget(m_details, 1);
    return details;
}

void ResultsPanel::connectLibrary()
{
    using backend::RunLibrary;
    connect(&m_library, &RunLibrary::runsChanged, this, [this] {
        m_dirty = true;
        if (!m_throttle->isActive())
            takeRuns();
    });
    connect(m_throttle, &QTimer::timeout, this, [this] {
        if (m_dirty)
            takeRuns();
    });
    connect(&m_library, &RunLibrary::scanFinished, this, &ResultsPanel::takeRuns);
    connect(&m_library, &RunLibrary::runChanged, this, [this](const auto &folder) {
        if (const backend::RunSummary *run = m_library.find(folder))
            m_model.updateRun(*run);
    });
    connect(&m_library, &RunLibrary::trashed, this, [this](int runs, quint64 bytes) {
        Q_EMIT succeeded(
            tr("Moved %1 to the trash, %2.").arg(runCountText(runs), bytesText(bytes)));
    });
}

void ResultsPanel::connectModel()
{
    connect(&m_model, &ResultsModel::aboutToRearrange, this, &ResultsPanel::keepPlace);
    connect(&m_model, &QAbstractItemModel::modelReset, this, [this] { layOutCells(); });
    connect(&m_model, &ResultsModel::rearranged, this, [this] {
        restoreSelection();
        restorePlace();
        showCounts();
        onSelectionChanged();
    });
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &ResultsPanel::onSelectionChanged);
    connect(&m_thumbnails, &ThumbnailMaker::made, this, [this](const auto &folder) {
        if (const int row = m_model.rowOf(folder); row >= 0)
            m_view->update(m_model.index(row));
    });
    QItemSelectionModel *selection = m_view->selectionModel();
    connect(selection, &QItemSelectionModel::selectionChanged, this,
            &ResultsPanel::onSelectionChanged);
    connect(m_filter, &FilterBar::filterChanged, this,
            [this] { m_model.setFilter(m_filter->filter()); });
    connect(m_filter, &FilterBar::orderChanged, this,
            [this] { m_model.setOrder(m_filter->order()); });
    connect(m_filter, &FilterBar::largePicturesChanged, this, [this](bool large) {
        keepPlace();
        m_delegate->setLarge(large);
        layOutCells();
        restorePlace();
    });
    connect(m_clearFilter, &QPushButton::clicked, m_filter, &FilterBar::clearFilter);
    connect(&m_details->editor(), &ReviewEditor::reviewChanged, &m_library,
            &backend::RunLibrary::setReview);
}

void ResultsPanel::connectActions()
{
    for (QAction *action : m_actions->all()) {
        if (action)
            m_view->addAction(action);
    }
    const auto onTrigger = [this](QAction *action, auto &&what) {
        connect(action, &QAction::triggered, this, what);
    };
    const ResultsActions &a = *m_actions;
    onTrigger(a.open, [this] { Q_EMIT openRequested(currentFolder()); });
    onTrigger(a.compare, [this] {
        if (const auto folders = selectedFolders(); folders.size() == 2)
            Q_EMIT compareRequested(folders[0], folders[1]);
    });
    onTrigger(a.compareRecords, [this] {
        if (const auto folders = selectedFolders(); folders.size() == 2)
            Q_EMIT compareRecordsRequested(folders[0], folders[1]);
    });
    onTrigger(a.review, [this] { Q_EMIT reviewRequested(workingFolders()); });
    onTrigger(a.useSettings, [this] { Q_EMIT useSettingsRequested(currentFolder()); });
    onTrigger(a.useSeed, [this] {
        const backend::RunSummary *run = m_model.find(currentFolder());
        if (run && run->seed)
            Q_EMIT useSeedRequested(*run->seed);
    });
    onTrigger(a.runAgain, [this] { Q_EMIT runAgainRequested(selectedFolders()); });
    onTrigger(a.runAgainAndCompare,
              [this] { Q_EMIT runAgainAndCompareRequested(currentFolder()); });
    onTrigger(a.vary, [this] { Q_EMIT varyRequested(currentFolder()); });
    onTrigger(a.accept, [this] { rate(backend::Rating::Accepted); });
    onTrigger(a.reject, [this] { rate(backend::Rating::Rejected); });
    onTrigger(a.undecided, [this] { rate(backend::Rating::Undecided); });
    onTrigger(a.contactSheet, [this] { Q_EMIT contactSheetRequested(workingFolders()); });
    onTrigger(a.copyCsv, [this] { copyCsv(); });
    onTrigger(a.saveCsv, [this] { askForCsvFile(); });
    onTrigger(a.exportBundle, [this] {
        const auto folders = selectedFolders();
        Q_EMIT exportRequested(folders.empty() ? workingFolders() : folders, !folders.empty());
    });
    onTrigger(a.verify, [this] {
        const auto folders = selectedFolders();
        Q_EMIT verifyRequested(folders.size() == 1 ? folders.front() : std::filesystem::path());
    });
    onTrigger(a.reveal, [this] { reveal(); });
    onTrigger(a.trash, [this] { askForTrash(); });
    onTrigger(a.refresh, [this] { refresh(); });
    connect(m_view, &QListView::customContextMenuRequested, this, &ResultsPanel::showMenu);
    connect(m_view, &QListView::doubleClicked, m_actions->open, &QAction::trigger);
}

void ResultsPanel::takeRuns()
{
    m_dirty = false;
    m_throttle->start();
    m_model.setRuns(m_library.runs());
    m_filter->setModalities(m_model.modalities());
}

void ResultsPanel::keepPlace()
{
    m_keptSelection = selectedFolders();
    m_keptCurrent = currentFolder();
    m_keptTop.clear();
    if (m_view->verticalScrollBar()->value() == 0)
        return; // at the beginning one wants to see what is new there
    const QModelIndex top = m_view->indexAt(QPoint(m_view->gridSize().width() / 2, 1));
    if (!top.isValid())
        return;
    m_keptTop = m_model.run(top.row()).folder;
    m_keptOffset = -m_view->visualRect(top).top();
}

void ResultsPanel::restorePlace()
{
    const int row = m_keptTop.empty() ? -1 : m_model.rowOf(m_keptTop);
    if (row < 0)
        return;
    m_view->scrollTo(m_model.index(row), QAbstractItemView::PositionAtTop);
    QScrollBar *bar = m_view->verticalScrollBar();
    const int top = m_view->visualRect(m_model.index(row)).top();
    bar->setValue(bar->value() + top + m_keptOffset);
}

void ResultsPanel::restoreSelection()
{
    QItemSelectionModel *selection = m_view->selectionModel();
    if (selection->hasSelection() || m_keptSelection.empty())
        return;
    QItemSelection again;
    for (const auto &folder : m_keptSelection) {
        if (const int row = m_model.rowOf(folder); row >= 0)
            again.select(m_model.index(row), m_model.index(row));
    }
    if (const int row = m_model.rowOf(m_keptCurrent); row >= 0)
        selection->setCurrentIndex(m_model.index(row), QItemSelectionModel::NoUpdate);
    selection->select(again, QItemSelectionModel::Select);
}

void ResultsPanel::layOutCells()
{
    const QSize cell = m_delegate->fitCells(*m_view, m_view->viewport()->width() - 1);
    if (m_view->gridSize() != cell)
        m_view->setGridSize(cell);
}

std::vector<std::filesystem::path> ResultsPanel::selectedFolders() const
{
    std::vector<int> rows;
    for (const QModelIndex &index : m_view->selectionModel()->selectedIndexes())
        rows.push_back(index.row());
    std::sort(rows.begin(), rows.end());
    std::vector<std::filesystem::path> folders;
    for (const int row : rows)
        folders.push_back(m_model.run(row).folder);
    return folders;
}

std::vector<std::filesystem::path> ResultsPanel::workingFolders() const
{
    std::vector<std::filesystem::path> folders = selectedFolders();
    if (folders.size() > 1)
        return folders;
    folders.clear();
    for (int row = 0; row < m_model.rowCount(); ++row)
        folders.push_back(m_model.run(row).folder);
    return folders;
}

std::filesystem::path ResultsPanel::currentFolder() const
{
    const QItemSelectionModel *selection = m_view->selectionModel();
    const QModelIndex current = selection->currentIndex();
    if (current.isValid() && selection->isSelected(current))
        return m_model.run(current.row()).folder;
    const auto folders = selectedFolders();
    return folders.empty() ? std::filesystem::path() : folders.front();
}

void ResultsPanel::select(const std::filesystem::path &folder)
{
    if (m_dirty)
        takeRuns();
    if (m_model.rowOf(folder) < 0 && m_model.find(folder))
        m_filter->clearFilter();
    const int row = m_model.rowOf(folder);
    if (row < 0)
        return;
    // Said outright: the view would take a Ctrl or Shift that is held down for a part of it.
    m_view->selectionModel()->setCurrentIndex(m_model.index(row),
                                              QItemSelectionModel::ClearAndSelect);
    m_view->scrollTo(m_model.index(row));
}

std::vector<backend::RunSummary> ResultsPanel::selectedRuns() const
{
    std::vector<backend::RunSummary> runs;
    for (const auto &folder : selectedFolders())
        runs.push_back(*m_model.find(folder));
    return runs;
}

std::vector<backend::RunSummary> ResultsPanel::workingRuns() const
{
    std::vector<backend::RunSummary> runs;
    for (const auto &folder : workingFolders())
        runs.push_back(*m_model.find(folder));
    return runs;
}

bool ResultsPanel::largePictures() const
{
    return m_filter->largePictures();
}

void ResultsPanel::setLargePictures(bool large)
{
    m_filter->setLargePictures(large);
}

void ResultsPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layOutCells();
}

bool ResultsPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view->viewport() && event->type() == QEvent::Resize)
        layOutCells();
    const bool press = event->type() == QEvent::KeyPress;
    if (watched == m_view && (press || event->type() == QEvent::ShortcutOverride)) {
        // In the gallery its own keys come first: the viewer's have other meanings, and a key that
        // two actions of a window claim would do nothing at all.
        if (QAction *action = m_actions->ofKey(*static_cast<QKeyEvent *>(event))) {
            event->accept();
            if (press)
                action->trigger();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace mrb::ui
