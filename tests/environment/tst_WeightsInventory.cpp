// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Sha256.h"
#include "backend/environment/WeightsInventory.h"
#include "tests/environment/TestFiles.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;
namespace codes = mrb::backend::error_codes;
namespace fs = std::filesystem;

namespace {

// An empty zip archive's end record after something that begins like one.
const std::string kZip = "PK\x03\x04 weights " + std::string("PK\x05\x06") + std::string(18, '\0');
constexpr const char *kHash = "0000000000000000000000000000000000000000000000000000000000000000";

std::string sumOf(const std::string &text)
{
    return Sha256::ofBytes(std::as_bytes(std::span(text)));
}

} // namespace

class TestWeightsInventory : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<ExpectedWeight> m_expected;
    InventoryOptions m_options;

    fs::path base() const { return fs::canonical(m_folder->path().toStdString()); }
    fs::path root() const { return base() / "root"; }
    fs::path weight() const { return root() / "models/a.pt"; }
    WeightsInventory take() const { return takeInventory(root(), m_expected, m_options); }
    // Hashes it and lets the next look use that.
    void remember() const { QVERIFY(!take().files.at(0).fromCache); }
    void setModificationTime(const struct timespec &time) const
    {
        const struct timespec times[2] = {time, time};
        QCOMPARE(::utimensat(AT_FDCWD, weight().c_str(), times, 0), 0);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        writeFile(weight(), kZip);
        m_expected = {{.path = "models/a.pt",
                       .sha256 = sumOf(kZip),
                       .repository = "someone/something",
                       .revision = "c0ffee"}};
        // A clock ahead of the files' times stands for the time that passes after a download.
        m_options = {.cacheFile = base() / "cache/sums.json", .clock = [] {
                         struct timespec now = {};
                         ::clock_gettime(CLOCK_REALTIME, &now);
                         return (now.tv_sec + 60) * std::int64_t{1'000'000'000} + now.tv_nsec;
                     }};
    }

    void pinnedFiles_match()
    {
        const std::string other = kZip + "!";
        writeFile(root() / "models/b.pt", other);
        m_expected.push_back({.path = "models/b.pt", .sha256 = sumOf(other)});
        const WeightsInventory inventory = take();
        QVERIFY(inventory.allPresent && inventory.allMatch);
        QCOMPARE(inventory.files.size(), std::size_t{2});
        QVERIFY(inventory.files[1] == (WeightFile{.path = "models/b.pt",
                                                  .present = true,
                                                  .bytes = other.size(),
                                                  .sha256 = sumOf(other),
                                                  .expectedSha256 = sumOf(other),
                                                  .matches = true}));
        QVERIFY(judgeWeights(inventory, false) == Findings{});
    }

    void nothingExpected_isNotAllThere()
    {
        m_expected.clear();
        QVERIFY(!take().allPresent);
        QVERIFY(!take().allMatch);
    }

    void secondLook_usesTheCacheAndSaysSo()
    {
        remember();
        const WeightsInventory inventory = take();
        QVERIFY(inventory.files[0].fromCache);
        QVERIFY(inventory.allMatch);
        QVERIFY(!inventory.cacheError);
    }

    void cachedHash_isComparedWithTheExpectedOfNow()
    {
        remember();
        m_expected[0].sha256 = kHash;
        const WeightsInventory inventory = take();
        QVERIFY(inventory.files[0].fromCache);
        QVERIFY(!inventory.allMatch);
        QCOMPARE(inventory.files[0].error->code, codes::kWeightMismatch);
    }

    void rehash_readsTheFile()
    {
        remember();
        m_options.rehash = true;
        QVERIFY(!take().files[0].fromCache);
        QVERIFY(take().allMatch);
    }

    void touchedFile_isReadAgain()
    {
        remember();
        setModificationTime({.tv_sec = 1'000'000'000, .tv_nsec = 5});
        QVERIFY(!take().files[0].fromCache);
        QVERIFY(take().files[0].fromCache);
    }

    void editWithTheTimeSetBack_isSeen()
    {
        struct stat before = {};
        QCOMPARE(::stat(weight().c_str(), &before), 0);
        remember();
        std::string edited = kZip;
        edited[6] = 'W';
        struct stat after = before;
        // The kernel's clock ticks some hundred times a second.
        while (after.st_ctim.tv_sec == before.st_ctim.tv_sec &&
               after.st_ctim.tv_nsec == before.st_ctim.tv_nsec) {
            std::ofstream(weight(), std::ios::in | std::ios::binary) << edited;
            setModificationTime(before.st_mtim);
            QCOMPARE(::stat(weight().c_str(), &after), 0);
        }
        QCOMPARE(after.st_size, before.st_size);
        QCOMPARE(after.st_ino, before.st_ino);
        QCOMPARE(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
        const WeightsInventory inventory = take();
        QVERIFY(!inventory.files[0].fromCache);
        QCOMPARE(inventory.files[0].error->code, codes::kWeightMismatch);
    }

    void replacedFile_isSeen()
    {
        remember();
        struct stat before = {};
        QCOMPARE(::stat(weight().c_str(), &before), 0);
        writeFile(root() / "new", std::string(kZip.size(), 'x'));
        fs::rename(root() / "new", weight());
        setModificationTime(before.st_mtim);
        QVERIFY(!take().files[0].fromCache);
    }

    void freshFile_isNotRemembered()
    {
        m_options.clock = {};
        remember();
        QVERIFY(!take().files[0].fromCache);
    }

    void sameCheckoutElsewhere_isReadItself()
    {
        remember();
        fs::create_directories(base() / "other/models");
        fs::create_hard_link(weight(), base() / "other/models/a.pt");
        QVERIFY(!takeInventory(base() / "other", m_expected, m_options).files[0].fromCache);
    }

    void retargetedSymbolicLink_isSeen()
    {
        writeFile(base() / "blobs/1", kZip);
        writeFile(base() / "blobs/2", std::string(kZip.size(), 'x'));
        fs::remove(weight());
        fs::create_symlink(base() / "blobs/1", weight());
        remember();
        QVERIFY(take().files[0].fromCache);
        fs::remove(weight());
        fs::create_symlink(base() / "blobs/2", weight());
        QVERIFY(!take().files[0].fromCache);
        QVERIFY(!take().allMatch);
    }

    void linkedFolder_isFollowed()
    {
        fs::rename(root() / "models", base() / "disk");
        fs::create_directory_symlink(base() / "disk", root() / "models");
        remember();
        QVERIFY(take().allMatch && take().files[0].fromCache);
        // The same link to other content, with the same size.
        writeFile(base() / "other/a.pt", std::string(kZip.size(), 'x'));
        fs::remove(root() / "models");
        fs::create_directory_symlink(base() / "other", root() / "models");
        QVERIFY(!take().files[0].fromCache && !take().allMatch);
    }

    void corruptCache_costsOnlyTime()
    {
        remember();
        writeFile(m_options.cacheFile, "{{{");
        const WeightsInventory inventory = take();
        QVERIFY(inventory.allMatch);
        QVERIFY(!inventory.files[0].fromCache);
        QVERIFY(take().files[0].fromCache);
    }

    void cacheThatCannotBeWritten_isOnlyAWarning()
    {
        writeFile(base() / "cache", "a file in the way");
        const WeightsInventory inventory = take();
        QVERIFY(inventory.allMatch);
        const Findings findings = judgeWeights(inventory, false);
        QVERIFY(findings.refusals.empty());
        QCOMPARE(findings.warnings.at(0).code, codes::kHashCacheNotWritten);
    }

    void withoutCache_everythingIsRead()
    {
        m_options.cacheFile.clear();
        remember();
        QVERIFY(!take().files[0].fromCache);
        QVERIFY(!take().cacheError);
    }

    void wrongContent_isNamed_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("code");
        QTest::addColumn<bool>("acceptable");
        const auto row = [](const char *name, QByteArray content, ErrorCode code,
                            bool acceptable = false) {
            QTest::newRow(name) << content << QString::fromUtf8(code.id().data()) << acceptable;
        };
        const QByteArray zip = QByteArray::fromStdString(kZip);
        row("empty", "", codes::kWeightEmpty);
        row("web page", "<!DOCTYPE html><html>404</html>", codes::kWeightIsHtml);
        row("web page after blanks", "\xEF\xBB\xBF\r\n  <html>", codes::kWeightIsHtml);
        row("LFS pointer",
            "version https://git-lfs.github.com/spec/v1\noid sha256:1f8a\nsize 84131\n",
            codes::kWeightIsLfsPointer);
        row("text", "Access denied", codes::kWeightNotACheckpoint);
        row("blanks", "   ", codes::kWeightNotACheckpoint);
        row("zip cut off", zip.left(15), codes::kWeightTruncated);
        row("two bytes of a zip", "PK", codes::kWeightTruncated);
        row("long zip cut off", zip.left(4) + QByteArray(200'000, 'x'), codes::kWeightTruncated);
        row("another whole zip", "PK\x03\x04" + QByteArray(200'000, 'x') + zip,
            codes::kWeightMismatch, true);
        row("old pickle", QByteArray("\x80\x02") + "}q", codes::kWeightMismatch, true);
    }

    void wrongContent_isNamed()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, code);
        QFETCH(bool, acceptable);
        writeFile(weight(), std::string_view(content.data(), std::size_t(content.size())));
        // The second look knows the hash only from the cache.
        for (const bool fromCache : {false, true}) {
            const WeightsInventory inventory = take();
            const WeightFile &file = inventory.files.at(0);
            QVERIFY(file.present && inventory.allPresent);
            QVERIFY(!file.matches && !inventory.allMatch);
            QCOMPARE(file.fromCache, fromCache);
            QCOMPARE(file.sha256, sumOf(content.toStdString()));
            QCOMPARE(QString::fromUtf8(file.error->code.id().data()), code);
            QVERIFY(file.error->message.contains(QString::fromStdString(weight().string())));
            QVERIFY(file.error->hint.contains(
                QStringLiteral("hf download someone/something models/a.pt --revision c0ffee "
                               "--local-dir %1")
                    .arg(QString::fromStdString(root().string()))));
            QCOMPARE(judgeWeights(inventory, false).refusals.size(), std::size_t{1});
            QCOMPARE(judgeWeights(inventory, true).refusals.empty(), acceptable);
            QCOMPARE(judgeWeights(inventory, true).warnings.size(), std::size_t{acceptable});
        }
    }

    void whatIsNotAFile_isNamed_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("code");
        QTest::newRow("missing") << "missing"
                                 << "weight_missing";
        QTest::newRow("folder missing") << "no folder"
                                        << "weight_missing";
        QTest::newRow("file in the folder's place") << "file as folder"
                                                    << "weight_missing";
        QTest::newRow("dangling link") << "dangling"
                                       << "weight_missing";
        QTest::newRow("link to itself") << "loop"
                                        << "weight_missing";
        QTest::newRow("folder") << "folder"
                                << "weight_not_a_file";
        QTest::newRow("pipe") << "fifo"
                              << "weight_not_a_file";
        QTest::newRow("device") << "device"
                                << "weight_not_a_file";
    }

    void whatIsNotAFile_isNamed()
    {
        QFETCH(QString, kind);
        QFETCH(QString, code);
        fs::remove(weight());
        if (kind == u"no folder" || kind == u"file as folder")
            fs::remove_all(root() / "models");
        if (kind == u"file as folder")
            writeFile(root() / "models", "x");
        if (kind == u"dangling")
            fs::create_symlink(base() / "nowhere", weight());
        if (kind == u"loop")
            fs::create_symlink(weight(), weight());
        if (kind == u"folder")
            fs::create_directory(weight());
        if (kind == u"fifo")
            QCOMPARE(::mkfifo(weight().c_str(), 0600), 0);
        if (kind == u"device")
            fs::create_symlink("/dev/zero", weight());
        const WeightsInventory inventory = take();
        QVERIFY(!inventory.allPresent && !inventory.allMatch);
        QVERIFY(inventory.files.at(0).sha256.empty());
        QCOMPARE(QString::fromUtf8(inventory.files[0].error->code.id().data()), code);
        QCOMPARE(judgeWeights(inventory, true).refusals.size(), std::size_t{1});
    }

    void unreadableFile_isPresentButRefused()
    {
        if (::geteuid() == 0)
            QSKIP("root may read everything");
        fs::permissions(weight(), fs::perms::none);
        const WeightsInventory inventory = take();
        QVERIFY(inventory.allPresent && !inventory.allMatch);
        QCOMPARE(inventory.files[0].error->code, codes::kWeightUnreadable);
    }

    void fileThatFailsWhileRead_isUnreadable()
    {
        // A regular file as stat sees it whose first page cannot be read: address 0 is not mapped.
        fs::remove(weight());
        fs::create_symlink("/proc/self/mem", weight());
        const WeightsInventory inventory = take();
        QVERIFY(!inventory.allMatch);
        QCOMPARE(inventory.files[0].error->code, codes::kWeightUnreadable);
        QVERIFY(inventory.files[0].sha256.empty());
    }

    void fileThatChangesWhileRead_isNotBelieved_data()
    {
        QTest::addColumn<QString>("change");
        for (const char *change : {"grows", "rewritten", "replaced", "vanishes"})
            QTest::newRow(change) << change;
    }

    void fileThatChangesWhileRead_isNotBelieved()
    {
        QFETCH(QString, change);
        fs::resize_file(weight(), 3 << 20);
        m_options.progress = [this, change](const HashProgress &) {
            if (change == u"grows")
                std::ofstream(weight(), std::ios::app) << "more";
            if (change == u"rewritten")
                setModificationTime({.tv_sec = 1'000'000'000, .tv_nsec = 0});
            if (change == u"replaced") {
                writeFile(root() / "new", kZip);
                fs::rename(root() / "new", weight());
            }
            if (change == u"vanishes")
                fs::remove(weight());
        };
        const WeightsInventory inventory = take();
        QCOMPARE(inventory.files[0].error->code, codes::kWeightChangedWhileRead);
        QVERIFY(inventory.files[0].sha256.empty());
        QVERIFY(!inventory.allMatch);
        QVERIFY(!fs::exists(m_options.cacheFile));
    }

    void progress_reachesTheTotalOverAllFiles()
    {
        fs::resize_file(weight(), 5'000'000);
        writeFile(root() / "models/b.pt", std::string(3'000'000, 'b'));
        m_expected.push_back({.path = "models/b.pt", .sha256 = kHash});
        std::vector<std::uint64_t> steps;
        m_options.progress = [&steps](const HashProgress &progress) {
            QCOMPARE(progress.totalBytes, std::uint64_t{8'000'000});
            steps.push_back(progress.doneBytes);
        };
        take();
        QVERIFY(steps.size() > 2);
        QVERIFY(std::ranges::is_sorted(steps));
        QCOMPARE(steps.back(), std::uint64_t{8'000'000});
    }

    void stopRequest_leavesTheFileUnchecked()
    {
        fs::resize_file(weight(), 64 << 20);
        std::stop_source stop;
        int calls = 0;
        m_options.progress = [&](const HashProgress &) {
            ++calls;
            stop.request_stop();
        };
        const WeightsInventory inventory =
            takeInventory(root(), m_expected, m_options, stop.get_token());
        QCOMPARE(calls, 1);
        QVERIFY(!inventory.allMatch);
        QCOMPARE(inventory.files[0].error->code, codes::kWeightsCancelled);
        QVERIFY(!fs::exists(m_options.cacheFile));
    }
};

QTEST_GUILESS_MAIN(TestWeightsInventory)
#include "tst_WeightsInventory.moc"
