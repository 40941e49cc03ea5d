// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/CommandPalette.h"
#include "ui/StudioCommands.h"
#include "viewer/widgets/CommandTable.h"

#include <QAction>
#include <QKeySequence>
#include <QLineEdit>
#include <QListWidget>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QtTest>

#include <map>

using namespace mrb;
using ui::StudioCommand;

class tst_StudioCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCommandHasATextAKeyAndAnEffect();
    void noKeyMeansTwoThings();
    void aCommandThatNobodyBoundIsDisabled();
    void enablingIsAskedForAgain();
    void theCheatSheetListsAll();
    void thePaletteFindsByWordsAndRunsNothingItself();
};

void tst_StudioCommands::everyCommandHasATextAKeyAndAnEffect()
{
    for (const ui::StudioCommandInfo &info : ui::studioCommandTable()) {
        QVERIFY(!viewer::plainText(info.text).isEmpty());
        QVERIFY2(!info.keys.isEmpty(), qPrintable(info.text));
        QVERIFY2(info.effect.endsWith(u'.'), qPrintable(info.text));
    }
}

void tst_StudioCommands::noKeyMeansTwoThings()
{
    std::map<QKeySequence, QString> taken;
    const auto take = [&taken](const QStringList &keys, const QString &text) {
        for (const QString &portable : keys) {
            const QKeySequence key(portable, QKeySequence::PortableText);
            QVERIFY2(!key.isEmpty(), qPrintable(portable));
            QVERIFY2(!taken.contains(key),
                     qPrintable(portable + u": "_qs + text + u", "_qs + taken[key]));
            taken[key] = text;
        }
    };
    for (const viewer::CommandInfo &info : viewer::commandTable())
        take(info.keys, info.text);
    for (const ui::StudioCommandInfo &info : ui::studioCommandTable())
        take(info.keys, info.text);
}

void tst_StudioCommands::aCommandThatNobodyBoundIsDisabled()
{
    ui::StudioCommands commands;
    QCOMPARE(commands.unbound().size(), ui::studioCommandTable().size());
    QVERIFY(!commands.action(StudioCommand::Generate)->isEnabled());
    int runs = 0;
    commands.bind(StudioCommand::Generate, [&runs](bool) { ++runs; });
    commands.action(StudioCommand::Generate)->trigger();
    QCOMPARE(runs, 1);
}

void tst_StudioCommands::enablingIsAskedForAgain()
{
    ui::StudioCommands commands;
    bool possible = false;
    commands.bind(
        StudioCommand::CancelRun, [](bool) {}, [&possible] { return possible; });
    commands.refresh();
    QVERIFY(!commands.action(StudioCommand::CancelRun)->isEnabled());
    possible = true;
    commands.refresh();
    QVERIFY(commands.action(StudioCommand::CancelRun)->isEnabled());
}

void tst_StudioCommands::theCheatSheetListsAll()
{
    std::size_t rows = 0;
    for (const viewer::CheatSheetGroup &group : ui::StudioCommands::cheatSheetGroups())
        rows += group.rows.size();
    QCOMPARE(rows, ui::studioCommandTable().size());
}

void tst_StudioCommands::thePaletteFindsByWordsAndRunsNothingItself()
{
    QMainWindow window;
    window.resize(800, 600);
    QMenu *menu = window.menuBar()->addMenu(QStringLiteral("&Runs"));
    QAction *cancel = menu->addAction(QStringLiteral("&Cancel the run"));
    QAction *closed = menu->addAction(QStringLiteral("Cancel &waiting runs"));
    menu->addAction(QStringLiteral("&Generate"));
    closed->setEnabled(false);
    bool triggered = false;
    connect(cancel, &QAction::triggered, this, [&triggered] { triggered = true; });

    ui::CommandPalette palette(*window.menuBar(), &window);
    palette.show();
    auto *search = palette.findChild<QLineEdit *>();
    auto *list = palette.findChild<QListWidget *>();
    QCOMPARE(list->count(), 3);
    QTest::keyClicks(search, QStringLiteral("RUN canc"));
    QCOMPARE(list->count(), 2);
    QTest::keyClick(search, Qt::Key_Down); // the disabled one is passed over
    QCOMPARE(list->currentRow(), 0);
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(palette.chosen(), cancel);
    QVERIFY(!triggered);
}

QTEST_MAIN(tst_StudioCommands)
#include "tst_StudioCommands.moc"
