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

RunSummary sharing(RunSummary run, int atOnce)
{
    run.mostAtOnce = atOnce;
    return run;
}

/// A warm run, or a cold one, that spent so long in imports.
RunSummary importing(RunSummary run, double seconds, bool warm = false)
{
    run.warm = warm;
    run.importSeconds = seconds;
    return run;
}

RunSummary started(RunSummary run, bool warm)
{
    run.warm = warm;
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

    void whatIsHeldAllAlong_isTheLargestOfTheSameSizeThere()
    {
        const auto holding = [](RunSummary run, std::optional<double> heldMb,
                                const char *basis = "processes") {
            run.measured.gpuMemoryMbPeak = 20'480;
            run.measured.gpuMemoryMbHeld = heldMb;
            run.measured.gpuBasis = QString::fromLatin1(basis);
            return run;
        };
        const std::vector<RunSummary> runs = {
            holding(pastRun(128, 30, 10), 4096),
            holding(pastRun(128, 50, 20), 5120),
            holding(pastRun(128, 30, 11), {}), // by an earlier version
            holding(pastRun(128, 30, 11), 60'000, "device"),
            holding(pastRun(128, 30, 11), 0),
            holding(pastRun(96, 30, 8), {}),
            holding(pastRun(160, 30, 8), 9216)};
        const CostForecast forecast = forecastCost(formulaFor(128, 30), false, runs);
        QCOMPARE(forecast.gpuHeldGb, std::optional(5.0));
        QCOMPARE(forecast.gpuMemoryGb, 20.0);
        QVERIFY(!forecastCost(formulaFor(96, 30), false, runs).gpuHeldGb);
        QVERIFY(!forecastCost(formulaFor(64, 30), false, runs).gpuHeldGb);
        QVERIFY(!forecastCost(formulaFor(128, 30), false, runs, QStringLiteral("L4")).gpuHeldGb);
    }

    void runsThatShareTheGpu_areForecastFromSuchRuns_data()
    {
        QTest::addColumn<std::vector<RunSummary>>("runs");
        QTest::addColumn<int>("atOnce");
        QTest::addColumn<double>("seconds");
        QTest::addColumn<int>("learnedFrom");
        QTest::addColumn<int>("fewest");
        QTest::addColumn<int>("most");
        const std::vector<RunSummary> runs = {
            pastRun(128, 30, 20), pastRun(128, 30, 22), sharing(pastRun(128, 30, 30), 4),
            sharing(pastRun(128, 30, 50), 8), sharing(pastRun(96, 30, 1), 6)};
        QTest::newRow("alone") << runs << 1 << 21.0 << 2 << 1 << 1;
        QTest::newRow("as many") << runs << 8 << 50.0 << 1 << 8 << 8;
        QTest::newRow("between") << runs << 6 << 40.0 << 2 << 4 << 8;
        QTest::newRow("between alone and four") << runs << 2 << 24.0 << 3 << 1 << 4;
        QTest::newRow("somewhat more") << runs << 10 << 60.0 << 2 << 4 << 8;
        QTest::newRow("twice as many") << runs << 16 << 90.0 << 2 << 4 << 8;
        QTest::newRow("far more: as the largest") << runs << 17 << 50.0 << 1 << 8 << 8;
        QTest::newRow("none") << runs << 0 << 21.0 << 2 << 1 << 1;
        QTest::newRow("fewer than any known")
            << std::vector{sharing(pastRun(128, 30, 30), 4)} << 2 << 30.0 << 1 << 4 << 4;
        QTest::newRow("only alone")
            << std::vector{pastRun(128, 30, 20)} << 2 << 20.0 << 1 << 1 << 1;
        QTest::newRow("a line that falls is noise")
            << std::vector{sharing(pastRun(128, 30, 32), 4), sharing(pastRun(128, 30, 30), 8)} << 16
            << 30.0 << 2 << 4 << 8;
    }

    void runsThatShareTheGpu_areForecastFromSuchRuns()
    {
        QFETCH(std::vector<RunSummary>, runs);
        QFETCH(int, atOnce);
        const CostForecast forecast = forecastCost(formulaFor(128, 30), false, runs, {}, atOnce);
        QTEST(forecast.seconds, "seconds");
        QTEST(forecast.learnedFrom, "learnedFrom");
        QTEST(forecast.learnedAtOnce, "fewest");
        QTEST(forecast.learnedAtOnceMost, "most");
        QVERIFY(forecast.learnedSameSize && !forecast.learnedWarm);
    }

    void aLineOverSizes_isOfRunsWithTheSameCompany()
    {
        // Alone a second for each 10 steps of 64 cubed, four at once three seconds.
        std::vector<RunSummary> runs;
        for (const std::int64_t steps : {10, 30, 50}) {
            runs.push_back(pastRun(64, steps, static_cast<double>(steps) / 10));
            runs.push_back(sharing(pastRun(64, steps, static_cast<double>(steps) * 3 / 10), 4));
        }
        const CostForecast alone = forecastCost(formulaFor(64, 40), false, runs);
        QVERIFY(std::abs(alone.seconds - 4) < 1e-6);
        QCOMPARE(alone.learnedFrom, 3);
        const CostForecast shared = forecastCost(formulaFor(64, 40), false, runs, {}, 4);
        QVERIFY(std::abs(shared.seconds - 12) < 1e-6);
        QVERIFY(!shared.learnedSameSize);
        QCOMPARE(shared.learnedAtOnce, 4);
        // One size that was measured beats a line through others.
        runs.push_back(sharing(pastRun(64, 40, 9), 4));
        QCOMPARE(forecastCost(formulaFor(64, 40), false, runs, {}, 4).seconds, 9.0);
    }

    void gpuMemory_countsHoweverManyShared()
    {
        std::vector<RunSummary> runs = {pastRun(128, 30, 10),
                                        started(sharing(pastRun(128, 30, 20), 8), true)};
        for (RunSummary &run : runs)
            run.measured.gpuBasis = QStringLiteral("processes");
        runs[0].measured.gpuMemoryMbPeak = 4096;
        runs[1].measured.gpuMemoryMbPeak = 5120;
        const CostForecast forecast = forecastCost(formulaFor(128, 30), false, runs);
        QCOMPARE(forecast.gpuMemoryGb, 5.0);
        QCOMPARE(forecast.memoryLearnedFrom, 2);
        QCOMPARE(forecast.seconds, 10.0);
    }

    void warmAndColdRuns_areNotMixed()
    {
        const ForecastFor warm{.warm = true};
        const std::vector<RunSummary> cold = {pastRun(128, 30, 24)};
        const std::vector<RunSummary> both = {pastRun(128, 30, 24),
                                              started(pastRun(128, 30, 6), true),
                                              started(pastRun(128, 30, 5), true)};
        QCOMPARE(forecastCost(formulaFor(128, 30), false, both).seconds, 24.0);
        const CostForecast learned = forecastCost(formulaFor(128, 30), false, both, warm);
        QCOMPARE(learned.seconds, 5.5);
        QVERIFY(learned.learnedWarm);
        // Cold ones last longer, which is on the safe side, and it is said.
        const CostForecast fromCold = forecastCost(formulaFor(128, 30), false, cold, warm);
        QCOMPARE(fromCold.seconds, 24.0);
        QVERIFY(!fromCold.learnedWarm);
        const CostForecast none = forecastCost(formulaFor(128, 30), false, {both[1], both[2]});
        QCOMPARE(none.learnedFrom, 0);
        QCOMPARE(none.seconds, formulaFor(128, 30).wallSeconds);
    }

    void theBasis_isSaidInWords_data()
    {
        QTest::addColumn<CostForecast>("forecast");
        QTest::addColumn<QString>("words");
        const CostForecast learned{
            .learnedFrom = 5, .learnedAtOnce = 1, .learnedAtOnceMost = 1, .learnedSameSize = true};
        QTest::newRow("formula") << CostForecast() << "from the reference formula";
        QTest::newRow("alone") << learned << "from 5 runs of this size on this GPU";
        CostForecast changed = learned;
        changed.learnedFrom = 1;
        QTest::newRow("one") << changed << "from 1 run of this size on this GPU";
        changed = learned;
        changed.asked.atOnce = 8;
        QTest::newRow("alone, for eight")
            << changed << "from 5 runs of this size on this GPU, one at a time";
        changed.learnedAtOnce = changed.learnedAtOnceMost = 8;
        QTest::newRow("eight") << changed << "from 5 runs of this size on this GPU, 8 at once";
        changed.learnedAtOnce = 4;
        QTest::newRow("between") << changed
                                 << "from 5 runs of this size on this GPU, 4 to 8 at once";
        changed = learned;
        changed.asked.warm = true;
        QTest::newRow("cold, for a warm start")
            << changed << "from 5 runs of this size on this GPU, started cold";
        changed.learnedWarm = true;
        QTest::newRow("warm") << changed << "from 5 runs of this size on this GPU, started warm";
        changed = learned;
        changed.learnedSameSize = false;
        QTest::newRow("line") << changed << "from 5 runs of other sizes on this GPU";
        changed = learned;
        changed.phantom = true;
        QTest::newRow("phantom") << changed << "from 5 runs of this size on this machine";
    }

    void theBasis_isSaidInWords()
    {
        QFETCH(CostForecast, forecast);
        QTEST(forecastBasis(forecast), "words");
    }

    void aBatch_lastsUntilItsLastRun_data()
    {
        QTest::addColumn<std::vector<double>>("seconds");
        QTest::addColumn<int>("atOnce");
        QTest::addColumn<double>("whole");
        QTest::newRow("nothing") << std::vector<double>{} << 4 << 0.0;
        QTest::newRow("one after another") << std::vector{3.0, 4.0} << 1 << 7.0;
        QTest::newRow("even") << std::vector<double>(16, 2.0) << 8 << 4.0;
        QTest::newRow("one more than even") << std::vector<double>(17, 2.0) << 8 << 6.0;
        QTest::newRow("more places than runs") << std::vector{3.0, 4.0} << 8 << 4.0;
        QTest::newRow("a long last one") << std::vector{1.0, 1.0, 10.0} << 2 << 11.0;
        QTest::newRow("no places is one") << std::vector{3.0, 4.0} << 0 << 7.0;
    }

    void aBatch_lastsUntilItsLastRun()
    {
        QFETCH(std::vector<double>, seconds);
        QFETCH(int, atOnce);
        QTEST(batchSeconds(seconds, atOnce), "whole");
        std::vector<CostForecast> forecasts;
        for (const double run : seconds)
            forecasts.push_back({.seconds = run});
        QTEST(batchSeconds(forecasts, atOnce), "whole");
    }

    void aWarmStart_savesTheImportsOfColdRuns()
    {
        std::vector<RunSummary> runs = {importing(pastRun(128, 30, 24), 16),
                                        importing(pastRun(64, 10, 20), 15),
                                        importing(pastRun(128, 30, 90), 80), pastRun(128, 30, 24)};
        QCOMPARE(warmSavesSeconds(runs),
                 std::optional(WarmSaving{.seconds = 16, .learnedFrom = 3, .warmRuns = 0}));
        // Eight that import at once are slow for another reason.
        runs.push_back(importing(sharing(pastRun(128, 30, 90), 8), 60));
        QCOMPARE(warmSavesSeconds(runs)->learnedFrom, 3);
        QCOMPARE(warmSavesSeconds({runs.back()})->seconds, 60.0);
        // What remains of it is no saving.
        runs.push_back(importing(pastRun(128, 30, 6), 0.5, true));
        QCOMPARE(warmSavesSeconds(runs),
                 std::optional(WarmSaving{.seconds = 15.5, .learnedFrom = 3, .warmRuns = 1}));
        QVERIFY(!warmSavesSeconds(runs, QStringLiteral("L4")));
    }

    void withoutAColdRunOfTheModel_nothingIsSavedForCertain()
    {
        QVERIFY(!warmSavesSeconds({}));
        RunSummary demo = importing(pastRun(64, 30, 2), 1);
        demo.verdict = EntryVerdict::Demo;
        demo.phantom = true;
        RunSummary failed = importing(pastRun(64, 30, 2), 1);
        failed.verdict = EntryVerdict::Failed;
        QVERIFY(!warmSavesSeconds({demo, failed, importing(pastRun(128, 30, 6), 0.5, true)}));
        QVERIFY(!warmSavesSeconds(
            {importing(pastRun(128, 30, 6), 0.4), importing(pastRun(128, 30, 6), 0.5, true)}));
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
