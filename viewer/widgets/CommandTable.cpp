// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/CommandTable.h"

#include "backend/base/Text.h"

#include <QKeySequence>

#include <iterator>

namespace mrb::viewer {

namespace {

using Needs = CommandNeeds;
using Rows = std::vector<CommandInfo>;

QStringList keys(std::initializer_list<const char *> list)
{
    QStringList all;
    for (const char *key : list)
        all += QString::fromLatin1(key);
    return all;
}

Rows fileRows()
{
    const CommandGroup group = CommandGroup::File;
    return {
        {Command::Open, group, Text::tr("&Open…"), keys({"Ctrl+O"}),
         Text::tr("Open one or several volumes."), Needs::Nothing},
        {Command::SaveView, group, Text::tr("Save picture of &view…"), keys({"Ctrl+S"}),
         Text::tr("Save the view that has the focus as a PNG picture."), Needs::Volume, false,
         true},
        {Command::SaveAllViews, group, Text::tr("Save picture of &all views…"),
         keys({"Ctrl+Alt+S"}), Text::tr("Save all views, as they are laid out, as one picture.")},
        {Command::SaveMosaic, group, Text::tr("Save &mosaic…"), keys({"Ctrl+M"}),
         Text::tr("Save many slices of a plane as one picture.")},
        {Command::SaveVolumeAs, group, Text::tr("&Save volume as…"), keys({"Ctrl+Shift+S"}),
         Text::tr("Save the current volume as NIfTI or NRRD."), Needs::Volume, false, true},
        {Command::CloseVolume, group, Text::tr("&Close volume"), keys({"Ctrl+W"}),
         Text::tr("Close the current volume and free its memory.")},
        {Command::Quit, group, Text::tr("&Quit"), keys({"Ctrl+Q"}), Text::tr("End the program."),
         Needs::Nothing, false, true},
    };
}

Rows editRows()
{
    const CommandGroup group = CommandGroup::Edit;
    return {
        {Command::CopyView, group, Text::tr("&Copy view"), keys({"Ctrl+C"}),
         Text::tr("Copy the view that has the focus as a picture.")},
        {Command::CopyAllViews, group, Text::tr("Copy &all views"), keys({"Ctrl+Alt+C"}),
         Text::tr("Copy all views, as they are laid out, as one picture.")},
        {Command::CopyReadout, group, Text::tr("Copy &readout"), keys({"Ctrl+Shift+C"}),
         Text::tr("Copy voxel, position and value at the cursor and under the pointer as text.")},
        {Command::CopyMeasurements, group, Text::tr("Copy &measurements"), keys({"Ctrl+Shift+M"}),
         Text::tr("Copy the results of all measurements as text."), Needs::Measurement, false,
         true},
        {Command::ClearMeasurements, group, Text::tr("C&lear measurements"), keys({"Del"}),
         Text::tr("Remove all measurements."), Needs::Measurement},
        {Command::RightDragZooms,
         group,
         Text::tr("Right drag &zooms"),
         {},
         Text::tr("Dragging with the right button zooms rather than changes the window."),
         Needs::Nothing,
         true,
         true},
    };
}

Rows layoutRows()
{
    const CommandGroup group = CommandGroup::View;
    return {
        {Command::LayoutGrid, group, Text::tr("&Two by two"), keys({"Ctrl+1"}),
         Text::tr("Three planes and the 3-D view, all of one size."), Needs::Nothing, true},
        {Command::LayoutLarge, group, Text::tr("One &large, three small"), keys({"Ctrl+2"}),
         Text::tr("One large view and the other three beside it."), Needs::Nothing, true},
        {Command::LayoutRow, group, Text::tr("Three in a &row"), keys({"Ctrl+3"}),
         Text::tr("The three planes side by side."), Needs::Nothing, true},
        {Command::LayoutSingle, group, Text::tr("Si&ngle view"), keys({"Ctrl+4"}),
         Text::tr("One view alone."), Needs::Nothing, true},
        {Command::NextLayout, group, Text::tr("Ne&xt layout"), keys({"L"}),
         Text::tr("Go to the next of these layouts."), Needs::Nothing},
        {Command::MaximiseAxial, group, Text::tr("Maximise &axial"), keys({"1"}),
         Text::tr("Show the axial view alone."), Needs::Nothing, false, true},
        {Command::MaximiseCoronal, group, Text::tr("Maximise &coronal"), keys({"2"}),
         Text::tr("Show the coronal view alone."), Needs::Nothing},
        {Command::MaximiseSagittal, group, Text::tr("Maximise &sagittal"), keys({"3"}),
         Text::tr("Show the sagittal view alone."), Needs::Nothing},
        {Command::MaximiseScene, group, Text::tr("Maximise 3-&D"), keys({"4"}),
         Text::tr("Show the 3-D view alone."), Needs::Nothing},
        {Command::RestoreLayout, group, Text::tr("&Back to the layout"), keys({"0", "Esc"}),
         Text::tr("Show all views of the layout again."), Needs::Nothing},
    };
}

Rows viewRows()
{
    const CommandGroup group = CommandGroup::View;
    return {
        {Command::ZoomIn, group, Text::tr("Zoom &in"), keys({"Ctrl++", "Ctrl+="}),
         Text::tr("Enlarge the plane that has the focus."), Needs::Volume, false, true},
        {Command::ZoomOut, group, Text::tr("Zoom &out"), keys({"Ctrl+-"}),
         Text::tr("Shrink the plane that has the focus.")},
        {Command::Fit, group, Text::tr("&Fit"), keys({"R"}),
         Text::tr("Show whole slices again, in the middle of their views.")},
        {Command::CentreOnCursor, group, Text::tr("C&entre on cursor"), keys({"C"}),
         Text::tr("Move all views so that the cursor is in their middle.")},
        {Command::LinkFraming, group, Text::tr("Lin&k zoom and pan"), keys({"Z"}),
         Text::tr("Zoom and move all planes together."), Needs::Nothing, true},
        {Command::Annotations, group, Text::tr("Annotations"), keys({"X"}),
         Text::tr("Texts, scale bar and measurements; edge letters always stay."), Needs::Nothing,
         true, true},
        {Command::Crosshair, group, Text::tr("Cross&hair"), keys({"Shift+X"}),
         Text::tr("Lines through the cursor."), Needs::Nothing, true},
        {Command::NextScenePreset, group, Text::tr("Next 3-D &preset"), keys({"P"}),
         Text::tr("Show the 3-D view as head, brain or maximum intensity."), Needs::Volume, false,
         true},
        {Command::ScenePlanes, group, Text::tr("Slice planes in 3-D"), keys({"Shift+P"}),
         Text::tr("Show the three slices in the 3-D view."), Needs::Nothing, true},
        {Command::ShowPanel, group, Text::tr("Display panel"), keys({"F9"}),
         Text::tr("Show the controls beside the views."), Needs::Nothing, true, true},
        {Command::FullScreen, group, Text::tr("F&ull screen"), keys({"F11"}),
         Text::tr("Fill the screen."), Needs::Nothing, true},
    };
}

Rows sliceRows()
{
    const CommandGroup group = CommandGroup::Slices;
    return {
        {Command::CursorToMiddle, group, Text::tr("Cursor to the &middle"), keys({"Shift+C"}),
         Text::tr("Move the cursor to the middle of the volume.")},
        {Command::Cine, group, Text::tr("&Play"), keys({"Space"}),
         Text::tr("Run through the slices, or stop."), Needs::Volume, true},
        {Command::Interpolation, group, Text::tr("Next &interpolation"), keys({"I"}),
         Text::tr("Draw voxels as nearest, linear or cubic."), Needs::Nothing, false, true},
        {Command::NextSlabMode, group, Text::tr("Next &slab mode"), keys({"M"}),
         Text::tr("Single slices, or mean, maximum or minimum of several."), Needs::Nothing},
        {Command::ThickerSlab, group, Text::tr("&Thicker slab"), keys({"."}),
         Text::tr("Make the slab a millimetre thicker."), Needs::Nothing},
        {Command::ThinnerSlab, group, Text::tr("T&hinner slab"), keys({","}),
         Text::tr("Make the slab a millimetre thinner."), Needs::Nothing},
        {Command::Neurological, group, Text::tr("&Neurological convention"), keys({"N"}),
         Text::tr("The patient's right on the right; off: on the left (radiological)."),
         Needs::Nothing, true, true},
    };
}

Rows intensityRows()
{
    const CommandGroup group = CommandGroup::Intensities;
    return {
        {Command::AutomaticWindow, group, Text::tr("&Automatic window"), keys({"Ctrl+J"}),
         Text::tr("The 0.5 to 99.5 percentile of what is not background.")},
        {Command::LockWindow, group, Text::tr("&Same window for all volumes"),
         keys({"Ctrl+Shift+J"}), Text::tr("Draw all volumes with one window."), Needs::Nothing,
         true},
        {Command::InvertColours, group, Text::tr("&Invert grey"), keys({"U"}),
         Text::tr("Change between grey and inverted grey."), Needs::Nothing, false, true},
        {Command::NextColourMap, group, Text::tr("&Next colour map"), keys({"K"}),
         Text::tr("Draw with the next colour map."), Needs::Nothing},
        {Command::PreviousColourMap, group, Text::tr("&Previous colour map"), keys({"Shift+K"}),
         Text::tr("Draw with the previous colour map."), Needs::Nothing},
        {Command::MarkOutOfRange, group, Text::tr("&Mark values outside"), keys({"O"}),
         Text::tr("Values below the window blue, above it red."), Needs::Nothing, true, true},
    };
}

Rows compareRows()
{
    const CommandGroup group = CommandGroup::Compare;
    return {
        {Command::PreviousVolume, group, Text::tr("&Previous volume"), keys({"["}),
         Text::tr("Show the previous open volume at the same place."), Needs::TwoVolumes},
        {Command::NextVolume, group, Text::tr("&Next volume"), keys({"]"}),
         Text::tr("Show the next open volume at the same place."), Needs::TwoVolumes},
        {Command::Flicker, group, Text::tr("&Flicker"), keys({"F"}),
         Text::tr("Exchange the volume and the reference."), Needs::TwoVolumes, false, true},
        {Command::CompareOff,
         group,
         Text::tr("&Off"),
         {},
         Text::tr("Show one volume."),
         Needs::Nothing,
         true,
         true},
        {Command::CompareSideBySide,
         group,
         Text::tr("Side &by side"),
         {},
         Text::tr("Show the reference in views of its own."),
         Needs::TwoVolumes,
         true},
        {Command::CompareSplit,
         group,
         Text::tr("&Split"),
         {},
         Text::tr("Uncover the reference right of a line."),
         Needs::TwoVolumes,
         true},
        {Command::CompareDifference,
         group,
         Text::tr("&Difference"),
         {},
         Text::tr("Show the volume minus the reference."),
         Needs::TwoVolumes,
         true},
        {Command::NextCompareMode, group, Text::tr("Next &way to compare"), keys({"D"}),
         Text::tr("Off, side by side, split, difference."), Needs::TwoVolumes},
    };
}

Rows toolRows()
{
    const CommandGroup group = CommandGroup::Tools;
    return {
        {Command::ToolCrosshair, group, Text::tr("&Crosshair"), keys({"T"}),
         Text::tr("Dragging with the left button moves the cursor."), Needs::Nothing, true},
        {Command::ToolRuler, group, Text::tr("&Ruler"), keys({"Shift+R"}),
         Text::tr("Dragging with the left button measures a distance."), Needs::Nothing, true,
         true},
        {Command::ToolBoxStatistics, group, Text::tr("&Box statistics"), keys({"B"}),
         Text::tr("Dragging with the left button measures the values in a box."), Needs::Nothing,
         true},
        {Command::ToolEllipseStatistics, group, Text::tr("&Ellipse statistics"), keys({"E"}),
         Text::tr("Dragging with the left button measures the values in an ellipse."),
         Needs::Nothing, true},
        {Command::ToolWindowFromBox, group, Text::tr("&Window from box"), keys({"Shift+B"}),
         Text::tr("Dragging with the left button sets the window from a box."), Needs::Nothing,
         true, true},
        {Command::ToolWindowFromEllipse, group, Text::tr("W&indow from ellipse"), keys({"Shift+E"}),
         Text::tr("Dragging with the left button sets the window from an ellipse."), Needs::Nothing,
         true},
    };
}

Rows helpRows()
{
    const CommandGroup group = CommandGroup::Help;
    return {
        {Command::CheatSheet, group, Text::tr("&Keys and gestures"), keys({"H", "?", "F1"}),
         Text::tr("Show or hide this list."), Needs::Nothing},
        {Command::About,
         group,
         Text::tr("&About MR Brain Studio"),
         {},
         Text::tr("Version, licence and what the program is not for."),
         Needs::Nothing},
    };
}

} // namespace

std::vector<CommandInfo> commandTable()
{
    Rows all;
    for (Rows rows : {fileRows(), editRows(), layoutRows(), viewRows(), sliceRows(),
                      intensityRows(), compareRows(), toolRows(), helpRows()})
        all.insert(all.end(), std::make_move_iterator(rows.begin()),
                   std::make_move_iterator(rows.end()));
    return all;
}

std::vector<PaneKey> paneKeys()
{
    return {
        {CommandGroup::View, keys({"+"}), Text::tr("Zoom in")},
        {CommandGroup::View, keys({"-"}), Text::tr("Zoom out")},
        {CommandGroup::View, keys({"Ctrl+Left", "Ctrl+Right", "Ctrl+Up", "Ctrl+Down"}),
         Text::tr("Move the picture")},
        {CommandGroup::Compare, keys({"Alt+Left", "Alt+Right"}), Text::tr("Move the split line")},
        {CommandGroup::Tools, keys({"Enter"}), Text::tr("Measure from and to the cursor")},
        {CommandGroup::Slices, keys({"Left", "Right", "Up", "Down"}),
         Text::tr("Cursor by a voxel")},
        {CommandGroup::Slices, keys({"Shift+Left", "Shift+Right", "Shift+Up", "Shift+Down"}),
         Text::tr("Cursor by ten voxels")},
        {CommandGroup::Slices, keys({"PgUp", "PgDown"}), Text::tr("Next or previous slice")},
        {CommandGroup::Slices, keys({"Shift+PgUp", "Shift+PgDown"}), Text::tr("By ten slices")},
    };
}

std::vector<MouseGesture> mouseGestures(bool rightDragZooms)
{
    return {
        {Text::tr("Left drag"), Text::tr("Move the cursor, or use the tool")},
        {Text::tr("Wheel"), Text::tr("Step slices; Shift: by ten")},
        {Text::tr("Ctrl+wheel, pinch"), Text::tr("Zoom at the pointer")},
        {Text::tr("Middle or Alt+left drag"), Text::tr("Move the picture")},
        {Text::tr("Right drag"), rightDragZooms ? Text::tr("Up and down: zoom")
                                                : Text::tr("Window: right brighter, up contrast")},
        {Text::tr("Double click"), Text::tr("Maximise a view, and back")},
        {Text::tr("Drag the split line"), Text::tr("Uncover the reference")},
        {Text::tr("Left drag in 3-D"), Text::tr("Turn; wheel zooms")},
        {Text::tr("Drag the histogram"), Text::tr("Move the window or an edge")},
        {Text::tr("Drop files"), Text::tr("Open them")},
    };
}

QString groupTitle(CommandGroup group)
{
    switch (group) {
    case CommandGroup::File:
        return Text::tr("&File");
    case CommandGroup::Edit:
        return Text::tr("&Edit");
    case CommandGroup::View:
        return Text::tr("&View");
    case CommandGroup::Slices:
        return Text::tr("&Slices");
    case CommandGroup::Intensities:
        return Text::tr("&Intensities");
    case CommandGroup::Compare:
        return Text::tr("&Compare");
    case CommandGroup::Tools:
        return Text::tr("&Tools");
    case CommandGroup::Help:
        break;
    }
    return Text::tr("&Help");
}

QString plainText(const QString &menuText)
{
    QString plain = menuText;
    plain.remove(u'&');
    return plain.remove(u'…');
}

QStringList keyCaps(const QString &portableKeys)
{
    const QKeySequence sequence =
        QKeySequence::fromString(portableKeys, QKeySequence::PortableText);
    const QKeyCombination combination = sequence[0];
    QStringList caps;
    const Qt::KeyboardModifiers modifiers = combination.keyboardModifiers();
    if (modifiers.testFlag(Qt::ControlModifier))
        caps += Text::tr("Ctrl");
    if (modifiers.testFlag(Qt::AltModifier))
        caps += Text::tr("Alt");
    if (modifiers.testFlag(Qt::ShiftModifier))
        caps += Text::tr("Shift");
    switch (combination.key()) {
    case Qt::Key_Left:
        return caps << QStringLiteral("←");
    case Qt::Key_Right:
        return caps << QStringLiteral("→");
    case Qt::Key_Up:
        return caps << QStringLiteral("↑");
    case Qt::Key_Down:
        return caps << QStringLiteral("↓");
    case Qt::Key_PageUp:
        return caps << Text::tr("PgUp");
    case Qt::Key_PageDown:
        return caps << Text::tr("PgDn");
    case Qt::Key_Minus:
        return caps << QStringLiteral("−");
    default:
        return caps << QKeySequence(combination.key()).toString(QKeySequence::NativeText);
    }
}

} // namespace mrb::viewer
