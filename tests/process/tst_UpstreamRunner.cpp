// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/process/RunRecorder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

using namespace mrb;
using namespace mrb::test;
using Kind = RunOutcome::Kind;

/// How runs end by themselves, and what the program gets.
class tst_UpstreamRunner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endOfTheProgramIsReported_data();
    void endOfTheProgramIsReported();
    void failureToStartIsReported_data();
    void failureToStartIsReported();
    void missingSupervisorIsAFailureToStart();
    void tooLongCommandLineIsAFailureToStart();
    void environmentIsExactlyAsGiven_data();
    void environmentIsExactlyAsGiven();
    void argumentsArriveIntact();
    void surroundingsAreClean();
    void runnerCanBeUsedAgainFromFinished();
    void runnerMayBeDeletedInFinished();
    void cancelWithoutARunDoesNothing();
    void usageIsMeasured();
    void detailNamesTheLastLine();
};

void tst_UpstreamRunner::endOfTheProgramIsReported_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<int>("value");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<int>("exitCode");
    const auto row = [](const char *name, const char *mode, int value, Kind kind, int exitCode) {
        QTest::newRow(name) << QString::fromLatin1(mode) << value << kind << exitCode;
    };
    row("0", "exit", 0, Kind::Finished, 0);
    row("1", "exit", 1, Kind::Finished, 1);
    row("3", "exit", 3, Kind::Finished, 3);
    row("127 is not a failure to start", "exit", 127, Kind::Finished, 127);
    row("124 is not a time-out", "exit", 124, Kind::Finished, 124);
    row("137 is not a signal", "exit", 137, Kind::Finished, 137);
    row("255", "exit", 255, Kind::Finished, 255);
    row("SIGSEGV", "signal", SIGSEGV, Kind::Crashed, -SIGSEGV);
    row("SIGKILL", "signal", SIGKILL, Kind::Crashed, -SIGKILL);
    row("SIGTERM by itself is not a cancel", "signal", SIGTERM, Kind::Crashed, -SIGTERM);
}

void tst_UpstreamRunner::endOfTheProgramIsReported()
{
    QFETCH(QString, mode);
    QFETCH(int, value);
    QFETCH(Kind, kind);
    QFETCH(int, exitCode);
    RunRecorder recorder;
    ProcessSpec spec = recorder.spec(mode, {QString::number(value)});
    spec.timeLimit = std::chrono::hours(24 * 100);
    const RunOutcome outcome = recorder.run(spec);
    QCOMPARE(outcome.kind, kind);
    QCOMPARE(outcome.exitCode, exitCode);
    QCOMPARE(outcome.detail.isEmpty(), exitCode == 0);
    QCOMPARE(recorder.pids.size(), std::size_t{1});
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
    QVERIFY(!outcome.descendantsTerminated);
    QVERIFY(!outcome.logError);
    QCOMPARE(outcome.phases.size(), std::size_t{1});
    QVERIFY(processesWith(recorder.marker).empty());
}

void tst_UpstreamRunner::failureToStartIsReported_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("executable");
    QTest::addColumn<QString>("program");
    QTest::addColumn<bool>("folderExists");
    QTest::addColumn<int>("exitCode");
    const QByteArray script = "#!/bin/sh\nexit 0\n";
    const QString name = u"program"_qs;
    QTest::newRow("missing program") << script << true << u"no such program"_qs << true << 127;
    QTest::newRow("path through a file") << script << true << u"program/x"_qs << true << 127;
    QTest::newRow("not executable") << script << false << name << true << 126;
    QTest::newRow("no program at all") << QByteArray("just text\n") << true << name << true << 126;
    QTest::newRow("missing interpreter")
        << QByteArray("#!/no/such/interpreter\n") << true << name << true << 127;
    QTest::newRow("a folder") << script << true << u"."_qs << true << 126;
    QTest::newRow("missing working folder") << script << true << name << false << 127;
    QTest::newRow("empty name") << script << true << QString() << true << 127;
}

void tst_UpstreamRunner::failureToStartIsReported()
{
    QFETCH(QByteArray, content);
    QFETCH(bool, executable);
    QFETCH(QString, program);
    QFETCH(bool, folderExists);
    QFETCH(int, exitCode);
    RunRecorder recorder;
    const std::string file = recorder.folder.filePath(u"program"_qs).toStdString();
    QFile device(QString::fromStdString(file));
    QVERIFY(device.open(QIODevice::WriteOnly) && device.write(content) == content.size());
    device.close();
    QCOMPARE(::chmod(file.c_str(), executable ? 0755 : 0644), 0);

    ProcessSpec spec = recorder.spec({});
    spec.program = program.toStdString(); // relative to the working folder
    if (!folderExists)
        spec.workingFolder /= "gone";
    const RunOutcome outcome = recorder.run(spec);
    QCOMPARE(outcome.kind, Kind::FailedToStart);
    QCOMPARE(outcome.exitCode, exitCode);
    QVERIFY(outcome.detail.contains(folderExists ? program : u"gone"_qs));
    QVERIFY(outcome.phases.empty());
    QVERIFY(recorder.pids.empty());
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
}

void tst_UpstreamRunner::missingSupervisorIsAFailureToStart()
{
    RunRecorder recorder;
    ProcessSpec spec = recorder.spec(u"exit"_qs);
    spec.supervisor = "/no/such/supervisor";
    recorder.runner->start(spec);
    QVERIFY(recorder.runner->isRunning()); // the end never comes from within start()
    recorder.waitForEnd();
    QVERIFY(!recorder.runner->isRunning());
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
    QCOMPARE(recorder.outcomes[0].kind, Kind::FailedToStart);
    QVERIFY(recorder.outcomes[0].detail.contains(u"/no/such/supervisor"_qs));
}

void tst_UpstreamRunner::tooLongCommandLineIsAFailureToStart()
{
    RunRecorder recorder;
    const RunOutcome outcome =
        recorder.run(recorder.spec(u"arguments"_qs, {QString(1 << 20, u'x')}));
    QCOMPARE(outcome.kind, Kind::FailedToStart);
    QCOMPARE(outcome.exitCode, 126);
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
}

void tst_UpstreamRunner::environmentIsExactlyAsGiven_data()
{
    QTest::addColumn<QList<QByteArray>>("entries");
    QTest::newRow("nothing") << QList<QByteArray>{};
    QTest::newRow("some") << QList<QByteArray>{"A=1", "EMPTY=", "B= x\n\"y\" $HOME", "C=a=b"};
    QTest::newRow("not UTF-8") << QList<QByteArray>{"PATH=/caf\xE9", "HOME=\xFF"};
}

void tst_UpstreamRunner::environmentIsExactlyAsGiven()
{
    QFETCH(QList<QByteArray>, entries);
    qputenv("LD_LIBRARY_PATH", "/tmp/none");
    qputenv("HF_TOKEN", "secret");
    RunRecorder recorder;
    ProcessSpec spec = recorder.spec(u"environment"_qs);
    QByteArray expected;
    for (const QByteArray &entry : entries) {
        const qsizetype equals = entry.indexOf('=');
        spec.environment.emplace_back(entry.first(equals), entry.sliced(equals + 1));
        expected += entry + '\0';
    }
    QCOMPARE(recorder.run(spec).exitCode, 0);
    QCOMPARE(recorder.log("stdout.log"), expected);
    qunsetenv("LD_LIBRARY_PATH");
}

void tst_UpstreamRunner::argumentsArriveIntact()
{
    RunRecorder recorder;
    const QStringList arguments{u"plain"_qs,       u"two words"_qs, u"\"quoted\" 'so'"_qs,
                                u"line\nbreak"_qs, QString(),       u"$HOME `id` * \\"_qs,
                                u"é 𝄞"_qs,         u"--"_qs,        u"--grace-ms"_qs};
    QCOMPARE(recorder.run(recorder.spec(u"arguments"_qs, arguments)).exitCode, 0);
    QByteArray expected;
    for (const QString &argument : arguments)
        expected += argument.toUtf8() + '\0';
    QCOMPARE(recorder.log("stdout.log"), expected);
}

void tst_UpstreamRunner::surroundingsAreClean()
{
    // Without O_CLOEXEC, as a careless library would do it.
    const int leaked = ::open("/dev/null", O_RDONLY);
    RunRecorder recorder;
    QVERIFY(QDir(recorder.folder.path()).mkdir(u"wörk dir"_qs));
    ProcessSpec spec = recorder.spec(u"surroundings"_qs);
    spec.workingFolder = recorder.folder.filePath(u"wörk dir"_qs).toStdString();
    QCOMPARE(recorder.run(spec).exitCode, 0);
    ::close(leaked);
    const QByteArray folder = QByteArray::fromStdString(spec.workingFolder.string());
    QCOMPARE(recorder.log("stdout.log"),
             "stdin empty\ndescriptors 3\nfolder " + folder + "\nblocked no\nsigpipe default\n");
}

void tst_UpstreamRunner::runnerCanBeUsedAgainFromFinished()
{
    RunRecorder recorder;
    int runs = 0;
    connect(recorder.runner.get(), &UpstreamRunner::finished, this, [&] {
        if (++runs < 3)
            recorder.runner->start(recorder.spec(u"exit"_qs, {QString::number(runs)}));
    });
    recorder.runner->start(recorder.spec(u"exit"_qs, {u"0"_qs}));
    QTRY_COMPARE_WITH_TIMEOUT(recorder.outcomes.size(), std::size_t{3}, 60'000);
    QCOMPARE(recorder.outcomes[0].exitCode, 0);
    QCOMPARE(recorder.outcomes[1].exitCode, 1);
    QCOMPARE(recorder.outcomes[2].exitCode, 2);
}

void tst_UpstreamRunner::runnerMayBeDeletedInFinished()
{
    RunRecorder recorder;
    bool gone = false;
    connect(recorder.runner.get(), &UpstreamRunner::finished, this, [&] {
        recorder.runner.reset();
        gone = true;
    });
    recorder.runner->start(recorder.spec(u"exit"_qs));
    QTRY_VERIFY_WITH_TIMEOUT(gone, 60'000);
    QCoreApplication::processEvents();
}

void tst_UpstreamRunner::cancelWithoutARunDoesNothing()
{
    RunRecorder recorder;
    recorder.runner->cancel();
    QVERIFY(!recorder.runner->isRunning());
    recorder.run(recorder.spec(u"exit"_qs));
    recorder.runner->cancel();
    QCoreApplication::processEvents();
    QCOMPARE(recorder.outcomes.size(), std::size_t{1});
    QCOMPARE(recorder.run(recorder.spec(u"exit"_qs, {u"3"_qs})).exitCode, 3);
}

void tst_UpstreamRunner::usageIsMeasured()
{
    RunRecorder recorder;
    const RunOutcome outcome = recorder.run(recorder.spec(u"burn"_qs)); // 64 MiB, four times
    QVERIFY(outcome.cpuSeconds && outcome.peakRssMb);
    QVERIFY(*outcome.cpuSeconds > 0);
    QVERIFY(*outcome.peakRssMb >= 64 && *outcome.peakRssMb < 1000);
    QVERIFY(outcome.seconds > 0);
}

void tst_UpstreamRunner::detailNamesTheLastLine()
{
    RunRecorder recorder;
    const QString file = recorder.folder.filePath(u"text"_qs);
    QFile device(file);
    QVERIFY(device.open(QIODevice::WriteOnly) &&
            device.write("Traceback:\nRuntimeError: No CUDA GPUs are available\n\n") > 0);
    device.close();
    const RunOutcome outcome = recorder.run(recorder.spec(u"print"_qs, {file, u"2"_qs, u"1"_qs}));
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY(outcome.detail.contains(u"RuntimeError: No CUDA GPUs are available"_qs));
}

QTEST_GUILESS_MAIN(tst_UpstreamRunner)
#include "tst_UpstreamRunner.moc"
