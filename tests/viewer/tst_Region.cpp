// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/NiftiReader.h"
#include "tests/viewer/PythonFiles.h"
#include "tests/viewer/SyntheticVolume.h"
#include "viewer/render/Region.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QtTest>

#include <cmath>
#include <limits>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

// A volume whose voxel axes run inferior, right, posterior, and random regions on it.
constexpr const char *kScript = R"(
import sys, json, numpy as np, nibabel as nib
out = sys.argv[1] + '/'
rng = np.random.default_rng(11)
shape = np.array((23, 31, 27))
affine = np.array([[0, 1.5, 0, -20.], [0, 0, -0.8, 11.], [-2.25, 0, 0, 25.], [0, 0, 0, 1]])
image = nib.Nifti1Image(rng.normal(100, 40, shape), affine)
image.header.set_data_dtype(np.int16)
image.header.set_slope_inter(0.0625, -100.0)
image.to_filename(out + 'volume.nii.gz')
image = nib.load(out + 'volume.nii.gz')
data = image.get_fdata()
affine = image.affine                                      # rounded to float32
edges = np.sqrt((affine[:3, :3] ** 2).sum(0))
world = nib.io_orientation(affine)[:, 0].astype(int)       # of each voxel axis
cases = []
for number in range(60):
    plane = number % 3                                     # axial, coronal, sagittal
    normal = int(np.flatnonzero(world == 2 - plane)[0])
    a, b = rng.uniform(-3, shape + 2, (2, 3))
    slice_ = int(rng.integers(shape[normal]))
    low, high = np.minimum(a, b), np.maximum(a, b)
    inside = np.zeros(shape, bool)
    ellipse = bool(number // 3 % 2)
    for index in np.ndindex(*shape):
        if index[normal] != slice_:
            continue
        axes = [axis for axis in range(3) if axis != normal]
        if ellipse:
            middle, half = (low + high) / 2, (high - low) / 2
            inside[index] = sum(((index[x] - middle[x]) / half[x]) ** 2 for x in axes) <= 1
        else:
            inside[index] = all(low[x] <= index[x] <= high[x] for x in axes)
    values = data[inside]
    if values.size < 3:
        continue
    last = values.size - 1
    ranked = np.sort(values)
    area = edges.prod() / edges[normal]
    cases.append(dict(plane=plane, slice=slice_, ellipse=ellipse, a=list(a), b=list(b),
                      n=values.size, area=area * values.size, mean=values.mean(),
                      sd=values.std(ddof=1), min=values.min(), max=values.max(),
                      low=ranked[int(np.floor(last * 0.005 + 0.5))],
                      high=ranked[int(np.floor(last * 0.995 + 0.5))]))
json.dump(cases, open(out + 'cases.json', 'w'))
)";

VoxelPosition position(const QJsonValue &array)
{
    return {array[0].toDouble(), array[1].toDouble(), array[2].toDouble()};
}

bool nearly(double a, double b)
{
    return std::abs(a - b) <= 1e-9 * (1.0 + std::abs(b));
}

/// 10 x 8 x 3 voxels of 1 mm whose value is i + 10 j + 100 k.
volume::Volume ramp()
{
    std::vector<float> values;
    for (int k = 0; k < 3; ++k)
        for (int j = 0; j < 8; ++j)
            for (int i = 0; i < 10; ++i)
                values.push_back(static_cast<float>(i + 10 * j + 100 * k));
    return makeVolume(volume::ScalarType::Float32, {10, 8, 3}, values);
}

Region axial(VoxelPosition from, VoxelPosition to, RegionShape shape = RegionShape::Box)
{
    return {.plane = Plane::Axial, .slice = 1, .shape = shape, .from = from, .to = to};
}

} // namespace

class tst_Region : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void statisticsAreThoseOfNumPy();
    void edgesCount();
    void smallRegionsTakeTheVoxelTheyLieIn_data();
    void smallRegionsTakeTheVoxelTheyLieIn();
    void regionsOutsideHaveNoStatistics_data();
    void regionsOutsideHaveNoStatistics();
    void onlyFiniteVoxelsAreMeasured();
    void largeMeansDoNotHideSmallDeviations();
    void windowsOfConstantRegionsAreNotEmpty();
    void rulersMeasureInTheWorld();
    void textsNameUnitsWhateverTheLocale();

private:
    PythonFiles m_files;
};

void tst_Region::initTestCase()
{
    QVERIFY(m_files.make(kScript));
}

void tst_Region::statisticsAreThoseOfNumPy()
{
    const auto volume = volume::readNifti(m_files.path("volume.nii.gz").toStdString());
    QVERIFY(volume);
    const QJsonArray cases = m_files.json("cases.json").array();
    QVERIFY(cases.size() > 40);
    for (const QJsonValue expected : cases) {
        const Region region{.plane = kPlanes[static_cast<std::size_t>(expected[u"plane"].toInt())],
                            .slice = expected[u"slice"].toInt(),
                            .shape = expected[u"ellipse"].toBool() ? RegionShape::Ellipse
                                                                   : RegionShape::Box,
                            .from = position(expected[u"a"]),
                            .to = position(expected[u"b"])};
        const auto statistics = regionStatistics(*volume, region);
        QVERIFY(statistics);
        QCOMPARE(static_cast<int>(statistics->voxels), expected[u"n"].toInt());
        QCOMPARE(statistics->finite, statistics->voxels);
        QVERIFY(nearly(statistics->areaMm2, expected[u"area"].toDouble()));
        QVERIFY(nearly(statistics->mean, expected[u"mean"].toDouble()));
        QVERIFY(nearly(statistics->sd, expected[u"sd"].toDouble()));
        QCOMPARE(statistics->min, expected[u"min"].toDouble());
        QCOMPARE(statistics->max, expected[u"max"].toDouble());
        const IntensityWindow window{expected[u"low"].toDouble(), expected[u"high"].toDouble()};
        QVERIFY(window.low < window.high);
        QCOMPARE(regionWindow(*volume, region), window);
        // The other two corners and the other order make no difference.
        Region turned = region;
        std::swap(turned.from[0], turned.to[0]);
        std::swap(turned.from[2], turned.to[2]);
        QCOMPARE(regionStatistics(*volume, turned), statistics);
    }
}

void tst_Region::edgesCount()
{
    const auto box = regionStatistics(ramp(), axial({2, 3, 0}, {4, 5, 0}));
    QVERIFY(box);
    QCOMPARE(*box, (RegionStatistics{.voxels = 9,
                                     .finite = 9,
                                     .areaMm2 = 9.0,
                                     .mean = 143.0,
                                     .sd = std::sqrt(606.0 / 8.0),
                                     .min = 132.0,
                                     .max = 154.0}));
    const auto ellipse =
        regionStatistics(ramp(), axial({2, 3, 0}, {4, 5, 0}, RegionShape::Ellipse));
    QVERIFY(ellipse);
    QCOMPARE(ellipse->voxels, std::uint64_t{5}); // without its corners
    QCOMPARE(ellipse->mean, 143.0);
}

void tst_Region::smallRegionsTakeTheVoxelTheyLieIn_data()
{
    QTest::addColumn<Region>("region");
    QTest::addColumn<double>("value");
    QTest::newRow("a point") << axial({4.3, 2.4, 9}, {4.3, 2.4, 9}) << 124.0;
    QTest::newRow("between centres") << axial({4.1, 2.6, 0}, {4.9, 2.9, 0}) << 135.0;
    QTest::newRow("ellipse past its box's centres")
        << axial({3.9, 2.9, 0}, {4.85, 3.85, 0}, RegionShape::Ellipse) << 134.0;
    QTest::newRow("over the edge") << axial({-2.0, -3.0, 0}, {-0.4, -0.2, 0}) << 100.0;
    QTest::newRow("in the last voxel") << axial({9.1, 7.1, 0}, {9.4, 7.4, 0}) << 179.0;
    QTest::newRow("a line through centres")
        << axial({4.0, 2.0, 0}, {4.0, 2.5, 0}, RegionShape::Ellipse) << 124.0;
}

void tst_Region::smallRegionsTakeTheVoxelTheyLieIn()
{
    QFETCH(Region, region);
    QFETCH(double, value);
    const auto statistics = regionStatistics(ramp(), region);
    QVERIFY(statistics);
    QCOMPARE(*statistics, (RegionStatistics{.voxels = 1,
                                            .finite = 1,
                                            .areaMm2 = 1.0,
                                            .mean = value,
                                            .sd = 0.0,
                                            .min = value,
                                            .max = value}));
}

void tst_Region::regionsOutsideHaveNoStatistics_data()
{
    QTest::addColumn<Region>("region");
    Region region = axial({1, 1, 1}, {3, 3, 1});
    region.slice = 3;
    QTest::newRow("a slice behind the last") << region;
    region.slice = -1;
    QTest::newRow("a slice before the first") << region;
    QTest::newRow("left of it") << axial({-3.0, 1, 1}, {-0.6, 3, 1});
    QTest::newRow("below it") << axial({1, 7.6, 1}, {3, 9, 1});
    QTest::newRow("not a number") << axial({std::numeric_limits<double>::quiet_NaN(), 1, 1},
                                           {3, 3, 1});
    QTest::newRow("infinite") << axial({1, 1, 1}, {3, std::numeric_limits<double>::infinity(), 1});
}

void tst_Region::regionsOutsideHaveNoStatistics()
{
    QFETCH(Region, region);
    QVERIFY(!regionStatistics(ramp(), region));
    QVERIFY(!regionWindow(ramp(), region));
}

void tst_Region::onlyFiniteVoxelsAreMeasured()
{
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    constexpr float kInfinite = std::numeric_limits<float>::infinity();
    const volume::Volume volume = makeVolume<float>(
        volume::ScalarType::Float32, {6, 1, 1}, {kNan, 2.0F, 4.0F, kInfinite, -kInfinite, kNan});
    Region region{.plane = Plane::Axial, .slice = 0, .from = {0, 0, 0}, .to = {5, 0, 0}};
    const auto some = regionStatistics(volume, region);
    QVERIFY(some);
    QCOMPARE(*some, (RegionStatistics{.voxels = 6,
                                      .finite = 2,
                                      .areaMm2 = 6.0,
                                      .mean = 3.0,
                                      .sd = std::sqrt(2.0),
                                      .min = 2.0,
                                      .max = 4.0}));
    QVERIFY(regionText(volume.geometry, region, *some).contains(u"of the 2 finite ones"));
    region.from = {3, 0, 0};
    const auto none = regionStatistics(volume, region);
    QVERIFY(none && none->finite == 0 && std::isnan(none->mean));
    QVERIFY(regionText(volume.geometry, region, *none).contains(u"none of them finite"));
    QVERIFY(!regionWindow(volume, region));
}

void tst_Region::largeMeansDoNotHideSmallDeviations()
{
    const volume::Volume volume =
        makeVolume<double>(volume::ScalarType::Float64, {3, 1, 1}, {1e12, 1e12 + 1, 1e12 + 2});
    const auto statistics =
        regionStatistics(volume, {.plane = Plane::Axial, .from = {0, 0, 0}, .to = {2, 0, 0}});
    QVERIFY(statistics);
    QCOMPARE(statistics->sd, 1.0);
}

void tst_Region::windowsOfConstantRegionsAreNotEmpty()
{
    const auto windowOf = [](float value) {
        return regionWindow(
            makeVolume(volume::ScalarType::Float32, {4, 4, 1}, std::vector<float>(16, value)),
            {.plane = Plane::Axial, .from = {0, 0, 0}, .to = {3, 3, 0}});
    };
    QCOMPARE(windowOf(0.0F), (IntensityWindow{0.0, 1.0}));
    QCOMPARE(windowOf(5.0F), (IntensityWindow{0.0, 10.0}));
    QCOMPARE(windowOf(-5.0F), (IntensityWindow{-10.0, 0.0}));
}

void tst_Region::rulersMeasureInTheWorld()
{
    volume::Volume volume = orientedVolume({{1, 2, 0}, {-1, 1, -1}}, {0.5, 2.0, 3.0});
    const VoxelPosition from = {0, 0, 0};
    const VoxelPosition to = {3, 4, 12}; // 6 mm anterior, 12 mm superior, 6 mm right
    const Distance straight = rulerLength(volume.geometry, from, to);
    QCOMPARE(straight.mm, std::sqrt(36.0 + 144.0 + 36.0));
    QCOMPARE(straight.voxels, 13.0);
    rotateAboutSuperior(volume, 31.0); // lengths stay
    QVERIFY(nearly(rulerLength(volume.geometry, to, from).mm, straight.mm));
    QCOMPARE(rulerLength(volume.geometry, to, to), (Distance{0.0, 0.0}));
}

void tst_Region::textsNameUnitsWhateverTheLocale()
{
    const QLocale before;
    QLocale::setDefault(QLocale(QLocale::German));
    const RegionStatistics statistics{.voxels = 11300,
                                      .finite = 11300,
                                      .areaMm2 = 9932.25,
                                      .mean = 12.5,
                                      .sd = 4.25,
                                      .min = -3.0,
                                      .max = 2500.0};
    const Region region{.plane = Plane::Sagittal, .slice = 64, .shape = RegionShape::Ellipse};
    const QString text = regionText({}, region, statistics);
    const QString ruler = rulerText({1234.5678, 1000.04});
    QLocale::setDefault(before);
    QCOMPARE(text, u"Ellipse on sagittal slice i = 64: n = 11300 voxels, 9932.25 mm², mean 12.5, "
                   "SD 4.25, min -3, max 2500"_qs);
    QCOMPARE(ruler, u"1234.57 mm (1000.0 voxels)"_qs);
}

QTEST_GUILESS_MAIN(tst_Region)
#include "tst_Region.moc"
