// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/schedule/Simulation.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <random>

using namespace mrb::backend;
using namespace mrb::test;

namespace {

/// The same everywhere, unlike the distributions of the standard library.
class Chance
{
public:
    explicit Chance(unsigned seed) : m_engine(seed) {}

    double between(double low, double high)
    {
        constexpr double kSteps = 9007199254740992.0; // 2^53
        return low + (high - low) * (static_cast<double>(m_engine() >> 11) / kSteps);
    }
    int count(int low, int high)
    {
        return std::min(high, static_cast<int>(between(low, high + 1.0)));
    }
    bool is(double probability) { return between(0, 1) < probability; }

private:
    std::mt19937_64 m_engine;
};

constexpr std::array<double, 5> kCards{24564, 40960, 49140, 81559, 143771};

MachineRoom anyMachine(Chance &chance, int leastCards)
{
    MachineRoom room;
    const int cards = chance.count(leastCards, 8);
    const bool areEqual = chance.is(0.5);
    double totalMb = kCards[static_cast<std::size_t>(chance.count(0, 4))];
    for (int card = 0; card < cards; ++card) {
        if (!areEqual)
            totalMb = kCards[static_cast<std::size_t>(chance.count(0, 4))];
        room.gpus.push_back({.id = "GPU-" + std::to_string(card),
                             .totalMb = totalMb,
                             .othersMb = chance.is(0.3) ? chance.between(0, totalMb / 4) : 4});
    }
    room.processors = chance.count(2, 64);
    if (chance.is(0.5)) {
        room.hostTotalMb = chance.between(64'000, 512'000);
        room.hostOthersMb = 4000;
    }
    return room;
}

/// From small to a third more than the largest card has.
double anyMemory(Chance &chance, double largestMb, double bigOnes)
{
    const double which = chance.between(0, 1);
    if (which < bigOnes / 5)
        return chance.between(largestMb, largestMb * 1.3);
    if (which < bigOnes)
        return chance.between(largestMb * 0.4, largestMb);
    return chance.between(3000, 20'000);
}

Job anyJob(Chance &chance, const MachineRoom &room, double bigOnes)
{
    const double largestMb = std::ranges::max(room.gpus, {}, &GpuRoom::totalMb).totalMb;
    Job job;
    job.importing = chance.between(8, 20);
    job.computing = chance.between(3, 90);
    job.measuring = chance.between(0, 5);
    job.need.isWarm = chance.is(0.3);
    job.need.gpuMb = anyMemory(chance, largestMb, bigOnes);
    job.need.gpuBurstMb = chance.is(0.3) ? chance.between(0, 8000) : 0;
    job.need.hostMb = chance.between(3000, 8000);
    job.need.alone = chance.is(0.02);
    job.need.usesGpu = !chance.is(0.03);
    if (job.need.usesGpu && chance.is(0.05))
        job.need.gpus = {
            room.gpus[static_cast<std::size_t>(chance.count(0, int(room.gpus.size()) - 1))].id};
    const double fate = chance.between(0, 1);
    job.fate = fate < 0.05 ? Fate::Fails : fate < 0.1 ? Fate::OutOfMemory : Fate::Succeeds;
    return job;
}

/// All there at once.
Workload anyBatch(unsigned seed, int jobs, int leastCards = 1)
{
    Chance chance(seed);
    Workload workload;
    workload.room = anyMachine(chance, leastCards);
    if (chance.is(0.3))
        workload.limits.atOnce = chance.count(1, 32);
    const double bigOnes = chance.is(0.5) ? 0.05 : 0.3;
    for (int job = 0; job < jobs; ++job)
        workload.jobs.push_back(anyJob(chance, workload.room, bigOnes));
    return workload;
}

/// Orders come over twenty minutes, others come and go, some interpreters import first.
Workload anyDay(unsigned seed, int jobs)
{
    Workload workload = anyBatch(seed, jobs);
    Chance chance(seed + 1'000'000);
    for (Job &job : workload.jobs) {
        job.arrival = chance.is(0.2) ? 0 : chance.between(0, 1200);
        job.readyAfter = job.need.isWarm && chance.is(0.5) ? chance.between(1, 20) : 0;
        // Learned: what it reserves is its peak and a quarter more.
        if (chance.is(0.5))
            job.need.gpuLeastMb = std::max(0.0, (job.need.gpuMb - 512) / 1.25);
    }
    for (double at = 0; at < 7200; at += chance.between(20, 400)) {
        const auto gpu =
            static_cast<std::size_t>(chance.count(0, int(workload.room.gpus.size()) - 1));
        const double totalMb = workload.room.gpus[gpu].totalMb;
        workload.changes.push_back({at, gpu, chance.between(0, totalMb)});
    }
    // In the end they go, so that what waits for them can run.
    for (std::size_t gpu = 0; gpu < workload.room.gpus.size(); ++gpu)
        workload.changes.push_back({7200, gpu, 0});
    return workload;
}

double longestOf(const Workload &workload)
{
    double longest = 0;
    for (const Job &job : workload.jobs)
        longest = std::max(longest, job.importing + job.computing);
    return longest;
}

QString brokenRules(unsigned seed, const Story &story)
{
    QString text;
    for (const std::string &rule : story.broken)
        text += QStringLiteral("seed %1: %2. ").arg(seed).arg(QString::fromStdString(rule));
    return text;
}

/// Each that ran out of memory twice, all others once.
bool allWereTried(const Workload &workload, const Story &story)
{
    for (std::size_t job = 0; job < workload.jobs.size(); ++job) {
        const int tries = workload.jobs[job].fate == Fate::OutOfMemory ? 2 : 1;
        if (story.jobs[job].tries != tries || story.jobs[job].end < 0)
            return false;
    }
    return true;
}

/// List scheduling that chooses GPUs as the scheduler does, so that only fairness differs.
std::optional<Start> unfairStart(const MachineRoom &room, std::span<const StartedRun> started,
                                 std::span<const WaitingRun> waiting, const SlotLimits &limits)
{
    std::vector<WaitingRun> patient(waiting.begin(), waiting.end());
    for (WaitingRun &run : patient)
        run.overtaken = 0;
    return nextStart(room, started, patient, limits);
}

struct Ratios
{
    double worst = 0;
    double sum = 0;
    int count = 0;

    void add(const Story &ours, const Story &theirs)
    {
        const double ratio = ours.makespan / theirs.makespan;
        worst = std::max(worst, ratio);
        sum += ratio;
        ++count;
    }
    double mean() const { return sum / count; }
};

} // namespace

class TestSchedulerSimulation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void batches_keepTheRules_andEndNearListScheduling_data()
    {
        QTest::addColumn<int>("leastCards");
        QTest::addColumn<int>("jobs");
        QTest::addColumn<int>("batches");
        QTest::newRow("one to eight GPUs") << 1 << 200 << 100;
        QTest::newRow("eight GPUs") << 8 << 400 << 25;
    }
    void batches_keepTheRules_andEndNearListScheduling()
    {
        QFETCH(int, leastCards);
        QFETCH(int, jobs);
        QFETCH(int, batches);
        Ratios fairness;
        Ratios placement;
        double longestWait = 0;
        for (int batch = 1; batch <= batches; ++batch) {
            const auto seed = static_cast<unsigned>(batch);
            const Workload workload = anyBatch(seed, jobs, leastCards);
            const Story ours = simulate(workload, nextStart);
            QVERIFY2(ours.broken.empty(), qPrintable(brokenRules(seed, ours)));
            QVERIFY(allWereTried(workload, ours));
            QVERIFY2(
                ours.longestOverdue <= 3 * longestOf(workload),
                qPrintable(QStringLiteral("seed %1: %2 s").arg(seed).arg(ours.longestOverdue)));
            longestWait = std::max(longestWait, ours.longestOverdue);
            fairness.add(ours, simulate(workload, unfairStart));
            const Story plain = simulate(workload, listScheduling(Placement::Roomiest));
            QVERIFY2(plain.broken.empty(), qPrintable(brokenRules(seed, plain)));
            placement.add(ours, plain);
        }
        qInfo("against list scheduling with the same choice of GPUs: mean %.3f, worst %.3f; "
              "with the emptiest GPU: mean %.3f, worst %.3f",
              fairness.mean(), fairness.worst, placement.mean(), placement.worst);
        QVERIFY(fairness.worst <= 1.10);
        QVERIFY(placement.worst <= 1.10);
        QVERIFY(placement.mean() <= 1.01);
        QVERIFY(longestWait > 0); // else these batches say nothing of fairness
    }

    void daysOfOrders_keepTheRules()
    {
        for (unsigned seed = 1; seed <= 150; ++seed) {
            const Workload workload = anyDay(seed, 200);
            const Story story = simulate(workload, nextStart);
            QVERIFY2(story.broken.empty(), qPrintable(brokenRules(seed, story)));
            QVERIFY(allWereTried(workload, story));
        }
    }

    void aStreamOfSmallRuns_starvesNoLargeOne_data()
    {
        QTest::addColumn<int>("cards");
        QTest::addColumn<bool>("alone");
        QTest::newRow("one card, a large run") << 1 << false;
        QTest::newRow("eight cards, a large run") << 8 << false;
        QTest::newRow("one card, a run alone") << 1 << true;
        QTest::newRow("eight cards, a run alone") << 8 << true;
    }
    void aStreamOfSmallRuns_starvesNoLargeOne()
    {
        QFETCH(int, cards);
        QFETCH(bool, alone);
        Workload stream;
        for (int card = 0; card < cards; ++card)
            stream.room.gpus.push_back({.id = "GPU-" + std::to_string(card), .totalMb = 81559});
        stream.room.processors = 64;
        // More come than fit, so the cards are never empty by themselves.
        for (int job = 0; job < 2000; ++job) {
            Job small;
            small.arrival = job * 2.0 / cards;
            small.computing = 24.0 + job % 7;
            small.need = {.gpuMb = 10'000, .hostMb = 4000, .isWarm = true};
            stream.jobs.push_back(small);
        }
        Job large;
        large.arrival = 31;
        large.need = {.gpuMb = alone ? 5000.0 : 70'000.0, .alone = alone, .isWarm = true};
        stream.jobs.push_back(large);
        const Story ours = simulate(stream, nextStart);
        QVERIFY2(ours.broken.empty(), qPrintable(brokenRules(0, ours)));
        const double start = ours.jobs.back().start;
        const auto passed =
            static_cast<int>(std::ranges::count_if(ours.jobs, [start](const JobStory &job) {
                return job.start > 31 && job.start < start;
            }));
        // Those that waited already, the full GPUs of kMostOvertaken, and what starts elsewhere
        // while one GPU empties.
        QVERIFY2(passed <= 40 + kMostOvertaken * 8 + (cards - 1) * 16,
                 qPrintable(QString::number(passed)));
        const Story unfair = simulate(stream, listScheduling(Placement::Roomiest));
        QVERIFY(unfair.jobs.back().start > 5 * start);
    }

    void equalRuns_fillTheMachine()
    {
        Workload batch;
        for (int card = 0; card < 8; ++card)
            batch.room.gpus.push_back({.id = "GPU-" + std::to_string(card), .totalMb = 81559});
        batch.room.processors = 64;
        Job job;
        job.computing = 8;
        job.need = {.gpuMb = 16'384, .hostMb = 4000};
        batch.jobs.assign(128, job);
        const Story story = simulate(batch, nextStart);
        QVERIFY(story.broken.empty());
        QCOMPARE(story.mostAtOnce, 32); // four on each
        QCOMPARE(story.makespan, 4 * 24.0);
    }
};

QTEST_GUILESS_MAIN(TestSchedulerSimulation)
#include "tst_SchedulerSimulation.moc"
