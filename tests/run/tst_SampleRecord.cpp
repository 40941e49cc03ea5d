// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/SampleRecord.h"

#include <QtTest>

using mrb::Error;
using mrb::Json;
using namespace mrb::backend;

namespace {

mrb::volume::VolumeRecord goodRecord()
{
    mrb::volume::VolumeRecord record;
    record.path = "/runs/a.nii.gz";
    record.bytes = 1234;
    record.sha256 = std::string(64, 'a');
    record.facts = mrb::volume::NiftiFacts{};
    record.facts->geometry = {.dims = {64, 96, 32},
                              .spacingMm = {static_cast<double>(0.94F), 0.9765625, 3.0},
                              .affineRas = {static_cast<double>(0.94F), 0, 0, 0, 0, 0.9765625, 0, 0,
                                            0, 0, 3, 0, 0, 0, 0, 1}};
    record.statistics =
        mrb::volume::VolumeStatistics{.voxels = 3,
                                      .finite = 3,
                                      .intensity = mrb::volume::IntensityStatistics{
                                          .min = 0.0, .max = 2.0, .mean = 1.0, .std = 0.5}};
    return record;
}

Json record(const std::optional<RequestedGrid> &requested = std::nullopt)
{
    return sampleRecord(goodRecord(), requested);
}

} // namespace

class TestSampleRecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void spacing_isRoundedAsPythonDoes()
    {
        // 0.9765625 lies exactly between two: half to even.
        QCOMPARE(record()["image_spacing"].dump(), std::string("[0.94,0.976562,3.0]"));
    }

    void affine_isNotRounded()
    {
        const Json affine = record()["image_affine"];
        QCOMPARE(affine[0][0].get<double>(), static_cast<double>(0.94F));
        QCOMPARE(affine[1][1].get<double>(), 0.9765625);
        QCOMPARE(affine.size(), std::size_t{4});
        QCOMPARE(affine[3].dump(), std::string("[0.0,0.0,0.0,1.0]"));
    }

    void intensities_areRoundedToThreeDecimals_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("written");
        QTest::addRow("tie to even, down") << 0.0625 << QStringLiteral("0.062");
        QTest::addRow("tie to even, up") << 0.1875 << QStringLiteral("0.188");
        QTest::addRow("not a tie in binary") << 1.0005 << QStringLiteral("1.0");
        QTest::addRow("above") << 1.23456 << QStringLiteral("1.235");
        QTest::addRow("negative") << -25536.00051 << QStringLiteral("-25536.001");
        QTest::addRow("large") << 1e300 << QStringLiteral("1e+300");
        QTest::addRow("whole") << 950.0 << QStringLiteral("950.0");
    }
    void intensities_areRoundedToThreeDecimals()
    {
        QFETCH(double, value);
        mrb::volume::VolumeRecord made = goodRecord();
        made.statistics->intensity->mean = value;
        const Json json = sampleRecord(made, std::nullopt);
        QTEST(QString::fromStdString(json["intensity_mean"].dump()), "written");
    }

    void requestedGrid_isComparedOnRoundedNumbers_data()
    {
        QTest::addColumn<double>("x");
        QTest::addColumn<bool>("matches");
        QTest::addRow("written decimal") << 0.94 << true;
        QTest::addRow("same to six decimals") << 0.9400004 << true;
        QTest::addRow("differs in the sixth") << 0.940001 << false;
    }
    void requestedGrid_isComparedOnRoundedNumbers()
    {
        QFETCH(double, x);
        const Json json =
            record(RequestedGrid{.dim = {64, 96, 32}, .spacing = {x, 0.9765625, 3.0}});
        QVERIFY(json["shape_match_requested"] == Json(true));
        QTEST(json["spacing_match_requested"].get<bool>(), "matches");
    }

    void requestedGrid_orderOfAxesMatters()
    {
        const Json json =
            record(RequestedGrid{.dim = {96, 64, 32}, .spacing = {3, 0.976562, 0.94}});
        QVERIFY(json["shape_match_requested"] == Json(false));
        QVERIFY(json["spacing_match_requested"] == Json(false));
        QCOMPARE(json["requested_shape"].dump(), std::string("[96,64,32]"));
    }

    void withoutARequest_nothingIsCompared()
    {
        const Json json = record();
        for (const auto &[key, value] : json.items())
            QVERIFY2(key.find("requested") == std::string::npos, key.c_str());
    }

    void finiteFraction_countsAllVoxels()
    {
        mrb::volume::VolumeRecord made = goodRecord();
        made.statistics->finite = 2;
        const Json json = sampleRecord(made, std::nullopt);
        QCOMPARE(json["finite_fraction"].dump(), std::string("0.666667"));
        QVERIFY(json["all_finite"] == Json(false));
        // One in a million and a half must not round up to "all".
        made.statistics->voxels = 10'000'000;
        made.statistics->finite = 9'999'999;
        QVERIFY(sampleRecord(made, std::nullopt)["all_finite"] == Json(false));
    }

    void withoutFiniteVoxels_thereAreNoIntensitiesAndNoPass()
    {
        mrb::volume::VolumeRecord made = goodRecord();
        made.statistics = mrb::volume::VolumeStatistics{};
        made.statistics->voxels = 8;
        made.statistics->nan = 8;
        const Json json = sampleRecord(made, std::nullopt);
        for (const char *key :
             {"intensity_min", "intensity_max", "intensity_mean", "intensity_std"})
            QVERIFY2(!json.contains(key), key);
        QVERIFY(json["finite_fraction"] == Json(0.0));
        QVERIFY(json["image_nonconstant"] == Json(false));
        QVERIFY(json["image_nonnegative"] == Json(false));
        QVERIFY(json["image_readable"] == Json(true));
    }

    void nonconstant_needsMoreThanOneUnit_data()
    {
        QTest::addColumn<double>("max");
        QTest::addColumn<bool>("nonconstant");
        QTest::addRow("none") << 0.0 << false;
        QTest::addRow("exactly one") << 1.0 << false;
        QTest::addRow("more") << 1.0001 << true;
    }
    void nonconstant_needsMoreThanOneUnit()
    {
        QFETCH(double, max);
        mrb::volume::VolumeRecord made = goodRecord();
        made.statistics->intensity->max = max;
        QTEST(sampleRecord(made, std::nullopt)["image_nonconstant"].get<bool>(), "nonconstant");
    }

    void nonnegative_isDecidedBeforeRounding()
    {
        mrb::volume::VolumeRecord made = goodRecord();
        made.statistics->intensity->min = -0.0001;
        QVERIFY(sampleRecord(made, std::nullopt)["image_nonnegative"] == Json(false));
        made.statistics->intensity->min = 0.0;
        QVERIFY(sampleRecord(made, std::nullopt)["image_nonnegative"] == Json(true));
    }

    void unreadableFile_keepsWhatIsKnownAndSaysWhy()
    {
        mrb::volume::VolumeRecord made = goodRecord(); // header and part of the voxels were seen
        made.error = Error{"gzip_crc", QStringLiteral("The checksum is wrong.")};
        const Json json =
            sampleRecord(made, RequestedGrid{.dim = {64, 96, 32}, .spacing = {1, 1, 1}});
        QStringList keys;
        for (const auto &[key, value] : json.items())
            keys << QString::fromStdString(key);
        QCOMPARE(keys.join(QLatin1Char(' ')),
                 QStringLiteral("image_path image_bytes image_sha256 image_readable image_error "
                                "image_error_code rank random_seed"));
        QVERIFY(json["image_readable"] == Json(false));
        QVERIFY(json["image_error"] == Json("The checksum is wrong."));
    }

    void unopenedFile_hasNoSizeAndNoHash()
    {
        mrb::volume::VolumeRecord made;
        made.path = "/runs/a.nii.gz";
        made.error = Error{"cannot_read", QStringLiteral("No.")};
        const Json json = sampleRecord(made, std::nullopt);
        QVERIFY(json["image_bytes"] == Json(nullptr));
        QVERIFY(!json.contains("image_sha256"));
    }
};

QTEST_GUILESS_MAIN(TestSampleRecord)
#include "tst_SampleRecord.moc"
