// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "VolumeTestFiles.h"
#include "backend/volume/HashingFileReader.h"
#include "backend/volume/NiftiReader.h"
#include "backend/volume/VolumeErrors.h"

#include <QCryptographicHash>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <limits>

using namespace mrb::volume;
namespace codes = mrb::volume::error_codes;

namespace {

struct Damage
{
    const char *what;
    const char *file; ///< the sound file to damage
    std::function<QByteArray(QByteArray)> apply;
    mrb::ErrorCode code;
};

template <class T> QByteArray patched(QByteArray content, qsizetype offset, T value)
{
    Q_ASSERT(offset + qsizetype(sizeof value) <= content.size());
    std::memcpy(content.data() + offset, &value, sizeof value);
    return content;
}

template <class T> std::function<QByteArray(QByteArray)> setField(qsizetype offset, T value)
{
    return [=](const QByteArray &content) { return patched(content, offset, value); };
}

std::function<QByteArray(QByteArray)> cutTo(double fraction)
{
    return [=](const QByteArray &content) {
        return content.left(qsizetype(double(content.size()) * fraction));
    };
}

std::function<QByteArray(QByteArray)> cutBytes(qsizetype count)
{
    return [=](const QByteArray &content) { return content.chopped(count); };
}

std::function<QByteArray(QByteArray)> append(const QByteArray &tail)
{
    return [=](const QByteArray &content) { return content + tail; };
}

/// Flips one bit so many bytes before the end.
std::function<QByteArray(QByteArray)> flipFromEnd(qsizetype back)
{
    return [=](QByteArray content) {
        content[content.size() - back] = char(content[content.size() - back] ^ 1);
        return content;
    };
}

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<Damage> containerDamages()
{
    const auto gz = "sound.nii.gz";
    return {
        {"gzip cut in its header", gz, [](const QByteArray &c) { return c.left(5); },
         codes::kGzipTruncated},
        {"gzip cut after its header", gz, cutTo(0.0001), codes::kGzipTruncated},
        {"gzip cut in the middle", gz, cutTo(0.5), codes::kGzipTruncated},
        {"gzip cut at a piece's end", gz, [](const QByteArray &c) { return c.left(262144); },
         codes::kGzipTruncated},
        {"gzip without its trailer", gz, cutBytes(8), codes::kGzipTruncated},
        {"gzip without its last byte", gz, cutBytes(1), codes::kGzipTruncated},
        {"gzip CRC", gz, flipFromEnd(8), codes::kGzipCrc},
        {"gzip CRC, last byte", gz, flipFromEnd(5), codes::kGzipCrc},
        {"gzip length", gz, flipFromEnd(4), codes::kGzipLength},
        {"gzip length, last byte", gz, flipFromEnd(1), codes::kGzipLength},
        {"gzip method", gz, setField<char>(2, 7), codes::kGzipHeader},
        {"gzip reserved flag", gz, setField<char>(3, char(0x80)), codes::kGzipHeader},
        {"garbage after gzip", gz, append("garbage"), codes::kGzipTrailingGarbage},
        {"one byte after gzip", gz, append(QByteArray(1, '\0')), codes::kGzipTrailingGarbage},
        {"half a magic after gzip", gz,
         append("\x1f\x8a"
                "aaaaaaaaaa"),
         codes::kGzipTrailingGarbage},
        {"a further member cut", gz, append(QByteArray::fromHex("1f8b0800000000000003")),
         codes::kGzipTruncated},
        {"members' second CRC", "members.nii.gz", flipFromEnd(8), codes::kGzipCrc},
        {"voxels missing", "sound.nii", cutBytes(1), codes::kVoxelsMissing},
        {"half of the voxels", "sound.nii", cutTo(0.5), codes::kVoxelsMissing},
        {"no voxel", "sound.nii", [](const QByteArray &c) { return c.left(352); },
         codes::kVoxelsMissing},
        {"header alone", "sound.nii", [](const QByteArray &c) { return c.left(348); },
         codes::kVoxelsMissing},
        {"header cut", "sound.nii", [](const QByteArray &c) { return c.left(347); },
         codes::kNiftiHeaderTruncated},
        {"three bytes", "sound.nii", [](const QByteArray &c) { return c.left(3); },
         codes::kNiftiHeaderTruncated},
        {"NIfTI-2 header cut", "small_v2.nii", [](const QByteArray &c) { return c.left(500); },
         codes::kNiftiHeaderTruncated},
        {"a byte after the voxels", "sound.nii", append("x"), codes::kExtraData},
        {"empty", "sound.nii", [](const QByteArray &) { return QByteArray(); }, codes::kEmptyFile},
        {"text", "sound.nii", [](const QByteArray &) { return QByteArray("<html>sorry</html>"); },
         codes::kNotNifti},
        {"pair", "pair.hdr", append({}), codes::kNiftiPair},
        {"NIfTI-2 pair", "pair2.hdr", append({}), codes::kNiftiPair},
        {"Analyze", "analyze.hdr", append({}), codes::kAnalyze},
    };
}

std::vector<Damage> shapeDamages()
{
    const auto nii = "sound.nii";
    const auto v2 = "small_v2.nii";
    return {
        {"sizeof_hdr", nii, setField<int>(0, 349), codes::kNotNifti},
        {"magic", nii, setField<char>(344, 'x'), codes::kAnalyze},
        {"NIfTI-2 magic", v2, setField<char>(4, 'x'), codes::kNotNifti},
        {"NIfTI-2 line ends", v2, setField<char>(8, '\n'), codes::kNotNifti},
        {"rank 0", nii, setField<short>(40, 0), codes::kNiftiDimensions},
        {"rank 8", nii, setField<short>(40, 8), codes::kNiftiDimensions},
        {"zero extent", nii, setField<short>(42, 0), codes::kNiftiDimensions},
        {"negative extent", nii, setField<short>(44, -1), codes::kNiftiDimensions},
        {"four-dimensional", nii,
         [](const QByteArray &c) { return patched<short>(patched<short>(c, 40, 4), 48, 2); },
         codes::kNiftiFourDimensional},
        {"vector in the fifth dimension", nii,
         [](const QByteArray &c) {
             return patched<short>(patched<short>(patched<short>(c, 40, 5), 48, 1), 50, 3);
         },
         codes::kNiftiFourDimensional},
        {"more voxels than the file has", nii, setField<short>(42, 32767), codes::kVoxelsMissing},
        {"fewer voxels than the file has", nii, setField<short>(42, 89), codes::kExtraData},
        {"absurd NIfTI-2 extent", v2, setField<qint64>(24, qint64{1} << 62), codes::kNiftiTooLarge},
        {"extents that overflow 64 bits", v2,
         [](const QByteArray &c) {
             const qint64 extent = qint64{1} << 22;
             return patched(patched(patched(c, 24, extent), 32, extent), 40, extent);
         },
         codes::kNiftiTooLarge},
        {"unknown datatype", nii, setField<short>(70, 3), codes::kNiftiDatatype},
        {"complex", nii, setField<short>(70, 32), codes::kNiftiDatatype},
        {"RGB", nii, setField<short>(70, 128), codes::kNiftiDatatype},
        {"float128", nii, setField<short>(70, 1536), codes::kNiftiDatatype},
        {"bitpix", nii, setField<short>(72, 8), codes::kNiftiBitpix},
    };
}

std::vector<Damage> spaceDamages()
{
    const auto nii = "sound.nii";
    const auto v2 = "small_v2.nii";
    return {
        {"zero spacing", nii, setField<float>(80, 0.0F), codes::kNiftiSpacing},
        {"NaN spacing", nii, setField<float>(84, kNaN), codes::kNiftiSpacing},
        {"infinite spacing", nii, setField<float>(88, kInfinity), codes::kNiftiSpacing},
        {"offset inside the header", nii, setField<float>(108, 351.0F), codes::kNiftiVoxelOffset},
        {"offset 0", nii, setField<float>(108, 0.0F), codes::kNiftiVoxelOffset},
        {"fractional offset", nii, setField<float>(108, 352.5F), codes::kNiftiVoxelOffset},
        {"NaN offset", nii, setField<float>(108, kNaN), codes::kNiftiVoxelOffset},
        {"negative NIfTI-2 offset", v2, setField<qint64>(168, -1), codes::kNiftiVoxelOffset},
        {"offset beyond the file", nii, setField<float>(108, 1e9F), codes::kVoxelsMissing},
        {"slope with a NaN intercept", nii,
         [](const QByteArray &c) {
             return patched<float>(patched<float>(c, 112, 2.0F), 116, kNaN);
         },
         codes::kNiftiScaling},
        {"unknown sform code", nii, setField<short>(254, 9), codes::kNiftiTransform},
        {"negative qform code", nii, setField<short>(252, -2), codes::kNiftiTransform},
        {"NaN in the sform", nii, setField<float>(284, kNaN), codes::kNiftiTransform},
        {"flat sform", nii, setField<float>(280, 0.0F), codes::kNiftiTransform},
        {"no unit quaternion", "qform_only_v1.nii", setField<float>(256, 1.5F),
         codes::kNiftiTransform},
        {"NaN quaternion", "qform_only_v1.nii", setField<float>(260, kNaN), codes::kNiftiTransform},
        {"impossible qfac", "qform_only_v1.nii", setField<float>(76, 3.0F), codes::kNiftiTransform},
    };
}

} // namespace

class tst_NiftiDamage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_files.make()); }

    void damagedContainer_isRefusedByItsName_data() { rows(containerDamages()); }
    void damagedContainer_isRefusedByItsName() { refuse(containerDamages()); }

    void lyingShape_isRefusedByItsName_data() { rows(shapeDamages()); }
    void lyingShape_isRefusedByItsName() { refuse(shapeDamages()); }

    void lyingSpace_isRefusedByItsName_data() { rows(spaceDamages()); }
    void lyingSpace_isRefusedByItsName() { refuse(spaceDamages()); }

    void trailerAcrossTwoPieces_isChecked_data()
    {
        QTest::addColumn<int>("inSecondPiece");
        for (int bytes = 0; bytes <= 9; ++bytes)
            QTest::addRow("%d bytes", bytes) << bytes;
    }
    void trailerAcrossTwoPieces_isChecked()
    {
        QFETCH(int, inSecondPiece);
        // A long file name in the gzip header moves the trailer to a border of the reader's pieces.
        QByteArray moved = m_files.content(u"sound.nii.gz"_qs);
        QCOMPARE(int(moved[3]), 0);
        constexpr auto kPiece = qsizetype(HashingFileReader::kPieceBytes);
        const qsizetype size = (moved.size() / kPiece + 1) * kPiece + inSecondPiece;
        moved[3] = 8; // FNAME
        moved.insert(10, QByteArray(size - moved.size() - 1, 'n') + '\0');
        QCOMPARE(moved.size(), size);
        QVERIFY(inspectNifti(m_files.write(u"moved.gz"_qs, moved)).readable());
        const auto codeOf = [this](const QByteArray &content) {
            return inspectNifti(m_files.write(u"moved.gz"_qs, content)).error->code;
        };
        QCOMPARE(codeOf(flipFromEnd(6)(moved)), codes::kGzipCrc);
        QCOMPARE(codeOf(flipFromEnd(2)(moved)), codes::kGzipLength);
        QCOMPARE(codeOf(moved.chopped(3)), codes::kGzipTruncated);
        QCOMPARE(codeOf(moved + "x"), codes::kGzipTrailingGarbage);
    }

    void messages_sayHowManyBytesWereExpectedAndFound()
    {
        const QByteArray sound = m_files.content(u"sound.nii"_qs);
        const auto message = [this](const QByteArray &content) {
            return inspectNifti(m_files.write(u"counted.nii"_qs, content)).error->message;
        };
        const QString expected = QString::number(sound.size() - 352);
        QVERIFY(message(sound.chopped(100)).contains(expected));
        QVERIFY(message(sound.chopped(100)).contains(QString::number(sound.size() - 452)));
        QVERIFY(message(sound + QByteArray(77, 'x')).contains(u"77"));
        const QByteArray gzip = m_files.content(u"sound.nii.gz"_qs);
        QVERIFY(message(gzip.left(gzip.size() / 2)).contains(expected));
        QVERIFY(message(gzip.left(gzip.size() / 2)).contains(QString::number(gzip.size() / 2)));
    }

    void compressedExtraAndMissingVoxels_areTold()
    {
        // Whole gzip members before and after change the stream's length and nothing else.
        const QByteArray gzip = m_files.content(u"sound.nii.gz"_qs);
        const auto extra = inspectNifti(
            m_files.write(u"extra.nii.gz"_qs, gzip + m_files.content(u"blank.nii.gz"_qs)));
        QCOMPARE(extra.error->code, codes::kExtraData);
        const auto missing = inspectNifti(m_files.write(
            u"missing.nii.gz"_qs, firstMember(m_files.content(u"header_member.nii.gz"_qs))));
        QCOMPARE(missing.error->code, codes::kNiftiHeaderTruncated);
    }

    void flippingAnyByte_neverGivesOtherVoxels()
    {
        const QByteArray sound = m_files.content(u"small.nii.gz"_qs);
        const NiftiReadout reference =
            readNiftiFile(m_files.file(u"small.nii.gz"_qs), {.keepVoxels = true});
        QVERIFY(reference.volume);
        int harmless = 0;
        for (const int mask : {0x01, 0x80, 0xFF}) {
            for (qsizetype i = 0; i < sound.size(); ++i) {
                QByteArray flipped = sound;
                flipped[i] = char(flipped[i] ^ mask);
                const NiftiReadout out = readNiftiFile(m_files.write(u"flipped.nii.gz"_qs, flipped),
                                                       {.keepVoxels = true});
                if (!out.volume)
                    continue;
                ++harmless;
                QVERIFY2(*out.volume->voxels == *reference.volume->voxels &&
                             out.record.facts == reference.record.facts &&
                             out.record.statistics == reference.record.statistics,
                         qPrintable(QStringLiteral("byte %1, mask %2").arg(i).arg(mask)));
            }
        }
        // What may change unseen: time, extra flags and system in the gzip header (6 bytes), its
        // text flag, and bits that fill up the last byte of the deflate stream.
        QVERIFY(harmless <= 3 * 8);
    }

    void flippingAnyHeaderByte_neverCrashes()
    {
        for (const QString &name : {u"small_v2.nii"_qs, u"qform_only_v1.nii"_qs}) {
            const QByteArray sound = m_files.content(name);
            for (qsizetype i = 0; i < std::min<qsizetype>(sound.size(), 544); ++i) {
                for (const int mask : {0x01, 0x40, 0x80, 0xFF}) {
                    QByteArray flipped = sound;
                    flipped[i] = char(flipped[i] ^ mask);
                    const auto record = inspectNifti(m_files.write(u"flipped.nii"_qs, flipped));
                    QVERIFY(record.readable() || !record.error->message.isEmpty());
                    QVERIFY(!record.sha256.empty());
                }
            }
        }
    }

    void cuttingAtEveryByte_isNeverAVolume()
    {
        const QByteArray sound = m_files.content(u"small.nii.gz"_qs);
        for (qsizetype length = 0; length < sound.size(); ++length)
            QVERIFY(!inspectNifti(m_files.write(u"cut.nii.gz"_qs, sound.left(length))).readable());
    }

    void promiseBeyondCompression_isRefusedBeforeAnyMemoryIsTaken()
    {
        // 16 GB promised by a few hundred bytes.
        QByteArray header = m_files.content(u"small_v2.nii"_qs).left(544);
        for (const qsizetype offset : {24, 32, 40})
            header = patched<qint64>(header, offset, 2000);
        const auto before = peakMemoryKiB();
        const auto out = readNiftiFile(m_files.write(u"bomb.nii.gz"_qs, storedGzip(header)),
                                       {.keepVoxels = true});
        QCOMPARE(out.record.error->code, codes::kSizeImplausible);
        QVERIFY(peakMemoryKiB() - before < 100 * 1024);
    }

    void whatIsNoFile_isRefusedWithoutBlocking_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("exists");
        QTest::newRow("folder") << m_files.path(u"reference"_qs) << true;
        QTest::newRow("device") << u"/dev/zero"_qs << true;
        QTest::newRow("FIFO") << m_files.path(u"fifo.nii.gz"_qs) << true;
        QTest::newRow("missing") << m_files.path(u"missing.nii"_qs) << false;
        QTest::newRow("dangling link") << m_files.path(u"dangling.nii"_qs) << false;
        QTest::newRow("below a file") << m_files.path(u"sound.nii/x.nii"_qs) << false;
    }
    void whatIsNoFile_isRefusedWithoutBlocking()
    {
        QFETCH(QString, path);
        QFETCH(bool, exists);
        ::mkfifo(qPrintable(m_files.path(u"fifo.nii.gz"_qs)), 0600);
        QFile::link(m_files.path(u"nothing"_qs), m_files.path(u"dangling.nii"_qs));
        const auto record = inspectNifti(path.toStdString());
        QVERIFY(!record.readable());
        QCOMPARE(record.error->code,
                 exists ? codes::kNotARegularFile : mrb::error_codes::kCannotRead);
        QVERIFY(!record.bytes && record.sha256.empty() && !record.facts);
        QVERIFY(!record.error->hint.isEmpty());
    }

    void fileWithoutPermission_isAnError()
    {
        if (::geteuid() == 0)
            QSKIP("root may read everything");
        const auto file = m_files.write(u"forbidden.nii"_qs, "x");
        QFile::setPermissions(m_files.path(u"forbidden.nii"_qs), {});
        QCOMPARE(inspectNifti(file).error->code, mrb::error_codes::kCannotRead);
    }

    void fileThatGrowsWhileRead_isAnError()
    {
        // Larger than the reader's buffers, so that its thread waits for this one.
        const auto file = m_files.write(u"growing.bin"_qs, QByteArray(8 << 20, 'x'));
        auto reader = HashingFileReader::open(file, {});
        QVERIFY(reader);
        QVERIFY(!(*reader)->next().empty());
        QFile out(m_files.path(u"growing.bin"_qs));
        QVERIFY(out.open(QIODevice::Append) && out.write("more") == 4);
        out.close();
        const auto hash = (*reader)->finish();
        QVERIFY(!hash);
        QCOMPARE(hash.error().code, codes::kFileChanged);
    }

    void fileThatShrinksWhileRead_isAnError()
    {
        const auto file = m_files.write(u"shrinking.bin"_qs, QByteArray(8 << 20, 'x'));
        auto reader = HashingFileReader::open(file, {});
        QVERIFY(reader);
        QVERIFY(!(*reader)->next().empty());
        QVERIFY(QFile::resize(m_files.path(u"shrinking.bin"_qs), 5 << 20));
        const auto hash = (*reader)->finish();
        QVERIFY(!hash);
        QCOMPARE(hash.error().code, codes::kFileChanged);
    }

    void stopRequest_endsReadingAsCancelled()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto out =
            readNiftiFile(m_files.file(u"sound.nii.gz"_qs), {.keepVoxels = true}, stop.get_token());
        QVERIFY(!out.volume);
        QCOMPARE(out.record.error->code, codes::kCancelled);
        QVERIFY(out.record.sha256.empty());
    }

    void abandonedReader_endsItsThread()
    {
        const auto file = m_files.write(u"long.bin"_qs, QByteArray(8 << 20, 'x'));
        auto reader = HashingFileReader::open(file, {});
        QVERIFY(reader);
        (*reader)->next();
        reader->reset(); // would hang if the waiting thread were not woken
    }

private:
    static void rows(const std::vector<Damage> &damages)
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < damages.size(); ++i)
            QTest::newRow(damages[i].what) << int(i);
    }

    void refuse(const std::vector<Damage> &damages) const
    {
        QFETCH(int, index);
        const Damage &damage = damages[std::size_t(index)];
        const QByteArray sound = m_files.content(QString::fromLatin1(damage.file));
        QVERIFY(!sound.isEmpty());
        const QByteArray content = damage.apply(sound);
        const NiftiReadout out =
            readNiftiFile(m_files.write(u"damaged.nii.gz"_qs, content), {.keepVoxels = true});
        QVERIFY(out.record.error);
        QVERIFY2(out.record.error->code == damage.code, out.record.error->code.id().data());
        QVERIFY(!out.volume && !out.record.statistics);
        // What can be said of the file is still said.
        QCOMPARE(*out.record.bytes, std::uint64_t(content.size()));
        QCOMPARE(QByteArray::fromStdString(out.record.sha256),
                 QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex());
        QVERIFY(out.record.error->message.contains(u"damaged.nii.gz"));
        QVERIFY(!out.record.error->hint.isEmpty());
    }

    /// The bytes before the second gzip member.
    static QByteArray firstMember(const QByteArray &members)
    {
        return members.left(members.indexOf(QByteArray::fromHex("1f8b08"), 3));
    }

    /// The start of a gzip member, one stored block.
    static QByteArray storedGzip(const QByteArray &content)
    {
        const auto length = quint16(content.size());
        QByteArray out = QByteArray::fromHex("1f8b080000000000000301");
        out += char(length & 0xFF);
        out += char(length >> 8);
        out += char(~length & 0xFF);
        out += char((~length >> 8) & 0xFF);
        return out + content;
    }

    static long peakMemoryKiB()
    {
        struct rusage usage = {};
        ::getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss;
    }

    VolumeTestFiles m_files;
};

QTEST_GUILESS_MAIN(tst_NiftiDamage)
#include "tst_NiftiDamage.moc"
