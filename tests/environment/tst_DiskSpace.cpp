// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/DiskSpace.h"
#include "tests/environment/TestFiles.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/statvfs.h>
#include <unistd.h>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;
namespace codes = mrb::backend::error_codes;
namespace fs = std::filesystem;

class TestDiskSpace : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path base() const { return fs::canonical(m_folder->path().toStdString()); }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void folderThatDoesNotExist_isJudgedByTheNearestAbove()
    {
        const auto space = diskSpaceFor(base() / "runs/today/one");
        QVERIFY(space);
        QCOMPARE(space->existingFolder, base());
        QVERIFY(space->writable);
        QVERIFY(!space->readOnlyFileSystem);
        QVERIFY(!fs::exists(base() / "runs"));

        struct statvfs info = {};
        QCOMPARE(::statvfs(base().c_str(), &info), 0);
        const auto whole = std::uint64_t{info.f_blocks} * std::uint64_t{info.f_frsize};
        QVERIFY(space->freeBytes > 0 && space->freeBytes <= whole);
    }

    void relativeFolder_countsFromTheWorkingFolder()
    {
        const fs::path before = fs::current_path();
        fs::current_path(base());
        const auto space = diskSpaceFor("runs/one");
        fs::current_path(before);
        QVERIFY(space);
        QCOMPARE(space->existingFolder, base());
    }

    void symbolicLinkToAFolder_isFollowed()
    {
        fs::create_directories(base() / "real");
        fs::create_directory_symlink(base() / "real", base() / "link");
        QVERIFY(diskSpaceFor(base() / "link/new"));
    }

    void thingInTheWay_isAnError_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::newRow("file") << "file";
        QTest::newRow("below a file") << "file/below/it";
        QTest::newRow("dangling link") << "dangling";
        QTest::newRow("below a dangling link") << "dangling/below";
    }

    void thingInTheWay_isAnError()
    {
        QFETCH(QString, folder);
        writeFile(base() / "file", "x");
        fs::create_symlink(base() / "nowhere", base() / "dangling");
        const auto space = diskSpaceFor(base() / folder.toStdString());
        QVERIFY(!space);
        QCOMPARE(space.error().code, codes::kOutputNotAFolder);
    }

    void pathTooLong_isAnError()
    {
        const auto space = diskSpaceFor(base() / std::string(5000, 'x'));
        QVERIFY(!space);
        QCOMPARE(space.error().code, codes::kDiskNotReadable);
    }

    void folderWithoutPermission_isNotWritable()
    {
        if (::geteuid() == 0)
            QSKIP("root may write everywhere");
        fs::create_directories(base() / "closed");
        fs::permissions(base() / "closed", fs::perms::owner_read | fs::perms::owner_exec);
        const auto space = diskSpaceFor(base() / "closed/new");
        QVERIFY(space);
        QVERIFY(!space->writable);
    }

    void readOnlyMount_isSeen()
    {
        std::ifstream mounts("/proc/self/mounts");
        std::string device;
        std::string place;
        std::string type;
        std::string options;
        std::string rest;
        while (mounts >> device >> place >> type >> options && std::getline(mounts, rest)) {
            const bool isReadOnly = options == "ro" || options.starts_with("ro,");
            const auto space = isReadOnly ? diskSpaceFor(place + "/new")
                                          : Result<DiskSpace>(Error{codes::kDiskNotReadable, {}});
            if (!space || space->existingFolder != place)
                continue;
            QVERIFY(space->readOnlyFileSystem);
            QVERIFY(!space->writable);
            return;
        }
        QSKIP("nothing is mounted read-only here");
    }

    void kernelFileSystems_takeNoOutput()
    {
        const auto space = diskSpaceFor("/proc/self");
        QVERIFY(space);
        QCOMPARE(space->freeBytes, std::uint64_t{0});
    }

    void findings_data()
    {
        QTest::addColumn<double>("freeMb");
        QTest::addColumn<bool>("writable");
        QTest::addColumn<bool>("readOnly");
        QTest::addColumn<QStringList>("codes");
        QTest::newRow("plenty") << 1000.0 << true << false << QStringList{};
        QTest::newRow("exactly twice the estimate") << 32.0 << true << false << QStringList{};
        QTest::newRow("a little less")
            << 31.9 << true << false << QStringList{u"disk_nearly_full"_qs};
        QTest::newRow("full") << 0.0 << true << false << QStringList{u"disk_nearly_full"_qs};
        QTest::newRow("not writable")
            << 1000.0 << false << false << QStringList{u"output_not_writable"_qs};
        QTest::newRow("read-only")
            << 1000.0 << false << true << QStringList{u"output_read_only_file_system"_qs};
        QTest::newRow("both") << 1.0 << false << true
                              << QStringList{u"output_read_only_file_system"_qs,
                                             u"disk_nearly_full"_qs};
    }

    void findings()
    {
        QFETCH(double, freeMb);
        QFETCH(bool, writable);
        QFETCH(bool, readOnly);
        QFETCH(QStringList, codes);
        const Findings findings =
            judgeDiskSpace({.existingFolder = "/somewhere",
                            .freeBytes = static_cast<std::uint64_t>(freeMb * 1048576.0),
                            .writable = writable,
                            .readOnlyFileSystem = readOnly},
                           16.0);
        QStringList seen;
        for (const Error &error : findings.refusals)
            seen += QString::fromUtf8(error.code.id().data());
        QCOMPARE(seen, codes);
        QVERIFY(findings.warnings.empty());
    }
};

QTEST_GUILESS_MAIN(TestDiskSpace)
#include "tst_DiskSpace.moc"
