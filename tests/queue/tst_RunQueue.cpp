// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/queue/WatchedQueue.h"

#include <QSignalSpy>
#include <QTemporaryDir>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;

namespace fs = std::filesystem;

class TestRunQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = m_temporary->path().toStdString();
    }

    void runs_startInOrderOneAfterTheOther()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(3);
        QCOMPARE(ids.size(), 3);
        QVERIFY(watched.target->started.isEmpty()); // never within a call
        watched.settle();
        QCOMPARE(watched.target->started, ids.mid(0, 1));
        QCOMPARE(watched.order(), ids);
        for (int i = 0; i < 3; ++i) {
            watched.target->jobOf(ids[i])->makeFolder();
            watched.target->jobOf(ids[i])->end();
            watched.settle();
            QCOMPARE(watched.target->started, ids.mid(0, i + 2));
            QCOMPARE(watched.verdict(ids[i]), EntryVerdict::Passed);
            QCOMPARE(watched.idles, i == 2 ? 1 : 0);
        }
        QCOMPARE(watched.order(), ids);
        QCOMPARE(watched.recordedBefore, 3);
        QCOMPARE(watched.differences, 0);
        const QString first = ids.front();
        QCOMPARE(
            watched.heard.mid(0, 5),
            (QStringList{u"changed "_qs + first, u"changed "_qs + first, u"started "_qs + first,
                         u"changed "_qs + first, u"ended "_qs + first}));
    }

    void entries_areListedEndedThenRunningThenPending()
    {
        Watched watched(m_folder);
        watched.target->setCapacity(2);
        const QStringList ids = watched.add(4);
        watched.settle();
        watched.target->jobOf(ids[1])->end();
        watched.queue->cancel(ids[3]);
        watched.settle();
        QCOMPARE(watched.order(), (QStringList{ids[1], ids[3], ids[0], ids[2]}));
        QCOMPARE(watched.differences, 0);
    }

    void runThatLackedMemory_comesBackOnceAloneAndFirst()
    {
        Watched watched(m_folder);
        watched.target->setCapacity(2);
        const QStringList ids = watched.add(3);
        watched.settle();
        watched.target->setCapacity(1);
        watched.target->jobOf(ids[0])->endForLackOfMemory("run-1");
        watched.settle();
        QCOMPARE(watched.verdict(ids[0]), EntryVerdict::Failed); // it stays as it is
        QCOMPARE(watched.order().size(), 4);
        const QString retry = watched.order().at(2); // after what ended and what runs
        QVERIFY(!ids.contains(retry));
        const RunSettings &settings = watched.queue->find(retry)->settings;
        QVERIFY(settings.alone);
        QVERIFY(settings.retryOf == (RetryOf{"run-1", "gpu_out_of_memory"}));
        QCOMPARE(settings.overrides, watched.queue->find(ids[0])->settings.overrides);
        watched.target->jobOf(ids[1])->end();
        watched.settle();
        QCOMPARE(watched.target->started.last(), retry);
        QCOMPARE(watched.state(ids[2]), EntryState::Pending);
        QCOMPARE(watched.differences, 0);
    }

    void runThatWasCancelled_comesNotBackForLackOfMemory()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(2);
        watched.settle();
        watched.queue->cancelAll(); // a moment too late for it
        watched.target->jobOf(ids[0])->endForLackOfMemory("run-1");
        watched.settle();
        QCOMPARE(watched.order().size(), 2);
        QCOMPARE(watched.idles, 1);
    }

    void secondTry_waitsWhileTheQueueIsPausedAndCanBeCancelled()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(1);
        watched.settle();
        watched.queue->setPaused(true);
        watched.target->jobOf(ids[0])->endForLackOfMemory("run-1");
        watched.settle();
        QCOMPARE(watched.target->started, ids);
        const QString retry = watched.order().last();
        QCOMPARE(watched.state(retry), EntryState::Pending);
        const auto stored = storedIn(fs::path(m_folder) / "queue-1.jsonl");
        QVERIFY(stored.back().settings.alone);
        QVERIFY(stored.back().settings.retryOf == (RetryOf{"run-1", "gpu_out_of_memory"}));
        watched.queue->cancel(retry);
        watched.queue->setPaused(false);
        watched.settle();
        QCOMPARE(watched.verdict(retry), EntryVerdict::Cancelled);
        QCOMPARE(watched.target->started, ids);
        QCOMPARE(watched.order().size(), 2);
    }

    void queueWithoutAFolder_worksAndStoresNothing()
    {
        auto owned = std::make_unique<FakeTarget>();
        FakeTarget *target = owned.get();
        RunQueue queue({}, std::move(owned));
        QVERIFY(queue.storeProblems().empty());
        const QStringList ids = queue.add({smallRun("/results")});
        Watched::settle();
        target->jobOf(ids[0])->end();
        Watched::settle();
        QCOMPARE(queue.find(ids[0])->verdict, EntryVerdict::Passed);
        QVERIFY(fs::is_empty(m_folder));
    }

    void howARunEnded_isKept()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(2);
        watched.settle();
        watched.target->jobOf(ids[0])->end(4, QStringLiteral("failed"));
        watched.settle();
        QCOMPARE(watched.verdict(ids[0]), EntryVerdict::GateFailed);
        QCOMPARE(watched.queue->find(ids[0])->overallStatus, QStringLiteral("failed"));
        QCOMPARE(watched.queue->find(ids[0])->runFolder,
                 fs::path("/results") / ids[0].toStdString());
        const Error why{mrb::error_codes::kCannotRead, QStringLiteral("no weights")};
        watched.target->jobOf(ids[1])->endRefused(why);
        watched.settle();
        QCOMPARE(watched.verdict(ids[1]), EntryVerdict::Refused);
        QVERIFY(watched.queue->find(ids[1])->problems == Errors{why});
        QVERIFY(watched.queue->find(ids[1])->runFolder.empty());
        QVERIFY(!watched.heard.contains(u"started "_qs + ids[1]));
        QCOMPARE(watched.differences, 0);
    }

    void pause_letsTheRunningOneGoOnAndStartsNoOther()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(2);
        watched.settle();
        QSignalSpy paused(watched.queue.get(), &RunQueue::pausedChanged);
        watched.queue->setPaused(true);
        watched.queue->setPaused(true);
        QCOMPARE(paused.size(), 1);
        QVERIFY(!watched.target->jobOf(ids[0])->wasCancelled);
        watched.target->jobOf(ids[0])->end();
        watched.settle();
        QCOMPARE(watched.target->started.size(), 1);
        QCOMPARE(watched.idles, 1); // nothing will start by itself
        watched.queue->setPaused(false);
        watched.settle();
        QCOMPARE(watched.target->started, ids);
    }

    void cancel_endsARunningOneAndTheNextStarts()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(2);
        watched.settle();
        watched.queue->cancel(ids[0]);
        QVERIFY(watched.target->jobOf(ids[0])->wasCancelled);
        QCOMPARE(watched.state(ids[0]), EntryState::Running); // until it has ended
        watched.target->jobOf(ids[0])->endCancelled();
        watched.settle();
        QCOMPARE(watched.verdict(ids[0]), EntryVerdict::Cancelled);
        QCOMPARE(watched.target->started, ids);
    }

    void cancelOfAPendingOne_recordsItWithoutAStart()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(2);
        watched.settle();
        watched.queue->cancel(ids[1]);
        QCOMPARE(watched.state(ids[1]), EntryState::Ended);
        QCOMPARE(watched.verdict(ids[1]), EntryVerdict::Cancelled);
        QVERIFY(!watched.queue->find(ids[1])->startedAt.isValid());
        QVERIFY(watched.queue->find(ids[1])->endedAt.isValid());
        QVERIFY(watched.heard.contains(u"changed "_qs + ids[1]));
        QVERIFY(!watched.heard.contains(u"ended "_qs + ids[1]));
        watched.target->jobOf(ids[0])->end();
        watched.settle();
        QCOMPARE(watched.target->started.size(), 1);
        QCOMPARE(watched.idles, 1);
        QCOMPARE(watched.differences, 0);
    }

    void cancelPending_leavesTheRunningOneAlone()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(3);
        watched.settle();
        watched.queue->cancelPending();
        QVERIFY(!watched.target->jobOf(ids[0])->wasCancelled);
        QCOMPARE(watched.verdict(ids[1]), EntryVerdict::Cancelled);
        QCOMPARE(watched.verdict(ids[2]), EntryVerdict::Cancelled);
        QCOMPARE(watched.queue->overview().pending, 0);
    }

    void cancelAll_endsEverythingAndStartsNothing()
    {
        Watched watched(m_folder);
        watched.target->setCapacity(2);
        const QStringList ids = watched.add(4);
        watched.settle();
        watched.queue->cancelAll();
        for (int i = 0; i < 2; ++i) {
            QVERIFY(watched.target->jobOf(ids[i])->wasCancelled);
            watched.target->jobOf(ids[i])->endCancelled();
        }
        watched.settle();
        for (const QString &id : ids)
            QCOMPARE(watched.verdict(id), EntryVerdict::Cancelled);
        QCOMPARE(watched.target->started.size(), 2);
        QVERIFY(!watched.queue->isBusy());
        QCOMPARE(watched.idles, 1);
    }

    void skip_startsExactlyOneThoughPaused()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(3);
        watched.settle();
        watched.queue->setPaused(true);
        watched.queue->skip(ids[0]);
        QVERIFY(watched.target->jobOf(ids[0])->wasCancelled);
        watched.target->jobOf(ids[0])->endCancelled();
        watched.settle();
        QCOMPARE(watched.target->started, ids.mid(0, 2));
        QVERIFY(watched.queue->isPaused());
        QCOMPARE(watched.idles, 0);
        watched.target->jobOf(ids[1])->end();
        watched.settle();
        QCOMPARE(watched.target->started, ids.mid(0, 2));
    }

    void skip_isNoIdleMomentWhileTheNextHasToWait()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(2);
        watched.settle();
        watched.queue->setPaused(true);
        watched.queue->skip(ids[0]);
        watched.target->setCapacity(0); // it has to become ready first
        watched.target->jobOf(ids[0])->endCancelled();
        watched.settle();
        QCOMPARE(watched.idles, 0);
        watched.target->setCapacity(1);
        watched.settle();
        QCOMPARE(watched.state(ids[1]), EntryState::Running);
        watched.target->jobOf(ids[1])->end();
        watched.settle();
        QCOMPARE(watched.idles, 1);
    }

    void pauseWhileTheNextHasToWait_isTheIdleMoment()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(2);
        watched.settle();
        watched.queue->setPaused(true);
        watched.queue->skip(ids[0]);
        watched.target->setCapacity(0);
        watched.target->jobOf(ids[0])->endCancelled();
        watched.settle();
        watched.queue->setPaused(true);
        watched.settle();
        QCOMPARE(watched.idles, 1);
        watched.target->setCapacity(1);
        watched.settle();
        QCOMPARE(watched.state(ids[1]), EntryState::Pending);
    }

    void pauseAfterSkip_meansThatNothingStarts()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(2);
        watched.settle();
        watched.queue->setPaused(true);
        watched.queue->skip(ids[0]);
        watched.queue->setPaused(true);
        watched.target->jobOf(ids[0])->endCancelled();
        watched.settle();
        QCOMPARE(watched.target->started.size(), 1);
    }

    void move_changesTheOrderOfPendingOnes_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("place");
        QTest::addColumn<QList<int>>("expected");
        QTest::newRow("to the front") << 3 << 0 << QList<int>{0, 3, 1, 2};
        QTest::newRow("to the end") << 1 << 2 << QList<int>{0, 2, 3, 1};
        QTest::newRow("beyond the end") << 1 << 99 << QList<int>{0, 2, 3, 1};
        QTest::newRow("before the front") << 2 << -5 << QList<int>{0, 2, 1, 3};
        QTest::newRow("where it is") << 2 << 1 << QList<int>{0, 1, 2, 3};
        QTest::newRow("a running one") << 0 << 2 << QList<int>{0, 1, 2, 3};
    }
    void move_changesTheOrderOfPendingOnes()
    {
        QFETCH(int, from);
        QFETCH(int, place);
        QFETCH(QList<int>, expected);
        Watched watched(m_folder);
        const QStringList ids = watched.add(4); // the first one runs
        watched.settle();
        watched.queue->move(ids[from], place);
        QStringList order;
        for (const int index : expected)
            order << ids[index];
        QCOMPARE(watched.order(), order);
        QCOMPARE(watched.differences, 0);
        watched.target->jobOf(ids[0])->end();
        watched.settle();
        QCOMPARE(watched.target->started.last(), order[1]);
    }

    void takeBack_givesTheSettingsOfAPendingOneOnly()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(2);
        watched.settle();
        QVERIFY(!watched.queue->takeBack(ids[0]));
        const auto settings = watched.queue->takeBack(ids[1]);
        QVERIFY(settings == smallRun("/results", 2));
        QCOMPARE(watched.order(), ids.mid(0, 1));
        QVERIFY(!watched.queue->takeBack(ids[1]));
        QCOMPARE(watched.differences, 0);
    }

    void runAgain_addsTheSameSettingsAtTheEnd()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(2);
        watched.settle();
        watched.target->jobOf(ids[0])->end(3, QStringLiteral("failed"));
        watched.settle();
        const QString again = watched.queue->runAgain(ids[0]);
        QVERIFY(!again.isEmpty() && again != ids[0]);
        QVERIFY(watched.queue->find(again)->settings == smallRun("/results", 1));
        QCOMPARE(watched.state(again), EntryState::Pending);
        QCOMPARE(watched.order(), (QStringList{ids[0], ids[1], again}));
        QCOMPARE(watched.queue->runAgain(QStringLiteral("nobody")), QString());
    }

    void remove_takesOnlyWhatHasEnded()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(4);
        watched.settle();
        watched.target->jobOf(ids[0])->end();
        watched.queue->cancel(ids[3]);
        watched.settle();
        watched.queue->remove(ids[1]); // runs
        watched.queue->remove(ids[2]); // waits
        QCOMPARE(watched.order().size(), 4);
        watched.queue->remove(ids[0]);
        QCOMPARE(watched.order(), (QStringList{ids[3], ids[1], ids[2]}));
        watched.queue->removeEnded();
        QCOMPARE(watched.order(), (QStringList{ids[1], ids[2]}));
        QCOMPARE(watched.differences, 0);
    }

    void moreSlots_areUsedWhenTheTargetSaysSo()
    {
        Watched watched(m_folder);
        const QStringList ids = watched.add(3);
        watched.settle();
        QCOMPARE(watched.target->started.size(), 1);
        watched.target->setCapacity(3);
        watched.settle();
        QCOMPARE(watched.target->started, ids);
    }

    void slotsThatAnswerWithChanges_findASoundQueue()
    {
        Watched watched(m_folder);
        QObject::connect(watched.queue.get(), &RunQueue::ended, watched.queue.get(),
                         [&watched](const QString &id) {
                             watched.queue->runAgain(id);
                             watched.queue->removeEnded();
                         });
        QObject::connect(watched.queue.get(), &RunQueue::entryChanged, watched.queue.get(),
                         [&watched](const QString &) { watched.queue->removeEnded(); });
        const QString id = watched.add(1).front();
        watched.settle();
        watched.target->jobOf(id)->end();
        watched.settle();
        // Removed while its end was being told: there was nothing left to run again.
        QVERIFY(watched.queue->entries().empty());
        QCOMPARE(watched.idles, 1);
    }

    void overview_countsAndEstimates()
    {
        Watched watched(m_folder);
        QCOMPARE(watched.queue->overview().fraction, 0.0);
        std::vector<RunSettings> runs(4, smallRun("/results"));
        for (RunSettings &run : runs)
            run.expectedSeconds = 10;
        const QStringList ids = watched.queue->add(runs);
        QVERIFY(!watched.queue->overview().etaSeconds); // waiting takes no time that is known
        watched.settle();
        watched.target->jobOf(ids[0])->end();
        watched.settle();
        QueueOverview overview = watched.queue->overview();
        QCOMPARE(overview.pending, 2);
        QCOMPARE(overview.running, 1);
        QCOMPARE(overview.ended, 1);
        QCOMPARE(overview.fraction, 0.25);
        QCOMPARE(overview.etaSeconds, std::optional(30.0));
        watched.queue->setPaused(true);
        QCOMPARE(watched.queue->overview().etaSeconds, std::optional(10.0));
        watched.queue->setPaused(false);
        watched.queue->cancelPending(); // never ran: no part of what was done
        watched.target->jobOf(ids[1])->end();
        watched.settle();
        overview = watched.queue->overview();
        QCOMPARE(overview.ended, 2);
        QCOMPARE(overview.fraction, 1.0);
        watched.add(1);
        watched.settle();
        overview = watched.queue->overview();
        QCOMPARE(overview.ended, 0);
        QCOMPARE(overview.fraction, 0.0);
        QVERIFY(!overview.etaSeconds);
    }

    void progress_isKnownWhileItRunsOnly()
    {
        Watched watched(m_folder);
        const QString id = watched.add(1).front();
        QVERIFY(!watched.queue->progressOf(id));
        watched.settle();
        QCOMPARE(watched.queue->progressOf(id)->what, QStringLiteral("Preparing"));
        QSignalSpy progressed(watched.queue.get(), &RunQueue::progressed);
        Progress step;
        step.phase = Phase::Diffusion;
        step.step = 3;
        step.total = 30;
        Q_EMIT watched.target->jobOf(id)->progressed(step);
        QCOMPARE(progressed.size(), 1);
        QCOMPARE(watched.queue->progressOf(id)->progress, step);
        Q_EMIT watched.target->jobOf(id)->measuringStarted();
        QCOMPARE(progressed.size(), 2);
        watched.target->jobOf(id)->end();
        QVERIFY(!watched.queue->progressOf(id));
    }

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

QTEST_GUILESS_MAIN(TestRunQueue)
#include "tst_RunQueue.moc"
