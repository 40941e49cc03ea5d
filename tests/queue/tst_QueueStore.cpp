// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/QueueStore.h"
#include "tests/queue/FileSizeLimit.h"
#include "tests/queue/QueueFixtures.h"

#include <QProcess>
#include <QTemporaryDir>

using namespace mrb;
using namespace mrb::backend;
using mrb::test::FileSizeLimit;
using mrb::test::storedIn;
using mrb::test::write;

namespace fs = std::filesystem;

namespace {

QueueEntry entryNamed(const char *id)
{
    QueueEntry entry;
    entry.id = QString::fromLatin1(id);
    entry.settings.resultsFolder = "/results";
    entry.addedAt = QDateTime::currentDateTimeUtc();
    return entry;
}

/// Another process that holds a lock file until it is killed.
class OtherProcess
{
public:
    explicit OtherProcess(const fs::path &lock)
    {
        process.start(QStringLiteral(MRB_TEST_PYTHON),
                      {QStringLiteral("-c"),
                       QStringLiteral("import fcntl, sys\n"
                                      "lock = open(sys.argv[1], 'a')\n"
                                      "fcntl.flock(lock, fcntl.LOCK_EX)\n"
                                      "print('held', flush=True)\n"
                                      "sys.stdin.read()\n"),
                       QString::fromStdString(lock.string())});
        while (!process.canReadLine() && process.waitForReadyRead()) {
        }
        isHolding = process.readLine() == "held\n";
    }
    ~OtherProcess() { kill(); }
    void kill()
    {
        process.kill();
        process.waitForFinished();
    }

    QProcess process;
    bool isHolding = false;
};

} // namespace

class TestQueueStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = fs::path(m_temporary->path().toStdString()) / "not" / "there yet";
    }

    void entries_comeBackAsTheyWereWritten()
    {
        const std::vector<QueueEntry> entries{entryNamed("b"), entryNamed("a")};
        {
            QueueStore store(m_folder);
            QVERIFY(store.open().empty());
            QVERIFY(store.problems().empty());
            QVERIFY(store.write(entries));
            QVERIFY(storedIn(m_folder / "queue-1.jsonl") == entries);
        }
        QueueStore store(m_folder);
        QVERIFY(store.open() == entries);
        QCOMPARE(store.file(), m_folder / "queue-1.jsonl");
    }

    void livingProcess_keepsItsFileToItself()
    {
        const std::string theirs = journalOf({entryNamed("theirs")});
        write(m_folder / "queue-1.jsonl", theirs);
        OtherProcess other(m_folder / "queue-1.lock");
        QVERIFY(other.isHolding);
        {
            QueueStore store(m_folder);
            QVERIFY(store.open().empty());
            QVERIFY(store.problems().empty());
            QCOMPARE(store.file(), m_folder / "queue-2.jsonl");
            QVERIFY(store.write({entryNamed("ours")}));
        }
        QCOMPARE(contentOf("queue-1.jsonl"), theirs);
        // A second one in this process keeps away as well.
        QueueStore second(m_folder);
        QCOMPARE(second.open().size(), std::size_t{1});
        QueueStore third(m_folder);
        QVERIFY(third.open().empty());
        QCOMPARE(third.file(), m_folder / "queue-3.jsonl");
    }

    void killedProcess_leavesItsEntriesToTheNext()
    {
        write(m_folder / "queue-1.jsonl", journalOf({entryNamed("one")}));
        write(m_folder / "queue-2.jsonl", journalOf({entryNamed("two")}));
        write(m_folder / "queue-7.jsonl", journalOf({entryNamed("seven"), entryNamed("one")}));
        OtherProcess other(m_folder / "queue-1.lock");
        QVERIFY(other.isHolding);
        {
            QueueStore store(m_folder);
            const auto entries = store.open();
            QCOMPARE(store.file(), m_folder / "queue-2.jsonl");
            QCOMPARE(entries.size(), std::size_t{3});
        }
        other.kill();
        QueueStore store(m_folder);
        const auto entries = store.open();
        QCOMPARE(store.file(), m_folder / "queue-1.jsonl");
        // "one" was in two files, as after a crash while it moved.
        QCOMPARE(entries.size(), std::size_t{3});
        QVERIFY(storedIn(store.file()) == entries);
        QVERIFY(!fs::exists(m_folder / "queue-2.jsonl"));
        QVERIFY(!fs::exists(m_folder / "queue-7.jsonl"));
    }

    void unreadableFile_isKeptByteForByteAndTheNextNumberUsed_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("code");
        const QByteArray damaged = "queue_damaged";
        const QByteArray version = "{\"queue_version\":1}\n";
        const QByteArray good = QByteArray::fromStdString(lineOf({{}, {entryNamed("a")}, {}}));
        QTest::newRow("empty") << QByteArray() << damaged;
        QTest::newRow("not UTF-8") << QByteArray("\xFF\xFE\0\n", 4) << damaged;
        QTest::newRow("a list") << QByteArray("[]\n") << damaged;
        QTest::newRow("no version") << good << damaged;
        QTest::newRow("version is text") << QByteArray("{\"queue_version\": \"2\"}\n") << damaged;
        QTest::newRow("cut off in the first line") << QByteArray("{\"queue_ver") << damaged;
        QTest::newRow("cut off in the middle") << version + good.left(50) + '\n' + good << damaged;
        QTest::newRow("an entry without its parts") << version + "{\"put\": [{\"id\": \"x\"}]}\n"
                                                    << damaged;
        QTest::newRow("an unknown change") << version + "{\"dance\": []}\n" << damaged;
        QTest::newRow("a line that is a list") << version + "[]\n[1]\n" << damaged;
        // Cast as they are, both would be undefined.
        QTest::newRow("a limit of for ever")
            << version +
                   QByteArray(good).replace("_seconds\":3600", "_seconds\":9223372036854775807")
            << damaged;
        QTest::newRow("an exit code beyond numbers")
            << version + QByteArray(good).replace("exit_code\":0", "exit_code\":1e300") << damaged;
        QTest::newRow("newer") << QByteArray("{\"queue_version\": 2}\n\x01 whatever")
                               << QByteArray("queue_from_newer_version");
    }
    void unreadableFile_isKeptByteForByteAndTheNextNumberUsed()
    {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, code);
        write(m_folder / "queue-1.jsonl", content.toStdString());
        {
            QueueStore store(m_folder);
            QVERIFY(store.open().empty());
            QCOMPARE(store.problems().size(), std::size_t{1});
            const Error &problem = store.problems().front();
            QCOMPARE(QByteArray(problem.code.id().data()), code);
            QVERIFY(problem.message.contains(QStringLiteral("queue-1.jsonl")));
            QCOMPARE(store.file(), m_folder / "queue-2.jsonl");
            QVERIFY(store.write({entryNamed("new")}));
        }
        QueueStore next(m_folder);
        QCOMPARE(next.open().size(), std::size_t{1});
        QCOMPARE(contentOf("queue-1.jsonl"), content.toStdString());
    }

    void damagedFileOfAnotherNumber_isKeptToo()
    {
        write(m_folder / "queue-3.jsonl", "{");
        QueueStore store(m_folder);
        QVERIFY(store.open().empty());
        QCOMPARE(store.problems().size(), std::size_t{1});
        QCOMPARE(store.file(), m_folder / "queue-1.jsonl");
        QCOMPARE(contentOf("queue-3.jsonl"), std::string("{"));
    }

    void unwritableFolder_isAProblemAndNothingMore()
    {
        QueueStore store("/proc/version/queue");
        QVERIFY(store.open().empty());
        QCOMPARE(store.problems().size(), std::size_t{1});
        QCOMPARE(store.problems().front().code, mrb::error_codes::kCannotWrite);
        QVERIFY(!store.isOpen());
        QVERIFY(store.write({entryNamed("x")}));
    }

    void everyKindOfChange_comesBack()
    {
        std::vector<QueueEntry> entries;
        QueueStore store(m_folder);
        store.open();
        const auto check = [&] {
            sortAsListed(entries);
            QVERIFY(store.write(entries));
            QVERIFY(storedIn(store.file()) == entries);
        };
        check();
        for (const char *id : {"a", "b", "c", "d", "e"})
            entries.push_back(entryNamed(id));
        check();
        entries[3].state = EntryState::Running; // becomes the first
        check();
        std::swap(entries[1], entries[3]);
        check();
        entries[0].state = EntryState::Ended;
        entries[2].state = EntryState::Running;
        entries.erase(entries.begin() + 1);
        entries.push_back(entryNamed("f"));
        check();
        std::reverse(entries.begin() + 2, entries.end());
        entries[3].exitCode = 5;
        check();
        entries.clear();
        check();
    }

    void lastLineThatWasCutOff_isForgotten_data()
    {
        QTest::addColumn<int>("missing");
        for (const int missing : {1, 2, 100})
            QTest::addRow("%d", missing) << missing;
    }
    void lastLineThatWasCutOff_isForgotten()
    {
        QFETCH(int, missing);
        {
            QueueStore store(m_folder);
            store.open();
            QVERIFY(store.write({entryNamed("a")}));
            QVERIFY(store.write({entryNamed("a"), entryNamed("b")}));
        }
        const fs::path file = m_folder / "queue-1.jsonl";
        const auto before = storedIn(file);
        fs::resize_file(file, fs::file_size(file) - static_cast<std::uintmax_t>(missing));
        QueueStore store(m_folder);
        auto entries = store.open();
        QVERIFY(store.problems().empty());
        QCOMPARE(entries.size(), std::size_t{1});
        QCOMPARE(entries.front().id, QStringLiteral("a"));
        entries.push_back(entryNamed("c"));
        QVERIFY(store.write(entries));
        QVERIFY(storedIn(file) == entries);
    }

    void changes_takeNoMoreOfTheFileThanTheyAre()
    {
        QueueStore store(m_folder);
        store.open();
        std::vector<QueueEntry> entries(200, entryNamed("x"));
        for (std::size_t i = 0; i < entries.size(); ++i)
            entries[i].id = QString::number(i);
        QVERIFY(store.write(entries));
        const auto whole = fs::file_size(store.file());
        entries.front().state = EntryState::Running;
        QVERIFY(store.write(entries));
        QVERIFY(fs::file_size(store.file()) - whole < 2 * whole / entries.size());
        QVERIFY(store.write(entries)); // nothing new
        QVERIFY(fs::file_size(store.file()) - whole < 2 * whole / entries.size());
    }

    void opening_makesTheFileShortAgain()
    {
        {
            QueueStore store(m_folder);
            store.open();
            QueueEntry entry = entryNamed("a");
            for (entry.exitCode = 0; entry.exitCode < 50; ++entry.exitCode)
                QVERIFY(store.write({entry}));
        }
        QueueStore store(m_folder);
        const auto entries = store.open();
        QVERIFY(store.write(entries));
        QCOMPARE(contentOf("queue-1.jsonl"), journalOf(entries));
        QCOMPARE(entries.front().exitCode, 49);
    }

    void longSession_doesNotLetTheFileGrowWithoutEnd()
    {
        QueueStore store(m_folder);
        store.open();
        QueueEntry entry = entryNamed("a");
        entry.settings.overrides = std::string(std::size_t{1} << 20, ' ');
        for (entry.exitCode = 0; entry.exitCode < 40; ++entry.exitCode) {
            QVERIFY(store.write({entry}));
            QVERIFY(fs::file_size(store.file()) < std::uintmax_t{24} << 20);
        }
        QCOMPARE(storedIn(store.file()).front().exitCode, 39);
    }

    void fullDisk_isAnErrorAndTheFileSaysWhatItSaid()
    {
        QueueStore store(m_folder);
        store.open();
        const std::vector<QueueEntry> kept{entryNamed("kept")};
        QVERIFY(store.write(kept));
        const std::string before = contentOf("queue-1.jsonl");
        const std::vector<QueueEntry> more{kept.front(), entryNamed("more")};
        {
            const FileSizeLimit fullDisk(before.size() + 100);
            for (int i = 0; i < 2; ++i) {
                const auto written = store.write(more);
                QVERIFY(!written);
                QCOMPARE(written.error().code, mrb::error_codes::kCannotWrite);
                QCOMPARE(contentOf("queue-1.jsonl"), before);
            }
        }
        QVERIFY(store.write(more));
        QVERIFY(storedIn(store.file()) == more);
    }

    void fileThatSomebodyDeleted_isMadeAnew()
    {
        QueueStore store(m_folder);
        store.open();
        QVERIFY(store.write({entryNamed("a")}));
        fs::remove(store.file());
        const std::vector<QueueEntry> both{entryNamed("a"), entryNamed("b")};
        QVERIFY(store.write(both));
        QVERIFY(storedIn(store.file()) == both);
    }

private:
    std::string contentOf(const char *name) const
    {
        return mrb::test::contentOf(m_folder / name).toStdString();
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

QTEST_GUILESS_MAIN(TestQueueStore)
#include "tst_QueueStore.moc"
