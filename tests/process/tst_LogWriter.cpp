// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/LogWriter.h"
#include "tests/process/Processes.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

#include <algorithm>
#include <thread>

using namespace mrb::backend;
using mrb::test::contentOf;

namespace {

constexpr int kPatienceMs = 60'000; // only there so that a defect ends the test

} // namespace

class tst_LogWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endIsToldWhenTheFilesAreWhole();
    void destructionWritesWhatIsLeft();
    void moreThanFitsInMemoryWaitsForTheDiskAndLosesNothing();
    void fileThatCannotBeMadeIsToldAndTheTailGoesOn();
};

void tst_LogWriter::endIsToldWhenTheFilesAreWhole()
{
    const QTemporaryDir folder;
    LogWriter writer(folder.filePath(u"logs"_qs).toStdString());
    QByteArray expected;
    for (int i = 0; i < 20'000; ++i) {
        const QByteArray line = "line " + QByteArray::number(i) + '\n';
        writer.append(Channel::Stderr, line);
        expected += line;
    }
    writer.append(Channel::Stdout, "out");
    QByteArray atTheEnd;
    std::optional<LogWriter::Logs> logs;
    writer.finish(this, [&](const LogWriter::Logs &told) {
        atTheEnd = contentOf(folder.filePath(u"logs/stderr.log"_qs).toStdString());
        logs = told;
    });
    QVERIFY(!logs); // from the event loop only
    QTRY_VERIFY_WITH_TIMEOUT(logs, kPatienceMs);
    QVERIFY(atTheEnd == expected);
    QCOMPARE(contentOf(folder.filePath(u"logs/stdout.log"_qs).toStdString()), QByteArray("out"));
    QCOMPARE((*logs)[0].tail, u"out"_qs);
    QVERIFY((*logs)[1].tail.endsWith(u"line 19999\n"_qs));
    QVERIFY(!(*logs)[0].error && !(*logs)[1].error);
}

void tst_LogWriter::destructionWritesWhatIsLeft()
{
    const QTemporaryDir folder;
    const QByteArray piece(100'000, 'x');
    {
        LogWriter writer(folder.path().toStdString());
        for (int i = 0; i < 50; ++i)
            writer.append(Channel::Stdout, piece);
    }
    QCOMPARE(contentOf(folder.filePath(u"stdout.log"_qs).toStdString()).size(), 50 * piece.size());
}

// The log is a pipe: what nobody has read from it is not "on disk" yet.
void tst_LogWriter::moreThanFitsInMemoryWaitsForTheDiskAndLosesNothing()
{
    const QTemporaryDir folder;
    const std::string pipe = folder.filePath(u"stdout.log"_qs).toStdString();
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    constexpr qsizetype kPiece = 1 << 20;
    constexpr int kPieces = 24; // three times what fits
    QByteArray read;
    LogWriter writer(folder.path().toStdString());
    {
        // Nobody reads yet: what fits is taken without waiting.
        for (int i = 0; i < 7; ++i)
            writer.append(Channel::Stdout, QByteArray(kPiece, static_cast<char>('a' + i)));
        const std::jthread reader([&] { read = contentOf(pipe); });
        for (int i = 7; i < kPieces; ++i)
            writer.append(Channel::Stdout, QByteArray(kPiece, static_cast<char>('a' + i)));
        bool isEnded = false;
        writer.finish(this, [&isEnded](const LogWriter::Logs &) { isEnded = true; });
        QTRY_VERIFY_WITH_TIMEOUT(isEnded, kPatienceMs);
    }
    QCOMPARE(read.size(), kPieces * kPiece);
    for (int i = 0; i < kPieces; ++i)
        QCOMPARE(read.count(static_cast<char>('a' + i)), kPiece);
    QVERIFY(std::is_sorted(read.begin(), read.end()));
}

void tst_LogWriter::fileThatCannotBeMadeIsToldAndTheTailGoesOn()
{
    LogWriter writer("/proc/version/logs");
    writer.append(Channel::Stderr, "first\n");
    writer.append(Channel::Stderr, "second\n");
    std::optional<LogWriter::Logs> logs;
    writer.finish(this, [&logs](const LogWriter::Logs &told) { logs = told; });
    QTRY_VERIFY_WITH_TIMEOUT(logs, kPatienceMs);
    QVERIFY((*logs)[1].error);
    QCOMPARE((*logs)[1].error->code, mrb::error_codes::kCannotWrite);
    QCOMPARE((*logs)[1].tail, u"first\nsecond\n"_qs);
}

QTEST_GUILESS_MAIN(tst_LogWriter)
#include "tst_LogWriter.moc"
