// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/RunCost.h"

#include <QTest>

using namespace mrb::backend;

namespace {

using Value = std::optional<double>;

/// 10 s: imports until 4, models until 4.2, diffusion.
RunOutcome outcome()
{
    RunOutcome outcome;
    outcome.kind = RunOutcome::Kind::Finished;
    outcome.exitCode = 0;
    outcome.seconds = 10;
    outcome.cpuSeconds = 12;
    outcome.peakRssMb = 300;
    outcome.phases = {{QStringLiteral("imports"), 4},
                      {QStringLiteral("models"), 0.2},
                      {QStringLiteral("diffusion"), 5.8}};
    return outcome;
}

GpuSample held(double seconds, double memoryMb, const std::string &uuid = "GPU-a")
{
    return {.seconds = seconds, .ofProcesses = {{uuid, memoryMb}}};
}

/// The same where it was looked at often enough; heldMb is what was there all along.
GpuSample steady(double seconds, double memoryMb, const Value &heldMb)
{
    return {.seconds = seconds, .ofProcesses = {{"GPU-a", memoryMb, heldMb}}};
}

GpuSample grown(double seconds, double memoryMb)
{
    return {.seconds = seconds, .ofDevices = {{"GPU-a", memoryMb}}};
}

GpuSample idle(double seconds)
{
    return {.seconds = seconds};
}

void compare(const Value &got, const Value &wanted)
{
    QCOMPARE(got.has_value(), wanted.has_value());
    if (wanted)
        QVERIFY2(std::abs(*got - *wanted) < 1e-9,
                 qPrintable(QStringLiteral("%1, not %2").arg(*got).arg(*wanted)));
}

} // namespace

class TestRunCost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void processFigures_areTheSumsPeakAndTheSupervisorsTime()
    {
        const RunCost cost =
            costOfRun(outcome(), {.processes = {{1, 200, 1}, {4.1, 700, 4}, {9, 500, 11}}});
        compare(cost.wallSeconds, 10);
        compare(cost.cpuSeconds, 12);
        compare(cost.rssMbPeak, 700);
        compare(cost.scratchMb, {});
    }

    void aPeakBetweenTwoLooks_isTheSupervisors()
    {
        compare(costOfRun(outcome(), {.processes = {{1, 200, 1}}}).rssMbPeak, 300);
        compare(costOfRun(outcome(), {}).rssMbPeak, 300);
    }

    void phases_getWhatFellIntoThem()
    {
        const RunCost cost = costOfRun(
            outcome(), {.processes = {{3, 200, 3}, {4, 250, 4}, {5, 900, 6}, {8, 500, 11}}});
        QCOMPARE(cost.phases.size(), std::size_t{3});
        compare(cost.phases[0].rssMbPeak, 200);
        compare(cost.phases[0].cpuSeconds, 4);
        compare(cost.phases[1].rssMbPeak, 250);
        compare(cost.phases[1].cpuSeconds, 0.4); // two per second from 4 to 5
        compare(cost.phases[2].rssMbPeak, 900);
        compare(cost.phases[2].cpuSeconds, 7.6); // up to the supervisor's 12
    }

    void aPhaseWithoutALook_isNotMeasured()
    {
        const RunCost cost = costOfRun(outcome(), {.processes = {{3, 200, 3}, {5, 900, 6}}});
        compare(cost.phases[1].rssMbPeak, {});
        compare(cost.phases[1].cpuSeconds, {});
        for (const PhaseCost &phase : costOfRun(outcome(), {}).phases)
            QCOMPARE(phase, PhaseCost{});
    }

    void theOnlyPhase_isTheWholeRun()
    {
        RunOutcome quick = outcome();
        quick.phases = {{QStringLiteral("imports"), 10}};
        const RunCost cost = costOfRun(quick, {});
        compare(cost.phases[0].cpuSeconds, 12);
        compare(cost.phases[0].rssMbPeak, 300);
    }

    void aSupervisorThatWasLost_leavesTheLooks()
    {
        RunOutcome lost = outcome();
        lost.cpuSeconds.reset();
        lost.peakRssMb.reset();
        const RunCost cost = costOfRun(lost, {.processes = {{1, 200, 1}, {9, 150, 11}}});
        compare(cost.cpuSeconds, 11);
        compare(cost.rssMbPeak, 200);
        compare(costOfRun(lost, {}).cpuSeconds, {});
    }

    void gpuTime_isThatBetweenLooksWithHalfAtTheEdges()
    {
        const RunCost cost = costOfRun(
            outcome(), {.gpus = {idle(3), held(5, 800), held(7, 12000), held(8, 9000), idle(9)}});
        QCOMPARE(cost.gpuBasis, GpuBasis::Processes);
        compare(cost.gpuSeconds, 1 + 2 + 1 + 0.5);
        compare(cost.gpuMemoryMbPeak, 12000);
        QCOMPARE(cost.gpuSamples, 5);
        QVERIFY(cost.gpuReason.isEmpty());
        compare(cost.phases[0].gpuSeconds, 0.5);
        compare(cost.phases[1].gpuSeconds, 0.1);
        compare(cost.phases[2].gpuSeconds, 3.9);
        compare(cost.phases[0].gpuMemoryMbPeak, 0);
        compare(cost.phases[1].gpuMemoryMbPeak, {}); // no look in it
        compare(cost.phases[2].gpuMemoryMbPeak, 12000);
    }

    void severalGpus_addUpInTimeAndNotInMemory()
    {
        GpuSample both = held(4, 1000);
        both.ofProcesses.push_back({"GPU-b", 3000});
        const RunCost cost = costOfRun(outcome(), {.gpus = {idle(2), both, held(6, 2000)}});
        compare(cost.gpuMemoryMbPeak, 3000);
        compare(cost.gpuSeconds, (1 + 2 + 2) + (1 + 1));
        QCOMPARE(cost.gpus.size(), std::size_t{2});
        QCOMPARE(cost.gpus[0].uuid, std::string("GPU-a"));
        compare(cost.gpus[0].gpuSeconds, 5);
        compare(cost.gpus[0].gpuMemoryMbPeak, 2000);
        compare(cost.gpus[1].gpuSeconds, 2);
    }

    void whatIsHeldAllAlong_isTheLargestOfItOnOneGpu()
    {
        GpuSample both = steady(6, 1500, 1400);
        both.ofProcesses.push_back({"GPU-b", 5000, 2400});
        const RunCost cost =
            costOfRun(outcome(), {.gpus = {held(4, 12000), steady(5, 9000, 2000), both,
                                           steady(7, 700, 600), held(8, 8000), idle(9)}});
        compare(cost.gpuMemoryMbPeak, 12000);
        compare(cost.gpuMemoryMbHeld, 2400);
    }

    void whatIsHeldAllAlong_isAbsentWhereNothingSaysIt()
    {
        compare(costOfRun(outcome(), {.gpus = {held(4, 12000), idle(6)}}).gpuMemoryMbHeld, {});
        compare(costOfRun(outcome(), {.gpus = {grown(4, 5000), idle(6)}}).gpuMemoryMbHeld, {});
        compare(costOfRun(outcome(), {.gpus = {idle(4)}}).gpuMemoryMbHeld, {});
        compare(costOfRun(outcome(),
                          {.gpus = {steady(4, 900, 800)}, .gpuProblem = QStringLiteral("it hangs")})
                    .gpuMemoryMbHeld,
                {});
    }

    void hiddenProcesses_leaveTheDevicesGrowth()
    {
        const RunCost cost = costOfRun(outcome(), {.gpus = {idle(2), grown(4, 5000), idle(6)}});
        QCOMPARE(cost.gpuBasis, GpuBasis::Device);
        compare(cost.gpuMemoryMbPeak, 5000);
        compare(cost.gpuSeconds, 2);
        QVERIFY(cost.gpuReason.contains(QStringLiteral("other programs")));
    }

    void processesCount_whereBothAreKnown()
    {
        const RunCost cost = costOfRun(outcome(), {.gpus = {grown(2, 5000), held(4, 700)}});
        QCOMPARE(cost.gpuBasis, GpuBasis::Processes);
        compare(cost.gpuMemoryMbPeak, 700);
    }

    void aRunThatNeverTouchedAGpu_usedNone()
    {
        const RunCost cost = costOfRun(outcome(), {.gpus = {idle(1), idle(3)}});
        QCOMPARE(cost.gpuBasis, GpuBasis::Processes);
        compare(cost.gpuSeconds, 0);
        compare(cost.gpuMemoryMbPeak, 0);
    }

    void whatIsNotTold_isNotZero_data()
    {
        QTest::addColumn<std::vector<GpuSample>>("gpus");
        QTest::addColumn<QString>("problem");
        QTest::newRow("too short") << std::vector<GpuSample>{} << QString();
        QTest::newRow("card says nothing")
            << std::vector<GpuSample>{idle(1), {.seconds = 2, .hidden = true}} << QString();
        QTest::newRow("given up half way")
            << std::vector<GpuSample>{held(1, 500)} << QStringLiteral("it hangs");
    }
    void whatIsNotTold_isNotZero()
    {
        QFETCH(std::vector<GpuSample>, gpus);
        QFETCH(QString, problem);
        const RunCost cost = costOfRun(outcome(), {.gpus = gpus, .gpuProblem = problem});
        QCOMPARE(cost.gpuBasis, GpuBasis::None);
        compare(cost.gpuSeconds, {});
        compare(cost.gpuMemoryMbPeak, {});
        QVERIFY(cost.gpus.empty());
        QVERIFY(!cost.gpuReason.isEmpty());
        if (!problem.isEmpty())
            QCOMPARE(cost.gpuReason, problem);
        for (const PhaseCost &phase : cost.phases) {
            compare(phase.gpuSeconds, {});
            compare(phase.gpuMemoryMbPeak, {});
        }
    }

    void memoryThatIsNotTold_leavesTheTime()
    {
        GpuSample unknown = held(4, 0);
        unknown.ofProcesses[0].memoryMb.reset();
        const RunCost cost =
            costOfRun(outcome(), {.gpus = {steady(2, 500, 400), unknown, idle(6)}});
        compare(cost.gpuSeconds, 1 + 2 + 1);
        compare(cost.gpuMemoryMbPeak, {});
        compare(cost.gpuMemoryMbHeld, {});
        compare(cost.phases[0].gpuMemoryMbPeak, {});
        QVERIFY(!cost.gpuReason.isEmpty());
    }

    void aRunThatDidNotStart_costsNothingThatWasMeasured()
    {
        RunOutcome failed;
        failed.kind = RunOutcome::Kind::FailedToStart;
        RunCost cost = costOfRun(failed, {});
        QVERIFY(!cost.gpuReason.isEmpty());
        cost.gpuReason.clear();
        QCOMPARE(cost, RunCost{});
    }
};

QTEST_GUILESS_MAIN(TestRunCost)
#include "tst_RunCost.moc"
