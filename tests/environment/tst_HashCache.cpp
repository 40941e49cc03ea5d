// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/HashCache.h"
#include "tests/environment/TestFiles.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <thread>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1'700'000'000 * kSecond;
const std::string kSum(64, 'a');
const std::string kOtherSum(64, 'b');
const FileIdentity kIdentity{.device = 1,
                             .inode = 18446744073709551615U,
                             .size = 3,
                             .mtimeNs = kNow - 10 * kSecond,
                             .ctimeNs = kNow - 10 * kSecond};

} // namespace

class TestHashCache : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path base() const { return fs::canonical(m_folder->path().toStdString()); }
    fs::path file() const { return base() / "cache/mrbrain/weights.json"; }

    void saveOne(const std::string &path, const std::string &sum) const
    {
        HashCache cache = HashCache::load(file());
        cache.store(path, kIdentity, sum, kNow);
        QVERIFY(cache.save());
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void whatWasSaved_isFoundAgain()
    {
        saveOne("/a", kSum);
        saveOne("/b", kOtherSum);
        const HashCache cache = HashCache::load(file());
        QCOMPARE(cache.find("/a", kIdentity), std::optional(kSum));
        QCOMPARE(cache.find("/b", kIdentity), std::optional(kOtherSum));
        QCOMPARE(cache.find("/c", kIdentity), std::nullopt);
    }

    void newerValue_replacesTheOld()
    {
        saveOne("/a", kSum);
        saveOne("/a", kOtherSum);
        QCOMPARE(HashCache::load(file()).find("/a", kIdentity), std::optional(kOtherSum));
    }

    void anyChangeOfTheIdentity_isAMiss_data()
    {
        QTest::addColumn<int>("part");
        for (const char *name : {"device", "inode", "size", "mtime", "ctime"})
            QTest::newRow(name) << static_cast<int>(
                QByteArrayList{"device", "inode", "size", "mtime", "ctime"}.indexOf(name));
    }

    void anyChangeOfTheIdentity_isAMiss()
    {
        QFETCH(int, part);
        saveOne("/a", kSum);
        FileIdentity other = kIdentity;
        other.device += part == 0;
        other.inode -= part == 1;
        other.size += part == 2;
        other.mtimeNs += part == 3;
        other.ctimeNs += part == 4;
        QCOMPARE(HashCache::load(file()).find("/a", other), std::nullopt);
    }

    void fileWrittenToJustNow_isNotRemembered_data()
    {
        QTest::addColumn<qint64>("mtimeAgo");
        QTest::addColumn<qint64>("ctimeAgo");
        QTest::addColumn<bool>("remembered");
        QTest::newRow("long ago") << qint64{10 * kSecond} << qint64{10 * kSecond} << true;
        QTest::newRow("exactly two seconds") << qint64{2 * kSecond} << qint64{2 * kSecond} << true;
        QTest::newRow("written just now") << qint64{kSecond} << qint64{kSecond} << false;
        QTest::newRow("written just now, time set back")
            << qint64{99 * kSecond} << qint64{1} << false;
        QTest::newRow("time set ahead") << qint64{-99 * kSecond} << qint64{10 * kSecond} << false;
    }

    void fileWrittenToJustNow_isNotRemembered()
    {
        QFETCH(qint64, mtimeAgo);
        QFETCH(qint64, ctimeAgo);
        QFETCH(bool, remembered);
        FileIdentity identity = kIdentity;
        identity.mtimeNs = kNow - mtimeAgo;
        identity.ctimeNs = kNow - ctimeAgo;
        HashCache cache = HashCache::load(file());
        cache.store("/a", identity, kSum, kNow);
        QVERIFY(cache.save());
        QCOMPARE(HashCache::load(file()).find("/a", identity).has_value(), remembered);
    }

    void damagedFile_countsAsEmptyAndIsReplaced_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("half a document") << QByteArray("{\"format\": 1, \"entries\": [{\"pa");
        QTest::newRow("not an object") << QByteArray("[1]");
        QTest::newRow("binary") << QByteArray("\0\xFF\x01", 3);
        QTest::newRow("another format") << QByteArray("{\"format\": 2, \"entries\": []}");
        QTest::newRow("entries of another type") << QByteArray("{\"format\": 1, \"entries\": 5}");
        QTest::newRow("entry without fields") << QByteArray("{\"format\": 1, \"entries\": [{}]}");
        QTest::newRow("not a hash")
            << QByteArray("{\"format\":1,\"entries\":[{\"path\":\"/a\",\"device\":1,\"inode\":2,"
                          "\"size\":3,\"mtime_ns\":4,\"ctime_ns\":5,\"sha256\":\"zz\"}]}");
    }

    void damagedFile_countsAsEmptyAndIsReplaced()
    {
        QFETCH(QByteArray, content);
        writeFile(file(), std::string_view(content.data(), std::size_t(content.size())));
        QCOMPARE(HashCache::load(file()).find("/a", kIdentity), std::nullopt);
        saveOne("/a", kSum);
        QCOMPARE(HashCache::load(file()).find("/a", kIdentity), std::optional(kSum));
    }

    void fileOthersCouldHaveWritten_isNotBelieved()
    {
        saveOne("/a", kSum);
        fs::permissions(file(), fs::perms::others_write, fs::perm_options::add);
        QCOMPARE(HashCache::load(file()).find("/a", kIdentity), std::nullopt);
        fs::permissions(file(), fs::perms::others_write, fs::perm_options::remove);
        QCOMPARE(HashCache::load(file()).find("/a", kIdentity), std::optional(kSum));
        if (::geteuid() == 0 && ::chown(file().c_str(), 12345, 12345) == 0)
            QCOMPARE(HashCache::load(file()).find("/a", kIdentity), std::nullopt);
    }

    void pipeInItsPlace_doesNotHang()
    {
        fs::create_directories(file().parent_path());
        QCOMPARE(::mkfifo(file().c_str(), 0600), 0);
        QCOMPARE(HashCache::load(file()).find("/a", kIdentity), std::nullopt);
        saveOne("/a", kSum);
        QCOMPARE(HashCache::load(file()).find("/a", kIdentity), std::optional(kSum));
    }

    void number_isLimitedToTheNewest()
    {
        HashCache cache = HashCache::load(file());
        const std::size_t count = HashCache::kMaxEntries + 10;
        for (std::size_t i = 0; i < count; ++i)
            cache.store("/" + std::to_string(i), kIdentity, kSum, kNow);
        QVERIFY(cache.save());
        const HashCache loaded = HashCache::load(file());
        QCOMPARE(loaded.find("/9", kIdentity), std::nullopt);
        QCOMPARE(loaded.find("/10", kIdentity), std::optional(kSum));
        QCOMPARE(loaded.find("/" + std::to_string(count - 1), kIdentity), std::optional(kSum));
    }

    void writersAtTheSameTime_loseNothing()
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([this, thread] {
                for (int i = 0; i < 20; ++i)
                    saveOne("/" + std::to_string(thread), kSum);
            });
        threads.clear();
        int found = 0;
        const HashCache cache = HashCache::load(file());
        for (int thread = 0; thread < 4; ++thread)
            found += cache.find("/" + std::to_string(thread), kIdentity).has_value();
        QCOMPARE(found, 4);
        std::set<fs::path> files;
        for (const auto &entry : fs::directory_iterator(file().parent_path()))
            files.insert(entry.path());
        QCOMPARE(files, (std::set<fs::path>{file(), file().string() + ".lock"}));
    }

    void folderThatCannotBeMade_isAnError()
    {
        writeFile(base() / "cache", "a file in the way");
        HashCache cache = HashCache::load(file());
        cache.store("/a", kIdentity, kSum, kNow);
        const auto saved = cache.save();
        QVERIFY(!saved);
        QCOMPARE(saved.error().code, mrb::error_codes::kCannotWrite);
    }

    void nothingNew_writesNothing()
    {
        QVERIFY(HashCache::load(file()).save());
        QVERIFY(!fs::exists(file()));
    }

    void defaultPlace_followsTheCacheVariable_data()
    {
        QTest::addColumn<QString>("cacheHome");
        QTest::addColumn<QString>("home");
        QTest::addColumn<QString>("expected");
        QTest::newRow("set") << "/c"
                             << "/h"
                             << "/c/mrbrain/weights-sha256.json";
        QTest::newRow("empty") << ""
                               << "/h"
                               << "/h/.cache/mrbrain/weights-sha256.json";
        QTest::newRow("relative") << "c"
                                  << "/h"
                                  << "/h/.cache/mrbrain/weights-sha256.json";
        QTest::newRow("neither") << ""
                                 << ""
                                 << "";
    }

    void defaultPlace_followsTheCacheVariable()
    {
        QFETCH(QString, cacheHome);
        QFETCH(QString, home);
        QFETCH(QString, expected);
        EnvironmentPairs environment;
        if (!cacheHome.isEmpty())
            environment.emplace_back("XDG_CACHE_HOME", cacheHome.toStdString());
        if (!home.isEmpty())
            environment.emplace_back("HOME", home.toStdString());
        QCOMPARE(defaultHashCacheFile(environment), fs::path(expected.toStdString()));
    }
};

QTEST_GUILESS_MAIN(TestHashCache)
#include "tst_HashCache.moc"
