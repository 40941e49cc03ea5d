// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/PictureBaselines.h"
#include "tests/viewer/SyntheticVolume.h"
#include "viewer/render/PaneText.h"
#include "viewer/render/Pictures.h"

#include <QPainter>
#include <QTemporaryDir>
#include <QtTest>

#include <limits>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

Q_DECLARE_METATYPE(mrb::tests::Orientation)

namespace {

/// Grey n for intensity n.
const ColourScale kIdentity{{0.0, 255.0}, QStringLiteral("grey"), false};

PictureFrame frameOf(QSize size, double ratio = 1.0, bool annotations = true)
{
    return {.size = size,
            .ratio = ratio,
            .banner = QStringLiteral("Nothing – but a test"),
            .convention = conventionText(Convention::Radiological),
            .details = QStringLiteral("made up"),
            .source = QStringLiteral("volume.nii"),
            .annotations = annotations};
}

PictureFrame plainFrame(QSize size)
{
    return frameOf(size, 1.0, false);
}

PaneView viewOf(const volume::Volume &volume, Plane plane,
                Convention convention = Convention::Radiological)
{
    PaneView view;
    view.plane = plane;
    view.cursor = middleVoxel(volume.geometry);
    view.settings.convention = convention;
    view.settings.interpolation = Interpolation::Nearest;
    view.colours = kIdentity;
    return view;
}

MosaicSpec mosaicOf(Plane plane, MosaicGrid grid, Convention convention = Convention::Radiological)
{
    MosaicSpec spec{plane, std::move(grid), {}, kIdentity};
    spec.settings.convention = convention;
    spec.settings.interpolation = Interpolation::Nearest;
    return spec;
}

/// Position towards right, anterior or superior of a slice's index as stored.
std::int64_t rasOfSlice(const AxisRun &normal, std::int64_t slice)
{
    return normal.step > 0 ? slice : normal.voxels - 1 - slice;
}

/// The voxel that belongs at a pixel, with one pixel for each. slice: as rasOfSlice().
int expectedAt(Plane plane, Convention convention, int x, int y, std::int64_t slice)
{
    const std::int64_t right =
        convention == Convention::Radiological ? kDimsRas[0] - 1 - x : std::int64_t{x};
    switch (plane) {
    case Plane::Axial:
        return truth({right, kDimsRas[1] - 1 - y, slice});
    case Plane::Coronal:
        return truth({right, slice, kDimsRas[2] - 1 - y});
    case Plane::Sagittal:
        break;
    }
    return truth({slice, kDimsRas[1] - 1 - x, kDimsRas[2] - 1 - y});
}

/// What is wrong with a picture of one slice, one pixel for each voxel; empty: nothing.
QString wrongPixel(const QImage &picture, const PlaneAxes &axes, Convention convention,
                   std::int64_t slice)
{
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) {
            const int grey =
                expectedAt(axes.plane, convention, x, y, rasOfSlice(axes.normal, slice));
            if (picture.pixel(x, y) != qRgb(grey, grey, grey))
                return QStringLiteral("%1 %2,%3: %4, not %5")
                    .arg(planeName(axes.plane))
                    .arg(x)
                    .arg(y)
                    .arg(picture.pixel(x, y), 0, 16)
                    .arg(grey);
        }
    return {};
}

int countOf(const QImage &picture, const QRect &part, QRgb colour)
{
    int count = 0;
    for (int y = part.top(); y <= part.bottom(); ++y)
        for (int x = part.left(); x <= part.right(); ++x)
            count += picture.pixel(x, y) == colour ? 1 : 0;
    return count;
}

/// A head of sorts: an ellipsoid, brighter towards the right, with a bright ball right, anterior,
/// superior. Anisotropic and stored with i towards left.
volume::Volume headVolume()
{
    const std::array<std::int64_t, 3> dims = {60, 72, 30};
    std::vector<std::int16_t> values;
    for (std::int64_t k = 0; k < dims[2]; ++k)
        for (std::int64_t j = 0; j < dims[1]; ++j)
            for (std::int64_t i = 0; i < dims[0]; ++i) {
                const double x = (29.5 - static_cast<double>(i)) / 26.0; // towards right
                const double y = (static_cast<double>(j) - 35.5) / 32.0;
                const double z = (static_cast<double>(k) - 14.5) / 13.0;
                const double ball = std::hypot(x - 0.4, y - 0.4, z - 0.3);
                double value = std::hypot(x, y, z) < 1.0 ? 500.0 + 250.0 * x : 0.0;
                value = ball < 0.2 ? 1000.0 : value;
                values.push_back(static_cast<std::int16_t>(value));
            }
    volume::Volume volume = makeVolume(volume::ScalarType::Int16, dims, values);
    volume.geometry.spacingMm = {1.0, 1.0, 2.0};
    volume.geometry.affineRas = {-1, 0, 0, 30, 0, 1, 0, -36, 0, 0, 2, -30, 0, 0, 0, 1};
    return volume;
}

} // namespace

class tst_Pictures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyVoxelIsWhereTheConventionPutsIt_data();
    void everyVoxelIsWhereTheConventionPutsIt();
    void mosaicCellShowsItsSlice_data();
    void mosaicCellShowsItsSlice();
    void partHasThePixelsOfThePane_data();
    void partHasThePixelsOfThePane();
    void withoutAnnotationsThereIsNothingButTheSlice();
    void threePlanesShareOneScale_data();
    void threePlanesShareOneScale();
    void annotatedMosaicHasLettersAndLabels();
    void imageIsPlacedInTrueProportion();
    void textsAreInTheFileWithOrWithoutAnnotations_data();
    void textsAreInTheFileWithOrWithoutAnnotations();
    void impossibleSizeIsAnError_data();
    void impossibleSizeIsAnError();
    void suggestedSizeLeavesNothingEmpty();
    void pictureThatCannotBeWrittenLeavesNothing();
    void looksAsBefore_data();
    void looksAsBefore();
};

void tst_Pictures::everyVoxelIsWhereTheConventionPutsIt_data()
{
    QTest::addColumn<Orientation>("orientation");
    int number = 0;
    for (const Orientation &orientation : allOrientations())
        QTest::addRow("orientation %d", number++) << orientation;
}

void tst_Pictures::everyVoxelIsWhereTheConventionPutsIt()
{
    QFETCH(Orientation, orientation);
    const volume::Volume volume = orientedVolume(orientation);
    VolumeSlices slices(volume);
    for (const Convention convention : {Convention::Radiological, Convention::Neurological})
        for (const Plane plane : kPlanes) {
            const PlaneAxes &axes = slices.axes(plane, convention);
            const PictureFrame frame = plainFrame({});
            PictureFrame sized = frame;
            sized.size = planePictureSize(slices, plane, frame);
            QCOMPARE(sized.size, QSize(static_cast<int>(axes.column.voxels),
                                       static_cast<int>(axes.row.voxels)));
            const PaneView view = viewOf(volume, plane, convention);
            const auto picture = planePicture(slices, view, sized);
            QVERIFY(picture);
            QCOMPARE(wrongPixel(*picture, axes, convention, axes.sliceOf(view.cursor)), QString());
        }
}

void tst_Pictures::mosaicCellShowsItsSlice_data()
{
    everyVoxelIsWhereTheConventionPutsIt_data();
}

void tst_Pictures::mosaicCellShowsItsSlice()
{
    QFETCH(Orientation, orientation);
    VolumeSlices slices(orientedVolume(orientation));
    for (const Convention convention : {Convention::Radiological, Convention::Neurological})
        for (const Plane plane : kPlanes) {
            const PlaneAxes &axes = slices.axes(plane, convention);
            // Neither in order nor all of them; the last cell of six stays empty.
            const MosaicSpec spec = mosaicOf(plane, {2, 3, {4, 0, 3, 3, 1}}, convention);
            PictureFrame frame = plainFrame({});
            frame.size = mosaicPictureSize(slices, spec, frame);
            const QSize cell(static_cast<int>(axes.column.voxels),
                             static_cast<int>(axes.row.voxels));
            QCOMPARE(frame.size, QSize(3 * cell.width(), 2 * cell.height()));
            const auto picture = mosaicPicture(slices, spec, frame);
            QVERIFY(picture);
            for (int index = 0; index < 5; ++index) {
                const QPoint corner(index % 3 * cell.width(), index / 3 * cell.height());
                QCOMPARE(wrongPixel(picture->copy(QRect(corner, cell)), axes, convention,
                                    spec.grid.slices[static_cast<std::size_t>(index)]),
                         QString());
            }
            const QRect empty(QPoint(2 * cell.width(), cell.height()), cell);
            QCOMPARE(countOf(*picture, empty, kPictureBackground), cell.width() * cell.height());
        }
}

void tst_Pictures::partHasThePixelsOfThePane_data()
{
    QTest::addColumn<double>("ratio");
    QTest::addColumn<Convention>("convention");
    for (const Convention convention : {Convention::Radiological, Convention::Neurological})
        for (const double ratio : {1.0, 1.5, 2.0})
            QTest::addRow("%s %g", convention == Convention::Radiological ? "R" : "N", ratio)
                << ratio << convention;
}

void tst_Pictures::partHasThePixelsOfThePane()
{
    QFETCH(double, ratio);
    QFETCH(Convention, convention);
    const volume::Volume volume = headVolume();
    VolumeSlices slices(volume);
    const PictureFrame frame = frameOf({640, 361}, ratio);
    PaneView fitted = viewOf(volume, Plane::Coronal, convention);
    fitted.settings.interpolation = Interpolation::Linear;
    PaneView zoomed = fitted;
    zoomed.plane = Plane::Axial;
    zoomed.pixelsPerMm = 7.3 * ratio;
    zoomed.centre = {20.0, 40.0, 10.0};
    const QRectF left(0, 0, 0.5, 1);
    const QRectF right(0.5, 0, 0.5, 1);
    const auto picture = composePicture(frame, {{left, PictureSlice{&slices, fitted}},
                                                {right, PictureSlice{&slices, zoomed, false}}});
    QVERIFY(picture);
    QCOMPARE(picture->size(), (QSizeF(frame.size) * ratio).toSize());

    // As a widget paints them.
    QImage panes(picture->size(), QImage::Format_RGB32);
    panes.fill(Qt::black);
    panes.setDevicePixelRatio(ratio);
    const QRectF leftArea = partArea(frame, left);
    const QRectF rightArea = partArea(frame, right);
    fitted.pixelsPerMm = fittingPaneScale(slices.axes(fitted.plane, convention), leftArea.size(),
                                          QGuiApplication::font(), ratio);
    fitted.centre = centreOfVolume(volume.geometry.dims);
    {
        QPainter painter(&panes);
        paintPane(painter, leftArea, slices, fitted);
        paintPane(painter, rightArea, slices, zoomed);
    }
    panes.setDevicePixelRatio(1.0);
    const QRectF room = pictureRoom(frame);
    const QRect device(QPointF(room.topLeft() * ratio).toPoint(),
                       QSizeF(room.size() * ratio).toSize());
    QVERIFY(device.top() > 0 && device.bottom() + 1 < picture->height());
    QVERIFY(picture->copy(device) == panes.copy(device));
}

void tst_Pictures::withoutAnnotationsThereIsNothingButTheSlice()
{
    const volume::Volume volume = headVolume();
    VolumeSlices slices(volume);
    PaneView view = viewOf(volume, Plane::Axial);
    view.settings.interpolation = Interpolation::Cubic;
    view.settings.crosshair = true;
    view.measurements = {{MeasurementKind::Ruler,
                          Plane::Axial,
                          15,
                          {1, 1, 15},
                          {40, 40, 15},
                          QStringLiteral("text")}};
    const auto picture = planePicture(slices, view, plainFrame({120, 144}));
    QVERIFY(picture);
    const QImage slice = SlicePipeline(volume, Plane::Axial)
                             .picture({.slice = 15,
                                       .pixels = {120, 144},
                                       .part = {},
                                       .convention = Convention::Radiological,
                                       .interpolation = Interpolation::Cubic,
                                       .slab = {},
                                       .colours = kIdentity});
    QVERIFY(*picture == slice);
    // A size of another shape leaves the ground, and the slice in the middle.
    const auto wide = planePicture(slices, view, plainFrame({200, 144}));
    QVERIFY(wide);
    QVERIFY(wide->copy(40, 0, 120, 144) == slice);
    QCOMPARE(countOf(*wide, {0, 0, 40, 144}, kPictureBackground), 40 * 144);
    QCOMPARE(countOf(*wide, {160, 0, 40, 144}, kPictureBackground), 40 * 144);
}

void tst_Pictures::threePlanesShareOneScale_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("row") << QSize(900, 350);
    QTest::newRow("square") << QSize(600, 600);
    QTest::newRow("column") << QSize(350, 900);
}

void tst_Pictures::threePlanesShareOneScale()
{
    QFETCH(QSize, size);
    // 60 x 72 x 60 mm, all of it the same white.
    volume::Volume volume = headVolume();
    volume = makeVolume(volume::ScalarType::Int16, volume.geometry.dims,
                        std::vector<std::int16_t>(60 * 72 * 30, 255));
    volume.geometry.affineRas[10] = 2.0;
    volume.geometry.spacingMm[2] = 2.0;
    VolumeSlices slices(volume);
    PaneView view = viewOf(volume, Plane::Axial);
    view.settings.crosshair = false;
    const auto picture = threePlanesPicture(slices, view, plainFrame(size));
    QVERIFY(picture);
    const int white = countOf(*picture, picture->rect(), qRgb(255, 255, 255));
    // Together 60·72 + 60·60 + 72·60 mm²; in a row all 192 mm have to fit, in a square 132, in a
    // column 192.
    const double squareMm = 60 * 72 + 60 * 60 + 72 * 60;
    const double mm = size.width() == size.height() ? 132.0 : 192.0;
    const double pixelsPerMm = std::max(size.width(), size.height()) / mm;
    const double wanted = squareMm * pixelsPerMm * pixelsPerMm;
    QVERIFY2(qAbs(white / wanted - 1.0) < 0.02,
             qPrintable(QStringLiteral("%1 of %2").arg(white).arg(wanted)));
    const auto annotated = threePlanesPicture(slices, view, frameOf(size));
    QVERIFY(annotated);
    QVERIFY(countOf(*annotated, annotated->rect(), qRgb(255, 255, 255)) < white);
}

void tst_Pictures::annotatedMosaicHasLettersAndLabels()
{
    VolumeSlices slices(headVolume());
    const MosaicSpec spec = mosaicOf(Plane::Axial, {2, 3, {3, 8, 13, 18, 23}});
    PictureFrame frame = frameOf({});
    frame.size = mosaicPictureSize(slices, spec, frame);
    const auto picture = mosaicPicture(slices, spec, frame);
    QVERIFY(picture);
    const QRect room = pictureRoom(frame).toAlignedRect();
    const int third = room.width() / 3;
    const int height = room.height() / 2;
    QVERIFY(countOf(*picture, {room.left(), room.center().y() - 20, 40, 40}, kEdgeLetters) > 0);
    QVERIFY(countOf(*picture, {room.right() - 40, room.center().y() - 20, 40, 40}, kEdgeLetters) >
            0);
    QVERIFY(countOf(*picture, {room.center().x() - 20, room.top(), 40, 40}, kEdgeLetters) > 0);
    QVERIFY(countOf(*picture, {room.center().x() - 20, room.bottom() - 40, 40, 40}, kEdgeLetters) >
            0);
    for (int cell = 0; cell < 6; ++cell) {
        const QRect part(room.left() + cell % 3 * third, room.top() + cell / 3 * height, third,
                         height);
        QCOMPARE(countOf(*picture, part, kPaneText) > 0, cell < 5);
    }
    // Too small for words, but not for slices.
    const auto tiny = mosaicPicture(
        slices,
        mosaicOf(Plane::Axial, {1, 30, evenSlices(slices.axes(Plane::Axial, {}).normal, 30)}),
        frameOf({400, 250}));
    QVERIFY(tiny);
}

void tst_Pictures::imageIsPlacedInTrueProportion()
{
    QImage scene(50, 100, QImage::Format_RGB32);
    scene.fill(Qt::green);
    const auto picture = composePicture(plainFrame({400, 200}), {{QRectF(0.5, 0, 0.5, 1), scene}});
    QVERIFY(picture);
    QCOMPARE(countOf(*picture, {250, 0, 100, 200}, qRgb(0, 255, 0)), 100 * 200);
    QCOMPARE(countOf(*picture, picture->rect(), qRgb(0, 255, 0)), 100 * 200);
}

void tst_Pictures::textsAreInTheFileWithOrWithoutAnnotations_data()
{
    QTest::addColumn<bool>("annotations");
    QTest::newRow("with") << true;
    QTest::newRow("without") << false;
}

void tst_Pictures::textsAreInTheFileWithOrWithoutAnnotations()
{
    QFETCH(bool, annotations);
    const volume::Volume volume = headVolume();
    VolumeSlices slices(volume);
    PaneView view = viewOf(volume, Plane::Coronal);
    view.colours.window = {0.1, 812.25};
    const auto picture = planePicture(slices, view, frameOf({300, 400}, 1.0, annotations));
    QVERIFY(picture);
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("picture.png"));
    QVERIFY(savePng(*picture, file.toStdString()));
    const QImage read(file);
    QCOMPARE(read.convertToFormat(QImage::Format_RGB32).size(), QSize(300, 400));
    QCOMPARE(read.text(QStringLiteral("Disclaimer")), QStringLiteral("Nothing – but a test"));
    QCOMPARE(read.text(QStringLiteral("Convention")), conventionText(Convention::Radiological));
    QCOMPARE(read.text(QStringLiteral("Source")), QStringLiteral("volume.nii"));
    QCOMPARE(read.text(QStringLiteral("Window")), QStringLiteral("0.1:812.25 grey"));
    QVERIFY(read.text(QStringLiteral("Slices")).contains(QStringLiteral("j = 36 of 0–71")));
    QVERIFY(read.text(QStringLiteral("Software")).startsWith(QStringLiteral("MR Brain Studio ")));
}

void tst_Pictures::impossibleSizeIsAnError_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<double>("ratio");
    QTest::addColumn<bool>("annotations");
    QTest::addColumn<bool>("large");
    QTest::newRow("one edge") << QSize(32769, 10) << 1.0 << false << true;
    QTest::newRow("one edge by its ratio") << QSize(20000, 100) << 2.0 << true << true;
    QTest::newRow("area") << QSize(30000, 30000) << 1.0 << false << true;
    QTest::newRow("beyond int") << QSize(2000000000, 2000000000) << 16.0 << false << true;
    QTest::newRow("infinite ratio")
        << QSize(10, 10) << std::numeric_limits<double>::infinity() << false << true;
    QTest::newRow("no ratio") << QSize(10, 10) << std::numeric_limits<double>::quiet_NaN() << false
                              << false;
    QTest::newRow("negative ratio") << QSize(10, 10) << -1.0 << false << false;
    QTest::newRow("empty") << QSize(0, 100) << 1.0 << false << false;
    QTest::newRow("no size") << QSize() << 1.0 << true << false;
    QTest::newRow("no room beside texts") << QSize(300, 60) << 1.0 << true << false;
    QTest::newRow("narrow") << QSize(20, 600) << 1.0 << true << false;
}

void tst_Pictures::impossibleSizeIsAnError()
{
    QFETCH(QSize, size);
    QFETCH(double, ratio);
    QFETCH(bool, annotations);
    QFETCH(bool, large);
    const volume::Volume volume = headVolume();
    VolumeSlices slices(volume);
    const PictureFrame frame = frameOf(size, ratio, annotations);
    const PaneView view = viewOf(volume, Plane::Axial);
    for (const Result<QImage> &picture :
         {planePicture(slices, view, frame), threePlanesPicture(slices, view, frame),
          mosaicPicture(slices, mosaicOf(Plane::Axial, {1, 1, {3}}), frame)}) {
        QVERIFY(!picture);
        QCOMPARE(picture.error().code, large ? viewer::error_codes::kPictureTooLarge
                                             : viewer::error_codes::kPictureTooSmall);
        QVERIFY(!picture.error().hint.isEmpty());
    }
}

void tst_Pictures::suggestedSizeLeavesNothingEmpty()
{
    VolumeSlices slices(headVolume());
    const PictureFrame plain = plainFrame({});
    QCOMPARE(planePictureSize(slices, Plane::Coronal, plain), QSize(60, 60));
    QCOMPARE(threePlanesPictureSize(slices, plain), QSize(60 + 60 + 72, 72));
    for (const QSize &size : {planePictureSize(slices, Plane::Axial, frameOf({})),
                              threePlanesPictureSize(slices, frameOf({}))})
        QVERIFY(size.width() >= 480 && size.width() <= 1510 && size.height() <= 1010);

    // A slice like a thread would be wider than any picture, which is an error and no crash.
    volume::Volume thread =
        makeVolume(volume::ScalarType::UInt8, {2, 2, 1}, std::vector<std::uint8_t>(4, 1));
    thread.geometry.affineRas[0] = 1e-9;
    thread.geometry.affineRas[5] = 1e9;
    VolumeSlices threads(thread);
    PictureFrame frame = plain;
    frame.size = planePictureSize(threads, Plane::Axial, plain);
    const auto picture = planePicture(threads, viewOf(thread, Plane::Axial), frame);
    QVERIFY(!picture);
    QCOMPARE(picture.error().code, viewer::error_codes::kPictureTooLarge);
}

void tst_Pictures::pictureThatCannotBeWrittenLeavesNothing()
{
    QImage image(4, 4, QImage::Format_RGB32);
    image.fill(Qt::red);
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    const auto missing = savePng(image, root / "missing" / "picture.png");
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, mrb::error_codes::kCannotWrite);
    const auto taken = savePng(image, root);
    QVERIFY(!taken);
    QVERIFY(!savePng(QImage(), root / "nothing.png"));
    QVERIFY(std::filesystem::is_empty(root));
    QVERIFY(savePng(image, root / "picture.png"));
    QVERIFY(savePng(image, root / "picture.png")); // replaces
    QCOMPARE(std::distance(std::filesystem::directory_iterator(root), {}), 1);
}

void tst_Pictures::looksAsBefore_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"three-planes", "mosaic", "slab"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void tst_Pictures::looksAsBefore()
{
    QFETCH(QString, name);
    const volume::Volume volume = headVolume();
    VolumeSlices slices(volume);
    PaneView view = viewOf(volume, Plane::Coronal);
    view.colours.window = {0.0, 1000.0};
    view.settings.interpolation = Interpolation::Linear;
    Result<QImage> picture = QImage();
    if (name == u"three-planes") {
        picture = threePlanesPicture(slices, view, plainFrame({256, 96}));
    } else if (name == u"mosaic") {
        MosaicSpec spec =
            mosaicOf(Plane::Axial, {2, 3, {3, 8, 13, 18, 23, 26}}, Convention::Neurological);
        spec.colours = {{0.0, 1000.0}, QStringLiteral("viridis"), false};
        picture = mosaicPicture(slices, spec, plainFrame({180, 144}));
    } else {
        view.settings.interpolation = Interpolation::Cubic;
        view.settings.slab = {SlabMode::Maximum, 24.0};
        view.colours = {{-200.0, 1200.0}, QStringLiteral("magma"), false};
        picture = planePicture(slices, view, plainFrame({180, 180}));
    }
    QVERIFY(picture);
    QCOMPARE(differenceFromBaseline(*picture, name), QString());
}

QTEST_MAIN(tst_Pictures)
#include "tst_Pictures.moc"
