// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/RunReport.h"
#include "backend/volume/SaveVolume.h"
#include "backend/volume/VolumeErrors.h"
#include "tests/report/ReportFixtures.h"

#include <cstring>

using namespace mrb;
using namespace mrb::backend;

namespace {

/// A bright box in a dark field, away from the border.
volume::Volume box()
{
    volume::Volume made;
    made.geometry.dims = {24, 20, 16};
    made.geometry.spacingMm = {2.0, 2.5, 3.0};
    made.geometry.affineRas = {2, 0, 0, -24, 0, 2.5, 0, -25, 0, 0, 3, -24, 0, 0, 0, 1};
    std::vector<std::int16_t> voxels(24 * 20 * 16, 0);
    for (std::size_t z = 4; z < 12; ++z)
        for (std::size_t y = 5; y < 15; ++y)
            for (std::size_t x = 6; x < 18; ++x)
                voxels[(z * 20 + y) * 24 + x] = 1000;
    std::vector<std::byte> bytes(voxels.size() * sizeof(std::int16_t));
    std::memcpy(bytes.data(), voxels.data(), bytes.size());
    made.voxels = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    return made;
}

/// MetaImage is read but not written by this program.
void writeMetaImage(const std::filesystem::path &file, const volume::Volume &volume)
{
    std::string content = "ObjectType = Image\nNDims = 3\nBinaryData = True\n"
                          "BinaryDataByteOrderMSB = False\nDimSize = 24 20 16\n"
                          "ElementSpacing = 2 2.5 3\nElementType = MET_SHORT\n"
                          "ElementDataFile = LOCAL\n";
    for (const std::byte byte : *volume.voxels)
        content.push_back(static_cast<char>(byte));
    writeFile(file, content);
}

} // namespace

class tst_VolumeReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void measuredLikeARun();
    void onlyThePhantomIsKnownByItsDescription_data();
    void onlyThePhantomIsKnownByItsDescription();
    void otherFormatsAreMeasuredToo_data();
    void otherFormatsAreMeasuredToo();
    void damagedFileIsAnError();
    void missingFileIsAnError();
    void stopIsHeard();
};

void tst_VolumeReport::measuredLikeARun()
{
    if (mrbrainProgram().isEmpty())
        QSKIP("MRB_MRBRAIN does not name the program; ctest does");
    const QTemporaryDir temporary;
    const std::filesystem::path folder = phantomRun(temporary);
    const Result<RunReport> run = reportOfRun(folder);
    QVERIFY(run);
    const Result<RunReport> file = reportOfVolume(run->volume);
    QVERIFY(file);
    QVERIFY(file->gates.empty() && file->runFolder.empty());
    for (const QString &title : {QStringLiteral("Intensity"), QStringLiteral("Image measurements"),
                                 QStringLiteral("Affine"), QStringLiteral("File")}) {
        const ReportSection *ofRun = findSection(*run, title);
        const ReportSection *ofFile = findSection(*file, title);
        QVERIFY2(ofRun && ofFile, qPrintable(title));
        QCOMPARE(ofFile->rows.size(), ofRun->rows.size());
        for (std::size_t i = 0; i < ofRun->rows.size(); ++i) {
            QCOMPARE(ofFile->rows[i].name, ofRun->rows[i].name);
            QCOMPARE(ofFile->rows[i].value, ofRun->rows[i].value);
        }
    }
    QVERIFY(file->provenance == Provenance::Phantom);
    QCOMPARE(file->verdict, QStringLiteral("Demo"));
    QVERIFY(!findSection(*file, QStringLiteral("Model code")));
}

void tst_VolumeReport::onlyThePhantomIsKnownByItsDescription_data()
{
    QTest::addColumn<QString>("description");
    QTest::addColumn<int>("provenance");
    QTest::newRow("phantom") << "phantom, not model output"
                             << static_cast<int>(Provenance::Phantom);
    QTest::newRow("nothing") << "" << static_cast<int>(Provenance::Unknown);
    QTest::newRow("a claim") << "model output" << static_cast<int>(Provenance::Unknown);
}

void tst_VolumeReport::onlyThePhantomIsKnownByItsDescription()
{
    QFETCH(QString, description);
    QFETCH(int, provenance);
    for (const char *name : {"a.nii.gz", "a.nrrd"}) {
        const QTemporaryDir temporary;
        const std::filesystem::path file =
            temporary.filePath(QString::fromUtf8(name)).toStdString();
        QVERIFY(volume::saveVolume(box(), file, {.description = description}));
        const Result<RunReport> report = reportOfVolume(file);
        QVERIFY(report);
        QCOMPARE(static_cast<int>(report->provenance), provenance);
        QVERIFY(report->verdictTone != ReportTone::Good);
        QVERIFY(report->disclaimer.contains(u"not for clinical use"));
    }
}

void tst_VolumeReport::otherFormatsAreMeasuredToo_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("format");
    QTest::newRow("NIfTI") << "a.nii"
                           << "NIfTI-1";
    QTest::newRow("NRRD") << "a.nrrd"
                          << "NRRD";
    QTest::newRow("MetaImage") << "a.mha"
                               << "MetaImage";
}

void tst_VolumeReport::otherFormatsAreMeasuredToo()
{
    QFETCH(QString, name);
    QFETCH(QString, format);
    const QTemporaryDir temporary;
    const std::filesystem::path file = temporary.filePath(name).toStdString();
    if (format == u"MetaImage")
        writeMetaImage(file, box());
    else
        QVERIFY(volume::saveVolume(box(), file));
    const Result<RunReport> report = reportOfVolume(file);
    QVERIFY(report);
    QCOMPARE(valueOf(*report, QStringLiteral("File"), QStringLiteral("Format")), format);
    QCOMPARE(valueOf(*report, QStringLiteral("File"), QStringLiteral("Voxel type")),
             QStringLiteral("int16"));
    QCOMPARE(valueOf(*report, QStringLiteral("Geometry"), QStringLiteral("Dimensions")),
             QStringLiteral("24 \u00d7 20 \u00d7 16 voxels"));
    QCOMPARE(valueOf(*report, QStringLiteral("Geometry"), QStringLiteral("Field of view z")),
             QStringLiteral("48 mm"));
    QCOMPARE(valueOf(*report, QStringLiteral("Intensity"), QStringLiteral("Maximum")),
             QStringLiteral("1000"));
    QCOMPARE(valueOf(*report, QStringLiteral("Image measurements"), QStringLiteral("Foreground")),
             QStringLiteral("12.5 %"));
    QCOMPARE(valueOf(*report, QStringLiteral("File"), QStringLiteral("SHA-256")).size(), 64);
}

void tst_VolumeReport::damagedFileIsAnError()
{
    const QTemporaryDir temporary;
    const QString file = temporary.filePath(QStringLiteral("a.nii.gz"));
    QVERIFY(volume::saveVolume(box(), file.toStdString()));
    QFile cut(file);
    QVERIFY(cut.resize(cut.size() / 2));
    const Result<RunReport> report = reportOfVolume(file.toStdString());
    QVERIFY(!report);
    QVERIFY(report.error().message.contains(u"a.nii.gz"));
    QVERIFY(!report.error().hint.isEmpty());

    writeFile(temporary.filePath(QStringLiteral("b.txt")).toStdString(), "no volume at all");
    QVERIFY(!reportOfVolume(temporary.filePath(QStringLiteral("b.txt")).toStdString()));
}

void tst_VolumeReport::missingFileIsAnError()
{
    const Result<RunReport> report = reportOfVolume("/nowhere/a.nii.gz");
    QVERIFY(!report);
    QVERIFY(report.error().message.contains(u"/nowhere/a.nii.gz"));
}

void tst_VolumeReport::stopIsHeard()
{
    const QTemporaryDir temporary;
    std::stop_source stop;
    stop.request_stop();
    for (const char *name : {"a.nii.gz", "a.nrrd"}) {
        const std::filesystem::path file =
            temporary.filePath(QString::fromUtf8(name)).toStdString();
        QVERIFY(volume::saveVolume(box(), file));
        const Result<RunReport> report = reportOfVolume(file, stop.get_token());
        QVERIFY(!report);
        QVERIFY(report.error().code == volume::error_codes::kCancelled);
    }
}

QTEST_GUILESS_MAIN(tst_VolumeReport)
#include "tst_VolumeReport.moc"
