// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ShownPanel.h"

#include <QAction>
#include <QInputDialog>
#include <QMenu>
#include <QMessageBox>
#include <QToolButton>

using namespace mrb;
using namespace mrb::tests;
using namespace mrb::ui;

namespace {

QAction *presetAction(const ShownPanel &shown, const QString &text, bool toDelete = false)
{
    auto *menu = shown.control<QPushButton>("Presets")->menu();
    Q_EMIT menu->aboutToShow();
    for (QAction *action : menu->actions()) {
        if (toDelete && action->menu()) {
            for (QAction *inner : action->menu()->actions()) {
                if (inner->text() == text)
                    return inner;
            }
        } else if (!toDelete && action->text().remove(u'&') == text) {
            return action;
        }
    }
    return nullptr;
}

QToolButton *undoButton(const ShownPanel &shown)
{
    auto *button = shown.control<QToolButton>("Undo");
    return button && button->isVisible() ? button : nullptr;
}

} // namespace

class GenerateFilesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void preset_isSavedAppliedAndDeleted();
    void preset_ofTheSameNameIsReplacedOnlyWhenConfirmed();
    void resetAll_canBeTakenBackWithWhatWasWrong();
    void damagedFile_isToldAndNothingIsLost_data();
    void damagedFile_isToldAndNothingIsLost();
    void savedFile_fillsTheFormAgain();
    void saving_isRefusedWhileAFieldIsWrong();
};

void GenerateFilesTest::preset_isSavedAppliedAndDeleted()
{
    ShownPanel shown;
    const QString name = QStringLiteral("A & B");
    shown.form.setModality("mri_flair");
    shown.type("Guidance", QStringLiteral("3"));
    const std::string saved = shown.form.document();
    presetAction(shown, QStringLiteral("Save as\u2026"))->trigger();
    auto *ask = shown.panel.findChild<QInputDialog *>();
    QVERIFY(ask);
    ask->setTextValue(name);
    ask->accept();
    QCOMPARE(shown.presets.names(), QStringList{name});

    shown.form.resetAll();
    const std::string before = shown.form.document();
    QVERIFY(before != saved);
    QAction *apply = presetAction(shown, QStringLiteral("A  B")); // its mnemonics are escaped
    QVERIFY(apply);
    QCOMPARE(apply->text(), QStringLiteral("A && B"));
    apply->trigger();
    QCOMPARE(shown.form.document(), saved);
    QVERIFY(undoButton(shown));
    QTest::mouseClick(undoButton(shown), Qt::LeftButton);
    QCOMPARE(shown.form.document(), before);

    presetAction(shown, QStringLiteral("A && B"), true)->trigger();
    auto *box = shown.panel.findChild<QMessageBox *>();
    QCOMPARE(shown.presets.names(), QStringList{name}); // it asks first
    for (QAbstractButton *button : box->buttons()) {
        if (box->buttonRole(button) == QMessageBox::AcceptRole)
            button->click();
    }
    QCOMPARE(shown.presets.names(), QStringList());
}

void GenerateFilesTest::preset_ofTheSameNameIsReplacedOnlyWhenConfirmed()
{
    ShownPanel shown;
    const QString name = QStringLiteral("mine");
    const std::string old = "{\n  \"modality\": \"mri_swi\"\n}\n";
    QVERIFY(shown.presets.save(name, old));
    presetAction(shown, QStringLiteral("Save as\u2026"))->trigger();
    auto *ask = shown.panel.findChild<QInputDialog *>();
    ask->setTextValue(name);
    ask->accept();
    auto *box = shown.panel.findChild<QMessageBox *>();
    QVERIFY(box);
    box->button(QMessageBox::Cancel)->click();
    QCOMPARE(*shown.presets.read(name), old);
}

void GenerateFilesTest::resetAll_canBeTakenBackWithWhatWasWrong()
{
    ShownPanel shown;
    shown.type("Guidance", QStringLiteral("3"));
    shown.type("Size x", QStringLiteral("25"));
    QTest::mouseClick(shown.control<QToolButton>("Reset all"), Qt::LeftButton);
    QCOMPARE(shown.text("dim"), QStringLiteral("256"));
    QCOMPARE(shown.text("cfg_guidance_scale"), QStringLiteral("2"));
    QVERIFY(undoButton(shown));
    QTest::mouseClick(undoButton(shown), Qt::LeftButton);
    QCOMPARE(shown.text("dim"), QStringLiteral("25"));
    QCOMPARE(shown.text("cfg_guidance_scale"), QStringLiteral("3"));

    // What was changed since would be lost, so it is not offered any more.
    QTest::mouseClick(shown.control<QToolButton>("Reset all"), Qt::LeftButton);
    shown.type("Guidance", QStringLiteral("9"));
    QVERIFY(!undoButton(shown));
}

void GenerateFilesTest::damagedFile_isToldAndNothingIsLost_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("told");
    QTest::newRow("cut off") << QByteArray("{\"dim\": [128, 12") << "line 1";
    QTest::newRow("unknown key") << QByteArray("{\"stepz\": 3}") << "stepz";
    QTest::newRow("out of range") << QByteArray("{\"dim\": [100, 128, 128]}") << "100";
    QTest::newRow("binary") << QByteArray("\x89PNG\xff\x00", 6) << "damaged.json";
    QTest::newRow("empty") << QByteArray() << "damaged.json";
}

void GenerateFilesTest::damagedFile_isToldAndNothingIsLost()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, told);
    ShownPanel shown;
    shown.type("Guidance", QStringLiteral("3"));
    shown.type("Size x", QStringLiteral("25"));
    const std::string before = shown.form.document();
    shown.panel.openOverrides(shown.file("damaged.json", content));
    QTRY_VERIFY(!shown.line("notice").isEmpty());
    QVERIFY2(shown.line("notice").contains(told), qPrintable(shown.line("notice")));
    QCOMPARE(shown.form.document(), before);
    QCOMPARE(shown.control<ValueBox>("Size x")->value(), QStringLiteral("25"));
}

void GenerateFilesTest::savedFile_fillsTheFormAgain()
{
    ShownPanel shown;
    shown.form.setModality("mri_t2_skull_stripped");
    shown.type("Diffusion steps", QStringLiteral("20"));
    const std::string saved = shown.form.document();
    const QString file = shown.folder.filePath(QStringLiteral("mine.json"));
    shown.panel.saveOverrides(file);
    QTRY_VERIFY(shown.line("notice").contains(QStringLiteral("mine.json")));
    shown.form.resetAll();
    QCOMPARE(shown.line("notice"), QString());
    shown.type("Size x", QStringLiteral("25"));
    shown.panel.openOverrides(file);
    QTRY_COMPARE(shown.form.document(), saved);
    QCOMPARE(shown.fieldsWith("error"), QStringList());
    shown.panel.openOverrides(shown.folder.filePath(QStringLiteral("missing.json")));
    QTRY_VERIFY(shown.line("notice").contains(QStringLiteral("missing.json")));
    QCOMPARE(shown.form.document(), saved);
}

void GenerateFilesTest::saving_isRefusedWhileAFieldIsWrong()
{
    ShownPanel shown;
    shown.type("Size x", QStringLiteral("25"));
    const QString file = shown.folder.filePath(QStringLiteral("mine.json"));
    shown.panel.saveOverrides(file);
    QVERIFY(shown.line("notice").contains(QStringLiteral("Nothing was saved")));
    QVERIFY(!QFile::exists(file));
}

QTEST_MAIN(GenerateFilesTest)
#include "tst_GenerateFiles.moc"
