// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/CheatSheet.h"
#include "viewer/widgets/CommandTable.h"

#include <QObject>

#include <functional>
#include <map>
#include <vector>

class QAction;
class QMenu;
class QWidget;

namespace mrb::ui {

/// What menus and keys do with runs, results and the window; the viewer has a table of its own.
enum class StudioCommand {
    // Runs
    Generate,
    Sweep,
    OpenOverrides,
    SaveOverrides,
    LookAgain,
    PauseQueue,
    CancelRun,
    SkipRun,
    CancelPending,
    CancelAll,
    // Results
    OpenRun,
    Review,
    CompareRuns,
    CompareRecords,
    UseSettings,
    UseSeed,
    RunAgain,
    RunAgainAndCompare,
    Vary,
    Accept,
    Reject,
    Undecided,
    ContactSheet,
    SaveCsv,
    CopyCsv,
    ExportBundle,
    Verify,
    SaveReport,
    OpenReport,
    Reveal,
    Trash,
    RefreshResults,
    // Edit
    Preferences,
    // View
    ShowGenerate,
    ShowQueue,
    ShowResults,
    ShowReport,
    ShowLog,
    DarkColours,
    ResetPanels,
    // Help
    FindCommand,
    Guide,
    Setup,
    Diagnostics,
    Licences,
};

enum class StudioMenu { Runs, Results, Edit, View, Help };

struct StudioCommandInfo
{
    StudioCommand command;
    StudioMenu menu;
    QString text;     ///< with its mnemonic; translated
    QStringList keys; ///< QKeySequence::PortableText, the first one is shown
    QString effect;   ///< in a sentence; translated
    bool checkable = false;
    bool startsSection = false;
};

/// Every command once, in the order of the menus.
std::vector<StudioCommandInfo> studioCommandTable();

/// The commands as actions of a window. An action does nothing, and is disabled, until it is bound.
/// GUI thread.
class StudioCommands : public QObject
{
    Q_OBJECT

public:
    explicit StudioCommands(QObject *parent = nullptr);

    /// Never null.
    QAction *action(StudioCommand command) const { return m_actions.at(command); }
    /// @param enabled asked by refresh(); nothing: always
    void bind(StudioCommand command, std::function<void(bool checked)> effect,
              std::function<bool()> enabled = {});
    /// Asks again which commands make sense.
    void refresh();
    /// Runs no effect.
    void setChecked(StudioCommand command, bool checked);
    /// Commands that nobody has bound. For tests.
    std::vector<StudioCommand> unbound() const;

    /// All commands of a menu, at its end.
    void fill(StudioMenu which, QMenu &menu) const;
    /// Makes the keys work in a window.
    void addTo(QWidget *window) const;

    /// The rows of the cheat sheet.
    static std::vector<viewer::CheatSheetGroup> cheatSheetGroups();

private:
    struct Entry
    {
        std::function<void(bool)> effect;
        std::function<bool()> enabled;
    };

    std::map<StudioCommand, QAction *> m_actions;
    std::map<StudioCommand, Entry> m_entries;
};

} // namespace mrb::ui
