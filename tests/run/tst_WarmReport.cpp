// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/WarmReport.h"
#include "tests/run/RunFixtures.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

#include <limits>

using namespace mrb::backend;
using mrb::test::contentOf;
using mrb::test::write;

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::int64_t nanoseconds(const timespec &time)
{
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// As resources/warm/warm_start.py would say it now.
LoadedPath found(const fs::path &path, bool isFolder = false)
{
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0)
        qFatal("cannot look at %s", path.c_str());
    LoadedPath loaded{.path = path,
                      .mtimeNs = nanoseconds(status.st_mtim),
                      .ctimeNs = nanoseconds(status.st_ctim),
                      .isFolder = isFolder};
    if (!isFolder) {
        loaded.size = status.st_size;
        loaded.inode = status.st_ino;
    }
    return loaded;
}

WarmReport reportOf(std::vector<LoadedPath> paths)
{
    WarmReport report;
    report.paths = std::move(paths);
    return report;
}

} // namespace

class TestWarmReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_file = fs::path(m_temporary->path().toStdString()) / "scripts" / "utils.py";
        write(m_file, "a = 1\n");
    }

    void whatStaysAsItIs_fits()
    {
        const WarmReport report = reportOf({found(m_file), found(m_file.parent_path(), true)});
        QVERIFY(!firstChanged(report, kNever));
    }

    void whatWasChangedSince_isNamed_data()
    {
        QTest::addColumn<QString>("change");
        for (const char *change : {"content", "and back", "replaced", "time set back", "removed"})
            QTest::newRow(change) << QString::fromLatin1(change);
    }
    void whatWasChangedSince_isNamed()
    {
        QFETCH(QString, change);
        const WarmReport report = reportOf({found(m_file)});
        const auto before = fs::last_write_time(m_file);
        waitForAnotherTime();
        if (change == u"content") {
            write(m_file, "a = 2\n");
        } else if (change == u"and back") {
            write(m_file, "a = 2\n");
            write(m_file, "a = 1\n");
        } else if (change == u"replaced") {
            fs::rename(m_file, m_file.parent_path() / "old.py");
            fs::copy_file(m_file.parent_path() / "old.py", m_file);
            fs::last_write_time(m_file, before);
        } else if (change == u"time set back") {
            write(m_file, "a = 2\n");
            fs::last_write_time(m_file, before);
        } else {
            fs::remove(m_file);
        }
        QCOMPARE(firstChanged(report, kNever), std::optional(m_file));
    }

    void whatWasChangedAfterTheCheckoutWasLookedAt_isNamed()
    {
        const LoadedPath file = found(m_file);
        QCOMPARE(firstChanged(reportOf({file}), file.ctimeNs), std::optional(m_file));
        QVERIFY(!firstChanged(reportOf({file}), file.ctimeNs + 1));
    }

    void folderThatGetsAnotherEntry_isNamed()
    {
        const fs::path folder = m_file.parent_path();
        const WarmReport report = reportOf({found(folder, true)});
        waitForAnotherTime();
        write(folder / "another.py", "");
        QCOMPARE(firstChanged(report, kNever), std::optional(folder));
    }

    void reportThatCannotBeRead_isRefused_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("ready");
        QTest::newRow("half") << QByteArray("{\"protocol\": 1, \"python\": ");
        QTest::newRow("without files") << QByteArray(
            R"({"protocol": 1, "python": "3", "seconds": 1, "cpu_seconds": 1, "versions": {}})");
        QTest::newRow("other types") << QByteArray(
            R"({"protocol": 1, "python": "3", "seconds": 1, "cpu_seconds": 1, "versions": {},
                "files": [["a", "b", 1, 1, 1]], "folders": []})");
    }
    void reportThatCannotBeRead_isRefused()
    {
        QFETCH(QByteArray, line);
        QVERIFY(!parseWarmReport(line.toStdString()));
    }

private:
    /// Until the file system's clock has gone on, so that a change can be seen at all.
    void waitForAnotherTime() const
    {
        const fs::path probe = m_file.parent_path().parent_path() / "probe";
        write(probe, "");
        const auto first = found(probe).ctimeNs;
        QVERIFY(QTest::qWaitFor(
            [&] {
                write(probe, "");
                return found(probe).ctimeNs != first;
            },
            60'000));
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_file;
};

QTEST_GUILESS_MAIN(TestWarmReport)
#include "tst_WarmReport.moc"
