// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/queue/FileSizeLimit.h"
#include "tests/queue/WatchedQueue.h"

#include <QSignalSpy>
#include <QTemporaryDir>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;

namespace fs = std::filesystem;

class TestRunQueueStorage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = m_temporary->path().toStdString();
    }

    void restart_interruptsWhatRanAndPausesWhatWaits()
    {
        QStringList ids;
        {
            Watched watched(m_folder);
            ids = watched.add(4);
            watched.settle();
            watched.target->jobOf(ids[0])->end();
            watched.settle();
        }
        Watched watched(m_folder);
        QVERIFY(watched.queue->isPaused());
        QCOMPARE(watched.queue->leftFromBefore(), 3);
        QCOMPARE(watched.state(ids[0]), EntryState::Ended);
        QCOMPARE(watched.state(ids[1]), EntryState::Interrupted);
        QCOMPARE(watched.state(ids[2]), EntryState::Pending);
        watched.settle();
        QVERIFY(watched.target->started.isEmpty());
        QVERIFY(storedIn(m_folder / "queue-1.jsonl") == Watched::asRead(*watched.queue));
        watched.queue->remove(ids[1]);
        QCOMPARE(watched.queue->leftFromBefore(), 2);
        watched.queue->setPaused(false);
        watched.settle();
        QCOMPARE(watched.target->started, ids.mid(2, 1));
        QCOMPARE(watched.queue->leftFromBefore(), 1);
    }

    void restartWithNothingPending_isNotPaused()
    {
        {
            Watched watched(m_folder);
            watched.add(1);
            watched.settle();
        }
        {
            Watched watched(m_folder);
            QVERIFY(!watched.queue->isPaused());
            QCOMPARE(watched.queue->leftFromBefore(), 1);
        }
        Watched watched(m_folder); // nobody is told of it for ever
        QCOMPARE(watched.queue->leftFromBefore(), 0);
        QCOMPARE(watched.queue->entries().size(), std::size_t{1});
    }

    void storeThatFails_isToldOnceAndTheQueueGoesOn()
    {
        Watched watched(m_folder);
        QSignalSpy failed(watched.queue.get(), &RunQueue::storeFailed);
        const auto before = contentOf(m_folder / "queue-1.jsonl");
        QStringList ids;
        {
            const FileSizeLimit fullDisk(100);
            ids = watched.add(2);
            watched.settle();
            QCOMPARE(failed.size(), 1);
            QCOMPARE(watched.queue->storeProblems().size(), std::size_t{1});
            QCOMPARE(watched.queue->storeProblems().front().code, mrb::error_codes::kCannotWrite);
            QCOMPARE(watched.target->started, ids.mid(0, 1));
        }
        QCOMPARE(contentOf(m_folder / "queue-1.jsonl"), before);
        watched.queue->cancel(ids[1]);
        QVERIFY(watched.queue->storeProblems().empty());
        QVERIFY(storedIn(m_folder / "queue-1.jsonl") == Watched::asRead(*watched.queue));
    }

    void unwritableFolder_stillGivesAQueueThatWorks()
    {
        Watched watched("/proc/version/queue");
        QCOMPARE(watched.queue->storeProblems().size(), std::size_t{1});
        const QString id = watched.add(1).front();
        watched.settle();
        watched.target->jobOf(id)->end();
        watched.settle();
        QCOMPARE(watched.verdict(id), EntryVerdict::Passed);
    }

    void damagedFile_isToldAndANewOneTaken()
    {
        write(m_folder / "queue-1.jsonl", "{ damaged");
        RunQueue queue(m_folder, std::make_unique<FakeTarget>());
        QCOMPARE(queue.storeProblems().size(), std::size_t{1});
        QCOMPARE(queue.storeProblems().front().code, backend::error_codes::kQueueDamaged);
        queue.add({smallRun("/results")});
        QCOMPARE(contentOf(m_folder / "queue-1.jsonl"), QByteArray("{ damaged"));
        QCOMPARE(storedIn(m_folder / "queue-2.jsonl").size(), std::size_t{1});
    }

    void secondQueueOnTheFolder_hasEntriesOfItsOwn()
    {
        Watched first(m_folder);
        RunQueue second(m_folder, std::make_unique<FakeTarget>());
        const QStringList ids = first.add(2);
        second.add({smallRun("/results", 9)});
        QCOMPARE(second.entries().size(), std::size_t{1});
        QCOMPARE(storedIn(m_folder / "queue-1.jsonl").size(), std::size_t{2});
        QCOMPARE(storedIn(m_folder / "queue-2.jsonl").size(), std::size_t{1});
        QCOMPARE(first.order(), ids);
    }

    void oldEndedEntries_areForgottenAtAStart()
    {
        {
            RunQueue queue(m_folder, std::make_unique<FakeTarget>());
            queue.setPaused(true);
            queue.add(std::vector<RunSettings>(1200, smallRun("/results")));
            queue.cancelPending();
            queue.add({smallRun("/results")});
        }
        const QString newest = storedIn(m_folder / "queue-1.jsonl")[1199].id;
        RunQueue queue(m_folder, std::make_unique<FakeTarget>());
        QCOMPARE(queue.entries().size(), std::size_t{1001});
        QCOMPARE(queue.entries()[999].id, newest);
        QCOMPARE(queue.entries()[1000].state, EntryState::Pending);
    }

    void defaultFolder_followsTheDesktop()
    {
        qputenv("XDG_DATA_HOME", "/data");
        QCOMPARE(defaultQueueFolder(), fs::path("/data/mrbrain/queue"));
        qputenv("XDG_DATA_HOME", "relative");
        qputenv("HOME", "/home/somebody");
        QCOMPARE(defaultQueueFolder(), fs::path("/home/somebody/.local/share/mrbrain/queue"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

QTEST_GUILESS_MAIN(TestRunQueueStorage)
#include "tst_RunQueueStorage.moc"
