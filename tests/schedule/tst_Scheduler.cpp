// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/schedule/Scheduler.h"

#include <QTest>

using namespace mrb::backend;
using namespace std::string_literals;

namespace {

using Room = MachineRoom;
using Started = std::vector<StartedRun>;
using Waiting = std::vector<WaitingRun>;

/// A card of this total of which exactly `freeMb` can be reserved.
GpuRoom card(const char *id, double freeMb, double totalMb = 100'000)
{
    return {.id = id, .totalMb = totalMb, .othersMb = totalMb - gpuMarginMb(totalMb) - freeMb};
}

Room machine(const std::vector<GpuRoom> &gpus, int processors = 100)
{
    return {.gpus = gpus, .processors = processors};
}

RunNeed need(double gpuMb)
{
    return {.gpuMb = gpuMb};
}

WaitingRun waits(const RunNeed &what, double overtaken = 0)
{
    return {.need = what, .overtaken = overtaken};
}

WaitingRun waits(double gpuMb, double overtaken = 0)
{
    return waits(need(gpuMb), overtaken);
}

StartedRun runs(const char *gpu, double gpuMb)
{
    return {.need = need(gpuMb), .gpu = gpu};
}

RunNeed without(RunNeed what)
{
    what.usesGpu = false;
    return what;
}

RunNeed alone(RunNeed what)
{
    what.alone = true;
    return what;
}

RunNeed warm(RunNeed what)
{
    what.isWarm = true;
    return what;
}

RunNeed onlyOn(RunNeed what, const std::vector<std::string> &gpus)
{
    what.gpus = gpus;
    return what;
}

RunNeed withHost(RunNeed what, double hostMb)
{
    what.hostMb = hostMb;
    return what;
}

/// "2 on b", "2", or "none".
std::string answer(const Room &room, const Started &started, const Waiting &waiting,
                   const SlotLimits &limits = {})
{
    const auto start = nextStart(room, started, waiting, limits);
    if (!start)
        return "none";
    const std::string index = std::to_string(start->waiting);
    return start->gpu.empty() ? index : index + " on " + start->gpu;
}

const double kOverdue = kMostOvertaken;

} // namespace

class TestScheduler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingWaits_nothingStarts()
    {
        QCOMPARE(answer(machine({card("a", 9)}), {}, {}), "none"s);
    }

    void reservations_countWhole_andToTheLastMegabyte()
    {
        const Room room = machine({card("a", 10'000)});
        QCOMPARE(answer(room, {runs("a", 6000)}, {waits(4000)}), "0 on a"s);
        QCOMPARE(answer(room, {runs("a", 6000)}, {waits(4001)}), "none"s);
        StartedRun importing = runs("a", 6000); // shows no memory yet
        importing.importing = true;
        QCOMPARE(answer(room, {importing}, {waits(4001)}), "none"s);
    }

    void whatOthersHoldAndTheMargin_areNotGivenAway()
    {
        const Room room = machine({{.id = "a", .totalMb = 80'000, .othersMb = 30'000}});
        const double most = 50'000 - gpuMarginMb(80'000);
        QVERIFY(gpuMarginMb(80'000) > 0);
        QCOMPARE(answer(room, {runs("a", 1)}, {waits(most - 1)}), "0 on a"s);
        QCOMPARE(answer(room, {runs("a", 1)}, {waits(most)}), "none"s);
    }

    void theLargestBurst_isKeptFreeOnce()
    {
        const Room room = machine({card("a", 10'000)});
        RunNeed bursting = need(3000);
        bursting.gpuBurstMb = 2000;
        StartedRun other = runs("a", 3000);
        other.need.gpuBurstMb = 1500;
        QCOMPARE(answer(room, {other}, {waits(bursting)}), "0 on a"s);
        QCOMPARE(answer(room, {other, other}, {waits(bursting)}), "none"s);
        QCOMPARE(answer(room, {other, other}, {waits(2500), waits(2501)}), "0 on a"s);
        QCOMPARE(answer(room, {other, other}, {waits(2501)}), "none"s);
        bursting.gpuMb = 9000; // fits nowhere with its burst, so it is tried
        QCOMPARE(answer(room, {}, {waits(bursting)}), "0 on a"s);
        QCOMPARE(answer(room, {runs("a", 10)}, {waits(bursting)}), "none"s);
    }

    void aRunThatIsOnlyMeasured_holdsNothing()
    {
        StartedRun over = runs("a", 10'000);
        over.need.alone = true;
        over.need.hostMb = 1000;
        over.holdsSlot = false;
        Room room = machine({card("a", 10'000)}, 1);
        room.hostTotalMb = 1000 + hostMarginMb(1000);
        QCOMPARE(answer(room, {over}, {waits(withHost(need(10'000), 1000))}, {.atOnce = 1}),
                 "0 on a"s);
    }

    void firstComeFirstServed_andLaterOnesFillWhatIsLeft()
    {
        const Room room = machine({card("a", 10'000)});
        QCOMPARE(answer(room, {}, {waits(3000), waits(9000)}), "0 on a"s);
        QCOMPARE(answer(room, {runs("a", 3000)}, {waits(9000), waits(8000), waits(7000)}),
                 "2 on a"s);
        const auto start =
            nextStart(room, {{runs("a", 3000)}}, {{waits(9000), waits(8000), waits(7000)}}, {});
        QCOMPARE(start->overtook, (std::vector<std::size_t>{0, 1}));
        QCOMPARE(start->share, 0.125); // at least
        QCOMPARE(nextStart(machine({card("a", 60'000)}), {}, {{waits(50'000)}}, {})->share, 0.5);
    }

    void equalRuns_spread()
    {
        const Room room = machine({card("a", 50'000), card("b", 50'000)});
        QCOMPARE(answer(room, {}, {waits(4000)}), "0 on a"s);
        QCOMPARE(answer(room, {runs("a", 4000)}, {waits(4000)}), "0 on b"s);
        QCOMPARE(answer(room, {runs("a", 4000), runs("b", 4001)}, {waits(4000)}), "0 on a"s);
    }

    void aSmallRun_leavesTheLargeCardToThoseThatNeedIt()
    {
        const Room room = machine({card("large", 90'000), card("small", 10'000, 12'000)});
        QCOMPARE(answer(room, {}, {waits(4000)}), "0 on large"s);
        QCOMPARE(answer(room, {}, {waits(4000), waits(60'000)}), "0 on small"s);
    }

    void whatFitsNowhere_isTriedOnAnEmptyCard_andStaysAlone()
    {
        const Room room = machine({card("a", 20'000), card("b", 30'000)});
        QCOMPARE(answer(room, {}, {waits(200'000)}), "0 on b"s);
        QCOMPARE(answer(room, {runs("b", 1)}, {waits(200'000)}), "0 on a"s);
        QCOMPARE(answer(room, {runs("a", 1), runs("b", 1)}, {waits(200'000)}), "none"s);
        QCOMPARE(answer(room, {runs("b", 200'000)}, {waits(0), waits(1)}), "0 on a"s);
        QCOMPARE(answer(room, {runs("a", 20'000), runs("b", 200'000)}, {waits(0), waits(1)}),
                 "0 on a"s);
        QCOMPARE(answer(room, {runs("a", 20'000), runs("b", 200'000)}, {waits(1)}), "none"s);
    }

    void whatFitsOnACard_isNotTriedOnASmallerOne()
    {
        const Room room = machine({card("a", 20'000), card("b", 30'000)});
        QCOMPARE(answer(room, {runs("b", 10'000)}, {waits(25'000)}), "none"s);
        QCOMPARE(answer(room, {runs("b", 10'000)}, {waits(onlyOn(need(25'000), {"a"}))}),
                 "0 on a"s);
    }

    void whatSurelyLacksMemory_waitsForOthers_unlessNoCardHasSoMuch()
    {
        const Room room = machine({{.id = "a", .totalMb = 80'000, .othersMb = 30'000}});
        RunNeed large = need(60'000);
        QCOMPARE(answer(room, {}, {waits(large)}), "0 on a"s); // may be less than it reserves
        large.gpuLeastMb = 50'000;
        QCOMPARE(answer(room, {}, {waits(large)}), "0 on a"s);
        large.gpuLeastMb = 50'001;
        QCOMPARE(answer(room, {}, {waits(large)}), "none"s);
        QCOMPARE(answer(room, {}, {waits(large, kOverdue), waits(10)}), "1 on a"s);
        large.gpuLeastMb = 80'001;
        QCOMPARE(answer(room, {}, {waits(large)}), "0 on a"s);
    }

    void alone_sharesWithNobody()
    {
        const Room room = machine({card("a", 50'000)});
        QCOMPARE(answer(room, {}, {waits(alone(need(10)))}), "0 on a"s);
        QCOMPARE(answer(room, {runs("a", 10)}, {waits(alone(need(10)))}), "none"s);
        StartedRun single = runs("a", 10);
        single.need.alone = true;
        QCOMPARE(answer(room, {single}, {waits(10)}), "none"s);
        QCOMPARE(nextStart(room, {}, {{waits(alone(need(10)))}}, {})->share, 1.0);
    }

    void imports_areLimitedByProcessors()
    {
        StartedRun importing = runs("a", 10);
        importing.importing = true;
        QCOMPARE(answer(machine({card("a", 50'000)}, 2), {importing}, {waits(10)}), "0 on a"s);
        const Room two = machine({card("a", 50'000)}, 2);
        QCOMPARE(answer(two, {importing, importing}, {waits(10)}), "none"s);
        QCOMPARE(answer(two, {importing, importing}, {waits(10), waits(warm(need(10)))}),
                 "1 on a"s);
        const Room none = machine({card("a", 50'000)}, 0);
        QCOMPARE(answer(none, {}, {waits(10)}), "0 on a"s);
        QCOMPARE(answer(none, {importing}, {waits(10)}), "none"s);
    }

    void theCap_countsAllThatHoldASlot()
    {
        const Room room = machine({card("a", 50'000)});
        const StartedRun phantom{.need = without({}), .gpu = {}};
        QCOMPARE(answer(room, {phantom, runs("a", 10)}, {waits(10)}, {.atOnce = 3}), "0 on a"s);
        QCOMPARE(answer(room, {phantom, runs("a", 10)}, {waits(10)}, {.atOnce = 2}), "none"s);
    }

    void theMachinesMemory_isSharedByAll()
    {
        Room room = machine({card("a", 50'000), card("b", 50'000)});
        room.hostTotalMb = 40'000;
        room.hostOthersMb = 10'000;
        const double most = 30'000 - hostMarginMb(40'000);
        StartedRun other = runs("a", 10);
        other.need.hostMb = 10'000;
        QCOMPARE(answer(room, {other}, {waits(withHost(need(10), most - 10'000))}), "0 on b"s);
        QCOMPARE(answer(room, {other}, {waits(withHost(need(10), most - 9'999))}), "none"s);
        QCOMPARE(answer(room, {other}, {waits(withHost(without({}), most - 9'999))}), "none"s);
        QCOMPARE(answer(room, {}, {waits(withHost(need(10), 90'000))}), "0 on a"s); // only so
        room.hostTotalMb.reset();
        QCOMPARE(answer(room, {other}, {waits(withHost(need(10), 90'000))}), "0 on b"s);
    }

    void runsWithoutAGpu_needNone()
    {
        QCOMPARE(answer(machine({}), {}, {waits(without({}))}), "0"s);
        QCOMPARE(answer(machine({card("a", 10)}), {runs("a", 10)}, {waits(10), waits(without({}))}),
                 "1"s);
    }

    void choices_areKept()
    {
        const Room room = machine({card("a", 90'000), card("b", 50'000), card("c", 40'000)});
        QCOMPARE(answer(room, {}, {waits(onlyOn(need(10), {"b", "c"}))}), "0 on b"s);
        QCOMPARE(answer(room, {runs("c", 40'000)}, {waits(onlyOn(need(10), {"c"}))}), "none"s);
        // It takes nothing from one that may not go there.
        const auto start = nextStart(room, {{runs("c", 40'000)}},
                                     {{waits(onlyOn(need(10), {"c"})), waits(10)}}, {});
        QVERIFY(start && start->overtook.empty());
    }

    void cardsThatAreNotKnown_takeOneAtATime()
    {
        const Room silent = machine({{.id = "a"}, {.id = "b"}});
        QCOMPARE(answer(silent, {}, {waits(90'000)}), "0 on a"s);
        QCOMPARE(answer(silent, {runs("a", 0)}, {waits(0)}), "0 on b"s);
        QCOMPARE(answer(silent, {runs("a", 0), runs("b", 0)}, {waits(0)}), "none"s);
        const WaitingRun slice = waits(onlyOn(need(10), {"MIG-1"}));
        QCOMPARE(answer(machine({card("a", 10)}), {}, {slice}), "0 on MIG-1"s);
        QCOMPARE(answer(machine({card("a", 10)}), {runs("MIG-1", 1)}, {slice}), "none"s);
    }

    void withoutAnyCard_choicesExcludeEachOther()
    {
        const Room none = machine({});
        const WaitingRun any = waits(10);
        const WaitingRun second = waits(onlyOn(need(10), {"1"}));
        QCOMPARE(answer(none, {}, {any}), "0"s);
        QCOMPARE(answer(none, {}, {second}), "0 on 1"s);
        QCOMPARE(answer(none, {runs("", 10)}, {second}), "none"s);
        QCOMPARE(answer(none, {runs("1", 10)}, {any}), "none"s);
        QCOMPARE(answer(none, {runs("1", 10)}, {second}), "none"s);
        QCOMPARE(answer(none, {runs("0", 10)}, {second}), "0 on 1"s);
        QCOMPARE(answer(none, {runs("0", 10)}, {waits(need(10), kOverdue), second}), "none"s);
        // Once cards are told, one that was started before may be on any of them.
        QCOMPARE(answer(machine({card("a", 10)}), {runs("", 6)}, {waits(5)}), "none"s);
        QCOMPARE(answer(machine({card("a", 10)}), {runs("", 6)}, {waits(4)}), "0 on a"s);
    }

    void oneThatIsNotReady_isPassed_andKeepsNothing()
    {
        const Room room = machine({card("a", 10'000)});
        WaitingRun importing = waits(9000, 2 * kOverdue);
        importing.isReady = false;
        const auto start = nextStart(room, {}, {{importing, waits(2000)}}, {});
        QVERIFY(start);
        QCOMPARE(start->waiting, std::size_t{1});
        QVERIFY(start->overtook.empty());
    }

    void anOverdueRun_keepsTheCardThatIsNearest()
    {
        const Room room = machine({card("a", 50'000), card("b", 50'000)});
        const Started started{runs("a", 20'000), runs("a", 10'000), runs("b", 35'000)};
        const Waiting before{waits(45'000, kOverdue - 0.1), waits(15'000)};
        QCOMPARE(answer(room, started, before), "1 on a"s);
        const Waiting overdue{waits(45'000, kOverdue), waits(15'000), waits(15'001)};
        QCOMPARE(answer(room, started, overdue), "1 on a"s); // one run has to end on b, two on a
        const Started swapped{runs("b", 20'000), runs("b", 10'000), runs("a", 35'000)};
        QCOMPARE(answer(room, {runs("a", 30'000), runs("b", 10'000), runs("b", 10'000)}, overdue),
                 "1 on b"s);
        QCOMPARE(answer(room, swapped, {waits(45'000, kOverdue), waits(onlyOn(need(10), {"a"}))}),
                 "none"s);
        // Those before it may still take it, and it goes first once it fits.
        QCOMPARE(answer(room, swapped, {waits(onlyOn(need(10), {"a"})), waits(45'000, kOverdue)}),
                 "0 on a"s);
        QCOMPARE(answer(room, {runs("b", 50'000)}, overdue), "0 on a"s);
    }

    void oneOverdueRunAtATime_keepsACard()
    {
        const Room room = machine({card("a", 50'000), card("b", 50'000)});
        const Started started{runs("a", 20'000), runs("b", 20'000)};
        QCOMPARE(answer(room, started,
                        {waits(45'000, kOverdue), waits(45'000, kOverdue), waits(10'000)}),
                 "2 on b"s);
        // One that no card can help keeps none.
        QCOMPARE(answer(room, started,
                        {waits(onlyOn(need(45'000), {"b"}), kOverdue), waits(10'000),
                         waits(onlyOn(need(10), {"b"}))}),
                 "1 on a"s);
    }

    void anOverdueRun_keepsTheMachinesMemory()
    {
        Room room = machine({card("a", 50'000)});
        room.hostTotalMb = 40'000;
        StartedRun other = runs("a", 10);
        other.need.hostMb = 30'000;
        const WaitingRun large = waits(withHost(without({}), 20'000), kOverdue);
        QCOMPARE(answer(room, {other}, {large, waits(withHost(need(10), 1))}), "none"s);
        QCOMPARE(answer(room, {other}, {large, waits(10)}), "1 on a"s);
        const WaitingRun patient = waits(withHost(without({}), 20'000));
        const auto start =
            nextStart(room, {{other}}, {{patient, waits(withHost(need(10), 1))}}, {});
        QVERIFY(start);
        QCOMPARE(start->overtook, (std::vector<std::size_t>{0}));
    }

    void anOverdueRunThatMayNotImport_keepsItsCard()
    {
        StartedRun importing = runs("a", 10'000);
        importing.importing = true;
        const Room room = machine({card("a", 50'000)}, 1);
        const WaitingRun later = waits(warm(need(20'000)));
        QCOMPARE(answer(room, {importing}, {waits(30'000), later}), "1 on a"s);
        QCOMPARE(answer(room, {importing}, {waits(30'000, kOverdue), later}), "none"s);
    }

    void reservations_comeFromWhatWasMeasured()
    {
        QCOMPARE(reservationMb(4000, 16'384), 5512.0);
        QCOMPARE(reservationMb(std::nullopt, 16'384), 16'384.0);
    }

    void twoThousandWaiting_areNoTrouble()
    {
        std::vector<GpuRoom> gpus;
        Started started;
        for (int gpu = 0; gpu < 8; ++gpu) {
            const std::string id = "GPU-" + std::to_string(gpu);
            gpus.push_back(card(id.c_str(), 90'000));
            for (int run = 0; run < 15; ++run)
                started.push_back(runs(id.c_str(), 5500));
        }
        Waiting waiting(2000, waits(9000, kOverdue));
        QBENCHMARK
        {
            QVERIFY(!nextStart(machine(gpus), started, waiting, {}));
        }
        waiting.push_back(waits(onlyOn(need(10), {"GPU-7"})));
        QCOMPARE(answer(machine(gpus), started, waiting), "2000 on GPU-7"s);
    }
};

QTEST_GUILESS_MAIN(TestScheduler)
#include "tst_Scheduler.moc"
