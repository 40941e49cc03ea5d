// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/SupervisorProtocol.h"

#include <QTest>

using namespace mrb::backend::supervisor;

class tst_SupervisorProtocol : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordSurvivesTheTrip_data();
    void recordSurvivesTheTrip();
    void otherTextIsNoRecord_data();
    void otherTextIsNoRecord();
    void readyLineSurvivesTheTrip();
    void readyLineThatIsNotWholeIsNone_data();
    void readyLineThatIsNotWholeIsNone();
};

void tst_SupervisorProtocol::recordSurvivesTheTrip_data()
{
    QTest::addColumn<Record>("record");
    QTest::newRow("default") << Record{};
    QTest::newRow("started") << Record{.started = true, .pid = 4194304};
    QTest::newRow("all") << Record{.pid = 7,
                                   .end = End::SupervisorLost,
                                   .number = 9,
                                   .reason = Reason::GuardGone,
                                   .reasonSignal = 15,
                                   .terminated = 3,
                                   .killed = 2,
                                   .survivors = 1,
                                   .went = true,
                                   .wallUs = 3'600'000'000'000,
                                   .cpuUs = 99,
                                   .maxRssKb = 123456789};
}

void tst_SupervisorProtocol::recordSurvivesTheTrip()
{
    QFETCH(Record, record);
    std::string line = encode(record);
    QCOMPARE(line.back(), '\n');
    line.pop_back();
    Record read;
    QVERIFY(decode(line, read));
    QVERIFY(read == record);
}

void tst_SupervisorProtocol::otherTextIsNoRecord_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("kind only") << QByteArray("ended");
    QTest::newRow("unknown kind") << QByteArray(encode({}).c_str()).replace("ended", "paused");
    QTest::newRow("field missing") << QByteArray(encode({}).c_str()).replace("killed=", "kild=");
    const QByteArray whole(encode({}).c_str());
    QTest::newRow("no int") << QByteArray(whole).replace("killed=0", "killed=4294967296");
    QTest::newRow("no bool") << QByteArray(whole).replace("went=0", "went=2");
    QTest::newRow("unknown end") << QByteArray(whole).replace("end=0", "end=6");
    QTest::newRow("unknown reason") << QByteArray(whole).replace("reason=0", "reason=-1");
    QTest::newRow("no number") << QByteArray(encode({}).c_str()).replace("pid=0", "pid=x");
}

void tst_SupervisorProtocol::otherTextIsNoRecord()
{
    QFETCH(QByteArray, line);
    Record record;
    QVERIFY(!decode(line.toStdString(), record));
}

void tst_SupervisorProtocol::readyLineSurvivesTheTrip()
{
    for (const std::string &text : {std::string("{\"a\": 1}"), std::string(" x "), std::string(),
                                    std::string(kMaxReadyBytes, 'x')}) {
        std::string line = encodeReady(text);
        QCOMPARE(line.back(), '\n');
        line.pop_back();
        QVERIFY(decodeReady(line) == text);
        Record record;
        QVERIFY(!decode(line, record));
    }
    QCOMPARE(encodeReady(std::string(kMaxReadyBytes + 1, 'x')), encodeReady({}));
}

void tst_SupervisorProtocol::readyLineThatIsNotWholeIsNone_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("kind only") << QByteArray("ready ");
    QTest::newRow("no length") << QByteArray("ready hello");
    QTest::newRow("no text") << QByteArray("ready 0");
    QTest::newRow("cut short") << QByteArray("ready 6 hello");
    QTest::newRow("too much") << QByteArray("ready 4 hello");
    QTest::newRow("other record") << QByteArray("ended 5 hello");
}

void tst_SupervisorProtocol::readyLineThatIsNotWholeIsNone()
{
    QFETCH(QByteArray, line);
    QVERIFY(!decodeReady(line.toStdString()));
}

QTEST_APPLESS_MAIN(tst_SupervisorProtocol)
#include "tst_SupervisorProtocol.moc"
