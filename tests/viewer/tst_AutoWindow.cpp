// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/SyntheticVolume.h"
#include "viewer/render/AutoWindow.h"

#include <QtTest>

#include <limits>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

template <class T> IntensityWindow windowOf(volume::ScalarType type, const std::vector<T> &values)
{
    return autoWindow(makeVolume(type, {static_cast<std::int64_t>(values.size()), 1, 1}, values));
}

} // namespace

class tst_AutoWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void airDoesNotCountAndOutliersDoNotEither();
    void oneAbsurdVoxelChangesNothing();
    void slopeAndOffsetMoveTheWindowAlong();
    void volumesWithoutContrastGetAUsableWindow_data();
    void volumesWithoutContrastGetAUsableWindow();
    void notANumberAndInfinityDoNotCount();
    void largeVolumesAreSampledEvenly();
};

void tst_AutoWindow::airDoesNotCountAndOutliersDoNotEither()
{
    std::vector<std::int16_t> values(60000, 2); // air
    for (int tissue = 1; tissue <= 1000; ++tissue)
        values.insert(values.end(), 40, static_cast<std::int16_t>(400 + tissue));
    values.insert(values.end(), 20, std::int16_t{30000}); // a few hot voxels
    const IntensityWindow window = windowOf(volume::ScalarType::Int16, values);
    // By definition 0.5 and 99.5 percent of the 40020 voxels of foreground.
    QCOMPARE(window, (IntensityWindow{406.0, 1396.0}));
}

void tst_AutoWindow::oneAbsurdVoxelChangesNothing()
{
    std::vector<float> values(3000, 0.0F);
    for (int tissue = 100; tissue < 1100; ++tissue)
        values.push_back(static_cast<float>(tissue));
    const IntensityWindow clean = windowOf(volume::ScalarType::Float32, values);
    values.push_back(1e12F);
    const IntensityWindow window = windowOf(volume::ScalarType::Float32, values);
    QVERIFY(std::abs(window.low - clean.low) < 2.0);
    QVERIFY(std::abs(window.high - clean.high) < 2.0);
}

void tst_AutoWindow::slopeAndOffsetMoveTheWindowAlong()
{
    std::vector<std::int16_t> values(1000, 0);
    for (std::int16_t tissue = 500; tissue < 1500; ++tissue)
        values.push_back(tissue);
    volume::Volume volume = makeVolume(volume::ScalarType::Int16, {2000, 1, 1}, values);
    const IntensityWindow plain = autoWindow(volume);
    volume.slope = 0.5;
    volume.intercept = -1000.0;
    const IntensityWindow moved = autoWindow(volume);
    QCOMPARE(moved.low, plain.low * 0.5 - 1000.0);
    QCOMPARE(moved.high, plain.high * 0.5 - 1000.0);
    QVERIFY(plain.low >= 500.0);
}

void tst_AutoWindow::volumesWithoutContrastGetAUsableWindow_data()
{
    QTest::addColumn<std::vector<float>>("values");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    QTest::newRow("all zero is black") << std::vector<float>(64, 0.0F) << 0.0 << 1.0;
    QTest::newRow("constant is mid-grey") << std::vector<float>(64, 5.0F) << 0.0 << 10.0;
    QTest::newRow("negative constant is mid-grey") << std::vector<float>(64, -5.0F) << -10.0 << 0.0;
    QTest::newRow("one voxel") << std::vector<float>{3.0F} << 0.0 << 6.0;
    QTest::newRow("nothing finite") << std::vector<float>(64, kNan) << 0.0 << 1.0;
    std::vector<float> mask(64, 0.0F);
    std::fill_n(mask.begin(), 20, 1.0F);
    QTest::newRow("mask") << mask << 0.0 << 1.0;
}

void tst_AutoWindow::volumesWithoutContrastGetAUsableWindow()
{
    QFETCH(std::vector<float>, values);
    QFETCH(double, low);
    QFETCH(double, high);
    QCOMPARE(windowOf(volume::ScalarType::Float32, values), (IntensityWindow{low, high}));
}

void tst_AutoWindow::notANumberAndInfinityDoNotCount()
{
    std::vector<double> values(500, 0.0);
    for (int tissue = 100; tissue < 600; ++tissue)
        values.push_back(tissue);
    const IntensityWindow clean = windowOf(volume::ScalarType::Float64, values);
    values.insert(values.end(), 300, std::numeric_limits<double>::quiet_NaN());
    values.insert(values.end(), 300, std::numeric_limits<double>::infinity());
    values.insert(values.end(), 300, -std::numeric_limits<double>::infinity());
    QCOMPARE(windowOf(volume::ScalarType::Float64, values), clean);
}

void tst_AutoWindow::largeVolumesAreSampledEvenly()
{
    // Columns of a width that divides the sampling step: tissue on even, air on odd ones.
    constexpr std::int64_t kWidth = 64;
    std::vector<std::uint8_t> values(std::size_t{1} << 23U);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = i % 2 == 0 ? static_cast<std::uint8_t>(100 + i % kWidth) : 0;
    const auto rows = static_cast<std::int64_t>(values.size()) / kWidth;
    const IntensityWindow window =
        autoWindow(makeVolume(volume::ScalarType::UInt8, {kWidth, rows, 1}, values));
    QCOMPARE(window, (IntensityWindow{100.0, 162.0}));
}

QTEST_GUILESS_MAIN(tst_AutoWindow)
#include "tst_AutoWindow.moc"
