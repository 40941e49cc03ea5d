// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/SliceExpectations.h"
#include "viewer/render/SlicePlacement.h"

#include <QtTest>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

Q_DECLARE_METATYPE(mrb::tests::Orientation)

namespace {

constexpr std::array kConventions = {Convention::Radiological, Convention::Neurological};

double distance(const VoxelPosition &a, const VoxelPosition &b)
{
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// Where a voxel of a place towards right, anterior, superior is stored.
VoxelPosition storedAt(const Orientation &orientation, const Ras &at)
{
    VoxelPosition position{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::size_t world = orientation.towards[axis];
        position[axis] = static_cast<double>(
            orientation.sign[axis] > 0 ? at[world] : kDimsRas[world] - 1 - at[world]);
    }
    return position;
}

} // namespace

class tst_SlicePlacement : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pixelsAndPlacesAreInverse_data();
    void pixelsAndPlacesAreInverse();
    void centresOfVoxelsAreWhereTheyAreSeen_data();
    void centresOfVoxelsAreWhereTheyAreSeen();
    void proportionsAreThoseOfTheBody_data();
    void proportionsAreThoseOfTheBody();
    void fittingScaleFits_data();
    void fittingScaleFits();
    void centreIsInTheMiddleOfThePane_data();
    void centreIsInTheMiddleOfThePane();
    void scaleHasLimits();
    void farAwayIsOutsideThePane_data();
    void farAwayIsOutsideThePane();
    void middleOfAVolume();
};

void tst_SlicePlacement::pixelsAndPlacesAreInverse_data()
{
    QTest::addColumn<Orientation>("orientation");
    for (const Orientation &orientation : allOrientations())
        QTest::newRow(orientationName(orientation).constData()) << orientation;
}

void tst_SlicePlacement::pixelsAndPlacesAreInverse()
{
    QFETCH(Orientation, orientation);
    const volume::Volume volume = orientedVolume(orientation, {1.0, 2.0, 0.7});
    for (const Plane plane : kPlanes) {
        for (const Convention convention : kConventions) {
            const PlaneAxes axes = planeAxes(volume.geometry, plane, convention);
            const SlicePlacement placed =
                placeSlice(axes, {7, -3, 431, 280}, 23.7, {1.3, 0.2, 2.9});
            for (const QPointF pixel :
                 {QPointF(0, 0), QPointF(12.25, 100.5), QPointF(-1000, 3000)}) {
                const VoxelPosition position = placed.positionAt(pixel, 2);
                QCOMPARE(position[axes.normal.voxelAxis], 2.0);
                const QPointF back = placed.pixelOf(position);
                QVERIFY(QLineF(pixel, back).length() < 1e-9);
            }
            const VoxelPosition at = {-0.25, 1.75, 3.5};
            const VoxelPosition there = placed.positionAt(placed.pixelOf(at), 0);
            QVERIFY(qAbs(there[axes.column.voxelAxis] - at[axes.column.voxelAxis]) < 1e-9);
            QVERIFY(qAbs(there[axes.row.voxelAxis] - at[axes.row.voxelAxis]) < 1e-9);
        }
    }
}

void tst_SlicePlacement::centresOfVoxelsAreWhereTheyAreSeen_data()
{
    pixelsAndPlacesAreInverse_data();
}

void tst_SlicePlacement::centresOfVoxelsAreWhereTheyAreSeen()
{
    QFETCH(Orientation, orientation);
    const volume::Volume volume = orientedVolume(orientation, {1.0, 2.0, 0.5});
    for (const Plane plane : kPlanes) {
        for (const Convention convention : kConventions) {
            const PlaneAxes axes = planeAxes(volume.geometry, plane, convention);
            const SlicePlacement placed =
                placeSlice(axes, {0, 0, 400, 400}, 10.0, centreOfVolume(volume.geometry.dims));
            const QSizeF voxel(10.0 * axes.column.edgeMm, 10.0 * axes.row.edgeMm);
            for (int y = 0; y < axes.row.voxels; ++y)
                for (int x = 0; x < axes.column.voxels; ++x) {
                    const QPointF expected =
                        QPointF(placed.slice.topLeft()) +
                        QPointF((x + 0.5) * voxel.width(), (y + 0.5) * voxel.height());
                    const VoxelPosition at =
                        storedAt(orientation, placeOf(plane, convention, x, y, 1));
                    QVERIFY(QLineF(placed.pixelOf(at), expected).length() < 1e-9);
                    const auto slice = static_cast<std::int64_t>(at[axes.normal.voxelAxis]);
                    QVERIFY(distance(placed.positionAt(expected, slice), at) < 1e-9);
                }
        }
    }
}

void tst_SlicePlacement::proportionsAreThoseOfTheBody_data()
{
    QTest::addColumn<Orientation>("orientation");
    QTest::newRow("RAS") << Orientation{};
    QTest::newRow("LPS") << Orientation{{0, 1, 2}, {-1, -1, 1}};
    QTest::newRow("PSR") << Orientation{{1, 2, 0}, {-1, 1, 1}};
}

void tst_SlicePlacement::proportionsAreThoseOfTheBody()
{
    QFETCH(Orientation, orientation);
    // 5, 12 and 21 mm towards right, anterior and superior.
    const volume::Volume volume = orientedVolume(orientation, {1.0, 2.0, 3.0});
    const VoxelPosition centre = centreOfVolume(volume.geometry.dims);
    const auto placed = [&](Plane plane, double scale) {
        return placeSlice(planeAxes(volume.geometry, plane), {0, 0, 500, 500}, scale, centre);
    };
    QCOMPARE(placed(Plane::Axial, 10.0).slice.size(), QSize(50, 120));
    QCOMPARE(placed(Plane::Coronal, 10.0).slice.size(), QSize(50, 210));
    QCOMPARE(placed(Plane::Sagittal, 10.0).slice.size(), QSize(120, 210));
    QCOMPARE(placed(Plane::Sagittal, 3.33).slice.size(), QSize(40, 70));
    QCOMPARE(placed(Plane::Coronal, 8.0).pixelsPerMm(), 8.0);
}

void tst_SlicePlacement::fittingScaleFits_data()
{
    QTest::addColumn<Plane>("plane");
    QTest::addColumn<QSizeF>("room");
    QTest::addColumn<double>("scale");
    QTest::newRow("height counts") << Plane::Axial << QSizeF(500, 500) << 500.0 / 12.0;
    QTest::newRow("width counts") << Plane::Axial << QSizeF(50, 500) << 10.0;
    QTest::newRow("coronal") << Plane::Coronal << QSizeF(1000, 210) << 10.0;
    QTest::newRow("sagittal") << Plane::Sagittal << QSizeF(120, 1000) << 10.0;
    QTest::newRow("no room: one pixel at most") << Plane::Sagittal << QSizeF(0, 0) << 1.0 / 21.0;
    QTest::newRow("less than no room") << Plane::Axial << QSizeF(-5, 100) << 1.0 / 12.0;
}

void tst_SlicePlacement::fittingScaleFits()
{
    QFETCH(Plane, plane);
    QFETCH(QSizeF, room);
    QFETCH(double, scale);
    const volume::Volume volume = orientedVolume({{2, 1, 0}, {1, -1, 1}}, {1.0, 2.0, 3.0});
    QCOMPARE(fittingScale(planeAxes(volume.geometry, plane), room), scale);
}

void tst_SlicePlacement::centreIsInTheMiddleOfThePane_data()
{
    QTest::addColumn<QRectF>("pane");
    QTest::addColumn<double>("scale");
    QTest::newRow("small") << QRectF(0, 0, 100, 80) << 3.0;
    QTest::newRow("odd, elsewhere") << QRectF(311, 17, 201, 77) << 7.7;
    QTest::newRow("much enlarged") << QRectF(0, 0, 1920, 1080) << 777.7;
    QTest::newRow("tiny scale") << QRectF(10, 10, 50, 50) << 0.01;
}

void tst_SlicePlacement::centreIsInTheMiddleOfThePane()
{
    QFETCH(QRectF, pane);
    QFETCH(double, scale);
    const volume::Volume volume = orientedVolume({{1, 0, 2}, {1, -1, -1}}, {1.0, 2.0, 3.0});
    for (const Plane plane : kPlanes) {
        for (const VoxelPosition &centre :
             {centreOfVolume(volume.geometry.dims), VoxelPosition{0.0, 4.0, 6.0},
              VoxelPosition{-3.0, 9.0, 2.2}}) {
            const SlicePlacement placed =
                placeSlice(planeAxes(volume.geometry, plane), pane, scale, centre);
            // Slices start at whole pixels, so half a pixel is the best there is.
            const QPointF off = placed.pixelOf(centre) - pane.center();
            QVERIFY2(qAbs(off.x()) <= 0.5 + 1e-9 && qAbs(off.y()) <= 0.5 + 1e-9,
                     qPrintable(QStringLiteral("%1 %2").arg(off.x()).arg(off.y())));
        }
    }
}

void tst_SlicePlacement::scaleHasLimits()
{
    const volume::Volume volume = orientedVolume({});
    const PlaneAxes axes = planeAxes(volume.geometry, Plane::Axial);
    const VoxelPosition centre = centreOfVolume(volume.geometry.dims);
    const auto size = [&](double scale) {
        return placeSlice(axes, {0, 0, 100, 100}, scale, centre).slice.size();
    };
    QCOMPARE(size(0.0), QSize(1, 1));
    QCOMPARE(size(1e-12), QSize(1, 1));
    QCOMPARE(size(1e12), QSize(kMaxSlicePixels, kMaxSlicePixels));
}

void tst_SlicePlacement::farAwayIsOutsideThePane_data()
{
    QTest::addColumn<double>("far");
    for (const double far : {1e3, 1e6, 5e7, 6e8, 4e9, 1e12, 1e300, -1e3, -6e8, -4e9, -1e300})
        QTest::addRow("%g", far) << far;
}

void tst_SlicePlacement::farAwayIsOutsideThePane()
{
    QFETCH(double, far);
    // A place carried over from a volume that lies somewhere else altogether.
    const volume::Volume volume = orientedVolume({});
    const QRectF pane(0, 0, 400, 300);
    const SlicePlacement placed =
        placeSlice(planeAxes(volume.geometry, Plane::Axial), pane, 20.0, {far, far, far});
    QCOMPARE(placed.slice.size(), QSize(100, 120));
    QVERIFY(!placed.slice.intersects(pane.toRect()));
    // To the left is more right in radiological pictures, and up is anterior.
    QCOMPARE(placed.slice.x() > 0, far > 0.0);
    QCOMPARE(placed.slice.y() > 0, far > 0.0);
}

void tst_SlicePlacement::middleOfAVolume()
{
    QCOMPARE(centreOfVolume({5, 6, 1}), (VoxelPosition{2.0, 2.5, 0.0}));
}

QTEST_GUILESS_MAIN(tst_SlicePlacement)
#include "tst_SlicePlacement.moc"
