// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/GpuGathering.h"

#include <QTest>

using namespace mrb::backend;
using std::chrono::milliseconds;

namespace {

using Value = std::optional<double>;
using Uses = std::vector<GpuUse>;
using Clock = GpuGathering::Clock;

constexpr milliseconds kPause{250};
constexpr pid_t kOurs = 10;
constexpr pid_t kOurSecond = 11;
constexpr pid_t kOthers = 20;

struct Row
{
    int atMs = 0; ///< since the begin
    GpuProcess process;
};
using Rows = std::vector<Row>;

/// What a process holds in answers one after another.
Rows told(int firstMs, int everyMs, const std::vector<Value> &memoryMb, pid_t pid = kOurs,
          const std::string &uuid = "GPU-a")
{
    Rows rows;
    for (const Value &value : memoryMb)
        rows.push_back({firstMs + everyMs * static_cast<int>(rows.size()), {uuid, pid, value}});
    return rows;
}

/// By time; what is told at the same moment in the given order.
Rows together(Rows rows, const Rows &others)
{
    rows.insert(rows.end(), others.begin(), others.end());
    std::ranges::stable_sort(rows, {}, &Row::atMs);
    return rows;
}

struct Taken
{
    Uses uses;
    int atMs = 0;
};

std::vector<Taken> gathered(const Rows &rows, std::optional<int> endMs = {})
{
    const Clock::time_point begin{};
    std::vector<Taken> samples;
    GpuGathering gathering(begin, kPause, [&](const GpuSample &sample, Clock::time_point when) {
        samples.push_back(
            {sample.ofProcesses,
             static_cast<int>(std::chrono::duration_cast<milliseconds>(when - begin).count())});
    });
    for (const Row &row : rows)
        gathering.row(row.process, row.process.pid != kOthers, begin + milliseconds(row.atMs));
    if (endMs)
        gathering.finish(begin + milliseconds(*endMs));
    return samples;
}

constexpr Value kNotTold;

} // namespace

class TestGpuGathering : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPause_hasTheMostAndWhatWasHeldAllAlong_data()
    {
        QTest::addColumn<Rows>("rows");
        QTest::addColumn<Uses>("uses");
        const std::vector<Value> steady(10, 5000.0);
        std::vector<Value> peaks = steady;
        peaks[3] = peaks[7] = 9000;
        QTest::newRow("steady") << told(25, 25, steady) << Uses{{"GPU-a", 5000, 5000}};
        QTest::newRow("peaks of a moment") << told(25, 25, peaks) << Uses{{"GPU-a", 9000, 5000}};
        QTest::newRow("five answers are enough")
            << told(50, 50, {5000, 9000, 5000, 9000, 9000}) << Uses{{"GPU-a", 9000, 5000}};
        QTest::newRow("four are not")
            << told(70, 60, {9000, 9000, 9000, 9000}) << Uses{{"GPU-a", 9000, {}}};
        QTest::newRow("five that came at once are not")
            << told(250, 0, {9000, 9000, 9000, 9000, 9000}) << Uses{{"GPU-a", 9000, {}}};
        QTest::newRow("a process that began late in it")
            << told(130, 20, std::vector<Value>(7, 9000.0)) << Uses{{"GPU-a", 9000, {}}};
        QTest::newRow("one that ended early in it")
            << together(told(10, 20, std::vector<Value>(7, 9000.0)), told(250, 0, {1}, kOthers))
            << Uses{{"GPU-a", 9000, {}}};
        QTest::newRow("it grows") << told(50, 50, {100, 3000, 5000, 5000, 5000})
                                  << Uses{{"GPU-a", 5000, 100}};
        QTest::newRow("not told once, at first")
            << told(50, 50, {kNotTold, 5000, 5000, 5000, 5000}) << Uses{{"GPU-a", {}, {}}};
        QTest::newRow("not told once, at last")
            << told(50, 50, {5000, 5000, 5000, 5000, kNotTold}) << Uses{{"GPU-a", {}, {}}};
        QTest::newRow("two of ours on one card")
            << together(told(20, 25, steady, kOurSecond), told(25, 25, peaks))
            << Uses{{"GPU-a", 14000, 10000}};
        QTest::newRow("a second one that just began")
            << together(told(230, 1, {700}, kOurSecond), told(25, 25, steady))
            << Uses{{"GPU-a", 5700, {}}};
        QTest::newRow("two cards")
            << together(told(20, 25, steady, kOurs, "GPU-b"), told(25, 25, peaks))
            << Uses{{"GPU-a", 9000, 5000}, {"GPU-b", 5000, 5000}};
        QTest::newRow("others are no part of it")
            << together(told(20, 25, std::vector<Value>(10, 60'000.0), kOthers),
                        told(25, 25, steady))
            << Uses{{"GPU-a", 5000, 5000}};
        QTest::newRow("only others") << told(25, 25, steady, kOthers) << Uses{};
    }
    void aPause_hasTheMostAndWhatWasHeldAllAlong()
    {
        QFETCH(Rows, rows);
        const std::vector<Taken> samples = gathered(rows);
        QVERIFY(!samples.empty());
        QTEST(samples.front().uses, "uses");
        QCOMPARE(samples.front().atMs, 250);
        for (std::size_t i = 1; i < samples.size(); ++i) // told at that very moment
            QVERIFY(samples[i].uses.empty());
    }

    void eachPause_standsForItself()
    {
        std::vector<Value> memory(10, 5000.0);
        memory.insert(memory.end(), 10, 700.0);
        const std::vector<Taken> samples = gathered(told(25, 25, memory));
        QCOMPARE(samples.size(), std::size_t{2});
        QCOMPARE(samples[0].uses, (Uses{{"GPU-a", 5000, 5000}}));
        QCOMPARE(samples[1].uses, (Uses{{"GPU-a", 700, 700}}));
        QCOMPARE(samples[1].atMs, 500);
    }

    void theEnd_handsOverWhatIsLeftAndConcludesTheSilence()
    {
        const std::vector<Taken> samples = gathered(told(20, 20, {5000, 9000}), 1000);
        QCOMPARE(samples.size(), std::size_t{2});
        QCOMPARE(samples[0].uses, (Uses{{"GPU-a", 9000, {}}}));
        QCOMPARE(samples[0].atMs, 40);
        QVERIFY(samples[1].uses.empty());
        QCOMPARE(samples[1].atMs, 60);
        // A stop while it still answers says nothing of the processes' end.
        QCOMPARE(gathered(told(20, 20, {5000, 9000}), 60).size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestGpuGathering)
#include "tst_GpuGathering.moc"
