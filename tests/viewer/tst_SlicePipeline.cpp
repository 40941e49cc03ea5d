// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/SliceExpectations.h"

#include <QtTest>

#include <functional>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

Q_DECLARE_METATYPE(mrb::tests::Orientation)

namespace {

constexpr std::array kConventions = {Convention::Radiological, Convention::Neurological};
constexpr std::array kInterpolations = {Interpolation::Nearest, Interpolation::Linear,
                                        Interpolation::Cubic};
constexpr std::array kSlabModes = {SlabMode::Mean, SlabMode::Maximum, SlabMode::Minimum};

/// The intensity of a slab of three slices, cut off at the ends of the volume.
double slabOfThree(SlabMode mode, Plane plane, Convention convention, int x, int y,
                   std::int64_t slice)
{
    const std::array<std::int64_t, 3> slices = {kDimsRas[2], kDimsRas[1], kDimsRas[0]};
    const std::int64_t last = slices[static_cast<std::size_t>(plane)] - 1;
    double sum = 0.0;
    double least = 1e9;
    double most = -1e9;
    int count = 0;
    for (std::int64_t at = std::max<std::int64_t>(slice - 1, 0); at <= std::min(slice + 1, last);
         ++at, ++count) {
        const double value = expectedAt(plane, x, y, at, convention);
        sum += value;
        least = std::min(least, value);
        most = std::max(most, value);
    }
    return mode == SlabMode::Mean ? sum / count : mode == SlabMode::Maximum ? most : least;
}

/// Empty when each pixel is what it has to be.
QByteArray wrongPixel(const QImage &image, const std::function<int(int, int)> &expected)
{
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (greyAt(image, x, y) != expected(x, y))
                return QStringLiteral("(%1, %2) is %3, not %4")
                    .arg(x)
                    .arg(y)
                    .arg(image.pixel(x, y), 0, 16)
                    .arg(expected(x, y))
                    .toUtf8();
    return {};
}

void addOrientations()
{
    QTest::addColumn<Orientation>("orientation");
    for (const Orientation &orientation : allOrientations())
        QTest::newRow(orientationName(orientation).constData()) << orientation;
}

/// The pixels of one row or column.
QList<QRgb> line(const QImage &image, int fixed, bool row)
{
    QList<QRgb> pixels;
    for (int i = 0; i < (row ? image.width() : image.height()); ++i)
        pixels += row ? image.pixel(i, fixed) : image.pixel(fixed, i);
    return pixels;
}

} // namespace

class tst_SlicePipeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyVoxelIsWhereItBelongs_data();
    void everyVoxelIsWhereItBelongs();
    void slabsLieWhereTheirSlicesDo_data();
    void slabsLieWhereTheirSlicesDo();
    void obliqueVolumeKeepsItsVoxelsAndSaysSo();
    void affineWithoutDirectionsKeepsTheStoredOrder();
    void partIsTheSameRectangleOfTheWhole_data();
    void partIsTheSameRectangleOfTheWhole();
    void twoPlanesAgreeOnTheirLine_data();
    void twoPlanesAgreeOnTheirLine();
    void enlargedPictureCoversVoxelsEvenly();
    void reducedPictureCoversTheWholeSlice();
    void linearInterpolationLiesBetween();
    void interpolationKeepsVoxelCentres();
    void thinVolumesAreShownWhole_data();
    void thinVolumesAreShownWhole();
    void singleVoxelFillsThePicture();
    void eachFieldOfARequestCounts_data();
    void eachFieldOfARequestCounts();
    void pictureOutlivesThePipeline();
    void movedPipelineGoesOn();
};

void tst_SlicePipeline::everyVoxelIsWhereItBelongs_data()
{
    addOrientations();
}

void tst_SlicePipeline::everyVoxelIsWhereItBelongs()
{
    QFETCH(Orientation, orientation);
    const volume::Volume volume = orientedVolume(orientation);
    for (const Plane plane : kPlanes) {
        SlicePipeline pipeline(volume, plane);
        for (const Convention convention : kConventions) {
            const PlaneAxes &axes = pipeline.axes(convention);
            for (std::int64_t slice = 0; slice < axes.normal.voxels; ++slice) {
                const std::int64_t stored =
                    axes.normal.step > 0 ? slice : axes.normal.voxels - 1 - slice;
                SliceRequest request = plainRequest(axes, stored, convention);
                for (const auto mode : kInterpolations) {
                    request.interpolation = mode;
                    const QByteArray wrong =
                        wrongPixel(pipeline.picture(request), [&](int x, int y) {
                            return expectedAt(plane, x, y, slice, convention);
                        });
                    QVERIFY2(wrong.isEmpty(), wrong.constData());
                }
            }
        }
    }
    QVERIFY(obliqueDegrees(volume.geometry) < kObliqueDegrees);
}

void tst_SlicePipeline::slabsLieWhereTheirSlicesDo_data()
{
    addOrientations();
}

void tst_SlicePipeline::slabsLieWhereTheirSlicesDo()
{
    QFETCH(Orientation, orientation);
    const volume::Volume volume = orientedVolume(orientation);
    for (const Plane plane : kPlanes) {
        SlicePipeline pipeline(volume, plane);
        for (const Convention convention : kConventions) {
            const PlaneAxes &axes = pipeline.axes(convention);
            for (std::int64_t slice = 0; slice < axes.normal.voxels; ++slice) {
                const std::int64_t stored =
                    axes.normal.step > 0 ? slice : axes.normal.voxels - 1 - slice;
                SliceRequest request = plainRequest(axes, stored, convention);
                request.interpolation =
                    slice % 2 == 0 ? Interpolation::Nearest : Interpolation::Linear;
                for (const SlabMode mode : kSlabModes) {
                    request.slab = {mode, 3.0};
                    const QByteArray wrong =
                        wrongPixel(pipeline.picture(request), [&](int x, int y) {
                            return greyOf(slabOfThree(mode, plane, convention, x, y, slice));
                        });
                    QVERIFY2(wrong.isEmpty(), wrong.constData());
                }
            }
        }
    }
}

void tst_SlicePipeline::obliqueVolumeKeepsItsVoxelsAndSaysSo()
{
    volume::Volume volume = orientedVolume({{1, 0, 2}, {-1, 1, 1}}, {1.0, 1.0, 2.0});
    const std::array<PlaneAxes, 3> straight = {planeAxes(volume.geometry, Plane::Axial),
                                               planeAxes(volume.geometry, Plane::Coronal),
                                               planeAxes(volume.geometry, Plane::Sagittal)};
    rotateAboutSuperior(volume, 20.0);
    QVERIFY(qAbs(obliqueDegrees(volume.geometry) - 20.0) < 1e-6);
    for (const Plane plane : kPlanes) {
        SlicePipeline pipeline(volume, plane);
        const PlaneAxes &axes = pipeline.axes(Convention::Radiological);
        QCOMPARE(axes.column.voxelAxis, straight[static_cast<std::size_t>(plane)].column.voxelAxis);
        for (const Convention convention : kConventions) {
            const std::int64_t stored = axes.normal.step > 0 ? 1 : axes.normal.voxels - 2;
            const QImage image = pipeline.picture(plainRequest(axes, stored, convention));
            const QByteArray wrong = wrongPixel(
                image, [&](int x, int y) { return expectedAt(plane, x, y, 1, convention); });
            QVERIFY2(wrong.isEmpty(), wrong.constData());
        }
    }
    // Beyond 45 degrees the other axis is the nearer one.
    rotateAboutSuperior(volume, 40.0);
    QVERIFY(planeAxes(volume.geometry, Plane::Coronal).column.voxelAxis !=
            straight[1].column.voxelAxis);
    QVERIFY(qAbs(obliqueDegrees(volume.geometry) - 30.0) < 1e-6);
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

void tst_SlicePipeline::partIsTheSameRectangleOfTheWhole_data()
{
    QTest::addColumn<QSize>("pixels");
    QTest::addColumn<QRect>("part");
    QTest::newRow("one pixel per voxel") << QSize(5, 6) << QRect(1, 2, 3, 3);
    QTest::newRow("reduced") << QSize(3, 4) << QRect(1, 1, 2, 3);
    QTest::newRow("odd zoom") << QSize(333, 401) << QRect(100, 7, 201, 390);
    QTest::newRow("odd zoom, last corner") << QSize(333, 401) << QRect(332, 400, 1, 1);
    QTest::newRow("uneven zoom") << QSize(640, 97) << QRect(0, 13, 640, 1);
    QTest::newRow("much enlarged") << QSize(2000, 2400) << QRect(1777, 3, 64, 2000);
}

void tst_SlicePipeline::partIsTheSameRectangleOfTheWhole()
{
    QFETCH(QSize, pixels);
    QFETCH(QRect, part);
    const volume::Volume volume = orientedVolume({{2, 0, 1}, {1, -1, 1}}, {1.0, 1.3, 0.7});
    for (const Convention convention : kConventions) {
        for (const Interpolation interpolation : kInterpolations) {
            for (const SlabMode mode : {SlabMode::Off, SlabMode::Mean}) {
                SliceRequest request{.slice = 3,
                                     .pixels = pixels,
                                     .part = {},
                                     .convention = convention,
                                     .interpolation = interpolation,
                                     .slab = {mode, 2.0},
                                     .colours = kIdentity};
                const QImage whole = SlicePipeline(volume, Plane::Axial).picture(request);
                QCOMPARE(whole.size(), pixels);
                request.part = part;
                const QImage cut = SlicePipeline(volume, Plane::Axial).picture(request);
                QCOMPARE(cut.size(), part.size());
                QVERIFY(cut == whole.copy(part));
            }
        }
    }
}

void tst_SlicePipeline::twoPlanesAgreeOnTheirLine_data()
{
    QTest::addColumn<Orientation>("orientation");
    QTest::addColumn<Interpolation>("interpolation");
    for (const Orientation &orientation :
         {Orientation{}, Orientation{{2, 0, 1}, {-1, 1, -1}}, Orientation{{1, 0, 2}, {1, -1, -1}}})
        for (const Interpolation interpolation : kInterpolations)
            QTest::addRow("%s %d", orientationName(orientation).constData(),
                          static_cast<int>(interpolation))
                << orientation << interpolation;
}

void tst_SlicePipeline::twoPlanesAgreeOnTheirLine()
{
    QFETCH(Orientation, orientation);
    QFETCH(Interpolation, interpolation);
    constexpr int kZoom = 9; // odd: the middle pixel of a voxel lies on its centre
    const volume::Volume volume = orientedVolume(orientation, {1.0, 2.0, 0.5});
    VolumeSlices slices(volume);
    const Ras at = {1, 4, 2};
    const auto picture = [&](Plane plane, std::int64_t slice) {
        const PlaneAxes &axes = slices.axes(plane, Convention::Radiological);
        SliceRequest request =
            plainRequest(axes, axes.normal.step > 0 ? slice : axes.normal.voxels - 1 - slice);
        request.pixels *= kZoom;
        request.interpolation = interpolation;
        return slices.plane(plane).picture(request);
    };
    const QImage axial = picture(Plane::Axial, at[2]);
    const QImage coronal = picture(Plane::Coronal, at[1]);
    const QImage sagittal = picture(Plane::Sagittal, at[0]);
    const auto middle = [](std::int64_t voxel) { return static_cast<int>(voxel) * kZoom + 4; };
    const int x = middle(kDimsRas[0] - 1 - at[0]);
    const int anterior = middle(kDimsRas[1] - 1 - at[1]);
    const int superior = middle(kDimsRas[2] - 1 - at[2]);
    QCOMPARE(line(axial, anterior, true), line(coronal, superior, true));
    QCOMPARE(line(axial, x, false), line(sagittal, superior, true));
    QCOMPARE(line(coronal, x, false), line(sagittal, anterior, false));
    QVERIFY(line(axial, anterior, true) != line(axial, anterior + kZoom, true));
}

void tst_SlicePipeline::enlargedPictureCoversVoxelsEvenly()
{
    SlicePipeline pipeline(orientedVolume({}, {1.0, 2.0, 3.0}), Plane::Axial);
    // Ten device pixels per voxel across and twenty down, edge to edge.
    SliceRequest request = plainRequest(pipeline.axes(Convention::Radiological), 3);
    request.pixels = {50, 120};
    const QByteArray wrong = wrongPixel(pipeline.picture(request), [](int x, int y) {
        return expectedAt(Plane::Axial, x / 10, y / 20, 3);
    });
    QVERIFY2(wrong.isEmpty(), wrong.constData());
}

void tst_SlicePipeline::reducedPictureCoversTheWholeSlice()
{
    SlicePipeline pipeline(orientedVolume({}), Plane::Axial);
    // Two voxels of six per pixel down: each pixel lies between the two.
    SliceRequest request = plainRequest(pipeline.axes(Convention::Radiological), 3);
    request.pixels = {5, 3};
    request.interpolation = Interpolation::Linear;
    const QByteArray wrong = wrongPixel(pipeline.picture(request), [](int x, int y) {
        return greyOf(
            (expectedAt(Plane::Axial, x, 2 * y, 3) + expectedAt(Plane::Axial, x, 2 * y + 1, 3)) /
            2.0);
    });
    QVERIFY2(wrong.isEmpty(), wrong.constData());
}

void tst_SlicePipeline::linearInterpolationLiesBetween()
{
    // A mask: interpolated as integers it would stay black and white.
    SlicePipeline pipeline(rowOf<std::uint8_t>(volume::ScalarType::UInt8, {0, 1}), Plane::Axial);
    SliceRequest request = plainRequest(pipeline.axes(Convention::Radiological), 0);
    request.pixels = {8, 1};
    request.interpolation = Interpolation::Linear;
    request.colours.window = {0.0, 1.0};
    const QImage image = pipeline.picture(request);
    QList<int> greys;
    for (int x = 0; x < image.width(); ++x)
        greys += greyAt(image, x, 0);
    QCOMPARE(greys, (QList<int>{255, 255, 224, 160, 96, 32, 0, 0}));
}

void tst_SlicePipeline::interpolationKeepsVoxelCentres()
{
    SlicePipeline pipeline(orientedVolume({}), Plane::Axial);
    SliceRequest request = plainRequest(pipeline.axes(Convention::Radiological), 2);
    request.pixels *= 3; // every middle pixel is the voxel itself
    for (const Interpolation interpolation : kInterpolations) {
        request.interpolation = interpolation;
        const QImage image = pipeline.picture(request);
        for (int y = 0; y < 6; ++y)
            for (int x = 0; x < 5; ++x)
                QCOMPARE(greyAt(image, 3 * x + 1, 3 * y + 1), expectedAt(Plane::Axial, x, y, 2));
    }
}

void tst_SlicePipeline::thinVolumesAreShownWhole_data()
{
    QTest::addColumn<int>("thin"); // the axis with one voxel: right, anterior, superior
    QTest::newRow("one sagittal slice") << 0;
    QTest::newRow("one coronal slice") << 1;
    QTest::newRow("one axial slice") << 2;
}

void tst_SlicePipeline::thinVolumesAreShownWhole()
{
    QFETCH(int, thin);
    std::array<std::int64_t, 3> dims = {3, 3, 3};
    dims[static_cast<std::size_t>(thin)] = 1;
    const volume::Volume volume = makeVolume<std::uint8_t>(volume::ScalarType::UInt8, dims,
                                                           {10, 20, 30, 40, 50, 60, 70, 80, 90});
    for (const Plane plane : kPlanes) {
        SlicePipeline pipeline(volume, plane);
        const PlaneAxes &axes = pipeline.axes(Convention::Radiological);
        for (const Interpolation interpolation : kInterpolations) {
            for (const SlabMode mode : {SlabMode::Off, SlabMode::Maximum, SlabMode::Minimum}) {
                SliceRequest request = plainRequest(axes, 0);
                request.interpolation = interpolation;
                // Much thicker than the volume: all of it, which is one slice for one plane.
                request.slab = {axes.normal.voxels == 1 ? mode : SlabMode::Off, 100.0};
                const QByteArray wrong = wrongPixel(pipeline.picture(request), [&](int x, int y) {
                    VoxelIndex at{};
                    at[axes.column.voxelAxis] =
                        axes.column.step > 0 ? x : axes.column.voxels - 1 - x;
                    at[axes.row.voxelAxis] = axes.row.step > 0 ? y : axes.row.voxels - 1 - y;
                    return static_cast<int>(10 * (1 + at[0] + dims[0] * (at[1] + dims[1] * at[2])));
                });
                QVERIFY2(wrong.isEmpty(), wrong.constData());
            }
        }
    }
}

void tst_SlicePipeline::singleVoxelFillsThePicture()
{
    for (const Plane plane : kPlanes) {
        SlicePipeline pipeline(rowOf<std::uint8_t>(volume::ScalarType::UInt8, {77}), plane);
        for (const Interpolation mode : kInterpolations) {
            for (const Slab slab : {Slab{}, Slab{SlabMode::Mean, 5.0}}) {
                SliceRequest request = plainRequest(pipeline.axes(Convention::Radiological), 0);
                request.pixels = {9, 9};
                request.interpolation = mode;
                request.slab = slab;
                const QByteArray wrong =
                    wrongPixel(pipeline.picture(request), [](int, int) { return 77; });
                QVERIFY2(wrong.isEmpty(), wrong.constData());
            }
        }
    }
}

void tst_SlicePipeline::eachFieldOfARequestCounts_data()
{
    QTest::addColumn<SliceRequest>("changed");
    SliceRequest request{.slice = 3,
                         .pixels = {40, 48},
                         .part = {3, 4, 20, 30},
                         .slab = {SlabMode::Mean, 3.0},
                         .colours = kIdentity};
    const auto add = [&](const char *name, auto change) {
        SliceRequest other = request;
        change(other);
        QTest::newRow(name) << other;
    };
    add("slice", [](SliceRequest &r) { r.slice = 1; });
    add("pixels", [](SliceRequest &r) { r.pixels = {60, 72}; });
    add("part", [](SliceRequest &r) { r.part.translate(5, 6); });
    add("convention", [](SliceRequest &r) { r.convention = Convention::Neurological; });
    add("interpolation", [](SliceRequest &r) { r.interpolation = Interpolation::Nearest; });
    add("cubic", [](SliceRequest &r) { r.interpolation = Interpolation::Cubic; });
    add("slab mode", [](SliceRequest &r) { r.slab.mode = SlabMode::Maximum; });
    add("no slab", [](SliceRequest &r) { r.slab.mode = SlabMode::Off; });
    add("thickness", [](SliceRequest &r) { r.slab.thicknessMm = 5.0; });
    add("window", [](SliceRequest &r) { r.colours.window = {20.0, 150.0}; });
    add("map", [](SliceRequest &r) { r.colours.map = QStringLiteral("viridis"); });
    add("marks", [](SliceRequest &r) {
        r.colours.window.low = 90.0;
        r.colours.markOutOfRange = true;
    });
}

void tst_SlicePipeline::eachFieldOfARequestCounts()
{
    QFETCH(SliceRequest, changed);
    // Values that no slab or interpolation leaves alone, unlike those of a ramp.
    std::vector<std::uint8_t> values(5 * 6 * 7);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<std::uint8_t>(i * i * 37 % 251);
    const volume::Volume volume = makeVolume(volume::ScalarType::UInt8, {5, 6, 7}, values);
    const SliceRequest plain{.slice = 3,
                             .pixels = {40, 48},
                             .part = {3, 4, 20, 30},
                             .slab = {SlabMode::Mean, 3.0},
                             .colours = kIdentity};
    SlicePipeline pipeline(volume, Plane::Axial);
    const QImage before = pipeline.picture(plain);
    QCOMPARE(pipeline.picture(plain), before);
    const QImage after = pipeline.picture(changed);
    QVERIFY(after != before);
    QCOMPARE(after, SlicePipeline(volume, Plane::Axial).picture(changed));
    QCOMPARE(pipeline.picture(plain), before);
}

void tst_SlicePipeline::pictureOutlivesThePipeline()
{
    QImage first;
    {
        SlicePipeline pipeline(orientedVolume({}), Plane::Axial);
        const PlaneAxes &axes = pipeline.axes(Convention::Radiological);
        first = pipeline.picture(plainRequest(axes, 1));
        QVERIFY(first != pipeline.picture(plainRequest(axes, 2)));
    }
    QCOMPARE(greyAt(first, 0, 0), expectedAt(Plane::Axial, 0, 0, 1));
}

void tst_SlicePipeline::movedPipelineGoesOn()
{
    SlicePipeline first(orientedVolume({}), Plane::Coronal);
    const SliceRequest request = plainRequest(first.axes(Convention::Radiological), 2);
    const QImage before = first.picture(request);
    SlicePipeline second = std::move(first);
    QCOMPARE(second.picture(request), before);
    QVERIFY(second.picture(plainRequest(second.axes(Convention::Radiological), 4)) != before);
}

QTEST_GUILESS_MAIN(tst_SlicePipeline)
#include "tst_SlicePipeline.moc"
