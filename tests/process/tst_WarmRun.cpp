// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/process/LogTexts.h"
#include "tests/process/RunRecorder.h"
#include "tests/process/WarmRecorder.h"

#include <QElapsedTimer>

#include <signal.h>

using namespace mrb;
using namespace mrb::test;
using Kind = RunOutcome::Kind;

/// Runs that are made of a program that was kept ready: what is told of them.
class tst_WarmRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void outputOfBothHalvesIsWhole();
    void startComesFirstAndFromTheEventLoop();
    void floodBeforeAndAfterIsWhole();
    void surroundingsAreClean();
    void endIsThatOfTheProgram_data();
    void endIsThatOfTheProgram();
    void secondsCountFromGo();
    void importsArePartOfTheProgress();
    void runBeginsWhenTheProgramIsReady();
    void deathBeforeTheRunIsNoSuccess_data();
    void deathBeforeTheRunIsNoSuccess();
    void deathOnTheWayIsACrash();
    void programThatCannotBeToldIsEnded();
    void runMayBeginInReady();
    void runnerIsReusable();
    void runnerMayBeDeletedInFinished();

private:
    static RunOutcome run(RunRecorder &recorder, const QStringList &steps)
    {
        recorder.runner->start(recorder.spec(u"held"_qs), readyProcess(recorder.marker, steps));
        recorder.waitForEnd();
        QCoreApplication::processEvents();
        return recorder.outcomes.empty() ? RunOutcome{} : recorder.outcomes[0];
    }
};

void tst_WarmRun::outputOfBothHalvesIsWhole()
{
    RunRecorder recorder;
    const RunOutcome outcome =
        run(recorder, {u"err:one"_qs, u"out:two"_qs, u"err:three"_qs, u"say:x"_qs, u"await"_qs,
                       u"err:four"_qs, u"out:five"_qs});
    QCOMPARE(outcome.kind, Kind::Finished);
    QCOMPARE(recorder.log("stderr.log"), QByteArray("one\nthree\nfour\n"));
    QCOMPARE(recorder.log("stdout.log"), QByteArray("two\nfive\n"));
    QCOMPARE(outcome.stderrTail, u"one\nthree\nfour\n"_qs);
    QStringList errors;
    for (const LogLine &line : recorder.lines) {
        if (line.channel == backend::Channel::Stderr)
            errors << line.text;
    }
    QCOMPARE(errors, (QStringList{u"one"_qs, u"three"_qs, u"four"_qs}));
    QCOMPARE(recorder.lines.size(), std::size_t{5});
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
}

void tst_WarmRun::startComesFirstAndFromTheEventLoop()
{
    RunRecorder recorder;
    auto warm = readyProcess(recorder.marker, {u"err:ready"_qs, u"say:x"_qs, u"await"_qs});
    const qint64 pid = warm->pid();
    std::size_t startedBefore = 0;
    recorder.onReady = [&] { startedBefore = recorder.pids.size(); };
    recorder.runner->start(recorder.spec(u"held"_qs), std::move(warm));
    QVERIFY(recorder.runner->isRunning());
    QVERIFY(recorder.pids.empty() && recorder.lines.empty());
    recorder.waitForEnd();
    QCOMPARE(startedBefore, std::size_t{1});
    QVERIFY(recorder.pids == std::vector<qint64>{pid});
}

void tst_WarmRun::floodBeforeAndAfterIsWhole()
{
    RunRecorder recorder;
    const RunOutcome outcome =
        run(recorder, {u"flood:1000"_qs, u"err:"_qs, u"say:x"_qs, u"await"_qs, u"flood:5000"_qs});
    QCOMPARE(outcome.exitCode, 0);
    QCOMPARE(recorder.log("stderr.log"),
             QByteArray(1000 * 1024, 'x') + '\n' + QByteArray(5000 * 1024, 'x'));
}

// Before as after, and its stdin ends behind "go".
void tst_WarmRun::surroundingsAreClean()
{
    RunRecorder recorder;
    const RunOutcome outcome =
        run(recorder, {u"descriptors"_qs, u"say:x"_qs, u"await"_qs, u"descriptors"_qs, u"rest"_qs});
    QCOMPARE(outcome.exitCode, 0);
    QCOMPARE(recorder.log("stdout.log"), QByteArray("3\n3\nend\n"));
}

void tst_WarmRun::endIsThatOfTheProgram_data()
{
    QTest::addColumn<QString>("last");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("0") << u"exit:0"_qs << Kind::Finished << 0;
    QTest::newRow("3") << u"exit:3"_qs << Kind::Finished << 3;
    QTest::newRow("90") << u"exit:90"_qs << Kind::Finished << 90;
    QTest::newRow("SIGABRT") << u"signal:6"_qs << Kind::Crashed << -SIGABRT;
}

void tst_WarmRun::endIsThatOfTheProgram()
{
    QFETCH(QString, last);
    QFETCH(Kind, kind);
    QFETCH(int, exitCode);
    RunRecorder recorder;
    const RunOutcome outcome =
        run(recorder, {u"err:before"_qs, u"say:x"_qs, u"await"_qs, u"err:the last"_qs, last});
    QCOMPARE(outcome.kind, kind);
    QCOMPARE(outcome.exitCode, exitCode);
    QCOMPARE(outcome.detail.isEmpty(), exitCode == 0);
    QVERIFY(exitCode == 0 || outcome.detail.endsWith(u"Its last line was: the last"_qs));
    QVERIFY(!outcome.descendantsTerminated);
    QVERIFY(outcome.cpuSeconds && outcome.peakRssMb);
    QVERIFY(processesWith(recorder.marker).empty());
}

void tst_WarmRun::secondsCountFromGo()
{
    RunRecorder recorder;
    auto warm = readyProcess(recorder.marker, {u"say:x"_qs, u"await"_qs});
    // Another whole process in between: what passes meanwhile is not the run's.
    recorder.run(recorder.spec(u"burn"_qs));
    QElapsedTimer clock;
    clock.start();
    recorder.runner->start(recorder.spec(u"held"_qs), std::move(warm));
    recorder.waitForEnd(1);
    const double passed = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    QVERIFY(recorder.outcomes.back().seconds > 0);
    QVERIFY(recorder.outcomes.back().seconds <= passed);
}

// The entry script logs as soon as it runs; the phase is there and short.
void tst_WarmRun::importsArePartOfTheProgress()
{
    RunRecorder recorder;
    const auto line = [](const char *message) {
        return u"err:"_qs + QString::fromLatin1(logged(message).trimmed());
    };
    const RunOutcome outcome =
        run(recorder, {u"err:x.py:1: FutureWarning: of an import"_qs, u"say:x"_qs, u"await"_qs,
                       line("Using cuda:0 of 1 with random seed: 1"), line("noise: x"),
                       line("Saved /out/a.nii.gz.")});
    QStringList names;
    for (const backend::PhaseTime &phase : outcome.phases) {
        names << phase.name;
        QVERIFY(phase.seconds >= 0);
    }
    QCOMPARE(names.join(u' '), u"imports models diffusion shutdown"_qs);
    QCOMPARE(recorder.progress.front().phase, backend::Phase::Imports);
    QVERIFY(outcome.savedPaths == std::vector<QString>{u"/out/a.nii.gz"_qs});
}

void tst_WarmRun::runBeginsWhenTheProgramIsReady()
{
    RunRecorder recorder;
    auto warm = std::make_unique<WarmProcess>();
    warm->start(heldProgram(
        recorder.marker, {u"err:one"_qs, u"say:x"_qs, u"await"_qs, u"err:two"_qs, u"exit:4"_qs}));
    recorder.runner->start(recorder.spec(u"held"_qs), std::move(warm));
    recorder.waitForEnd();
    QCOMPARE(recorder.outcomes[0].exitCode, 4);
    QCOMPARE(recorder.pids.size(), std::size_t{1});
    QCOMPARE(recorder.log("stderr.log"), QByteArray("one\ntwo\n"));
}

void tst_WarmRun::deathBeforeTheRunIsNoSuccess_data()
{
    QTest::addColumn<QString>("last");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("0") << u"exit:0"_qs << Kind::FailedToStart << 126;
    QTest::newRow("3") << u"exit:3"_qs << Kind::FailedToStart << 126;
    QTest::newRow("SIGKILL") << u"signal:9"_qs << Kind::Crashed << -SIGKILL;
}

void tst_WarmRun::deathBeforeTheRunIsNoSuccess()
{
    QFETCH(QString, last);
    QFETCH(Kind, kind);
    QFETCH(int, exitCode);
    RunRecorder recorder;
    WarmRecorder kept;
    kept.warm->start(heldProgram(recorder.marker, {u"err:of an import"_qs, last}));
    kept.waitUntilFailed();
    recorder.runner->start(recorder.spec(u"held"_qs), std::move(kept.warm));
    QVERIFY(recorder.outcomes.empty()); // never from within start()
    recorder.waitForEnd();
    const RunOutcome outcome = recorder.outcomes[0];
    QCOMPARE(outcome.kind, kind);
    QCOMPARE(outcome.exitCode, exitCode);
    QVERIFY(!outcome.detail.isEmpty());
    QCOMPARE(recorder.log("stderr.log"), QByteArray("of an import\n"));
    QCOMPARE(outcome.stderrTail, u"of an import\n"_qs);
    QVERIFY(recorder.pids.empty());
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
}

// Nobody knows of it yet when the run is made of it.
void tst_WarmRun::deathOnTheWayIsACrash()
{
    RunRecorder recorder;
    auto warm = readyProcess(recorder.marker, {u"err:of an import"_qs, u"say:x"_qs, u"await"_qs});
    ::kill(static_cast<pid_t>(warm->pid()), SIGKILL);
    recorder.runner->start(recorder.spec(u"held"_qs), std::move(warm));
    recorder.waitForEnd();
    QCOMPARE(recorder.outcomes[0].kind, Kind::Crashed);
    QCOMPARE(recorder.outcomes[0].exitCode, -SIGKILL);
    QCOMPARE(recorder.log("stderr.log"), QByteArray("of an import\n"));
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
}

void tst_WarmRun::programThatCannotBeToldIsEnded()
{
    RunRecorder recorder;
    const RunOutcome outcome = run(recorder, {u"say:x"_qs, u"close"_qs, u"hang"_qs});
    QCOMPARE(outcome.kind, Kind::Crashed);
    QVERIFY(processesWith(recorder.marker).empty());
}

void tst_WarmRun::runMayBeginInReady()
{
    RunRecorder recorder;
    auto warm = std::make_unique<WarmProcess>();
    connect(warm.get(), &WarmProcess::ready, this,
            [&] { recorder.runner->start(recorder.spec(u"held"_qs), std::move(warm)); });
    warm->start(heldProgram(recorder.marker, {u"say:x"_qs, u"await"_qs, u"exit:5"_qs}));
    recorder.waitForEnd();
    QCOMPARE(recorder.outcomes[0].exitCode, 5);
}

void tst_WarmRun::runnerIsReusable()
{
    RunRecorder recorder;
    QCOMPARE(run(recorder, {u"say:x"_qs, u"await"_qs, u"exit:3"_qs}).exitCode, 3);
    QCOMPARE(recorder.run(recorder.spec(u"exit"_qs, {u"4"_qs})).exitCode, 4);
    recorder.runner->start(recorder.spec(u"held"_qs),
                           readyProcess(recorder.marker, {u"say:x"_qs, u"await"_qs, u"exit:5"_qs}));
    recorder.waitForEnd(2);
    QCOMPARE(recorder.outcomes.back().exitCode, 5);
}

void tst_WarmRun::runnerMayBeDeletedInFinished()
{
    RunRecorder recorder;
    bool gone = false;
    connect(recorder.runner.get(), &UpstreamRunner::finished, this, [&] {
        recorder.runner.reset();
        gone = true;
    });
    recorder.runner->start(recorder.spec(u"held"_qs),
                           readyProcess(recorder.marker, {u"say:x"_qs, u"await"_qs}));
    QTRY_VERIFY_WITH_TIMEOUT(gone, 60'000);
    QCoreApplication::processEvents();
}

QTEST_GUILESS_MAIN(tst_WarmRun)
#include "tst_WarmRun.moc"
