// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/Coordinates.h"
#include "backend/volume/OtherFormats.h"
#include "backend/volume/VolumeErrors.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>

#include <cstring>

using namespace mrb::volume;
namespace codes = mrb::volume::error_codes;

namespace {

/// 4 x 3 x 2 int16 voxels 0, 1, 2, ... as both formats store them here, x fastest.
QByteArray rampVoxels()
{
    QByteArray out;
    for (qint16 i = 0; i < 24; ++i)
        out.append(reinterpret_cast<const char *>(&i), 2);
    return out;
}

QByteArray nrrdHeader(const QByteArray &space = "left-posterior-superior")
{
    return "NRRD0005\ntype: int16\ndimension: 3\nspace: " + space +
           "\nsizes: 4 3 2\nspace directions: (2,0,0) (0,3,0) (0,0,4)\n"
           "kinds: domain domain domain\nendian: little\nencoding: raw\n"
           "space origin: (10,20,30)\n";
}

QByteArray metaHeader()
{
    return "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
           "CompressedData = False\nTransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 10 20 30\n"
           "ElementSpacing = 2 3 4\nDimSize = 4 3 2\nElementType = MET_SHORT\n";
}

constexpr std::array<double, 16> kExpectedRas = {-2, 0, 0, -10, 0, -3, 0, -20,
                                                 0,  0, 4, 30,  0, 0,  0, 1};

} // namespace

class tst_OtherFormats : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void soundFile_isReadWithItsGeometryInRas_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("NRRD") << u"a.nrrd"_qs << nrrdHeader() + "\n" + rampVoxels();
        QTest::newRow("NRRD by content") << u"a.bin"_qs << nrrdHeader() + "\n" + rampVoxels();
        QTest::newRow("MetaImage")
            << u"a.mha"_qs << metaHeader() + "ElementDataFile = LOCAL\n" + rampVoxels();
        QTest::newRow("NRRD, voxels beside it")
            << u"a.nhdr"_qs << nrrdHeader() + "data file: voxels.raw\n";
        QTest::newRow("MetaImage, voxels beside it")
            << u"a.mhd"_qs << metaHeader() + "ElementDataFile = voxels.raw\n";
    }
    void soundFile_isReadWithItsGeometryInRas()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        write(u"voxels.raw"_qs, rampVoxels());
        const auto volume = readWithItk(write(name, content));
        if (!volume)
            QFAIL(qPrintable(volume.error().message));
        QCOMPARE(volume->geometry.dims, (std::array<std::int64_t, 3>{4, 3, 2}));
        QCOMPARE(volume->geometry.spacingMm, (std::array<double, 3>{2, 3, 4}));
        QCOMPARE(volume->geometry.affineRas, kExpectedRas);
        QCOMPARE(volume->storedType, ScalarType::Int16);
        QVERIFY(!volume->isScaled());
        const QByteArray expected = rampVoxels();
        QCOMPARE(volume->voxels->size(), std::size_t(expected.size()));
        QVERIFY(std::memcmp(volume->voxels->data(), expected.data(), volume->voxels->size()) == 0);
    }

    void rasNrrd_staysWhereItIs()
    {
        const auto volume = readWithItk(
            write(u"ras.nrrd"_qs, nrrdHeader("right-anterior-superior") + "\n" + rampVoxels()));
        QVERIFY(volume);
        constexpr std::array<double, 16> kExpected = {2, 0, 0, 10, 0, 3, 0, 20,
                                                      0, 0, 4, 30, 0, 0, 0, 1};
        QCOMPARE(volume->geometry.affineRas, kExpected);
    }

    void everyElementType_keepsItsType_data()
    {
        QTest::addColumn<QByteArray>("element");
        QTest::addColumn<int>("type");
        QTest::newRow("char") << QByteArray("MET_CHAR") << int(ScalarType::Int8);
        QTest::newRow("uchar") << QByteArray("MET_UCHAR") << int(ScalarType::UInt8);
        QTest::newRow("ushort") << QByteArray("MET_USHORT") << int(ScalarType::UInt16);
        QTest::newRow("int") << QByteArray("MET_INT") << int(ScalarType::Int32);
        QTest::newRow("uint") << QByteArray("MET_UINT") << int(ScalarType::UInt32);
        QTest::newRow("long long") << QByteArray("MET_LONG_LONG") << int(ScalarType::Int64);
        QTest::newRow("float") << QByteArray("MET_FLOAT") << int(ScalarType::Float32);
        QTest::newRow("double") << QByteArray("MET_DOUBLE") << int(ScalarType::Float64);
    }
    void everyElementType_keepsItsType()
    {
        QFETCH(QByteArray, element);
        QFETCH(int, type);
        const auto expected = static_cast<ScalarType>(type);
        const QByteArray voxels(qsizetype(24 * scalarSize(expected)), '\1');
        const auto volume =
            readWithItk(write(u"typed.mha"_qs, metaHeader().replace("MET_SHORT", element) +
                                                   "ElementDataFile = LOCAL\n" + voxels));
        if (!volume)
            QFAIL(qPrintable(volume.error().message));
        QVERIFY(volume->storedType == expected);
    }

    void badFile_isAnErrorNotAnException_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *name, const QByteArray &content, mrb::ErrorCode code) {
            QTest::newRow(name) << content << QString::fromLatin1(code.id().data());
        };
        const QByteArray nrrd = nrrdHeader() + "\n" + rampVoxels();
        const QByteArray meta = metaHeader() + "ElementDataFile = LOCAL\n" + rampVoxels();
        row("neither", "something else", codes::kUnknownFormat);
        row("NRRD, voxels cut", nrrd.chopped(10), codes::kOtherFormatDamaged);
        row("NRRD, header cut", nrrd.left(40), codes::kOtherFormatDamaged);
        row("NRRD, nonsense sizes", QByteArray(nrrd).replace("4 3 2", "4 x 2"),
            codes::kOtherFormatDamaged);
        row("NRRD, absurd sizes", QByteArray(nrrd).replace("4 3 2", "40000 30000 20000"),
            codes::kUnsupportedFormat);
        row("NRRD, sizes beyond the file", QByteArray(nrrd).replace("4 3 2", "1000 1000 1000"),
            codes::kOtherFormatDamaged);
        row("NRRD, file of another folder", nrrdHeader() + "data file: ../voxels.raw\n",
            codes::kUnsupportedFormat);
        row("NRRD, absolute file", nrrdHeader() + "data file: /etc/passwd\n",
            codes::kUnsupportedFormat);
        row("NRRD, list of files", nrrdHeader() + "data file: LIST\nx.raw\n",
            codes::kUnsupportedFormat);
        row("MetaImage, voxels cut", meta.chopped(10), codes::kOtherFormatDamaged);
        row("MetaImage, absolute file", metaHeader() + "ElementDataFile = /etc/passwd\n",
            codes::kUnsupportedFormat);
        row("MetaImage, pattern", metaHeader() + "ElementDataFile = slice%03d.raw 1 2 1\n",
            codes::kUnsupportedFormat);
        row("MetaImage, list", metaHeader() + "ElementDataFile = LIST\nx.raw\n",
            codes::kUnsupportedFormat);
        row("MetaImage, missing file", metaHeader() + "ElementDataFile = nowhere.raw\n",
            codes::kOtherFormatDamaged);
        row("MetaImage, no data", metaHeader(), codes::kOtherFormatDamaged);
        row("MetaImage, colours",
            metaHeader() + "ElementNumberOfChannels = 3\nElementDataFile = LOCAL\n" +
                rampVoxels().repeated(3),
            codes::kUnsupportedFormat);
        row("MetaImage, four dimensions",
            "ObjectType = Image\nNDims = 4\nBinaryData = True\nDimSize = 2 2 2 3\n"
            "ElementSpacing = 1 1 1 1\nElementType = MET_SHORT\nElementDataFile = LOCAL\n" +
                rampVoxels(),
            codes::kUnsupportedFormat);
    }
    void badFile_isAnErrorNotAnException()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, code);
        const auto volume = readWithItk(write(u"bad.mha"_qs, content));
        QVERIFY(!volume);
        QCOMPARE(QString::fromLatin1(volume.error().code.id().data()), code);
        QVERIFY(volume.error().message.contains(u"bad.mha"));
        QVERIFY(!volume.error().hint.isEmpty());
    }

    void whatIsNoFile_isRefusedWithoutBlocking()
    {
        ::mkfifo(qPrintable(m_folder.filePath(u"fifo.nrrd"_qs)), 0600);
        for (const QString &name : {u"fifo.nrrd"_qs, u"."_qs, u"missing.nrrd"_qs})
            QVERIFY(!readWithItk(m_folder.filePath(name).toStdString()));
    }

    void lpsAndRas_areEachOthersInverse()
    {
        constexpr std::array<double, 16> kAffine = {1, 2,  3,  4,  5, 6, 7, 8,
                                                    9, 10, 11, 12, 0, 0, 0, 1};
        const auto flipped = flipLpsRas(kAffine);
        QCOMPARE(flipped[0], -1.0);
        QCOMPARE(flipped[7], -8.0);
        QCOMPARE(flipped[11], 12.0);
        QCOMPARE(flipLpsRas(flipped), kAffine);
    }

private:
    std::filesystem::path write(const QString &name, const QByteArray &content) const
    {
        QFile out(m_folder.filePath(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
            qFatal("cannot write a test file");
        return m_folder.filePath(name).toStdString();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(tst_OtherFormats)
#include "tst_OtherFormats.moc"
