// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/ProcessTree.h"
#include "tests/process/RunRecorder.h"

#include <unistd.h>

using namespace mrb::backend;
using namespace mrb::test;

namespace {

constexpr int kPatienceMs = 60'000; // only there so that a defect ends the test

/// A spender behind the real supervisor.
struct Spender : RunRecorder
{
    bool start(const QString &mode, const QStringList &amount = {})
    {
        runner->start(spec(mode, amount));
        return QTest::qWaitFor([this] { return !pids.empty(); }, kPatienceMs);
    }
    bool waitUntilReady()
    {
        return QTest::qWaitFor([this] { return isReady; }, kPatienceMs);
    }
    pid_t pid() const { return static_cast<pid_t>(pids.front()); }
};

} // namespace

class TestProcessTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void memory_isThatOfAllDescendants_data()
    {
        QTest::addColumn<double>("times");
        for (const char *mode : {"hold", "grandchild-holds", "daemon-holds"})
            QTest::addRow("%s", mode) << 1.0;
        QTest::newRow("two-hold") << 2.0;
    }
    void memory_isThatOfAllDescendants()
    {
        QFETCH(double, times);
        constexpr double kHeldMb = 150;
        const QString mode = QString::fromLatin1(QTest::currentDataTag());
        Spender spender;
        QVERIFY(spender.start(mode, {QString::number(kHeldMb)}));
        QVERIFY(spender.waitUntilReady());
        const auto tree = ProcessTree::around(spender.pid());
        QVERIFY(tree);
        const auto usage = tree->look();
        QVERIFY(usage);
        QVERIFY2(usage->rssMb >= times * kHeldMb && usage->rssMb < (times + 1) * kHeldMb,
                 qPrintable(QString::number(usage->rssMb)));
        QVERIFY(usage->processes >= 1);
        for (const FoundProcess &process : processesWith(spender.marker))
            QCOMPARE(tree->holds(process.pid), !process.supervisor);
        QVERIFY(!tree->holds(::getpid()));
        spender.runner->cancel();
        spender.waitForEnd();
    }

    void timeOfEndedDescendants_stillCounts()
    {
        Spender spender;
        QVERIFY(spender.start(QStringLiteral("grandchild-spent"),
                              {QStringLiteral("1"), QStringLiteral("400")}));
        QVERIFY(spender.waitUntilReady());
        const auto tree = ProcessTree::around(spender.pid());
        QVERIFY(tree);
        const auto usage = tree->look();
        QVERIFY(usage);
        QVERIFY2(usage->cpuSeconds >= 0.35, qPrintable(QString::number(usage->cpuSeconds)));
        QCOMPARE(usage->processes, 1);
        spender.runner->cancel();
        spender.waitForEnd();
    }

    void aRunThatHasEnded_isNoTree()
    {
        Spender spender;
        QVERIFY(spender.start(QStringLiteral("hold"), {QStringLiteral("1")}));
        const auto tree = ProcessTree::around(spender.pid());
        QVERIFY(tree);
        spender.runner->cancel();
        spender.waitForEnd();
        QVERIFY(!ProcessTree::around(spender.pid()));
        QVERIFY(!tree->look());
        QVERIFY(!tree->holds(spender.pid()));
    }

    void processesOfOthers_areNeverTaken_data()
    {
        QTest::addColumn<int>("pid");
        QTest::newRow("the first process") << 1;
        QTest::newRow("this process") << static_cast<int>(::getpid());
        QTest::newRow("its parent") << static_cast<int>(::getppid());
        QTest::newRow("none") << 0;
    }
    void processesOfOthers_areNeverTaken()
    {
        QFETCH(int, pid);
        QVERIFY(!ProcessTree::around(pid));
    }
};

QTEST_GUILESS_MAIN(TestProcessTree)
#include "tst_ProcessTree.moc"
