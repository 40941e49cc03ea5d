// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/LocalTarget.h"
#include "tests/queue/QueueFixtures.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QThreadPool>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;

namespace fs = std::filesystem;

namespace {

constexpr const char *kLarge = R"({"dim": [512, 512, 256]})"; // 32 GB by the formula
constexpr const char *kSmall = R"({"dim": [256, 256, 128]})"; // 16 GB

// More than the memory of a test machine lets start.
constexpr int kProcessors = 8;

/// A machine as a script tells it, and runs of upstream that wait for it. They are started and
/// never get any further, because nobody lets the event loop go on.
struct Machine
{
    explicit Machine(const std::string &cards, const EnvironmentPairs &more = {},
                     int processors = kProcessors)
    {
        write(file("bin/nvidia-smi"), "#!/bin/sh\ncase \"$1\" in\n"
                                      "--query-compute-apps=*) ;;\n*) /bin/cat '" +
                                          file("cards").string() + "';;\nesac\n");
        fs::permissions(file("bin/nvidia-smi"), fs::perms::owner_all);
        write(file("cards"), cards);
        EnvironmentPairs environment = more;
        environment.emplace_back("PATH", file("bin").string());
        target = std::make_unique<LocalTarget>(environment, processors);
    }
    ~Machine() { jobs.clear(); }

    fs::path file(const char *name) const { return fs::path(folder.path().toStdString()) / name; }

    void wait(const QString &id, const char *overrides = kSmall, const char *gpus = "")
    {
        QueueEntry entry;
        entry.id = id;
        entry.settings.overrides = overrides;
        entry.settings.upstreamRoot = "/nowhere";
        entry.settings.resultsFolder = file("results");
        entry.settings.visibleGpus = gpus;
        waiting.push_back(entry);
    }
    std::optional<std::size_t> ask()
    {
        std::vector<const QueueEntry *> list;
        for (const QueueEntry &entry : waiting)
            list.push_back(&entry);
        return target->nextToStart(list);
    }
    /// The first look has to come from another thread.
    bool knowsTheMachine()
    {
        bool looked = false;
        QObject::connect(target.get(), &RunTarget::slotsChanged, target.get(),
                         [&looked] { looked = true; });
        ask();
        return QTest::qWaitFor([&looked] { return looked; }, kPatienceMs);
    }
    /// Which start now, one after the other: "a>GPU-1 b>GPU-2".
    QString startAll()
    {
        QStringList started;
        while (const auto next = ask()) {
            const QueueEntry entry = waiting[*next];
            waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(*next));
            jobs.push_back(target->start(entry));
            const auto *job = qobject_cast<LocalJob *>(jobs.back().get());
            started << entry.id + u'>' + QString::fromStdString(job->asStarted().gpu);
        }
        return started.join(u' ');
    }

    QTemporaryDir folder;
    std::unique_ptr<LocalTarget> target;
    std::vector<QueueEntry> waiting;
    std::vector<std::unique_ptr<RunJob>> jobs;
};

std::string card(int index, const char *uuid, int totalMb, int usedMb)
{
    return std::to_string(index) + ", Card, " + std::to_string(totalMb) + ", " +
           std::to_string(totalMb - usedMb) + ", 550.1, 9.0, " + uuid + "\n";
}

} // namespace

class TestLocalTargetGpus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingStarts_beforeTheMachineIsKnown()
    {
        Machine machine(card(0, "GPU-1", 81000, 0));
        machine.wait(QStringLiteral("a"));
        QVERIFY(!machine.ask());
        QVERIFY(machine.knowsTheMachine());
        QCOMPARE(machine.startAll(), QStringLiteral("a>GPU-1"));
    }

    void oneGpu_takesAsManyAsItsMemoryHolds()
    {
        Machine machine(card(0, "GPU-1", 81000, 15000)); // others hold 15 GB
        for (const char *id : {"a", "b", "c", "d", "e", "f"})
            machine.wait(QString::fromLatin1(id));
        QVERIFY(machine.knowsTheMachine());
        QCOMPARE(machine.startAll(), QStringLiteral("a>GPU-1 b>GPU-1 c>GPU-1"));
    }

    void learnedMemory_letsMoreIn()
    {
        Machine machine(card(0, "GPU-1", 27000, 0));
        for (const char *id : {"a", "b", "c"}) {
            machine.wait(QString::fromLatin1(id));
            machine.waiting.back().settings.expectedGpuHeldMb = 6000; // 8012 with what is on top
            machine.waiting.back().settings.expectedGpuMemoryMb = 12000;
        }
        QVERIFY(machine.knowsTheMachine());
        // The formula would let one in, and three would leave no room for a burst.
        QCOMPARE(machine.startAll(), QStringLiteral("a>GPU-1 b>GPU-1"));
    }

    void twoGpus_shareTheRuns()
    {
        Machine machine(card(0, "GPU-1", 24000, 0) + card(1, "GPU-2", 24000, 0));
        for (const char *id : {"a", "b", "c"})
            machine.wait(QString::fromLatin1(id));
        QVERIFY(machine.knowsTheMachine());
        const QString started = machine.startAll();
        QVERIFY2(started == u"a>GPU-1 b>GPU-2" || started == u"a>GPU-2 b>GPU-1",
                 qPrintable(started));
    }

    void choiceOfGpus_isKept()
    {
        Machine machine(card(0, "GPU-1", 24000, 0) + card(1, "GPU-2", 81000, 0));
        machine.wait(QStringLiteral("a"), kSmall, "0");
        machine.wait(QStringLiteral("b"), kSmall, "0");
        machine.wait(QStringLiteral("c"), kSmall, "GPU-2");
        QVERIFY(machine.knowsTheMachine());
        QCOMPARE(machine.startAll(), QStringLiteral("a>GPU-1 c>GPU-2"));
    }

    void choiceOfThisProgram_countsWhereARunHasNone()
    {
        Machine machine(card(0, "GPU-1", 81000, 0) + card(1, "GPU-2", 24000, 0),
                        {{"CUDA_VISIBLE_DEVICES", "1"}});
        machine.wait(QStringLiteral("a"));
        machine.wait(QStringLiteral("b"));
        machine.wait(QStringLiteral("c"), kSmall, "0");
        QVERIFY(machine.knowsTheMachine());
        QCOMPARE(machine.startAll(), QStringLiteral("a>GPU-2 c>GPU-1"));
    }

    void smallRuns_passALargeOneThatHasToWait()
    {
        Machine machine(card(0, "GPU-1", 48000, 0));
        machine.wait(QStringLiteral("a"));
        machine.wait(QStringLiteral("b"), kLarge);
        machine.wait(QStringLiteral("c"));
        QVERIFY(machine.knowsTheMachine());
        QCOMPARE(machine.startAll(), QStringLiteral("a>GPU-1 c>GPU-1"));
        machine.jobs.clear();
        QCOMPARE(machine.startAll(), QStringLiteral("b>GPU-1"));
    }

    void retry_hasItsGpuForItself()
    {
        Machine machine(card(0, "GPU-1", 81000, 0));
        machine.wait(QStringLiteral("a"));
        machine.wait(QStringLiteral("b"));
        machine.waiting.front().settings.alone = true;
        QVERIFY(machine.knowsTheMachine());
        QCOMPARE(machine.startAll(), QStringLiteral("a>GPU-1"));
        machine.jobs.clear();
        QCOMPARE(machine.startAll(), QStringLiteral("b>GPU-1"));
    }

    void failingQuestion_doesNotMakeTheGpusUnknown_data()
    {
        QTest::addColumn<int>("keepsForMs");
        QTest::addColumn<std::size_t>("gpus");
        QTest::newRow("a short time") << 3'600'000 << std::size_t{1};
        QTest::newRow("for good") << 0 << std::size_t{0};
    }
    void failingQuestion_doesNotMakeTheGpusUnknown()
    {
        QFETCH(int, keepsForMs);
        QFETCH(std::size_t, gpus);
        Machine machine(card(0, "GPU-1", 81000, 0));
        RoomLooker looker({{"PATH", machine.file("bin").string()}},
                          std::chrono::milliseconds(keepsForMs));
        int looks = 0;
        connect(&looker, &RoomLooker::looked, this, [&looks] { ++looks; });
        looker.askAgain({}, {});
        QTRY_COMPARE_WITH_TIMEOUT(looks, 1, kPatienceMs);
        QCOMPARE(looker.room()->gpus.size(), std::size_t{1});
        write(machine.file("bin/nvidia-smi"), "#!/bin/sh\nexit 9\n");
        looker.askAgain({}, {});
        QTRY_COMPARE_WITH_TIMEOUT(looks, 2, kPatienceMs);
        QCOMPARE(looker.room()->gpus.size(), gpus);
    }

    void interpreterForTheNextOrder_saysOnWhichGpuItIs()
    {
        Machine machine("");
        RunSettings settings = smallRun(machine.file("results"));
        WarmPool pool;
        QVERIFY(!pool.gpuOfNext(settings));
        RunSettings next = settings;
        next.visibleGpus = "GPU-2";
        pool.keep({}, next, 1);
        QCOMPARE(pool.gpuOfNext(settings), std::optional<std::string>("GPU-2"));
        const WarmWish wish{QStringLiteral("a"), next};
        pool.keep({wish}, next, 1); // becomes that of the order
        QVERIFY(pool.has(wish));
        QCOMPARE(pool.size(), std::size_t{1});
        QVERIFY(!pool.gpuOfNext(settings));
        pool.endLike(settings);
        QCOMPARE(pool.size(), std::size_t{0});
        QVERIFY(QThreadPool::globalInstance()->waitForDone(kPatienceMs)); // its folder is gone
    }

    void memoryOfAProgram_isThatOfWhatItStarted()
    {
        // Below a parent of its own, as below the supervisor.
        QProcess shell;
        shell.start(QStringLiteral("/bin/sh"),
                    {QStringLiteral("-c"),
                     QStringLiteral("'" MRB_TEST_PYTHON "' -c '\nimport os, sys\n"
                                    "held = b\"x\" * (64 << 20)\n"
                                    "print(os.getpid(), flush=True)\nsys.stdin.read()' ; :")});
        QVERIFY(shell.waitForReadyRead(kPatienceMs));
        const pid_t program = shell.readLine().trimmed().toInt();
        QVERIFY(program > 0);
        QVERIFY(memoryHeldMb({program}) > 64);
        QCOMPARE(memoryHeldMb({}), 0.0);
        shell.closeWriteChannel();
        QVERIFY(shell.waitForFinished(kPatienceMs));
        QCOMPARE(memoryHeldMb({program}), 0.0);
    }

    void limitOfTheSettings_isKept()
    {
        Machine machine(card(0, "GPU-1", 81000, 0));
        for (const char *id : {"a", "b", "c"})
            machine.wait(QString::fromLatin1(id));
        machine.target->setPolicy({.runsAtOnce = 2});
        QVERIFY(machine.knowsTheMachine());
        QCOMPARE(machine.startAll(), QStringLiteral("a>GPU-1 b>GPU-1"));
    }

    void memoryThatIsNotTold_meansOneAtATime_data()
    {
        QTest::addColumn<QByteArray>("cards");
        QTest::newRow("no memory") << QByteArray("0, Card, [N/A], [N/A], 550.1, 9.0, GPU-1\n");
        QTest::newRow("no card") << QByteArray("");
    }
    void memoryThatIsNotTold_meansOneAtATime()
    {
        QFETCH(QByteArray, cards);
        Machine machine(cards.toStdString());
        machine.wait(QStringLiteral("a"));
        machine.wait(QStringLiteral("b"));
        QVERIFY(machine.knowsTheMachine());
        QVERIFY(machine.startAll().startsWith(u"a>"));
        QCOMPARE(machine.jobs.size(), std::size_t{1});
    }

    void phantomRuns_needNoGpuAndAreLimitedByProcessors()
    {
        Machine machine("");
        for (int i = 0; i < 200; ++i) {
            QueueEntry entry;
            entry.id = QString::number(i);
            entry.settings = smallRun(machine.file("results"), i);
            machine.waiting.push_back(entry);
        }
        machine.startAll();
        QCOMPARE(machine.jobs.size(), std::size_t{kProcessors});
    }

    void runsOfUpstream_importOnOneProcessorEach()
    {
        Machine machine(card(0, "GPU-1", 500000, 0), {}, 2);
        for (int i = 0; i < 5; ++i)
            machine.wait(QString::number(i));
        QVERIFY(machine.knowsTheMachine());
        machine.startAll();
        QCOMPARE(machine.jobs.size(), std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(TestLocalTargetGpus)
#include "tst_LocalTargetGpus.moc"
