// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/process/RunRecorder.h"
#include "tests/process/WarmRecorder.h"

#include <QRandomGenerator>
#include <QTimer>

#include <signal.h>
#include <unistd.h>

using namespace mrb;
using namespace mrb::test;
using Kind = RunOutcome::Kind;
using std::chrono::milliseconds;

/// How runs of a program that was kept ready are stopped, and that nothing is left of them.
class tst_WarmRunStop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cancelLeavesNoProcess();
    void cancelWithinStart();
    void cancelAtAnyMoment();
    void cancelWhileItIsNotReady();
    void timeLimitCountsFromTheRun();
    void timeLimitWhileItIsNotReady();
    void destructionLeavesNoProcess_data();
    void destructionLeavesNoProcess();
    void killOfTheSupervisorLeavesNoProcess_data();
    void killOfTheSupervisorLeavesNoProcess();
    void leftoversAreEnded();
};

namespace {

// Prints "ready" when it runs, does not hear SIGTERM and has a child in a session of its own.
const QStringList &stubborn()
{
    static const QStringList steps{u"daemon"_qs, u"say:x"_qs, u"await"_qs, u"hang"_qs};
    return steps;
}

} // namespace

void tst_WarmRunStop::cancelLeavesNoProcess()
{
    RunRecorder recorder;
    // The daemon says "ready" too, before the run.
    int said = 0;
    recorder.onReady = [&] {
        if (++said == 2) {
            recorder.runner->cancel();
            recorder.runner->cancel();
        }
    };
    recorder.runner->start(recorder.spec(u"held"_qs), readyProcess(recorder.marker, stubborn()));
    recorder.waitForEnd();
    QVERIFY(processesWith(recorder.marker).empty());
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
    QCOMPARE(recorder.outcomes[0].kind, Kind::Cancelled);
    QCOMPARE(recorder.outcomes[0].exitCode, 130);
    QVERIFY(recorder.outcomes[0].descendantsTerminated);
}

void tst_WarmRunStop::cancelWithinStart()
{
    RunRecorder recorder;
    recorder.runner->start(recorder.spec(u"held"_qs), readyProcess(recorder.marker, stubborn()));
    recorder.runner->cancel(); // "go" and "cancel" come to the supervisor together
    QVERIFY(recorder.outcomes.empty());
    recorder.waitForEnd();
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
    QCOMPARE(recorder.outcomes[0].kind, Kind::Cancelled);
    QVERIFY(processesWith(recorder.marker).empty());
}

void tst_WarmRunStop::cancelAtAnyMoment()
{
    QRandomGenerator random(20260102);
    for (int round = 0; round < 20; ++round) {
        RunRecorder recorder;
        const int delay = random.bounded(15);
        const bool ends = round % 2 == 1;
        const QStringList steps =
            ends ? QStringList{u"say:x"_qs, u"await"_qs, u"flood:200"_qs} : stubborn();
        auto warm = readyProcess(recorder.marker, steps);
        QTimer::singleShot(delay, recorder.runner.get(), &UpstreamRunner::cancel);
        recorder.runner->start(recorder.spec(u"held"_qs), std::move(warm));
        recorder.waitForEnd();
        QVERIFY2(processesWith(recorder.marker).empty(), qPrintable(QString::number(delay)));
        QCOMPARE(recorder.outcomes.size(), std::size_t{1});
        const RunOutcome outcome = recorder.outcomes[0];
        QVERIFY(outcome.kind == Kind::Cancelled ||
                (ends && outcome.kind == Kind::Finished && outcome.exitCode == 0));
    }
}

void tst_WarmRunStop::cancelWhileItIsNotReady()
{
    RunRecorder recorder;
    auto warm = std::make_unique<WarmProcess>();
    warm->start(heldProgram(recorder.marker, {u"hang"_qs}));
    recorder.onReady = [&] { recorder.runner->cancel(); };
    recorder.runner->start(recorder.spec(u"held"_qs), std::move(warm));
    recorder.waitForEnd();
    QCOMPARE(recorder.outcomes[0].kind, Kind::Cancelled);
    QVERIFY(processesWith(recorder.marker).empty());
}

void tst_WarmRunStop::timeLimitCountsFromTheRun()
{
    RunRecorder recorder;
    auto warm = readyProcess(recorder.marker, stubborn());
    // It has waited for a whole other run, and then has its time nevertheless.
    const double other = recorder.run(recorder.spec(u"burn"_qs)).seconds;
    ProcessSpec spec = recorder.spec(u"held"_qs);
    spec.timeLimit = milliseconds(250);
    recorder.runner->start(spec, std::move(warm));
    recorder.waitForEnd(1);
    const RunOutcome outcome = recorder.outcomes.back();
    QCOMPARE(outcome.kind, Kind::TimedOut);
    QCOMPARE(outcome.exitCode, 124);
    QVERIFY(outcome.seconds >= 0.2);
    QVERIFY(other > 0);
    QVERIFY(recorder.log("stderr.log").endsWith("\n[TIMEOUT after 0.25s]"));
    QVERIFY(processesWith(recorder.marker).empty());
}

void tst_WarmRunStop::timeLimitWhileItIsNotReady()
{
    RunRecorder recorder;
    auto warm = std::make_unique<WarmProcess>();
    warm->start(heldProgram(recorder.marker, {u"hang"_qs}));
    ProcessSpec spec = recorder.spec(u"held"_qs);
    spec.timeLimit = milliseconds(250);
    recorder.runner->start(spec, std::move(warm));
    recorder.waitForEnd();
    QCOMPARE(recorder.outcomes[0].kind, Kind::TimedOut);
    QVERIFY(processesWith(recorder.marker).empty());
}

void tst_WarmRunStop::destructionLeavesNoProcess_data()
{
    QTest::addColumn<bool>("atOnce");
    QTest::newRow("while it runs") << false;
    QTest::newRow("just started") << true;
}

void tst_WarmRunStop::destructionLeavesNoProcess()
{
    QFETCH(bool, atOnce);
    RunRecorder recorder;
    recorder.runner->start(
        recorder.spec(u"held"_qs),
        readyProcess(recorder.marker, {u"say:x"_qs, u"await"_qs, u"daemon"_qs, u"hang"_qs}));
    if (!atOnce)
        QTRY_VERIFY_WITH_TIMEOUT(recorder.isReady, 60'000);
    recorder.runner.reset();
    QTRY_VERIFY_WITH_TIMEOUT(!hasChildren(), 60'000);
    QVERIFY(processesWith(recorder.marker).empty());
    QVERIFY(recorder.outcomes.empty());
}

void tst_WarmRunStop::killOfTheSupervisorLeavesNoProcess_data()
{
    QTest::addColumn<bool>("outer");
    QTest::newRow("outer") << true;
    QTest::newRow("inner") << false;
}

void tst_WarmRunStop::killOfTheSupervisorLeavesNoProcess()
{
    QFETCH(bool, outer);
    RunRecorder recorder;
    recorder.onReady = [&] {
        for (const FoundProcess &process : processesWith(recorder.marker)) {
            if (process.supervisor && (process.parent == ::getpid()) == outer)
                ::kill(process.pid, SIGKILL);
        }
    };
    recorder.runner->start(
        recorder.spec(u"held"_qs),
        readyProcess(recorder.marker, {u"say:x"_qs, u"await"_qs, u"daemon"_qs, u"hang"_qs}));
    recorder.waitForEnd();
    QVERIFY(processesWith(recorder.marker).empty());
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
    QCOMPARE(recorder.outcomes[0].kind, Kind::Crashed);
    QCOMPARE(recorder.outcomes[0].exitCode, -SIGKILL);
}

void tst_WarmRunStop::leftoversAreEnded()
{
    RunRecorder recorder;
    recorder.runner->start(
        recorder.spec(u"held"_qs),
        readyProcess(recorder.marker, {u"say:x"_qs, u"await"_qs, u"daemon"_qs, u"exit:0"_qs}));
    recorder.waitForEnd();
    QVERIFY(processesWith(recorder.marker).empty());
    QCOMPARE(recorder.outcomes[0].kind, Kind::Finished);
    QCOMPARE(recorder.outcomes[0].exitCode, 0);
    QVERIFY(recorder.outcomes[0].descendantsTerminated);
}

QTEST_GUILESS_MAIN(tst_WarmRunStop)
#include "tst_WarmRunStop.moc"
