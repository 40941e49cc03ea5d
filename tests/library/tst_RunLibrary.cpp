// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/RunLibrary.h"
#include "tests/library/LibraryFixtures.h"

#include <QDir>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTimer>

#include <algorithm>
#include <set>

using namespace mrb::backend;
using namespace mrb::test;

namespace {

constexpr int kPatienceMs = 60'000; // only there so that a defect ends the test

std::string timeOf(int number)
{
    return QDateTime::fromMSecsSinceEpoch(1'770'000'000'000 + qint64{number} * 60'000, Qt::UTC)
        .toString(Qt::ISODateWithMs)
        .toStdString();
}

/// A library, and all errors that it reports.
struct Watched
{
    explicit Watched(std::vector<fs::path> folders)
    {
        QObject::connect(&library, &RunLibrary::failed, &library,
                         [this](const mrb::Error &error) { errors.push_back(error); });
        library.setFolders(std::move(folders));
    }
    bool waitForScan()
    {
        return QTest::qWaitFor([this] { return !library.isScanning(); }, kPatienceMs);
    }
    std::set<std::string> names() const
    {
        std::set<std::string> names;
        for (const RunSummary &run : library.runs())
            names.insert(run.folder.filename().string());
        return names;
    }

    RunLibrary library;
    mrb::Errors errors;
};

using Names = std::set<std::string>;

} // namespace

class TestRunLibrary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_root = pathOf(*m_temporary) / "runs";
        fs::create_directories(m_root);
        qputenv("XDG_DATA_HOME", (pathOf(*m_temporary) / "data").c_str());
    }

    void runsAreFound_whereRunsCanBe()
    {
        makeRun(m_root / "a");
        makeRun(m_root / "project" / "day" / "deep" / "b");        // 4 below
        makeRun(m_root / "project" / "day" / "deep" / "er" / "c"); // too deep
        makeRun(m_root / "a" / "inside");                          // part of a
        makeRun(m_root / ".Trash-1000" / "thrown away");
        fs::create_directories(m_root / "results only");
        fs::copy_file(m_root / "a" / "result.json", m_root / "results only" / "result.json");
        makeRun(pathOf(*m_temporary) / "outside");
        fs::create_directory_symlink(pathOf(*m_temporary) / "outside", m_root / "link");
        write(m_root / "broken" / "run.json", "{");
        write(m_root / "foreign" / "result.json", "{}");
        Watched watched({m_root});
        QVERIFY(watched.library.isScanning());
        QVERIFY(watched.library.runs().empty()); // nothing is read in this thread
        QVERIFY(watched.waitForScan());
        QCOMPARE(watched.names(), (Names{"a", "b", "broken", "results only"}));
        QVERIFY(watched.library.find(m_root / "broken")->problem);
        QVERIFY(watched.errors.empty());
    }

    void aFolderThatIsNamedTwice_countsOnce()
    {
        makeRun(m_root / "sub" / "a");
        fs::create_directory_symlink(m_root, pathOf(*m_temporary) / "other name");
        Watched watched({m_root, m_root / "sub", m_root / "sub" / "", m_root / "sub" / "a",
                         pathOf(*m_temporary) / "other name"});
        QVERIFY(watched.waitForScan());
        QCOMPARE(watched.library.runs().size(), std::size_t{1});
        // By any of its names.
        QVERIFY(watched.library.find(m_root / "sub" / "a" / ""));
        QVERIFY(watched.library.find(pathOf(*m_temporary) / "other name" / "sub" / "a"));
        QVERIFY(!watched.library.find(m_root / "sub"));
    }

    void manyRuns_arriveSortedWhileTheEventLoopTurns()
    {
        constexpr int kRuns = 2000;
        for (int i = 0; i < kRuns; ++i)
            makeRun(m_root / ("run-" + std::to_string(i % 7) + "-" + std::to_string(i)), timeOf(i));
        Watched watched({m_root});
        int turns = 0;
        QTimer ticking;
        connect(&ticking, &QTimer::timeout, this, [&turns] { ++turns; });
        ticking.start(0);
        bool alwaysSorted = true;
        connect(&watched.library, &RunLibrary::runsChanged, this, [&] {
            alwaysSorted =
                alwaysSorted && std::ranges::is_sorted(watched.library.runs(), std::greater(),
                                                       &RunSummary::startedAt);
        });
        QVERIFY(watched.waitForScan());
        QCOMPARE(watched.library.runs().size(), std::size_t{kRuns});
        QVERIFY(alwaysSorted);
        QVERIFY(turns > 1);
        QCOMPARE(watched.library.runs().front().folder.filename(),
                 fs::path("run-4-1999")); // 1999 % 7 == 4
        // A second look finds nothing new, so nobody has to draw anything.
        QSignalSpy changed(&watched.library, &RunLibrary::runsChanged);
        watched.library.refresh();
        QVERIFY(watched.waitForScan());
        QCOMPARE(changed.count(), 0);
    }

    void aLibraryThatGoesAwayWhileScanning_doesNoHarm()
    {
        for (int i = 0; i < 300; ++i)
            makeRun(m_root / std::to_string(i));
        for (int i = 0; i < 5; ++i) {
            Watched watched({m_root});
            QVERIFY(QTest::qWaitFor([&] { return i == 0 || !watched.library.runs().empty(); },
                                    kPatienceMs));
        }
    }

    void aRunThatIsMadeLater_appearsByItself()
    {
        fs::create_directories(m_root / "project");
        Watched watched({m_root});
        QVERIFY(watched.waitForScan());
        QVERIFY(makePhantomRun(m_root / "project" / "new"));
        QTRY_VERIFY_WITH_TIMEOUT(watched.library.find(m_root / "project" / "new"), kPatienceMs);
        // Seen at first while it ran, or not: how it ended comes in any case.
        QTRY_COMPARE_WITH_TIMEOUT(watched.library.find(m_root / "project" / "new")->verdict,
                                  EntryVerdict::Demo, kPatienceMs);
        fs::rename(m_root / "project" / "new", pathOf(*m_temporary) / "away");
        QTRY_COMPARE_WITH_TIMEOUT(watched.library.runs().size(), std::size_t{0}, kPatienceMs);
    }

    void aLibraryFolderThatIsMadeLater_isSearchedThen()
    {
        const fs::path later = m_root / "not yet" / "runs";
        Watched watched({later});
        QVERIFY(watched.waitForScan());
        makeRun(later / "a");
        QTRY_COMPARE_WITH_TIMEOUT(watched.names(), Names{"a"}, kPatienceMs);
    }

    void otherFolders_replaceTheOldOnes()
    {
        makeRun(m_root / "one" / "a");
        makeRun(m_root / "two" / "b");
        Watched watched({m_root / "one"});
        QVERIFY(watched.waitForScan());
        watched.library.setFolders({m_root / "two"});
        QVERIFY(watched.waitForScan());
        QCOMPARE(watched.names(), Names{"b"});
        watched.library.setFolders({m_root / "one"}); // and while it searches
        watched.library.setFolders({m_root / "one", m_root / "two"});
        QVERIFY(watched.waitForScan());
        QCOMPARE(watched.names(), (Names{"a", "b"}));
        watched.library.setFolders({});
        QVERIFY(watched.waitForScan());
        QVERIFY(watched.library.runs().empty());
    }

    void changedDocuments_areReadAgain()
    {
        makeRun(m_root / "a");
        Watched watched({m_root});
        QVERIFY(watched.waitForScan());
        auto json = result();
        json["overall_status"] = "cancelled";
        write(m_root / "a" / "result.json", mrb::writeJson(json));
        watched.library.refresh();
        QVERIFY(watched.waitForScan());
        QCOMPARE(watched.library.runs().front().verdict, EntryVerdict::Cancelled);

        json["overall_status"] = "demo";
        write(m_root / "a" / "result.json", mrb::writeJson(json));
        QSignalSpy changed(&watched.library, &RunLibrary::runChanged);
        watched.library.refreshRun(m_root / "a");
        QTRY_COMPARE_WITH_TIMEOUT(changed.count(), 1, kPatienceMs);
        QCOMPARE(watched.library.runs().front().verdict, EntryVerdict::Demo);

        fs::remove_all(m_root / "a");
        watched.library.refreshRun(m_root / "a");
        QTRY_VERIFY_WITH_TIMEOUT(watched.library.runs().empty(), kPatienceMs);
    }

    void theEndOfAKilledRun_isSeenThoughNoFileChanges()
    {
        write(m_root / "a" / "run.json", mrb::writeJson(journal(timeOf(1), "running")));
        LockHolder holder(m_root / "a");
        QVERIFY(holder.held());
        Watched watched({m_root});
        QVERIFY(watched.waitForScan());
        QCOMPARE(watched.library.runs().front().state, RunState::Running);
        holder.kill();
        watched.library.refresh();
        QVERIFY(watched.waitForScan());
        QCOMPARE(watched.library.runs().front().state, RunState::Interrupted);
    }

    void aReview_countsAtOnceAndIsStored()
    {
        makeRun(m_root / "a");
        const Review accepted{.rating = Rating::Accepted, .note = QStringLiteral("good")};
        {
            Watched watched({m_root});
            QVERIFY(watched.waitForScan());
            QSignalSpy changed(&watched.library, &RunLibrary::runChanged);
            watched.library.setReview(m_root / "a", {.rating = Rating::Rejected});
            watched.library.setReview(m_root / "a", accepted);
            QCOMPARE(changed.count(), 2);
            QCOMPARE(watched.library.find(m_root / "a")->review, accepted);
            watched.library.refresh();
            QVERIFY(watched.waitForScan());
            QCOMPARE(watched.library.find(m_root / "a")->review, accepted);
            watched.library.setReview(m_root / "a", Review());
            watched.library.setReview(m_root / "a", accepted);
        } // closing the window loses nothing
        QCOMPARE(*readReview(m_root / "a"), accepted);
    }

    void aReviewThatCannotBeStored_isTakenBackWithTheReason()
    {
        makeRun(m_root / "a");
        Watched watched({m_root});
        QVERIFY(watched.waitForScan());
        const std::string newer = R"({"review_version": 9, "rating": "golden"})";
        write(m_root / "a" / "review.json", newer);
        watched.library.setReview(m_root / "a", {.rating = Rating::Accepted});
        QTRY_COMPARE_WITH_TIMEOUT(watched.errors.size(), std::size_t{1}, kPatienceMs);
        QCOMPARE(watched.errors.front().code, error_codes::kReviewNewer);
        QTRY_COMPARE_WITH_TIMEOUT(watched.library.find(m_root / "a")->review, Review(),
                                  kPatienceMs);
        QCOMPARE(contentOf(m_root / "a" / "review.json"), newer);
    }

    void twoLibrariesOnOneFolder_seeWhatTheOtherDid()
    {
        makeRun(m_root / "a", timeOf(1));
        makeRun(m_root / "b", timeOf(2));
        Watched first({m_root});
        Watched second({m_root});
        QVERIFY(first.waitForScan() && second.waitForScan());
        const Review rejected{.rating = Rating::Rejected};
        first.library.setReview(m_root / "a", rejected);
        QTRY_COMPARE_WITH_TIMEOUT(*readReview(m_root / "a"), rejected, kPatienceMs);
        second.library.refreshRun(m_root / "a");
        QTRY_COMPARE_WITH_TIMEOUT(second.library.find(m_root / "a")->review, rejected, kPatienceMs);
        // Both throw the same run away: it is gone, and that is no error.
        first.library.moveToTrash({m_root / "b"});
        second.library.moveToTrash({m_root / "b"});
        QTRY_COMPARE_WITH_TIMEOUT(first.names(), Names{"a"}, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(second.names(), Names{"a"}, kPatienceMs);
        QVERIFY(first.errors.empty() && second.errors.empty());
    }

    void wholeRuns_goToTheTrash()
    {
        makeRun(m_root / "a", timeOf(1));
        makeRun(m_root / "b", timeOf(2));
        makeRun(m_root / "c", timeOf(3));
        write(m_root / "a" / "logs" / "stderr.log", "twelve bytes");
        Watched watched({m_root});
        QVERIFY(watched.waitForScan());
        const std::uint64_t bytes =
            watched.library.find(m_root / "a")->bytes + watched.library.find(m_root / "b")->bytes;
        QSignalSpy trashed(&watched.library, &RunLibrary::trashed);
        watched.library.moveToTrash({m_root / "a", m_root / "b"});
        QTRY_COMPARE_WITH_TIMEOUT(trashed.count(), 1, kPatienceMs);
        QCOMPARE(trashed.first().at(0).toInt(), 2);
        QCOMPARE(trashed.first().at(1).toULongLong(), quint64{bytes});
        QCOMPARE(watched.names(), Names{"c"});
        QVERIFY(!fs::exists(m_root / "a"));
        const fs::path trash = pathOf(*m_temporary) / "data" / "Trash" / "files";
        QCOMPARE(contentOf(trash / "a" / "logs" / "stderr.log"), std::string("twelve bytes"));
        QVERIFY(watched.errors.empty());
    }

    void runsUnderWayAndStrangers_stay()
    {
        write(m_root / "busy" / "run.json", mrb::writeJson(journal(timeOf(1), "running")));
        write(m_root / "photos" / "holiday.txt", "sea");
        LockHolder holder(m_root / "busy");
        QVERIFY(holder.held());
        Watched watched({m_root});
        QVERIFY(watched.waitForScan());
        QSignalSpy trashed(&watched.library, &RunLibrary::trashed);
        watched.library.moveToTrash({m_root / "busy", m_root / "photos"});
        QTRY_COMPARE_WITH_TIMEOUT(watched.errors.size(), std::size_t{2}, kPatienceMs);
        QCOMPARE(watched.errors[0].code, error_codes::kRunUnderWay);
        QCOMPARE(watched.errors[1].code, error_codes::kNoRunHere);
        QVERIFY(fs::exists(m_root / "busy" / "run.json"));
        QVERIFY(fs::exists(m_root / "photos" / "holiday.txt"));
        QCOMPARE(watched.names(), Names{"busy"});
        QCOMPARE(trashed.count(), 0);
    }

    void withoutATrash_nothingIsDeleted_data()
    {
        QTest::addColumn<QString>("name"); // of the run's folder
        QTest::addColumn<QString>("inTheWay");
        QTest::newRow("no place for it") << "a"
                                         << "data";
        QTest::newRow("no place in it") << "a"
                                        << "data/Trash/info";
        QTest::newRow("a name that is too long for it") << QString(250, u'a') << "other";
    }

    void withoutATrash_nothingIsDeleted()
    {
        QFETCH(QString, name);
        QFETCH(QString, inTheWay);
        const fs::path run = m_root / name.toStdString();
        makeRun(run);
        write(pathOf(*m_temporary) / inTheWay.toStdString(), "not a folder");
        // Where Qt would put it instead.
        const QString before = QDir::currentPath();
        QVERIFY(QDir::setCurrent(m_temporary->path()));
        const auto back = qScopeGuard([&before] { QDir::setCurrent(before); });
        Watched watched({m_root});
        QVERIFY(watched.waitForScan());
        watched.library.moveToTrash({run});
        QTRY_COMPARE_WITH_TIMEOUT(watched.errors.size(), std::size_t{1}, kPatienceMs);
        QCOMPARE(watched.errors.front().code, error_codes::kNoTrash);
        QVERIFY(!watched.errors.front().hint.isEmpty());
        QVERIFY(fs::exists(run / "result.json"));
        QCOMPARE(watched.names(), Names{name.toStdString()});
        QVERIFY(!fs::exists("files"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_root;
};

QTEST_GUILESS_MAIN(TestRunLibrary)
#include "tst_RunLibrary.moc"
