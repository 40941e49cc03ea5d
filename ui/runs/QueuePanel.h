// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/RunQueue.h"

#include <QList>
#include <QStringList>
#include <QWidget>

#include <filesystem>
#include <memory>

class QAction;
class QLabel;
class QListView;
class QPushButton;

namespace mrb::ui {

class PanelBanner;
class QueueModel;
class WrappedText;

/// The queue as a list with everything that can be done to it. What it shows is the queue's; what
/// it does is a call of the queue. GUI thread.
class QueuePanel final : public QWidget
{
    Q_OBJECT

public:
    /// @param queue outlives the panel
    explicit QueuePanel(backend::RunQueue &queue, QWidget *parent = nullptr);
    ~QueuePanel() override;

    /// For menus and a list of commands; each has a text, a tool tip and an object name such as
    /// "queue.pause". Their shortcuts work while the panel has the focus.
    QList<QAction *> queueActions() const;
    QString currentId() const; ///< empty when nothing is selected
    void select(const QString &id);
    /// What the keys and menus of the window mean by the run under way: the selected one if it
    /// runs, else the first that does; empty when nothing runs.
    QString runningId() const;
    /// Offers on top of the list to keep an interpreter ready, until that is answered.
    void offerWarmStart(const QString &text);
    void withdrawOffer();

Q_SIGNALS:
    /// The entry whose log and result are of interest; empty for none.
    void selected(const QString &id);
    /// The result of an ended run is to be shown.
    void openRequested(const std::filesystem::path &runFolder);
    /// Settings for the form: of an entry that was taken out of the queue, or of an ended one.
    void editRequested(const mrb::backend::RunSettings &settings);
    void logRequested(const QString &id);
    /// The answer to what was offered.
    void warmStartAccepted();
    void warmStartDeclined();

private:
    struct Actions;

    void makeActions();
    void makeLayout();
    QWidget *makeToolBar();
    void makeBanners();
    void showMenu(const QPoint &position);
    void listen();

    QStringList selectedIds() const;
    const backend::QueueEntry *currentEntry() const;
    void cancelSelected();
    void skipRunning();
    void askToCancelAll();
    void moveSelected(int by);
    void removeSelected();
    void runSelectedAgain();
    void editCurrent();
    void openCurrent();
    void revealCurrent();
    void copyProblems();
    void discardLeft();

    void onCurrentChanged();
    void onStarted(const QString &id);
    void onListChanged();
    void updateActions();
    void updateBanner();
    void updateTotals();
    void updateDetails();
    QStringList pendingLeft() const;

    backend::RunQueue &m_queue;
    QueueModel *m_model;
    std::unique_ptr<Actions> m_actions;
    QListView *m_view = nullptr;
    PanelBanner *m_banner = nullptr; ///< runs from before
    PanelBanner *m_offer = nullptr;
    QLabel *m_empty = nullptr;
    WrappedText *m_details = nullptr;
    QLabel *m_totals = nullptr;
    QStringList m_left; // pending ones that an earlier process left
    QString m_current;  // as last told
};

} // namespace mrb::ui
