// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <array>
#include <vector>

namespace mrb::viewer {

/// Everything that menus and keys can do.
enum class Command {
    // File
    Open,
    SaveView,
    SaveAllViews,
    SaveMosaic,
    SaveVolumeAs,
    CloseVolume,
    Quit,
    // Edit
    CopyView,
    CopyAllViews,
    CopyReadout,
    CopyMeasurements,
    ClearMeasurements,
    RightDragZooms,
    // View
    LayoutGrid,
    LayoutLarge,
    LayoutRow,
    LayoutSingle,
    NextLayout,
    MaximiseAxial,
    MaximiseCoronal,
    MaximiseSagittal,
    MaximiseScene,
    RestoreLayout,
    ZoomIn,
    ZoomOut,
    Fit,
    CentreOnCursor,
    LinkFraming,
    Annotations,
    Crosshair,
    NextScenePreset,
    ScenePlanes,
    ShowPanel,
    FullScreen,
    // Slices
    CursorToMiddle,
    Interpolation,
    NextSlabMode,
    ThickerSlab,
    ThinnerSlab,
    Neurological,
    Cine,
    // Intensities
    AutomaticWindow,
    LockWindow,
    InvertColours,
    NextColourMap,
    PreviousColourMap,
    MarkOutOfRange,
    // Compare
    PreviousVolume,
    NextVolume,
    Flicker,
    CompareOff,
    CompareSideBySide,
    CompareSplit,
    CompareDifference,
    NextCompareMode,
    // Tools
    ToolCrosshair,
    ToolRuler,
    ToolBoxStatistics,
    ToolEllipseStatistics,
    ToolWindowFromBox,
    ToolWindowFromEllipse,
    // Help
    CheatSheet,
    About,
};

enum class CommandGroup { File, Edit, View, Slices, Intensities, Compare, Tools, Help };

inline constexpr std::array<CommandGroup, 8> kCommandGroups = {
    CommandGroup::File,        CommandGroup::Edit,    CommandGroup::View,  CommandGroup::Slices,
    CommandGroup::Intensities, CommandGroup::Compare, CommandGroup::Tools, CommandGroup::Help};

/// What must be open for a command to make sense.
enum class CommandNeeds { Nothing, Volume, TwoVolumes, Measurement };

/// A row of the table that menus, keys and the cheat sheet are made of.
struct CommandInfo
{
    Command command;
    CommandGroup group;
    QString text;     ///< of the menu, with its mnemonic; translated
    QStringList keys; ///< QKeySequence::PortableText, the first one is shown
    QString effect;   ///< in a sentence; translated
    CommandNeeds needs = CommandNeeds::Volume;
    bool checkable = false;
    bool startsSection = false; ///< a separator before it
};

/// Every command once, in the order of the menus.
std::vector<CommandInfo> commandTable();

/// Keys that the pane under focus understands itself, because text fields and lists need them too.
struct PaneKey
{
    CommandGroup group;
    QStringList keys; ///< QKeySequence::PortableText
    QString effect;
};
std::vector<PaneKey> paneKeys();

struct MouseGesture
{
    QString gesture;
    QString effect;
};
/// @param rightDragZooms the preference: the right button zooms rather than changes the window
std::vector<MouseGesture> mouseGestures(bool rightDragZooms);

/// The title of a group's menu, with its mnemonic.
QString groupTitle(CommandGroup group);

/// Without mnemonic and dots.
QString plainText(const QString &menuText);

/// "Ctrl+Shift+C" as the words or signs of its keys, the way keyboards show them.
QStringList keyCaps(const QString &portableKeys);

} // namespace mrb::viewer
