// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// How the panel is put together; what it does is in QueuePanel.cpp.
#include "ui/runs/PanelBanner.h"
#include "ui/runs/QueueActions.h"
#include "ui/runs/QueueDelegate.h"
#include "ui/runs/QueueModel.h"
#include "ui/runs/WarmLine.h"
#include "ui/runs/WrappedText.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace mrb::ui {

using backend::RunQueue;

namespace {

/// Makes an action of the panel, whose shortcut works while the panel has the focus.
QAction *makeAction(QueuePanel *panel, const char *name, const QString &text, const QString &tip,
                    const QKeySequence &keys, auto slot)
{
    auto *action = new QAction(text, panel);
    action->setObjectName(QLatin1StringView("queue.") + QLatin1StringView(name));
    action->setToolTip(keys.isEmpty() ? tip
                                      : QueuePanel::tr("%1 (%2)").arg(
                                            tip, keys.toString(QKeySequence::NativeText)));
    action->setStatusTip(tip);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QObject::connect(action, &QAction::triggered, panel, slot);
    panel->addAction(action);
    return action;
}

} // namespace

void QueuePanel::makeActions()
{
    m_actions = std::make_unique<Actions>();
    Actions &all = *m_actions;
    all.pause = makeAction(this, "pause", tr("&Pause"), tr("Start no further run"), {},
                           [this] { m_queue.setPaused(!m_queue.isPaused()); });
    all.cancel = makeAction(this, "cancel", tr("&Cancel"), tr("End or take off the selected runs"),
                            {}, [this] { cancelSelected(); });
    all.skip = makeAction(this, "skip", tr("&Skip to the next run"),
                          tr("End the run under way and start the next one"), {},
                          [this] { skipRunning(); });
    all.cancelPending = makeAction(this, "cancelPending", tr("Cancel &waiting runs"),
                                   tr("Take off all runs that have not started"), {},
                                   [this] { m_queue.cancelPending(); });
    all.cancelAll =
        makeAction(this, "cancelAll", tr("Cancel &all runs…"),
                   tr("End what runs and take off what waits"), {}, [this] { askToCancelAll(); });
    all.clearEnded = makeAction(this, "clearEnded", tr("Clear &ended"),
                                tr("Take ended runs off this list; their files stay"), {},
                                [this] { m_queue.removeEnded(); });
    all.open = makeAction(this, "open", tr("&Show result"), tr("Show the volume and its report"),
                          {}, [this] { openCurrent(); });
    all.log = makeAction(this, "log", tr("Show &log"), tr("Show what the run printed"),
                         QKeySequence(Qt::CTRL | Qt::Key_L),
                         [this] { Q_EMIT logRequested(currentId()); });
    all.reveal = makeAction(this, "reveal", tr("Show &folder"), tr("Show the run's folder"), {},
                            [this] { revealCurrent(); });
    all.runAgain = makeAction(this, "runAgain", tr("&Run again"),
                              tr("Add a run with the same settings at the end"),
                              QKeySequence(Qt::CTRL | Qt::Key_R), [this] { runSelectedAgain(); });
    all.edit = makeAction(this, "edit", tr("&Edit"), tr("Take the run out and into the form"),
                          QKeySequence(Qt::Key_F2), [this] { editCurrent(); });
    all.moveUp = makeAction(this, "moveUp", tr("Move &up"), tr("Run the selected ones earlier"),
                            QKeySequence(Qt::ALT | Qt::Key_Up), [this] { moveSelected(-1); });
    all.moveDown = makeAction(this, "moveDown", tr("Move &down"), tr("Run the selected ones later"),
                              QKeySequence(Qt::ALT | Qt::Key_Down), [this] { moveSelected(1); });
    all.copy = makeAction(this, "copyError", tr("Cop&y error"),
                          tr("Copy what went wrong, with the next steps"),
                          QKeySequence(QKeySequence::Copy), [this] { copyProblems(); });
    all.remove = makeAction(this, "remove", tr("Take off the l&ist"),
                            tr("Take the selected ended runs off this list; their files stay"),
                            QKeySequence(QKeySequence::Delete), [this] { removeSelected(); });
}

QList<QAction *> QueuePanel::queueActions() const
{
    return actions();
}

void QueuePanel::makeLayout()
{
    m_view = new QListView(this);
    m_view->setObjectName(QStringLiteral("queue.list"));
    m_view->setAccessibleName(tr("Queue of runs"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new QueueDelegate(m_view));
    m_view->setUniformItemSizes(true);
    m_view->setAlternatingRowColors(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setDragDropMode(QAbstractItemView::InternalMove);
    m_view->setDefaultDropAction(Qt::MoveAction);
    m_view->setDropIndicatorShown(true);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);

    m_empty = new QLabel(tr("The queue is empty. Runs that you generate wait here."), this);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setMargin(12);
    m_details = new WrappedText(this);
    m_details->setObjectName(QStringLiteral("queue.details"));
    m_details->setAccessibleName(tr("What went wrong with the selected run"));
    m_details->hide();
    m_totals = new QLabel(this);
    m_totals->setObjectName(QStringLiteral("queue.totals"));
    m_totals->setTextFormat(Qt::PlainText);
    m_totals->setWordWrap(true);

    makeBanners();
    auto *foot = new QVBoxLayout;
    foot->setContentsMargins(6, 4, 6, 4);
    foot->addWidget(m_details);
    foot->addWidget(m_totals);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(2);
    all->addWidget(makeToolBar());
    all->addWidget(new WarmLine(m_queue, this));
    all->addWidget(m_banner);
    all->addWidget(m_offer);
    all->addWidget(m_empty, 1);
    all->addWidget(m_view, 1);
    all->addLayout(foot);
}

QWidget *QueuePanel::makeToolBar()
{
    auto *bar = new QWidget(this);
    auto *line = new QHBoxLayout(bar);
    line->setContentsMargins(4, 4, 4, 0);
    line->setSpacing(2);
    auto *cancelMenu = new QMenu(bar);
    cancelMenu->addActions({m_actions->cancel, m_actions->skip});
    cancelMenu->addSeparator();
    cancelMenu->addActions({m_actions->cancelPending, m_actions->cancelAll});
    for (QAction *action : {m_actions->pause, m_actions->cancel, m_actions->clearEnded}) {
        auto *button = new QToolButton(bar);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        if (action == m_actions->cancel) {
            // Its own action is off without a selection; the menu never is.
            button->setText(tr("&Cancel"));
            button->setToolTip(tr("End or take off runs"));
            button->setPopupMode(QToolButton::InstantPopup);
            button->setMenu(cancelMenu);
        } else {
            button->setDefaultAction(action);
        }
        line->addWidget(button);
    }
    line->addStretch();
    return bar;
}

void QueuePanel::makeBanners()
{
    m_banner = new PanelBanner(QStringLiteral("queue.banner"), tr("Runs from before"), this);
    QPushButton *resume = m_banner->addButton(QStringLiteral("queue.resumeLeft"), tr("Res&ume"),
                                              tr("Start the runs that wait"));
    QPushButton *discard = m_banner->addButton(
        QStringLiteral("queue.discardLeft"), tr("&Discard"),
        tr("Cancel the runs from before; they stay listed and can be run again"));
    connect(resume, &QPushButton::clicked, this, [this] { m_queue.setPaused(false); });
    connect(discard, &QPushButton::clicked, this, &QueuePanel::discardLeft);

    m_offer = new PanelBanner(QStringLiteral("queue.offer"), tr("Offer"), this);
    QPushButton *accept = m_offer->addButton(
        QStringLiteral("queue.acceptWarm"), tr("&Turn on"),
        tr("From now on a process with some GB of memory waits with the packages imported"));
    QPushButton *decline =
        m_offer->addButton(QStringLiteral("queue.declineWarm"), tr("&Not now"),
                           tr("Is not asked again; the settings can turn it on, under Runs"));
    connect(accept, &QPushButton::clicked, this, [this] {
        withdrawOffer();
        Q_EMIT warmStartAccepted();
    });
    connect(decline, &QPushButton::clicked, this, [this] {
        withdrawOffer();
        Q_EMIT warmStartDeclined();
    });
}

void QueuePanel::listen()
{
    connect(m_view, &QWidget::customContextMenuRequested, this, &QueuePanel::showMenu);
    connect(m_view, &QAbstractItemView::activated, this, &QueuePanel::openCurrent);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &QueuePanel::onCurrentChanged);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &QueuePanel::onCurrentChanged);
    connect(&m_queue, &RunQueue::listChanged, this, &QueuePanel::onListChanged);
    connect(&m_queue, &RunQueue::entryChanged, this, [this] {
        updateActions();
        updateDetails();
        updateTotals();
    });
    connect(&m_queue, &RunQueue::progressed, this, &QueuePanel::updateTotals);
    connect(&m_queue, &RunQueue::started, this, &QueuePanel::onStarted);
    connect(&m_queue, &RunQueue::idle, this, &QueuePanel::updateTotals);
    connect(&m_queue, &RunQueue::pausedChanged, this, &QueuePanel::onListChanged);
}

void QueuePanel::showMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const Actions &all = *m_actions;
    menu->addActions({all.open, all.log, all.reveal});
    menu->addSeparator();
    menu->addActions({all.runAgain, all.edit});
    menu->addSeparator();
    menu->addActions({all.moveUp, all.moveDown});
    menu->addSeparator();
    menu->addActions({all.cancel, all.skip, all.copy, all.remove});
    menu->popup(m_view->viewport()->mapToGlobal(position));
}

} // namespace mrb::ui
