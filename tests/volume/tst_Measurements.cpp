// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/Measurements.h"
#include "backend/volume/VolumeErrors.h"

#include <QtTest>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numbers>
#include <random>
#include <type_traits>

using namespace mrb::volume;

namespace {

using Dims = std::array<std::int64_t, 3>;
using Formula = std::function<double(std::int64_t, std::int64_t, std::int64_t)>;

template <class T> constexpr ScalarType typeOf()
{
    if constexpr (std::is_same_v<T, std::int16_t>)
        return ScalarType::Int16;
    else if constexpr (std::is_same_v<T, std::uint8_t>)
        return ScalarType::UInt8;
    else
        return ScalarType::Float32;
}

/// A volume whose stored values follow a formula of the voxel index.
template <class T = std::int16_t>
Volume makeVolume(const Dims &dims, const Formula &formula,
                  std::array<double, 3> spacing = {1, 1, 1})
{
    Volume volume;
    volume.geometry.dims = dims;
    volume.geometry.spacingMm = spacing;
    volume.storedType = typeOf<T>();
    auto bytes = std::make_shared<std::vector<std::byte>>(volume.geometry.voxelCount() * sizeof(T));
    std::size_t at = 0;
    for (std::int64_t z = 0; z < dims[2]; ++z) {
        for (std::int64_t y = 0; y < dims[1]; ++y) {
            for (std::int64_t x = 0; x < dims[0]; ++x, at += sizeof(T)) {
                const T value = static_cast<T>(formula(x, y, z));
                std::memcpy(bytes->data() + at, &value, sizeof value);
            }
        }
    }
    volume.voxels = std::move(bytes);
    return volume;
}

VolumeMeasurements measured(const Volume &volume)
{
    const auto result = measureVolume(volume);
    if (!result)
        qWarning() << result.error().message;
    return result ? *result : VolumeMeasurements{};
}

bool isNear(double actual, double expected, double tolerance)
{
    if (std::abs(actual - expected) <= tolerance)
        return true;
    qWarning() << actual << "is not within" << tolerance << "of" << expected;
    return false;
}

double distance(double x, double y, double z)
{
    return std::sqrt(x * x + y * y + z * z);
}

Formula sphere(Dims centre, double radius, double inside)
{
    return [=](std::int64_t x, std::int64_t y, std::int64_t z) {
        const bool isInside =
            distance(double(x - centre[0]), double(y - centre[1]), double(z - centre[2])) <= radius;
        return isInside ? inside : 0.0;
    };
}

} // namespace

class tst_Measurements : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sphere_hasItsVolumeBoxAndNoContact()
    {
        const auto m =
            measured(makeVolume({100, 90, 80}, sphere({50, 45, 40}, 20, 1000), {1, 2, 3}));
        QVERIFY(!m.blank);
        QVERIFY(m.otsuThreshold && *m.otsuThreshold > 0 && *m.otsuThreshold < 1000);
        const double expected = 4.0 / 3.0 * std::numbers::pi * 8000 / (100 * 90 * 80);
        QVERIFY(isNear(m.foregroundFraction, expected, 0.01 * expected));
        QVERIFY(isNear(m.zeroFraction, 1 - m.foregroundFraction, 1e-12));
        QCOMPARE(m.atMaximumFraction, m.foregroundFraction);
        QCOMPARE(m.components, 1);
        QCOMPARE(m.largestComponentFraction, 1.0);
        QCOMPARE(m.boundingBox->firstVoxel, (Dims{30, 25, 20}));
        QCOMPARE(m.boundingBox->lastVoxel, (Dims{70, 65, 60}));
        QCOMPARE(m.boundingBox->sizeMm, (std::array<double, 3>{41, 82, 123}));
        for (const double contact : m.faceContact)
            QCOMPARE(contact, 0.0);
        QCOMPARE(m.constantAxialSlices, 80 - 41);
        QCOMPARE(m.gridFactor, (Dims{1, 1, 1}));
    }

    void largeVolume_isMeasuredOnAGrid()
    {
        const auto m =
            measured(makeVolume<std::uint8_t>({300, 200, 130}, sphere({150, 100, 65}, 60, 200)));
        QCOMPARE(m.gridFactor, (Dims{3, 2, 2}));
        QCOMPARE(m.gridDims, (Dims{100, 100, 65}));
        const double expected = 4.0 / 3.0 * std::numbers::pi * 216000 / (300 * 200 * 130);
        QVERIFY(isNear(m.foregroundFraction, expected, 0.03 * expected));
        constexpr std::array<double, 3> kCentre = {150, 100, 65};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const auto tolerance = double(m.gridFactor[axis]);
            QVERIFY(isNear(double(m.boundingBox->firstVoxel[axis]), kCentre[axis] - 60, tolerance));
            QVERIFY(isNear(double(m.boundingBox->lastVoxel[axis]), kCentre[axis] + 60, tolerance));
        }
    }

    void cutOffCellsAtTheEnd_countByTheirVoxels()
    {
        // 129 voxels make 65 cells of 2, the last with one voxel; the upper 29 voxels are bright.
        const auto m = measured(
            makeVolume({129, 4, 4}, [](auto x, auto, auto) { return x >= 100 ? 500.0 : 10.0; }));
        QCOMPARE(m.gridDims[0], 65);
        QVERIFY(isNear(m.foregroundFraction, 29.0 / 129.0, 1e-12));
        QCOMPARE(m.boundingBox->firstVoxel[0], 100);
        QCOMPARE(m.boundingBox->lastVoxel[0], 128);
        QVERIFY(m.touches(Face::XHigh) && !m.touches(Face::XLow));
        QCOMPARE(m.faceContact[1], 1.0);
        QVERIFY(isNear(m.faceContact[2], 29.0 / 129.0, 1e-12));
    }

    void twoBlobs_areTwoComponents()
    {
        const auto large = sphere({30, 30, 30}, 15, 800);
        const auto small = sphere({70, 70, 70}, 8, 800);
        const auto m = measured(makeVolume(
            {96, 96, 96}, [&](auto x, auto y, auto z) { return large(x, y, z) + small(x, y, z); }));
        QCOMPARE(m.components, 2);
        const double expected = 15.0 * 15 * 15 / (15.0 * 15 * 15 + 8.0 * 8 * 8);
        QVERIFY(isNear(m.largestComponentFraction, expected, 0.01));
        QCOMPARE(m.boundingBox->lastVoxel, (Dims{45, 45, 45}));
    }

    void componentsThatShareOnlyACorner_areTwo()
    {
        const auto m = measured(makeVolume({16, 16, 16}, [](auto x, auto y, auto z) {
            const bool low = x < 8 && y < 8 && z < 8;
            const bool high = x >= 8 && y >= 8 && z >= 8;
            return low || high ? 100.0 : 0.0;
        }));
        QCOMPARE(m.components, 2);
        QCOMPARE(m.largestComponentFraction, 0.5);
    }

    void contactWithEachFace_isItsOwn_data()
    {
        QTest::addColumn<int>("face");
        for (int face = 0; face < 6; ++face)
            QTest::addRow("face %d", face) << face;
    }
    void contactWithEachFace_isItsOwn()
    {
        QFETCH(int, face);
        // A box of 10 x 12 x 14 in the middle of a 40 x 44 x 48 volume, extended to one face.
        const Dims dims = {40, 44, 48};
        const Dims size = {10, 12, 14};
        const auto axis = std::size_t(face / 2);
        const auto m = measured(makeVolume(dims, [&](auto x, auto y, auto z) {
            const Dims at = {x, y, z};
            bool inside = true;
            for (std::size_t i = 0; i < 3; ++i) {
                const std::int64_t first = 15;
                const std::int64_t last = first + size[i] - 1;
                const bool open = i == axis;
                inside = inside && (at[i] >= first || (open && face % 2 == 0)) &&
                         (at[i] <= last || (open && face % 2 == 1));
            }
            return inside ? 300.0 : 0.0;
        }));
        for (int other = 0; other < 6; ++other)
            QCOMPARE(m.touches(static_cast<Face>(other)), other == face);
        const std::size_t a = (axis + 1) % 3;
        const std::size_t b = (axis + 2) % 3;
        QVERIFY(isNear(m.faceContact[std::size_t(face)],
                       double(size[a] * size[b]) / double(dims[a] * dims[b]), 1e-12));
    }

    void blankVolume_hasDefinedValues_data()
    {
        QTest::addColumn<double>("value");
        QTest::newRow("zero") << 0.0;
        QTest::newRow("positive") << 1000.0;
        QTest::newRow("negative") << -5.0;
    }
    void blankVolume_hasDefinedValues()
    {
        QFETCH(double, value);
        const auto m =
            measured(makeVolume({40, 40, 20}, [value](auto, auto, auto) { return value; }));
        QVERIFY(m.blank);
        QVERIFY(!m.otsuThreshold && !m.boundingBox && !m.noiseSigma);
        QCOMPARE(m.components, 0);
        QCOMPARE(m.foregroundFraction, 0.0);
        QCOMPARE(m.constantAxialSlices, 20);
        QCOMPARE(m.zeroFraction, value == 0.0 ? 1.0 : 0.0);
        QCOMPARE(m.negativeFraction, value < 0.0 ? 1.0 : 0.0);
        QCOMPARE(m.atMaximumFraction, 1.0);
    }

    void volumeWithoutFiniteVoxels_isBlank()
    {
        const auto m = measured(makeVolume<float>(
            {8, 8, 8}, [](auto, auto, auto) { return std::numeric_limits<double>::quiet_NaN(); }));
        QVERIFY(m.blank && !m.otsuThreshold);
        QCOMPARE(m.zeroFraction, 0.0);
        QCOMPARE(m.atMaximumFraction, 0.0);
        QCOMPARE(m.constantAxialSlices, 8);
    }

    void notFiniteVoxels_doNotDisturbTheRest()
    {
        const auto ball = sphere({32, 32, 32}, 12, 700);
        const auto clean = measured(makeVolume<float>({64, 64, 64}, ball));
        const auto dirty = measured(makeVolume<float>({64, 64, 64}, [&](auto x, auto y, auto z) {
            if (x == 0 && y < 10)
                return std::numeric_limits<double>::quiet_NaN();
            if (x == 63 && y == 63)
                return std::numeric_limits<double>::infinity();
            return ball(x, y, z);
        }));
        QCOMPARE(dirty.foregroundFraction, clean.foregroundFraction);
        QCOMPARE(dirty.boundingBox, clean.boundingBox);
        QCOMPARE(dirty.atMaximumFraction, clean.atMaximumFraction);
        QVERIFY(
            isNear(dirty.zeroFraction, clean.zeroFraction - 11.0 * 64 / (64.0 * 64 * 64), 1e-12));
    }

    void overflowedDecoder_showsAsNegativeAndConstantSlices()
    {
        // A decoder's overflow in int16 and a slab that was NaN before the cast.
        const auto m = measured(makeVolume({32, 32, 32}, [](auto x, auto y, auto z) {
            if (z < 5)
                return 0.0;
            return x == 3 ? -25536.0 : 100.0 + double(y);
        }));
        QVERIFY(isNear(m.negativeFraction, 27.0 * 32 / (32.0 * 32 * 32), 1e-12));
        QVERIFY(isNear(m.zeroFraction, 5.0 / 32.0, 1e-12));
        QCOMPARE(m.constantAxialSlices, 5);
    }

    void slopeAndIntercept_applyToEverythingMeasured()
    {
        const auto ball = sphere({32, 32, 32}, 12, 700);
        const Volume plain = makeVolume({64, 64, 64}, ball);
        Volume scaled = plain;
        scaled.slope = 2.0;
        scaled.intercept = -100.0;
        const auto a = measured(plain);
        const auto b = measured(scaled);
        QVERIFY(isNear(*b.otsuThreshold, 2.0 * *a.otsuThreshold - 100.0, 1e-6 * 1400));
        QCOMPARE(b.foregroundFraction, a.foregroundFraction);
        QCOMPARE(b.zeroFraction, 0.0);
        QCOMPARE(b.negativeFraction, a.zeroFraction);
    }

    void noiseSigma_isThatOfTheNoise_data()
    {
        QTest::addColumn<double>("sigma");
        QTest::addColumn<int>("extent");
        QTest::newRow("5") << 5.0 << 64;
        QTest::newRow("20") << 20.0 << 64;
        QTest::newRow("sampled") << 20.0 << 160;
    }
    void noiseSigma_isThatOfTheNoise()
    {
        QFETCH(double, sigma);
        QFETCH(int, extent);
        std::mt19937 random(11);
        std::normal_distribution<double> noise(0.0, sigma);
        const double middle = extent / 2.0;
        const auto m =
            measured(makeVolume<float>({extent, extent, extent}, [&](auto x, auto y, auto z) {
                const bool inside = distance(double(x) - middle, double(y) - middle,
                                             double(z) - middle) < 0.4 * extent;
                // A smooth trend inside, as a coil's sensitivity gives it.
                return inside
                           ? 1000.0 + double(x) + 0.02 * double(y) * double(z) / 2 + noise(random)
                           : 0.0;
            }));
        QVERIFY(m.noiseSigma);
        QVERIFY(isNear(*m.noiseSigma, sigma, 0.05 * sigma));
    }

    void noiselessVolume_hasSigmaZero()
    {
        const auto m = measured(makeVolume({64, 64, 64}, sphere({32, 32, 32}, 20, 500)));
        QCOMPARE(*m.noiseSigma, 0.0);
    }

    void thinVolume_isMeasuredWithoutNoise()
    {
        const auto m = measured(
            makeVolume({64, 64, 1}, [](auto x, auto, auto) { return x < 20 ? 100.0 : 0.0; }));
        QVERIFY(!m.noiseSigma);
        QCOMPARE(m.components, 1);
        QVERIFY(m.touches(Face::ZLow) && m.touches(Face::ZHigh));
    }

    void voxelsThatDoNotMatchTheGeometry_areAnError()
    {
        Volume volume = makeVolume({8, 8, 8}, [](auto x, auto, auto) { return double(x); });
        volume.geometry.dims[2] = 9;
        const auto result = measureVolume(volume);
        QVERIFY(!result);
        QCOMPARE(result.error().code, mrb::volume::error_codes::kMeasuringFailed);
        QVERIFY(!measureVolume(Volume{}));
    }
};

QTEST_GUILESS_MAIN(tst_Measurements)
#include "tst_Measurements.moc"
