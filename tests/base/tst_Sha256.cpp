// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Sha256.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>

using namespace mrb;

class TestSha256 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knownVectors_data();
    void knownVectors();
    void piecesGiveTheHashOfTheWhole();
    void aFileIsHashedAsItIsOnDisk();
    void whatIsNotAReadableFileIsAnError();
};

// FIPS 180-2, appendix B, and the empty message.
void TestSha256::knownVectors_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("digest");
    QTest::newRow("empty") << QByteArray()
                           << QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
                                         "7852b855");
    QTest::newRow("abc") << QByteArray("abc")
                         << QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
                                       "f20015ad");
    QTest::newRow("two blocks")
        << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        << QByteArray("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    QTest::newRow("a million times a")
        << QByteArray(1000000, 'a')
        << QByteArray("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

void TestSha256::knownVectors()
{
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, digest);
    QCOMPARE(Sha256::ofBytes(std::as_bytes(
                 std::span(message.constData(), static_cast<std::size_t>(message.size())))),
             digest.toStdString());
}

void TestSha256::piecesGiveTheHashOfTheWhole()
{
    const std::string whole = "The quick brown fox jumps over the lazy dog";
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        Sha256 hash;
        hash.add(std::as_bytes(std::span(whole).first(cut)));
        hash.add(std::as_bytes(std::span(whole).subspan(cut)));
        QCOMPARE(hash.finish(),
                 std::string("d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"));
    }
}

void TestSha256::aFileIsHashedAsItIsOnDisk()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("large")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QByteArray bytes(3 * 1024 * 1024 + 17, 'a');
    QCOMPARE(file.write(bytes), bytes.size());
    file.close();
    const auto hash = sha256OfFile(file.fileName().toStdString());
    QVERIFY(hash);
    QCOMPARE(*hash, Sha256::ofBytes(std::as_bytes(
                        std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())))));
}

void TestSha256::whatIsNotAReadableFileIsAnError()
{
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    QCOMPARE(::mkfifo((root / "pipe").c_str(), 0600), 0);
    for (const std::filesystem::path &path :
         {root / "missing", root, root / "pipe", std::filesystem::path("/dev/zero")}) {
        const auto hash = sha256OfFile(path);
        QVERIFY2(!hash, path.c_str());
        QVERIFY(hash.error().code == error_codes::kCannotRead);
        QVERIFY(hash.error().message.contains(QString::fromStdString(path.string())));
    }
}

QTEST_GUILESS_MAIN(TestSha256)
#include "tst_Sha256.moc"
