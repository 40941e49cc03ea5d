// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/LearnedCost.h"

#include <QTest>

#include <algorithm>

using namespace mrb::backend;

namespace {

RunSummary pastRun(std::int64_t edge, std::int64_t steps, double seconds, int minute = 0)
{
    RunSummary run;
    run.verdict = EntryVerdict::Passed;
    run.state = RunState::Ended;
    run.dim = {edge, edge, edge};
    run.steps = steps;
    run.seconds = seconds;
    run.gpuName = QStringLiteral("H100");
    run.startedAt = QDateTime(QDate(2026, 3, 1), QTime(10, minute), Qt::UTC);
    run.volumes.resize(1);
    run.bytes = static_cast<std::uint64_t>(edge * edge * edge); // a byte for each voxel
    return run;
}

CostEstimate formulaFor(std::int64_t edge, std::int64_t steps)
{
    return estimateCost({edge, edge, edge}, steps, "version");
}

} // namespace

class TestLearnedCost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutPastRuns_theFormulaSpeaks()
    {
        const CostEstimate formula = formulaFor(256, 30);
        const CostForecast forecast = forecastCost(formula, false, {});
        QCOMPARE(forecast.learnedFrom, 0);
        QCOMPARE(forecast.seconds, formula.wallSeconds);
        QCOMPARE(forecast.diskMb, formula.diskMb);
        QCOMPARE(forecast.gpuMemoryGb, formula.peakVramGb);
    }

    void runsOfTheSameSize_giveTheirMedian()
    {
        const CostForecast forecast =
            forecastCost(formulaFor(256, 30), false,
                         {pastRun(256, 30, 27), pastRun(256, 30, 25), pastRun(256, 30, 300),
                          pastRun(256, 50, 44), pastRun(128, 30, 9)});
        QCOMPARE(forecast.seconds, 27.0);
        QCOMPARE(forecast.learnedFrom, 3);
        QCOMPARE(forecast.diskMb, 16.0);
        QCOMPARE(forecast.gpuMemoryGb, 16.0);
    }

    void otherSizes_areReadOffALine()
    {
        // 20 s to load, then one second for 10 steps of 64 cubed.
        const auto at = [](std::int64_t edge, std::int64_t steps) {
            return 20.0 + static_cast<double>(edge * edge * edge * steps) / (64.0 * 64 * 64 * 10);
        };
        const std::vector<RunSummary> runs = {pastRun(64, 10, at(64, 10)),
                                              pastRun(64, 30, at(64, 30)),
                                              pastRun(128, 30, at(128, 30))};
        const CostForecast forecast = forecastCost(formulaFor(128, 20), false, runs);
        QCOMPARE(forecast.learnedFrom, 3);
        QVERIFY(std::abs(forecast.seconds - at(128, 20)) < 1e-6);
        QCOMPARE(forecast.diskMb, 2.0);
        // Too far beyond what was measured.
        QCOMPARE(forecastCost(formulaFor(256, 30), false, runs).learnedFrom, 0);
    }

    void tooFewOrOddRuns_leaveItToTheFormula_data()
    {
        QTest::addColumn<std::vector<RunSummary>>("runs");
        QTest::newRow("two sizes")
            << std::vector{pastRun(64, 30, 5), pastRun(64, 30, 6), pastRun(96, 30, 9)};
        QTest::newRow("faster when larger")
            << std::vector{pastRun(64, 30, 50), pastRun(96, 30, 30), pastRun(160, 30, 10)};
        auto failed = std::vector{pastRun(128, 30, 5)};
        failed.front().verdict = EntryVerdict::GateFailed;
        QTest::newRow("failed") << failed;
        auto phantom = std::vector{pastRun(128, 30, 5)};
        phantom.front().verdict = EntryVerdict::Demo;
        phantom.front().phantom = true;
        QTest::newRow("the other engine") << phantom;
        QTest::newRow("no time") << std::vector{pastRun(128, 30, 0)};
    }

    void tooFewOrOddRuns_leaveItToTheFormula()
    {
        QFETCH(std::vector<RunSummary>, runs);
        const CostForecast forecast = forecastCost(formulaFor(128, 30), false, runs);
        QCOMPARE(forecast.learnedFrom, 0);
        QCOMPARE(forecast.seconds, formulaFor(128, 30).wallSeconds);
    }

    void anotherGpu_doesNotCount()
    {
        RunSummary other = pastRun(128, 30, 99, 1);
        other.gpuName = QStringLiteral("A100");
        const std::vector<RunSummary> runs = {pastRun(128, 30, 10, 59), other};
        QCOMPARE(forecastCost(formulaFor(128, 30), false, runs).seconds, 10.0); // the newest
        QCOMPARE(forecastCost(formulaFor(128, 30), false, runs, QStringLiteral("A100")).seconds,
                 99.0);
        QCOMPARE(forecastCost(formulaFor(128, 30), false, runs, QStringLiteral("L4")).learnedFrom,
                 0);
    }

    void gpuMemory_isTheLargestMeasuredOfTheSameSize()
    {
        const auto holding = [](RunSummary run, double megabytes, const char *basis = "processes") {
            run.measured.gpuMemoryMbPeak = megabytes;
            run.measured.gpuBasis = QString::fromLatin1(basis);
            return run;
        };
        const std::vector<RunSummary> runs = {holding(pastRun(128, 30, 10), 4096),
                                              holding(pastRun(128, 50, 20), 5120),
                                              holding(pastRun(128, 30, 11), 60'000, "device"),
                                              holding(pastRun(128, 30, 11), 0),
                                              holding(pastRun(96, 30, 8), 2048),
                                              pastRun(128, 30, 12)};
        const CostForecast forecast = forecastCost(formulaFor(128, 30), false, runs);
        QCOMPARE(forecast.gpuMemoryGb, 5.0);
        QCOMPARE(forecast.memoryLearnedFrom, 2);
        // Measured of no run of this size, or not of this GPU.
        for (const CostForecast &other :
             {forecastCost(formulaFor(160, 30), false, runs),
              forecastCost(formulaFor(128, 30), false, runs, QStringLiteral("L4"))}) {
            QCOMPARE(other.gpuMemoryGb, 16.0);
            QCOMPARE(other.memoryLearnedFrom, 0);
        }
    }

    void onlyTheNewestRuns_count()
    {
        std::vector<RunSummary> runs(60, pastRun(128, 30, 100, 0));
        runs.insert(runs.end(), 50, pastRun(128, 30, 10, 30));
        const CostForecast forecast = forecastCost(formulaFor(128, 30), false, runs);
        QCOMPARE(forecast.seconds, 10.0);
        QCOMPARE(forecast.learnedFrom, 50);
    }

    void phantoms_areForecastFromPhantoms()
    {
        RunSummary demo = pastRun(64, 30, 2);
        demo.verdict = EntryVerdict::Demo;
        demo.phantom = true;
        demo.gpuName.clear();
        const CostForecast forecast =
            forecastCost(formulaFor(64, 30), true, {demo, pastRun(64, 30, 50)});
        QCOMPARE(forecast.seconds, 2.0);
        QCOMPARE(forecast.learnedFrom, 1);
    }
};

QTEST_GUILESS_MAIN(TestLearnedCost)
#include "tst_LearnedCost.moc"
