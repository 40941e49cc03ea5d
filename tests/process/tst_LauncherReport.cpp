// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/LauncherReport.h"

#include <QStringList>
#include <QTest>

using namespace mrb::backend;

class tst_LauncherReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstFailureIsRead_data();
    void firstFailureIsRead();
};

void tst_LauncherReport::firstFailureIsRead_data()
{
    QTest::addColumn<QStringList>("lines");
    QTest::addColumn<bool>("began");
    QTest::addColumn<int>("rank"); // -1: none
    QTest::addColumn<int>("exitCode");
    const QString api =
        u"1122 11:42:37.474 42 torch/distributed/elastic/multiprocessing/api.py:"_qs;
    const QString closing = u'W' + api + u"897] Sending process 43 closing signal SIGTERM"_qs;
    const QString failed =
        u'E' + api + u"869] failed (exitcode: 1) local_rank: 1 (pid: 44) of binary: /v/python"_qs;
    QTest::newRow("nothing") << QStringList{u"noise: cuda:0"_qs} << false << -1 << 0;
    QTest::newRow("others are ended first")
        << QStringList{closing, failed, u"ChildFailedError:"_qs} << true << 1 << 1;
    QTest::newRow("ended from outside") << QStringList{closing} << true << -1 << 0;
    QTest::newRow("by a signal") << QStringList{QString(failed).replace(u"exitcode: 1"_qs,
                                                                        u"exitcode: -9"_qs)}
                                 << true << 1 << -9;
    QTest::newRow("older version")
        << QStringList{u"ERROR:torch.distributed.elastic.multiprocessing.api:failed (exitcode: 2) "
                       "local_rank: 0 (pid: 7) of binary: /v/python"_qs}
        << true << 0 << 2;
    QTest::newRow("the first of two")
        << QStringList{failed, QString(failed).replace(u"rank: 1"_qs, u"rank: 3"_qs)} << true << 1
        << 1;
    // The launcher's own failure: its last line does tell.
    QTest::newRow("traceback through the launcher")
        << QStringList{u"  File \"/v/torch/distributed/elastic/multiprocessing/api.py\", line 9"_qs}
        << false << -1 << 0;
    QTest::newRow("somebody else's words")
        << QStringList{u"failed (exitcode: 1) local_rank: 1"_qs, u"elastic failed (exitcode: 1)"_qs}
        << false << -1 << 0;
}

void tst_LauncherReport::firstFailureIsRead()
{
    QFETCH(QStringList, lines);
    QFETCH(int, rank);
    LauncherReport report;
    for (const QString &line : lines)
        report.feed(line);
    QTEST(report.began(), "began");
    QCOMPARE(report.failure() ? report.failure()->rank : -1, rank);
    QTEST(report.failure() ? report.failure()->exitCode : 0, "exitCode");
}

QTEST_APPLESS_MAIN(tst_LauncherReport)
#include "tst_LauncherReport.moc"
