// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/SliceExpectations.h"
#include "viewer/render/ColourMap.h"

#include <QtTest>

#include <limits>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

Q_DECLARE_METATYPE(mrb::volume::Volume)

namespace {

constexpr std::array kInterpolations = {Interpolation::Nearest, Interpolation::Linear,
                                        Interpolation::Cubic};

volume::Volume scaled(volume::Volume volume, double slope, double intercept)
{
    volume.slope = slope;
    volume.intercept = intercept;
    return volume;
}

/// The one pixel of an axial slice of a stack of voxels.
QRgb slabPixel(const volume::Volume &volume, std::int64_t slice, const Slab &slab,
               Interpolation interpolation = Interpolation::Linear)
{
    SlicePipeline pipeline(volume, Plane::Axial);
    SliceRequest request = plainRequest(pipeline.axes(Convention::Radiological), slice);
    request.slab = slab;
    request.interpolation = interpolation;
    return pipeline.picture(request).pixel(0, 0);
}

} // namespace

class tst_SliceColours : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void windowMapsLowToBlackAndHighToWhite_data();
    void windowMapsLowToBlackAndHighToWhite();
    void onlyWhatIsOutsideIsMarked_data() { windowMapsLowToBlackAndHighToWhite_data(); }
    void onlyWhatIsOutsideIsMarked();
    void everyScaleKeepsItsEndsInside_data();
    void everyScaleKeepsItsEndsInside();
    void mapsRunFromLowToHigh_data();
    void mapsRunFromLowToHigh();
    void everyScalarTypeShowsItsValues_data();
    void everyScalarTypeShowsItsValues();
    void everyScalarTypeMakesSlabs_data() { everyScalarTypeShowsItsValues_data(); }
    void everyScalarTypeMakesSlabs();
    void sixtyFourBitIntegersAreConvertedOnce();
    void notANumberHasItsOwnColour_data();
    void notANumberHasItsOwnColour();
    void constantVolumeIsOneGrey();
    void slabsAreTheirSlicesTogether_data();
    void slabsAreTheirSlicesTogether();
    void maximumIsOfIntensitiesWhateverTheSlope_data();
    void maximumIsOfIntensitiesWhateverTheSlope();
    void slabSlices_data();
    void slabSlices();
};

void tst_SliceColours::windowMapsLowToBlackAndHighToWhite_data()
{
    using volume::ScalarType;
    QTest::addColumn<volume::Volume>("volume"); // below, low, middle, high, above
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    const volume::Volume integers =
        rowOf<std::int16_t>(ScalarType::Int16, {-32768, -100, 350, 800, 32767});
    QTest::newRow("int16") << integers << -100.0 << 800.0;
    QTest::newRow("scaled") << scaled(integers, 0.1, 3.0) << -100 * 0.1 + 3.0 << 800 * 0.1 + 3.0;
    QTest::newRow("scaled by a third")
        << scaled(integers, 1.0 / 3.0, -0.7) << -100 * (1.0 / 3.0) - 0.7 << 800 * (1.0 / 3.0) - 0.7;
    QTest::newRow("negative slope")
        << scaled(rowOf<std::int16_t>(ScalarType::Int16, {3000, 100, -350, -800, -3000}), -0.3, 7.0)
        << 100 * -0.3 + 7.0 << -800 * -0.3 + 7.0;
    QTest::newRow("float32 tiny") << rowOf<float>(ScalarType::Float32,
                                                  {-1.0F, 1e-7F, 2e-7F, 3e-7F, 1.0F})
                                  << static_cast<double>(1e-7F) << static_cast<double>(3e-7F);
    QTest::newRow("float64 far from zero")
        << rowOf<double>(ScalarType::Float64, {0.0, 1e9, 1e9 + 1.0, 1e9 + 2.0, 1e12}) << 1e9
        << 1e9 + 2.0;
    QTest::newRow("uint32 beyond float")
        << rowOf<std::uint32_t>(ScalarType::UInt32,
                                {0, 4000000000, 4000000010, 4000000020, 4294967295})
        << 4000000000.0 << 4000000020.0;
}

void tst_SliceColours::windowMapsLowToBlackAndHighToWhite()
{
    QFETCH(volume::Volume, volume);
    QFETCH(double, low);
    QFETCH(double, high);
    for (const auto mode : kInterpolations) {
        const QList<int> greys = greysOfRow(volume, {low, high}, mode);
        QCOMPARE(greys.at(0), 0);
        QCOMPARE(greys.at(1), 0);
        QVERIFY2(qAbs(greys.at(2) - 128) <= 1, QByteArray::number(greys.at(2)).constData());
        QCOMPARE(greys.at(3), 255);
        QCOMPARE(greys.at(4), 255);
    }
}

void tst_SliceColours::onlyWhatIsOutsideIsMarked()
{
    QFETCH(volume::Volume, volume);
    QFETCH(double, low);
    QFETCH(double, high);
    for (const auto mode : kInterpolations) {
        const QList<QRgb> pixels =
            coloursOfRow(volume, {{low, high}, QStringLiteral("grey"), true}, mode);
        QCOMPARE(pixels.at(0), kBelowWindowColour);
        QCOMPARE(pixels.at(1), qRgb(0, 0, 0));
        QVERIFY(qAbs(qRed(pixels.at(2)) - 128) <= 1);
        QCOMPARE(pixels.at(3), qRgb(255, 255, 255));
        QCOMPARE(pixels.at(4), kAboveWindowColour);
    }
}

void tst_SliceColours::everyScaleKeepsItsEndsInside_data()
{
    QTest::addColumn<double>("slope");
    QTest::addColumn<double>("intercept");
    for (const double slope : {0.1, 0.7, 1.0 / 3.0, 2.5e-5, 1234.567, -0.1, -0.7, -3.3e-4})
        for (const double intercept : {0.0, 0.1, -17.3, 1024.0, -1e6})
            QTest::addRow("%g x + %g", slope, intercept) << slope << intercept;
}

void tst_SliceColours::everyScaleKeepsItsEndsInside()
{
    QFETCH(double, slope);
    QFETCH(double, intercept);
    std::vector<std::int16_t> values;
    for (int i = 0; i < 200; ++i)
        values.push_back(static_cast<std::int16_t>(i * 61 - 6000));
    const volume::Volume volume =
        scaled(rowOf(volume::ScalarType::Int16, values), slope, intercept);
    // Each value in turn is an end of the window; as shown in the readout it is not outside.
    for (std::size_t i = 1; i + 1 < values.size(); i += 7) {
        const double a = values[i] * slope + intercept;
        const double b = values[values.size() - 1 - i / 2] * slope + intercept;
        const auto [low, high] = std::minmax(a, b);
        const QList<QRgb> pixels =
            coloursOfRow(volume, {{low, high}, QStringLiteral("grey"), true});
        for (std::size_t at = 0; at < values.size(); ++at) {
            const double intensity = values[at] * slope + intercept;
            const QRgb pixel = pixels.at(static_cast<qsizetype>(at));
            QCOMPARE(pixel == kBelowWindowColour, intensity < low);
            QCOMPARE(pixel == kAboveWindowColour, intensity > high);
        }
        QCOMPARE(pixels.at(static_cast<qsizetype>(i)), a < b ? qRgb(0, 0, 0) : qRgb(255, 255, 255));
    }
}

void tst_SliceColours::mapsRunFromLowToHigh_data()
{
    QTest::addColumn<QString>("id");
    for (const ColourMap &map : colourMaps())
        QTest::newRow(map.id.toUtf8().constData()) << map.id;
}

void tst_SliceColours::mapsRunFromLowToHigh()
{
    QFETCH(QString, id);
    const ColourMap &map = *findColourMap(id);
    const auto rising = rowOf<std::int16_t>(volume::ScalarType::Int16, {-5, 0, 255, 300});
    const auto falling =
        scaled(rowOf<std::int16_t>(volume::ScalarType::Int16, {5, 0, -255, -300}), -1.0, 0.0);
    const QList<QRgb> expected = {map.colours.front(), map.colours.front(), map.colours.back(),
                                  map.colours.back()};
    QCOMPARE(coloursOfRow(rising, {{0.0, 255.0}, id, false}), expected);
    QCOMPARE(coloursOfRow(falling, {{0.0, 255.0}, id, false}), expected);
    const QList<QRgb> middle = coloursOfRow(rowOf<std::int16_t>(volume::ScalarType::Int16, {100}),
                                            {{0.0, 255.0}, id, false});
    QCOMPARE(middle.front(), map.colours.at(static_cast<std::size_t>(greyOf(100))));
}

void tst_SliceColours::everyScalarTypeShowsItsValues_data()
{
    using volume::ScalarType;
    QTest::addColumn<volume::Volume>("volume"); // 0, 1, 63, 127
    const auto add = []<class T>(std::type_identity<T>, ScalarType type) {
        QTest::newRow(volume::scalarName(type).data())
            << rowOf<T>(type, {T(0), T(1), T(63), T(127)});
    };
    add(std::type_identity<std::int8_t>{}, ScalarType::Int8);
    add(std::type_identity<std::uint8_t>{}, ScalarType::UInt8);
    add(std::type_identity<std::int16_t>{}, ScalarType::Int16);
    add(std::type_identity<std::uint16_t>{}, ScalarType::UInt16);
    add(std::type_identity<std::int32_t>{}, ScalarType::Int32);
    add(std::type_identity<std::uint32_t>{}, ScalarType::UInt32);
    add(std::type_identity<std::int64_t>{}, ScalarType::Int64);
    add(std::type_identity<std::uint64_t>{}, ScalarType::UInt64);
    add(std::type_identity<float>{}, ScalarType::Float32);
    add(std::type_identity<double>{}, ScalarType::Float64);
}

void tst_SliceColours::everyScalarTypeShowsItsValues()
{
    QFETCH(volume::Volume, volume);
    for (const auto mode : kInterpolations)
        QCOMPARE(greysOfRow(volume, kIdentity.window, mode), (QList<int>{0, 1, 63, 127}));
}

void tst_SliceColours::everyScalarTypeMakesSlabs()
{
    QFETCH(volume::Volume, volume);
    volume.geometry.dims = {1, 1, 4}; // the same voxels, one above the other
    for (const auto mode : kInterpolations) {
        QCOMPARE(qRed(slabPixel(volume, 1, {SlabMode::Maximum, 4.0}, mode)), 127);
        QCOMPARE(qRed(slabPixel(volume, 1, {SlabMode::Minimum, 4.0}, mode)), 0);
        QCOMPARE(qRed(slabPixel(volume, 1, {SlabMode::Mean, 4.0}, mode)), greyOf(191.0 / 4.0));
    }
}

void tst_SliceColours::sixtyFourBitIntegersAreConvertedOnce()
{
    constexpr std::int64_t kLarge = std::int64_t{1} << 52;
    const auto stored =
        rowOf<std::int64_t>(volume::ScalarType::Int64, {-kLarge, -1, 0, 1, kLarge + 1});
    const volume::Volume drawable = drawableVolume(stored);
    QCOMPARE(drawable.storedType, volume::ScalarType::Float64);
    QCOMPARE(drawable.geometry, stored.geometry);
    std::array<double, 5> values{};
    std::memcpy(values.data(), drawable.voxels->data(), sizeof values);
    QCOMPARE(values, (std::array<double, 5>{-static_cast<double>(kLarge), -1.0, 0.0, 1.0,
                                            static_cast<double>(kLarge) + 1.0}));
    QCOMPARE(drawableVolume(drawable).voxels, drawable.voxels);
    const auto shared = rowOf<float>(volume::ScalarType::Float32, {1.0F});
    QCOMPARE(drawableVolume(shared).voxels, shared.voxels);
}

void tst_SliceColours::notANumberHasItsOwnColour_data()
{
    QTest::addColumn<double>("slope");
    QTest::addColumn<bool>("marked");
    QTest::newRow("plain") << 1.0 << false;
    QTest::newRow("negative slope") << -1.0 << false;
    QTest::newRow("marked") << 1.0 << true;
    QTest::newRow("marked, negative slope") << -1.0 << true;
}

void tst_SliceColours::notANumberHasItsOwnColour()
{
    QFETCH(double, slope);
    QFETCH(bool, marked);
    const double infinity = slope * std::numeric_limits<double>::infinity();
    const auto check = [&](const volume::Volume &volume) {
        const QList<QRgb> pixels = coloursOfRow(scaled(volume, slope, 0.0),
                                                {{0.0, 255.0}, QStringLiteral("grey"), marked});
        QCOMPARE(pixels.at(0), marked ? kBelowWindowColour : qRgb(0, 0, 0));
        QCOMPARE(pixels.at(1), kNotANumberColour);
        QCOMPARE(pixels.at(2), marked ? kAboveWindowColour : qRgb(255, 255, 255));
    };
    check(rowOf<double>(volume::ScalarType::Float64,
                        {-infinity, std::numeric_limits<double>::quiet_NaN(), infinity}));
    check(rowOf<float>(volume::ScalarType::Float32,
                       {static_cast<float>(-infinity), std::numeric_limits<float>::quiet_NaN(),
                        static_cast<float>(infinity)}));
}

void tst_SliceColours::constantVolumeIsOneGrey()
{
    for (const float value : {0.0F, -12.5F, 1e6F}) {
        const auto volume = rowOf<float>(volume::ScalarType::Float32, {value, value, value, value});
        const QList<int> greys = greysOfRow(volume, autoWindow(volume), Interpolation::Linear);
        const int expected = value == 0.0F ? 0 : 128;
        for (const int grey : greys)
            QVERIFY2(qAbs(grey - expected) <= 1, QByteArray::number(grey).constData());
    }
}

void tst_SliceColours::slabsAreTheirSlicesTogether_data()
{
    QTest::addColumn<double>("thicknessMm"); // slices are 2 mm apart
    QTest::addColumn<int>("slice");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("last");
    QTest::newRow("one") << 2.0 << 3 << 3 << 3;
    QTest::newRow("less than one") << 0.1 << 3 << 3 << 3;
    QTest::newRow("two") << 4.0 << 3 << 3 << 4;
    QTest::newRow("three") << 6.0 << 3 << 2 << 4;
    QTest::newRow("four") << 8.0 << 3 << 2 << 5;
    QTest::newRow("five, rounded") << 10.9 << 3 << 1 << 5;
    QTest::newRow("cut off below") << 10.0 << 0 << 0 << 2;
    QTest::newRow("cut off above") << 10.0 << 6 << 4 << 6;
    QTest::newRow("even, cut off above") << 8.0 << 6 << 5 << 6;
    QTest::newRow("all and more") << 1e6 << 3 << 0 << 6;
}

void tst_SliceColours::slabsAreTheirSlicesTogether()
{
    QFETCH(double, thicknessMm);
    QFETCH(int, slice);
    QFETCH(int, first);
    QFETCH(int, last);
    const std::vector<std::uint8_t> values = {90, 12, 250, 33, 7, 140, 201};
    volume::Volume volume = stackOf(volume::ScalarType::UInt8, values);
    volume.geometry.affineRas[10] = 2.0;
    volume.geometry.spacingMm[2] = 2.0;
    const auto from = values.begin() + first;
    const auto to = values.begin() + last + 1;
    double sum = 0.0;
    for (auto value = from; value != to; ++value)
        sum += *value;
    for (const auto mode : kInterpolations) {
        QCOMPARE(qRed(slabPixel(volume, slice, {SlabMode::Mean, thicknessMm}, mode)),
                 greyOf(sum / (last - first + 1)));
        QCOMPARE(qRed(slabPixel(volume, slice, {SlabMode::Maximum, thicknessMm}, mode)),
                 int{*std::max_element(from, to)});
        QCOMPARE(qRed(slabPixel(volume, slice, {SlabMode::Minimum, thicknessMm}, mode)),
                 int{*std::min_element(from, to)});
    }
}

void tst_SliceColours::maximumIsOfIntensitiesWhateverTheSlope_data()
{
    QTest::addColumn<SlabMode>("mode");
    QTest::addColumn<int>("expected");
    QTest::newRow("mean") << SlabMode::Mean << 110;
    QTest::newRow("maximum") << SlabMode::Maximum << 200;
    QTest::newRow("minimum") << SlabMode::Minimum << 50;
}

void tst_SliceColours::maximumIsOfIntensitiesWhateverTheSlope()
{
    QFETCH(SlabMode, mode);
    QFETCH(int, expected);
    // Intensities 50, 80, 200.
    const auto rising = stackOf<std::int16_t>(volume::ScalarType::Int16, {50, 80, 200});
    const auto falling =
        scaled(stackOf<std::int16_t>(volume::ScalarType::Int16, {200, 170, 50}), -1.0, 250.0);
    for (const volume::Volume &volume : {rising, falling}) {
        const int grey = qRed(slabPixel(volume, 1, {mode, 3.0}));
        QVERIFY2(qAbs(grey - expected) <= 1, QByteArray::number(grey).constData());
    }
}

void tst_SliceColours::slabSlices_data()
{
    QTest::addColumn<double>("thicknessMm");
    QTest::addColumn<int>("count");
    QTest::newRow("zero") << 0.0 << 1;
    QTest::newRow("negative") << -4.0 << 1;
    QTest::newRow("half") << 0.74 << 1;
    QTest::newRow("one and a half") << 0.76 << 2;
    QTest::newRow("many") << 1e300 << 9;
}

void tst_SliceColours::slabSlices()
{
    QFETCH(double, thicknessMm);
    QFETCH(int, count);
    const AxisRun normal{.voxelAxis = 2, .step = 1, .voxels = 9, .edgeMm = 0.5};
    const SlabSlices slices = viewer::slabSlices({SlabMode::Mean, thicknessMm}, normal, 4);
    QCOMPARE(slices.count(), std::int64_t{count});
    QVERIFY(slices.first <= 4 && slices.last >= 4);
    QCOMPARE(viewer::slabSlices({SlabMode::Off, thicknessMm}, normal, 4), (SlabSlices{4, 4}));
}

QTEST_GUILESS_MAIN(tst_SliceColours)
#include "tst_SliceColours.moc"
