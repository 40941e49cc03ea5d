// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "VolumeTestFiles.h"
#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/volume/NiftiReader.h"
#include "backend/volume/ScalarVisit.h"
#include "backend/volume/VoxelStatistics.h"

#include <QCryptographicHash>
#include <QJsonObject>

#include <cmath>
#include <cstring>

using namespace mrb::volume;

namespace {

bool isClose(double actual, double expected)
{
    return std::abs(actual - expected) <= 1e-12 * std::abs(expected);
}

QString hashOf(const QByteArray &content)
{
    return QString::fromLatin1(
        QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex());
}

std::span<const std::byte> bytesOf(const QByteArray &content)
{
    return std::as_bytes(std::span(content.data(), static_cast<std::size_t>(content.size())));
}

} // namespace

class tst_NiftiReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_files.make()); }

    void facts_areWhatNibabelSays_data() { everyFile(); }
    void facts_areWhatNibabelSays()
    {
        QFETCH(QJsonObject, expected);
        const VolumeRecord record = inspect(expected);
        QVERIFY2(record.readable(), messageOf(record));
        const NiftiFacts &facts = *record.facts;
        for (qsizetype i = 0; i < 3; ++i) {
            const auto axis = static_cast<std::size_t>(i);
            QCOMPARE(facts.geometry.dims[axis], expected[u"dims"].toArray()[i].toInteger());
            QCOMPARE(facts.geometry.spacingMm[axis], expected[u"spacing"].toArray()[i].toDouble());
        }
        // Bit for bit: the numbers go into a record of evidence.
        for (qsizetype i = 0; i < 16; ++i)
            QVERIFY2(facts.geometry.affineRas[static_cast<std::size_t>(i)] ==
                         expected[u"affine"].toArray()[i].toDouble(),
                     qPrintable(QStringLiteral("affine %1").arg(i)));
        QCOMPARE(QString::fromLatin1(scalarName(facts.storedType).data()),
                 expected[u"type"].toString());
        QCOMPARE(facts.niftiVersion, expected[u"version"].toInt());
        QCOMPARE(facts.byteSwapped, expected[u"swapped"].toBool());
        QCOMPARE(facts.slope, expected[u"slope"].toDouble());
        QCOMPARE(facts.intercept, expected[u"inter"].toDouble());
        QCOMPARE(facts.sformCode, expected[u"sform"].toInt());
        QCOMPARE(facts.qformCode, expected[u"qform"].toInt());
        QCOMPARE(facts.xyztUnits, expected[u"units"].toInt());
        QCOMPARE(facts.description, expected[u"descrip"].toString());
        if (expected.contains(u"disagree"))
            QCOMPARE(facts.formsDisagree, expected[u"disagree"].toBool());
    }

    void statistics_areWhatNumpyComputes_data() { everyFile(); }
    void statistics_areWhatNumpyComputes()
    {
        QFETCH(QJsonObject, expected);
        const VolumeRecord record = inspect(expected);
        QVERIFY2(record.readable(), messageOf(record));
        compareStatistics(*record.statistics, expected);
    }

    void keptVoxels_areTheStoredOnesInHostOrder_data() { everyFile(); }
    void keptVoxels_areTheStoredOnesInHostOrder()
    {
        QFETCH(QJsonObject, expected);
        const auto volume = readNifti(m_files.file(expected[u"file"].toString()));
        QVERIFY(volume);
        QCOMPARE(volume->voxels->size(),
                 volume->geometry.voxelCount() * scalarSize(volume->storedType));
        StatisticsAccumulator again(volume->storedType, false, volume->slope, volume->intercept);
        again.add(*volume->voxels);
        compareStatistics(again.result(), expected);
    }

    void record_holdsSizeAndHashOfTheFileOnDisk()
    {
        for (const QString &name : {u"sound.nii.gz"_qs, u"sound.nii"_qs, u"twin.nii"_qs}) {
            const VolumeRecord record = inspectNifti(m_files.file(name));
            const QByteArray content = m_files.content(name);
            QCOMPARE(record.bytes.value(), static_cast<std::uint64_t>(content.size()));
            QCOMPARE(QString::fromStdString(record.sha256), hashOf(content));
        }
    }

    void onlyTheFileAskedForIsRead()
    {
        QCOMPARE(inspectNifti(m_files.file(u"twin.nii.gz"_qs)).statistics->intensity->max, 5.0);
        QCOMPARE(inspectNifti(m_files.file(u"twin.nii"_qs)).statistics->intensity->max, 9.0);
        QVERIFY(QFile::copy(m_files.path(u"twin.nii"_qs), m_files.path(u"lonely.nii"_qs)));
        QVERIFY(!inspectNifti(m_files.file(u"lonely.nii.gz"_qs)).readable());
    }

    void voxelsArriveInFileOrder()
    {
        const auto volume = readNifti(m_files.file(u"extension.nii.gz"_qs));
        QVERIFY(volume);
        // NumPy's arange(8) in C order of a (2, 2, 2) array, stored with x fastest.
        constexpr std::array<std::int16_t, 8> kStored = {0, 4, 2, 6, 1, 5, 3, 7};
        QVERIFY(std::memcmp(volume->voxels->data(), kStored.data(), sizeof kStored) == 0);
    }

    void symbolicLink_isFollowed()
    {
        QVERIFY(QFile::link(m_files.path(u"sound.nii"_qs), m_files.path(u"link.nii"_qs)));
        QVERIFY(inspectNifti(m_files.file(u"link.nii"_qs)).readable());
    }

    void onePass_givesRecordAndVolume()
    {
        const NiftiReadout out = inspectAndReadNifti(
            m_files.file(u"sound.nii.gz"_qs), ReadOptions{.keepVoxels = true, .measure = true});
        QVERIFY(out.volume && out.record.readable() && out.record.measurements);
        QCOMPARE(out.volume->geometry, out.record.facts->geometry);
        const NiftiReadout bare = inspectAndReadNifti(m_files.file(u"sound.nii.gz"_qs), {});
        QVERIFY(!bare.volume && !bare.record.measurements);
        QCOMPARE(*bare.record.statistics, *out.record.statistics);
    }

    void statistics_doNotDependOnHowTheBytesArrive_data()
    {
        QTest::addColumn<int>("pieceBytes");
        for (const int bytes : {1, 3, 7, 4093, 1 << 20})
            QTest::addRow("%d bytes", bytes) << bytes;
    }
    void statistics_doNotDependOnHowTheBytesArrive()
    {
        QFETCH(int, pieceBytes);
        const QByteArray raw = m_files.content(u"sound.nii"_qs).mid(352);
        for (const ScalarType type : {ScalarType::Int16, ScalarType::UInt32, ScalarType::UInt64}) {
            StatisticsAccumulator whole(type, true, 1.0, 0.0);
            whole.add(bytesOf(raw));
            StatisticsAccumulator pieces(type, true, 1.0, 0.0);
            for (qsizetype at = 0; at < raw.size(); at += pieceBytes)
                pieces.add(bytesOf(raw.mid(at, pieceBytes)));
            const VolumeStatistics a = whole.result();
            const VolumeStatistics b = pieces.result();
            QCOMPARE(b.voxels, a.voxels);
            QCOMPARE(b.zero, a.zero);
            QCOMPARE(b.intensity->max, a.intensity->max);
            QVERIFY(isClose(b.intensity->mean, a.intensity->mean));
            QVERIFY(isClose(b.intensity->std, a.intensity->std));
        }
    }

    void extremesOfEveryType_haveExactMoments_data()
    {
        QTest::addColumn<int>("type");
        for (int type = 0; type < 8; ++type)
            QTest::newRow(scalarName(static_cast<ScalarType>(type)).data()) << type;
    }
    void extremesOfEveryType_haveExactMoments()
    {
        QFETCH(int, type);
        // Half lowest, half highest: mean in the middle, standard deviation half the range.
        visitScalar(static_cast<ScalarType>(type), [type]<class T>(std::type_identity<T>) {
            if constexpr (std::is_integral_v<T>) {
                std::vector<T> values(100000, std::numeric_limits<T>::lowest());
                std::fill_n(values.begin(), 50000, std::numeric_limits<T>::max());
                StatisticsAccumulator sums(static_cast<ScalarType>(type), false, 1.0, 0.0);
                sums.add(std::as_bytes(std::span(values)));
                const auto low = static_cast<double>(std::numeric_limits<T>::lowest());
                const auto high = static_cast<double>(std::numeric_limits<T>::max());
                const VolumeStatistics result = sums.result();
                QVERIFY(std::abs(result.intensity->mean - (low / 2 + high / 2)) <= 1.0);
                QVERIFY(isClose(result.intensity->std, high / 2 - low / 2));
            }
        });
    }

    void realVolume_hasTheValuesOfTheReference()
    {
        const QDir folder(QStringLiteral(MRB_SOURCE_DIR "/../shared/contract/real-run"));
        QFile file(folder.filePath(u"reference-result.json"_qs));
        if (!file.open(QIODevice::ReadOnly))
            QSKIP("the real run is not beside this checkout");
        const QJsonObject sample =
            QJsonDocument::fromJson(file.readAll())[u"output"][u"samples"][0].toObject();
        const QString name = sample[u"image_path"].toString().section(u'/', -1);
        const VolumeRecord record = inspectNifti(folder.filePath(name).toStdString());
        QVERIFY2(record.readable(), messageOf(record));
        QCOMPARE(QString::fromStdString(record.sha256), sample[u"image_sha256"].toString());
        QCOMPARE(static_cast<qint64>(*record.bytes), sample[u"image_bytes"].toInteger());
        const IntensityStatistics &intensity = *record.statistics->intensity;
        QCOMPARE(intensity.min, sample[u"intensity_min"].toDouble());
        QCOMPARE(intensity.max, sample[u"intensity_max"].toDouble());
        QCOMPARE(mrb::roundLikePython(intensity.mean, 3), sample[u"intensity_mean"].toDouble());
        QCOMPARE(mrb::roundLikePython(intensity.std, 3), sample[u"intensity_std"].toDouble());
        for (qsizetype i = 0; i < 3; ++i) {
            const auto axis = static_cast<std::size_t>(i);
            QCOMPARE(record.facts->geometry.dims[axis],
                     sample[u"image_shape"].toArray()[i].toInteger());
            QCOMPARE(mrb::roundLikePython(record.facts->geometry.spacingMm[axis], 6),
                     sample[u"image_spacing"].toArray()[i].toDouble());
        }
        for (std::size_t i = 0; i < 16; ++i)
            QVERIFY(record.facts->geometry.affineRas[i] ==
                    sample[u"image_affine"]
                        .toArray()[static_cast<qsizetype>(i / 4)]
                        .toArray()[static_cast<qsizetype>(i % 4)]
                        .toDouble());
        QCOMPARE(record.facts->sformCode, 2);
        QCOMPARE(record.facts->qformCode, 0);
    }

private:
    void everyFile()
    {
        QTest::addColumn<QJsonObject>("expected");
        const QJsonArray all = m_files.expected();
        QVERIFY(all.size() > 80);
        for (const QJsonValue &row : all)
            QTest::newRow(qPrintable(row[u"file"].toString())) << row.toObject();
    }

    VolumeRecord inspect(const QJsonObject &expected) const
    {
        return inspectNifti(m_files.file(expected[u"file"].toString()));
    }

    static const char *messageOf(const VolumeRecord &record)
    {
        static QByteArray text;
        text = record.error ? record.error->message.toUtf8() : QByteArray();
        return text.constData();
    }

    static void compareStatistics(const VolumeStatistics &actual, const QJsonObject &expected)
    {
        const auto count = [&expected](QStringView key) {
            return static_cast<std::uint64_t>(expected[key].toInteger());
        };
        QCOMPARE(actual.voxels, count(u"voxels"));
        QCOMPARE(actual.finite, count(u"finite"));
        QCOMPARE(actual.nan, count(u"nan"));
        QCOMPARE(actual.inf, count(u"inf"));
        QCOMPARE(actual.zero, count(u"zero"));
        QCOMPARE(actual.negative, count(u"negative"));
        QCOMPARE(actual.intensity.has_value(), expected.contains(u"min"));
        if (!actual.intensity)
            return;
        QVERIFY(actual.intensity->min == expected[u"min"].toDouble());
        QVERIFY(actual.intensity->max == expected[u"max"].toDouble());
        // The mean of large values of both signs loses digits; its error is one of their size.
        const double scale = std::max(std::abs(actual.intensity->mean), actual.intensity->std);
        QVERIFY(std::abs(actual.intensity->mean - expected[u"mean"].toDouble()) <= 1e-13 * scale);
        // A spread far below the values' own size is known only so well.
        QVERIFY(std::abs(actual.intensity->std - expected[u"std"].toDouble()) <=
                1e-12 * actual.intensity->std + 1e-20 * std::abs(actual.intensity->mean));
        if (expected.contains(u"mean3")) {
            QVERIFY(mrb::roundLikePython(actual.intensity->mean, 3) ==
                    expected[u"mean3"].toDouble());
            QVERIFY(mrb::roundLikePython(actual.intensity->std, 3) == expected[u"std3"].toDouble());
        }
    }

    VolumeTestFiles m_files;
};

QTEST_GUILESS_MAIN(tst_NiftiReader)
#include "tst_NiftiReader.moc"
