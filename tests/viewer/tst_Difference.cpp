// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/VolumeErrors.h"
#include "tests/viewer/SyntheticVolume.h"
#include "viewer/render/Difference.h"
#include "viewer/render/World.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinite = std::numeric_limits<float>::infinity();

std::vector<double> valuesOf(const volume::Volume &volume)
{
    std::vector<double> values;
    for (std::int64_t i = 0; i < volume.geometry.dims[0]; ++i)
        values.push_back(valueAt(volume, {i, 0, 0}));
    return values;
}

template <class T> volume::Volume row(volume::ScalarType type, const std::vector<T> &values)
{
    return makeVolume(type, {static_cast<std::int64_t>(values.size()), 1, 1}, values);
}

} // namespace

class tst_Difference : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void intensitiesAreSubtracted();
    void everyVoxelOfALargerVolumeIsSubtracted();
    void whatIsNotANumberStaysSo();
    void differentGridsAreRefused();
    void almostEqualGridsKeepThatOfTheFirst();
    void stopRequestCancels();
    void windowIsSymmetricAboutZero_data();
    void windowIsSymmetricAboutZero();
    void largeVolumesAreSampledEvenly();
};

void tst_Difference::intensitiesAreSubtracted()
{
    volume::Volume a = row<std::int16_t>(volume::ScalarType::Int16, {0, 100, -3, 32767});
    a.slope = 0.5;
    a.intercept = 10.0;
    const volume::Volume b = row<double>(volume::ScalarType::Float64, {1.0, 60.0, 8.5, -7.0});
    const auto difference = differenceVolume(a, b);
    QVERIFY(difference);
    QCOMPARE(difference->storedType, volume::ScalarType::Float32);
    QVERIFY(!difference->isScaled());
    QCOMPARE(valuesOf(*difference), (std::vector<double>{9.0, 0.0, 0.0, 16400.5}));
    const auto reversed = differenceVolume(b, a);
    QVERIFY(reversed);
    QCOMPARE(valuesOf(*reversed), (std::vector<double>{-9.0, 0.0, 0.0, -16400.5}));
}

void tst_Difference::everyVoxelOfALargerVolumeIsSubtracted()
{
    constexpr std::array<std::int64_t, 3> kDims = {101, 53, 7}; // no multiple of any block
    std::vector<std::int32_t> a;
    std::vector<std::uint8_t> b;
    for (int index = 0; index < 101 * 53 * 7; ++index) {
        a.push_back(index);
        b.push_back(static_cast<std::uint8_t>(index % 251));
    }
    const auto difference = differenceVolume(makeVolume(volume::ScalarType::Int32, kDims, a),
                                             makeVolume(volume::ScalarType::UInt8, kDims, b));
    QVERIFY(difference);
    QCOMPARE(difference->voxels->size(), a.size() * sizeof(float));
    std::vector<float> values(a.size());
    std::memcpy(values.data(), difference->voxels->data(), difference->voxels->size());
    for (std::size_t index = 0; index < a.size(); ++index)
        QCOMPARE(values[index], static_cast<float>(a[index] - b[index]));
}

void tst_Difference::whatIsNotANumberStaysSo()
{
    const auto difference = differenceVolume(
        row<float>(volume::ScalarType::Float32, {kNan, 1.0F, kInfinite, kInfinite}),
        row<float>(volume::ScalarType::Float32, {1.0F, kNan, kInfinite, 1.0F}));
    QVERIFY(difference);
    const std::vector<double> values = valuesOf(*difference);
    QVERIFY(std::isnan(values[0]) && std::isnan(values[1]) && std::isnan(values[2]));
    QCOMPARE(values[3], std::numeric_limits<double>::infinity());
}

void tst_Difference::differentGridsAreRefused()
{
    const volume::Volume a = orientedVolume({});
    volume::Volume b = a;
    b.geometry.affineRas[3] += 1.0;
    const auto difference = differenceVolume(a, b);
    QVERIFY(!difference);
    QVERIFY(difference.error().code == viewer::error_codes::kGridsDiffer);
    QCOMPARE(difference.error().message, *gridDifference(a.geometry, b.geometry));
    QVERIFY(!difference.error().hint.isEmpty());
}

void tst_Difference::almostEqualGridsKeepThatOfTheFirst()
{
    const volume::Volume a = orientedVolume({});
    volume::Volume b = a;
    b.geometry.affineRas[3] += 0.005;
    b.geometry.spacingMm = {3.0, 3.0, 3.0}; // pixdim does not place voxels
    const auto difference = differenceVolume(a, b);
    QVERIFY(difference);
    QCOMPARE(difference->geometry, a.geometry);
}

void tst_Difference::stopRequestCancels()
{
    std::stop_source source;
    source.request_stop();
    const volume::Volume a = orientedVolume({});
    const auto difference = differenceVolume(a, a, source.get_token());
    QVERIFY(!difference);
    QVERIFY(difference.error().code == volume::error_codes::kCancelled);
}

void tst_Difference::windowIsSymmetricAboutZero_data()
{
    QTest::addColumn<std::vector<float>>("values");
    QTest::addColumn<double>("reach");
    std::vector<float> ramp;
    for (int value = -1000; value <= 0; ++value)
        ramp.push_back(static_cast<float>(value));
    QTest::newRow("99.5 % of the magnitudes") << ramp << 995.0;
    ramp.insert(ramp.end(), 500, kNan);
    ramp.insert(ramp.end(), 500, -kInfinite);
    QTest::newRow("of the finite ones") << ramp << 995.0;
    std::vector<float> rare(10000, 0.0F);
    rare[1234] = -7.0F;
    QTest::newRow("hardly anything differs") << rare << 7.0;
    QTest::newRow("nothing differs") << std::vector<float>(100, 0.0F) << 1.0;
    QTest::newRow("nothing finite") << std::vector<float>(100, kNan) << 1.0;
}

void tst_Difference::windowIsSymmetricAboutZero()
{
    QFETCH(std::vector<float>, values);
    QFETCH(double, reach);
    QCOMPARE(differenceWindow(row(volume::ScalarType::Float32, values)),
             (IntensityWindow{-reach, reach}));
}

void tst_Difference::largeVolumesAreSampledEvenly()
{
    // Columns of a width that divides the sampling step: differences on every other one only.
    std::vector<std::int8_t> values(std::size_t{1} << 23U);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<std::int8_t>(i % 2 == 0 ? -(static_cast<int>(i) % 64) : 0);
    const auto rows = static_cast<std::int64_t>(values.size()) / 64;
    QCOMPARE(differenceWindow(makeVolume(volume::ScalarType::Int8, {64, rows, 1}, values)),
             (IntensityWindow{-62.0, 62.0}));
}

QTEST_GUILESS_MAIN(tst_Difference)
#include "tst_Difference.moc"
