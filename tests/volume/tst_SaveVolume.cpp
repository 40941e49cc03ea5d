// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "PythonScript.h"
#include "SaveCases.h"
#include "backend/volume/Affine.h"
#include "backend/volume/SaveVolume.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VolumeFile.h"
#include "tests/base/FileSizeLimit.h"
#include "tests/base/OrdinaryUser.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>

#include <cmath>
#include <cstring>
#include <vector>

using namespace mrb::volume;
using namespace save_cases;
namespace codes = mrb::volume::error_codes;

namespace {

bool near(double actual, double expected, double tolerance)
{
    return std::abs(actual - expected) <= tolerance;
}

} // namespace

class tst_SaveVolume : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_cases = everyCase();
        for (const Case &one : m_cases) {
            const auto saved = saveVolume(one.volume, file(one.name), one.options);
            QVERIFY2(saved, qPrintable(one.name));
            QCOMPARE(saved->size(), one.hasQform ? 0U : 1U);
            if (!one.hasQform)
                QCOMPARE(saved->front().code, codes::kNoteQformLeftOut);
        }
        // nibabel tells formats by lower-case endings.
        QVERIFY(QFile::rename(path(u"UPPER.NII.GZ"_qs), path(u"upper.nii.gz"_qs)));
        m_cases[indexOf(u"UPPER.NII.GZ"_qs)].name = u"upper.nii.gz"_qs;
        QCOMPARE(everythingIn(m_folder.path()).size(), static_cast<qsizetype>(m_cases.size()));
        const auto described = runPython(u"describe_saved.py"_qs, m_folder.path());
        QVERIFY(described);
        m_described = QJsonDocument::fromJson(*described).object();
    }

    void savedNifti_isForNibabelWhatWasSaved_data() { rows(); }
    void savedNifti_isForNibabelWhatWasSaved()
    {
        QFETCH(int, index);
        const Case &one = m_cases[static_cast<std::size_t>(index)];
        const QJsonObject seen = m_described[one.name].toObject();
        const Volume &volume = one.volume;
        QCOMPARE(seen[u"version"].toInt(), one.version);
        QCOMPARE(seen[u"type"].toString(),
                 QString::fromLatin1(scalarName(volume.storedType).data()));
        QCOMPARE(seen[u"voxels"].toString().toLatin1(),
                 QByteArray::fromRawData(reinterpret_cast<const char *>(volume.voxels->data()),
                                         static_cast<qsizetype>(volume.voxels->size()))
                     .toHex());
        const bool wide = one.version == 2;
        const double ulp = wide ? 1e-14 : 6e-8;
        QVERIFY(near(seen[u"slope"].toDouble(), volume.slope, ulp * std::abs(volume.slope)));
        QVERIFY(near(seen[u"inter"].toDouble(), volume.intercept, ulp * 20));
        const auto edges = voxelEdges(volume.geometry.affineRas);
        const double smallest = *std::min_element(edges.begin(), edges.end());
        for (qsizetype i = 0; i < 3; ++i) {
            const auto axis = static_cast<std::size_t>(i);
            QCOMPARE(seen[u"shape"][i].toInteger(), volume.geometry.dims[axis]);
            QVERIFY(near(seen[u"zooms"][i].toDouble(), edges[axis], 2e-7));
        }
        for (qsizetype i = 0; i < 16; ++i) {
            const double expected = volume.geometry.affineRas[static_cast<std::size_t>(i)];
            QVERIFY(near(seen[u"sform"][i].toDouble(), expected, ulp * std::abs(expected)));
            QCOMPARE(seen[u"affine"][i].toDouble(), seen[u"sform"][i].toDouble());
            if (one.hasQform)
                QVERIFY(near(seen[u"qform"][i].toDouble(), expected,
                             i % 4 == 3 ? 1e-5 : 1e-5 * smallest));
        }
        const int code = one.options.spaceCode;
        const int expectedCode = code >= 1 && code <= 5 ? code : 2;
        QCOMPARE(seen[u"sform_code"].toInt(), expectedCode);
        QCOMPARE(seen[u"qform_code"].toInt(), one.hasQform ? expectedCode : 0);
        QCOMPARE(seen[u"units"][0].toString(), u"mm"_qs);
        const QString description = seen[u"descrip"].toString();
        QCOMPARE(description, one.options.description.left(description.size()));
        QVERIFY(description.size() >= std::min<qsizetype>(one.options.description.size(), 78));
    }

    void savedNifti_isReadBackAsItWas_data() { rows(); }
    void savedNifti_isReadBackAsItWas()
    {
        QFETCH(int, index);
        const Case &one = m_cases[static_cast<std::size_t>(index)];
        const auto read = readVolumeFile(file(one.name));
        if (!read)
            QFAIL(qPrintable(read.error().message));
        QVERIFY2(read->notes.empty(),
                 read->notes.empty() ? "" : qPrintable(read->notes[0].message));
        QCOMPARE(*read->volume.voxels, *one.volume.voxels);
        QCOMPARE(read->volume.storedType, one.volume.storedType);
        QCOMPARE(read->volume.geometry.dims, one.volume.geometry.dims);
        // Saved again it is the same file, byte for byte: nothing drifts.
        SaveOptions options = one.options;
        options.description = read->description;
        options.spaceCode = read->spaceCode;
        const QString again = u"again_"_qs + one.name;
        QVERIFY(saveVolume(read->volume, file(again), options));
        QCOMPARE(content(again), content(one.name));
        QFile::remove(path(again));
    }

    void savedNrrd_isReadBackAsItWas_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<double>("shear");
        for (int type = 0; type < 10; ++type)
            QTest::addRow("%s", scalarName(static_cast<ScalarType>(type)).data()) << type << 0.0;
        QTest::newRow("sheared") << 2 << 0.3;
    }
    void savedNrrd_isReadBackAsItWas()
    {
        QFETCH(int, type);
        QFETCH(double, shear);
        const Volume volume = volumeOf(static_cast<ScalarType>(type), obliqueAffine(shear));
        const auto saved = saveVolume(volume, file(u"a.nrrd"_qs), {.description = u"one\ntwo"_qs});
        QVERIFY(saved && saved->empty());
        const auto read = readVolumeFile(file(u"a.nrrd"_qs));
        if (!read)
            QFAIL(qPrintable(read.error().message));
        QVERIFY(read->notes.empty());
        QCOMPARE(read->format, u"NRRD"_qs);
        QCOMPARE(read->description, u"one two"_qs);
        QCOMPARE(*read->volume.voxels, *volume.voxels);
        QCOMPARE(read->volume.storedType, volume.storedType);
        QCOMPARE(read->volume.geometry.dims, volume.geometry.dims);
        for (std::size_t i = 0; i < 16; ++i)
            QVERIFY(near(read->volume.geometry.affineRas[i], volume.geometry.affineRas[i], 1e-12));
    }

    void nrrdHeader_saysWhereItIsInLps()
    {
        const Affine affine = {2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30, 0, 0, 0, 1};
        QVERIFY(saveVolume(volumeOf(ScalarType::Int16, affine), file(u"lps.nrrd"_qs)));
        const QByteArray header = content(u"lps.nrrd"_qs).split('\x1f').front();
        for (const char *line :
             {"NRRD000", "\ntype: int16\n", "\nspace: left-posterior-superior\n",
              "\nsizes: 7 5 3\n", "\nspace directions: (-2,0,0) (0,-3,0) (0,0,4)\n",
              "\nspace origin: (-10,-20,30)\n", "\nencoding: gzip\n", "\nendian: little\n"})
            QVERIFY2(header.contains(line), line);
        QVERIFY(header.endsWith("\n\n"));
    }

    void scaledVolume_isSavedAsIntensitiesInNrrd_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("saved");
        const auto row = [](ScalarType type, ScalarType saved) {
            QTest::newRow(scalarName(type).data()) << int(type) << int(saved);
        };
        row(ScalarType::UInt8, ScalarType::Float32);
        row(ScalarType::Int16, ScalarType::Float32);
        row(ScalarType::Int32, ScalarType::Float64);
        row(ScalarType::Float32, ScalarType::Float64);
    }
    void scaledVolume_isSavedAsIntensitiesInNrrd()
    {
        QFETCH(int, type);
        QFETCH(int, saved);
        Volume volume = volumeOf(static_cast<ScalarType>(type), plainAffine());
        auto bytes = std::make_shared<std::vector<std::byte>>(*volume.voxels);
        const std::size_t size = scalarSize(volume.storedType);
        std::memset(bytes->data() + size, 0, size); // the second voxel is 0
        volume.voxels = std::move(bytes);
        volume.slope = 0.5;
        volume.intercept = -7.25;
        const auto notes = saveVolume(volume, file(u"scaled.nrrd"_qs));
        QVERIFY(notes);
        QCOMPARE(notes->size(), 1U);
        QCOMPARE(notes->front().code, codes::kNoteScalingApplied);
        const auto read = readVolumeFile(file(u"scaled.nrrd"_qs));
        QVERIFY(read);
        QCOMPARE(int(read->volume.storedType), saved);
        QCOMPARE(valueAt(read->volume, 1), -7.25);
        if (static_cast<ScalarType>(type) == ScalarType::Int16)
            QCOMPARE(valueAt(read->volume, 50), valueAt(volume, 50) * 0.5 - 7.25);
    }

    void whatCannotBeSaved_leavesNothingBehind_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("code");
        const auto row = [](const char *what, const QString &name, mrb::ErrorCode code) {
            QTest::newRow(what) << name << QString::fromLatin1(code.id().data());
        };
        row("unknown extension", u"a.txt"_qs, codes::kUnknownExtension);
        row("no extension", u"volume"_qs, codes::kUnknownExtension);
        row("extension alone", u".nii.gz"_qs, codes::kUnknownExtension);
        row("other compression", u"a.nii.bz2"_qs, codes::kUnknownExtension);
        row("missing folder", u"missing/a.nii.gz"_qs, mrb::error_codes::kCannotWrite);
        row("folder of that name", u"folder.nii"_qs, mrb::error_codes::kCannotWrite);
        row("FIFO of that name", u"fifo.nrrd"_qs, mrb::error_codes::kCannotWrite);
    }
    void whatCannotBeSaved_leavesNothingBehind()
    {
        QFETCH(QString, name);
        QFETCH(QString, code);
        QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir(u"folder.nii"_qs));
        ::mkfifo(qPrintable(folder.filePath(u"fifo.nrrd"_qs)), 0600);
        const QStringList before = everythingIn(folder.path());
        const auto saved = saveVolume(volumeOf(ScalarType::Int16, plainAffine()),
                                      folder.filePath(name).toStdString());
        QVERIFY(!saved);
        isError(saved.error(), code, name);
        QCOMPARE(everythingIn(folder.path()), before);
    }

    void fullDisk_keepsTheOldFile_data() { endings(); }
    void fullDisk_keepsTheOldFile()
    {
        QFETCH(QString, name);
        QTemporaryDir folder;
        const std::filesystem::path target = folder.filePath(name).toStdString();
        QVERIFY(saveVolume(volumeOf(ScalarType::Int16, plainAffine()), target));
        const QByteArray before = read(folder.filePath(name));
        const auto saved = [&] {
            const FileSizeLimit limit(500000);
            return saveVolume(volumeOf(ScalarType::UInt8, plainAffine(), {200, 100, 100}), target);
        }();
        QVERIFY(!saved);
        isError(saved.error(), u"cannot_write"_qs, name);
        QCOMPARE(read(folder.filePath(name)), before);
        QCOMPARE(everythingIn(folder.path()), QStringList{name});
    }

    void stopRequest_keepsTheOldFile_data() { endings(); }
    void stopRequest_keepsTheOldFile()
    {
        QFETCH(QString, name);
        QTemporaryDir folder;
        const std::filesystem::path target = folder.filePath(name).toStdString();
        QVERIFY(saveVolume(volumeOf(ScalarType::Int16, plainAffine()), target));
        const QByteArray before = read(folder.filePath(name));
        std::stop_source stop;
        double last = 0.0;
        const auto saved = saveVolume(volumeOf(ScalarType::UInt8, plainAffine(), {200, 200, 200}),
                                      target, {}, stop.get_token(), [&](double fraction) {
                                          last = fraction;
                                          stop.request_stop();
                                      });
        QVERIFY(!saved);
        isError(saved.error(), u"cancelled"_qs, name);
        QVERIFY(last > 0.0 && last < 0.5);
        QCOMPARE(read(folder.filePath(name)), before);
        QCOMPARE(everythingIn(folder.path()), QStringList{name});
    }

    void folderWithoutPermission_isAnError()
    {
        QTemporaryDir folder;
        QCOMPARE(::chmod(qPrintable(folder.path()), 0555), 0);
        const auto saved = [&folder] {
            const OrdinaryUser ordinaryUser;
            return saveVolume(volumeOf(ScalarType::Int16, plainAffine()),
                              folder.filePath(u"a.nii"_qs).toStdString());
        }();
        QCOMPARE(::chmod(qPrintable(folder.path()), 0755), 0);
        QVERIFY(!saved);
        isError(saved.error(), u"cannot_write"_qs, u"a.nii"_qs);
        QVERIFY(everythingIn(folder.path()).isEmpty());
    }

    void volumeThatContradictsItself_isNotSaved()
    {
        Volume volume = volumeOf(ScalarType::Int16, plainAffine());
        volume.geometry.dims[0] += 1;
        const auto saved = saveVolume(volume, file(u"contradiction.nii"_qs));
        QVERIFY(!saved);
        QVERIFY(!QFile::exists(path(u"contradiction.nii"_qs)));
    }

    void fileAVolumeWasReadFrom_canBeReplaced()
    {
        QVERIFY(saveVolume(volumeOf(ScalarType::Int16, plainAffine()), file(u"own.nii"_qs)));
        const auto opened = readVolumeFile(file(u"own.nii"_qs));
        QVERIFY(opened);
        QVERIFY(saveVolume(opened->volume, file(u"own.nii"_qs), {.spaceCode = 4}));
        const auto again = readVolumeFile(file(u"own.nii"_qs));
        QVERIFY(again);
        QCOMPARE(again->spaceCode, 4);
        QCOMPARE(*again->volume.voxels, *opened->volume.voxels);
    }

private:
    void rows() const
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < m_cases.size(); ++i)
            QTest::newRow(qPrintable(m_cases[i].name)) << static_cast<int>(i);
    }
    static void endings()
    {
        QTest::addColumn<QString>("name");
        for (const QString &ending : savableExtensions())
            QTest::newRow(qPrintable(ending)) << u"a"_qs + ending;
    }

    std::size_t indexOf(const QString &name) const
    {
        const auto found = std::find_if(m_cases.begin(), m_cases.end(),
                                        [&name](const Case &one) { return one.name == name; });
        return static_cast<std::size_t>(found - m_cases.begin());
    }

    static double valueAt(const Volume &volume, std::size_t voxel)
    {
        const std::byte *at = volume.voxels->data() + voxel * scalarSize(volume.storedType);
        const auto as = [at]<class T>(T value) {
            std::memcpy(&value, at, sizeof value);
            return static_cast<double>(value);
        };
        switch (volume.storedType) {
        case ScalarType::Int16:
            return as(std::int16_t{});
        case ScalarType::Float32:
            return as(0.0F);
        default:
            return as(0.0);
        }
    }

    static void isError(const mrb::Error &error, const QString &code, const QString &name)
    {
        QCOMPARE(QString::fromLatin1(error.code.id().data()), code);
        QVERIFY2(error.message.contains(name), qPrintable(error.message));
        QVERIFY(!error.hint.isEmpty());
    }

    static QStringList everythingIn(const QString &folder)
    {
        return QDir(folder).entryList(QDir::AllEntries | QDir::System | QDir::Hidden |
                                      QDir::NoDotAndDotDot);
    }

    static QByteArray read(const QString &path)
    {
        QFile in(path);
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray("<unreadable>");
    }

    QString path(const QString &name) const { return m_folder.filePath(name); }
    std::filesystem::path file(const QString &name) const { return path(name).toStdString(); }
    QByteArray content(const QString &name) const { return read(path(name)); }

    QTemporaryDir m_folder;
    std::vector<Case> m_cases;
    QJsonObject m_described;
};

QTEST_GUILESS_MAIN(tst_SaveVolume)
#include "tst_SaveVolume.moc"
