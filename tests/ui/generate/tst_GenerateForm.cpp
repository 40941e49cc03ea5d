// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ShownPanel.h"
#include "ui/generate/FovPicture.h"
#include "ui/generate/ModalityBox.h"
#include "ui/generate/PlaneButtons.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QScrollArea>
#include <QSet>
#include <QSignalSpy>
#include <QSpinBox>
#include <QToolButton>

using namespace mrb;
using namespace mrb::tests;
using namespace mrb::ui;

class GenerateFormTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wrongSize_isToldAtItsFieldAndStays();
    void typing_keepsTheCursorWhereItIs();
    void steps_goThroughAllowedValues_data();
    void steps_goThroughAllowedValues();
    void upKey_stepsTheBox();
    void reset_isOfferedForWhatWasChangedOnly();
    void modalities_areGroupedAndSparseOnesMarked();
    void plane_setsTheFieldOfViewAndIsMarked();
    void lockedFieldOfView_staysWhileTheSizeChanges();
    void deviation_isToldInWordsAndTone();
    void fields_fillTheDocument();
    void document_fillsTheFields();
    void brokenDocument_isToldAndChangesNothing();
    void wrongText_isNotOverwrittenByTheForm();
    void typedDocument_isTidiedWhenLeft();
    void copy_putsTheDocumentIntoTheClipboard();
    void everyControl_hasANameAndIsReachedByTab();
    void longWords_doNotWidenTheForm();
};

void GenerateFormTest::wrongSize_isToldAtItsFieldAndStays()
{
    ShownPanel shown;
    shown.type("Size y", QStringLiteral("250"));
    QCOMPARE(shown.fieldsWith("error"), QStringList{QStringLiteral("dim")});
    QCOMPARE(shown.control<ValueBox>("Size y")->value(), QStringLiteral("250"));
    for (const FieldRow *row : shown.panel.findChildren<FieldRow *>()) {
        if (row->isWrong())
            QVERIFY(row->findChild<QLabel *>(QStringLiteral("error"))
                        ->text()
                        .contains(QStringLiteral("250")));
    }
    shown.type("Size y", QStringLiteral("224"));
    QCOMPARE(shown.fieldsWith("error"), QStringList());
    QCOMPARE(shown.text("dim", 1), QStringLiteral("224"));
}

void GenerateFormTest::typing_keepsTheCursorWhereItIs()
{
    ShownPanel shown;
    auto *box = shown.control<ValueBox>("Spacing x");
    box->setFocus();
    auto *line = box->findChild<QLineEdit *>();
    line->setCursorPosition(2); // 0.|94
    QTest::keyClicks(box, QStringLiteral("9"));
    QCOMPARE(box->value(), QStringLiteral("0.994"));
    QCOMPARE(line->cursorPosition(), 3);
    QTest::keyClicks(box, QStringLiteral("x"));
    QCOMPARE(box->value(), QStringLiteral("0.9x94"));
    QCOMPARE(line->cursorPosition(), 4);
    QCOMPARE(shown.fieldsWith("error"), QStringList{QStringLiteral("spacing")});
}

void GenerateFormTest::steps_goThroughAllowedValues_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<int>("steps");
    QTest::addColumn<QString>("key");
    QTest::addColumn<double>("step");
    QTest::addColumn<QString>("to"); // empty: none
    QTest::newRow("up") << "256" << 1 << "dim" << 32.0 << "288";
    QTest::newRow("to the next multiple") << "250" << 1 << "dim" << 32.0 << "256";
    QTest::newRow("to the multiple below") << "250" << -1 << "dim" << 32.0 << "224";
    QTest::newRow("not beyond the largest") << "512" << 1 << "dim" << 32.0 << "";
    QTest::newRow("a page ends at the largest") << "480" << 10 << "dim" << 32.0 << "512";
    QTest::newRow("up from below") << "10" << 1 << "dim" << 32.0 << "64";
    QTest::newRow("not up from above") << "999" << 1 << "dim" << 32.0 << "";
    QTest::newRow("down from above") << "999" << -1 << "dim" << 32.0 << "512";
    QTest::newRow("no trailing digits") << "0.94" << 1 << "spacing" << 0.01 << "0.95";
    QTest::newRow("keeps what is finer") << "0.9375" << 1 << "spacing" << 0.01 << "0.9475";
    QTest::newRow("never to an excluded end") << "0.01" << -1 << "spacing" << 0.01 << "";
    QTest::newRow("a text is no number") << "many" << 1 << "dim" << 32.0 << "";
    QTest::newRow("nothing is no number") << "" << 1 << "dim" << 32.0 << "";
    QTest::newRow("a large seed") << "4294967294" << 1 << "random_seed" << 1.0 << "4294967295";
}

void GenerateFormTest::steps_goThroughAllowedValues()
{
    QFETCH(QString, from);
    QFETCH(int, steps);
    QFETCH(QString, key);
    QFETCH(double, step);
    const contract::FieldSpec *field = contract::findField(key.toStdString());
    QTEST(steppedText(from, steps, step, field->domain[0]), "to");
}

void GenerateFormTest::upKey_stepsTheBox()
{
    ShownPanel shown;
    auto *box = shown.control<ValueBox>("Size z");
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Up);
    QCOMPARE(shown.text("dim", 2), QStringLiteral("160"));
    QCOMPARE(box->value(), QStringLiteral("160"));
}

void GenerateFormTest::reset_isOfferedForWhatWasChangedOnly()
{
    ShownPanel shown;
    auto *reset = shown.control<QToolButton>("Reset Guidance");
    auto *other = shown.control<QToolButton>("Reset Diffusion steps");
    QVERIFY(reset && other && !reset->isVisible());
    shown.type("Guidance", QStringLiteral("5"));
    QVERIFY(reset->isVisible());
    QVERIFY(!other->isVisible());
    QTest::mouseClick(reset, Qt::LeftButton);
    QCOMPARE(shown.control<ValueBox>("Guidance")->value(), QStringLiteral("2"));
    QVERIFY(!reset->isVisible());
    QVERIFY(!shown.form.field("cfg_guidance_scale").overridden);
}

void GenerateFormTest::modalities_areGroupedAndSparseOnesMarked()
{
    ShownPanel shown;
    auto *box = shown.control<QComboBox>("Modality");
    QCOMPARE(box->currentText(), QStringLiteral("T1"));
    const int stripped = box->findText(QStringLiteral("Skull-stripped"));
    const int flair = box->findText(QStringLiteral("FLAIR, skull-stripped"));
    const int sparse = box->findText(QStringLiteral("MR angiography"), Qt::MatchStartsWith);
    QVERIFY(stripped > 0 && flair > stripped);
    QVERIFY(!(box->model()->flags(box->model()->index(stripped, 0)) & Qt::ItemIsSelectable));
    QVERIFY(box->itemText(sparse).contains(QStringLiteral("few scans")));
    QVERIFY(!box->itemIcon(sparse).isNull());
    QVERIFY(box->itemIcon(flair).isNull());
    // By the keyboard, past the heading that cannot be chosen.
    box->setFocus();
    QTest::keyClick(box, Qt::Key_End);
    QCOMPARE(shown.form.modality(), std::string("mri_mra_skull_stripped"));
    QVERIFY(shown.fieldsWith("warning").contains(QStringLiteral("modality")));
}

void GenerateFormTest::plane_setsTheFieldOfViewAndIsMarked()
{
    ShownPanel shown;
    auto *axial = shown.control<PlaneButton>("Axial plane");
    auto *sagittal = shown.control<PlaneButton>("Sagittal plane");
    QVERIFY(axial->isChecked() && !sagittal->isChecked());
    QTest::mouseClick(sagittal, Qt::LeftButton);
    QVERIFY(sagittal->isChecked() && !axial->isChecked());
    const backend::FovState fov = *shown.form.fov();
    QCOMPARE(*fov.nearestPlane, backend::Plane::Sagittal);
    QVERIFY(isAtMedian(fov));
    QCOMPARE(shown.control<ValueBox>("Spacing x")->value(), shown.text("spacing", 0));
    QVERIFY(std::abs(fov.axes[0].mm - 176.0) < 1.0);
    // Another spacing is no preset any more; a second click is one again, not a toggle.
    shown.type("Spacing x", QStringLiteral("2"));
    QVERIFY(!sagittal->isChecked());
    QTest::mouseClick(sagittal, Qt::LeftButton);
    QTest::mouseClick(sagittal, Qt::LeftButton);
    QVERIFY(sagittal->isChecked());
    shown.form.setModality("mri"); // of no contrast, so of no median
    QVERIFY(!sagittal->isVisible());
}

void GenerateFormTest::lockedFieldOfView_staysWhileTheSizeChanges()
{
    ShownPanel shown;
    const double before = shown.form.fov()->axes[0].mm;
    QTest::mouseClick(shown.control<QCheckBox>("Lock field of view"), Qt::LeftButton, {},
                      QPoint(8, 8));
    QVERIFY(shown.form.isFovLocked());
    shown.type("Size x", QStringLiteral("128"));
    QCOMPARE(shown.control<ValueBox>("Spacing x")->value(), QStringLiteral("1.88"));
    QVERIFY(std::abs(shown.form.fov()->axes[0].mm - before) < 0.1);
    QCOMPARE(shown.control<ValueBox>("Spacing y")->value(), QStringLiteral("0.94"));
}

void GenerateFormTest::deviation_isToldInWordsAndTone()
{
    const auto axis = [](double mm) { return backend::AxisFov{.mm = mm, .medianMm = 200.0}; };
    QCOMPARE(deviationTone(axis(219)), Tone::Good);
    QCOMPARE(deviationTone(axis(160)), Tone::Notice);
    QCOMPARE(deviationTone(axis(300)), Tone::Bad);
    QCOMPARE(deviationTone({.mm = 300, .medianMm = {}}), Tone::Neutral);
    QCOMPARE(deviationText(axis(250)), QStringLiteral("+25 %"));
    QCOMPARE(deviationText(axis(150)), QStringLiteral("\u221225 %"));

    ShownPanel shown;
    auto *picture = shown.control<FovPicture>("Field of view");
    shown.type("Spacing x", QStringLiteral("1.13"));
    QVERIFY2(picture->accessibleDescription().contains(QStringLiteral("+21 %")),
             qPrintable(picture->accessibleDescription()));
    shown.type("Spacing z", QStringLiteral("wide"));
    QVERIFY(!picture->accessibleDescription().contains(u'%'));
}

void GenerateFormTest::fields_fillTheDocument()
{
    ShownPanel shown;
    shown.type("Guidance", QStringLiteral("3.5"));
    QVERIFY(shown.editor()->toPlainText().contains(QStringLiteral("\"cfg_guidance_scale\": 3.5")));
    QVERIFY(!shown.editor()->toPlainText().contains(QStringLiteral("\"dim\"")));
    QCOMPARE(shown.editor()->toPlainText().toStdString(), shown.form.document());
}

void GenerateFormTest::document_fillsTheFields()
{
    ShownPanel shown;
    shown.typeDocument(QStringLiteral("{\"modality\": \"mri_flair\", \"dim\": [128, 160, 96]}"));
    QTRY_COMPARE(shown.form.modality(), std::string("mri_flair"));
    QCOMPARE(shown.control<QComboBox>("Modality")->currentText(), QStringLiteral("FLAIR"));
    QCOMPARE(shown.control<ValueBox>("Size y")->value(), QStringLiteral("160"));
    QCOMPARE(shown.line("documentError"), QString());
}

void GenerateFormTest::brokenDocument_isToldAndChangesNothing()
{
    ShownPanel shown;
    shown.type("Guidance", QStringLiteral("4"));
    const std::string before = shown.form.document();
    const QString broken = QStringLiteral("{\"dim\": [128, 160, 96], \"stepz\": 1}");
    shown.typeDocument(broken);
    QTRY_VERIFY(shown.line("documentError").contains(QStringLiteral("stepz")));
    QVERIFY(shown.line("documentError").contains(QStringLiteral("not applied")));
    QCOMPARE(shown.form.document(), before);
    QCOMPARE(shown.control<ValueBox>("Guidance")->value(), QStringLiteral("4"));
    QCOMPARE(shown.editor()->toPlainText(), broken);
    QPushButton *revert = nullptr;
    for (QPushButton *button : shown.panel.findChildren<QPushButton *>()) {
        if (button->text().remove(u'&') == QStringLiteral("Revert text"))
            revert = button;
    }
    QVERIFY(revert && revert->isVisible());
    QTest::mouseClick(revert, Qt::LeftButton);
    QCOMPARE(shown.editor()->toPlainText().toStdString(), before);
    QCOMPARE(shown.line("documentError"), QString());
    QVERIFY(!revert->isVisible());
}

void GenerateFormTest::wrongText_isNotOverwrittenByTheForm()
{
    ShownPanel shown;
    const QString broken = QStringLiteral("{\"dim\": [128");
    shown.typeDocument(broken);
    shown.type("Guidance", QStringLiteral("7")); // takes the focus with it
    QVERIFY(!shown.line("documentError").isEmpty());
    QCOMPARE(shown.editor()->toPlainText(), broken);
    QCOMPARE(shown.text("cfg_guidance_scale"), QStringLiteral("7"));
    // Mended, it counts.
    shown.typeDocument(QStringLiteral("{\"dim\": [128, 128, 128]}"));
    QTRY_COMPARE(shown.text("dim"), QStringLiteral("128"));
    QCOMPARE(shown.line("documentError"), QString());
}

void GenerateFormTest::typedDocument_isTidiedWhenLeft()
{
    ShownPanel shown;
    const QString typed = QStringLiteral("{\"num_inference_steps\":12}");
    shown.typeDocument(typed);
    QTRY_COMPARE(shown.text("num_inference_steps"), QStringLiteral("12"));
    QCOMPARE(shown.editor()->toPlainText(), typed); // not under one's fingers
    shown.control<QComboBox>("Modality")->setFocus();
    QCOMPARE(shown.editor()->toPlainText().toStdString(), shown.form.document());
}

void GenerateFormTest::copy_putsTheDocumentIntoTheClipboard()
{
    ShownPanel shown;
    QGuiApplication::clipboard()->clear();
    for (QPushButton *button : shown.panel.findChildren<QPushButton *>()) {
        if (button->text().remove(u'&') == QStringLiteral("Copy text"))
            QTest::mouseClick(button, Qt::LeftButton);
    }
    QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), shown.form.document());
}

void GenerateFormTest::everyControl_hasANameAndIsReachedByTab()
{
    ShownPanel shown;
    for (QToolButton *header : shown.panel.findChildren<QToolButton *>()) {
        if (header->isCheckable() && !header->isChecked())
            header->click(); // opens what is folded
    }
    shown.type("Guidance", QStringLiteral("5")); // and a reset button
    QSet<const QWidget *> wanted;
    for (const QWidget *child : shown.panel.findChildren<QWidget *>()) {
        const bool isInner = qobject_cast<const QAbstractSpinBox *>(child->parentWidget());
        if (isInner || !child->isVisibleTo(&shown.panel) || !child->isEnabled() ||
            !(child->focusPolicy() & Qt::TabFocus))
            continue;
        wanted.insert(child);
        const auto *button = qobject_cast<const QAbstractButton *>(child);
        QVERIFY2(!child->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                 child->metaObject()->className());
    }
    QVERIFY(wanted.size() > 25);
    shown.panel.findChild<QPushButton *>()->setFocus();
    QSet<const QWidget *> reached;
    for (qsizetype i = 0; i < 2 * wanted.size(); ++i) {
        reached.insert(QApplication::focusWidget());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (const QWidget *control : wanted - reached)
        QFAIL(qPrintable(control->accessibleName()));
}

void GenerateFormTest::longWords_doNotWidenTheForm()
{
    ShownPanel shown;
    shown.form.setModality("mri_mra_skull_stripped");
    shown.type("Spacing x", QStringLiteral("4.123456789012345678901234567890"));
    shown.type("Size x", QString(60, u'9'));
    auto *scroll = shown.panel.findChild<QScrollArea *>();
    QVERIFY2(shown.panel.minimumSizeHint().width() <= 310,
             qPrintable(QString::number(shown.panel.minimumSizeHint().width())));
    shown.panel.resize(320, 800);
    QTRY_COMPARE(scroll->widget()->width(), scroll->viewport()->width());
}

QTEST_MAIN(GenerateFormTest)
#include "tst_GenerateForm.moc"
