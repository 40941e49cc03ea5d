// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "SliceExpectations.h"
#include "viewer/render/ColourMap.h"
#include "viewer/scene/ScenePlane.h"
#include "viewer/scene/SceneVolume.h"

#include <QtTest>

#include <algorithm>
#include <limits>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

Q_DECLARE_METATYPE(mrb::volume::Volume)
Q_DECLARE_METATYPE(mrb::viewer::IntensityWindow)

namespace {

std::array<double, 3> apply(const std::array<double, 16> &matrix, const std::array<double, 3> &at)
{
    std::array<double, 3> result{};
    for (std::size_t row = 0; row < 3; ++row) {
        result[row] = matrix[4 * row + 3];
        for (std::size_t column = 0; column < 3; ++column)
            result[row] += matrix[4 * row + column] * at[column];
    }
    return result;
}

double intensityOf(const SceneVolume &scene, std::size_t index)
{
    return scene.lowest + scene.perStep * scene.voxels[index];
}

} // namespace

class tst_SceneVolume : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyVoxelIsWhereTheAffinePutsIt();
    void largeVolumesAreAveraged();
    void averagedBlocksStayInPlace_data();
    void averagedBlocksStayInPlace();
    void valuesThatAreNotFiniteCountAsTheLowest();
    void oneOutlierLeavesTheRestItsGreys();
    void thinVolumesGetTwoLayersOfTheSameThickness();
    void aSingularAffineIsReplacedBySpacing();
    void aStoppedPreparationGivesNothing();
    void planesHaveTheColoursOfTheSlices_data();
    void planesHaveTheColoursOfTheSlices();
    void airIsTransparentAndDarkTissueIsNot_data();
    void airIsTransparentAndDarkTissueIsNot();
    void airIsTheLowestTenthOfTheWindow();
};

/// In all 48 orientations: value and place in the scene belong together.
void tst_SceneVolume::everyVoxelIsWhereTheAffinePutsIt()
{
    for (const Orientation &orientation : allOrientations()) {
        const volume::Volume volume = orientedVolume(orientation, {1.0, 1.0, 1.0});
        const std::optional<SceneVolume> scene = prepareSceneVolume(volume, 256);
        QVERIFY(scene && !scene->reduced);
        const double unit = kSceneSide / static_cast<double>(kDimsRas[2]);
        const auto matrix = scene->placement.toSceneUnmirrored();
        std::size_t index = 0;
        for (int z = 0; z < scene->dims[2]; ++z)
            for (int y = 0; y < scene->dims[1]; ++y)
                for (int x = 0; x < scene->dims[0]; ++x, ++index) {
                    const auto at = apply(matrix, {scene->origin[0] + x * scene->spacing[0],
                                                   scene->origin[1] + y * scene->spacing[1],
                                                   scene->origin[2] + z * scene->spacing[2]});
                    Ras ras{};
                    for (std::size_t axis = 0; axis < 3; ++axis)
                        ras[axis] = std::lround(at[axis] / unit +
                                                static_cast<double>(kDimsRas[axis] - 1) / 2.0);
                    QCOMPARE(std::lround(intensityOf(*scene, index)), long{truth(ras)});
                }
    }
}

void tst_SceneVolume::largeVolumesAreAveraged()
{
    std::vector<std::uint8_t> values(8 * 2 * 2);
    for (std::size_t index = 0; index < values.size(); ++index)
        values[index] = static_cast<std::uint8_t>(10 * (index % 8));
    const volume::Volume volume = makeVolume(volume::ScalarType::UInt8, {8, 2, 2}, values);
    const std::optional<SceneVolume> scene = prepareSceneVolume(volume, 4);
    QVERIFY(scene && scene->reduced);
    QCOMPARE(scene->dims, (std::array<int, 3>{4, 2, 2}));
    for (std::size_t x = 0; x < 4; ++x)
        QVERIFY(std::abs(intensityOf(*scene, x) - (20.0 * static_cast<double>(x) + 5.0)) < 0.1);
}

void tst_SceneVolume::averagedBlocksStayInPlace_data()
{
    QTest::addColumn<int>("sign");
    QTest::newRow("towards right") << 1;
    QTest::newRow("towards left") << -1;
}

/// Seven voxels become blocks of 2, 2, 2 and 1: the first block's middle is half a voxel in.
void tst_SceneVolume::averagedBlocksStayInPlace()
{
    QFETCH(int, sign);
    std::vector<std::uint8_t> values(7 * 4 * 4, 0);
    for (std::size_t row = 0; row < values.size(); row += 7)
        values[row] = values[row + 1] = 200;
    volume::Volume volume = makeVolume(volume::ScalarType::UInt8, {7, 4, 4}, values);
    volume.geometry.affineRas[0] = sign;
    const std::optional<SceneVolume> scene = prepareSceneVolume(volume, 4);
    QVERIFY(scene);
    const std::size_t bright = sign > 0 ? 0 : 3;
    QCOMPARE(std::lround(intensityOf(*scene, bright)), 200L);
    const auto at =
        apply(scene->placement.toSceneUnmirrored(),
              {scene->origin[0] + static_cast<double>(bright) * scene->spacing[0], 0.0, 0.0});
    const double voxel = kSceneSide / 7.0;
    QVERIFY(std::abs(at[0] - sign * (0.5 - 3.0) * voxel) < 1e-9);
}

void tst_SceneVolume::valuesThatAreNotFiniteCountAsTheLowest()
{
    constexpr float kInf = std::numeric_limits<float>::infinity();
    const std::vector<float> values = {
        std::numeric_limits<float>::quiet_NaN(), kInf, -kInf, 5.0F, 7.0F, 6.0F, 5.0F, 7.0F};
    const auto scene =
        prepareSceneVolume(makeVolume(volume::ScalarType::Float32, {2, 2, 2}, values), 256);
    QVERIFY(scene);
    for (std::size_t index = 0; index < 3; ++index)
        QCOMPARE(intensityOf(*scene, index), 5.0);
    QVERIFY(std::abs(intensityOf(*scene, 4) - 7.0) < 1e-3);

    const std::vector<float> none(8, std::numeric_limits<float>::quiet_NaN());
    const auto empty =
        prepareSceneVolume(makeVolume(volume::ScalarType::Float32, {2, 2, 2}, none), 256);
    QVERIFY(empty);
    QCOMPARE(empty->voxels, std::vector<std::uint16_t>(8, 0));
}

void tst_SceneVolume::oneOutlierLeavesTheRestItsGreys()
{
    std::vector<double> values;
    for (int index = 0; index < 1000; ++index)
        values.push_back(100.0 + index % 100);
    values[500] = 1e5;
    // 33 window widths are kept, so a step is a thousandth of the window.
    const auto scene =
        prepareSceneVolume(makeVolume(volume::ScalarType::Float64, {10, 10, 10}, values), 256);
    QVERIFY(scene);
    for (std::size_t index = 0; index < 100; ++index)
        QVERIFY(std::abs(intensityOf(*scene, index) - values[index]) < 0.1);
}

void tst_SceneVolume::thinVolumesGetTwoLayersOfTheSameThickness()
{
    const std::vector<std::uint8_t> values = {1, 2, 3, 4, 5, 6};
    const auto scene =
        prepareSceneVolume(makeVolume(volume::ScalarType::UInt8, {2, 1, 3}, values), 256);
    QVERIFY(scene);
    QCOMPARE(scene->dims, (std::array<int, 3>{2, 2, 3}));
    QCOMPARE(scene->voxels.size(), std::size_t{12});
    QCOMPARE(scene->spacing[1], scene->placement.edges[1]);
    QCOMPARE(scene->origin[1], -scene->placement.edges[1] / 2.0);
    for (std::size_t index = 0; index < 12; ++index) {
        const std::size_t source = index / 4 * 2 + index % 2;
        QCOMPARE(std::lround(intensityOf(*scene, index)), long{values[source]});
    }
}

void tst_SceneVolume::aSingularAffineIsReplacedBySpacing()
{
    for (const double value : {0.0, std::numeric_limits<double>::quiet_NaN(), 1.0}) {
        volume::VolumeGeometry geometry{.dims = {10, 20, 40}, .spacingMm = {2.0, 1.0, 1.0}};
        geometry.affineRas.fill(value);
        const ScenePlacement placement = scenePlacement(geometry);
        for (std::size_t axis = 0; axis < 3; ++axis) {
            double length = 0.0;
            for (const double component : placement.directions[axis])
                length += component * component;
            QCOMPARE(length, 1.0);
            QVERIFY(placement.edges[axis] > 0.0);
        }
        QCOMPARE(placement.longestSide(), kSceneSide);
    }
}

void tst_SceneVolume::aStoppedPreparationGivesNothing()
{
    std::stop_source stop;
    stop.request_stop();
    QVERIFY(!prepareSceneVolume(orientedVolume({}), 256, stop.get_token()));
}

void tst_SceneVolume::planesHaveTheColoursOfTheSlices_data()
{
    using volume::ScalarType;
    QTest::addColumn<volume::Volume>("volume");
    QTest::addColumn<IntensityWindow>("window");
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    QTest::newRow("as stored") << orientedVolume({{2, 0, 1}, {-1, 1, -1}})
                               << IntensityWindow{20.0, 180.0};
    QTest::newRow("int64") << makeVolume<std::int64_t>(ScalarType::Int64, {3, 2, 1},
                                                       {-5, 0, 30, 60, 100, 1'000'000'000'000})
                           << IntensityWindow{0.0, 100.0};
    // A row that is nowhere at the edge of a slice, where some of it would be air.
    const std::vector<double> inner = {-kInfinity, -1000.0, 29.0,  30.0,  31.0,   45.0,
                                       99.0,       100.0,   101.0, 135.0, 149.0,  150.0,
                                       151.0,      170.0,   kNan,  999.0, 1000.0, kInfinity};
    const std::size_t columns = inner.size() + 2;
    std::vector<double> values(9 * columns, kNan);
    std::copy(inner.begin(), inner.end(), values.begin() + static_cast<int>(4 * columns + 1));
    const volume::Volume plain =
        makeVolume(ScalarType::Float64, {static_cast<std::int64_t>(columns), 3, 3}, values);
    QTest::newRow("window without width") << plain << IntensityWindow{100.0, 100.0};
    const auto row = [&](const char *name, double slope, double intercept) {
        volume::Volume volume = plain;
        volume.slope = slope;
        volume.intercept = intercept;
        // Some voxels lie exactly at the ends.
        const double one = 30.0 * slope + intercept;
        const double other = 150.0 * slope + intercept;
        QTest::newRow(name) << volume
                            << IntensityWindow{std::min(one, other), std::max(one, other)};
    };
    row("not scaled", 1.0, 0.0);
    row("scaled by a third", 1.0 / 3.0, -0.7);
    row("negative slope", -0.3, 7.0);
}

/// Voxel by voxel, in all maps, with marks and without.
void tst_SceneVolume::planesHaveTheColoursOfTheSlices()
{
    QFETCH(volume::Volume, volume);
    QFETCH(IntensityWindow, window);
    for (const Plane plane : kPlanes)
        for (const ColourMap &map : colourMaps())
            for (const bool marked : {false, true}) {
                SlicePipeline pipeline(volume, plane);
                const PlaneAxes &axes = pipeline.axes(Convention::Radiological);
                SliceRequest request = plainRequest(axes, axes.normal.voxels / 2);
                request.colours = {window, map.id, marked};
                const QImage slice = pipeline.picture(request);
                const ScenePlanePicture picture = scenePlanePicture(volume, axes.normal.voxelAxis,
                                                                    request.slice, request.colours);
                const std::size_t across = axes.normal.voxelAxis == 0 ? 1 : 0;
                const std::size_t up = axes.normal.voxelAxis == 2 ? 1 : 2;
                int compared = 0;
                for (int y = 0; y < slice.height(); ++y)
                    for (int x = 0; x < slice.width(); ++x) {
                        VoxelIndex voxel{};
                        voxel[axes.column.voxelAxis] =
                            axes.column.step > 0 ? x : axes.column.voxels - 1 - x;
                        voxel[axes.row.voxelAxis] = axes.row.step > 0 ? y : axes.row.voxels - 1 - y;
                        const auto pixel = static_cast<std::size_t>(
                            voxel[up] * picture.dims[across] + voxel[across]);
                        const std::uint8_t *rgba = &picture.rgba[4 * pixel];
                        if (rgba[3] == 0)
                            continue; // air
                        const QRgb shown = qRgb(rgba[0], rgba[1], rgba[2]);
                        ++compared;
                        QVERIFY2(shown == slice.pixel(x, y),
                                 qPrintable(QStringLiteral("%1 %2: %3, slice %4")
                                                .arg(map.id)
                                                .arg(marked)
                                                .arg(shown, 0, 16)
                                                .arg(slice.pixel(x, y), 0, 16)));
                    }
                QVERIFY(compared > 0);
            }
}

void tst_SceneVolume::airIsTransparentAndDarkTissueIsNot_data()
{
    QTest::addColumn<QString>("map");
    QTest::addColumn<bool>("marked");
    QTest::addColumn<double>("low");
    for (const ColourMap &map : colourMaps())
        QTest::newRow(qPrintable(map.id)) << map.id << false << 0.0;
    QTest::newRow("marked, at the end of the window") << QStringLiteral("grey") << true << 0.0;
    QTest::newRow("marked, below the window") << QStringLiteral("viridis") << true << 50.0;
}

void tst_SceneVolume::airIsTransparentAndDarkTissueIsNot()
{
    QFETCH(QString, map);
    QFETCH(bool, marked);
    QFETCH(double, low);
    // Air around a ring, something dark within it.
    std::vector<std::uint8_t> values(7 * 7, 0);
    for (std::size_t y = 1; y < 6; ++y)
        for (std::size_t x = 1; x < 6; ++x)
            values[7 * y + x] = x == 3 && y == 3 ? 0 : 255;
    const volume::Volume volume = makeVolume(volume::ScalarType::UInt8, {7, 7, 1}, values);
    const ScenePlanePicture picture = scenePlanePicture(volume, 2, 0, {{low, 255.0}, map, marked});
    QCOMPARE(picture.dims, (std::array<int, 3>{7, 7, 1}));
    const auto &colours = findColourMap(map)->colours;
    const QRgb darkest = marked && low > 0.0 ? kBelowWindowColour : colours.front();
    for (std::size_t y = 0; y < 7; ++y)
        for (std::size_t x = 0; x < 7; ++x) {
            const bool air = x == 0 || y == 0 || x == 6 || y == 6;
            const std::uint8_t *rgba = &picture.rgba[4 * (7 * y + x)];
            QCOMPARE(int{rgba[3]}, air ? 0 : 255);
            if (!air)
                QCOMPARE(qRgb(rgba[0], rgba[1], rgba[2]),
                         x == 3 && y == 3 ? darkest : colours.back());
        }
}

void tst_SceneVolume::airIsTheLowestTenthOfTheWindow()
{
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    // A column each, all of it at the edge.
    const std::vector<double> values = {-1000.0, 100.0, 109.9, 110.1, 250.0, kNan};
    volume::Volume volume = makeVolume(volume::ScalarType::Float64, {6, 1, 1}, values);
    const std::array<int, 6> alphas = {0, 0, 0, 255, 255, 255};
    for (const double slope : {1.0, -1.0}) {
        volume.slope = slope;
        volume.intercept = slope > 0.0 ? 0.0 : 300.0;
        const ScenePlanePicture picture =
            scenePlanePicture(volume, 2, 0, {.window = {100.0, 200.0}});
        for (std::size_t x = 0; x < values.size(); ++x) {
            // Falling: 1300, 200, 190.1, 189.9, 50 and no number.
            const int expected = slope > 0.0 ? alphas[x] : x == 4 ? 0 : 255;
            QCOMPARE(int{picture.rgba[4 * x + 3]}, expected);
        }
    }
}

QTEST_APPLESS_MAIN(tst_SceneVolume)
#include "tst_SceneVolume.moc"
