// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/FailureCause.h"
#include "backend/failure/LogEnd.h"
#include "tests/failure/FailureExcerpts.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace mrb::backend;

namespace {

/// A traceback and nothing before it; `mark` stands in front of every line, as torchrun's does.
QString bareTraceback(const QString &exception, const QString &mark = {},
                      const QString &file = QStringLiteral("infer.py"))
{
    return QStringLiteral("%1Traceback (most recent call last):\n"
                          "%1  File \"/opt/%2\", line 7, in run\n%1    fail()\n%1%3\n")
        .arg(mark, file, exception);
}

const QString kHandling =
    QStringLiteral("\nDuring handling of the above exception, another exception occurred:\n\n");
const QString kDirect =
    QStringLiteral("\nThe above exception was the direct cause of the following exception:\n\n");
const QString kDiskFull = QStringLiteral("OSError: [Errno 28] No space left on device");
const QString kNoModule = QStringLiteral("ModuleNotFoundError: No module named 'cupy'");
const QString kOdd = QStringLiteral("mylib.OddError: something new");
const QString kRemote =
    QStringLiteral("torch.distributed.DistBackendError: NCCL error in: NCCLUtils.hpp:268, remote "
                   "process exited or there was a network error\nncclRemoteError: A call failed");
const QString kOutOfMemory = QStringLiteral("torch.OutOfMemoryError: CUDA out of memory.");
const QString kRank0 = QStringLiteral("[rank0]: ");
const QString kRank1 = QStringLiteral("[rank1]: ");

/// What torchrun prints when children failed; `told` stands in the entry of each.
QString launcherSummary(const QString &told, int entries = 1)
{
    QString summary = QStringLiteral(
        "W1122 11:45:06.000000 4711 torch/distributed/elastic/multiprocessing/api.py:897] Sending "
        "process 12 closing signal SIGTERM\n"
        "E1122 11:45:07.000000 4711 torch/distributed/elastic/multiprocessing/api.py:869] failed "
        "(exitcode: 1) local_rank: 1 (pid: 13) of binary: /opt/venv/bin/python\n"
        "Traceback (most recent call last):\n"
        "  File \"<frozen runpy>\", line 198, in _run_module_as_main\n"
        "  File \"/opt/venv/lib/torch/distributed/launcher/api.py\", line 264, in launch_agent\n"
        "    raise ChildFailedError(\n"
        "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n"
        "============================================================\n"
        "scripts.diff_model_infer FAILED\n"
        "------------------------------------------------------------\n");
    for (int entry = 0; entry < entries; ++entry)
        summary += QStringLiteral("[%1]:\n  time      : 2026-11-22_11:45:07\n"
                                  "  host      : localhost\n  rank      : %1 (local_rank: %1)\n"
                                  "  exitcode  : 1 (pid: 13)\n  error_file: <N/A>\n"
                                  "  traceback : %2\n")
                       .arg(entry)
                       .arg(told);
    return summary + QString(60, u'=') + u'\n';
}

const QString kNoTraceback =
    QStringLiteral("To enable traceback see: https://pytorch.org/docs/stable/elastic/errors.html");

QString codeOf(const QString &log, int exitCode = 1)
{
    const auto cause = recogniseFailure(log, exitCode);
    return cause ? cause->code : QString();
}

} // namespace

class tst_FailureCause : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chainsOfExceptions_data();
    void chainsOfExceptions();
    void severalProcesses_data();
    void severalProcesses();
    void unknownExceptionOfARankIsShownWithItsPlace();
    void endsWithoutAWord_data();
    void endsWithoutAWord();
    void signalsAndTheLog_data();
    void signalsAndTheLog();
    void successIsNoFailure();
    void unknownShowsTheLastExceptionAndItsPlace();
    void hostileLogsAreReadToTheirEnd_data();
    void hostileLogsAreReadToTheirEnd();
    void endOfALogIsRead();
    void levels_data();
    void levels();
};

void tst_FailureCause::chainsOfExceptions_data()
{
    QTest::addColumn<QString>("log");
    QTest::addColumn<QString>("code");
    const QString known = bareTraceback(kDiskFull);
    const QString odd = bareTraceback(kOdd);
    const QString ignored = QStringLiteral("Exception ignored in: <function F.__del__ at 0x7f>\n");
    const auto row = [](const char *name, const QString &log, const char *code) {
        QTest::newRow(name) << log << QString::fromUtf8(code);
    };
    row("the last one when it is known",
        known + kHandling + bareTraceback(QStringLiteral("MemoryError")), "host_out_of_memory");
    row("raised from a known one", known + kDirect + odd, "disk_full");
    row("while a known one was handled", known + kHandling + odd, "disk_full");
    row("over several links", known + kHandling + odd + kDirect + odd + kHandling + odd,
        "disk_full");
    row("a known one without a link is another matter", known + odd, "unknown");
    row("what programs handle by design explains nothing",
        bareTraceback(kNoModule) + kHandling + odd, "unknown");
    row("unless it is named as the cause", bareTraceback(kNoModule) + kDirect + odd,
        "module_missing");
    row("what comes first behind what is handled by design",
        known + kHandling + bareTraceback(kNoModule) + kHandling + odd, "disk_full");
    row("the message goes on below its first line",
        bareTraceback(QStringLiteral("RuntimeError: Failed to instantiate\nwith 3 arguments\n"
                                     "CUDA error: device-side assert triggered")),
        "gpu_check_failed");
    row("ignored exceptions come too late",
        bareTraceback(QStringLiteral("RuntimeError: No CUDA GPUs are available")) + ignored + known,
        "no_gpu");
    row("an ignored exception alone", ignored + known, "disk_full");
    row("an exception without Error in its name",
        known + bareTraceback(QStringLiteral("subprocess.TimeoutExpired: nothing came")),
        "unknown");
    row("behind a progress bar that was not ended",
        QStringLiteral("\r 40%|####      | 12/30 [00:02<00:02,  8.97it/s]") + known, "disk_full");
    row("as the mark of a rank behind such a bar",
        QStringLiteral("\r 40%|####      | 12/30 [00:02<00:02,  8.97it/s]") +
            bareTraceback(kDiskFull, QStringLiteral("[rank1]: ")),
        "disk_full");
    row("an exception behind such a bar",
        QStringLiteral("\r 3%|# | 1/30 [00:02<00:02, 8.97it/s] 3%|# | 1/30 [00:02<?, ?it/s]") +
            kDiskFull + u'\n',
        "disk_full");
    row("without its head", QStringLiteral("...t.py\", line 3, in main\n    x()\n") + known.mid(36),
        "disk_full");
    row("a warning is not the reason",
        QStringLiteral("x.py:1: UserWarning: CUDA initialization: No CUDA GPUs are available\n") +
            odd,
        "unknown");
    row("only a warning",
        QStringLiteral("x.py:1: UserWarning: CUDA initialization: No CUDA GPUs are available\n"),
        "unknown");
}

void tst_FailureCause::chainsOfExceptions()
{
    QFETCH(QString, log);
    QFETCH(QString, code);
    QCOMPARE(codeOf(log), code);
}

void tst_FailureCause::severalProcesses_data()
{
    QTest::addColumn<QString>("log");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QString &log, const char *code) {
        QTest::newRow(name) << quietBegin() + log << QString::fromUtf8(code);
    };
    const QString summary = launcherSummary(kNoTraceback);
    const QString killed = launcherSummary(QStringLiteral("Signal 9 (SIGKILL) received by PID 13"));
    row("one rank and the launcher", bareTraceback(kOutOfMemory, kRank1) + summary,
        "gpu_out_of_memory");
    row("a rank without a mark", bareTraceback(kOutOfMemory) + summary, "gpu_out_of_memory");
    row("many entries", bareTraceback(kOutOfMemory, kRank1) + launcherSummary(kNoTraceback, 64),
        "gpu_out_of_memory");
    row("the other rank only follows",
        bareTraceback(kOutOfMemory, kRank1) + bareTraceback(kRemote, kRank0) + summary,
        "gpu_out_of_memory");
    row("the other rank only follows, in the other order",
        bareTraceback(kRemote, kRank0) + bareTraceback(kOutOfMemory, kRank1) + summary,
        "gpu_out_of_memory");
    QStringList one = bareTraceback(kRemote, kRank0).split(u'\n');
    const QStringList two = bareTraceback(kOutOfMemory, kRank1).split(u'\n');
    QString mixed;
    for (qsizetype i = 0; i < one.size(); ++i)
        mixed += one[i] + u'\n' + two.value(i) + u'\n';
    row("line by line between each other", mixed + summary, "gpu_out_of_memory");
    row("the first of two reasons",
        bareTraceback(kDiskFull, kRank1) + bareTraceback(kOutOfMemory, kRank0) + summary,
        "disk_full");
    row("nothing but what follows", bareTraceback(kRemote, kRank0) + summary,
        "rank_waited_in_vain");
    row("a killed rank, and one that waited", bareTraceback(kRemote, kRank0) + killed, "killed");
    row("nothing but a killed rank", killed, "killed");
    row("the launcher's way to end the others is no reason",
        launcherSummary(QStringLiteral("Signal 15 (SIGTERM) received by PID 13")), "unknown");
    row("an unknown exception of a rank",
        bareTraceback(kRemote, kRank0) + bareTraceback(kOdd, kRank1) + summary, "unknown");
}

void tst_FailureCause::severalProcesses()
{
    QFETCH(QString, log);
    QFETCH(QString, code);
    QCOMPARE(codeOf(log), code);
}

void tst_FailureCause::unknownExceptionOfARankIsShownWithItsPlace()
{
    const QString log =
        bareTraceback(kOdd, kRank1, QStringLiteral("rank1.py")) + launcherSummary(kNoTraceback);
    auto cause = recogniseFailure(log, 1);
    QCOMPARE(cause->evidence, kOdd);
    QVERIFY2(cause->why.contains(u"/opt/rank1.py"), qPrintable(cause->why));
    // A rank that said nothing: what the launcher says of it, not the ruler below.
    cause = recogniseFailure(launcherSummary(kNoTraceback), 1);
    QCOMPARE(cause->code, QStringLiteral("unknown"));
    QVERIFY2(cause->evidence.contains(u"traceback"), qPrintable(cause->evidence));
}

void tst_FailureCause::endsWithoutAWord_data()
{
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<FailureEnd>("end");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, int exitCode, FailureEnd end, const char *code) {
        QTest::newRow(name) << exitCode << end << QString::fromUtf8(code);
    };
    using enum FailureEnd;
    row("killed", -9, ByItself, "killed");
    row("killed behind a shell", 137, ByItself, "killed");
    row("terminated", -15, ByItself, "terminated");
    row("interrupted behind a shell", 130, ByItself, "terminated");
    row("crashed", -11, ByItself, "crashed");
    row("bus error", -7, ByItself, "bus_error");
    row("some signal", -31, ByItself, "crashed");
    row("time limit", 124, TimeLimit, "time_limit");
    row("time limit that nobody survived", -9, TimeLimit, "time_limit");
    row("a program's own 124", 124, ByItself, "unknown");
    row("not found", 127, NotStarted, "not_started");
    row("not startable", 126, NotStarted, "not_started");
    row("silent", 3, ByItself, "unknown");
}

void tst_FailureCause::endsWithoutAWord()
{
    QFETCH(int, exitCode);
    QFETCH(FailureEnd, end);
    QFETCH(QString, code);
    for (const QString &log : {QString(), quietBegin()}) {
        const auto cause = recogniseFailure(log, exitCode, end);
        QVERIFY(cause);
        QCOMPARE(cause->code, code);
        QVERIFY(!cause->what.isEmpty() && !cause->advice.isEmpty());
    }
    QCOMPARE(codeOf({}, 127), QStringLiteral("not_started")); // an older result does not say it
}

void tst_FailureCause::signalsAndTheLog_data()
{
    QTest::addColumn<QString>("log");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("code");
    const QString line = QStringLiteral("tee: log: No space left on device\n");
    QTest::newRow("somebody killed it") << line << -9 << "killed";
    QTest::newRow("killed behind a shell") << line << 137 << "killed";
    QTest::newRow("killed because it hung after its exception")
        << bareTraceback(kDiskFull) << -9 << "disk_full";
    QTest::newRow("aborted with a last word")
        << QStringLiteral("terminate called\n  what():  CUDA error: unspecified launch failure\n")
        << -6 << "gpu_failed";
    QTest::newRow("crashed after an unknown exception") << bareTraceback(kOdd) << -11 << "crashed";
}

void tst_FailureCause::signalsAndTheLog()
{
    QFETCH(QString, log);
    QFETCH(int, exitCode);
    QTEST(codeOf(log, exitCode), "code");
}

void tst_FailureCause::successIsNoFailure()
{
    QVERIFY(!recogniseFailure(tracebackLog(QStringLiteral("MemoryError")), 0));
}

void tst_FailureCause::unknownShowsTheLastExceptionAndItsPlace()
{
    const auto cause = recogniseFailure(tracebackLog(kOdd), 1);
    QVERIFY(cause);
    QCOMPARE(cause->code, QStringLiteral("unknown"));
    QCOMPARE(cause->evidence, kOdd);
    QVERIFY(cause->why.contains(u"/opt/upstream/scripts/diff_model_infer.py"));
    QVERIFY(cause->why.contains(u"73"));
}

void tst_FailureCause::hostileLogsAreReadToTheirEnd_data()
{
    QTest::addColumn<QString>("begin");
    constexpr qsizetype kSize = 1 << 18;
    QTest::newRow("one line") << QString(kSize, u'x');
    QTest::newRow("one line of words") << QStringLiteral("out of memory ").repeated(kSize / 14);
    QTest::newRow("one line of quotes") << QStringLiteral("Error: '").repeated(kSize / 8);
    QTest::newRow("one long name") << QStringLiteral("a.").repeated(kSize / 2);
    QTest::newRow("bars") << QStringLiteral("1%|| 1/1 [").repeated(kSize / 10);
    QTest::newRow("empty lines") << QString(kSize, u'\n');
    QTest::newRow("short lines") << QStringLiteral("x\n").repeated(kSize / 2);
    QTest::newRow("tracebacks")
        << QStringLiteral("Traceback (most recent call last):\n").repeated(kSize / 36);
    QTest::newRow("links") << kHandling.repeated(kSize / kHandling.size());
    QString ranks;
    for (int rank = 0; ranks.size() < kSize; ++rank)
        ranks += QStringLiteral("[rank%1]: x\n").arg(rank);
    QTest::newRow("ranks") << ranks;
}

void tst_FailureCause::hostileLogsAreReadToTheirEnd()
{
    QFETCH(QString, begin);
    QCOMPARE(codeOf(begin + u'\n' + bareTraceback(kDiskFull)), QStringLiteral("disk_full"));
    const auto cause = recogniseFailure(begin, 1);
    QVERIFY(cause);
    QVERIFY(cause->evidence.size() < 1000);
}

void tst_FailureCause::endOfALogIsRead()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("stderr.log"));
    QVERIFY(readLogEnd(path.toStdString()).isEmpty());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray("MemoryError\n") + QByteArray(1 << 20, 'x') + "\nlast \xff word");
    file.close();
    const QString end = readLogEnd(path.toStdString());
    QVERIFY(end.endsWith(QStringLiteral("\nlast \ufffd word")));
    QCOMPARE(end.size(), 1 << 18);
    // A result may lie beside anything; a pipe that nobody writes to is no log.
    const QString pipe = folder.filePath(QStringLiteral("pipe"));
    QCOMPARE(mkfifo(qPrintable(pipe), 0600), 0);
    QVERIFY(readLogEnd(pipe.toStdString()).isEmpty());
}

void tst_FailureCause::levels_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("level");
    const auto row = [](const char *line, LogLevel level) {
        QTest::newRow(line) << QString::fromUtf8(line) << static_cast<int>(level);
    };
    row("[2026-11-22 11:45:02.738][ INFO](inference) - Using cuda:0", LogLevel::Plain);
    row("", LogLevel::Plain);
    row("  File \"/opt/x.py\", line 3, in error", LogLevel::Plain);
    row("no errors were met", LogLevel::Plain);
    row("Traceback (most recent call last):", LogLevel::Error);
    row("RuntimeError: No CUDA GPUs are available", LogLevel::Error);
    row("torch.OutOfMemoryError: CUDA out of memory.", LogLevel::Error);
    row("[rank1]: ValueError: x", LogLevel::Error);
    row("KeyboardInterrupt", LogLevel::Error);
    row("[2026-11-22 11:45:02.738][ERROR](inference) - broken", LogLevel::Error);
    row("CRITICAL:root:broken", LogLevel::Error);
    row("Fatal Python error: Segmentation fault", LogLevel::Error);
    row("[2026-11-22 11:45:02.738][WARNING](inference) - odd", LogLevel::Warning);
    row("/opt/x.py:253: RuntimeWarning: invalid value encountered in cast", LogLevel::Warning);
    row("WARNING:root:odd", LogLevel::Warning);
    row(" 13%|#3        | 4/30 [00:02<00:10,  2.41it/s]", LogLevel::Progress);
    row("  0%|          | 0/30 [00:00<?, ?it/s]  0%|          | 0/30 [00:00<?, ?it/s]",
        LogLevel::Progress);
    row("Sampling: 100%|##########| 2/2 [00:02<00:00]", LogLevel::Progress);
    row("15it [00:03, 4.20it/s]", LogLevel::Progress);
}

void tst_FailureCause::levels()
{
    QFETCH(QString, line);
    QFETCH(int, level);
    QCOMPARE(static_cast<int>(logLevelOf(line)), level);
}

QTEST_GUILESS_MAIN(tst_FailureCause)
#include "tst_FailureCause.moc"
