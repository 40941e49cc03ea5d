// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "SceneFixtures.h"
#include "viewer/render/ColourMap.h"
#include "viewer/render/PlaneColours.h"
#include "viewer/render/SlicePipeline.h"

#include <QGuiApplication>
#include <QOffscreenSurface>
#include <QSignalSpy>
#include <QtTest>

#include <limits>
#include <memory>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

Q_DECLARE_METATYPE(mrb::tests::Orientation)
Q_DECLARE_METATYPE(mrb::volume::Volume)
Q_DECLARE_METATYPE(mrb::viewer::RayCaster)

namespace {

volume::Volume constantVolume(float value, std::array<std::int64_t, 3> dims)
{
    const auto count = static_cast<std::size_t>(dims[0] * dims[1] * dims[2]);
    return makeVolume(volume::ScalarType::Float32, dims, std::vector<float>(count, value));
}

/// A block of 1000 in the middle of zeros.
volume::Volume middleBlock()
{
    std::vector<float> values(20 * 20 * 20, 0.0F);
    for (std::size_t k = 6; k < 14; ++k)
        for (std::size_t j = 6; j < 14; ++j)
            for (std::size_t i = 6; i < 14; ++i)
                values[(k * 20 + j) * 20 + i] = 1000.0F;
    return makeVolume(volume::ScalarType::Float32, {20, 20, 20}, values);
}

bool isRedLine(QRgb pixel)
{
    const QRgb red = planeColour(Plane::Axial);
    return std::abs(qRed(pixel) - qRed(red)) < 60 && qRed(pixel) - qGreen(pixel) > 60 &&
           qRed(pixel) - qBlue(pixel) > 60;
}

} // namespace

class tst_SceneRenderer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void openGlIsSoftwareHere();
    void rightIsOnTheLeftFromTheFront_data();
    void rightIsOnTheLeftFromTheFront();
    void turningRoundSwapsTheSides();
    void turningTheVolumeIsTurningTheCamera();
    void movingTheCursorMovesThePlane();
    void planesHaveTheGreysOfTheWindow();
    void planesHaveTheirMapAndMarks();
    void theVolumeFollowsTheWindowOnly();
    void theOpenedHeadShowsThePlanes_data();
    void theOpenedHeadShowsThePlanes();
    void framesHaveTheSizeAskedFor();
    void panningAndZoomingMoveThePicture();
    void onlyTheNewestRequestIsKept();
    void volumesThatAreHardToDraw_data();
    void volumesThatAreHardToDraw();
    void anotherVolumeTakesItsPlace();
    void clearedMeansNothingIsDrawn();
    void worksInTheGuiThread();
    void aLostContextIsMadeAnew();
    void endingAtAnyTimeIsClean();
};

void tst_SceneRenderer::openGlIsSoftwareHere()
{
    const GlFacts facts = probeGl();
    QVERIFY2(facts.usable, qPrintable(facts.message));
    QVERIFY2(facts.software, qPrintable(facts.renderer));
    QVERIFY(toText(facts).contains(facts.renderer));
    QVERIFY(!isSoftwareRenderer(QStringLiteral("NVIDIA RTX A4000/PCIe/SSE2")));
    QVERIFY(!isSoftwareRenderer(QStringLiteral("Mesa Intel(R) UHD Graphics 620 (KBL GT2)")));
}

void tst_SceneRenderer::rightIsOnTheLeftFromTheFront_data()
{
    QTest::addColumn<Orientation>("orientation");
    QTest::addColumn<RayCaster>("caster");
    int number = 0;
    for (const Orientation &orientation : allOrientations()) {
        QTest::addRow("cpu %d", number) << orientation << RayCaster::Cpu;
        if (number % 7 == 0)
            QTest::addRow("card %d", number) << orientation << RayCaster::Card;
        ++number;
    }
}

void tst_SceneRenderer::rightIsOnTheLeftFromTheFront()
{
    QFETCH(Orientation, orientation);
    QFETCH(RayCaster, caster);
    SceneRenderer renderer(nullptr, {.caster = caster});
    renderer.setVolume(markedVolume(orientation));
    SceneSettings settings = plainSettings();
    const SceneFrame front = nextFrame(renderer, settings);
    QCOMPARE(front.software, caster == RayCaster::Cpu);
    const auto seen = centreOf(front.image, isBright);
    QVERIFY(seen);
    QVERIFY(seen->x() < -0.1); // the patient's right
    QVERIFY(seen->y() > 0.1);  // superior

    settings.camera.azimuthDegrees = 90.0; // from the right: anterior is on the right
    const auto fromRight = centreOf(nextFrame(renderer, settings).image, isBright);
    QVERIFY(fromRight);
    QVERIFY(fromRight->x() > 0.1);

    // The planes through the block show it where the rays do.
    settings = plainSettings();
    settings.showVolume = false;
    settings.showPlanes = true;
    settings.cursor = markedVoxel(orientation);
    const auto grey = [](QRgb pixel) { return qBlue(pixel) > 200; };
    const auto onPlane = centreOf(nextFrame(renderer, settings).image, grey);
    QVERIFY(onPlane);
    QVERIFY2(std::hypot(onPlane->x() - seen->x(), onPlane->y() - seen->y()) < 0.03,
             qPrintable(QStringLiteral("%1 %2, %3 %4")
                            .arg(onPlane->x())
                            .arg(onPlane->y())
                            .arg(seen->x())
                            .arg(seen->y())));
}

void tst_SceneRenderer::turningRoundSwapsTheSides()
{
    SceneRenderer renderer;
    renderer.setVolume(markedVolume());
    SceneSettings settings = plainSettings();
    const auto front = centreOf(nextFrame(renderer, settings).image, isBright);
    settings.camera.azimuthDegrees = 180.0;
    const auto back = centreOf(nextFrame(renderer, settings).image, isBright);
    QVERIFY(front && back);
    QVERIFY(front->x() < -0.1 && back->x() > 0.1);
    QVERIFY(std::abs(front->y() - back->y()) < 0.05);
    // From above, anterior is below the middle: the top of the picture is away from the face.
    settings.camera = {.elevationDegrees = 90.0};
    const auto above = centreOf(nextFrame(renderer, settings).image, isBright);
    QVERIFY(above && above->x() < -0.1 && above->y() < -0.1);
}

/// An oblique volume is drawn by its affine.
void tst_SceneRenderer::turningTheVolumeIsTurningTheCamera()
{
    constexpr double kDegrees = 35.0;
    SceneRenderer renderer;
    renderer.setVolume(markedVolume());
    SceneSettings settings = plainSettings();
    settings.camera.azimuthDegrees = kDegrees;
    const auto camera = centreOf(nextFrame(renderer, settings).image, isBright);

    volume::Volume turned = markedVolume();
    rotateAboutSuperior(turned, kDegrees);
    renderer.setVolume(turned);
    const auto oblique = centreOf(nextFrame(renderer, plainSettings()).image, isBright);
    QVERIFY(camera && oblique);
    QVERIFY(std::hypot(camera->x() - oblique->x(), camera->y() - oblique->y()) < 0.01);
}

void tst_SceneRenderer::movingTheCursorMovesThePlane()
{
    SceneRenderer renderer;
    renderer.setVolume(constantVolume(0.0F, {20, 20, 20}));
    SceneSettings settings = plainSettings();
    settings.showPlanes = true;
    double before = -1.0;
    for (const std::int64_t k : {0, 5, 10, 19, 1000}) {
        settings.cursor = {10, 10, k};
        const auto line = centreOf(nextFrame(renderer, settings).image, isRedLine);
        QVERIFY(line);
        if (k == 1000) // outside: the last slice
            QVERIFY(std::abs(line->y() - before) < 0.01);
        else
            QVERIFY(line->y() > before + 0.05);
        before = line->y();
    }
}

void tst_SceneRenderer::planesHaveTheGreysOfTheWindow()
{
    SceneRenderer renderer;
    renderer.setVolume(constantVolume(100.0F, {20, 20, 20}));
    SceneSettings settings = plainSettings();
    settings.showVolume = false;
    settings.showPlanes = true;
    for (const auto &[window, grey] : {std::pair{IntensityWindow{0.0, 200.0}, 128},
                                       {IntensityWindow{0.0, 100.0}, 255},
                                       {IntensityWindow{0.0, 400.0}, 64}}) {
        settings.colours.window = window;
        const QImage image = nextFrame(renderer, settings).image;
        QVERIFY(!image.isNull());
        // Beside the lines where planes meet.
        const QRgb pixel = image.pixel(image.width() / 2 + 20, image.height() / 2 - 20);
        QVERIFY2(std::abs(qGray(pixel) - grey) <= 1, qPrintable(QString::number(qGray(pixel))));
    }
}

void tst_SceneRenderer::planesHaveTheirMapAndMarks()
{
    SceneRenderer renderer;
    renderer.setVolume(constantVolume(100.0F, {20, 20, 20}));
    SceneSettings settings = plainSettings();
    settings.showVolume = false;
    settings.showPlanes = true;
    const auto last = [](const char *map) {
        return findColourMap(QString::fromLatin1(map))->colours.back();
    };
    // Each after the other: what changes is drawn anew.
    const std::initializer_list<std::pair<ColourScale, QRgb>> looks = {
        {{{0.0, 100.0}, QStringLiteral("hot"), false}, last("hot")},
        {{{0.0, 100.0}, QStringLiteral("viridis"), false}, last("viridis")},
        {{{0.0, 50.0}, QStringLiteral("viridis"), false}, last("viridis")},
        {{{0.0, 50.0}, QStringLiteral("viridis"), true}, kAboveWindowColour},
        {{{0.0, 100.0}, QStringLiteral("viridis"), true}, last("viridis")}};
    for (const auto &[colours, expected] : looks) {
        settings.colours = colours;
        const QImage image = nextFrame(renderer, settings).image;
        QVERIFY(!image.isNull());
        const QRgb pixel = image.pixel(image.width() / 2 + 20, image.height() / 2 - 20);
        QVERIFY2(std::abs(qRed(pixel) - qRed(expected)) <= 1 &&
                     std::abs(qGreen(pixel) - qGreen(expected)) <= 1 &&
                     std::abs(qBlue(pixel) - qBlue(expected)) <= 1,
                 qPrintable(QString::number(pixel, 16)));
    }
}

void tst_SceneRenderer::theVolumeFollowsTheWindowOnly()
{
    SceneRenderer renderer;
    renderer.setVolume(markedVolume());
    SceneSettings settings = plainSettings();
    const QImage grey = nextFrame(renderer, settings).image;
    QVERIFY(centreOf(grey, isBright));
    settings.colours.map = QStringLiteral("inverted");
    settings.colours.markOutOfRange = true;
    QCOMPARE(nextFrame(renderer, settings).image, grey);
    settings.colours.window = {0.0, 3000.0};
    QVERIFY(nextFrame(renderer, settings).image != grey);
}

void tst_SceneRenderer::theOpenedHeadShowsThePlanes_data()
{
    QTest::addColumn<Orientation>("orientation");
    QTest::addColumn<RayCaster>("caster");
    int number = 0;
    for (const Orientation &orientation : allOrientations())
        if (++number % 5 == 0)
            QTest::addRow("%d", number)
                << orientation << (number % 2 == 0 ? RayCaster::Cpu : RayCaster::Card);
}

/// A solid block: where it is opened towards the viewer, the planes' grey is seen, not its skin.
void tst_SceneRenderer::theOpenedHeadShowsThePlanes()
{
    QFETCH(Orientation, orientation);
    QFETCH(RayCaster, caster);
    volume::Volume volume = constantVolume(300.0F, {24, 24, 24});
    volume.geometry.affineRas = markedVolume(orientation).geometry.affineRas;
    SceneRenderer renderer(nullptr, {.caster = caster});
    renderer.setVolume(volume);
    SceneSettings settings = plainSettings();
    settings.camera = {.azimuthDegrees = 40.0, .elevationDegrees = 30.0};
    settings.showPlanes = true;
    settings.cursor = {12, 12, 12};
    const QImage opened = nextFrame(renderer, settings).image;
    QVERIFY(!opened.isNull());
    const auto isGrey = [](QRgb pixel) {
        return std::abs(qRed(pixel) - qBlue(pixel)) <= 2 && std::abs(qGray(pixel) - 77) <= 3;
    };
    // Around the middle the three planes meet.
    for (const QPoint offset : {QPoint(0, -20), QPoint(-18, 8), QPoint(18, 8)})
        QVERIFY(isGrey(opened.pixel(opened.rect().center() + offset)));
    settings.showPlanes = false;
    const QImage closed = nextFrame(renderer, settings).image;
    QVERIFY(!isGrey(closed.pixel(closed.rect().center())));
}

void tst_SceneRenderer::framesHaveTheSizeAskedFor()
{
    SceneRenderer renderer;
    renderer.setVolume(markedVolume());
    for (const QSize size : {QSize(240, 200), QSize(480, 400), QSize(101, 333), QSize(1, 1)}) {
        SceneSettings settings = plainSettings(size);
        const SceneFrame fine = nextFrame(renderer, settings);
        QCOMPARE(fine.image.size(), size);
        QCOMPARE(fine.image.format(), QImage::Format_RGB32);
        QVERIFY(!fine.reduced);
        settings.moving = true;
        const SceneFrame quick = nextFrame(renderer, settings);
        QVERIFY(!quick.image.isNull());
        QVERIFY(quick.image.width() <= size.width() && quick.image.height() <= size.height());
    }
}

void tst_SceneRenderer::panningAndZoomingMoveThePicture()
{
    SceneRenderer renderer;
    renderer.setVolume(middleBlock());
    SceneSettings settings = plainSettings();
    settings.camera.panFraction = {0.1, 0.05};
    const auto panned = centreOf(nextFrame(renderer, settings).image, isBright);
    QVERIFY(panned);
    QVERIFY2(std::abs(panned->x() - 0.1) < 0.02, qPrintable(QString::number(panned->x())));
    QVERIFY(std::abs(panned->y() + 0.05) < 0.02);
    const auto pixels = [&](double zoom) {
        settings.camera = {.zoom = zoom};
        const QImage image = nextFrame(renderer, settings).image;
        int count = 0;
        for (int y = 0; y < image.height() * 3 / 4; ++y)
            for (int x = 0; x < image.width(); ++x)
                count += isBright(image.pixel(x, y)) ? 1 : 0;
        return count;
    };
    const int small = pixels(0.5);
    const int large = pixels(1.0);
    QVERIFY(small > 0);
    QVERIFY(large > 3 * small);
}

void tst_SceneRenderer::onlyTheNewestRequestIsKept()
{
    SceneRenderer renderer;
    renderer.setVolume(markedVolume());
    SceneSettings settings = plainSettings();
    QVERIFY(!nextFrame(renderer, settings).image.isNull());
    QSignalSpy frames(&renderer, &SceneRenderer::frameReady);
    for (int degrees = 1; degrees < 200; ++degrees) {
        settings.camera.azimuthDegrees = degrees;
        renderer.request(settings);
    }
    settings.camera.azimuthDegrees = 200.0;
    QVERIFY(!nextFrame(renderer, settings).image.isNull());
    QVERIFY(frames.count() <= 2);
}

void tst_SceneRenderer::volumesThatAreHardToDraw_data()
{
    QTest::addColumn<volume::Volume>("volume");
    QTest::addColumn<IntensityWindow>("window");
    const auto row = [](const char *name, const volume::Volume &volume, IntensityWindow window) {
        QTest::newRow(name) << volume << window;
    };
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    constexpr float kInf = std::numeric_limits<float>::infinity();
    row("all zero", constantVolume(0.0F, {9, 9, 9}), {0.0, 1.0});
    row("constant", constantVolume(7.0F, {9, 9, 9}), {0.0, 14.0});
    row("NaN everywhere", constantVolume(kNan, {9, 9, 9}), {0.0, 1.0});
    row("infinite everywhere", constantVolume(kInf, {9, 9, 9}), {0.0, 1.0});
    std::vector<float> mixed(9 * 9 * 9, 1.0F);
    mixed[0] = kNan;
    mixed[1] = kInf;
    mixed[2] = -kInf;
    mixed[3] = std::numeric_limits<float>::max();
    row("mixed", makeVolume(volume::ScalarType::Float32, {9, 9, 9}, mixed), {0.0, 2.0});
    row("one voxel", constantVolume(5.0F, {1, 1, 1}), {0.0, 10.0});
    row("one layer i", constantVolume(5.0F, {1, 9, 9}), {0.0, 10.0});
    row("one layer j", constantVolume(5.0F, {9, 1, 9}), {0.0, 10.0});
    row("one layer k", constantVolume(5.0F, {9, 9, 1}), {0.0, 10.0});
    row("one row", constantVolume(5.0F, {1, 9, 1}), {0.0, 10.0});
    row("int64", makeVolume(volume::ScalarType::Int64, {2, 2, 2}, std::vector<std::int64_t>(8, 5)),
        {0.0, 10.0});
    const std::vector<double> extremes = {-1.7e308, 1.7e308, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0};
    row("extremes", makeVolume(volume::ScalarType::Float64, {2, 2, 2}, extremes), {0.0, 5.0});
    volume::Volume negative = markedVolume();
    negative.slope = -2.0;
    row("negative slope", negative, {-2000.0, 0.0});
    volume::Volume singular = markedVolume();
    singular.geometry.affineRas.fill(0.0);
    row("singular affine", singular, {0.0, 1000.0});
    volume::Volume flat = markedVolume();
    flat.geometry.affineRas = {1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    row("two axes alike", flat, {0.0, 1000.0});
    volume::Volume far = markedVolume();
    far.geometry.affineRas = {1e-6, 0, 0, 1e9, 0, 1e-6, 0, 1e9, 0, 0, 1e-6, 1e9, 0, 0, 0, 1};
    row("tiny and far away", far, {0.0, 1000.0});
    row("window without width", markedVolume(), {500.0, 500.0});
}

void tst_SceneRenderer::volumesThatAreHardToDraw()
{
    QFETCH(volume::Volume, volume);
    QFETCH(IntensityWindow, window);
    for (const RayCaster caster : {RayCaster::Cpu, RayCaster::Card}) {
        SceneRenderer renderer(nullptr, {.caster = caster});
        renderer.setVolume(volume);
        SceneSettings settings = plainSettings({120, 100});
        settings.showPlanes = true;
        settings.colours.window = window;
        settings.camera = {.azimuthDegrees = 30.0, .elevationDegrees = 20.0};
        for (const ScenePreset preset : kScenePresets) {
            settings.preset = preset;
            const SceneFrame frame = nextFrame(renderer, settings);
            QCOMPARE(frame.image.size(), settings.devicePixels);
            QCOMPARE(frame.software, caster == RayCaster::Cpu);
        }
    }
}

void tst_SceneRenderer::anotherVolumeTakesItsPlace()
{
    SceneRenderer renderer;
    const SceneSettings settings = plainSettings();
    renderer.setVolume(markedVolume());
    QVERIFY(centreOf(nextFrame(renderer, settings).image, isBright));
    renderer.setVolume(markedVolume()); // dropped before it is ready
    renderer.setVolume(constantVolume(0.0F, {9, 9, 9}));
    QSignalSpy ready(&renderer, &SceneRenderer::volumeReady);
    const SceneFrame empty = nextFrame(renderer, settings);
    QVERIFY(!empty.image.isNull());
    QVERIFY(!centreOf(empty.image, isBright));
    QCOMPARE(ready.count(), 1);
}

void tst_SceneRenderer::clearedMeansNothingIsDrawn()
{
    SceneRenderer renderer;
    const SceneSettings settings = plainSettings();
    renderer.setVolume(markedVolume());
    QVERIFY(!nextFrame(renderer, settings).image.isNull());
    renderer.request(settings);
    renderer.clear();
    QSignalSpy frames(&renderer, &SceneRenderer::frameReady);
    renderer.request(settings);
    renderer.setVolume(constantVolume(0.0F, {9, 9, 9}));
    QSignalSpy ready(&renderer, &SceneRenderer::volumeReady);
    QTRY_COMPARE(ready.count(), 1);
    QTRY_COMPARE(frames.count(), 1);
    QVERIFY(!centreOf(frames.first().first().value<SceneFrame>().image, isBright));
}

void tst_SceneRenderer::worksInTheGuiThread()
{
    SceneRenderer renderer(nullptr, {.threadOfItsOwn = false});
    renderer.setVolume(markedVolume());
    const SceneFrame frame = nextFrame(renderer, plainSettings());
    QVERIFY(!renderer.glFacts().threaded);
    const auto seen = centreOf(frame.image, isBright);
    QVERIFY(seen && seen->x() < -0.1);
}

void tst_SceneRenderer::aLostContextIsMadeAnew()
{
    SceneRenderer renderer;
    renderer.setVolume(markedVolume());
    SceneSettings settings = plainSettings();
    QVERIFY(!nextFrame(renderer, settings).image.isNull());
    QSignalSpy unavailable(&renderer, &SceneRenderer::unavailable);
    // What a screen change or a reset of the driver looks like from here.
    for (int time = 0; time < 3; ++time) {
        auto *surface = renderer.findChild<QOffscreenSurface *>();
        QVERIFY(surface);
        surface->destroy();
        settings.camera.azimuthDegrees += 10.0;
        const auto seen = centreOf(nextFrame(renderer, settings).image, isBright);
        QVERIFY(seen && seen->x() < 0.0);
    }
    QCOMPARE(unavailable.count(), 0);
}

void tst_SceneRenderer::endingAtAnyTimeIsClean()
{
    SceneSettings settings = plainSettings({1200, 900});
    {
        SceneRenderer unused;
        unused.request(settings);
    }
    for (const bool threaded : {true, false})
        for (int events = 0; events < 8; ++events) {
            SceneRenderer renderer(nullptr, {.threadOfItsOwn = threaded});
            renderer.setVolume(markedVolume());
            renderer.request(settings);
            for (int i = 0; i < events; ++i)
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
}

QTEST_MAIN(tst_SceneRenderer)
#include "tst_SceneRenderer.moc"
