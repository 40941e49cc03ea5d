// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/ResourceSampler.h"
#include "backend/cost/RunCost.h"
#include "tests/process/RunRecorder.h"

#include <unistd.h>

#include <fstream>

using namespace mrb::backend;
using namespace mrb::test;
using std::chrono::milliseconds;

namespace {

constexpr int kPatienceMs = 60'000; // only there so that a defect ends the test

/// A spender behind the real supervisor, watched, with an nvidia-smi of our own or with none.
struct Watched : RunRecorder
{
    Watched()
    {
        watched.begin = std::chrono::steady_clock::now();
        watched.environment = {{"PATH", file("bin").string()}};
        watched.gpuUuids = {"GPU-a"};
        watched.processPause = milliseconds(10);
        watched.gpuPause = milliseconds(1);
        QObject::connect(runner.get(), &UpstreamRunner::started, runner.get(), [this](qint64 pid) {
            watched.program = static_cast<pid_t>(pid);
            sampler->start(watched);
        });
    }

    std::filesystem::path file(const char *name) const
    {
        return std::filesystem::path(folder.path().toStdString()) / name;
    }
    void write(const char *name, const std::string &text) const
    {
        std::ofstream(file(name)) << text;
    }
    /// A shell script that notes each call. `$here` is the folder.
    void installTool(const std::string &body) const
    {
        std::filesystem::create_directories(file("bin"));
        write("bin/nvidia-smi", "#!/bin/sh\nhere='" + folder.path().toStdString() +
                                    "'\necho \"$1\" >> \"$here/calls\"\n" + body + '\n');
        std::filesystem::permissions(file("bin/nvidia-smi"), std::filesystem::perms::owner_all);
    }
    qsizetype calls() const { return linesOf("calls"); }
    /// Answers of the one that goes on, where it notes them.
    qsizetype told() const { return linesOf("told"); }
    qsizetype linesOf(const char *name) const
    {
        return std::filesystem::exists(file(name)) ? contentOf(file(name)).count('\n') : 0;
    }
    void waitForCalls(qsizetype count) const
    {
        QTRY_VERIFY_WITH_TIMEOUT(calls() >= count, kPatienceMs);
    }
    bool start(const QString &mode, const QStringList &amount = {})
    {
        runner->start(spec(mode, amount));
        return QTest::qWaitFor([this] { return !pids.empty(); }, kPatienceMs);
    }
    RunCost end()
    {
        runner->cancel();
        waitForEnd();
        return costOfRun(outcomes.back(), sampler->finish());
    }
    /// The run to its own end, and what it cost.
    RunCost costOf(const QString &mode, const QStringList &amount = {})
    {
        const RunOutcome outcome = run(spec(mode, amount));
        return costOfRun(outcome, sampler->finish());
    }

    WatchedRun watched;
    std::unique_ptr<ResourceSampler> sampler = std::make_unique<ResourceSampler>();
};

const QStringList kHalfASecond{QStringLiteral("1"), QStringLiteral("500")};
const QStringList kOneMebibyte{QStringLiteral("1")};

/// Lists what the file `rows` says, one hundred MiB used otherwise.
constexpr const char *kTool = "case \"$1\" in\n"
                              "--query-compute-apps=gpu_uuid,pid,used_memory)\n"
                              "  [ -e \"$here/rows\" ] || exit 0\n"
                              "  while read -r row; do echo \"$row\"; done < \"$here/rows\";;\n"
                              "--query-gpu=uuid,memory.used)\n"
                              "  if [ -e \"$here/filled\" ]; then echo 'GPU-a, 5100'\n"
                              "  else echo 'GPU-a, 100'; fi;;\n"
                              "*) exit 7;;\n"
                              "esac";

} // namespace

class TestResourceSampler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void memoryAndTimeOfAllDescendants_areSeen_data()
    {
        QTest::addColumn<QString>("mode");
        for (const char *mode : {"spend", "grandchild-spends", "daemon-spends"})
            QTest::addRow("%s", mode) << QString::fromLatin1(mode);
    }
    void memoryAndTimeOfAllDescendants_areSeen()
    {
        QFETCH(QString, mode);
        Watched spender;
        const RunCost cost = spender.costOf(mode, {QStringLiteral("120"), QStringLiteral("800")});
        QVERIFY2(*cost.rssMbPeak >= 120 && *cost.rssMbPeak < 240,
                 qPrintable(QString::number(*cost.rssMbPeak)));
        QVERIFY2(*cost.cpuSeconds >= 0.75, qPrintable(QString::number(*cost.cpuSeconds)));
        QVERIFY(*cost.wallSeconds >= 0.75);
    }

    void aRunThatEndsBetweenTwoLooks_stillHasFigures()
    {
        Watched quick;
        quick.installTool(kTool);
        quick.watched.processPause = std::chrono::hours(1);
        const RunCost cost = quick.costOf(QStringLiteral("nothing"));
        QVERIFY(cost.wallSeconds && *cost.wallSeconds > 0);
        QVERIFY(cost.cpuSeconds);
        QVERIFY(cost.rssMbPeak && *cost.rssMbPeak > 0);
    }

    void gpuMemory_isThatOfTheRunsProcesses()
    {
        Watched run;
        run.installTool(kTool);
        QVERIFY(run.start(QStringLiteral("daemon-holds"), kOneMebibyte));
        QTRY_VERIFY_WITH_TIMEOUT(run.isReady, kPatienceMs);
        std::string rows = "GPU-a, " + std::to_string(::getpid()) + ", 60000\n";
        for (const FoundProcess &process : processesWith(run.marker))
            if (!process.supervisor)
                rows += "GPU-a, " + std::to_string(process.pid) + ", 5000\n";
        run.write("rows", rows);
        run.waitForCalls(run.calls() + 6);
        const RunCost cost = run.end();
        QCOMPARE(cost.gpuBasis, GpuBasis::Processes);
        QCOMPARE(*cost.gpuMemoryMbPeak, 10000.0); // the program and its daemon
        QVERIFY(*cost.gpuSeconds > 0);
        QCOMPARE(cost.gpus.size(), std::size_t{1});
        QCOMPARE(cost.gpuReason, QString());
    }

    void aPeakBetweenTwoQuestions_isSeen()
    {
        Watched run;
        run.installTool(
            std::string(
                "case \"$3\" in --loop-ms=*) while :; do /bin/cat \"$here/rows\"; "
                "/bin/cat \"$here/peak\" 2>/dev/null; : > \"$here/told\"; /bin/sleep 0.02; done;; "
                "esac\n") +
            kTool);
        run.watched.gpuPause = std::chrono::hours(1);
        run.write("rows", "");
        QVERIFY(run.start(QStringLiteral("hold"), kOneMebibyte));
        QTRY_VERIFY_WITH_TIMEOUT(run.isReady, kPatienceMs);
        const std::string ofRun = "GPU-a, " + std::to_string(run.pids.front()) + ", ";
        run.write("rows", ofRun + "5000\n");
        run.write("peak", ofRun + "9000\n");
        run.sampler->finish(); // began before there was anything to see
        run.sampler = std::make_unique<ResourceSampler>();
        run.sampler->start(run.watched);
        QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(run.file("told")), kPatienceMs);
        const RunCost cost = run.end();
        QCOMPARE(cost.gpuBasis, GpuBasis::Processes);
        QCOMPARE(*cost.gpuMemoryMbPeak, 9000.0);
    }

    void whatIsTakenForAMoment_isNotHeld()
    {
        Watched run;
        run.installTool("case \"$3\" in --loop-ms=*) while read -r row; do\n"
                        "echo \"$row\"; echo told >> \"$here/told\"; /bin/sleep 0.02\n"
                        "done < \"$here/answers\"; exec /bin/sleep 1000;; esac\n" +
                        std::string(kTool));
        run.watched.gpuPause = milliseconds(1000);
        QVERIFY(run.start(QStringLiteral("hold"), kOneMebibyte));
        run.sampler->finish(); // began before there was anything to see
        const std::string ofRun = "GPU-a, " + std::to_string(run.pids.front()) + ", ";
        std::string answers;
        for (int i = 0; i < 100; ++i)
            answers += ofRun + (i % 4 == 3 ? "9000\n" : "5000\n");
        run.write("answers", answers);
        run.write("rows", ofRun + "5000\n");
        run.sampler = std::make_unique<ResourceSampler>();
        run.sampler->start(run.watched);
        QTRY_COMPARE_WITH_TIMEOUT(run.told(), 100, kPatienceMs); // two seconds, or more
        const RunCost cost = run.end();
        QCOMPARE(*cost.gpuMemoryMbPeak, 9000.0);
        QVERIFY(cost.gpuMemoryMbHeld);
        QCOMPARE(*cost.gpuMemoryMbHeld, 5000.0);
    }

    void runsAtOnce_shareTheProgramThatGoesOn()
    {
        Watched run;
        run.installTool("case \"$3\" in --loop-ms=*) : > \"$here/loop$$\"; while :; do\n"
                        "/bin/cat \"$here/peaks\"; echo told >> \"$here/told\"; /bin/sleep 0.02\n"
                        "done;; esac\n" +
                        std::string(kTool));
        QVERIFY(run.start(QStringLiteral("hold"), kOneMebibyte));
        run.sampler->finish(); // began before there was anything to see
        Watched second;
        QVERIFY(second.start(QStringLiteral("hold"), kOneMebibyte));
        second.sampler->finish();
        std::string rows;
        std::string peaks; // told by the program that goes on only
        for (const auto &[watched, peak] : {std::pair(&run, "9000\n"), {&second, "7000\n"}}) {
            const std::string own = "GPU-a, " + std::to_string(watched->pids.front()) + ", ";
            rows += own + "5000\n";
            peaks += own + peak;
            watched->watched.environment = run.watched.environment;
            watched->watched.gpuPause = milliseconds(100);
            watched->sampler = std::make_unique<ResourceSampler>();
        }
        run.write("peaks", peaks);
        run.write("rows", rows);
        run.sampler->start(run.watched);
        QTRY_VERIFY_WITH_TIMEOUT(run.told() > 0, kPatienceMs);
        const auto before = run.calls();
        second.sampler->start(second.watched);
        run.waitForCalls(before + 2); // its memory before and its processes; now it follows
        const auto then = run.told();
        QTRY_VERIFY_WITH_TIMEOUT(run.told() > then + 20, kPatienceMs);
        QCOMPARE(*run.end().gpuMemoryMbPeak, 9000.0);
        const auto afterwards = run.told();
        QTRY_VERIFY_WITH_TIMEOUT(run.told() > afterwards + 5, kPatienceMs); // the first one left
        QCOMPARE(*second.end().gpuMemoryMbPeak, 7000.0);
        QCOMPARE(QDir(run.folder.path()).entryList({QStringLiteral("loop*")}).size(), 1);
    }

    void gpuMemoryOfHiddenProcesses_isTheCardsGrowth()
    {
        Watched run;
        run.installTool(kTool);
        QVERIFY(run.start(QStringLiteral("hold"), kOneMebibyte));
        run.waitForCalls(2); // the card before it fills
        run.write("filled", "");
        run.waitForCalls(run.calls() + 6);
        const RunCost cost = run.end();
        QCOMPARE(cost.gpuBasis, GpuBasis::Device);
        QCOMPARE(*cost.gpuMemoryMbPeak, 5000.0);
    }

    void aFailingTool_isLeftAloneAfterThreeTimes_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("reason");
        QTest::newRow("fails") << "echo 'no driver' >&2; exit 9"
                               << "no driver";
        QTest::newRow("says something else") << "echo 'no, such, thing, here'"
                                             << "no, such, thing";
        QTest::newRow("hangs") << "/bin/sleep 1000"
                               << "did not finish";
        QTest::newRow("dies") << "kill -9 $$"
                              << "signal 9";
    }
    void aFailingTool_isLeftAloneAfterThreeTimes()
    {
        QFETCH(QString, body);
        QFETCH(QString, reason);
        Watched run;
        run.installTool(body.toStdString());
        run.watched.gpuTimeLimit = milliseconds(reason == u"did not finish" ? 20 : 2000);
        QVERIFY(run.start(QStringLiteral("hold"), kOneMebibyte));
        run.waitForCalls(3);
        const RunCost cost = costWhenGivenUp(run);
        QCOMPARE(run.calls(), 3);
        QCOMPARE(cost.gpuBasis, GpuBasis::None);
        QVERIFY2(cost.gpuReason.contains(reason), qPrintable(cost.gpuReason));
        QVERIFY(!cost.gpuMemoryMbPeak && !cost.gpuSeconds);
        QVERIFY(cost.rssMbPeak && cost.cpuSeconds);
    }

    void aToolThatRecovers_isAskedOn()
    {
        Watched run;
        run.installTool("for try in 1 2; do\n"
                        "[ -e \"$here/tried$try\" ] || { : > \"$here/tried$try\"; exit 9; }\n"
                        "done\n" +
                        std::string(kTool));
        QVERIFY(run.start(QStringLiteral("hold"), kOneMebibyte));
        run.waitForCalls(12);
        const RunCost cost = run.end();
        QCOMPARE(cost.gpuReason, QString());
        QVERIFY(cost.gpuSamples > 0);
        QCOMPARE(*cost.gpuSeconds, 0.0);
    }

    void withoutATool_theReasonSaysSo()
    {
        Watched run;
        const RunCost cost = run.costOf(QStringLiteral("spend"), kHalfASecond);
        QCOMPARE(cost.gpuBasis, GpuBasis::None);
        QVERIFY(cost.gpuReason.contains(QStringLiteral("nvidia-smi")));
        QVERIFY(!cost.gpuSeconds && !cost.gpuMemoryMbPeak);
    }

    void aRunWithoutAGpu_asksNobody()
    {
        Watched run;
        run.installTool(kTool);
        run.watched.whyNoGpu = QStringLiteral("a demo");
        const RunCost cost = run.costOf(QStringLiteral("spend"), kHalfASecond);
        QCOMPARE(run.calls(), 0);
        QCOMPARE(cost.gpuReason, QStringLiteral("a demo"));
    }

    void aHangingTool_holdsNobodyUpAndIsEnded_data()
    {
        QTest::addColumn<bool>("destroyed");
        QTest::newRow("finished") << false;
        QTest::newRow("destroyed") << true;
    }
    void aHangingTool_holdsNobodyUpAndIsEnded()
    {
        QFETCH(bool, destroyed);
        Watched run;
        run.installTool("/bin/sleep 1000");
        run.watched.gpuTimeLimit = std::chrono::hours(1);
        QVERIFY(run.start(QStringLiteral("hold"), kOneMebibyte));
        run.waitForCalls(1);
        run.runner->cancel();
        run.waitForEnd();
        if (destroyed)
            run.sampler.reset();
        else
            QVERIFY(run.sampler->finish().gpus.empty());
        QVERIFY(processesWith(run.folder.path()).empty());
    }

    void destroyingItAtAnyMoment_isSafe()
    {
        for (int moment = 0; moment < 10; ++moment) {
            Watched run;
            run.installTool(kTool);
            QVERIFY(run.start(QStringLiteral("hold"), kOneMebibyte));
            run.sampler->lookNow();
            run.waitForCalls(moment);
            run.sampler->lookNow();
            run.sampler.reset();
            run.runner->cancel();
            run.waitForEnd();
        }
    }

    void aSamplerThatNeverStarted_hasNothing()
    {
        ResourceSampler sampler;
        sampler.lookNow();
        sampler.requestStop();
        QVERIFY(sampler.finish().processes.empty());
    }

private:
    /// Half a second of work is time for dozens of further questions.
    static RunCost costWhenGivenUp(Watched &run)
    {
        RunRecorder clock;
        clock.run(clock.spec(QStringLiteral("spend"), kHalfASecond));
        return run.end();
    }
};

QTEST_GUILESS_MAIN(TestResourceSampler)
#include "tst_ResourceSampler.moc"
