// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/LogSink.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace mrb::backend;

class tst_LogSink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tail_data();
    void tail();
    void tailDoesNotDependOnChunks();
    void fileHoldsTheRawBytesAsTheyArrive();
    void fullDiskIsRememberedAndTheTailGoesOn();
    void folderThatCannotBeMadeIsAnError();
    void logThatIsMovedAwayIsAnErrorAndWhole();
    void linkInPlaceOfTheLogIsNotFollowed();
    void noFileIsNoError();
};

void tst_LogSink::tail_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("expected");
    const QString clef = u"𝄞"_qs;
    QTest::newRow("empty") << QByteArray() << QString();
    QTest::newRow("returns") << QByteArray("\r 1%\r 2%\nend\r\n") << u"\n 1%\n 2%\nend\n"_qs;
    QTest::newRow("exactly full") << QByteArray(4000, 'x') << QString(4000, u'x');
    QTest::newRow("one too many") << QByteArray("a" + QByteArray(4000, 'x'))
                                  << u"..."_qs + QString(4000, u'x');
    QTest::newRow("code points, not UTF-16 units")
        << clef.toUtf8().repeated(4001) << u"..."_qs + clef.repeated(4000);
    QTest::newRow("full of code points") << clef.toUtf8().repeated(4000) << clef.repeated(4000);
    QTest::newRow("much text of four-byte characters")
        << clef.toUtf8().repeated(100'000) << u"..."_qs + clef.repeated(4000);
    QTest::newRow("Windows endings")
        << QByteArray("\r\n").repeated(50'000) << u"..."_qs + QString(4000, u'\n');
    QTest::newRow("invalid") << QByteArray("\xFF\n")
                             << QString(QChar::ReplacementCharacter) + u'\n';
}

void tst_LogSink::tail()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, expected);
    LogSink sink({});
    sink.append(bytes);
    QCOMPARE(sink.tail(), expected);
}

void tst_LogSink::tailDoesNotDependOnChunks()
{
    const QByteArray bytes = QByteArray("é\r\n𝄞").repeated(30'000);
    LogSink whole({});
    whole.append(bytes);
    for (const qsizetype chunk : {1, 7, 1000}) {
        LogSink pieces({});
        for (qsizetype at = 0; at < bytes.size(); at += chunk)
            pieces.append(QByteArrayView(bytes).sliced(at, std::min(chunk, bytes.size() - at)));
        QCOMPARE(pieces.tail(), whole.tail());
    }
}

void tst_LogSink::fileHoldsTheRawBytesAsTheyArrive()
{
    const QTemporaryDir folder;
    const QString name = folder.filePath(u"new/out.log"_qs);
    LogSink sink(name.toStdString());
    const QByteArray bytes("\xFF\r\n\0z", 5);
    sink.append(bytes);
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), bytes);
    sink.append("more");
    QCOMPARE(file.readAll(), QByteArray("more"));
    sink.close();
    QVERIFY(!sink.error());
}

void tst_LogSink::fullDiskIsRememberedAndTheTailGoesOn()
{
    LogSink sink("/dev/full");
    sink.append("first\n");
    sink.append("second\n");
    QVERIFY(sink.error());
    QCOMPARE(sink.error()->code, mrb::error_codes::kCannotWrite);
    QVERIFY(sink.error()->message.contains(u"/dev/full"_qs));
    QCOMPARE(sink.tail(), u"first\nsecond\n"_qs);
}

void tst_LogSink::folderThatCannotBeMadeIsAnError()
{
    LogSink sink("/proc/version/logs/out.log");
    sink.append("text");
    QVERIFY(sink.error());
    QCOMPARE(sink.tail(), u"text"_qs);
}

void tst_LogSink::logThatIsMovedAwayIsAnErrorAndWhole()
{
    const QTemporaryDir folder;
    const QString name = folder.filePath(u"out.log"_qs);
    LogSink sink(name.toStdString());
    sink.append("before ");
    QVERIFY(QFile::rename(name, folder.filePath(u"moved"_qs)));
    sink.append("after");
    QVERIFY(!sink.error());
    sink.close();
    QVERIFY(sink.error());
    QVERIFY(sink.error()->message.contains(name));
    QFile moved(folder.filePath(u"moved"_qs));
    QVERIFY(moved.open(QIODevice::ReadOnly));
    QCOMPARE(moved.readAll(), QByteArray("before after"));
    QCOMPARE(sink.tail(), u"before after"_qs);
}

void tst_LogSink::linkInPlaceOfTheLogIsNotFollowed()
{
    const QTemporaryDir folder;
    const QString target = folder.filePath(u"precious"_qs);
    const QString name = folder.filePath(u"out.log"_qs);
    QFile file(target);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("precious") > 0 && file.flush());
    QVERIFY(QFile::link(target, name));
    LogSink sink(name.toStdString());
    sink.append("text");
    QVERIFY(sink.error());
    QCOMPARE(file.size(), 8);
}

void tst_LogSink::noFileIsNoError()
{
    LogSink sink({});
    sink.append("text");
    sink.close();
    QVERIFY(!sink.error());
}

QTEST_APPLESS_MAIN(tst_LogSink)
#include "tst_LogSink.moc"
