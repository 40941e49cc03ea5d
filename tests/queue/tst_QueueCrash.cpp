// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/RunFolder.h"
#include "tests/queue/QueueFixtures.h"

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;

namespace fs = std::filesystem;

/// What is found after a program with a queue was killed.
class TestQueueCrash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = fs::path(m_temporary->path().toStdString()) / "queue";
        m_results = fs::path(m_temporary->path().toStdString()) / "results";
    }

    void killedWhileItRuns_losesNothingAndStartsNothing()
    {
        QVERIFY(runHostUntil("drawing", 3));
        const auto stored = storedIn(m_folder / "queue-1.jsonl");
        QCOMPARE(stored.size(), std::size_t{3});

        auto owned = std::make_unique<FakeTarget>();
        FakeTarget &target = *owned;
        RunQueue queue(m_folder, std::move(owned));
        QVERIFY(queue.storeProblems().empty());
        QCOMPARE(queue.entries().size(), std::size_t{3});
        QCOMPARE(queue.leftFromBefore(), 3);
        QVERIFY(queue.isPaused());
        const QueueEntry &first = queue.entries().front();
        QCOMPARE(first.state, EntryState::Interrupted);
        QCOMPARE(runStateOf(first.runFolder), RunState::Interrupted);
        for (std::size_t i = 1; i < 3; ++i) {
            QCOMPARE(queue.entries()[i].state, EntryState::Pending);
            QVERIFY(queue.entries()[i].settings == stored[i].settings);
        }
        QCoreApplication::processEvents();
        QVERIFY(target.started.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(processesWith(QString::fromStdString(m_results.string())).empty(),
                                 kPatienceMs);
    }

    void runThatEndedUnrecorded_isTakenOver()
    {
        // As after a kill between the run's result and the queue's record of it.
        {
            RunQueue queue(m_folder, makeLocalTarget());
            QSignalSpy idle(&queue, &RunQueue::idle);
            queue.add({smallRun(m_results)});
            QTRY_VERIFY_WITH_TIMEOUT(!idle.isEmpty(), kPatienceMs);
        }
        forgetTheEnd();
        RunQueue queue(m_folder, std::make_unique<FakeTarget>());
        const QueueEntry &entry = queue.entries().front();
        QCOMPARE(entry.state, EntryState::Ended);
        QCOMPARE(entry.verdict, EntryVerdict::Demo);
        QCOMPARE(entry.overallStatus, QStringLiteral("demo"));
        QVERIFY(entry.endedAt.isValid());
        QCOMPARE(queue.leftFromBefore(), 0);
        QVERIFY(!queue.isPaused());
    }

    void gatesThatFailed_areToldOfATakenOverRun()
    {
        {
            RunQueue queue(m_folder, std::make_unique<FakeTarget>());
            queue.setPaused(true);
            queue.add({smallRun(m_results)});
        }
        const fs::path folder = m_results / "one";
        write(folder / kResultFile,
              R"({"overall_status": "failed", "exit_code": 4,
                  "run": {"ended_at": "2026-01-02T03:04:05.678Z"},
                  "invocation": {"outcome": ""},
                  "gates": [{"path": "output.good", "status": "pass"},
                            {"path": "output.bad", "status": "fail"}]})");
        forgetTheEnd(folder);
        RunQueue queue(m_folder, std::make_unique<FakeTarget>());
        const QueueEntry &entry = queue.entries().front();
        QCOMPARE(entry.verdict, EntryVerdict::GateFailed);
        QCOMPARE(entry.problems.size(), std::size_t{1});
        QCOMPARE(entry.problems.front().field, QStringLiteral("output.bad"));
    }

    void resultThatIsNone_leavesTheRunInterrupted_data()
    {
        QTest::addColumn<QByteArray>("result");
        QTest::newRow("cut off") << QByteArray("{\"overall_status\": \"pas");
        QTest::newRow("of another kind") << QByteArray(R"({"hello": 1})");
        QTest::newRow("a list") << QByteArray("[1]");
    }
    void resultThatIsNone_leavesTheRunInterrupted()
    {
        QFETCH(QByteArray, result);
        {
            RunQueue queue(m_folder, std::make_unique<FakeTarget>());
            queue.setPaused(true);
            queue.add({smallRun(m_results)});
        }
        write(m_results / "one" / kResultFile, result.toStdString());
        forgetTheEnd(m_results / "one");
        RunQueue queue(m_folder, std::make_unique<FakeTarget>());
        QCOMPARE(queue.entries().front().state, EntryState::Interrupted);
        QCOMPARE(contentOf(m_results / "one" / kResultFile), result);
    }

    void livingProcess_isNotDisturbed()
    {
        QVERIFY(startHost("drawing", 2));
        RunQueue queue(m_folder, std::make_unique<FakeTarget>());
        QVERIFY(queue.entries().empty());
        QVERIFY(!queue.isPaused());
        queue.add({smallRun(m_results)});
        QVERIFY(m_host.waitForFinished(kPatienceMs)); // both of its runs end
        QCOMPARE(m_host.exitCode(), 0);
        const auto stored = storedIn(m_folder / "queue-1.jsonl");
        QCOMPARE(stored.size(), std::size_t{2});
        for (const QueueEntry &entry : stored)
            QCOMPARE(entry.verdict, EntryVerdict::Demo);
    }

private:
    bool startHost(const QByteArray &word, int runs)
    {
        m_host.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_host.start(QStringLiteral(MRB_QUEUE_HOST),
                     {QString::fromStdString(m_folder.string()),
                      QString::fromStdString(m_results.string()), QStringLiteral(MRB_TEST_PYTHON),
                      QString::number(runs)});
        while (m_host.canReadLine() || m_host.waitForReadyRead(kPatienceMs)) {
            if (m_host.canReadLine() && m_host.readLine().trimmed() == word)
                return true;
        }
        return false;
    }
    bool runHostUntil(const QByteArray &word, int runs)
    {
        const bool said = startHost(word, runs);
        m_host.kill(); // SIGKILL
        m_host.waitForFinished();
        return said;
    }

    /// As if the program had been killed before it recorded the end.
    void forgetTheEnd(const fs::path &runFolder = {})
    {
        const fs::path file = m_folder / "queue-1.jsonl";
        auto entries = storedIn(file);
        QueueEntry &entry = entries.front();
        entry.state = EntryState::Running;
        entry.verdict = EntryVerdict::None;
        entry.overallStatus.clear();
        entry.endedAt = {};
        if (!runFolder.empty())
            entry.runFolder = runFolder;
        write(file, journalOf(entries));
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
    fs::path m_results;
    QProcess m_host;
};

QTEST_GUILESS_MAIN(TestQueueCrash)
#include "tst_QueueCrash.moc"
