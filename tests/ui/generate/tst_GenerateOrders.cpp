// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ShownPanel.h"
#include "ui/generate/CostDialog.h"
#include "ui/generate/SweepDialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QListWidget>
#include <QSignalSpy>
#include <QSpinBox>
#include <QToolButton>

using namespace mrb;
using namespace mrb::tests;
using namespace mrb::ui;

namespace {

GenerateOrder orderOf(const QSignalSpy &spy, qsizetype index = 0)
{
    return spy.at(index).at(0).value<GenerateOrder>();
}

/// Above the limits of the cost gate.
void makeCostly(backend::RequestForm &form)
{
    form.setText("dim", 0, QStringLiteral("512"));
    form.setText("dim", 1, QStringLiteral("512"));
    form.setText("dim", 2, QStringLiteral("256"));
}

backend::RunSummary pastRun(double seconds)
{
    backend::RunSummary run;
    run.verdict = backend::EntryVerdict::Passed;
    run.dim = {256, 256, 128};
    run.steps = 30;
    run.seconds = seconds;
    run.bytes = 8U << 20U;
    return run;
}

void choose(const ShownPanel &shown, const char *combo, const QString &text)
{
    auto *box = shown.control<QComboBox>(combo);
    box->setFocus();
    const int index = box->findText(text, Qt::MatchStartsWith);
    QVERIFY(index >= 0);
    QTest::keyClick(box, Qt::Key_Home);
    while (box->currentIndex() < index)
        QTest::keyClick(box, Qt::Key_Down);
}

} // namespace

class GenerateOrdersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void order_hasADocumentForEachSeedShown();
    void randomSeed_isDrawnBeforeItIsUsed();
    void wrongField_isShownInsteadOfOrdered();
    void wrongTextInTheEditor_isNotPassedOver();
    void justTypedDocument_isOrdered();
    void failedPreflight_disablesTheButtonAndSaysWhy();
    void missingCheckout_isSaidOnceAndBriefly();
    void costlyOrder_isAskedAboutOnce_data();
    void costlyOrder_isAskedAboutOnce();
    void demoEngine_isNamedAndNotAskedAbout();
    void forecast_saysWhereItComesFrom();
    void gpuMemory_saysWhereItComesFrom();
    void learnedMemory_goesWithTheOrder();
    void severalAtOnce_areCountedOnAsFarAsTheMachineManagedThem_data();
    void severalAtOnce_areCountedOnAsFarAsTheMachineManagedThem();
    void warmStart_isForecastFromWarmRuns();
    void sweepOfSizes_saysWhatIsNotLearned();
    void sweep_saysHowManyRunsBeforeItIsOrdered();
    void sweep_cannotBeOrderedWhileAValueIsWrong_data();
    void sweep_cannotBeOrderedWhileAValueIsWrong();
    void costlySweep_isAskedAboutOnce();
    void settling_isToldOnceAfterManyChanges();
};

void GenerateOrdersTest::order_hasADocumentForEachSeedShown()
{
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    shown.type("Seed", QStringLiteral("17"));
    shown.control<QSpinBox>("Number of runs")->setValue(3);
    choose(shown, "Next seed", QStringLiteral("+1"));
    QVERIFY(shown.line("seeds").contains(QStringLiteral("17, 18, 19")));
    auto *generate = shown.panel.findChild<QPushButton *>(QStringLiteral("generate"));
    QVERIFY(generate->text().contains(u'3'));
    QTest::mouseClick(generate, Qt::LeftButton);

    QCOMPARE(orders.size(), 1);
    const GenerateOrder order = orderOf(orders);
    QCOMPARE(order.documents.size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i) {
        const QString seed = QString::number(17 + i);
        QVERIFY(QString::fromStdString(order.documents[i])
                    .contains(QStringLiteral("\"random_seed\": %1").arg(seed)));
        QVERIFY(order.labels[static_cast<qsizetype>(i)].contains(seed));
    }
    QVERIFY(!order.group.isEmpty());
    QVERIFY(!order.costAccepted);
    QCOMPARE(order.expectedSeconds.size(), std::size_t{3});
    // It goes on after the last one.
    QCOMPARE(shown.control<ValueBox>("Seed")->value(), QStringLiteral("20"));
    shown.control<QSpinBox>("Number of runs")->setValue(1);
    shown.panel.generate();
    QCOMPARE(orders.size(), 2);
    QVERIFY(orderOf(orders, 1).group.isEmpty());
    QVERIFY(orderOf(orders, 1).documents.front().find("\"random_seed\": 20") != std::string::npos);
}

void GenerateOrdersTest::randomSeed_isDrawnBeforeItIsUsed()
{
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    choose(shown, "Next seed", QStringLiteral("Random"));
    shown.control<QSpinBox>("Number of runs")->setValue(2);
    const std::vector<std::int64_t> seeds = shown.form.seeds();
    const QString first = shown.control<ValueBox>("Seed")->value();
    QCOMPARE(first, QString::number(seeds.front()));
    QVERIFY(shown.line("seeds").contains(QString::number(seeds.back())));
    shown.panel.generate();
    const GenerateOrder order = orderOf(orders);
    QCOMPARE(order.documents.size(), std::size_t{2});
    for (std::size_t i = 0; i < 2; ++i)
        QVERIFY(QString::fromStdString(order.documents[i])
                    .contains(QStringLiteral("\"random_seed\": %1").arg(seeds[i])));
    QVERIFY(shown.control<ValueBox>("Seed")->value() != first);
    const QString next = shown.control<ValueBox>("Seed")->value();
    QTest::mouseClick(shown.control<QToolButton>("Draw another seed"), Qt::LeftButton);
    QVERIFY(shown.control<ValueBox>("Seed")->value() != next);
}

void GenerateOrdersTest::wrongField_isShownInsteadOfOrdered()
{
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    auto *box = shown.control<ValueBox>("Top region 2"); // in a folded section
    QVERIFY(!box->isVisible());
    shown.form.setText("top_region_index", 1, QStringLiteral("one"));
    shown.panel.generate();
    QCOMPARE(orders.size(), 0);
    QVERIFY(box->isVisible());
    QCOMPARE(shown.fieldsWith("error"), QStringList{QStringLiteral("top_region_index")});
    QCOMPARE(QApplication::focusWidget()->accessibleName(), QStringLiteral("Top region 1"));
    shown.panel.openSweep();
    QVERIFY(!shown.panel.findChild<SweepDialog *>());
}

void GenerateOrdersTest::wrongTextInTheEditor_isNotPassedOver()
{
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    shown.typeDocument(QStringLiteral("{\"dim\": [128, 128"));
    shown.control<QComboBox>("Modality")->setFocus();
    shown.panel.generate();
    QCOMPARE(orders.size(), 0);
    QVERIFY(shown.editor()->hasFocus());
    QVERIFY(shown.line("documentError").contains(QStringLiteral("not applied")));
}

void GenerateOrdersTest::justTypedDocument_isOrdered()
{
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    shown.typeDocument(QStringLiteral("{\"random_seed\": 77}"));
    shown.panel.generate(); // before the pause is over
    QCOMPARE(orders.size(), 1);
    QVERIFY(orderOf(orders).documents.front().find("77") != std::string::npos);
}

void GenerateOrdersTest::failedPreflight_disablesTheButtonAndSaysWhy()
{
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    auto *generate = shown.panel.findChild<QPushButton *>(QStringLiteral("generate"));
    QVERIFY(generate->isEnabled());
    backend::PreflightReport report;
    report.items = {{.id = QStringLiteral("gpu"),
                     .title = QStringLiteral("GPU"),
                     .state = backend::CheckState::Failed,
                     .fact = {},
                     .problems = {Error{"no_gpu", QStringLiteral("No GPU was found."),
                                        QStringLiteral("Install the driver.")}}}};
    shown.panel.setPreflight(report);
    QVERIFY(!generate->isEnabled());
    QCOMPARE(shown.line("blocked"), QStringLiteral("No GPU was found. Install the driver."));
    QVERIFY(generate->toolTip().contains(QStringLiteral("Install the driver.")));
    shown.panel.generate();
    QCOMPARE(orders.size(), 0);

    report.items.clear();
    report.mayStart = true;
    report.gpuFreeGb = 3.5;
    report.gpuName = QStringLiteral("Card");
    shown.panel.setPreflight(report);
    QVERIFY(generate->isEnabled());
    QCOMPARE(shown.line("blocked"), QString());
    QVERIFY(shown.line("gpu").contains(QStringLiteral("3.5 GB are free on Card")));
}

void GenerateOrdersTest::missingCheckout_isSaidOnceAndBriefly()
{
    const Error missing{
        "root_unset", QStringLiteral("No checkout was found (tried <%1>).").arg(QString(300, u'x')),
        QStringLiteral("Choose its folder.")};
    ShownPanel shown;
    backend::FormContext context = shown.form.context();
    context.source = QStringLiteral("Pinned defaults");
    context.problem = missing;
    shown.form.setContext(context);
    backend::PreflightReport report;
    report.items = {{.id = QStringLiteral("checkout"),
                     .title = QStringLiteral("Checkout"),
                     .state = backend::CheckState::Failed,
                     .fact = {},
                     .problems = {missing}}};
    shown.panel.setPreflight(report);
    QCOMPARE(shown.line("contextProblem"), QString());
    QCOMPARE(shown.line("blocked"), QStringLiteral("Checkout: not ready. Choose its folder."));
    auto *generate = shown.panel.findChild<QPushButton *>(QStringLiteral("generate"));
    QVERIFY(generate->toolTip().contains(missing.message.toHtmlEscaped()));

    // The model may run, and the form still does not know the checkout's defaults.
    report.items.front().state = backend::CheckState::Passed;
    report.items.front().problems.clear();
    report.mayStart = true;
    shown.panel.setPreflight(report);
    QCOMPARE(shown.line("contextProblem"), QStringLiteral("Pinned defaults"));
    QCOMPARE(shown.line("blocked"), QString());
}

void GenerateOrdersTest::costlyOrder_isAskedAboutOnce_data()
{
    QTest::addColumn<bool>("accepted");
    QTest::newRow("refused") << false;
    QTest::newRow("accepted") << true;
}

void GenerateOrdersTest::costlyOrder_isAskedAboutOnce()
{
    QFETCH(bool, accepted);
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    makeCostly(shown.form);
    shown.form.setSeedMode(backend::SeedMode::Increment);
    shown.form.setCount(2);
    shown.panel.generate();
    shown.panel.generate(); // while it is being asked
    const auto dialogs = shown.panel.findChildren<CostDialog *>();
    QCOMPARE(dialogs.size(), 1);
    CostDialog *dialog = dialogs.front();
    QVERIFY(dialog->isModal() && dialog->isVisible());
    auto *memory = tests::control<QLabel>(*dialog, QStringLiteral("GPU memory"));
    QVERIFY(memory && memory->text().contains(QStringLiteral("32 GB")));
    QCOMPARE(tests::control<QLabel>(*dialog, QStringLiteral("Runs"))->text(), QStringLiteral("2"));
    QCOMPARE(orders.size(), 0);
    for (QAbstractButton *button : dialog->findChild<QDialogButtonBox *>()->buttons()) {
        const bool isYes = button->text().contains(QStringLiteral("enerate"));
        if (isYes == accepted)
            QTest::mouseClick(button, Qt::LeftButton);
    }
    QCOMPARE(orders.size(), accepted ? 1 : 0);
    QCOMPARE(shown.form.seeds().front(), accepted ? 1236 : 1234);
    if (accepted) {
        QVERIFY(orderOf(orders).costAccepted);
        QCOMPARE(orderOf(orders).documents.size(), std::size_t{2});
    }
    QTRY_VERIFY(!shown.panel.findChild<CostDialog *>());
    shown.panel.generate(); // another order is another question
    QVERIFY(shown.panel.findChild<CostDialog *>());
}

void GenerateOrdersTest::demoEngine_isNamedAndNotAskedAbout()
{
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    QCOMPARE(shown.line("demo"), QString());
    shown.panel.setPhantom(true);
    QVERIFY(shown.line("demo").contains(QStringLiteral("not the model")));
    makeCostly(shown.form);
    shown.panel.generate();
    QCOMPARE(orders.size(), 1);
    QVERIFY(!orderOf(orders).costAccepted);
    shown.panel.setPhantom(false);
    QCOMPARE(shown.line("demo"), QString());
}

void GenerateOrdersTest::forecast_saysWhereItComesFrom()
{
    ShownPanel shown;
    QCOMPARE(shown.line("time"), QStringLiteral("About 45 s (from the reference formula)"));
    shown.form.setCount(3);
    shown.panel.setPastRuns({pastRun(20), pastRun(25), pastRun(30)});
    QCOMPARE(shown.line("time"),
             QStringLiteral("About 25 s each, 75 s in all (from 3 runs of this size on this GPU)"));
    QCOMPARE(shown.line("disk"), QStringLiteral("About 8 MiB on disk each, 24 MiB in all"));
    shown.type("Size x", QStringLiteral("7"));
    QVERIFY(!shown.line("time").contains(QStringLiteral("25 s")));
}

void GenerateOrdersTest::gpuMemory_saysWhereItComesFrom()
{
    ShownPanel shown;
    QCOMPARE(shown.line("gpu"),
             QStringLiteral("About 16 GB of GPU memory (from the reference formula)"));
    std::vector<backend::RunSummary> runs{pastRun(20), pastRun(25), pastRun(30)};
    for (std::size_t i = 0; i < 2; ++i) {
        runs[i].measured.gpuMemoryMbPeak = 12'800;
        runs[i].measured.gpuBasis = QStringLiteral("processes");
    }
    shown.panel.setPastRuns(runs);
    QCOMPARE(shown.line("gpu"),
             QStringLiteral(
                 "About 12.5 GB of GPU memory (measured in 2 runs of this size on this GPU)"));
    makeCostly(shown.form);
    QCOMPARE(shown.line("gpu"),
             QStringLiteral("About 32 GB of GPU memory (from the reference formula)"));
}

void GenerateOrdersTest::learnedMemory_goesWithTheOrder()
{
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    shown.panel.generate();
    QCOMPARE(orderOf(orders).expectedGpuMemory,
             std::vector<LearnedGpuMemory>(1)); // only the formula knows
    backend::RunSummary measured = pastRun(20);
    measured.measured.gpuMemoryMbPeak = 12'800;
    measured.measured.gpuMemoryMbHeld = 3'000;
    measured.measured.gpuBasis = QStringLiteral("processes");
    shown.panel.setPastRuns({measured});
    shown.form.setCount(2);
    shown.panel.generate();
    const LearnedGpuMemory learned{.peakMb = 12'800, .heldMb = 3'000};
    QCOMPARE(orderOf(orders, 1).expectedGpuMemory,
             (std::vector<LearnedGpuMemory>{learned, learned}));
}

void GenerateOrdersTest::severalAtOnce_areCountedOnAsFarAsTheMachineManagedThem_data()
{
    QTest::addColumn<int>("runs");
    QTest::addColumn<int>("allowed");
    QTest::addColumn<QString>("time");
    QTest::newRow("one run") << 1 << 0 << "About 20 s (from 1 run of this size on this GPU)";
    QTest::newRow("as many as were managed")
        << 8 << 0
        << "About 40 s each, 80 s in all with 4 at once (from 1 run of this size on this GPU, 4 at "
           "once)";
    QTest::newRow("one after another, as the settings say")
        << 8 << 1 << "About 20 s each, 3 min in all (from 1 run of this size on this GPU)";
}

void GenerateOrdersTest::severalAtOnce_areCountedOnAsFarAsTheMachineManagedThem()
{
    QFETCH(const int, runs);
    QFETCH(const int, allowed);
    QFETCH(const QString, time);
    backend::RunSummary shared = pastRun(40);
    shared.mostAtOnce = 4;
    backend::RunSummary small = pastRun(2); // says nothing of larger ones
    small.dim = {64, 64, 64};
    small.mostAtOnce = 16;
    ShownPanel shown;
    shown.panel.setPastRuns({pastRun(20), shared, small});
    shown.panel.setUse(allowed, false);
    shown.form.setCount(runs);
    QCOMPARE(shown.line("time"), time);
}

void GenerateOrdersTest::warmStart_isForecastFromWarmRuns()
{
    backend::RunSummary warm = pastRun(5);
    warm.warm = true;
    ShownPanel shown;
    shown.panel.setPastRuns({pastRun(25), warm});
    QVERIFY(shown.line("time").startsWith(QStringLiteral("About 25 s")));
    shown.panel.setUse(0, true);
    QCOMPARE(shown.line("time"),
             QStringLiteral("About 5 s (from 1 run of this size on this GPU, started warm)"));
}

void GenerateOrdersTest::sweepOfSizes_saysWhatIsNotLearned()
{
    ShownPanel shown;
    shown.panel.setPastRuns({pastRun(20)});
    shown.panel.openSweep();
    auto *dialog = shown.panel.findChild<SweepDialog *>();
    const auto *cost = dialog->findChild<QLabel *>(QStringLiteral("cost"));
    auto *sizes = tests::control<QLineEdit>(*dialog, QStringLiteral("Size"));
    sizes->setText(QStringLiteral("256 256 128"));
    QTRY_VERIFY(cost->text().contains(QStringLiteral("(from 1 run of this size on this GPU)")));
    sizes->setText(QStringLiteral("256 256 128; 128 128 128"));
    QTRY_VERIFY(cost->text().contains(QStringLiteral("(in part from the reference formula)")));
}

void GenerateOrdersTest::sweep_saysHowManyRunsBeforeItIsOrdered()
{
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    shown.panel.openSweep();
    auto *dialog = shown.panel.findChild<SweepDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    QPushButton *add = dialog->findChild<QDialogButtonBox *>()->findChild<QPushButton *>();
    const auto text = [dialog](const char *name) {
        return dialog->findChild<QLabel *>(QString::fromUtf8(name))->text();
    };
    QVERIFY(!add->isEnabled()); // nothing varies
    auto *modalities = dialog->findChild<QListWidget *>();
    modalities->item(1)->setCheckState(Qt::Checked);
    modalities->item(3)->setCheckState(Qt::Checked);
    tests::control<QLineEdit>(*dialog, QStringLiteral("Seed"))->setText(QStringLiteral("1, 5-7"));
    QTRY_COMPARE(text("count"), QStringLiteral("8 runs"));
    QVERIFY(text("cost").contains(QStringLiteral("About 45 s each, 6 min in all")));
    QVERIFY(text("labels").startsWith(QStringLiteral("T1 ")));
    QVERIFY(text("labels").contains(QStringLiteral("2 more")));
    QVERIFY(add->isEnabled() && add->text().contains(u'8'));
    tests::control<QLineEdit>(*dialog, QStringLiteral("Size"))
        ->setText(QStringLiteral("128 128 128; 256 × 256 × 128"));
    QVERIFY(!add->isEnabled()); // until it is counted again
    QTRY_COMPARE(text("count"), QStringLiteral("16 runs"));
    QTest::mouseClick(add, Qt::LeftButton);

    QCOMPARE(orders.size(), 1);
    const GenerateOrder order = orderOf(orders);
    QCOMPARE(order.documents.size(), std::size_t{16});
    QCOMPARE(order.labels.size(), 16);
    QCOMPARE(order.expectedSeconds.size(), std::size_t{16});
    QVERIFY(!order.group.isEmpty());
    QVERIFY(order.expectedSeconds.front() < order.expectedSeconds.back()); // the small size first
    QCOMPARE(shown.form.seeds(), std::vector<std::int64_t>{1234});         // not used
}

void GenerateOrdersTest::sweep_cannotBeOrderedWhileAValueIsWrong_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("values");
    QTest::addColumn<QString>("key");
    QTest::newRow("seeds that end before they begin") << "Seed"
                                                      << "8-5"
                                                      << "random_seed";
    QTest::newRow("a seed that is none") << "Seed"
                                         << "1, two"
                                         << "random_seed";
    QTest::newRow("a size between multiples") << "Size"
                                              << "100 256 128"
                                              << "dim";
    QTest::newRow("a size of two axes") << "Size"
                                        << "256 256"
                                        << "dim";
    QTest::newRow("no step") << "Diffusion steps"
                             << "10, 0"
                             << "num_inference_steps";
    QTest::newRow("a word") << "Guidance"
                            << "strong"
                            << "cfg_guidance_scale";
    QTest::newRow("too many") << "Seed"
                              << "1-5000"
                              << "random_seed";
}

void GenerateOrdersTest::sweep_cannotBeOrderedWhileAValueIsWrong()
{
    QFETCH(QString, field);
    QFETCH(QString, values);
    QFETCH(QString, key);
    ShownPanel shown;
    shown.panel.openSweep();
    auto *dialog = shown.panel.findChild<SweepDialog *>();
    QPushButton *add = dialog->findChild<QDialogButtonBox *>()->findChild<QPushButton *>();
    dialog->findChild<QListWidget *>()->item(1)->setCheckState(Qt::Checked);
    QTRY_VERIFY(add->isEnabled());
    tests::control<QLineEdit>(*dialog, field)->setText(values);
    auto *error = dialog->findChild<QLabel *>(QStringLiteral("error_%1").arg(key));
    QTRY_VERIFY(error->isVisible() && !error->text().isEmpty());
    QVERIFY(!add->isEnabled());
    tests::control<QLineEdit>(*dialog, field)->clear();
    QTRY_VERIFY(add->isEnabled());
    QVERIFY(!error->isVisible());
}

void GenerateOrdersTest::costlySweep_isAskedAboutOnce()
{
    ShownPanel shown;
    QSignalSpy orders(&shown.panel, &GeneratePanel::generateRequested);
    shown.form.setSeedMode(backend::SeedMode::Increment);
    shown.panel.openSweep();
    auto *dialog = shown.panel.findChild<SweepDialog *>();
    QPushButton *add = dialog->findChild<QDialogButtonBox *>()->findChild<QPushButton *>();
    tests::control<QLineEdit>(*dialog, QStringLiteral("Diffusion steps"))
        ->setText(QStringLiteral("30, 900"));
    QTRY_VERIFY(add->isEnabled());
    QTest::mouseClick(add, Qt::LeftButton);
    QCOMPARE(orders.size(), 0);
    auto *question = shown.panel.findChild<CostDialog *>();
    QVERIFY(question);
    question->accept();
    QCOMPARE(orders.size(), 1);
    QVERIFY(orderOf(orders).costAccepted);
    QCOMPARE(shown.form.seeds().front(), 1235); // one seed was used, by all of them
}

void GenerateOrdersTest::settling_isToldOnceAfterManyChanges()
{
    ShownPanel shown;
    QSignalSpy settled(&shown.panel, &GeneratePanel::formSettled);
    QSignalSpy changed(&shown.form, &backend::RequestForm::changed);
    shown.type("Seed", QStringLiteral("12345"));
    QVERIFY(changed.size() >= 5);
    QCOMPARE(settled.size(), 0);
    QVERIFY(settled.wait());
    QCOMPARE(settled.size(), 1);
    QCOMPARE(shown.text("random_seed"), QStringLiteral("12345"));
}

QTEST_MAIN(GenerateOrdersTest)
#include "tst_GenerateOrders.moc"
