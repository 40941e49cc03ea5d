// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/request/CostEstimate.h"

#include <QtTest>

using namespace mrb;
using namespace mrb::backend;

class TestCostEstimate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsTheFormula_data();
    void followsTheFormula();
    void theGateUsesTheRoundedFigures();
    void warnsAboveEightyFivePerCentOfTheCard_data();
    void warnsAboveEightyFivePerCentOfTheCard();
    void writesTheDocumentedKeys();
};

void TestCostEstimate::followsTheFormula_data()
{
    QTest::addColumn<QList<int>>("dim");
    QTest::addColumn<int>("steps");
    QTest::addColumn<double>("seconds");
    QTest::addColumn<double>("vramGb");
    QTest::addColumn<double>("diskMb");
    QTest::addColumn<bool>("consent");
    QTest::newRow("default") << QList{256, 256, 128} << 30 << 45.0 << 16.0 << 16.0 << false;
    QTest::newRow("reference") << QList{256, 256, 256} << 30 << 90.0 << 16.0 << 32.0 << false;
    QTest::newRow("smallest") << QList{64, 64, 64} << 1 << 0.0 << 16.0 << 0.5 << false;
    QTest::newRow("rounded") << QList{96, 160, 224} << 7 << 4.3 << 16.0 << 6.6 << false;
    QTest::newRow("largest") << QList{512, 512, 256} << 30 << 360.0 << 32.0 << 128.0 << true;
    QTest::newRow("one axis above 256") << QList{288, 64, 64} << 1 << 0.2 << 32.0 << 2.2 << true;
    QTest::newRow("exactly 300 s") << QList{256, 256, 256} << 100 << 300.0 << 16.0 << 32.0 << false;
    QTest::newRow("303 s") << QList{256, 256, 256} << 101 << 303.0 << 16.0 << 32.0 << true;
    QTest::newRow("many steps") << QList{256, 256, 128} << 1000 << 1500.0 << 16.0 << 16.0 << true;
}

void TestCostEstimate::followsTheFormula()
{
    QFETCH(QList<int>, dim);
    QFETCH(int, steps);
    QFETCH(double, seconds);
    QFETCH(double, vramGb);
    QFETCH(double, diskMb);
    QFETCH(bool, consent);
    const CostEstimate estimate = estimateCost({dim[0], dim[1], dim[2]}, steps, "v");
    QCOMPARE(estimate.wallSeconds, seconds);
    QCOMPARE(estimate.peakVramGb, vramGb);
    QCOMPARE(estimate.diskMb, diskMb);
    QCOMPARE(estimate.voxelsPerSample, std::int64_t{dim[0]} * dim[1] * dim[2]);
    QCOMPARE(needsConsent(estimate), consent);
}

void TestCostEstimate::theGateUsesTheRoundedFigures()
{
    // 160 x 192 x 224 in 731 steps is 300.008... s by the formula, 300.0 after rounding? Search the
    // grid for a size whose exact figure is above 300 and whose rounded one is not.
    bool found = false;
    for (std::int64_t x = 64; x <= 256 && !found; x += 32) {
        for (std::int64_t steps = 1; steps <= 1000 && !found; ++steps) {
            const double exact = 90.0 * static_cast<double>(x * 224 * 224) / 16777216.0 *
                                 static_cast<double>(steps) / 30.0;
            if (exact <= 300.001 || exact >= 300.049)
                continue;
            found = true;
            QVERIFY(!needsConsent(estimateCost({x, 224, 224}, steps, "v")));
        }
    }
    QVERIFY(found);
}

void TestCostEstimate::warnsAboveEightyFivePerCentOfTheCard_data()
{
    QTest::addColumn<double>("cardGb");
    QTest::addColumn<bool>("warns");
    QTest::newRow("half") << 32.0 << false;
    QTest::newRow("exactly 80 %") << 20.0 << false;
    QTest::newRow("86 %") << 18.6 << true;
    QTest::newRow("all of it") << 16.0 << true;
    QTest::newRow("none") << 0.0 << true;
}

void TestCostEstimate::warnsAboveEightyFivePerCentOfTheCard()
{
    QFETCH(double, cardGb);
    QFETCH(bool, warns);
    const auto warning = adviseOnVram(estimateCost({256, 256, 128}, 30, "v"), cardGb);
    QCOMPARE(warning.has_value(), warns);
    if (warning)
        QVERIFY(warning->code == backend::error_codes::kVramTight && !warning->hint.isEmpty());
}

void TestCostEstimate::writesTheDocumentedKeys()
{
    QCOMPARE(toJson(estimateCost({256, 256, 128}, 30, "rflow-mr-brain")).dump(),
             std::string(R"({"version":"rflow-mr-brain","voxels_per_sample":8388608,)"
                         R"("num_inference_steps":30,"estimated_wall_seconds":45.0,)"
                         R"("estimated_peak_vram_gb":16.0,"estimated_disk_mb":16.0})"));
}

QTEST_GUILESS_MAIN(TestCostEstimate)
#include "tst_CostEstimate.moc"
