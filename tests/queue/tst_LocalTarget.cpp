// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/RunFolder.h"
#include "tests/queue/QueueFixtures.h"

#include <QRegularExpression>
#include <QTemporaryDir>

#include <iterator>
#include <map>
#include <set>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;

namespace fs = std::filesystem;

namespace {

/// A job of the real target that notes what it says.
struct Job
{
    Job(RunTarget &target, const RunSettings &settings)
    {
        QueueEntry entry;
        entry.settings = settings;
        job = target.start(entry);
        QObject::connect(job.get(), &RunJob::folderMade, job.get(), [this](const fs::path &made) {
            folder = made;
            stateWhenTold = runStateOf(made);
            heard << QStringLiteral("folder");
        });
        QObject::connect(job.get(), &RunJob::progressed, job.get(), [this](const Progress &step) {
            if (step.phase == Phase::Diffusion && !heard.contains(QStringLiteral("diffusion")))
                heard << QStringLiteral("diffusion");
        });
        QObject::connect(job.get(), &RunJob::measuringStarted, job.get(),
                         [this] { heard << QStringLiteral("measuring"); });
        QObject::connect(job.get(), &RunJob::ended, job.get(), [this](const JobOutcome &how) {
            outcome = how;
            heard << QStringLiteral("ended");
        });
    }
    bool waitFor(const QString &what)
    {
        return QTest::qWaitFor([this, what] { return heard.contains(what); }, kPatienceMs);
    }

    std::unique_ptr<RunJob> job;
    fs::path folder;
    RunState stateWhenTold = RunState::NoRun;
    JobOutcome outcome;
    QStringList heard;
};

} // namespace

class TestLocalTarget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_results = fs::path(m_temporary->path().toStdString()) / "results";
        m_target = makeLocalTarget();
    }

    void run_makesItsFolderAndEndsAsADemo()
    {
        const RunSettings settings = smallRun(m_results, 42);
        Job job(*m_target, settings);
        QVERIFY(job.waitFor(QStringLiteral("ended")));
        QCOMPARE(job.heard, (QStringList{QStringLiteral("folder"), QStringLiteral("diffusion"),
                                         QStringLiteral("measuring"), QStringLiteral("ended")}));
        QCOMPARE(job.stateWhenTold, RunState::Running);
        QCOMPARE(job.folder.parent_path(), m_results);
        static const QRegularExpression name(QStringLiteral("^\\d{8}-\\d{6}-mri_t1-seed42$"));
        const QString made = QString::fromStdString(job.folder.filename().string());
        QVERIFY2(name.match(made).hasMatch(), qPrintable(made));
        QCOMPARE(contentOf(job.folder / kRequestFile).toStdString(), settings.overrides);
        QCOMPARE(job.outcome.exitCode, 0);
        QCOMPARE(job.outcome.overallStatus, QStringLiteral("demo"));
        QCOMPARE(job.outcome.runFolder, job.folder);
        QVERIFY(!job.outcome.refused);
        QCOMPARE(runStateOf(job.folder), RunState::Ended);
        QVERIFY(fs::exists(job.folder / kResultFile));
    }

    void runsOfTheSameSecond_getFoldersOfTheirOwn()
    {
        // Whatever the second, one of these names is wanted twice.
        const auto target = makeLocalTarget();
        std::vector<std::unique_ptr<Job>> jobs;
        for (int i = 0; i < 3; ++i)
            jobs.push_back(std::make_unique<Job>(*target, smallRun(m_results)));
        std::set<fs::path> folders;
        for (const auto &job : jobs) {
            QVERIFY(job->waitFor(QStringLiteral("ended")));
            QCOMPARE(job->outcome.exitCode, 0);
            folders.insert(job->folder);
        }
        QCOMPARE(folders.size(), std::size_t{3});
    }

    void refusedRun_saysWhyAndLeavesNoFolder()
    {
        RunSettings settings = smallRun(m_results);
        settings.overrides = R"({"modality": "mri_t1", "dim": [65, 64, 64]})";
        Job job(*m_target, settings);
        QVERIFY(job.waitFor(QStringLiteral("ended")));
        QCOMPARE(job.heard, QStringList{QStringLiteral("ended")});
        QVERIFY(job.outcome.refused);
        QCOMPARE(job.outcome.exitCode, 2);
        QVERIFY(!job.outcome.problems.empty());
        QVERIFY(job.outcome.runFolder.empty());
        QVERIFY(fs::is_empty(m_results));
    }

    void resultsFolderThatCannotBeUsed_isARefusal_data()
    {
        QTest::addColumn<QByteArray>("folder");
        QTest::newRow("below a file") << QByteArray("/proc/version/results");
        QTest::newRow("relative") << QByteArray("results");
        QTest::newRow("none") << QByteArray();
    }
    void resultsFolderThatCannotBeUsed_isARefusal()
    {
        QFETCH(QByteArray, folder);
        Job job(*m_target, smallRun(folder.toStdString()));
        QVERIFY(job.waitFor(QStringLiteral("ended")));
        QVERIFY(job.outcome.refused);
        QCOMPARE(job.outcome.problems.size(), std::size_t{1});
        QCOMPARE(job.outcome.problems.front().code, mrb::error_codes::kCannotWrite);
        QVERIFY(!fs::exists("results"));
    }

    void modalityThatIsNoWord_cannotLeaveTheResultsFolder()
    {
        RunSettings settings = smallRun(m_results);
        settings.overrides = R"({"modality": "../../evil", "random_seed": 1})";
        Job job(*m_target, settings);
        QVERIFY(job.waitFor(QStringLiteral("ended")));
        QVERIFY(job.outcome.refused);
        QVERIFY(fs::is_empty(m_results));
        QCOMPARE(std::distance(fs::directory_iterator(m_results.parent_path()), {}), 1);
    }

    void cancel_recordsTheRunAndLeavesNoProcess()
    {
        Job job(*m_target, largeRun(m_results));
        QVERIFY(job.waitFor(QStringLiteral("diffusion")));
        QVERIFY(!processes().empty());
        job.job->cancel();
        QVERIFY(job.waitFor(QStringLiteral("ended")));
        QCOMPARE(job.outcome.exitCode, 130);
        QCOMPARE(job.outcome.overallStatus, QStringLiteral("cancelled"));
        QCOMPARE(runStateOf(job.folder), RunState::Ended);
        QVERIFY(processes().empty());
    }

    void cancelAtOnce_leavesNoFolder()
    {
        Job job(*m_target, smallRun(m_results));
        job.job->cancel();
        QVERIFY(job.waitFor(QStringLiteral("ended")));
        QCOMPARE(job.outcome.exitCode, 130);
        QVERIFY(!job.outcome.refused);
        QVERIFY(fs::is_empty(m_results));
    }

    void destruction_endsTheRunWhichIsInterruptedThen()
    {
        Job job(*m_target, largeRun(m_results));
        QVERIFY(job.waitFor(QStringLiteral("diffusion")));
        job.job.reset();
        QCOMPARE(runStateOf(job.folder), RunState::Interrupted);
        QTRY_VERIFY_WITH_TIMEOUT(processes().empty(), kPatienceMs);
        QVERIFY(!job.heard.contains(QStringLiteral("ended")));
    }

    void destructionBeforeTheStart_leavesNoFolder()
    {
        Job job(*m_target, smallRun(m_results));
        job.job.reset();
        QVERIFY(!fs::exists(m_results) || fs::is_empty(m_results));
    }

    void queue_doesItsRunsOneByOneAndProgressNeverGoesBack()
    {
        RunQueue queue(m_results / "queue", std::move(m_target));
        queue.setPolicy({.runsAtOnce = 1});
        std::map<QString, double> fractions;
        int steps = 0;
        QStringList ended;
        QObject::connect(&queue, &RunQueue::progressed, &queue, [&](const QString &id) {
            const double now = queue.progressOf(id)->fraction;
            QVERIFY(now >= fractions[id]);
            fractions[id] = now;
            ++steps;
        });
        QObject::connect(&queue, &RunQueue::ended, &queue, [&](const QString &id) {
            ended << id;
            QVERIFY(fractions[id] > 0.5);
        });
        bool isIdle = false;
        QObject::connect(&queue, &RunQueue::idle, &queue, [&isIdle] { isIdle = true; });
        const QStringList ids =
            queue.add({largeRun(m_results, 1), smallRun(m_results, 2), smallRun(m_results, 3)});
        QTRY_VERIFY_WITH_TIMEOUT(isIdle, kPatienceMs);
        QCOMPARE(ended, ids);
        QVERIFY(steps > 10);
        for (const QString &id : ids) {
            QCOMPARE(queue.find(id)->verdict, EntryVerdict::Demo);
            QCOMPARE(runStateOf(queue.find(id)->runFolder), RunState::Ended);
        }
        QCOMPARE(queue.overview().ended, 3);
    }

    void cancelAllOfAQueue_leavesNoProcess()
    {
        RunQueue queue(m_results / "queue", std::move(m_target));
        queue.setPolicy({.runsAtOnce = 1});
        bool isDrawing = false;
        QObject::connect(&queue, &RunQueue::progressed, &queue, [&](const QString &id) {
            isDrawing = isDrawing || queue.progressOf(id)->progress.phase == Phase::Diffusion;
        });
        const QStringList ids = queue.add({largeRun(m_results, 1), largeRun(m_results, 2)});
        QTRY_VERIFY_WITH_TIMEOUT(isDrawing, kPatienceMs);
        queue.cancelAll();
        QTRY_VERIFY_WITH_TIMEOUT(!queue.isBusy(), kPatienceMs);
        QVERIFY(processes().empty());
        QCOMPARE(queue.find(ids[0])->verdict, EntryVerdict::Cancelled);
        QCOMPARE(queue.find(ids[1])->verdict, EntryVerdict::Cancelled);
        QVERIFY(queue.find(ids[1])->runFolder.empty());
    }

private:
    // Upstream's command line names the run's folder.
    std::vector<FoundProcess> processes() const
    {
        return processesWith(QString::fromStdString(m_results.string()));
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_results;
    std::unique_ptr<RunTarget> m_target;
};

QTEST_GUILESS_MAIN(TestLocalTarget)
#include "tst_LocalTarget.moc"
