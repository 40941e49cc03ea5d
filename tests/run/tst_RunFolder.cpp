// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/RunFolder.h"
#include "tests/run/RunFixtures.h"

#include <QTemporaryDir>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using mrb::Json;
using namespace mrb::backend;
using mrb::test::contentOf;
using mrb::test::LockHolder;
using mrb::test::write;

namespace fs = std::filesystem;

class TestRunFolder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        QVERIFY(m_temporary->isValid());
        m_folder = fs::path(m_temporary->path().toStdString()) / "a" / "run";
    }

    void claim_makesTheFolderAndWhatIsInIt()
    {
        const auto claimed = RunFolder::claim(m_folder);
        QVERIFY(claimed);
        QCOMPARE(claimed->path(), m_folder);
        QVERIFY(fs::is_regular_file(m_folder / kLockFile));
        // Nothing that would look like a run before there is a journal to say so.
        QVERIFY(!checkFolderIsFree(m_folder));
        QVERIFY(claimed->makeFolders());
        for (const char *name : {"logs", "_staged_configs"})
            QVERIFY(fs::is_directory(m_folder / name));
    }

    void claim_ofAFolderThatIsHeldIsRefused()
    {
        const auto first = RunFolder::claim(m_folder);
        QVERIFY(first);
        const auto second = RunFolder::claim(m_folder);
        QVERIFY(!second);
        QCOMPARE(second.error().code, error_codes::kFolderInUse);
    }

    void claim_ofAFolderThatAnotherProcessHoldsIsRefusedUntilItDies()
    {
        fs::create_directories(m_folder);
        LockHolder other(m_folder);
        QVERIFY(other.held());
        const auto refused = RunFolder::claim(m_folder);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, error_codes::kFolderInUse);
        QVERIFY(!fs::exists(m_folder / kLogFolder)); // somebody else's folder was left alone
        other.kill();
        QVERIFY(RunFolder::claim(m_folder));
    }

    void lock_movesWithTheObjectAndEndsWithIt()
    {
        {
            auto claimed = RunFolder::claim(m_folder);
            QVERIFY(claimed);
            const RunFolder moved = std::move(claimed).value();
            QCOMPARE(moved.path(), m_folder);
            QVERIFY(lockIsHeld());
        }
        QVERIFY(!lockIsHeld());
    }

    void lock_isNotInheritedByChildren()
    {
        QProcess child;
        {
            const auto claimed = RunFolder::claim(m_folder);
            QVERIFY(claimed);
            child.start(QStringLiteral("/bin/cat"), {});
            QVERIFY(child.waitForStarted());
            QVERIFY(lockIsHeld());
        }
        QVERIFY(!lockIsHeld());
        child.closeWriteChannel();
        QVERIFY(child.waitForFinished());
    }

    void claim_neverTakesAFolderWithResults_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addRow("result") << QStringLiteral("result.json");
        QTest::addRow("journal") << QStringLiteral("run.json");
        QTest::addRow("log") << QStringLiteral("logs/stderr.log");
        QTest::addRow("staged document") << QStringLiteral("_staged_configs/a.json");
    }
    void claim_neverTakesAFolderWithResults()
    {
        QFETCH(QString, name);
        write(m_folder / name.toStdString(), "precious");
        QVERIFY(checkFolderIsFree(m_folder));
        QCOMPARE(checkFolderIsFree(m_folder)->code, error_codes::kFolderHasResult);
        const auto claimed = RunFolder::claim(m_folder);
        QVERIFY(!claimed);
        QCOMPARE(claimed.error().code, error_codes::kFolderHasResult);
        QCOMPARE(contentOf(m_folder / name.toStdString()), std::string("precious"));
    }

    void claim_whereNoFolderCanBe()
    {
        write(m_folder, "a file");
        QCOMPARE(checkFolderIsFree(m_folder)->code, error_codes::kFolderNotAFolder);
        for (const fs::path &path : {m_folder, m_folder / "below", fs::path("/proc/none/such")}) {
            const auto claimed = RunFolder::claim(path);
            QVERIFY2(!claimed, path.c_str());
            QCOMPARE(claimed.error().code, mrb::error_codes::kCannotWrite);
        }
    }

    void claim_doesNotFollowALinkInPlaceOfTheLock()
    {
        fs::create_directories(m_folder);
        fs::create_symlink(m_folder / "elsewhere", m_folder / kLockFile);
        QVERIFY(!RunFolder::claim(m_folder));
        QVERIFY(!fs::exists(m_folder / "elsewhere"));
    }

    void freeFolder_mayBeMissingEmptyOrHoldOtherFiles()
    {
        QVERIFY(!checkFolderIsFree(m_folder));
        fs::create_directories(m_folder);
        QVERIFY(!checkFolderIsFree(m_folder));
        write(m_folder / "notes.txt", "mine");
        QVERIFY(!checkFolderIsFree(m_folder));
        QVERIFY(RunFolder::claim(m_folder));
    }

    void state_followsTheLifeOfARun()
    {
        QCOMPARE(runStateOf(m_folder), RunState::NoRun);
        {
            const auto claimed = RunFolder::claim(m_folder);
            QVERIFY(claimed);
            QCOMPARE(runStateOf(m_folder), RunState::NoRun);
            for (const char *state : {"preparing", "running", "measuring"}) {
                QVERIFY(claimed->writeJournal({{"state", state}}));
                QCOMPARE(runStateOf(m_folder), RunState::Running);
            }
        }
        QCOMPARE(runStateOf(m_folder), RunState::Interrupted);
        write(m_folder / kJournalFile, "{\"state\": \"ended\"}");
        QCOMPARE(runStateOf(m_folder), RunState::Ended);
    }

    void state_ofAnotherProcessThatIsKilledIsInterrupted()
    {
        write(m_folder / kJournalFile, "{\"state\": \"running\"}");
        LockHolder other(m_folder);
        QVERIFY(other.held());
        QCOMPARE(runStateOf(m_folder), RunState::Running);
        other.kill();
        QCOMPARE(runStateOf(m_folder), RunState::Interrupted);
    }

    void state_ofADamagedJournal_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<RunState>("state");
        QTest::addRow("empty") << QByteArray() << RunState::NoRun;
        QTest::addRow("cut off") << QByteArray("{\"state\": \"en") << RunState::NoRun;
        QTest::addRow("no object") << QByteArray("[]") << RunState::Interrupted;
        QTest::addRow("no state") << QByteArray("{}") << RunState::Interrupted;
        QTest::addRow("odd state") << QByteArray("{\"state\": 1}") << RunState::Interrupted;
    }
    void state_ofADamagedJournal()
    {
        QFETCH(QByteArray, text);
        write(m_folder / kJournalFile, text.toStdString());
        QTEST(runStateOf(m_folder), "state");
    }

    void asking_forTheStateLeavesTheLockFree()
    {
        write(m_folder / kJournalFile, "{\"state\": \"running\"}");
        write(m_folder / kLockFile, "");
        QCOMPARE(runStateOf(m_folder), RunState::Interrupted);
        LockHolder other(m_folder);
        QVERIFY(other.held());
    }

    void journal_isReplacedWhole()
    {
        const auto claimed = RunFolder::claim(m_folder);
        QVERIFY(claimed);
        QVERIFY(claimed->writeJournal({{"state", "running"}, {"more", std::string(5000, 'x')}}));
        QVERIFY(claimed->writeJournal({{"state", "ended"}}));
        QVERIFY(Json::parse(contentOf(m_folder / kJournalFile)) == Json({{"state", "ended"}}));
    }

    void journal_thatCannotBeWrittenIsAnError()
    {
        const auto claimed = RunFolder::claim(m_folder);
        QVERIFY(claimed);
        fs::remove_all(m_folder);
        const auto written = claimed->writeJournal({{"state", "running"}});
        QVERIFY(!written);
        QCOMPARE(written.error().code, mrb::error_codes::kCannotWrite);
    }

    void abandoning_takesBackWhatTheClaimMade()
    {
        write(m_folder / "mine.txt", "not of the run");
        {
            const auto claimed = RunFolder::claim(m_folder);
            QVERIFY(claimed);
            QVERIFY(claimed->writeJournal({{"state", "preparing"}}));
            QVERIFY(claimed->makeFolders());
            write(m_folder / "_staged_configs" / "a.json", "{}");
            claimed->abandon();
        }
        QCOMPARE(runStateOf(m_folder), RunState::NoRun);
        QVERIFY(!checkFolderIsFree(m_folder));
        QVERIFY(fs::exists(m_folder / "mine.txt"));
        QVERIFY(RunFolder::claim(m_folder));
    }

    void abandoning_removesTheFoldersThatWereMadeAndNoOther()
    {
        fs::create_directories(m_folder.parent_path());
        const auto claimed = RunFolder::claim(m_folder / "deep" / "er");
        QVERIFY(claimed);
        QVERIFY(claimed->makeFolders());
        claimed->abandon();
        QVERIFY(!fs::exists(m_folder));
        QVERIFY(fs::exists(m_folder.parent_path()));
    }

    void takenFolder_saysWhatItHolds()
    {
        const auto told = [this] { return checkFolderIsFree(m_folder)->message; };
        {
            const auto claimed = RunFolder::claim(m_folder);
            QVERIFY(claimed);
            QVERIFY(claimed->writeJournal({{"state", "running"}}));
            QVERIFY(told().contains(QStringLiteral("still going on")));
        }
        QVERIFY(told().contains(QStringLiteral("interrupted")));
        const auto again = RunFolder::claim(m_folder); // under the lock, which is then its own
        QVERIFY(again.error().message.contains(QStringLiteral("interrupted")));
        write(m_folder / kJournalFile, "{\"state\": \"ended\"}");
        QVERIFY(told().contains(QStringLiteral("finished")));
        write(m_folder / kJournalFile, "{\"sta");
        QVERIFY(told().contains(QStringLiteral("cannot be read")));
    }

    void newVolumes_areThoseOfThisRun()
    {
        for (const char *name :
             {"old.nii.gz", "overwritten.nii.gz", "same size.nii", "sub/old.nii"})
            write(m_folder / name, "before");
        const auto claimed = RunFolder::claim(m_folder);
        QVERIFY(claimed);
        QVERIFY(claimed->newVolumes().empty());

        write(m_folder / "b.nii.gz", "new");
        write(m_folder / "a.nii", "new");
        write(m_folder / "sub/deep/c.nii.gz", "new");
        write(m_folder / "overwritten.nii.gz", "something longer");
        write(m_folder / "same size.nii", "after!");
        write(m_folder / "empty.nii.gz", "");
        write(m_folder / "notes.txt", "no volume");
        write(m_folder / "NII.GZ", "no volume either");
        fs::create_directories(m_folder / "folder.nii");
        QCOMPARE(names(claimed->newVolumes()),
                 (QStringList{QStringLiteral("a.nii"), QStringLiteral("b.nii.gz"),
                              QStringLiteral("overwritten.nii.gz"), QStringLiteral("same size.nii"),
                              QStringLiteral("sub/deep/c.nii.gz")}));
    }

    void newVolumes_replacedByAnotherFileOfTheSameSizeAndTimeAreNew()
    {
        const fs::path volume = m_folder / "v.nii.gz";
        write(volume, "before");
        const auto time = fs::last_write_time(volume);
        const auto claimed = RunFolder::claim(m_folder);
        QVERIFY(claimed);
        write(m_folder / "other", "after!");
        fs::rename(m_folder / "other", volume);
        fs::last_write_time(volume, time);
        QCOMPARE(names(claimed->newVolumes()), QStringList{QStringLiteral("v.nii.gz")});
    }

    void newVolumes_listLinksAndDoNotFollowThem()
    {
        const fs::path outside = m_folder.parent_path() / "outside";
        write(outside / "theirs.nii.gz", "not of this run");
        const auto claimed = RunFolder::claim(m_folder);
        QVERIFY(claimed);
        fs::create_symlink(outside / "theirs.nii.gz", m_folder / "link.nii.gz");
        fs::create_symlink(outside / "nothing.nii.gz", m_folder / "dangling.nii.gz");
        fs::create_directory_symlink(outside, m_folder / "linked folder");
        QCOMPARE(names(claimed->newVolumes()),
                 (QStringList{QStringLiteral("dangling.nii.gz"), QStringLiteral("link.nii.gz")}));
    }

    void newVolumes_pipesAreNoneAndDoNotBlock()
    {
        const auto claimed = RunFolder::claim(m_folder);
        QVERIFY(claimed);
        QCOMPARE(::mkfifo((m_folder / "pipe.nii.gz").c_str(), 0600), 0);
        QVERIFY(claimed->newVolumes().empty());
    }

    void newVolumes_ofAFolderThatWasRemovedAreNone()
    {
        const auto claimed = RunFolder::claim(m_folder);
        QVERIFY(claimed);
        fs::remove_all(m_folder);
        QVERIFY(claimed->newVolumes().empty());
    }

private:
    /// Asked as another process would.
    bool lockIsHeld() const
    {
        const int descriptor = ::open((m_folder / kLockFile).c_str(), O_RDONLY | O_CLOEXEC);
        const bool held = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        ::close(descriptor);
        return held;
    }

    QStringList names(const std::vector<fs::path> &paths) const
    {
        QStringList texts;
        for (const fs::path &path : paths)
            texts << QString::fromStdString(path.lexically_relative(m_folder).string());
        return texts;
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

QTEST_GUILESS_MAIN(TestRunFolder)
#include "tst_RunFolder.moc"
