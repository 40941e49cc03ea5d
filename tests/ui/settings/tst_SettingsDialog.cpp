// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "SettingsFolder.h"
#include "ui/common/FieldNote.h"
#include "ui/settings/PathField.h"
#include "ui/settings/RunsPage.h"
#include "ui/settings/SettingsDialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>

using namespace mrb;
using namespace mrb::ui;
using namespace std::chrono_literals;

namespace {

template <class Widget> Widget *named(const QWidget &parent, const QString &name)
{
    for (auto *widget : parent.findChildren<Widget *>()) {
        if (widget->accessibleName() == name)
            return widget;
    }
    return nullptr;
}

template <class Button> Button *labelled(const QWidget &parent, const QString &text)
{
    for (auto *button : parent.findChildren<Button *>()) {
        if (button->text().remove(u'&') == text)
            return button;
    }
    return nullptr;
}

/// The field that the label is for.
template <class Widget> Widget *beside(const QWidget &parent, const QString &text)
{
    for (const auto *label : parent.findChildren<QLabel *>()) {
        if (label->text().remove(u'&') == text)
            return qobject_cast<Widget *>(label->buddy());
    }
    return nullptr;
}

QPushButton *standard(const QDialog &dialog, QDialogButtonBox::StandardButton button)
{
    return dialog.findChild<QDialogButtonBox *>()->button(button);
}

QStringList visibleNotes(const QDialog &dialog)
{
    QStringList texts;
    for (const auto *note : dialog.findChildren<FieldNote *>()) {
        if (!note->isHidden())
            texts += note->text();
    }
    return texts;
}

} // namespace

class tst_SettingsDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<SettingsFolder>(); }

    void apply_changesWhatEverybodySeesAndTheFile()
    {
        SettingsStore store;
        QSignalSpy changed(&store, &SettingsStore::changed);
        SettingsDialog dialog(store);
        dialog.show();
        QPushButton *apply = standard(dialog, QDialogButtonBox::Apply);
        QVERIFY(!apply->isEnabled());

        labelled<QRadioButton>(dialog, QStringLiteral("Demo phantom, a drawing"))->setChecked(true);
        named<QLineEdit>(dialog, QStringLiteral("Checkout"))->setText(QStringLiteral("~/checkout"));
        named<QLineEdit>(dialog, QStringLiteral("Python"))->setText(QStringLiteral(" python3.11 "));
        beside<QSpinBox>(dialog, QStringLiteral("Time limit (minutes)"))->setValue(5);
        QVERIFY(apply->isEnabled());
        QCOMPARE(changed.size(), 0);

        apply->click();
        QCOMPARE(changed.size(), 1);
        QVERIFY(!apply->isEnabled());
        QVERIFY(dialog.isVisible());
        const StudioSettings kept = SettingsStore().settings();
        QCOMPARE(kept, store.settings());
        QCOMPARE(kept.engine, backend::Engine::Phantom);
        QCOMPARE(kept.upstreamRoot, QDir::homePath() + QStringLiteral("/checkout"));
        QCOMPARE(kept.python, QStringLiteral("python3.11"));
        QCOMPARE(kept.timeLimit, std::chrono::seconds(300));
    }

    void cancel_changesNothing()
    {
        SettingsStore store;
        QSignalSpy changed(&store, &SettingsStore::changed);
        SettingsDialog dialog(store);
        named<QLineEdit>(dialog, QStringLiteral("Checkout"))->setText(QStringLiteral("/data"));
        standard(dialog, QDialogButtonBox::Cancel)->click();
        QCOMPARE(changed.size(), 0);
        QCOMPARE(store.settings().upstreamRoot, QString());
    }

    void settingsThatAreShown_areNotChangedByOk()
    {
        // Finer than minutes, listed by hand, and a folder that is not there.
        StudioSettings fine = SettingsStore().settings();
        fine.timeLimit = 90s;
        fine.visibleGpus = QStringLiteral("0,1");
        fine.furtherResults = {QStringLiteral("/no/such/folder")};
        fine.manifest = QStringLiteral("/no/such/manifest.yaml");
        fine.colours = ColourScheme::Light;
        SettingsStore store;
        store.set(fine);
        SettingsDialog dialog(store);
        dialog.accept();
        QCOMPARE(dialog.result(), int(QDialog::Accepted));
        QCOMPARE(store.settings(), fine);
    }

    void valueThatCannotBeUsed_isNamedAsTypedAndHoldsTheOthersBack_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("text");
        QTest::newRow("checkout") << QStringLiteral("Checkout") << QStringLiteral("checkout");
        QTest::newRow("python") << QStringLiteral("Python") << QStringLiteral("python3 -I");
        QTest::newRow("GPUs") << QStringLiteral("GPUs by hand") << QStringLiteral("0;1");
        QTest::newRow("manifest") << QStringLiteral("Skill manifest") << QStringLiteral("m.yaml");
        QTest::newRow("results") << QStringLiteral("Results folder") << QStringLiteral("results");
    }
    void valueThatCannotBeUsed_isNamedAsTypedAndHoldsTheOthersBack()
    {
        QFETCH(const QString, field);
        QFETCH(const QString, text);
        SettingsStore store;
        StudioSettings byHand = store.settings();
        byHand.visibleGpus = QStringLiteral("0,1");
        store.set(byHand);
        SettingsDialog dialog(store);
        dialog.show();
        dialog.activateWindow();
        dialog.showPage(SettingsDialog::Page::Window);
        auto *edit = named<QLineEdit>(dialog, field);
        QVERIFY(edit);
        const QString before = edit->text();
        edit->setText(text);
        QVERIFY(!edit->accessibleDescription().isEmpty());
        QVERIFY(visibleNotes(dialog).contains(field + QStringLiteral(": ") +
                                              edit->accessibleDescription()));
        QVERIFY(!standard(dialog, QDialogButtonBox::Apply)->isEnabled());

        standard(dialog, QDialogButtonBox::Ok)->click(); // leads to the field instead
        QVERIFY(dialog.isVisible());
        QTRY_VERIFY(edit->isVisible());
        QCOMPARE(dialog.focusWidget(), edit);
        QCOMPARE(store.settings(), byHand);

        edit->setText(before);
        dialog.accept();
        QVERIFY(!dialog.isVisible());
    }

    void whatIsAtAPath_isSaidBelowIt_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("note");
        using Kind = PathField::Kind;
        const QString none = QStringLiteral("nothing");
        const QString folder = QStringLiteral(".");
        const QString file = QStringLiteral("file.txt");
        QTest::newRow("folder") << int(Kind::Folder) << folder << QString();
        QTest::newRow("no folder")
            << int(Kind::Folder) << none << QStringLiteral("There is no such folder now.");
        QTest::newRow("file for a folder")
            << int(Kind::Folder) << file << QStringLiteral("This is a file; a folder is wanted.");
        QTest::newRow("folder to make") << int(Kind::NewFolder) << none
                                        << QStringLiteral("The folder is made by the first run.");
        QTest::newRow("folder for a file")
            << int(Kind::File) << folder << QStringLiteral("This is a folder; a file is wanted.");
        QTest::newRow("file") << int(Kind::File) << file << QString();
        QTest::newRow("no program")
            << int(Kind::Program) << file
            << QStringLiteral("This file is not a program that can be started.");
    }
    void whatIsAtAPath_isSaidBelowIt()
    {
        QFETCH(const int, kind);
        QFETCH(const QString, name);
        QFETCH(const QString, note);
        QFile file(m_folder->path(QStringLiteral("file.txt")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        PathField field(static_cast<PathField::Kind>(kind), QStringLiteral("Field"));
        field.setPath(QStringLiteral("a/relative")); // so that there is a note to take away
        QVERIFY(!field.note().text().isEmpty());
        field.setPath(m_folder->path(QStringLiteral("nothing at first")));
        field.setPath(m_folder->path(name)); // the answer about the path before is dropped
        QCOMPARE(field.problem(), QString());
        QTRY_COMPARE(field.note().text(), note);
        QCOMPARE(field.edit()->accessibleDescription(), note);
    }

    void gpus_areOfferedByNameAndKeptByIdentifier()
    {
        SettingsStore store;
        SettingsDialog dialog(store);
        auto *gpus = beside<QComboBox>(dialog, QStringLiteral("GPU"));
        auto *byHand = named<QLineEdit>(dialog, QStringLiteral("GPUs by hand"));
        QCOMPARE(gpus->count(), 2);
        dialog.setGpus({{QStringLiteral("GPU-aa"), QStringLiteral("Small card")},
                        {QStringLiteral("GPU-bb"), QStringLiteral("Large card")}});
        gpus->setCurrentIndex(gpus->findText(QStringLiteral("Large card")));
        QVERIFY(byHand->isHidden());
        dialog.accept();
        QCOMPARE(store.settings().visibleGpus, QStringLiteral("GPU-bb"));

        // Opened before the cards are known, or after the card went: the choice is not lost.
        SettingsDialog later(store);
        QCOMPARE(named<QLineEdit>(later, QStringLiteral("GPUs by hand"))->text(),
                 QStringLiteral("GPU-bb"));
        later.setGpus({{QStringLiteral("GPU-bb"), QStringLiteral("Large card")}});
        QCOMPARE(beside<QComboBox>(later, QStringLiteral("GPU"))->currentText(),
                 QStringLiteral("Large card"));
        later.setGpus({}, QStringLiteral("nvidia-smi was not found."));
        QVERIFY(visibleNotes(later).contains(QStringLiteral("nvidia-smi was not found.")));
        later.accept();
        QCOMPARE(store.settings().visibleGpus, QStringLiteral("GPU-bb"));
    }

    void acceptingOtherCode_warnsInWords()
    {
        SettingsStore store;
        SettingsDialog dialog(store);
        QCOMPARE(visibleNotes(dialog), QStringList());
        labelled<QCheckBox>(dialog, QStringLiteral("Accept other weights"))->setChecked(true);
        QCOMPARE(visibleNotes(dialog).size(), 1);
        dialog.accept();
        QVERIFY(store.settings().allowWeights);
        QVERIFY(!store.settings().allowCheckout);
    }

    void runsAtOnceAndWarmStart_areChosen()
    {
        SettingsStore store;
        SettingsDialog dialog(store);
        auto *atOnce = beside<QSpinBox>(dialog, QStringLiteral("Runs at once"));
        auto *warm =
            labelled<QCheckBox>(dialog, QStringLiteral("Keep an interpreter ready (warm start)"));
        QCOMPARE(atOnce->text(), QStringLiteral("Automatic"));
        QVERIFY(!warm->isChecked());
        atOnce->setValue(1000); // as many as can be
        warm->setChecked(true);
        dialog.accept();
        QCOMPARE(store.settings().runsAtOnce, 64);
        QVERIFY(store.settings().warmStart);

        SettingsDialog later(store);
        QCOMPARE(beside<QSpinBox>(later, QStringLiteral("Runs at once"))->text(),
                 QStringLiteral("64"));
        standard(later, QDialogButtonBox::RestoreDefaults)->click();
        later.accept();
        QCOMPARE(store.settings().targetPolicy(), backend::TargetPolicy());
    }

    void savingOfAWarmStart_isSaidOnceItIsKnown()
    {
        SettingsStore store;
        SettingsDialog dialog(store);
        const auto *saving = dialog.findChild<QLabel *>(QStringLiteral("warmSaving"));
        QVERIFY(saving->isHidden());
        dialog.setWarmSaving(QStringLiteral("It saves about 11 s."));
        QVERIFY(!saving->isHidden());
        QCOMPARE(saving->text(), QStringLiteral("It saves about 11 s."));
    }

    void furtherFolders_areAddedOnceAndRemovedByKeyboard()
    {
        SettingsStore store;
        SettingsDialog dialog(store);
        auto *runs = dialog.findChild<RunsPage *>();
        runs->addFolder(QStringLiteral("/data/a"));
        runs->addFolder(QStringLiteral("/data/b"));
        runs->addFolder(QStringLiteral("/data/a")); // selects it
        QPushButton *remove = labelled<QPushButton>(dialog, QStringLiteral("Remove"));
        QVERIFY(remove->isEnabled());
        QTest::keyClick(remove, Qt::Key_Space);
        dialog.accept();
        QCOMPARE(store.settings().furtherResults, QStringList(QStringLiteral("/data/b")));
    }

    void rightDrag_isOfferedToTheViewerWhenApplied()
    {
        SettingsStore store;
        SettingsDialog dialog(store);
        dialog.setRightDragZooms(true);
        QSignalSpy chosen(&dialog, &SettingsDialog::rightDragZoomsChosen);
        auto *drag = beside<QComboBox>(dialog, QStringLiteral("Dragging with the right button"));
        QCOMPARE(drag->currentText(), QStringLiteral("Zooms"));
        drag->setCurrentIndex(0);
        QCOMPARE(chosen.size(), 0);
        standard(dialog, QDialogButtonBox::Apply)->click();
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.front().front().toBool(), false);
        dialog.accept();
        QCOMPARE(chosen.size(), 1);
    }

    void changeFromElsewhere_isShownUnlessSomethingIsBeingEdited()
    {
        SettingsStore store;
        SettingsDialog dialog(store);
        auto *checkout = named<QLineEdit>(dialog, QStringLiteral("Checkout"));
        StudioSettings elsewhere = store.settings();
        elsewhere.upstreamRoot = QStringLiteral("/data/first");
        store.set(elsewhere);
        QCOMPARE(checkout->text(), QStringLiteral("/data/first"));
        checkout->setText(QStringLiteral("/data/typed"));
        elsewhere.upstreamRoot = QStringLiteral("/data/second");
        store.set(elsewhere);
        QCOMPARE(checkout->text(), QStringLiteral("/data/typed"));
    }

    void defaults_areShownButNotKeptBeforeOk()
    {
        SettingsStore store;
        StudioSettings other = store.settings();
        other.timeLimit = 7min;
        other.notify = false;
        store.set(other);
        SettingsDialog dialog(store);
        standard(dialog, QDialogButtonBox::RestoreDefaults)->click();
        QCOMPARE(store.settings(), other);
        dialog.accept();
        QCOMPARE(store.settings().timeLimit, std::chrono::seconds(1h));
        QVERIFY(store.settings().notify);
    }

    void everyControl_hasAName()
    {
        SettingsStore store;
        SettingsDialog dialog(store);
        int seen = 0;
        for (const auto *widget : dialog.findChildren<QWidget *>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || widget->inherits("QScrollArea") ||
                widget->window() != &dialog || widget->inherits("QAbstractButton"))
                continue;
            if (widget->focusProxy() || !widget->isEnabled() ||
                qobject_cast<const QAbstractSpinBox *>(widget->parentWidget()))
                continue;
            bool hasBuddy = false;
            for (const auto *label : dialog.findChildren<QLabel *>())
                hasBuddy |= label->buddy() == widget;
            QVERIFY2(hasBuddy || !widget->accessibleName().isEmpty(),
                     widget->metaObject()->className());
            ++seen;
        }
        QVERIFY(seen >= 10);
    }

private:
    std::unique_ptr<SettingsFolder> m_folder;
};

QTEST_MAIN(tst_SettingsDialog)
#include "tst_SettingsDialog.moc"
