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

QTEST_APPLESS_MAIN(tst_SupervisorProtocol)
#include "tst_SupervisorProtocol.moc"
