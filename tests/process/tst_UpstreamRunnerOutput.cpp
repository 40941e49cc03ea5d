// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/process/RunRecorder.h"

#include <QRegularExpression>

#include <sys/stat.h>

#include <thread>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;

/// What becomes of a program's output.
class tst_UpstreamRunnerOutput : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rawBytesAreLoggedAndLinesDecoded();
    void bothChannelsAreTold();
    void everyLineThatStaysIsDelivered();
    void barsAreThinnedOutButTheirEndIsNot();
    void floodKeepsMemoryBounded_data();
    void floodKeepsMemoryBounded();
    void phasesComeFromTheLog();
    void barsOfSeveralRanksDoNotHideOtherLines();
    void failureOfOneRankIsToldInsteadOfTheLaunchersReport();
    void slowDiskDelaysOnlyTheEnd();
    void unwritableLogsDoNotStopTheRun();
    void logFolderIsOptional();

private:
    static QString fileWith(const RunRecorder &recorder, const QByteArray &content)
    {
        const QString name = recorder.folder.filePath(QStringLiteral("text"));
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(name));
        return name;
    }
};

namespace {

// Most memory this process ever had, in MiB.
double peakMemory()
{
    static const QRegularExpression pattern(u"VmHWM:\\s*(\\d+) kB"_qs);
    return pattern.match(QString::fromLatin1(contentOf("/proc/self/status")))
               .captured(1)
               .toDouble() /
           1024;
}

} // namespace

void tst_UpstreamRunnerOutput::rawBytesAreLoggedAndLinesDecoded()
{
    RunRecorder recorder;
    const QByteArray bytes = QByteArray("caf\xC3\xA9 \xFF\xFE \xE2\x96\x8E|\r\n\0end", 19);
    const RunOutcome outcome =
        recorder.run(recorder.spec(u"print"_qs, {fileWith(recorder, bytes)}));
    QCOMPARE(recorder.log("stderr.log"), bytes);
    QCOMPARE(recorder.log("stdout.log"), QByteArray());
    const QString replaced(2, QChar::ReplacementCharacter);
    QCOMPARE(recorder.lines.front().text, u"café "_qs + replaced + u" ▎|"_qs);
    QCOMPARE(recorder.lines.back().text, QChar(0) + u"end"_qs);
    QCOMPARE(outcome.stderrTail, u"café "_qs + replaced + u" ▎|\n"_qs + QChar(0) + u"end"_qs);
}

void tst_UpstreamRunnerOutput::bothChannelsAreTold()
{
    RunRecorder recorder;
    const QString file = fileWith(recorder, "hello\n");
    const RunOutcome outcome = recorder.run(recorder.spec(u"print"_qs, {file, u"1"_qs}));
    QCOMPARE(outcome.stdoutTail, u"hello\n"_qs);
    QCOMPARE(outcome.stderrTail, QString());
    QCOMPARE(recorder.lines.front().channel, Channel::Stdout);
    QCOMPARE(recorder.log("stdout.log"), QByteArray("hello\n"));
}

void tst_UpstreamRunnerOutput::everyLineThatStaysIsDelivered()
{
    RunRecorder recorder;
    QByteArray text;
    for (int i = 0; i < 50'000; ++i)
        text += "line " + QByteArray::number(i) + '\n';
    const RunOutcome outcome = recorder.run(recorder.spec(u"print"_qs, {fileWith(recorder, text)}));
    QCOMPARE(recorder.lines.size(), std::size_t{50'000});
    for (std::size_t i = 0; i < recorder.lines.size(); ++i)
        QCOMPARE(recorder.lines[i].text, u"line "_qs + QString::number(i));
    QVERIFY(outcome.stderrTail.startsWith(u"..."_qs) && outcome.stderrTail.size() == 4003);
}

void tst_UpstreamRunnerOutput::barsAreThinnedOutButTheirEndIsNot()
{
    RunRecorder recorder;
    const QByteArray prefix = "[2030-01-02 03:04:05.678][ INFO](inference) - ";
    QByteArray text = prefix + "Using cuda:0 of 1 with random seed: 1\n" + prefix + "noise: x\n";
    for (int step = 0; step <= 50'000; ++step)
        text += "\r  1%|#    | " + QByteArray::number(step) + "/50000 [00:01<00:02,  3.4it/s]";
    text += "\nend\n";
    recorder.run(recorder.spec(u"print"_qs, {fileWith(recorder, text)}));
    const auto transient = [](const LogLine &line) { return line.transient; };
    const auto bars = std::count_if(recorder.lines.begin(), recorder.lines.end(), transient);
    QVERIFY(bars < 5'000);
    QCOMPARE(recorder.lines.back().text, u"end"_qs);
    QVERIFY(recorder.lines[recorder.lines.size() - 2].text.contains(u"50000/50000"_qs));
    QVERIFY(recorder.progress.size() < 5'000);
    QCOMPARE(recorder.progress.back().phase, Phase::Decoding);
}

void tst_UpstreamRunnerOutput::floodKeepsMemoryBounded_data()
{
    QTest::addColumn<QString>("shape");
    QTest::newRow("one endless line") << u"endless"_qs;
    QTest::newRow("many lines") << u"lines"_qs;
}

void tst_UpstreamRunnerOutput::floodKeepsMemoryBounded()
{
    QFETCH(QString, shape);
    RunRecorder recorder;
    recorder.keepLines = false;
    [[maybe_unused]] const double before = peakMemory();
    const RunOutcome outcome = recorder.run(recorder.spec(u"flood"_qs, {u"300"_qs, shape}));
    QCOMPARE(outcome.exitCode, 0);
    QCOMPARE(
        std::filesystem::file_size(recorder.folder.filePath(u"logs/stderr.log"_qs).toStdString()),
        std::uintmax_t{300} << 20);
    QVERIFY(recorder.lineCount >= 4'800); // 64 KiB at most in a line
#ifndef __SANITIZE_ADDRESS__              // which keeps freed memory
    const double growth = peakMemory() - before;
    QVERIFY2(growth < 32, qPrintable(QString::number(growth)));
#endif
}

void tst_UpstreamRunnerOutput::phasesComeFromTheLog()
{
    RunRecorder recorder;
    const QByteArray prefix = "[2030-01-02 03:04:05.678][ INFO](inference) - ";
    const QByteArray text = prefix + "Using cuda:0 of 1 with random seed: 1\n" + prefix +
                            "scale_factor -> 0.9.\n" + prefix + "noise: x\n" +
                            "\r  0%|     | 0/2 [00:00<?, ?it/s]" +
                            "\r100%|#####| 2/2 [00:01<00:00, 3it/s]\n" +
                            "x.py:1: RuntimeWarning: invalid value encountered in cast\n" + prefix +
                            "Saved /out/a.nii.gz.\n";
    ProcessSpec spec = recorder.spec(u"print"_qs, {fileWith(recorder, text)});
    spec.expectedSteps = 2;
    const RunOutcome outcome = recorder.run(spec);
    QStringList names;
    for (const PhaseTime &phase : outcome.phases)
        names << phase.name;
    QCOMPARE(names.join(u' '), u"imports models diffusion decoding shutdown"_qs);
    QVERIFY(outcome.savedPaths == std::vector<QString>{u"/out/a.nii.gz"_qs});
    QVERIFY(outcome.castWarning);
    QCOMPARE(outcome.scaleFactor, u"0.9"_qs);
    QCOMPARE(recorder.progress.back().phase, Phase::Done);
}

// Rank 1 is in the middle of its bar when rank 0 logs, so that both stand on one line.
void tst_UpstreamRunnerOutput::barsOfSeveralRanksDoNotHideOtherLines()
{
    RunRecorder recorder;
    const QByteArray prefix = "[2030-01-02 03:04:05.678][ INFO](inference) - ";
    const QByteArray half = "\r 50%|##   | 500/1000 [00:01<00:02, 3it/s]";
    QByteArray text = prefix + "Using cuda:0 of 2 with random seed: 1\n" + prefix + "noise: x\n";
    for (int step = 0; step < 500; ++step)
        for (int rank = 0; rank < 2; ++rank)
            text += "\r  1%|     | " + QByteArray::number(step) + "/1000 [00:01<00:02, 3it/s]";
    text += half + prefix + "Saved /out/a.nii.gz.\n" + half + "RuntimeError: of rank 1\n";
    ProcessSpec spec = recorder.spec(u"print"_qs, {fileWith(recorder, text), u"2"_qs, u"1"_qs});
    spec.expectedSteps = 1000;
    spec.ranks = 2;
    const RunOutcome outcome = recorder.run(spec);
    QStringList stayed;
    for (const LogLine &line : recorder.lines)
        if (!line.transient)
            stayed << line.text;
    const QString bar = QString::fromLatin1(half.sliced(1));
    const QString saved = QString::fromLatin1(prefix + "Saved /out/a.nii.gz.");
    QCOMPARE(stayed.mid(2), (QStringList{bar, saved, bar, u"RuntimeError: of rank 1"_qs}));
    QVERIFY(outcome.savedPaths == std::vector<QString>{u"/out/a.nii.gz"_qs});
    QCOMPARE(recorder.progress.back().ranks, 2);
    QVERIFY2(outcome.detail.endsWith(u"Its last line was: RuntimeError: of rank 1"_qs),
             qPrintable(outcome.detail));
}

void tst_UpstreamRunnerOutput::failureOfOneRankIsToldInsteadOfTheLaunchersReport()
{
    RunRecorder recorder;
    const QByteArray api = "1122 11:42:37.4 42 torch/distributed/elastic/multiprocessing/api.py:";
    const QByteArray text = "RuntimeError: of rank 1\nW" + api +
                            "897] Sending process 43 closing signal SIGTERM\nE" + api +
                            "869] failed (exitcode: 1) local_rank: 1 (pid: 44) of binary: /p\n"
                            "Traceback (most recent call last):\nChildFailedError: \n=====\n";
    ProcessSpec spec = recorder.spec(u"print"_qs, {fileWith(recorder, text), u"2"_qs, u"1"_qs});
    spec.ranks = 2;
    const RunOutcome outcome = recorder.run(spec);
    QCOMPARE(outcome.detail,
             u"The program ended with exit code 1. Of its GPUs, rank 1 failed "
             "first, with exit code 1. Its last line was: RuntimeError: of rank 1"_qs);
    QVERIFY(outcome.stderrTail.endsWith(u"=====\n"_qs)); // all of it is kept
}

// The log is a pipe that nobody reads: as slow as a disk can be.
void tst_UpstreamRunnerOutput::slowDiskDelaysOnlyTheEnd()
{
    RunRecorder recorder;
    QByteArray text;
    for (int i = 0; i < 20'000; ++i) // more than fits in a pipe
        text += "line " + QByteArray::number(i) + '\n';
    const std::filesystem::path logs = recorder.folder.filePath(u"logs"_qs).toStdString();
    std::filesystem::create_directories(logs);
    QCOMPARE(::mkfifo((logs / "stderr.log").c_str(), 0600), 0);
    recorder.runner->start(recorder.spec(u"print"_qs, {fileWith(recorder, text)}));
    QTRY_COMPARE_WITH_TIMEOUT(recorder.lines.size(), std::size_t{20'000}, 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(processesWith(recorder.marker).empty(), 60'000);
    QCoreApplication::processEvents();
    QVERIFY(recorder.outcomes.empty());
    QVERIFY(recorder.runner->isRunning());
    QByteArray written;
    {
        const std::jthread reader([&] { written = contentOf(logs / "stderr.log"); });
        recorder.waitForEnd();
    }
    QVERIFY(written == text);
    QVERIFY(!recorder.outcomes.back().logError);
    QVERIFY(recorder.outcomes.back().stderrTail.endsWith(u"line 19999\n"_qs));
}

void tst_UpstreamRunnerOutput::unwritableLogsDoNotStopTheRun()
{
    RunRecorder recorder;
    const QString file = fileWith(recorder, "hello\n");
    ProcessSpec spec = recorder.spec(u"print"_qs, {file});
    spec.logFolder = file.toStdString() + "/logs"; // below a file
    const RunOutcome outcome = recorder.run(spec);
    QCOMPARE(outcome.kind, RunOutcome::Kind::Finished);
    QVERIFY(outcome.logError);
    QCOMPARE(outcome.logError->code, error_codes::kCannotWrite);
    QCOMPARE(outcome.stderrTail, u"hello\n"_qs);
}

void tst_UpstreamRunnerOutput::logFolderIsOptional()
{
    RunRecorder recorder;
    ProcessSpec spec = recorder.spec(u"print"_qs, {fileWith(recorder, "hello\n")});
    spec.logFolder.clear();
    const RunOutcome outcome = recorder.run(spec);
    QVERIFY(!outcome.logError);
    QCOMPARE(outcome.stderrTail, u"hello\n"_qs);
    QVERIFY(!QFile::exists(recorder.folder.filePath(u"logs"_qs)));
}

QTEST_GUILESS_MAIN(tst_UpstreamRunnerOutput)
#include "tst_UpstreamRunnerOutput.moc"
