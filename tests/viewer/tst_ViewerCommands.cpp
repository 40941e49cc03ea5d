// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "OpenSynthetic.h"
#include "viewer/widgets/CheatSheet.h"
#include "viewer/widgets/DisplayPanel.h"
#include "viewer/widgets/NumberField.h"
#include "viewer/widgets/PanelSection.h"
#include "viewer/widgets/ViewerCommands.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace mrb::tests;
using namespace mrb::viewer;

namespace {

/// Something in the place of the panes, that understands no keys.
class Pane : public QWidget
{
public:
    Pane() { setFocusPolicy(Qt::StrongFocus); }
};

/// A window as the program has it: a pane, the panel, the commands.
struct Window
{
    explicit Window(int volumes = 1)
    {
        for (int index = 0; index < volumes; ++index)
            model.addVolume(openSynthetic(QStringLiteral("volume %1").arg(index)));
        auto *layout = new QHBoxLayout(&window);
        layout->addWidget(pane);
        layout->addWidget(panel);
        commands.addTo(&window);
        window.resize(900, 900);
        window.show();
        window.activateWindow();
        pane->setFocus();
    }

    void press(const char *keys)
    {
        QWidget *target = window.focusWidget() ? window.focusWidget() : &window;
        QTest::keySequence(target, QKeySequence(QLatin1StringView(keys)));
    }

    ViewerModel model;
    Cine cine{model};
    ViewerCommands commands{model, cine};
    QWidget window;
    Pane *pane = new Pane;
    DisplayPanel *panel = new DisplayPanel(model, cine);
};

} // namespace

class ViewerCommandsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCommand_hasOneRowAndAnAction();
    void noTwoCommands_shareAKey();
    void everyKey_isUnderstoodAndHasAName();
    void everyCommand_isInTheMenuOfItsGroup();
    void menus_haveNoAmbiguousMnemonics();
    void everyCommand_isOnTheCheatSheet();
    void theRightDrag_isOnTheCheatSheetAsItIsSet();
    void keys_changeTheModel_data();
    void keys_changeTheModel();
    void checkMarks_followTheModel();
    void aRefusedMode_losesItsCheckMark();
    void whatIsNotBound_isDisabled();
    void ownersCommands_runWhenBound();
    void commands_areDisabledWithoutWhatTheyNeed();
    void letters_typeIntoTextFields();
    void letters_workBesideANumberWithSteps();
    void space_worksOnButtonsAndListsAndElsewherePlays();
    void escape_isTheFieldsBeforeItIsACommand();
    void measurements_areCopied();
    void theSheet_opensAndCloses();
    void theSheet_hasRoom_data();
    void theSheet_hasRoom();
};

void ViewerCommandsTest::everyCommand_hasOneRowAndAnAction()
{
    Window shown;
    QSet<int> seen;
    for (const CommandInfo &info : commandTable()) {
        QVERIFY2(!seen.contains(static_cast<int>(info.command)), qPrintable(info.text));
        seen += static_cast<int>(info.command);
        const QAction *action = shown.commands.action(info.command);
        QCOMPARE(action->text(), info.text);
        QCOMPARE(action->isCheckable(), info.checkable);
        QVERIFY(info.effect.endsWith(u'.'));
    }
    QCOMPARE(seen.size(), static_cast<int>(Command::About) + 1);
}

void ViewerCommandsTest::noTwoCommands_shareAKey()
{
    QMap<QString, QString> owners;
    const auto add = [&](const QStringList &keys, const QString &owner) {
        for (const QString &key : keys) {
            const QString name = QKeySequence(key).toString(QKeySequence::PortableText);
            QVERIFY2(!owners.contains(name),
                     qPrintable(name + u' ' + owner + u' ' + owners.value(name)));
            owners[name] = owner;
        }
    };
    for (const CommandInfo &info : commandTable())
        add(info.keys, info.text);
    for (const PaneKey &key : paneKeys())
        add(key.keys, key.effect);
}

void ViewerCommandsTest::everyKey_isUnderstoodAndHasAName()
{
    for (const CommandInfo &info : commandTable())
        for (const QString &key : info.keys) {
            const QKeySequence sequence = QKeySequence::fromString(key, QKeySequence::PortableText);
            QCOMPARE(sequence.count(), 1);
            QVERIFY2(sequence[0].key() != Qt::Key_unknown, qPrintable(key));
            QCOMPARE(sequence.toString(QKeySequence::PortableText), key);
            for (const QString &cap : keyCaps(key))
                QVERIFY2(!cap.isEmpty(), qPrintable(key));
        }
    QCOMPARE(keyCaps(QStringLiteral("Ctrl+Shift+C")),
             (QStringList{QStringLiteral("Ctrl"), QStringLiteral("Shift"), QStringLiteral("C")}));
    QCOMPARE(keyCaps(QStringLiteral("Ctrl++")).last(), QStringLiteral("+"));
}

void ViewerCommandsTest::everyCommand_isInTheMenuOfItsGroup()
{
    Window shown;
    QSet<const QAction *> seen;
    for (const CommandGroup group : kCommandGroups) {
        const QMenu *menu = shown.commands.makeMenu(group, &shown.window);
        QCOMPARE(menu->title(), groupTitle(group));
        for (const QAction *action : menu->actions())
            if (!action->isSeparator())
                seen += action;
        QVERIFY2(!menu->actions().first()->isSeparator(), qPrintable(menu->title()));
    }
    for (const CommandInfo &info : commandTable())
        QVERIFY2(seen.contains(shown.commands.action(info.command)), qPrintable(info.text));
}

void ViewerCommandsTest::menus_haveNoAmbiguousMnemonics()
{
    QSet<QKeySequence> titles;
    for (const CommandGroup group : kCommandGroups) {
        const QKeySequence title = QKeySequence::mnemonic(groupTitle(group));
        QVERIFY2(!titles.contains(title), qPrintable(groupTitle(group)));
        titles += title;
        QSet<QKeySequence> texts;
        for (const CommandInfo &info : commandTable()) {
            const QKeySequence text = QKeySequence::mnemonic(info.text);
            if (info.group != group || text.isEmpty())
                continue;
            QVERIFY2(!texts.contains(text), qPrintable(info.text));
            texts += text;
        }
    }
    // Alt and a letter opens a menu; the panel's labels must not want the same letters.
    Window shown;
    for (const QLabel *label : shown.panel->findChildren<QLabel *>())
        QVERIFY2(!label->buddy() || !titles.contains(QKeySequence::mnemonic(label->text())),
                 qPrintable(label->text()));
    for (const QAbstractButton *text : shown.panel->findChildren<QAbstractButton *>())
        QVERIFY2(!titles.contains(QKeySequence::mnemonic(text->text())), qPrintable(text->text()));
}

void ViewerCommandsTest::everyCommand_isOnTheCheatSheet()
{
    QWidget window;
    CheatSheet sheet(&window);
    const QStringList lines = sheet.text().split(u'\n');
    for (const CommandInfo &info : commandTable()) {
        const QString first = info.keys.isEmpty() ? QStringLiteral("menu") : info.keys.first();
        const QString effect = QStringLiteral(": ") + plainText(info.text);
        QVERIFY2(std::any_of(lines.begin(), lines.end(),
                             [&](const QString &line) {
                                 return line.startsWith(first) && line.endsWith(effect);
                             }),
                 qPrintable(info.text));
    }
    for (const PaneKey &key : paneKeys())
        QVERIFY2(sheet.text().contains(key.effect), qPrintable(key.effect));
    for (const MouseGesture &gesture : mouseGestures(false))
        QVERIFY2(sheet.text().contains(gesture.gesture), qPrintable(gesture.gesture));
    QCOMPARE(sheet.accessibleDescription(), sheet.text());
}

void ViewerCommandsTest::theRightDrag_isOnTheCheatSheetAsItIsSet()
{
    QWidget window;
    CheatSheet sheet(&window);
    const QString before = sheet.text();
    sheet.setRightDragZooms(true);
    QVERIFY(sheet.text() != before);
    QVERIFY(sheet.text().contains(QStringLiteral("Right drag: Up and down: zoom")));
}

void ViewerCommandsTest::keys_changeTheModel_data()
{
    QTest::addColumn<QByteArray>("keys");
    QTest::addColumn<std::function<bool(const Window &)>>("changed");
    const auto row = [](const char *keys, std::function<bool(const Window &)> changed) {
        QTest::newRow(keys) << QByteArray(keys) << std::move(changed);
    };
    row("R", [](const Window &w) { return w.model.framing(Plane::Axial) == Framing(); });
    row("C",
        [](const Window &w) { return w.model.framing(Plane::Axial).centre == VoxelPosition{}; });
    row("Shift+C", [](const Window &w) { return w.model.cursor() != VoxelIndex{}; });
    row("I",
        [](const Window &w) { return w.model.settings().interpolation == Interpolation::Cubic; });
    row("X", [](const Window &w) { return !w.model.settings().annotations; });
    row("Shift+X", [](const Window &w) { return !w.model.settings().crosshair; });
    row("N",
        [](const Window &w) { return w.model.settings().convention == Convention::Neurological; });
    row("M", [](const Window &w) { return w.model.settings().slab.mode == SlabMode::Mean; });
    row("[", [](const Window &w) { return w.model.currentIndex() == 1; });
    row("]", [](const Window &w) { return w.model.currentIndex() == 0; });
    row("F", [](const Window &w) { return w.model.currentIndex() == 0; });
    row("D", [](const Window &w) { return w.model.compareMode() == CompareMode::SideBySide; });
    row("U", [](const Window &w) { return w.model.colours().map == QStringLiteral("inverted"); });
    row("K", [](const Window &w) { return w.model.colours().map == QStringLiteral("inverted"); });
    row("Shift+K",
        [](const Window &w) { return w.model.colours().map == QStringLiteral("rainbow"); });
    row("O", [](const Window &w) { return w.model.colours().markOutOfRange; });
    row("Z", [](const Window &w) { return w.model.framingLinked(); });
    row("Ctrl+J", [](const Window &w) {
        return w.model.colours().window == IntensityWindow{0.0, 209.0};
    });
    row("Ctrl+Shift+J", [](const Window &w) { return w.model.windowLocked(); });
    row("Ctrl++", [](const Window &w) { return w.model.framing(Plane::Axial).zoom > 3.0; });
    row("Ctrl+-", [](const Window &w) { return w.model.framing(Plane::Axial).zoom < 3.0; });
    row("Shift+R", [](const Window &w) { return w.model.tool() == Tool::Ruler; });
    row("B", [](const Window &w) { return w.model.tool() == Tool::BoxStatistics; });
    row("E", [](const Window &w) { return w.model.tool() == Tool::EllipseStatistics; });
    row("Shift+B", [](const Window &w) { return w.model.tool() == Tool::WindowFromBox; });
    row("Shift+E", [](const Window &w) { return w.model.tool() == Tool::WindowFromEllipse; });
    row("Space", [](const Window &w) { return w.cine.running(); });
    row("Ctrl+W", [](const Window &w) { return w.model.volumeCount() == 2; });
}

void ViewerCommandsTest::keys_changeTheModel()
{
    QFETCH(QByteArray, keys);
    QFETCH(std::function<bool(const Window &)>, changed);
    Window shown(3);
    QVERIFY(QTest::qWaitForWindowActive(&shown.window));
    shown.model.setCursor({0, 0, 0});
    shown.model.setWindow({10.0, 20.0});
    shown.model.setFraming(Plane::Axial, {3.0, VoxelPosition{1, 1, 1}});
    shown.model.setReference(0);
    QVERIFY(!changed(shown));
    shown.press(keys.constData());
    QVERIFY(changed(shown));
}

void ViewerCommandsTest::checkMarks_followTheModel()
{
    Window shown(2);
    const auto isChecked = [&](Command command) {
        return shown.commands.action(command)->isChecked();
    };
    QVERIFY(isChecked(Command::Annotations));
    ViewSettings settings;
    settings.annotations = false;
    settings.convention = Convention::Neurological;
    shown.model.setSettings(settings);
    QVERIFY(!isChecked(Command::Annotations));
    QVERIFY(isChecked(Command::Neurological));
    shown.model.setTool(Tool::Ruler);
    QVERIFY(isChecked(Command::ToolRuler));
    QVERIFY(!isChecked(Command::ToolCrosshair));
    shown.model.setCompareMode(CompareMode::Split);
    QVERIFY(isChecked(Command::CompareSplit));
    shown.cine.start();
    QVERIFY(isChecked(Command::Cine));
}

void ViewerCommandsTest::aRefusedMode_losesItsCheckMark()
{
    Window shown(2);
    shown.commands.bind(Command::CompareSplit, [](bool) {}); // as a model that refuses
    shown.commands.action(Command::CompareSplit)->trigger();
    QVERIFY(shown.commands.action(Command::CompareOff)->isChecked());
    QVERIFY(!shown.commands.action(Command::CompareSplit)->isChecked());
}

void ViewerCommandsTest::whatIsNotBound_isDisabled()
{
    Window shown;
    const std::vector<Command> unbound = shown.commands.unbound();
    QVERIFY(std::find(unbound.begin(), unbound.end(), Command::SaveView) != unbound.end());
    for (const Command command : unbound)
        QVERIFY(!shown.commands.action(command)->isEnabled());
    QVERIFY(shown.commands.action(Command::Fit)->isEnabled());
}

void ViewerCommandsTest::ownersCommands_runWhenBound()
{
    Window shown;
    QVERIFY(QTest::qWaitForWindowActive(&shown.window));
    int fullScreens = 0;
    bool state = false;
    shown.commands.bind(Command::FullScreen, [&](bool checked) {
        ++fullScreens;
        state = checked;
    });
    shown.press("F11");
    QCOMPARE(fullScreens, 1);
    QVERIFY(state);
    shown.commands.setChecked(Command::FullScreen, false);
    QCOMPARE(fullScreens, 1);
    shown.press("F11");
    QVERIFY(state);

    Plane focused = Plane::Coronal;
    shown.model.setFramingLinked(false);
    shown.commands.setFocusedPlane([&] { return focused; });
    shown.press("Ctrl++");
    QVERIFY(shown.model.framing(Plane::Coronal).zoom > 1.0);
    QCOMPARE(shown.model.framing(Plane::Axial).zoom, 1.0);
}

void ViewerCommandsTest::commands_areDisabledWithoutWhatTheyNeed()
{
    Window shown(0);
    for (const Command command : {Command::Fit, Command::CloseVolume, Command::Flicker,
                                  Command::Cine, Command::ClearMeasurements, Command::ThickerSlab})
        QVERIFY(!shown.commands.action(command)->isEnabled());
    shown.model.addVolume(openSynthetic());
    QVERIFY(shown.commands.action(Command::Fit)->isEnabled());
    QVERIFY(!shown.commands.action(Command::Flicker)->isEnabled());
    shown.model.addVolume(openSynthetic());
    QVERIFY(shown.commands.action(Command::Flicker)->isEnabled());
    shown.model.setTool(Tool::Ruler);
    shown.model.measure(Plane::Axial, {0, 0, 0}, {3, 0, 0}, true);
    QVERIFY(shown.commands.action(Command::ClearMeasurements)->isEnabled());
}

void ViewerCommandsTest::letters_typeIntoTextFields()
{
    Window shown;
    QVERIFY(QTest::qWaitForWindowActive(&shown.window));
    QSignalSpy fit(shown.commands.action(Command::Fit), &QAction::triggered);
    auto *field = control<NumberField>(*shown.panel, "Low end of the window");
    field->setFocus();
    field->selectAll();
    QTest::keyClick(field, Qt::Key_R);
    QCOMPARE(field->text(), QStringLiteral("r"));
    QCOMPARE(fit.size(), 0);
    QTest::keyClick(field, Qt::Key_1);
    QCOMPARE(field->text(), QStringLiteral("r1"));
    QTest::keyClick(field, Qt::Key_Backspace);
    QTest::keyClick(field, Qt::Key_Space);
    QVERIFY(!shown.cine.running());

    shown.pane->setFocus();
    QTest::keyClick(shown.pane, Qt::Key_R);
    QCOMPARE(fit.size(), 1);
}

void ViewerCommandsTest::letters_workBesideANumberWithSteps()
{
    Window shown;
    QVERIFY(QTest::qWaitForWindowActive(&shown.window));
    QSignalSpy fit(shown.commands.action(Command::Fit), &QAction::triggered);
    auto *speed = control<NumberBox>(*shown.panel, "Speed (slices/s)");
    speed->setFocus();
    speed->selectAll();
    QTest::keyClick(speed, Qt::Key_R);
    QCOMPARE(fit.size(), 1);
    QTest::keyClick(speed, Qt::Key_3);
    QTest::keyClick(speed, Qt::Key_Return);
    QCOMPARE(shown.cine.settings().slicesPerSecond, 3.0);
}

void ViewerCommandsTest::space_worksOnButtonsAndListsAndElsewherePlays()
{
    Window shown;
    QVERIFY(QTest::qWaitForWindowActive(&shown.window));
    auto *linked = button<QCheckBox>(*shown.panel, "Link zoom and pan");
    linked->setFocus();
    QTest::keyClick(linked, Qt::Key_Space);
    QVERIFY(shown.model.framingLinked());
    QVERIFY(!shown.cine.running());
    shown.pane->setFocus();
    QTest::keyClick(shown.pane, Qt::Key_Space);
    QVERIFY(shown.cine.running());
}

void ViewerCommandsTest::escape_isTheFieldsBeforeItIsACommand()
{
    Window shown;
    QVERIFY(QTest::qWaitForWindowActive(&shown.window));
    int restored = 0;
    shown.commands.bind(Command::RestoreLayout, [&](bool) { ++restored; });
    auto *field = control<NumberField>(*shown.panel, "Low end of the window");
    field->setFocus();
    field->selectAll();
    QTest::keyClick(field, Qt::Key_7);
    QTest::keyClick(field, Qt::Key_Escape);
    QCOMPARE(restored, 0);
    QCOMPARE(field->text(), QStringLiteral("0"));
    QTest::keyClick(field, Qt::Key_Escape);
    QCOMPARE(restored, 1);
}

void ViewerCommandsTest::measurements_areCopied()
{
    Window shown;
    shown.model.setTool(Tool::Ruler);
    shown.model.measure(Plane::Axial, {0, 0, 0}, {3, 0, 0}, true);
    shown.commands.action(Command::CopyMeasurements)->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), shown.model.measurementText());
    QVERIFY(!shown.model.measurementText().isEmpty());
}

void ViewerCommandsTest::theSheet_opensAndCloses()
{
    Window shown;
    QVERIFY(QTest::qWaitForWindowActive(&shown.window));
    CheatSheet sheet(&shown.window);
    shown.commands.bind(Command::CheatSheet, [&](bool) { sheet.toggle(); });
    int restored = 0;
    shown.commands.bind(Command::RestoreLayout, [&](bool) { ++restored; });
    for (const char *closing : {"H", "Esc", "F1"}) {
        shown.press("H");
        QVERIFY(sheet.isVisible());
        QVERIFY(sheet.hasFocus());
        QCOMPARE(sheet.size(), shown.window.size());
        shown.press(closing);
        QVERIFY2(!sheet.isVisible(), closing);
        QVERIFY2(shown.pane->hasFocus(), "the focus goes back");
    }
    QCOMPARE(restored, 0);
    sheet.toggle();
    shown.window.resize(700, 650);
    QCOMPARE(sheet.size(), shown.window.size());
    QTest::mouseClick(&sheet, Qt::LeftButton);
    QVERIFY(!sheet.isVisible());
}

void ViewerCommandsTest::theSheet_hasRoom_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("fits");
    QTest::newRow("1600 x 1000") << QSize(1600, 1000) << true;
    QTest::newRow("1280 x 720") << QSize(1280, 720) << true;
    QTest::newRow("tiny") << QSize(300, 200) << false;
}

void ViewerCommandsTest::theSheet_hasRoom()
{
    QFETCH(QSize, size);
    QFETCH(bool, fits);
    QWidget window;
    window.resize(size);
    CheatSheet sheet(&window);
    window.show();
    sheet.toggle();
    QCOMPARE(sheet.fits(), fits);
    const QImage before = sheet.grab().toImage();
    QTest::keyClick(&sheet, Qt::Key_PageDown);
    QCOMPARE(sheet.grab().toImage() != before, !fits);
}

QTEST_MAIN(ViewerCommandsTest)
#include "tst_ViewerCommands.moc"
