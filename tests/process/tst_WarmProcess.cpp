// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/process/WarmRecorder.h"

#include <QProcess>
#include <QUuid>

#include <signal.h>
#include <unistd.h>

using namespace mrb;
using namespace mrb::test;
using std::chrono::milliseconds;

/// Programs that are kept ready, before any run.
class tst_WarmProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_marker = QUuid::createUuid().toString(); }
    void cleanup();
    void whatItSaysIsTold();
    void largestReportArrives();
    void failureIsTold_data();
    void failureIsTold();
    void programThatCannotBeStartedFails_data();
    void programThatCannotBeStartedFails();
    void limitUntilItIsReady();
    void limitEndsWhenItIsReady();
    void deathAfterReadyIsAlsoTold_data();
    void deathAfterReadyIsAlsoTold();
    void mayBeDeletedInItsSignals_data();
    void mayBeDeletedInItsSignals();
    void destructionLeavesNoProcess_data();
    void destructionLeavesNoProcess();
    void deathOfTheParentLeavesNoProcess_data();
    void deathOfTheParentLeavesNoProcess();

private:
    WarmCommand held(const QStringList &steps) const { return heldProgram(m_marker, steps); }
    QString m_marker;
};

// Whatever a test did, nothing may be left of it.
void tst_WarmProcess::cleanup()
{
    QTRY_VERIFY_WITH_TIMEOUT(!hasChildren(), 60'000);
    QVERIFY(processesWith(m_marker).empty());
}

void tst_WarmProcess::whatItSaysIsTold()
{
    WarmRecorder recorder;
    recorder.warm->start(held({u"say:{\"protocol\": 1}"_qs, u"say:and more"_qs, u"await"_qs}));
    QVERIFY(!recorder.warm->isReady());
    QVERIFY(recorder.reports.empty()); // never from within start()
    recorder.waitUntilReady();
    QCOMPARE(recorder.reports.size(), std::size_t{1});
    QCOMPARE(recorder.reports[0], QByteArray("{\"protocol\": 1}"));
    QCOMPARE(recorder.warm->report(), recorder.reports[0]);
    QVERIFY(recorder.warm->isReady());
    bool found = false;
    for (const FoundProcess &process : processesWith(m_marker))
        found = found || (!process.supervisor && process.pid == recorder.warm->pid());
    QVERIFY(found);
    QCoreApplication::processEvents();
    QCOMPARE(recorder.reports.size(), std::size_t{1});
    QVERIFY(recorder.failures.empty());
}

// More than a pipe holds at once, and more than a socket's buffer.
void tst_WarmProcess::largestReportArrives()
{
    const auto most = static_cast<qsizetype>(backend::supervisor::kMaxReadyBytes);
    WarmRecorder recorder;
    recorder.warm->start(held({u"say-long:"_qs + QString::number(most), u"await"_qs}));
    recorder.waitUntilReady();
    QCOMPARE(recorder.reports[0], QByteArray(most, 'y'));
}

void tst_WarmProcess::failureIsTold_data()
{
    QTest::addColumn<QStringList>("steps");
    QTest::addColumn<QString>("why");
    QTest::newRow("exits with 0") << QStringList{u"exit:0"_qs} << u"ended before its run"_qs;
    QTest::newRow("exits with 3") << QStringList{u"err:first"_qs, u"out:y"_qs,
                                                 u"err:No module named x\n"_qs, u"exit:3"_qs}
                                  << u"exit code 3. Its last line was: No module named x"_qs;
    QTest::newRow("signal") << QStringList{u"signal:6"_qs} << u"signal 6"_qs;
    QTest::newRow("says nothing") << QStringList{u"say:"_qs, u"await"_qs} << u"empty"_qs;
    QTest::newRow("says too much")
        << QStringList{u"say-long:"_qs + QString::number(backend::supervisor::kMaxReadyBytes + 1),
                       u"await"_qs}
        << u"too long"_qs;
    QTest::newRow("prints too much") << QStringList{u"flood:1025"_qs, u"hang"_qs} << u"1024 KiB"_qs;
    QTest::newRow("dies within its line")
        << QStringList{u"say-long:100000"_qs, u"signal:9"_qs} << u"signal 9"_qs;
}

void tst_WarmProcess::failureIsTold()
{
    QFETCH(QStringList, steps);
    QFETCH(QString, why);
    WarmRecorder recorder;
    recorder.warm->start(held(steps));
    recorder.waitUntilFailed();
    QVERIFY2(recorder.failures[0].contains(why), qPrintable(recorder.failures[0]));
    QVERIFY(!recorder.warm->isReady());
    QTRY_VERIFY_WITH_TIMEOUT(processesWith(m_marker).empty(), 60'000);
    QCOMPARE(recorder.failures.size(), std::size_t{1});
}

void tst_WarmProcess::programThatCannotBeStartedFails_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"program", "supervisor", "folder"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void tst_WarmProcess::programThatCannotBeStartedFails()
{
    QFETCH(QString, what);
    WarmCommand command = held({u"await"_qs});
    (what == u"program"_qs      ? command.program
     : what == u"supervisor"_qs ? command.supervisor
                                : command.workingFolder) = "/no/such/thing";
    WarmRecorder recorder;
    recorder.warm->start(command);
    QVERIFY(recorder.failures.empty()); // never from within start()
    recorder.waitUntilFailed();
    QVERIFY2(recorder.failures[0].contains(u"/no/such/thing"_qs), qPrintable(recorder.failures[0]));
    QVERIFY(recorder.reports.empty());
}

void tst_WarmProcess::limitUntilItIsReady()
{
    WarmRecorder recorder;
    WarmCommand command = held({u"daemon"_qs, u"hang"_qs});
    command.readyLimit = milliseconds(250);
    recorder.warm->start(command);
    recorder.waitUntilFailed();
    QVERIFY2(recorder.failures[0].contains(u"0.25"_qs), qPrintable(recorder.failures[0]));
    QTRY_VERIFY_WITH_TIMEOUT(processesWith(m_marker).empty(), 60'000);
}

void tst_WarmProcess::limitEndsWhenItIsReady()
{
    WarmRecorder recorder;
    WarmCommand command = held({u"say:x"_qs, u"await"_qs});
    command.readyLimit = milliseconds(2000);
    recorder.warm->start(command);
    recorder.waitUntilReady();
    // One that began later reaches the same limit.
    WarmRecorder later;
    command.arguments = held({u"hang"_qs}).arguments;
    later.warm->start(command);
    later.waitUntilFailed();
    QVERIFY(recorder.failures.empty());
    QVERIFY(recorder.warm->isReady());
}

void tst_WarmProcess::deathAfterReadyIsAlsoTold_data()
{
    QTest::addColumn<QString>("who");
    QTest::addColumn<int>("signal");
    QTest::newRow("program") << u"program"_qs << SIGKILL;
    QTest::newRow("outer supervisor") << u"outer"_qs << SIGKILL;
    QTest::newRow("inner supervisor") << u"inner"_qs << SIGKILL;
    QTest::newRow("supervisor is asked to stop") << u"outer"_qs << SIGTERM;
}

void tst_WarmProcess::deathAfterReadyIsAlsoTold()
{
    QFETCH(QString, who);
    QFETCH(int, signal);
    WarmRecorder recorder;
    recorder.warm->start(held({u"daemon"_qs, u"say:x"_qs, u"await"_qs}));
    recorder.waitUntilReady();
    for (const FoundProcess &process : processesWith(m_marker)) {
        const QString name = process.pid == recorder.warm->pid()              ? u"program"_qs
                             : !process.supervisor                            ? u"daemon"_qs
                             : process.parent == static_cast<int>(::getpid()) ? u"outer"_qs
                                                                              : u"inner"_qs;
        if (name == who)
            ::kill(process.pid, signal);
    }
    recorder.waitUntilFailed();
    QVERIFY(!recorder.failures[0].isEmpty());
    QVERIFY(!recorder.warm->isReady());
    QCOMPARE(recorder.reports.size(), std::size_t{1});
    QTRY_VERIFY_WITH_TIMEOUT(processesWith(m_marker).empty(), 60'000);
}

void tst_WarmProcess::mayBeDeletedInItsSignals_data()
{
    QTest::addColumn<QStringList>("steps");
    QTest::newRow("ready") << QStringList{u"say:x"_qs, u"await"_qs};
    QTest::newRow("failed") << QStringList{u"exit:1"_qs};
    QTest::newRow("too much") << QStringList{u"flood:1025"_qs, u"hang"_qs};
}

void tst_WarmProcess::mayBeDeletedInItsSignals()
{
    QFETCH(QStringList, steps);
    auto warm = std::make_unique<WarmProcess>();
    int told = 0;
    const auto remove = [&] {
        ++told;
        warm.reset();
    };
    connect(warm.get(), &WarmProcess::ready, this, remove);
    connect(warm.get(), &WarmProcess::failed, this, remove);
    warm->start(held(steps));
    QTRY_COMPARE_WITH_TIMEOUT(told, 1, 60'000);
    QCoreApplication::processEvents();
    QCOMPARE(told, 1);
}

void tst_WarmProcess::destructionLeavesNoProcess_data()
{
    QTest::addColumn<QStringList>("steps");
    QTest::addColumn<bool>("atOnce");
    QTest::newRow("just started") << QStringList{u"hang"_qs} << true;
    QTest::newRow("ready") << QStringList{u"say:x"_qs, u"await"_qs} << false;
    QTest::newRow("deaf and with a child in its own session")
        << QStringList{u"daemon"_qs, u"say:x"_qs, u"hang"_qs} << false;
}

void tst_WarmProcess::destructionLeavesNoProcess()
{
    QFETCH(QStringList, steps);
    QFETCH(bool, atOnce);
    WarmRecorder recorder;
    recorder.warm->start(held(steps));
    if (!atOnce)
        recorder.waitUntilReady();
    recorder.warm.reset();
    QTRY_VERIFY_WITH_TIMEOUT(!hasChildren(), 60'000);
    QVERIFY(processesWith(m_marker).empty());
    QVERIFY(recorder.failures.empty());
}

void tst_WarmProcess::deathOfTheParentLeavesNoProcess_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("signal");
    QTest::addColumn<QByteArray>("sign");
    for (const int signal : {SIGKILL, SIGTERM}) {
        QTest::addRow("waiting, %d", signal) << u"kept"_qs << signal << QByteArray("kept");
        QTest::addRow("running, %d", signal) << u"warm"_qs << signal << QByteArray("begun");
    }
}

void tst_WarmProcess::deathOfTheParentLeavesNoProcess()
{
    QFETCH(QString, kind);
    QFETCH(int, signal);
    QFETCH(QByteArray, sign);
    QProcess host;
    QByteArray output;
    connect(&host, &QProcess::readyReadStandardOutput, this,
            [&] { output += host.readAllStandardOutput(); });
    host.start(QStringLiteral(MRB_RUN_HOST),
               QStringList{kind, QStringLiteral(MRB_SUPERVISOR), QStringLiteral(MRB_FAKE_PROGRAM),
                           m_marker, u"held"_qs, u"daemon"_qs, u"say:x"_qs, u"await"_qs,
                           u"err:begun"_qs, u"hang"_qs});
    QTRY_VERIFY_WITH_TIMEOUT(output.contains(sign), 60'000);
    QVERIFY(processesWith(m_marker).size() >= 5); // host, two supervisors, program, its child
    ::kill(static_cast<pid_t>(host.processId()), signal);
    QTRY_VERIFY_WITH_TIMEOUT(processesWith(m_marker).empty(), 60'000);
    QTRY_COMPARE(host.state(), QProcess::NotRunning);
}

QTEST_GUILESS_MAIN(tst_WarmProcess)
#include "tst_WarmProcess.moc"
