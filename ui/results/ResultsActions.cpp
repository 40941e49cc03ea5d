// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/ResultsActions.h"

#include <QAction>
#include <QKeyEvent>
#include <QKeySequence>
#include <QMenu>

namespace mrb::ui {

namespace {

QAction *make(QObject *parent, const QString &text, const QString &help,
              const QKeySequence &key = {})
{
    auto *action = new QAction(text, parent);
    action->setToolTip(help);
    action->setStatusTip(help);
    action->setShortcuts(key.isEmpty() ? QList<QKeySequence>() : QList{key});
    action->setShortcutContext(Qt::WidgetShortcut);
    return action;
}

} // namespace

ResultsActions::ResultsActions(QObject *parent)
    : QObject(parent),
      open(make(this, tr("&Open"), tr("Shows the run's volume in the viewer"), Qt::Key_Return)),
      compare(make(this, tr("Co&mpare two"), tr("Shows the two selected runs beside each other"),
                   Qt::Key_C)),
      compareRecords(
          make(this, tr("Compare &records…"),
               tr("What both runs say of themselves, and their volumes voxel by voxel"))),
      review(make(this, tr("Re&view…"),
                  tr("Goes through the selected runs, or all that are shown, by keyboard"),
                  Qt::Key_R)),
      useSettings(make(this, tr("Use these &settings"),
                       tr("Puts what the run was asked for into the form"), Qt::Key_S)),
      useSeed(make(this, tr("Use s&eed"), tr("Puts the run's seed into the form, nothing else"))),
      runAgain(make(this, tr("Run a&gain"), tr("Adds the same runs to the queue"))),
      runAgainAndCompare(make(this, tr("Run again an&d compare"),
                              tr("Repeats the run and says whether the same volume comes out"))),
      vary(make(this, tr("Var&y…"), tr("Plans runs that differ from this one in some settings"))),
      accept(make(this, tr("&Accept"), tr("Rates the selected runs as accepted"), Qt::Key_1)),
      reject(make(this, tr("Re&ject"), tr("Rates the selected runs as rejected"), Qt::Key_2)),
      undecided(make(this, tr("&Undecided"), tr("Takes the rating of the selected runs back"),
                     Qt::Key_3)),
      contactSheet(make(this, tr("Contact s&heet…"),
                        tr("One picture with a slice of every selected or shown run"))),
      copyCsv(make(this, tr("Copy as CS&V"), tr("Copies a table of the selected or shown runs"),
                   QKeySequence::Copy)),
      saveCsv(make(this, tr("Save &CSV…"), tr("Saves a table of the selected or shown runs"))),
      exportBundle(make(this, tr("E&xport bundle…"),
                        tr("The selected or shown runs with all their evidence, to be handed on"))),
      verify(make(this, tr("Ver&ify…"), tr("Reads the run again and says what differs"))),
      reveal(make(this, tr("Show in &file manager"), tr("Opens the run's folder"))),
      trash(make(this, tr("Move to &trash…"),
                 tr("Moves the whole run, volumes, log and review, to the trash"),
                 QKeySequence::Delete)),
      refresh(make(this, tr("Look for &new runs"), tr("Reads the results folders again"),
                   QKeySequence::Refresh))
{
}

std::vector<QAction *> ResultsActions::all() const
{
    return {open,         compare,      compareRecords,
            review,       nullptr,      useSettings,
            useSeed,      runAgain,     runAgainAndCompare,
            vary,         nullptr,      accept,
            reject,       undecided,    nullptr,
            contactSheet, copyCsv,      saveCsv,
            nullptr,      exportBundle, verify,
            nullptr,      reveal,       trash,
            nullptr,      refresh};
}

void ResultsActions::fill(QMenu &menu) const
{
    for (QAction *action : all()) {
        if (action)
            menu.addAction(action);
        else
            menu.addSeparator();
    }
}

QAction *ResultsActions::ofKey(const QKeyEvent &event) const
{
    const int key = event.key() == Qt::Key_Enter ? int(Qt::Key_Return) : event.key();
    const QKeySequence pressed(
        QKeyCombination(event.modifiers() & ~Qt::KeypadModifier, static_cast<Qt::Key>(key)));
    for (QAction *action : all()) {
        if (action && action->shortcuts().contains(pressed))
            return action;
    }
    return nullptr;
}

void ResultsActions::enableFor(const Selection &selection) const
{
    const bool one = selection.runs == 1;
    const bool any = selection.runs > 0;
    open->setEnabled(one); // without a volume it is the report and the log
    compare->setEnabled(selection.runs == 2 && selection.volumes);
    compareRecords->setEnabled(selection.runs == 2);
    review->setEnabled(selection.anyShown);
    useSettings->setEnabled(one);
    useSeed->setEnabled(one && selection.seed);
    vary->setEnabled(one);
    reveal->setEnabled(one);
    for (QAction *action : {runAgain, accept, reject, undecided})
        action->setEnabled(any);
    runAgainAndCompare->setEnabled(one && !selection.running);
    for (QAction *action : {contactSheet, copyCsv, saveCsv, exportBundle})
        action->setEnabled(selection.anyShown);
    trash->setEnabled(any && !selection.running);
}

} // namespace mrb::ui
