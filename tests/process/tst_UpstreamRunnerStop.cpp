// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/process/RunRecorder.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QTimer>

#include <signal.h>
#include <unistd.h>

using namespace mrb;
using namespace mrb::test;
using Kind = RunOutcome::Kind;
using std::chrono::milliseconds;

/// How runs are stopped, and that nothing is left of them.
class tst_UpstreamRunnerStop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cancelLeavesNoProcess_data();
    void cancelLeavesNoProcess();
    void cancelWithinStart();
    void cancelAtAnyMoment();
    void deafProgramIsKilledAfterFiveSeconds();
    void programGetsTheGracePeriodItNeeds();
    void stoppedProcessesAreWoken();
    void leftoversOfAFinishedRunAreEnded_data();
    void leftoversOfAFinishedRunAreEnded();
    void helpersThatEndByThemselvesAreNoLeftovers();
    void timeLimitEndsTheRun();
    void destructionLeavesNoProcess_data();
    void destructionLeavesNoProcess();
    void deathOfTheParentLeavesNoProcess_data();
    void deathOfTheParentLeavesNoProcess();
    void killOfTheSupervisorLeavesNoProcess_data();
    void killOfTheSupervisorLeavesNoProcess();
    void killOfBothSupervisorsEndsTheProgram();
    void stopRequestToTheSupervisorIsACancel();
};

void tst_UpstreamRunnerStop::cancelLeavesNoProcess_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("value");
    QTest::newRow("ends on TERM") << u"polite-hang"_qs << QString();
    QTest::newRow("exits with 0 on TERM") << u"handle-term"_qs << QString();
    QTest::newRow("deaf") << u"hang"_qs << QString();
    QTest::newRow("deaf grandchild in its own session") << u"deaf-daemon"_qs << u"hang"_qs;
    QTest::newRow("keeps forking") << u"spawner"_qs << u"400"_qs;
}

void tst_UpstreamRunnerStop::cancelLeavesNoProcess()
{
    QFETCH(QString, mode);
    QFETCH(QString, value);
    RunRecorder recorder;
    recorder.onReady = [&] {
        recorder.runner->cancel();
        recorder.runner->cancel();
    };
    const RunOutcome outcome = recorder.run(recorder.spec(mode, {value}));
    QVERIFY(processesWith(recorder.marker).empty());
    QCOMPARE(outcome.kind, Kind::Cancelled);
    QCOMPARE(outcome.exitCode, 130);
    QVERIFY(!outcome.detail.isEmpty());
    QCOMPARE(outcome.descendantsTerminated,
             mode == QStringLiteral("deaf-daemon") || mode == QStringLiteral("spawner"));
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
}

void tst_UpstreamRunnerStop::cancelWithinStart()
{
    RunRecorder recorder;
    recorder.runner->start(recorder.spec(u"polite-hang"_qs));
    recorder.runner->cancel();
    QVERIFY(recorder.outcomes.empty()); // never from within cancel()
    recorder.waitForEnd();
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
    QCOMPARE(recorder.outcomes[0].kind, Kind::Cancelled);
    QVERIFY(processesWith(recorder.marker).empty());
}

void tst_UpstreamRunnerStop::cancelAtAnyMoment()
{
    QRandomGenerator random(20260101);
    for (int round = 0; round < 20; ++round) {
        RunRecorder recorder;
        const int delay = random.bounded(40);
        QTimer::singleShot(delay, recorder.runner.get(), &UpstreamRunner::cancel);
        ProcessSpec spec = round % 2 == 0 ? recorder.spec(u"deaf-daemon"_qs, {u"hang"_qs})
                                          : recorder.spec(u"burn"_qs);
        spec.grace = milliseconds(50);
        const RunOutcome outcome = recorder.run(spec);
        QVERIFY2(processesWith(recorder.marker).empty(), qPrintable(QString::number(delay)));
        QCOMPARE(recorder.outcomes.size(), std::size_t{1});
        // A program that had ended by itself counts as finished.
        QVERIFY(outcome.kind == Kind::Cancelled ||
                (round % 2 == 1 && outcome.kind == Kind::Finished && outcome.exitCode == 0));
        QVERIFY(recorder.pids.size() <= 1);
    }
}

void tst_UpstreamRunnerStop::deafProgramIsKilledAfterFiveSeconds()
{
    RunRecorder recorder;
    recorder.onReady = [&] { recorder.runner->cancel(); };
    ProcessSpec spec = recorder.spec(u"hang"_qs);
    spec.grace = ProcessSpec{}.grace;
    const RunOutcome outcome = recorder.run(spec);
    QCOMPARE(outcome.kind, Kind::Cancelled);
    QVERIFY(outcome.seconds >= 5.0);
    QVERIFY(processesWith(recorder.marker).empty());
}

void tst_UpstreamRunnerStop::programGetsTheGracePeriodItNeeds()
{
    // Without a prompt SIGTERM this would take ten minutes.
    RunRecorder recorder;
    recorder.onReady = [&] { recorder.runner->cancel(); };
    ProcessSpec spec = recorder.spec(u"handle-term"_qs);
    spec.grace = std::chrono::minutes(10);
    QCOMPARE(recorder.run(spec).kind, Kind::Cancelled);
}

void tst_UpstreamRunnerStop::stoppedProcessesAreWoken()
{
    RunRecorder recorder;
    recorder.onReady = [&] { recorder.runner->cancel(); };
    ProcessSpec spec = recorder.spec(u"stopped-child"_qs);
    spec.grace = std::chrono::minutes(10);
    const RunOutcome outcome = recorder.run(spec);
    QCOMPARE(outcome.kind, Kind::Cancelled);
    QVERIFY(outcome.descendantsTerminated);
    QVERIFY(processesWith(recorder.marker).empty());
}

void tst_UpstreamRunnerStop::leftoversOfAFinishedRunAreEnded_data()
{
    QTest::addColumn<QString>("mode");
    QTest::newRow("deaf daemon") << u"deaf-daemon"_qs;
    QTest::newRow("chain of forks") << u"chain"_qs;
}

void tst_UpstreamRunnerStop::leftoversOfAFinishedRunAreEnded()
{
    QFETCH(QString, mode);
    RunRecorder recorder;
    const RunOutcome outcome = recorder.run(recorder.spec(mode, {u"exit"_qs}));
    QVERIFY(processesWith(recorder.marker).empty());
    QCOMPARE(outcome.kind, Kind::Finished);
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY(outcome.descendantsTerminated);
    QCOMPARE(outcome.detail, QString()); // none survived
}

void tst_UpstreamRunnerStop::helpersThatEndByThemselvesAreNoLeftovers()
{
    RunRecorder recorder;
    const RunOutcome outcome = recorder.run(recorder.spec(u"short-lived-helper"_qs));
    QCOMPARE(outcome.kind, Kind::Finished);
    QVERIFY(!outcome.descendantsTerminated);
}

void tst_UpstreamRunnerStop::timeLimitEndsTheRun()
{
    RunRecorder recorder;
    ProcessSpec spec = recorder.spec(u"deaf-daemon"_qs, {u"hang"_qs});
    spec.timeLimit = milliseconds(250);
    recorder.runner->start(spec);
    recorder.waitForEnd();
    const RunOutcome outcome = recorder.outcomes.back();
    QCOMPARE(outcome.kind, Kind::TimedOut);
    QCOMPARE(outcome.exitCode, 124);
    QCOMPARE(outcome.stderrTail, u"\n[TIMEOUT after 0.25s]"_qs);
    QCOMPARE(recorder.log("stderr.log"), QByteArray("\n[TIMEOUT after 0.25s]"));
    QVERIFY(outcome.detail.contains(u"0.25"_qs));
    QVERIFY(processesWith(recorder.marker).empty());

    RunRecorder whole;
    spec = whole.spec(u"polite-hang"_qs);
    spec.timeLimit = milliseconds(1000);
    QCOMPARE(whole.run(spec).stderrTail, u"\n[TIMEOUT after 1.0s]"_qs);
}

void tst_UpstreamRunnerStop::destructionLeavesNoProcess_data()
{
    QTest::addColumn<bool>("atOnce");
    QTest::newRow("while it runs") << false;
    QTest::newRow("just started") << true;
}

void tst_UpstreamRunnerStop::destructionLeavesNoProcess()
{
    QFETCH(bool, atOnce);
    RunRecorder recorder;
    recorder.runner->start(recorder.spec(u"deaf-daemon"_qs, {u"hang"_qs}));
    if (!atOnce)
        QTRY_VERIFY_WITH_TIMEOUT(recorder.isReady, 60'000);
    recorder.runner.reset();
    // Not the marker first: between fork and exec the supervisor does not show it yet.
    QTRY_VERIFY_WITH_TIMEOUT(!hasChildren(), 60'000);
    QVERIFY(processesWith(recorder.marker).empty());
    QVERIFY(recorder.outcomes.empty());
}

void tst_UpstreamRunnerStop::deathOfTheParentLeavesNoProcess_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<QString>("mode");
    for (const char *mode : {"hang", "deaf-daemon"}) {
        const QString name = QString::fromLatin1(mode);
        QTest::addRow("SIGKILL, %s", mode) << SIGKILL << name;
        QTest::addRow("SIGTERM, %s", mode) << SIGTERM << name;
    }
}

void tst_UpstreamRunnerStop::deathOfTheParentLeavesNoProcess()
{
    QFETCH(int, signal);
    QFETCH(QString, mode);
    const QString marker = QUuid::createUuid().toString();
    QProcess host;
    QByteArray output;
    connect(&host, &QProcess::readyReadStandardOutput, this,
            [&] { output += host.readAllStandardOutput(); });
    host.start(QStringLiteral(MRB_RUN_HOST),
               {u"cold"_qs, QStringLiteral(MRB_SUPERVISOR), QStringLiteral(MRB_FAKE_PROGRAM),
                marker, mode, u"hang"_qs});
    QTRY_VERIFY_WITH_TIMEOUT(output.contains("ready"), 60'000);
    QVERIFY(processesWith(marker).size() >= 4); // host, two supervisors, program
    ::kill(static_cast<pid_t>(host.processId()), signal);
    QTRY_VERIFY_WITH_TIMEOUT(processesWith(marker).empty(), 60'000);
    QTRY_COMPARE(host.state(), QProcess::NotRunning);
}

void tst_UpstreamRunnerStop::killOfTheSupervisorLeavesNoProcess_data()
{
    QTest::addColumn<bool>("outer");
    QTest::newRow("outer") << true;
    QTest::newRow("inner") << false;
}

void tst_UpstreamRunnerStop::killOfTheSupervisorLeavesNoProcess()
{
    QFETCH(bool, outer);
    RunRecorder recorder;
    recorder.onReady = [&] {
        for (const FoundProcess &process : processesWith(recorder.marker)) {
            if (process.supervisor && (process.parent == ::getpid()) == outer)
                ::kill(process.pid, SIGKILL);
        }
    };
    const RunOutcome outcome = recorder.run(recorder.spec(u"deaf-daemon"_qs, {u"hang"_qs}));
    QVERIFY(processesWith(recorder.marker).empty());
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
    QCOMPARE(outcome.kind, Kind::Crashed);
    QCOMPARE(outcome.exitCode, -SIGKILL);
    QVERIFY(!outcome.detail.isEmpty());
}

void tst_UpstreamRunnerStop::killOfBothSupervisorsEndsTheProgram()
{
    RunRecorder recorder;
    recorder.onReady = [&] {
        // The inner one is stopped first, so that it cannot act on the death of the other.
        std::vector<FoundProcess> found = processesWith(recorder.marker);
        std::erase_if(found, [](const FoundProcess &process) { return !process.supervisor; });
        for (const int signal : {SIGSTOP, SIGKILL}) {
            for (const FoundProcess &process : found)
                ::kill(process.pid, signal);
        }
    };
    const RunOutcome outcome = recorder.run(recorder.spec(u"hang"_qs));
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
    QCOMPARE(outcome.kind, Kind::Crashed);
    QTRY_VERIFY_WITH_TIMEOUT(processesWith(recorder.marker).empty(), 60'000);
}

void tst_UpstreamRunnerStop::stopRequestToTheSupervisorIsACancel()
{
    RunRecorder recorder;
    recorder.onReady = [&] {
        for (const FoundProcess &process : processesWith(recorder.marker)) {
            if (process.supervisor && process.parent == ::getpid())
                ::kill(process.pid, SIGTERM);
        }
    };
    const RunOutcome outcome = recorder.run(recorder.spec(u"deaf-daemon"_qs, {u"hang"_qs}));
    QVERIFY(processesWith(recorder.marker).empty());
    QCOMPARE(outcome.kind, Kind::Cancelled);
    QCOMPARE(outcome.exitCode, 130);
    QVERIFY(outcome.detail.contains(QString::number(SIGTERM)));
}

QTEST_GUILESS_MAIN(tst_UpstreamRunnerStop)
#include "tst_UpstreamRunnerStop.moc"
