// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/NiftiReader.h"
#include "tests/viewer/PythonFiles.h"
#include "tests/viewer/SyntheticVolume.h"
#include "viewer/render/World.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

using Rows = std::array<double, 12>; // of an affine, without its last one

// Two volumes of different spacing, the second oblique, and what nibabel and NumPy say of them.
constexpr const char *kScript = R"(
import sys, numpy as np, nibabel as nib
from nibabel.affines import apply_affine
out = sys.argv[1] + '/'
rng = np.random.default_rng(3)

def angled(edges, degrees, origin):
    a, b = np.radians(degrees)
    z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    affine = np.eye(4)
    affine[:3, :3] = z @ x @ np.diag(edges)
    affine[:3, 3] = origin
    return affine

def write(name, shape, affine):
    image = nib.Nifti1Image(rng.uniform(-80, 300, shape), affine)
    image.header.set_data_dtype(np.int16)
    image.header.set_slope_inter(0.0625, -100.0)
    image.to_filename(out + name + '.nii.gz')
    return nib.load(out + name + '.nii.gz')

a = write('a', (20, 24, 18), angled((-1.0, 1.0, 1.0), (0, 0), (9, -12, -8)))
b = write('b', (22, 25, 14), angled((0.94, 0.94, 1.36), (12, -9), (-9.5, -10.5, -8.3)))
indices = np.stack(np.meshgrid(*map(np.arange, a.shape), indexing='ij'), -1)
indices = indices.transpose(2, 1, 0, 3).reshape(-1, 3)       # i fastest
a.get_fdata().ravel('F').tofile(out + 'values')
points = apply_affine(a.affine, indices)
points.tofile(out + 'points')
np.floor(apply_affine(np.linalg.inv(b.affine), points) + 0.5).tofile(out + 'links')
)";

struct Pair
{
    volume::VolumeGeometry a;
    volume::VolumeGeometry b;
};

volume::VolumeGeometry geometry(std::array<std::int64_t, 3> dims, std::array<double, 3> edges,
                                std::array<double, 3> origin, double degrees = 0.0)
{
    volume::Volume volume;
    volume.geometry.dims = dims;
    volume.geometry.spacingMm = edges;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        volume.geometry.affineRas[5 * axis] = edges[axis];
        volume.geometry.affineRas[4 * axis + 3] = origin[axis];
    }
    rotateAboutSuperior(volume, degrees);
    return volume.geometry;
}

const volume::VolumeGeometry kOneMm =
    geometry({40, 44, 36}, {1.0, 1.0, 1.0}, {-19.0, -22.0, -18.0});
const volume::VolumeGeometry kAnisotropic =
    geometry({43, 47, 27}, {0.94, 0.94, 1.36}, {-19.3, -21.6, -17.9});
const volume::VolumeGeometry kOblique =
    geometry({43, 47, 27}, {0.94, 0.94, 1.36}, {-13.0, -25.0, -17.9}, 17.0);

template <class Visit> void forEachVoxel(const volume::VolumeGeometry &geometry, Visit &&visit)
{
    VoxelIndex voxel{};
    for (voxel[2] = 0; voxel[2] < geometry.dims[2]; ++voxel[2])
        for (voxel[1] = 0; voxel[1] < geometry.dims[1]; ++voxel[1])
            for (voxel[0] = 0; voxel[0] < geometry.dims[0]; ++voxel[0])
                visit(voxel);
}

/// How far a point is from a voxel's centre along each edge of an orthogonal grid, in edges.
std::array<double, 3> edgesFromCentre(const volume::VolumeGeometry &geometry,
                                      const VoxelIndex &voxel, const PointRas &point)
{
    const PointRas centre = worldMm(geometry, centreOf(voxel));
    std::array<double, 3> away{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        double along = 0.0;
        double square = 0.0;
        for (std::size_t world = 0; world < 3; ++world) {
            const double component = geometry.affineRas[4 * world + axis];
            along += component * (point[world] - centre[world]);
            square += component * component;
        }
        away[axis] = std::abs(along / square);
    }
    return away;
}

} // namespace

Q_DECLARE_METATYPE(Pair)

class tst_World : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void valuesAndMillimetresAreThoseOfNibabel();
    void linkedVoxelsAreThoseOfNumPy();
    void positionsComeBackFromTheWorld();
    void singularAffinesHaveNoWayBack_data();
    void singularAffinesHaveNoWayBack();
    void linkedCursorAgreesToTheVoxel_data();
    void linkedCursorAgreesToTheVoxel();
    void pointsOutsideGoToTheNearestVoxelAndSaySo();
    void valuesAreWrittenAsTheyAre_data();
    void valuesAreWrittenAsTheyAre();
    void gridsAgreeOrSayWhyNot_data();
    void gridsAgreeOrSayWhyNot();

private:
    PythonFiles m_files;
};

void tst_World::initTestCase()
{
    QVERIFY(m_files.make(kScript));
}

void tst_World::valuesAndMillimetresAreThoseOfNibabel()
{
    const auto volume = volume::readNifti(m_files.path("a.nii.gz").toStdString());
    QVERIFY(volume);
    const auto values = m_files.array<double>("values");
    const auto points = m_files.array<double>("points");
    QCOMPARE(values.size(), std::size_t{20 * 24 * 18});
    std::size_t index = 0;
    forEachVoxel(volume->geometry, [&](const VoxelIndex &voxel) {
        QCOMPARE(valueAt(*volume, voxel), values[index]);
        const PointRas point = worldMm(volume->geometry, centreOf(voxel));
        for (std::size_t world = 0; world < 3; ++world)
            QVERIFY(std::abs(point[world] - points[3 * index + world]) < 1e-9);
        ++index;
    });
    QCOMPARE(index, values.size());
}

void tst_World::linkedVoxelsAreThoseOfNumPy()
{
    const auto a = volume::readNifti(m_files.path("a.nii.gz").toStdString());
    const auto b = volume::readNifti(m_files.path("b.nii.gz").toStdString());
    QVERIFY(a && b);
    const auto links = m_files.array<double>("links");
    std::size_t at = 0;
    std::size_t inside = 0;
    forEachVoxel(a->geometry, [&](const VoxelIndex &voxel) {
        const auto linked = linkedVoxel(a->geometry, voxel, b->geometry);
        QVERIFY(linked);
        bool expectedInside = true;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const auto link = static_cast<std::int64_t>(links[at++]);
            const std::int64_t last = b->geometry.dims[axis] - 1;
            expectedInside = expectedInside && link >= 0 && link <= last;
            QCOMPARE(linked->voxel[axis], std::clamp(link, std::int64_t{0}, last));
        }
        QCOMPARE(linked->inside, expectedInside);
        inside += expectedInside ? 1U : 0U;
    });
    QCOMPARE(at, links.size());
    QVERIFY(inside > 2000 && inside < links.size() / 3); // both kinds were there
}

void tst_World::positionsComeBackFromTheWorld()
{
    for (const volume::VolumeGeometry &geometry : {kOneMm, kAnisotropic, kOblique})
        for (const VoxelPosition &position :
             {VoxelPosition{0, 0, 0}, {-0.5, 46.49, 3.25}, {1e4, -1e4, 17.0}}) {
            const auto back = voxelPosition(geometry, worldMm(geometry, position));
            QVERIFY(back);
            for (std::size_t axis = 0; axis < 3; ++axis)
                QVERIFY(std::abs((*back)[axis] - position[axis]) < 1e-9);
        }
}

void tst_World::singularAffinesHaveNoWayBack_data()
{
    QTest::addColumn<Rows>("affine");
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    QTest::newRow("zero") << Rows{};
    QTest::newRow("a column of zeros") << Rows{1, 0, 0, 5, 0, 1, 0, 5, 0, 0, 0, 5};
    QTest::newRow("two columns alike") << Rows{1, 1, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0};
    QTest::newRow("alike but for float32's rounding")
        << Rows{1, 1.0000000001, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0};
    QTest::newRow("not a number") << Rows{kNan, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
}

void tst_World::singularAffinesHaveNoWayBack()
{
    QFETCH(Rows, affine);
    volume::VolumeGeometry geometry;
    std::copy(affine.begin(), affine.end(), geometry.affineRas.begin());
    QVERIFY(!voxelPosition(geometry, {1.0, 2.0, 3.0}));
    QVERIFY(!linkedVoxel(kOneMm, {0, 0, 0}, geometry));
}

void tst_World::linkedCursorAgreesToTheVoxel_data()
{
    QTest::addColumn<Pair>("pair");
    QTest::newRow("1 mm to 0.94 x 0.94 x 1.36 mm") << Pair{kOneMm, kAnisotropic};
    QTest::newRow("0.94 x 0.94 x 1.36 mm to 1 mm") << Pair{kAnisotropic, kOneMm};
    QTest::newRow("1 mm to oblique") << Pair{kOneMm, kOblique};
    QTest::newRow("oblique to 1 mm") << Pair{kOblique, kOneMm};
    QTest::newRow("oblique to straight of the same spacing") << Pair{kOblique, kAnisotropic};
}

void tst_World::linkedCursorAgreesToTheVoxel()
{
    QFETCH(Pair, pair);
    const auto &[a, b] = pair;
    constexpr double kHalf = 0.5 + 1e-9;
    std::size_t inside = 0;
    forEachVoxel(a, [&](const VoxelIndex &voxel) {
        const auto there = linkedVoxel(a, voxel, b);
        QVERIFY(there);
        const auto away = edgesFromCentre(b, there->voxel, worldMm(a, centreOf(voxel)));
        const bool holdsThePoint =
            std::all_of(away.begin(), away.end(), [](double edges) { return edges <= kHalf; });
        QCOMPARE(there->inside, holdsThePoint);
        if (!there->inside)
            return;
        ++inside;
        // On the way back the point has moved by up to half a voxel of b along each of its axes.
        const auto back = linkedVoxel(b, there->voxel, a);
        QVERIFY(back);
        const PointRas returned = worldMm(b, centreOf(there->voxel));
        const auto backAway = edgesFromCentre(a, back->voxel, returned);
        if (back->inside)
            for (std::size_t axis = 0; axis < 3; ++axis) {
                QVERIFY(backAway[axis] <= kHalf);
                QVERIFY(std::abs(back->voxel[axis] - voxel[axis]) <= 1);
            }
    });
    QVERIFY(inside > 30000);
}

void tst_World::pointsOutsideGoToTheNearestVoxelAndSaySo()
{
    const volume::VolumeGeometry far = geometry({4, 4, 4}, {1, 1, 1}, {1e30, -22.0, 100.0});
    QCOMPARE(linkedVoxel(far, {0, 2, 0}, kOneMm),
             (LinkedVoxel{.voxel = {39, 2, 35}, .inside = false}));
    QCOMPARE(linkedVoxel(kOneMm, {39, 0, 35}, kOneMm),
             (LinkedVoxel{.voxel = {39, 0, 35}, .inside = true}));
}

void tst_World::valuesAreWrittenAsTheyAre_data()
{
    QTest::addColumn<volume::Volume>("volume");
    QTest::addColumn<QString>("text");
    using volume::ScalarType;
    const auto one = []<class T>(ScalarType type, T value, double slope = 1.0,
                                 double intercept = 0.0) {
        volume::Volume volume = makeVolume<T>(type, {1, 1, 1}, {value});
        volume.slope = slope;
        volume.intercept = intercept;
        return volume;
    };
    using Double = std::numeric_limits<double>;
    QTest::newRow("int16") << one(ScalarType::Int16, std::int16_t{-1234}) << u"-1234"_qs;
    QTest::newRow("int64 beyond what double holds")
        << one(ScalarType::Int64, std::int64_t{9007199254740993}) << u"9007199254740993"_qs;
    QTest::newRow("largest uint64")
        << one(ScalarType::UInt64, std::numeric_limits<std::uint64_t>::max())
        << u"18446744073709551615"_qs;
    QTest::newRow("scaled") << one(ScalarType::Int16, std::int16_t{3}, 0.1) << u"0.3"_qs;
    QTest::newRow("whole after scaling")
        << one(ScalarType::Int16, std::int16_t{20000}, 100.0, 1.0) << u"2000001"_qs;
    QTest::newRow("float") << one(ScalarType::Float32, 0.1F) << u"0.1"_qs;
    QTest::newRow("six digits") << one(ScalarType::Float64, 1234.56789) << u"1234.57"_qs;
    QTest::newRow("small") << one(ScalarType::Float64, 1.25e-12) << u"1.25e-12"_qs;
    QTest::newRow("minus zero") << one(ScalarType::Float32, -0.0F) << u"0"_qs;
    QTest::newRow("not a number") << one(ScalarType::Float32, std::nanf("")) << u"not a number"_qs;
    QTest::newRow("infinite") << one(ScalarType::Float64, Double::infinity()) << u"infinite"_qs;
    QTest::newRow("minus infinite")
        << one(ScalarType::Float64, -Double::infinity()) << u"minus infinite"_qs;
}

void tst_World::valuesAreWrittenAsTheyAre()
{
    QFETCH(volume::Volume, volume);
    QFETCH(QString, text);
    const QLocale before;
    QLocale::setDefault(QLocale(QLocale::German)); // which has a decimal comma
    const QString written = valueText(volume, {0, 0, 0});
    QLocale::setDefault(before);
    QCOMPARE(written, text);
}

void tst_World::gridsAgreeOrSayWhyNot_data()
{
    QTest::addColumn<Pair>("pair");
    QTest::addColumn<QString>("says"); // empty: they agree
    const auto with = [](std::size_t index, double plus) {
        volume::VolumeGeometry geometry = kAnisotropic;
        geometry.affineRas[index] += plus;
        return geometry;
    };
    QTest::newRow("the same") << Pair{kOblique, kOblique} << QString();
    QTest::newRow("float32's rounding") << Pair{kAnisotropic, with(3, 1e-5)} << QString();
    QTest::newRow("0.9 % of a voxel off") << Pair{kAnisotropic, with(3, 0.00846)} << QString();
    QTest::newRow("1.1 % of a voxel off") << Pair{kAnisotropic, with(3, 0.01034)} << u"apart"_qs;
    QTest::newRow("moved") << Pair{kAnisotropic, with(7, 2.5)} << u"2.5 mm"_qs;
    QTest::newRow("dims") << Pair{kOneMm, kAnisotropic} << u"40 × 44 × 36 and 43 × 47 × 27"_qs;
    QTest::newRow("spacing") << Pair{kAnisotropic, with(0, 0.06)}
                             << u"0.94 × 0.94 × 1.36 mm and 1 × 0.94 × 1.36 mm"_qs;
    QTest::newRow("angle") << Pair{kAnisotropic, kOblique} << u"17°"_qs;
    volume::VolumeGeometry flipped = kAnisotropic;
    flipped.affineRas[0] *= -1.0;
    flipped.affineRas[3] *= -1.0;
    QTest::newRow("flipped") << Pair{kAnisotropic, flipped} << u"180°"_qs;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    QTest::newRow("nowhere") << Pair{kAnisotropic, with(3, nan)} << u"not known"_qs;
    QTest::newRow("nowhere at first") << Pair{with(11, nan), kAnisotropic} << u"not known"_qs;
}

void tst_World::gridsAgreeOrSayWhyNot()
{
    QFETCH(Pair, pair);
    QFETCH(QString, says);
    const auto difference = gridDifference(pair.a, pair.b);
    QCOMPARE(difference.has_value(), !says.isEmpty());
    if (difference)
        QVERIFY2(difference->contains(says), qPrintable(*difference));
    QCOMPARE(gridDifference(pair.b, pair.a).has_value(), difference.has_value());
}

QTEST_GUILESS_MAIN(tst_World)
#include "tst_World.moc"
