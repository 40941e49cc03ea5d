// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/runs/QueuePanel.h"

#include "backend/base/Text.h"
#include "ui/runs/PanelBanner.h"
#include "ui/runs/QueueActions.h"
#include "ui/runs/QueueModel.h"
#include "ui/runs/QueueText.h"
#include "ui/runs/WrappedText.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QLabel>
#include <QListView>
#include <QMessageBox>
#include <QPushButton>
#include <QUrl>

#include <algorithm>

namespace mrb::ui {

using backend::EntryState;
using backend::QueueEntry;
using backend::RunQueue;

namespace {

constexpr std::size_t kProblemsShown = 3;

bool isOver(const QueueEntry &entry)
{
    return entry.state == EntryState::Ended || entry.state == EntryState::Interrupted;
}

} // namespace

QueuePanel::QueuePanel(RunQueue &queue, QWidget *parent)
    : QWidget(parent), m_queue(queue), m_model(new QueueModel(queue, this))
{
    if (m_queue.isPaused() && m_queue.leftFromBefore() > 0)
        m_left = m_model->pendingIds();
    makeActions();
    makeLayout();
    listen();
    onListChanged();
    m_view->scrollTo(m_model->indexOf(runningId()));
}

QueuePanel::~QueuePanel() = default;

QString QueuePanel::currentId() const
{
    const QModelIndex current = m_view->currentIndex();
    return m_view->selectionModel()->isSelected(current) ? m_model->idAt(current) : QString();
}

void QueuePanel::select(const QString &id)
{
    const QModelIndex index = m_model->indexOf(id);
    m_view->setCurrentIndex(index);
    m_view->scrollTo(index);
}

const QueueEntry *QueuePanel::currentEntry() const
{
    return m_queue.find(currentId());
}

void QueuePanel::offerWarmStart(const QString &text)
{
    m_offer->say(Tone::Neutral, text);
}

void QueuePanel::withdrawOffer()
{
    m_offer->say(Tone::Neutral, {});
}

QString QueuePanel::runningId() const
{
    if (const QueueEntry *current = currentEntry();
        current && current->state == EntryState::Running)
        return current->id;
    for (const QueueEntry &entry : m_queue.entries())
        if (entry.state == EntryState::Running)
            return entry.id;
    return {};
}

/// In the order of the list.
QStringList QueuePanel::selectedIds() const
{
    QModelIndexList rows = m_view->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList ids;
    for (const QModelIndex &row : std::as_const(rows))
        ids << m_model->idAt(row);
    return ids;
}

void QueuePanel::cancelSelected()
{
    for (const QString &id : selectedIds())
        m_queue.cancel(id);
}

void QueuePanel::skipRunning()
{
    m_queue.skip(runningId());
}

void QueuePanel::askToCancelAll()
{
    const backend::QueueOverview overview = m_queue.overview();
    auto *question = new QMessageBox(
        QMessageBox::Question, tr("Cancel all runs"),
        tr("Cancel %1 running and %2 waiting?").arg(overview.running).arg(overview.pending),
        QMessageBox::NoButton, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    question->setInformativeText(tr("What they wrote so far stays on the disk."));
    QAbstractButton *yes = question->addButton(tr("Cancel all runs"), QMessageBox::AcceptRole);
    question->setDefaultButton(question->addButton(tr("Keep them"), QMessageBox::RejectRole));
    connect(yes, &QAbstractButton::clicked, this, [this] { m_queue.cancelAll(); });
    question->open();
}

void QueuePanel::moveSelected(int by)
{
    const QStringList pending = m_model->pendingIds();
    QStringList moving;
    for (const QString &id : selectedIds())
        if (pending.contains(id))
            moving << id;
    if (moving.isEmpty())
        return;
    m_model->move(moving, static_cast<int>(pending.indexOf(moving.front())) + by);
    m_view->scrollTo(m_view->currentIndex());
}

void QueuePanel::removeSelected()
{
    for (const QString &id : selectedIds())
        m_queue.remove(id);
}

void QueuePanel::runSelectedAgain()
{
    QString last;
    for (const QString &id : selectedIds())
        if (const QueueEntry *entry = m_queue.find(id); entry && isOver(*entry))
            last = m_queue.runAgain(id);
    if (!last.isEmpty())
        select(last);
}

void QueuePanel::editCurrent()
{
    const QueueEntry *entry = currentEntry();
    if (!entry)
        return;
    if (isOver(*entry))
        Q_EMIT editRequested(backend::RunSettings(entry->settings));
    else if (const auto settings = m_queue.takeBack(entry->id))
        Q_EMIT editRequested(*settings);
}

void QueuePanel::openCurrent()
{
    const QueueEntry *entry = currentEntry();
    if (!entry)
        return;
    if (entry->state == EntryState::Ended && !entry->runFolder.empty())
        Q_EMIT openRequested(std::filesystem::path(entry->runFolder));
    else
        Q_EMIT logRequested(QString(entry->id));
}

void QueuePanel::revealCurrent()
{
    if (const QueueEntry *entry = currentEntry(); entry && !entry->runFolder.empty())
        QDesktopServices::openUrl(QUrl::fromLocalFile(toQString(entry->runFolder)));
}

void QueuePanel::copyProblems()
{
    QStringList texts;
    for (const QString &id : selectedIds())
        if (const QueueEntry *entry = m_queue.find(id); entry && !entry->problems.empty())
            texts << backend::runLabel(entry->settings) + u'\n' + problemsText(*entry);
    if (!texts.isEmpty())
        QApplication::clipboard()->setText(texts.join(QStringLiteral("\n\n")));
}

/// Only those from before: what was added since stays. With nothing left to wait for, the pause
/// that was there to protect them would only surprise.
void QueuePanel::discardLeft()
{
    const QStringList left = pendingLeft();
    if (left.size() == m_model->pendingIds().size()) {
        m_queue.cancelPending(); // one write instead of many
        m_queue.setPaused(false);
        return;
    }
    for (const QString &id : left)
        m_queue.cancel(id);
}

QStringList QueuePanel::pendingLeft() const
{
    QStringList left;
    if (m_left.isEmpty())
        return left;
    for (const QString &id : m_model->pendingIds())
        if (m_left.contains(id))
            left << id;
    return left;
}

void QueuePanel::onStarted(const QString &id)
{
    if (currentId().isEmpty())
        select(id);
    else if (!m_view->hasFocus())
        m_view->scrollTo(m_model->indexOf(id));
}

void QueuePanel::onCurrentChanged()
{
    updateActions();
    updateDetails();
    const QString id = currentId();
    if (id == m_current)
        return;
    m_current = id;
    Q_EMIT selected(id);
}

void QueuePanel::onListChanged()
{
    const bool isEmpty = m_queue.entries().empty();
    m_empty->setVisible(isEmpty);
    m_view->setVisible(!isEmpty);
    if (!m_queue.isPaused())
        m_left.clear();
    updateBanner();
    updateTotals();
    onCurrentChanged();
}

void QueuePanel::updateActions()
{
    bool hasPending = false;
    bool hasRunning = false;
    bool hasOver = false;
    for (const QueueEntry &entry : m_queue.entries()) {
        hasPending |= entry.state == EntryState::Pending;
        hasRunning |= entry.state == EntryState::Running;
        hasOver |= isOver(entry);
    }
    bool selectedPending = false;
    bool selectedRunning = false;
    bool selectedOver = false;
    bool selectedProblem = false;
    for (const QString &id : selectedIds()) {
        const QueueEntry *entry = m_queue.find(id);
        if (!entry)
            continue;
        selectedPending |= entry->state == EntryState::Pending;
        selectedRunning |= entry->state == EntryState::Running;
        selectedOver |= isOver(*entry);
        selectedProblem |= !entry->problems.empty();
    }
    const QueueEntry *current = currentEntry();
    const bool hasFolder = current && !current->runFolder.empty();
    const Actions &all = *m_actions;
    const bool isPaused = m_queue.isPaused();
    all.pause->setText(isPaused ? tr("Res&ume") : tr("&Pause"));
    all.pause->setToolTip(isPaused ? tr("Start waiting runs again")
                                   : tr("Start no further run; one that runs goes on"));
    all.cancel->setEnabled(selectedPending || selectedRunning);
    all.cancel->setText(selectedIds().size() > 1 ? tr("&Cancel the selected runs")
                                                 : tr("&Cancel this run"));
    all.skip->setEnabled(hasRunning);
    all.cancelPending->setEnabled(hasPending);
    all.cancelAll->setEnabled(hasPending || hasRunning);
    all.clearEnded->setEnabled(hasOver);
    all.open->setEnabled(hasFolder && current->state == EntryState::Ended);
    all.log->setEnabled(current != nullptr);
    all.reveal->setEnabled(hasFolder);
    all.runAgain->setEnabled(selectedOver);
    all.edit->setEnabled(current && current->state != EntryState::Running);
    all.edit->setText(current && isOver(*current) ? tr("&Use these settings") : tr("&Edit"));
    all.moveUp->setEnabled(selectedPending);
    all.moveDown->setEnabled(selectedPending);
    all.copy->setEnabled(selectedProblem);
    all.remove->setEnabled(selectedOver);
}

void QueuePanel::updateBanner()
{
    const auto waiting = static_cast<int>(pendingLeft().size());
    if (waiting == 0) {
        m_banner->hide();
        return;
    }
    const int interrupted = m_queue.leftFromBefore() - waiting;
    QString text =
        waiting == 1
            ? tr("1 run is waiting from before; nothing starts until you resume.")
            : tr("%1 runs are waiting from before; nothing starts until you resume.").arg(waiting);
    if (interrupted == 1)
        text += tr(" 1 run was interrupted.");
    else if (interrupted > 1)
        text += tr(" %1 runs were interrupted.").arg(interrupted);
    m_banner->say(Tone::Notice, text);
}

void QueuePanel::updateTotals()
{
    m_totals->setText(totalsText(m_queue.overview(), m_queue.isPaused()));
}

void QueuePanel::updateDetails()
{
    const QueueEntry *entry = currentEntry();
    if (!entry || entry->problems.empty()) {
        m_details->hide();
        return;
    }
    QueueEntry shown = *entry;
    shown.problems.resize(std::min(shown.problems.size(), kProblemsShown), entry->problems[0]);
    QString text = problemsText(shown);
    if (entry->problems.size() > kProblemsShown)
        text += tr("\nand %1 more").arg(entry->problems.size() - kProblemsShown);
    m_details->setText(text);
    m_details->show();
}

} // namespace mrb::ui
