// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/run/RunFolder.h"
#include "backend/run/WarmSpare.h"
#include "tests/queue/QueueFixtures.h"

#include <QTemporaryDir>
#include <QThreadPool>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <csignal>
#include <future>
#include <set>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;

namespace fs = std::filesystem;

namespace {

/// A queue of phantom runs with interpreters that are kept ready: the same supervisor, launcher and
/// folders as with upstream.
struct WarmQueue
{
    WarmQueue() { queue.setPolicy({.runsAtOnce = 1, .warmStart = true}); }
    fs::path results() const { return fs::path(folder.path().toStdString()) / "results"; }
    bool becomesReady()
    {
        return QTest::qWaitFor([this] { return queue.warmState().kind == WarmState::Kind::Ready; },
                               kPatienceMs);
    }
    bool runs(const QStringList &ids)
    {
        return QTest::qWaitFor(
            [&] {
                return std::ranges::all_of(ids, [this](const QString &id) {
                    return queue.find(id)->state == EntryState::Ended;
                });
            },
            kPatienceMs);
    }
    Json record(const QString &id) const
    {
        return *readJsonFile(queue.find(id)->runFolder / kResultFile, std::size_t{1} << 24);
    }
    std::vector<FoundProcess> processes() const
    {
        return processesWith(QString::fromStdString(results().string()));
    }
    fs::path file(const char *name) const { return fs::path(folder.path().toStdString()) / name; }
    /// Waits for one interpreter more than are ready.
    bool haveReady(int count)
    {
        return QTest::qWaitFor([&] { return queue.warmState().ready == count; }, kPatienceMs);
    }
    /// A run by a Python that cannot be kept ready, and that waits before it runs upstream.
    RunSettings heldUp(int seed) const
    {
        const fs::path python = file("slow-python");
        write(python, "#!/bin/sh\ncase \"$1\" in\n*warm_start.py) exit 7;;\n"
                      "-m) while :; do /bin/sleep 0.05; done;;\nesac\nexec " +
                          std::string(MRB_TEST_PYTHON) + " \"$@\"\n");
        fs::permissions(python, fs::perms::owner_all);
        RunSettings settings = smallRun(results(), seed);
        settings.python = python.string();
        return settings;
    }
    /// With a manifest that a test may change.
    RunSettings withManifest(int seed) const
    {
        RunSettings settings = smallRun(results(), seed);
        settings.manifest = file("manifest.yaml").string();
        return settings;
    }
    void writeManifest(const std::string &end = {}) const
    {
        write(file("manifest.yaml"),
              contentOf(MRB_SOURCE_DIR "/skill_manifest.yaml").toStdString() + end);
    }
    std::string launch(const QString &id) const
    {
        return record(id)["invocation"]["launch"].get<std::string>();
    }
    QString reason(const QString &id) const
    {
        return QString::fromStdString(
            record(id)["invocation"]["warm_start"]["reason"].get<std::string>());
    }
    std::size_t folders() const
    {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(results()), {}));
    }

    QTemporaryDir folder;
    RunQueue queue{{}, makeLocalTarget()};
};

std::string sumOf(const Json &record)
{
    return record.at("output").at("samples").at(0).at("image_sha256").get<std::string>();
}

} // namespace

class TestWarmStart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What a process that was left to its supervisor holds goes with its end.
    void cleanup() { QTRY_VERIFY_WITH_TIMEOUT(!hasChildren(), kPatienceMs); }

    void order_isServedByTheInterpreterThatWaits()
    {
        WarmQueue warm;
        warm.queue.expectNext(smallRun(warm.results()));
        QVERIFY(warm.becomesReady());
        QVERIFY(warm.queue.warmState().text.startsWith(u"Python "));
        QCOMPARE(warm.folders(), std::size_t{1});
        const QStringList ids = warm.queue.add({smallRun(warm.results(), 5)});
        QVERIFY(warm.runs(ids));
        QCOMPARE(warm.queue.find(ids[0])->verdict, EntryVerdict::Demo);
        const Json record = warm.record(ids[0]);
        QCOMPARE(record["invocation"]["launch"].get<std::string>(), std::string("warm"));
        QVERIFY(record["invocation"]["warm_start"]["used"].get<bool>());
        const Json &command = record["invocation"]["command"];
        QVERIFY(command.at(1).get<std::string>().ends_with("/warm_start.py"));
        QCOMPARE(command.at(2).get<std::string>(), std::string("-m"));
        QVERIFY(!fs::exists(warm.queue.find(ids[0])->runFolder / ".warm"));
    }

    void volume_isThatOfAColdRun()
    {
        WarmQueue warm;
        const QStringList first = warm.queue.add({smallRun(warm.results(), 5)});
        QVERIFY(warm.runs(first));
        warm.queue.setPolicy({.runsAtOnce = 1});
        const QStringList second = warm.queue.add({smallRun(warm.results(), 5)});
        QVERIFY(warm.runs(second));
        const Json one = warm.record(first[0]);
        const Json other = warm.record(second[0]);
        QCOMPARE(one["invocation"]["launch"].get<std::string>(), std::string("warm"));
        QCOMPARE(other["invocation"]["launch"].get<std::string>(), std::string("cold"));
        QVERIFY(other["invocation"]["warm_start"].is_null());
        QCOMPARE(sumOf(one), sumOf(other));
    }

    void waitingRuns_haveInterpretersInFoldersOfTheirOwn()
    {
        WarmQueue warm;
        const QStringList ids =
            warm.queue.add({smallRun(warm.results(), 1), smallRun(warm.results(), 2),
                            smallRun(warm.results(), 3)});
        QVERIFY(warm.runs(ids));
        for (int i = 0; i < 3; ++i) {
            const Json record = warm.record(ids[i]);
            QCOMPARE(record["invocation"]["launch"].get<std::string>(), std::string("warm"));
            const std::string name = warm.queue.find(ids[i])->runFolder.filename().string();
            QVERIFY2(name.find("-mri_t1-seed" + std::to_string(i + 1)) != std::string::npos,
                     name.c_str());
        }
    }

    void otherSettings_endTheInterpreterAndItsFolder()
    {
        WarmQueue warm;
        warm.queue.expectNext(smallRun(warm.results()));
        QVERIFY(warm.becomesReady());
        QVERIFY(!warm.processes().empty());
        warm.queue.setPolicy({});
        QTRY_VERIFY_WITH_TIMEOUT(warm.processes().empty(), kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(warm.folders(), std::size_t{0}, kPatienceMs);
        QCOMPARE(warm.queue.warmState().kind, WarmState::Kind::Off);
    }

    void interpreterThatIsKilled_isReplaced()
    {
        WarmQueue warm;
        warm.queue.expectNext(smallRun(warm.results()));
        QVERIFY(warm.becomesReady());
        std::set<std::int64_t> killed;
        for (const FoundProcess &process : warm.processes()) {
            killed.insert(process.pid);
            ::kill(static_cast<pid_t>(process.pid), SIGKILL);
        }
        const QStringList ids = warm.queue.add({smallRun(warm.results(), 5)});
        QVERIFY(warm.runs(ids));
        QCOMPARE(warm.queue.find(ids[0])->verdict, EntryVerdict::Demo);
        for (const FoundProcess &process : warm.processes())
            QVERIFY(!killed.contains(process.pid));
    }

    void interpreterThatDiesWhileItsRunIsPrepared_takesNothingOfTheRunAlong()
    {
        WarmQueue warm;
        warm.queue.expectNext(smallRun(warm.results()));
        QVERIFY(warm.becomesReady());
        const std::vector<FoundProcess> ready = warm.processes();
        const QStringList ids = warm.queue.add({smallRun(warm.results(), 5)});
        QVERIFY(QTest::qWaitFor([&] { return warm.queue.isBusy(); }, kPatienceMs));
        for (const FoundProcess &process : ready)
            ::kill(static_cast<pid_t>(process.pid), SIGKILL);
        QVERIFY(warm.runs(ids));
        QCOMPARE(warm.queue.find(ids[0])->verdict, EntryVerdict::Demo);
        QCOMPARE(warm.launch(ids[0]), std::string("cold"));
        QVERIFY2(warm.reason(ids[0]).contains(u"ended"), qPrintable(warm.reason(ids[0])));
        QVERIFY(fs::is_directory(warm.queue.find(ids[0])->runFolder / "_runtime_cache"));
    }

    void cancelOfAWarmRun_leavesNoProcessOfIt()
    {
        WarmQueue warm;
        const QStringList ids = warm.queue.add({largeRun(warm.results(), 5)});
        QVERIFY(QTest::qWaitFor(
            [&] {
                const auto progress = warm.queue.progressOf(ids[0]);
                return progress && progress->progress.phase == Phase::Diffusion;
            },
            kPatienceMs));
        warm.queue.setPolicy({}); // nothing is kept ready any more
        warm.queue.cancel(ids[0]);
        QVERIFY(warm.runs(ids));
        QCOMPARE(warm.queue.find(ids[0])->verdict, EntryVerdict::Cancelled);
        QTRY_VERIFY_WITH_TIMEOUT(warm.processes().empty(), kPatienceMs);
    }

    void pythonThatCannotImport_isToldAndTheDocumentedCommandRuns()
    {
        WarmQueue warm;
        // Imports nothing, says nothing of itself, and runs the module when it is asked directly.
        const fs::path python = fs::path(warm.folder.path().toStdString()) / "python";
        write(python, std::string("#!/bin/sh\ncase \"$1\" in *warm_start.py) exit 7;; esac\n"
                                  "exec ") +
                          MRB_TEST_PYTHON + " \"$@\"\n");
        fs::permissions(python, fs::perms::owner_all);
        RunSettings settings = smallRun(warm.results(), 5);
        settings.python = python.string();
        const QStringList ids = warm.queue.add({settings});
        QVERIFY(warm.runs(ids));
        QCOMPARE(warm.queue.find(ids[0])->verdict, EntryVerdict::Demo);
        const Json record = warm.record(ids[0]);
        QCOMPARE(record["invocation"]["launch"].get<std::string>(), std::string("cold"));
        const Json &start = record["invocation"]["warm_start"];
        QVERIFY(!start["used"].get<bool>());
        QVERIFY(!start["reason"].get<std::string>().empty());
        QCOMPARE(warm.queue.warmState().kind, WarmState::Kind::NotPossible);
    }

    void destruction_leavesNeitherProcessNorFolder()
    {
        auto warm = std::make_unique<WarmQueue>();
        const fs::path results = warm->results();
        warm->folder.setAutoRemove(false);
        warm->queue.expectNext(smallRun(results));
        QVERIFY(warm->becomesReady());
        warm.reset();
        QVERIFY(fs::is_empty(results));
        QTRY_VERIFY_WITH_TIMEOUT(processesWith(QString::fromStdString(results.string())).empty(),
                                 kPatienceMs);
        fs::remove_all(results.parent_path());
    }

    void lastRunOfAnOrder_leavesNothingWarm()
    {
        WarmQueue warm;
        const QStringList ids =
            warm.queue.add({smallRun(warm.results(), 1), smallRun(warm.results(), 2)});
        QVERIFY(warm.runs(ids));
        QTRY_VERIFY_WITH_TIMEOUT(warm.processes().empty(), kPatienceMs);
        QCOMPARE(warm.folders(), std::size_t{2});
    }

    void foldersOfKilledPrograms_areRemovedByTheNext()
    {
        WarmQueue warm;
        const fs::path left = warm.results() / "20260101-000000-warm";
        write(left / ".warm", "");
        write(left / "_runtime_cache" / "xdg" / "something", "x");
        write(left / "request.json", "{}");
        write(left / "run.lock", "");
        const fs::path begun = warm.results() / "20260101-000003-warm";
        write(begun / ".warm", "");
        write(begun / "_runtime_cache" / "something", "x");
        write(begun / "run.lock", "");
        const int lock = ::open((begun / "run.lock").c_str(), O_RDWR | O_CLOEXEC);
        QCOMPARE(::flock(lock, LOCK_EX | LOCK_NB), 0);
        const fs::path precious = warm.results() / "20260101-000001-warm";
        write(precious / ".warm", "");
        write(precious / "notes.txt", "mine");
        const fs::path run = warm.results() / "20260101-000002-mri_t1-seed1";
        write(run / ".warm", "");
        write(run / "_runtime_cache" / "something", "x");
        write(run / kJournalFile, "{}");
        warm.queue.expectNext(smallRun(warm.results()));
        QVERIFY(warm.becomesReady());
        QVERIFY(!fs::exists(left));
        QVERIFY(fs::exists(begun / "_runtime_cache" / "something"));
        ::close(lock);
        QVERIFY(fs::exists(precious / "notes.txt"));
        QVERIFY(fs::exists(run / "_runtime_cache" / "something"));
        QVERIFY(!fs::exists(run / ".warm"));
    }

    void changeAfterTheImports_isToldOnceAndTheOtherInterpretersAreReplaced()
    {
        WarmQueue warm;
        warm.queue.setPolicy({.runsAtOnce = 2, .warmStart = true});
        warm.writeManifest();
        const QStringList ids = warm.queue.add(
            {warm.heldUp(1), warm.heldUp(2), warm.withManifest(3), warm.withManifest(4)});
        QVERIFY(warm.haveReady(2));
        warm.writeManifest("# changed\n");
        warm.queue.cancel(ids[0]);
        QVERIFY(warm.runs({ids[2]}));
        QCOMPARE(warm.launch(ids[2]), std::string("cold"));
        QVERIFY2(warm.reason(ids[2]).contains(u"manifest"), qPrintable(warm.reason(ids[2])));
        QVERIFY(!fs::exists(warm.queue.find(ids[2])->runFolder / ".warm"));
        QVERIFY(warm.runs({ids[3]}));
        QCOMPARE(warm.launch(ids[3]), std::string("warm"));
        warm.queue.cancelAll();
        QVERIFY(warm.runs(ids));
        QTRY_VERIFY_WITH_TIMEOUT(warm.processes().empty(), kPatienceMs);
    }

    void folderThatIsRemovedMeanwhile_isMadeAnew()
    {
        WarmQueue warm;
        warm.queue.expectNext(smallRun(warm.results()));
        QVERIFY(warm.becomesReady());
        fs::remove_all(warm.results());
        const QStringList ids = warm.queue.add({smallRun(warm.results(), 5)});
        QVERIFY(warm.runs(ids));
        QCOMPARE(warm.queue.find(ids[0])->verdict, EntryVerdict::Demo);
        QCOMPARE(warm.launch(ids[0]), std::string("cold"));
        QVERIFY2(warm.reason(ids[0]).contains(u"folder"), qPrintable(warm.reason(ids[0])));
    }

    void folderOfTheSameNameThatIsAnothers_isLeftAlone()
    {
        QTemporaryDir place;
        const fs::path folder = fs::path(place.path().toStdString()) / "spare";
        fs::create_directory(folder);
        Result<SpareFolder> spare = SpareFolder::mark(folder);
        QVERIFY(spare);
        fs::rename(folder, folder.parent_path() / "moved");
        write(folder / "request.json", "{}");
        spare->remove();
        QVERIFY(fs::exists(folder / "request.json"));
    }

    void runThatIsRefused_leavesNothingOfItsInterpreter()
    {
        WarmQueue warm;
        RunSettings settings = smallRun(warm.results(), 5);
        settings.overrides = R"({"modality": "mri_nonsense", "random_seed": 5})";
        const QStringList ids = warm.queue.add({settings});
        QVERIFY(warm.runs(ids));
        QCOMPARE(warm.queue.find(ids[0])->verdict, EntryVerdict::Refused);
        QCOMPARE(warm.folders(), std::size_t{0});
        QTRY_VERIFY_WITH_TIMEOUT(warm.processes().empty(), kPatienceMs);
    }

    void interpretersOfPausedRuns_endWithThem()
    {
        WarmQueue warm;
        const QStringList ids = warm.queue.add({warm.heldUp(1), smallRun(warm.results(), 2)});
        QVERIFY(warm.haveReady(1));
        warm.queue.setPaused(true);
        QCoreApplication::processEvents();
        QCOMPARE(warm.queue.warmState().ready, 1); // a pause may be short
        QVERIFY(warm.queue.takeBack(ids[1]));
        QVERIFY(warm.haveReady(0));
        warm.queue.cancelAll();
        QVERIFY(warm.runs({ids[0]}));
    }

    void causeThatIsGone_isForgottenWithTheNextRun()
    {
        WarmQueue warm;
        warm.queue.expectNext(warm.withManifest(1));
        QVERIFY(QTest::qWaitFor(
            [&] { return warm.queue.warmState().kind == WarmState::Kind::NotPossible; },
            kPatienceMs));
        warm.writeManifest();
        const QStringList first = warm.queue.add({warm.withManifest(1)});
        QVERIFY(warm.runs(first));
        QCOMPARE(warm.launch(first[0]), std::string("cold"));
        const QStringList second = warm.queue.add({warm.withManifest(2)});
        QVERIFY(warm.runs(second));
        QCOMPARE(warm.launch(second[0]), std::string("warm"));
    }

    void folderThatTakesForever_holdsNobodyUp()
    {
        QTemporaryDir folder;
        const fs::path made = fs::path(folder.path().toStdString()) / "made";
        std::promise<void> asked;
        std::promise<void> answer;
        auto spare = std::make_unique<WarmSpare>(
            optionsFor(smallRun(folder.path().toStdString()), {}, {}), [&]() -> Result<fs::path> {
                asked.set_value();
                answer.get_future().wait();
                fs::create_directory(made);
                return made;
            });
        spare->start();
        asked.get_future().wait();
        spare.reset();
        QVERIFY(!fs::exists(made));
        answer.set_value();
        QVERIFY(QThreadPool::globalInstance()->waitForDone(kPatienceMs));
        QVERIFY(!fs::exists(made));
    }
};

QTEST_GUILESS_MAIN(TestWarmStart)
#include "tst_WarmStart.moc"
