// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/AtomicFile.h"
#include "tests/base/FileSizeLimit.h"
#include "tests/base/OrdinaryUser.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>

using namespace mrb;

namespace {

std::filesystem::path in(const QTemporaryDir &folder, const char *name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

QByteArray contentOf(const std::filesystem::path &file)
{
    QFile opened(QString::fromStdString(file.string()));
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray("<unreadable>");
}

QStringList everythingIn(const QTemporaryDir &folder)
{
    return QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

} // namespace

class TestAtomicFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesANewFileWhole();
    void replacesAnExistingFile();
    void replacesASymbolicLinkNotItsTarget();
    void usesTheUmaskForPermissions();
    void aWriteThatStopsHalfWayKeepsTheOldFile();
    void aFolderInTheWayIsAnErrorAndStays();
    void aMissingFolderIsAnError();
    void aFolderThatRefusesFilesIsAnError();
    void piecesAppearWholeOnceCommitted();
    void aWriterThatGoesWithoutCommitLeavesNothing();
};

void TestAtomicFile::writesANewFileWhole()
{
    QTemporaryDir folder;
    const std::string content(300000, 'x');
    QVERIFY(writeFileAtomically(in(folder, "result.json"), content));
    QCOMPARE(contentOf(in(folder, "result.json")), QByteArray::fromStdString(content));
    QCOMPARE(everythingIn(folder), QStringList{QStringLiteral("result.json")});
}

void TestAtomicFile::replacesAnExistingFile()
{
    QTemporaryDir folder;
    QVERIFY(writeFileAtomically(in(folder, "a"), "a long first content"));
    QVERIFY(writeFileAtomically(in(folder, "a"), "second"));
    QCOMPARE(contentOf(in(folder, "a")), QByteArray("second"));
    QCOMPARE(everythingIn(folder), QStringList{QStringLiteral("a")});
}

void TestAtomicFile::replacesASymbolicLinkNotItsTarget()
{
    QTemporaryDir folder;
    QVERIFY(writeFileAtomically(in(folder, "target"), "precious"));
    std::filesystem::create_symlink(in(folder, "target"), in(folder, "link"));
    QVERIFY(writeFileAtomically(in(folder, "link"), "new"));
    QCOMPARE(contentOf(in(folder, "target")), QByteArray("precious"));
    QVERIFY(!std::filesystem::is_symlink(in(folder, "link")));
    QCOMPARE(contentOf(in(folder, "link")), QByteArray("new"));
}

void TestAtomicFile::usesTheUmaskForPermissions()
{
    QTemporaryDir folder;
    const mode_t before = ::umask(027);
    const bool written{writeFileAtomically(in(folder, "a"), "x")};
    ::umask(before);
    QVERIFY(written);
    struct stat info = {};
    QCOMPARE(::stat(in(folder, "a").c_str(), &info), 0);
    QCOMPARE(info.st_mode & 0777U, 0640U);
}

void TestAtomicFile::aWriteThatStopsHalfWayKeepsTheOldFile()
{
    QTemporaryDir folder;
    QVERIFY(writeFileAtomically(in(folder, "result.json"), "old"));
    {
        const FileSizeLimit limit(100000);
        const Result<> written =
            writeFileAtomically(in(folder, "result.json"), std::string(200000, 'x'));
        QVERIFY(!written);
        QVERIFY(written.error().code == error_codes::kCannotWrite);
        QVERIFY(written.error().message.contains(QStringLiteral("result.json")));
    }
    QCOMPARE(contentOf(in(folder, "result.json")), QByteArray("old"));
    QCOMPARE(everythingIn(folder), QStringList{QStringLiteral("result.json")});
}

void TestAtomicFile::aFolderInTheWayIsAnErrorAndStays()
{
    QTemporaryDir folder;
    std::filesystem::create_directory(in(folder, "result.json"));
    const Result<> written = writeFileAtomically(in(folder, "result.json"), "x");
    QVERIFY(!written);
    QVERIFY(written.error().code == error_codes::kCannotWrite);
    QVERIFY(std::filesystem::is_directory(in(folder, "result.json")));
    QCOMPARE(everythingIn(folder), QStringList{QStringLiteral("result.json")});
}

void TestAtomicFile::aMissingFolderIsAnError()
{
    QTemporaryDir folder;
    const Result<> written = writeFileAtomically(in(folder, "missing") / "result.json", "x");
    QVERIFY(!written);
    QVERIFY(written.error().code == error_codes::kCannotWrite);
    QVERIFY(everythingIn(folder).isEmpty());
}

void TestAtomicFile::aFolderThatRefusesFilesIsAnError()
{
    QVERIFY(!writeFileAtomically("/proc/mrb-result.json", "x"));
    QTemporaryDir folder;
    QVERIFY(writeFileAtomically(in(folder, "result.json"), "old"));
    QCOMPARE(::chmod(folder.path().toLocal8Bit().constData(), 0555), 0);
    const Result<> written = [&folder] {
        const OrdinaryUser ordinaryUser;
        return writeFileAtomically(in(folder, "result.json"), "x");
    }();
    QCOMPARE(::chmod(folder.path().toLocal8Bit().constData(), 0755), 0);
    QVERIFY(!written);
    QVERIFY(written.error().code == error_codes::kCannotWrite);
    QCOMPARE(contentOf(in(folder, "result.json")), QByteArray("old"));
    QCOMPARE(everythingIn(folder), QStringList{QStringLiteral("result.json")});
}

void TestAtomicFile::piecesAppearWholeOnceCommitted()
{
    QTemporaryDir folder;
    QVERIFY(writeFileAtomically(in(folder, "a"), "old"));
    auto writer = AtomicFileWriter::open(in(folder, "a"));
    QVERIFY(writer);
    AtomicFileWriter moved = std::move(writer).value();
    for (const std::string_view piece : {"first ", "", "second"})
        QVERIFY(moved.write(std::as_bytes(std::span(piece))));
    QCOMPARE(contentOf(in(folder, "a")), QByteArray("old"));
    QVERIFY(moved.commit());
    QCOMPARE(contentOf(in(folder, "a")), QByteArray("first second"));
    QCOMPARE(everythingIn(folder), QStringList{QStringLiteral("a")});
}

void TestAtomicFile::aWriterThatGoesWithoutCommitLeavesNothing()
{
    QTemporaryDir folder;
    {
        auto writer = AtomicFileWriter::open(in(folder, "a"));
        QVERIFY(writer);
        QVERIFY(writer->write(std::as_bytes(std::span(std::string_view("half")))));
        auto other = AtomicFileWriter::open(in(folder, "b"));
        QVERIFY(other);
        *writer = std::move(other).value(); // the first one's file goes now
    }
    QVERIFY(everythingIn(folder).isEmpty());
}

QTEST_GUILESS_MAIN(TestAtomicFile)
#include "tst_AtomicFile.moc"
