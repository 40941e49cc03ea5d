// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/SyntheticVolume.h"
#include "viewer/render/SlicePipeline.h"

#include <QtTest>

#include <functional>
#include <limits>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

Q_DECLARE_METATYPE(mrb::tests::Orientation)
Q_DECLARE_METATYPE(mrb::volume::Volume)

namespace {

/// Grey n for intensity n.
constexpr IntensityWindow kIdentity{0.0, 255.0};

int greyAt(const QImage &image, int x, int y)
{
    const QRgb pixel = image.pixel(x, y);
    return qRed(pixel) == qGreen(pixel) && qGreen(pixel) == qBlue(pixel) ? qRed(pixel) : -1;
}

QString letters(const PlaneAxes &axes)
{
    return QString(axes.left) + axes.right + axes.top + axes.bottom;
}

/// One pixel per voxel.
QImage plainPicture(SlicePipeline &pipeline, std::int64_t slice, IntensityWindow window = kIdentity,
                    Interpolation interpolation = Interpolation::Nearest)
{
    const QSize size(static_cast<int>(pipeline.axes().column.voxels),
                     static_cast<int>(pipeline.axes().row.voxels));
    return pipeline.picture({slice, size, window, interpolation});
}

/// What a radiologist expects at a pixel of a slice counted towards superior, anterior or right.
int expectedAt(Plane plane, int x, int y, std::int64_t slice)
{
    switch (plane) {
    case Plane::Axial:
        return truth({kDimsRas[0] - 1 - x, kDimsRas[1] - 1 - y, slice});
    case Plane::Coronal:
        return truth({kDimsRas[0] - 1 - x, slice, kDimsRas[2] - 1 - y});
    case Plane::Sagittal:
        break;
    }
    return truth({slice, kDimsRas[1] - 1 - x, kDimsRas[2] - 1 - y});
}

template <class T> volume::Volume rowOf(volume::ScalarType type, const std::vector<T> &values)
{
    return makeVolume(type, {static_cast<std::int64_t>(values.size()), 1, 1}, values);
}

/// Greys of a single row of voxels, in stored order; the picture has the patient's right first.
QList<int> greysOfRow(const volume::Volume &volume, IntensityWindow window,
                      Interpolation interpolation = Interpolation::Nearest)
{
    SlicePipeline pipeline(volume, Plane::Axial);
    const QImage image = plainPicture(pipeline, 0, window, interpolation);
    QList<int> greys;
    for (int x = image.width() - 1; x >= 0; --x)
        greys += greyAt(image, x, 0);
    return greys;
}

} // namespace

class tst_SlicePipeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyVoxelIsWhereItBelongs_data();
    void everyVoxelIsWhereItBelongs();
    void obliqueVolumeKeepsItsVoxelsAndSaysSo();
    void affineWithoutDirectionsKeepsTheStoredOrder();
    void proportionsAreThoseOfTheBody_data();
    void proportionsAreThoseOfTheBody();
    void enlargedPictureCoversVoxelsEvenly();
    void windowMapsLowToBlackAndHighToWhite_data();
    void windowMapsLowToBlackAndHighToWhite();
    void everyScalarTypeShowsItsValues_data();
    void everyScalarTypeShowsItsValues();
    void linearInterpolationLiesBetween();
    void linearInterpolationKeepsVoxelCentres();
    void notANumberHasItsOwnColour();
    void singleVoxelFillsThePicture();
    void pictureOutlivesThePipeline();
};

void tst_SlicePipeline::everyVoxelIsWhereItBelongs_data()
{
    QTest::addColumn<Orientation>("orientation");
    for (const Orientation &orientation : allOrientations()) {
        QByteArray name;
        for (std::size_t axis = 0; axis < 3; ++axis)
            name += orientation.sign[axis] > 0 ? "RAS"[orientation.towards[axis]]
                                               : "LPI"[orientation.towards[axis]];
        QTest::newRow(name.constData()) << orientation;
    }
}

void tst_SlicePipeline::everyVoxelIsWhereItBelongs()
{
    QFETCH(Orientation, orientation);
    const volume::Volume volume = orientedVolume(orientation);
    for (const Plane plane : kPlanes) {
        SlicePipeline pipeline(volume, plane);
        const AxisRun &normal = pipeline.axes().normal;
        for (std::int64_t slice = 0; slice < normal.voxels; ++slice) {
            const std::int64_t stored = normal.step > 0 ? slice : normal.voxels - 1 - slice;
            for (const auto mode : {Interpolation::Nearest, Interpolation::Linear}) {
                const QImage image = plainPicture(pipeline, stored, kIdentity, mode);
                for (int y = 0; y < image.height(); ++y)
                    for (int x = 0; x < image.width(); ++x)
                        QCOMPARE(greyAt(image, x, y), expectedAt(plane, x, y, slice));
            }
        }
    }
    const PlaneAxes axial = planeAxes(volume.geometry, Plane::Axial);
    const PlaneAxes sagittal = planeAxes(volume.geometry, Plane::Sagittal);
    QCOMPARE(letters(axial), u"RLAP"_qs);
    QCOMPARE(letters(sagittal), u"APSI"_qs);
    QVERIFY(obliqueDegrees(volume.geometry) < kObliqueDegrees);
}

void tst_SlicePipeline::obliqueVolumeKeepsItsVoxelsAndSaysSo()
{
    volume::Volume volume = orientedVolume({{1, 0, 2}, {-1, 1, 1}}, {1.0, 1.0, 2.0});
    const PlaneAxes straight = planeAxes(volume.geometry, Plane::Coronal);
    rotateAboutSuperior(volume, 20.0);
    QVERIFY(qAbs(obliqueDegrees(volume.geometry) - 20.0) < 1e-6);
    SlicePipeline pipeline(volume, Plane::Coronal);
    QCOMPARE(pipeline.axes().column.voxelAxis, straight.column.voxelAxis);
    const QImage image = plainPicture(pipeline, kDimsRas[1] - 1);
    QCOMPARE(greyAt(image, 0, 0), expectedAt(Plane::Coronal, 0, 0, 0));
    QCOMPARE(greyAt(image, 4, 6), expectedAt(Plane::Coronal, 4, 6, 0));
}

void tst_SlicePipeline::affineWithoutDirectionsKeepsTheStoredOrder()
{
    volume::VolumeGeometry geometry{.dims = {2, 3, 4}, .spacingMm = {1.0, 2.0, 3.0}};
    geometry.affineRas = {};
    const PlaneAxes axes = planeAxes(geometry, Plane::Axial);
    QCOMPARE(axes.column, (AxisRun{0, -1, 2, 1.0}));
    QCOMPARE(axes.row, (AxisRun{1, -1, 3, 2.0}));
    QCOMPARE(axes.normal, (AxisRun{2, 1, 4, 3.0}));
    QVERIFY(obliqueDegrees(geometry) > kObliqueDegrees);
}

void tst_SlicePipeline::proportionsAreThoseOfTheBody_data()
{
    QTest::addColumn<Orientation>("orientation");
    QTest::newRow("RAS") << Orientation{};
    QTest::newRow("LPS") << Orientation{{0, 1, 2}, {-1, -1, 1}};
    QTest::newRow("PSR") << Orientation{{1, 2, 0}, {-1, 1, 1}};
}

void tst_SlicePipeline::proportionsAreThoseOfTheBody()
{
    QFETCH(Orientation, orientation);
    // 5, 12 and 21 mm towards right, anterior and superior.
    const volume::Volume volume = orientedVolume(orientation, {1.0, 2.0, 3.0});
    const auto fitted = [&volume](Plane plane, QSize available) {
        return fittedSize(planeAxes(volume.geometry, plane), available);
    };
    QCOMPARE(fitted(Plane::Axial, {500, 500}), QSize(208, 500));
    QCOMPARE(fitted(Plane::Axial, {50, 500}), QSize(50, 120));
    QCOMPARE(fitted(Plane::Coronal, {1000, 210}), QSize(50, 210));
    QCOMPARE(fitted(Plane::Sagittal, {120, 1000}), QSize(120, 210));
    QCOMPARE(fitted(Plane::Sagittal, {0, 0}), QSize(1, 1));
}

void tst_SlicePipeline::enlargedPictureCoversVoxelsEvenly()
{
    SlicePipeline pipeline(orientedVolume({}, {1.0, 2.0, 3.0}), Plane::Axial);
    // Ten device pixels per voxel across and twenty down, edge to edge.
    const QImage image = pipeline.picture({3, {50, 120}, kIdentity, Interpolation::Nearest});
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            QCOMPARE(greyAt(image, x, y), expectedAt(Plane::Axial, x / 10, y / 20, 3));
}

void tst_SlicePipeline::windowMapsLowToBlackAndHighToWhite_data()
{
    using volume::ScalarType;
    QTest::addColumn<volume::Volume>("volume"); // below, low, middle, high, above
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    const auto scaled = [](volume::Volume volume, double slope, double intercept) {
        volume.slope = slope;
        volume.intercept = intercept;
        return volume;
    };
    const volume::Volume integers =
        rowOf<std::int16_t>(ScalarType::Int16, {-32768, -100, 350, 800, 32767});
    QTest::newRow("int16") << integers << -100.0 << 800.0;
    QTest::newRow("scaled") << scaled(integers, 0.1, 3.0) << -100 * 0.1 + 3.0 << 800 * 0.1 + 3.0;
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

void tst_SlicePipeline::windowMapsLowToBlackAndHighToWhite()
{
    QFETCH(volume::Volume, volume);
    QFETCH(double, low);
    QFETCH(double, high);
    for (const auto mode : {Interpolation::Nearest, Interpolation::Linear}) {
        const QList<int> greys = greysOfRow(volume, {low, high}, mode);
        QCOMPARE(greys.at(0), 0);
        QCOMPARE(greys.at(1), 0);
        QVERIFY2(qAbs(greys.at(2) - 128) <= 1, QByteArray::number(greys.at(2)).constData());
        QCOMPARE(greys.at(3), 255);
        QCOMPARE(greys.at(4), 255);
    }
}

void tst_SlicePipeline::everyScalarTypeShowsItsValues_data()
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

void tst_SlicePipeline::everyScalarTypeShowsItsValues()
{
    QFETCH(volume::Volume, volume);
    QCOMPARE(greysOfRow(volume, kIdentity), (QList<int>{0, 1, 63, 127}));
    QCOMPARE(greysOfRow(volume, kIdentity, Interpolation::Linear), (QList<int>{0, 1, 63, 127}));
}

void tst_SlicePipeline::linearInterpolationLiesBetween()
{
    // A mask: interpolated as integers it would stay black and white.
    SlicePipeline pipeline(rowOf<std::uint8_t>(volume::ScalarType::UInt8, {0, 1}), Plane::Axial);
    const QImage image = pipeline.picture({0, {8, 1}, {0.0, 1.0}, Interpolation::Linear});
    QList<int> greys;
    for (int x = 0; x < image.width(); ++x)
        greys += greyAt(image, x, 0);
    QCOMPARE(greys, (QList<int>{255, 255, 224, 160, 96, 32, 0, 0}));
}

void tst_SlicePipeline::linearInterpolationKeepsVoxelCentres()
{
    SlicePipeline pipeline(orientedVolume({}), Plane::Axial);
    // Three pixels per voxel: every middle one is the voxel itself.
    const QImage image = pipeline.picture({2, {15, 18}, kIdentity, Interpolation::Linear});
    for (int y = 0; y < 6; ++y)
        for (int x = 0; x < 5; ++x)
            QCOMPARE(greyAt(image, 3 * x + 1, 3 * y + 1), expectedAt(Plane::Axial, x, y, 2));
}

void tst_SlicePipeline::notANumberHasItsOwnColour()
{
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    SlicePipeline pipeline(
        rowOf<float>(volume::ScalarType::Float32,
                     {-kInfinity, std::numeric_limits<float>::quiet_NaN(), kInfinity}),
        Plane::Axial);
    const QImage image = plainPicture(pipeline, 0);
    QCOMPARE(greyAt(image, 2, 0), 0);
    QCOMPARE(image.pixel(1, 0), kNotANumberColour);
    QCOMPARE(greyAt(image, 0, 0), 255);
}

void tst_SlicePipeline::singleVoxelFillsThePicture()
{
    for (const Plane plane : kPlanes) {
        SlicePipeline pipeline(rowOf<std::uint8_t>(volume::ScalarType::UInt8, {77}), plane);
        for (const auto mode : {Interpolation::Nearest, Interpolation::Linear}) {
            const QImage image = pipeline.picture({0, {9, 9}, kIdentity, mode});
            for (int y = 0; y < 9; ++y)
                for (int x = 0; x < 9; ++x)
                    QCOMPARE(greyAt(image, x, y), 77);
        }
    }
}

void tst_SlicePipeline::pictureOutlivesThePipeline()
{
    QImage first;
    {
        SlicePipeline pipeline(orientedVolume({}), Plane::Axial);
        first = plainPicture(pipeline, 1);
        const QImage second = plainPicture(pipeline, 2);
        QVERIFY(first != second);
    }
    QCOMPARE(greyAt(first, 0, 0), expectedAt(Plane::Axial, 0, 0, 1));
}

QTEST_GUILESS_MAIN(tst_SlicePipeline)
#include "tst_SlicePipeline.moc"
