// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/ViewerCommands.h"

#include "viewer/render/ColourMap.h"
#include "viewer/widgets/ModelColours.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>
#include <array>
#include <utility>

namespace mrb::viewer {

namespace {

constexpr double kZoomStep = 1.25;
constexpr double kSlabStepMm = 1.0;
constexpr double kThinnestSlabMm = 1.0;
constexpr double kThickestSlabMm = 200.0;

constexpr std::array kCompareCommands = {
    std::pair{Command::CompareOff, CompareMode::Off},
    std::pair{Command::CompareSideBySide, CompareMode::SideBySide},
    std::pair{Command::CompareSplit, CompareMode::Split},
    std::pair{Command::CompareDifference, CompareMode::Difference},
};

constexpr std::array kToolCommands = {
    std::pair{Command::ToolCrosshair, Tool::Crosshair},
    std::pair{Command::ToolRuler, Tool::Ruler},
    std::pair{Command::ToolBoxStatistics, Tool::BoxStatistics},
    std::pair{Command::ToolEllipseStatistics, Tool::EllipseStatistics},
    std::pair{Command::ToolWindowFromBox, Tool::WindowFromBox},
    std::pair{Command::ToolWindowFromEllipse, Tool::WindowFromEllipse},
};

constexpr std::array kLayoutCommands = {Command::LayoutGrid, Command::LayoutLarge,
                                        Command::LayoutRow, Command::LayoutSingle};

template <class Enum> Enum nextOf(Enum value, int count)
{
    return static_cast<Enum>((static_cast<int>(value) + 1) % count);
}

template <class Change> void changeSettings(ViewerModel &model, Change change)
{
    ViewSettings settings = model.settings();
    change(settings);
    model.setSettings(settings);
}

void stepColourMap(ViewerModel &model, int by)
{
    const std::vector<ColourMap> &maps = colourMaps();
    const auto found = std::find_if(maps.begin(), maps.end(), [&](const ColourMap &map) {
        return map.id == volumeColours(model).map;
    });
    const int count = static_cast<int>(maps.size());
    const int now = static_cast<int>(found - maps.begin()) % count;
    model.setColourMap(maps[static_cast<std::size_t>((now + by + count) % count)].id);
}

} // namespace

ViewerCommands::ViewerCommands(ViewerModel &model, mrb::viewer::Cine &cine, QObject *parent)
    : QObject(parent), m_model(model), m_cine(cine), m_focusedPlane([] { return Plane::Axial; })
{
    createActions();
    createGroups();
    bindModel();
    bindSlices();
    bindIntensities();
    bindTools();
    connect(&m_model, &ViewerModel::volumesChanged, this, &ViewerCommands::refresh);
    connect(&m_model, &ViewerModel::appearanceChanged, this, &ViewerCommands::refresh);
    connect(&m_cine, &Cine::changed, this, &ViewerCommands::refresh);
    refresh();
}

void ViewerCommands::createActions()
{
    for (const CommandInfo &info : commandTable()) {
        auto *action = new QAction(info.text, this);
        QList<QKeySequence> shortcuts;
        for (const QString &keys : info.keys)
            shortcuts += QKeySequence::fromString(keys, QKeySequence::PortableText);
        action->setShortcuts(shortcuts);
        action->setCheckable(info.checkable);
        action->setStatusTip(info.effect);
        action->setToolTip(info.effect);
        action->setMenuRole(QAction::NoRole);
        // Held down, keys that step must step on, and those that switch must not flutter.
        action->setAutoRepeat(!info.checkable);
        const Command command = info.command;
        connect(action, &QAction::triggered, this,
                [this, command](bool checked) { run(command, checked); });
        m_actions[command] = action;
        m_entries[command].needs = info.needs;
    }
}

void ViewerCommands::createGroups()
{
    const auto exclusive = [this](const auto &commands, auto commandOf) {
        auto *group = new QActionGroup(this);
        for (const auto &item : commands)
            group->addAction(action(commandOf(item)));
    };
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): groups are this one's children
    exclusive(kLayoutCommands, [](Command command) { return command; });
    exclusive(kCompareCommands, [](const auto &pair) { return pair.first; });
    exclusive(kToolCommands, [](const auto &pair) { return pair.first; });
}

void ViewerCommands::bind(Command command, std::function<void(bool)> effect)
{
    m_entries[command].effect = std::move(effect);
    refresh();
}

std::vector<Command> ViewerCommands::unbound() const
{
    std::vector<Command> commands;
    for (const auto &[command, entry] : m_entries)
        if (!entry.effect)
            commands.push_back(command);
    return commands;
}

void ViewerCommands::setChecked(Command command, bool checked)
{
    // Only triggered() runs effects, so toggling an action is silent.
    action(command)->setChecked(checked);
}

QMenu *ViewerCommands::makeMenu(CommandGroup group, QWidget *parent) const
{
    auto *menu = new QMenu(groupTitle(group), parent);
    menu->setToolTipsVisible(true);
    for (const CommandInfo &info : commandTable()) {
        if (info.group != group)
            continue;
        if (info.startsSection)
            menu->addSeparator();
        menu->addAction(action(info.command));
    }
    return menu;
}

void ViewerCommands::addTo(QWidget *window)
{
    for (const auto &[command, action] : m_actions)
        window->addAction(action);
    window->installEventFilter(this);
}

bool ViewerCommands::eventFilter(QObject *watched, QEvent *event)
{
    // What no child has claimed arrives at the window, before commands are looked up.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const QWidget *focus = QApplication::focusWidget();
        const bool presses = key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier;
        if (presses && (qobject_cast<const QAbstractButton *>(focus) ||
                        qobject_cast<const QComboBox *>(focus) ||
                        qobject_cast<const QAbstractItemView *>(focus))) {
            event->accept();
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

void ViewerCommands::run(Command command, bool checked)
{
    const auto &effect = m_entries.at(command).effect;
    if (effect)
        effect(checked);
    // The model may have refused, and then the check mark has to go back.
    refresh();
}

bool ViewerCommands::isMet(CommandNeeds needs) const
{
    switch (needs) {
    case CommandNeeds::Nothing:
        return true;
    case CommandNeeds::Volume:
        return m_model.current() != nullptr;
    case CommandNeeds::TwoVolumes:
        return m_model.volumeCount() > 1;
    case CommandNeeds::Measurement:
        break;
    }
    return !m_model.measurements().empty();
}

void ViewerCommands::refresh()
{
    for (const auto &[command, entry] : m_entries)
        action(command)->setEnabled(entry.effect && isMet(entry.needs));
    const ViewSettings &settings = m_model.settings();
    setChecked(Command::LinkFraming, m_model.framingLinked());
    setChecked(Command::Annotations, settings.annotations);
    setChecked(Command::Crosshair, settings.crosshair);
    setChecked(Command::Neurological, settings.convention == Convention::Neurological);
    setChecked(Command::LockWindow, m_model.windowLocked());
    setChecked(Command::MarkOutOfRange, volumeColours(m_model).markOutOfRange);
    setChecked(Command::Cine, m_cine.running());
    for (const auto &[command, mode] : kCompareCommands)
        if (mode == m_model.compareMode())
            setChecked(command, true);
    for (const auto &[command, tool] : kToolCommands)
        if (tool == m_model.tool())
            setChecked(command, true);
    if (showsDifference(m_model)) { // which has colours of its own
        for (const Command command : {Command::InvertColours, Command::NextColourMap,
                                      Command::PreviousColourMap, Command::MarkOutOfRange})
            action(command)->setEnabled(false);
    }
    const bool slab = settings.slab.mode != SlabMode::Off;
    action(Command::ThickerSlab)->setEnabled(slab);
    action(Command::ThinnerSlab)->setEnabled(slab);
}

void ViewerCommands::bindModel()
{
    bind(Command::CloseVolume, [this](bool) { m_model.closeVolume(m_model.currentIndex()); });
    bind(Command::CopyMeasurements,
         [this](bool) { QApplication::clipboard()->setText(m_model.measurementText()); });
    bind(Command::ClearMeasurements, [this](bool) { m_model.clearMeasurements(); });
    bind(Command::ZoomIn, [this](bool) { zoom(kZoomStep); });
    bind(Command::ZoomOut, [this](bool) { zoom(1.0 / kZoomStep); });
    bind(Command::Fit, [this](bool) { m_model.fit(); });
    bind(Command::CentreOnCursor, [this](bool) { m_model.centreOnCursor(); });
    bind(Command::LinkFraming, [this](bool linked) { m_model.setFramingLinked(linked); });
    bind(Command::Annotations, [this](bool shown) {
        changeSettings(m_model, [shown](ViewSettings &s) { s.annotations = shown; });
    });
    bind(Command::Crosshair, [this](bool shown) {
        changeSettings(m_model, [shown](ViewSettings &s) { s.crosshair = shown; });
    });
    bind(Command::PreviousVolume, [this](bool) { m_model.stepVolume(-1); });
    bind(Command::NextVolume, [this](bool) { m_model.stepVolume(1); });
    bind(Command::Flicker, [this](bool) { m_model.flicker(); });
    for (const auto &[command, mode] : kCompareCommands)
        bind(command, [this, wanted = mode](bool) { m_model.setCompareMode(wanted); });
    bind(Command::NextCompareMode,
         [this](bool) { m_model.setCompareMode(nextOf(m_model.compareMode(), 4)); });
}

void ViewerCommands::bindSlices()
{
    bind(Command::CursorToMiddle, [this](bool) { m_model.centreCursor(); });
    bind(Command::Cine, [this](bool) { m_cine.toggle(); });
    bind(Command::Interpolation, [this](bool) {
        changeSettings(m_model,
                       [](ViewSettings &s) { s.interpolation = nextOf(s.interpolation, 3); });
    });
    bind(Command::NextSlabMode, [this](bool) {
        changeSettings(m_model, [](ViewSettings &s) { s.slab.mode = nextOf(s.slab.mode, 4); });
    });
    bind(Command::ThickerSlab, [this](bool) { changeSlab(kSlabStepMm); });
    bind(Command::ThinnerSlab, [this](bool) { changeSlab(-kSlabStepMm); });
    bind(Command::Neurological, [this](bool neurological) {
        changeSettings(m_model, [neurological](ViewSettings &s) {
            s.convention = neurological ? Convention::Neurological : Convention::Radiological;
        });
    });
}

void ViewerCommands::bindIntensities()
{
    bind(Command::AutomaticWindow, [this](bool) { m_model.resetWindow(); });
    bind(Command::LockWindow, [this](bool locked) { m_model.setWindowLocked(locked); });
    bind(Command::InvertColours, [this](bool) {
        const bool grey = volumeColours(m_model).map == QStringLiteral("grey");
        m_model.setColourMap(grey ? QStringLiteral("inverted") : QStringLiteral("grey"));
    });
    bind(Command::NextColourMap, [this](bool) { stepColourMap(m_model, 1); });
    bind(Command::PreviousColourMap, [this](bool) { stepColourMap(m_model, -1); });
    bind(Command::MarkOutOfRange, [this](bool mark) { m_model.setMarkOutOfRange(mark); });
}

void ViewerCommands::bindTools()
{
    for (const auto &[command, tool] : kToolCommands)
        bind(command, [this, wanted = tool](bool) { m_model.setTool(wanted); });
}

void ViewerCommands::zoom(double factor)
{
    const Plane plane = m_focusedPlane();
    Framing framing = m_model.framing(plane);
    framing.zoom *= factor;
    m_model.setFraming(plane, framing);
}

void ViewerCommands::changeSlab(double byMm)
{
    changeSettings(m_model, [byMm](ViewSettings &settings) {
        settings.slab.thicknessMm =
            std::clamp(settings.slab.thicknessMm + byMm, kThinnestSlabMm, kThickestSlabMm);
    });
}

} // namespace mrb::viewer
