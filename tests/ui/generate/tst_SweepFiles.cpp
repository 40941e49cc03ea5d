// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ShownPanel.h"
#include "backend/batch/RequestsFile.h"
#include "ui/generate/SweepDialog.h"

#include <QDialogButtonBox>
#include <QListWidget>

using namespace mrb;
using namespace mrb::tests;
using namespace mrb::ui;

namespace {

constexpr int kPatienceMs = 60'000;

/// The dialog over the form of a panel.
struct ShownSweep
{
    ShownSweep() : dialog(shown.form, {}) { dialog.show(); }

    QLineEdit *row(const char *name) const
    {
        return tests::control<QLineEdit>(dialog, QString::fromUtf8(name));
    }
    QString text(const char *name) const
    {
        const auto *label = dialog.findChild<QLabel *>(QString::fromUtf8(name));
        return label->isVisible() ? label->text() : QString();
    }
    QStringList checkedModalities() const
    {
        QStringList names;
        const auto *list = dialog.findChild<QListWidget *>();
        for (int i = 0; i < list->count(); ++i)
            if (list->item(i)->checkState() == Qt::Checked)
                names << list->item(i)->data(Qt::UserRole).toString();
        return names;
    }
    QPushButton *add() const
    {
        return dialog.findChild<QDialogButtonBox *>()->findChild<QPushButton *>();
    }

    ShownPanel shown;
    SweepDialog dialog;
};

} // namespace

class tst_SweepFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void openedFile_isShownAndOrderedWithItsOwnSettings()
    {
        ShownSweep sweep;
        sweep.shown.form.setText("num_inference_steps", 0, QStringLiteral("77"));
        const QString file = sweep.shown.file("sweep.json", R"({
            "_comment": "two contrasts",
            "base": {"num_inference_steps": 12, "cfg_guidance_scale": 3},
            "vary": {"modality": ["mri_t1", "mri_flair"], "dim": [[256, 256, 128], [128, 128, 128]],
                     "random_seed": [7, 8, 9]}})");
        sweep.dialog.openFile(file);
        QTRY_COMPARE_WITH_TIMEOUT(sweep.text("count"), QStringLiteral("12 runs"), kPatienceMs);
        QCOMPARE(sweep.checkedModalities(),
                 (QStringList{QStringLiteral("mri_t1"), QStringLiteral("mri_flair")}));
        QCOMPARE(sweep.row("Size")->text(), QStringLiteral("256 256 128; 128 128 128"));
        QCOMPARE(sweep.row("Seed")->text(), QStringLiteral("7, 8, 9"));
        QVERIFY(sweep.row("Diffusion steps")->text().isEmpty());
        QVERIFY(sweep.row("Diffusion steps")
                    ->placeholderText()
                    .startsWith(QStringLiteral("as in the file: 12")));
        QVERIFY(sweep.text("source").contains(QStringLiteral("sweep.json")));
        QVERIFY(!sweep.dialog.usesSeedOfForm());
        const GenerateOrder order = sweep.dialog.order();
        QCOMPARE(order.documents.size(), std::size_t{12});
        for (const std::string &document : order.documents)
            QVERIFY(document.find("\"num_inference_steps\": 12") != std::string::npos);
    }

    void seedOfTheForm_isNotUsedByAFileWithoutSeeds()
    {
        ShownSweep sweep;
        sweep.row("Guidance")->setText(QStringLiteral("1, 2"));
        QTRY_VERIFY_WITH_TIMEOUT(sweep.add()->isEnabled(), kPatienceMs);
        QVERIFY(sweep.dialog.usesSeedOfForm());
        sweep.dialog.openFile(sweep.shown.file(
            "sweep.json", R"({"base": {"random_seed": 5}, "vary": {"cfg_guidance_scale": [3]}})"));
        QTRY_COMPARE_WITH_TIMEOUT(sweep.text("count"), QStringLiteral("1 run"), kPatienceMs);
        QVERIFY(!sweep.dialog.usesSeedOfForm());
        QVERIFY(sweep.dialog.order().documents.front().find("\"random_seed\": 5") !=
                std::string::npos);
    }

    void savedSweep_isTheSameForTheBatchAndForTheNextDialog()
    {
        ShownSweep first;
        first.shown.form.setText("num_inference_steps", 0, QStringLiteral("14"));
        SweepDialog dialog(first.shown.form, {});
        dialog.findChild<QListWidget *>()->item(1)->setCheckState(Qt::Checked);
        tests::control<QLineEdit>(dialog, QStringLiteral("Seed"))
            ->setText(QStringLiteral("1, 5-7"));
        tests::control<QLineEdit>(dialog, QStringLiteral("Spacing"))
            ->setText(QStringLiteral("0.94 0.94 1.36; 1 1 1.4"));
        const auto count = [](const SweepDialog &of) {
            return of.findChild<QLabel *>(QStringLiteral("count"))->text();
        };
        QTRY_COMPARE_WITH_TIMEOUT(count(dialog), QStringLiteral("8 runs"), kPatienceMs);
        const QString file = first.shown.folder.filePath(QStringLiteral("saved.json"));
        dialog.saveFile(file);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file), kPatienceMs);

        const backend::RequestsFile read =
            backend::readRequestsFile(file.toStdString(), QStringLiteral("saved.json"));
        QCOMPARE(read.errors, Errors());
        QCOMPARE(read.bases.size(), std::size_t{1});
        const backend::SweepPlan plan =
            backend::planSweep(read.bases.front().document, read.axes, first.shown.form.context());
        QCOMPARE(plan.errors, Errors());

        ShownSweep second;
        second.dialog.openFile(file);
        QTRY_COMPARE_WITH_TIMEOUT(second.text("count"), QStringLiteral("8 runs"), kPatienceMs);
        const GenerateOrder wanted = dialog.order();
        QCOMPARE(second.dialog.order().documents, wanted.documents);
        QCOMPARE(plan.runs.size(), wanted.documents.size());
        for (std::size_t i = 0; i < plan.runs.size(); ++i)
            QCOMPARE(plan.runs[i].document, wanted.documents[i]);
    }

    void fileThatCannotBeShown_changesNothing_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("why");
        QTest::newRow("no JSON") << QByteArray("{\"vary\": ") << "sweep.json";
        QTest::newRow("an override file")
            << QByteArray(R"({"num_inference_steps": 12})") << "varies no field";
        QTest::newRow("a list of runs")
            << QByteArray(R"({"runs": [{"random_seed": 7}]})") << "varies no field";
        QTest::newRow("a field that is none")
            << QByteArray(R"({"vary": {"colour": [1, 2]}})") << "no field colour";
        QTest::newRow("a field without a line here")
            << QByteArray(R"({"vary": {"top_region_index": [[0, 1, 0, 0]]}})")
            << "top_region_index cannot be varied here";
        QTest::newRow("a value of another kind")
            << QByteArray(R"({"vary": {"num_inference_steps": ["ten"]}})") << "num_inference_steps";
        QTest::newRow("no such modality")
            << QByteArray(R"({"vary": {"modality": ["ct"]}})") << "no modality ct";
        QTest::newRow("a base that is wrong")
            << QByteArray(R"({"base": {"dim": [1]}, "vary": {"random_seed": [1]}})") << "dim";
    }
    void fileThatCannotBeShown_changesNothing()
    {
        QFETCH(const QByteArray, content);
        QFETCH(const QString, why);
        ShownSweep sweep;
        sweep.row("Guidance")->setText(QStringLiteral("1, 2"));
        QTRY_VERIFY_WITH_TIMEOUT(sweep.add()->isEnabled(), kPatienceMs);
        const GenerateOrder before = sweep.dialog.order();
        sweep.dialog.openFile(sweep.shown.file("sweep.json", content));
        QTRY_VERIFY_WITH_TIMEOUT(!sweep.text("source").isEmpty(), kPatienceMs);
        QVERIFY2(sweep.text("source").contains(QStringLiteral("was not opened")) &&
                     sweep.text("source").contains(why),
                 qPrintable(sweep.text("source")));
        QCOMPARE(sweep.row("Guidance")->text(), QStringLiteral("1, 2"));
        QVERIFY(sweep.add()->isEnabled());
        QCOMPARE(sweep.dialog.order().documents, before.documents);
    }

    void placeThatCannotBeWritten_isSaid()
    {
        ShownSweep sweep;
        sweep.row("Guidance")->setText(QStringLiteral("1, 2"));
        QTRY_VERIFY_WITH_TIMEOUT(sweep.add()->isEnabled(), kPatienceMs);
        sweep.dialog.saveFile(sweep.shown.folder.filePath(QStringLiteral("no/such/sweep.json")));
        QTRY_VERIFY_WITH_TIMEOUT(!sweep.text("source").isEmpty(), kPatienceMs);
        QVERIFY(!sweep.text("source").contains(QStringLiteral("Saved")));
    }
};

QTEST_MAIN(tst_SweepFiles)
#include "tst_SweepFiles.moc"
