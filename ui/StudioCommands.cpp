// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/StudioCommands.h"

#include "backend/base/Text.h"

#include <QAction>
#include <QKeySequence>
#include <QMenu>
#include <QWidget>

#include <utility>

namespace mrb::ui {

namespace {

using Rows = std::vector<StudioCommandInfo>;

QStringList key(const char *portable)
{
    return {QString::fromLatin1(portable)};
}

void addRuns(Rows &rows)
{
    using C = StudioCommand;
    constexpr StudioMenu menu = StudioMenu::Runs;
    rows.insert(rows.end(),
                {{C::Generate, menu, Text::tr("&Generate"), key("Ctrl+Return"),
                  Text::tr("Add the runs of the form to the queue.")},
                 {C::Sweep, menu, Text::tr("S&weep…"), key("Ctrl+Shift+W"),
                  Text::tr("Order every combination of several settings.")},
                 {C::OpenOverrides, menu, Text::tr("&Open settings file…"), key("Ctrl+Shift+O"),
                  Text::tr("Fill the form from an override file."), false, true},
                 {C::SaveOverrides, menu, Text::tr("&Save settings file…"), key("Ctrl+Alt+F"),
                  Text::tr("Write the form as an override file.")},
                 {C::LookAgain, menu, Text::tr("Chec&k the machine again"), key("F5"),
                  Text::tr("Look again for checkout, Python, GPU, weights and disk."), false, true},
                 {C::PauseQueue, menu, Text::tr("&Pause the queue"), key("Ctrl+Alt+P"),
                  Text::tr("Start no further run; the one under way goes on."), true, true},
                 {C::CancelRun, menu, Text::tr("&Cancel the run"), key("Ctrl+."),
                  Text::tr("End the run under way; of several, the one selected in the queue.")},
                 {C::SkipRun, menu, Text::tr("Cancel and start the &next"), key("Ctrl+Alt+N"),
                  Text::tr("End that run and start the next one.")},
                 {C::CancelPending, menu, Text::tr("Cancel all &waiting runs"), key("Ctrl+Alt+W"),
                  Text::tr("Take the waiting runs back; the one under way goes on.")},
                 {C::CancelAll, menu, Text::tr("Cancel &all runs…"), key("Ctrl+Alt+X"),
                  Text::tr("End what runs and all waiting runs.")}});
}

void addResults(Rows &rows)
{
    using C = StudioCommand;
    constexpr StudioMenu menu = StudioMenu::Results;
    rows.insert(
        rows.end(),
        {{C::OpenRun, menu, Text::tr("&Open run…"), key("Ctrl+Alt+O"),
          Text::tr("Show the volume and the report of a run's folder.")},
         {C::Review, menu, Text::tr("Re&view…"), key("Ctrl+R"),
          Text::tr("Judge the shown results one after the other by keyboard."), true},
         {C::CompareRuns, menu, Text::tr("&Compare two"), key("Ctrl+D"),
          Text::tr("Show the two selected results side by side.")},
         {C::CompareRecords, menu, Text::tr("Compare &records…"), key("Ctrl+Shift+D"),
          Text::tr("Show what two selected runs say of themselves side by side.")},
         {C::UseSettings, menu, Text::tr("&Use these settings"), key("Ctrl+U"),
          Text::tr("Put the result's settings into the form."), false, true},
         {C::UseSeed, menu, Text::tr("Use s&eed"), key("Ctrl+Shift+U"),
          Text::tr("Put the result's seed into the form.")},
         {C::RunAgain, menu, Text::tr("Run a&gain"), key("Ctrl+Shift+G"),
          Text::tr("Add the same runs to the queue.")},
         {C::RunAgainAndCompare, menu, Text::tr("Run again an&d compare"), key("Ctrl+Alt+G"),
          Text::tr("Repeat the run and say whether the same volume comes out.")},
         {C::Vary, menu, Text::tr("Var&y…"), key("Ctrl+Shift+V"),
          Text::tr("Order variations of the result.")},
         {C::Accept, menu, Text::tr("&Accept"), key("Ctrl+Alt+1"),
          Text::tr("Rate the selected results as accepted."), false, true},
         {C::Reject, menu, Text::tr("Re&ject"), key("Ctrl+Alt+2"),
          Text::tr("Rate the selected results as rejected.")},
         {C::Undecided, menu, Text::tr("U&ndecided"), key("Ctrl+Alt+3"),
          Text::tr("Take the rating of the selected results back.")},
         {C::ContactSheet, menu, Text::tr("Contact s&heet…"), key("Ctrl+T"),
          Text::tr("Save a picture of the selected results."), false, true},
         {C::SaveCsv, menu, Text::tr("Save ta&ble as CSV…"), key("Ctrl+E"),
          Text::tr("Write the shown results as a table.")},
         {C::CopyCsv, menu, Text::tr("Copy &table"), key("Ctrl+Shift+E"),
          Text::tr("Copy the shown results as a table.")},
         {C::ExportBundle, menu, Text::tr("E&xport bundle…"), key("Ctrl+B"),
          Text::tr("Hand on the selected runs with all their evidence."), false, true},
         {C::Verify, menu, Text::tr("Ver&ify…"), key("Ctrl+Alt+V"),
          Text::tr("Read a run or a bundle again and say what differs.")},
         {C::SaveReport, menu, Text::tr("&Save report…"), key("Ctrl+Shift+R"),
          Text::tr("Write the report as a web page or a PDF.")},
         {C::OpenReport, menu, Text::tr("Open report in bro&wser"), key("Ctrl+Alt+B"),
          Text::tr("Show the report as the page that is handed on.")},
         {C::Reveal, menu, Text::tr("Show in &file manager"), key("Ctrl+Shift+F"),
          Text::tr("Open the folder of the result."), false, true},
         {C::Trash, menu, Text::tr("&Move to trash…"), key("Ctrl+Del"),
          Text::tr("Move the selected runs with all their files to the trash.")},
         {C::RefreshResults, menu, Text::tr("&Look for results again"), key("Shift+F5"),
          Text::tr("Read the results folders again."), false, true}});
}

void addWindow(Rows &rows)
{
    using C = StudioCommand;
    rows.insert(rows.end(),
                {{C::Preferences, StudioMenu::Edit, Text::tr("&Settings…"), key("Ctrl+,"),
                  Text::tr("Checkout, Python, folders, GPU, colours."), false, true},
                 {C::ShowGenerate, StudioMenu::View, Text::tr("&Generate panel"), key("F6"),
                  Text::tr("Show or hide the form."), true, true},
                 {C::ShowResults, StudioMenu::View, Text::tr("Res&ults panel"), key("F7"),
                  Text::tr("Show or hide the results."), true},
                 {C::ShowReport, StudioMenu::View, Text::tr("Rep&ort panel"), key("F8"),
                  Text::tr("Show or hide the report."), true},
                 {C::ShowQueue, StudioMenu::View, Text::tr("&Queue panel"), key("F4"),
                  Text::tr("Show or hide the queue."), true},
                 {C::ShowLog, StudioMenu::View, Text::tr("Log &panel"), key("F12"),
                  Text::tr("Show or hide the log."), true},
                 {C::ResetPanels, StudioMenu::View, Text::tr("Panels as at &first"),
                  key("Ctrl+Alt+R"), Text::tr("Put all panels back to where they were at first.")},
                 {C::DarkColours, StudioMenu::View, Text::tr("Dark &colours"), key("Ctrl+Alt+D"),
                  Text::tr("Dark or light colours for the whole window."), true},
                 {C::FindCommand, StudioMenu::Help, Text::tr("&Find a command…"),
                  key("Ctrl+Shift+P"), Text::tr("Search all commands and run one.")},
                 {C::Guide, StudioMenu::Help, Text::tr("&Guide"), key("Shift+F1"),
                  Text::tr("How to go from an idea to a judged volume.")},
                 {C::Setup, StudioMenu::Help, Text::tr("&Set up the model…"), key("Ctrl+Alt+M"),
                  Text::tr("Get what the model needs: checkout, Python packages, weights.")},
                 {C::Diagnostics, StudioMenu::Help, Text::tr("&Diagnostics…"), key("Ctrl+Alt+I"),
                  Text::tr("Read and copy what a report of a problem needs to say.")},
                 {C::Licences, StudioMenu::Help, Text::tr("&Licences…"), key("Ctrl+Alt+L"),
                  Text::tr("Whose work this program is made with.")}});
}

QString menuTitle(StudioMenu menu)
{
    switch (menu) {
    case StudioMenu::Runs:
        return Text::tr("Runs");
    case StudioMenu::Results:
        return Text::tr("Results");
    case StudioMenu::Edit:
    case StudioMenu::View:
    case StudioMenu::Help:
        break;
    }
    return Text::tr("Window");
}

} // namespace

std::vector<StudioCommandInfo> studioCommandTable()
{
    Rows rows;
    addRuns(rows);
    addResults(rows);
    addWindow(rows);
    return rows;
}

StudioCommands::StudioCommands(QObject *parent) : QObject(parent)
{
    for (const StudioCommandInfo &info : studioCommandTable()) {
        auto *action = new QAction(info.text, this);
        QList<QKeySequence> keys;
        for (const QString &portable : info.keys)
            keys += QKeySequence(portable, QKeySequence::PortableText);
        action->setShortcuts(keys);
        action->setToolTip(info.effect);
        action->setStatusTip(info.effect);
        action->setCheckable(info.checkable);
        action->setEnabled(false);
        connect(action, &QAction::triggered, this, [this, command = info.command](bool checked) {
            if (const auto entry = m_entries.find(command); entry != m_entries.end())
                entry->second.effect(checked);
        });
        m_actions.emplace(info.command, action);
    }
}

void StudioCommands::bind(StudioCommand command, std::function<void(bool)> effect,
                          std::function<bool()> enabled)
{
    m_entries[command] = {std::move(effect), std::move(enabled)};
    m_actions.at(command)->setEnabled(true);
}

void StudioCommands::refresh()
{
    for (const auto &[command, entry] : m_entries)
        m_actions.at(command)->setEnabled(!entry.enabled || entry.enabled());
}

void StudioCommands::setChecked(StudioCommand command, bool checked)
{
    m_actions.at(command)->setChecked(checked); // toggled, not triggered: runs nothing
}

std::vector<StudioCommand> StudioCommands::unbound() const
{
    std::vector<StudioCommand> commands;
    for (const auto &[command, action] : m_actions) {
        if (!m_entries.contains(command))
            commands.push_back(command);
    }
    return commands;
}

void StudioCommands::fill(StudioMenu which, QMenu &menu) const
{
    for (const StudioCommandInfo &info : studioCommandTable()) {
        if (info.menu != which)
            continue;
        if (info.startsSection)
            menu.addSeparator();
        menu.addAction(m_actions.at(info.command));
    }
    menu.setToolTipsVisible(true);
}

void StudioCommands::addTo(QWidget *window) const
{
    for (const auto &[command, action] : m_actions)
        window->addAction(action);
}

std::vector<viewer::CheatSheetGroup> StudioCommands::cheatSheetGroups()
{
    std::vector<viewer::CheatSheetGroup> groups;
    for (const StudioCommandInfo &info : studioCommandTable()) {
        const QString title = menuTitle(info.menu);
        if (groups.empty() || groups.back().title != title)
            groups.push_back({title, {}});
        groups.back().rows.push_back({info.keys, viewer::plainText(info.text)});
    }
    return groups;
}

} // namespace mrb::ui
