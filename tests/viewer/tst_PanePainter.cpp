// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/SliceExpectations.h"
#include "viewer/render/PanePainter.h"
#include "viewer/render/PaneText.h"
#include "viewer/render/PlaneColours.h"

#include <QGuiApplication>
#include <QPainter>
#include <QtTest>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

constexpr QSize kPane(240, 200);
constexpr QRgb kMeasurementColour = qRgb(0x6c, 0xd4, 0xff);

PaneView viewOf(const VolumeSlices &slices, Plane plane,
                Convention convention = Convention::Radiological)
{
    PaneView view;
    view.plane = plane;
    view.cursor = middleVoxel(slices.volume().geometry);
    view.centre = centreOfVolume(slices.volume().geometry.dims);
    view.settings.convention = convention;
    view.settings.interpolation = Interpolation::Nearest;
    view.settings.annotations = false;
    view.settings.crosshair = false;
    view.colours = kIdentity;
    view.pixelsPerMm = 12.0;
    return view;
}

using Paint = void (*)(QPainter &, const QRectF &, VolumeSlices &, const PaneView &);

QImage painted(VolumeSlices &slices, const PaneView &view, Paint paint = paintPane,
               QSize size = kPane, double ratio = 1.0)
{
    QImage image((QSizeF(size) * ratio).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::magenta);
    QPainter painter(&image);
    paint(painter, QRectF(QPointF(), QSizeF(size)), slices, view);
    painter.end();
    image.setDevicePixelRatio(1.0);
    return image;
}

/// What has the colour of edge letters, in grey from the corner on.
QImage letterShape(const QImage &image)
{
    QImage shape(image.size(), QImage::Format_Grayscale8);
    QRect box;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            // The letters are yellow; nothing else in a pane has less blue than red.
            const QRgb pixel = image.pixel(x, y);
            const int yellow = std::max(qRed(pixel) - qBlue(pixel), 0);
            shape.setPixel(x, y, qRgb(yellow, yellow, yellow));
            if (yellow > 80)
                box |= QRect(x, y, 1, 1);
        }
    return shape.copy(QRect(box.topLeft(), QSize(24, 24)));
}

/// Which of R L A P S I a part of a picture shows; a question mark when there is none.
QChar letterIn(const QImage &image)
{
    const QImage shape = letterShape(image);
    QChar best = u'?';
    qint64 least = 24 * 24 * 20;
    for (const QChar letter : QStringLiteral("RLAPSI")) {
        QImage drawn(60, 60, QImage::Format_RGB32);
        drawn.fill(kPictureBackground);
        QPainter painter(&drawn);
        // By the program itself, each in the same place.
        PlaneAxes axes;
        axes.right = axes.top = axes.bottom = u' ';
        axes.left = letter;
        paintEdgeLetters(painter, QRectF(0, 0, 60, 60), axes);
        painter.end();
        const QImage wanted = letterShape(drawn);
        qint64 off = 0;
        for (int y = 0; y < 24; ++y)
            for (int x = 0; x < 24; ++x)
                off += qAbs(qRed(shape.pixel(x, y)) - qRed(wanted.pixel(x, y)));
        if (off < least) {
            least = off;
            best = letter;
        }
    }
    return best;
}

/// Pixels of about a colour: the edges of texts and lines are mixed with what is below.
int countOf(const QImage &image, QRgb colour, int tolerance = 0)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QRgb pixel = image.pixel(x, y);
            count += qAbs(qRed(pixel) - qRed(colour)) <= tolerance &&
                             qAbs(qGreen(pixel) - qGreen(colour)) <= tolerance &&
                             qAbs(qBlue(pixel) - qBlue(colour)) <= tolerance
                         ? 1
                         : 0;
        }
    return count;
}

/// Around all pixels in which two pictures differ.
QRect differences(const QImage &a, const QImage &b)
{
    QRect box;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            if (a.pixel(x, y) != b.pixel(x, y))
                box |= QRect(x, y, 1, 1);
    return box;
}

volume::Volume constantVolume(std::uint8_t value)
{
    return makeVolume(volume::ScalarType::UInt8, {10, 10, 10},
                      std::vector<std::uint8_t>(1000, value));
}

} // namespace

class tst_PanePainter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void edgesAreNamed_data();
    void edgesAreNamed();
    void crosshairLiesOnTheCursor_data();
    void crosshairLiesOnTheCursor();
    void slicesHaveTheResolutionOfTheDevice_data();
    void slicesHaveTheResolutionOfTheDevice();
    void nothingIsPaintedBesideTheArea();
    void splitShowsBothVolumes_data();
    void splitShowsBothVolumes();
    void draftCoversTheSamePlace_data();
    void draftCoversTheSamePlace();
    void draftIsTheRealThingWhereThatIsQuick();
    void measurementsAreOnTheirSliceOnly_data();
    void measurementsAreOnTheirSliceOnly();
    void annotationsCanBeLeftOut();
    void fittedSliceLeavesRoomForLetters_data();
    void fittedSliceLeavesRoomForLetters();
    void tooSmallAnAreaIsNoProblem();
};

void tst_PanePainter::edgesAreNamed_data()
{
    QTest::addColumn<Plane>("plane");
    QTest::addColumn<Convention>("convention");
    QTest::addColumn<QString>("letters"); // left, right, top, bottom
    QTest::newRow("axial") << Plane::Axial << Convention::Radiological << u"RLAP"_qs;
    QTest::newRow("coronal") << Plane::Coronal << Convention::Radiological << u"RLSI"_qs;
    QTest::newRow("sagittal") << Plane::Sagittal << Convention::Radiological << u"APSI"_qs;
    QTest::newRow("axial n") << Plane::Axial << Convention::Neurological << u"LRAP"_qs;
    QTest::newRow("coronal n") << Plane::Coronal << Convention::Neurological << u"LRSI"_qs;
    QTest::newRow("sagittal n") << Plane::Sagittal << Convention::Neurological << u"APSI"_qs;
}

void tst_PanePainter::edgesAreNamed()
{
    QFETCH(Plane, plane);
    QFETCH(Convention, convention);
    QFETCH(QString, letters);
    for (const Orientation &orientation : {Orientation{}, Orientation{{2, 0, 1}, {-1, -1, 1}}}) {
        VolumeSlices slices(orientedVolume(orientation));
        const PlaneAxes &axes = slices.axes(plane, convention);
        QCOMPARE(QString(axes.left) + axes.right + axes.top + axes.bottom, letters);
        for (const bool annotations : {false, true}) {
            PaneView view = viewOf(slices, plane, convention);
            view.settings.annotations = annotations;
            const QImage image = painted(slices, view, paintPane, {600, 600});
            QString read;
            for (const QRect &edge : {QRect(0, 200, 60, 200), QRect(540, 200, 60, 200),
                                      QRect(200, 0, 200, 60), QRect(200, 540, 200, 60)})
                read += letterIn(image.copy(edge));
            QCOMPARE(read, letters);
        }
    }
}

void tst_PanePainter::crosshairLiesOnTheCursor_data()
{
    QTest::addColumn<Plane>("plane");
    QTest::addColumn<Plane>("vertical"); // the plane that the vertical line stands for
    QTest::addColumn<Plane>("horizontal");
    QTest::addColumn<double>("ratio");
    for (const double ratio : {1.0, 1.5, 2.0}) {
        QTest::addRow("axial %g", ratio)
            << Plane::Axial << Plane::Sagittal << Plane::Coronal << ratio;
        QTest::addRow("coronal %g", ratio)
            << Plane::Coronal << Plane::Sagittal << Plane::Axial << ratio;
        QTest::addRow("sagittal %g", ratio)
            << Plane::Sagittal << Plane::Coronal << Plane::Axial << ratio;
    }
}

void tst_PanePainter::crosshairLiesOnTheCursor()
{
    QFETCH(Plane, plane);
    QFETCH(Plane, vertical);
    QFETCH(Plane, horizontal);
    QFETCH(double, ratio);
    VolumeSlices slices(orientedVolume({{2, 0, 1}, {-1, 1, 1}}, {1.0, 1.5, 0.8}));
    PaneView view = viewOf(slices, plane);
    view.cursor = {5, 1, 4};
    view.pixelsPerMm = 12.0 * ratio;
    const QImage without = painted(slices, view, paintPane, kPane, ratio);
    view.settings.crosshair = true;
    const QImage with = painted(slices, view, paintPane, kPane, ratio);
    const QRectF pane(QPointF(), QSizeF(with.size()));
    const QPointF at = placementIn(pane, slices, view).pixelOf(centreOf(view.cursor));
    // Along an edge of the pane, away from letters and crossing, the other line is all there is.
    const auto check = [&](bool isVertical, Plane other) {
        const int length = isVertical ? with.width() : with.height();
        const int across = isVertical ? with.height() / 5 : with.width() / 5;
        const double expected = isVertical ? at.x() : at.y();
        QList<int> changed;
        for (int i = 0; i < length; ++i) {
            const QPoint pixel = isVertical ? QPoint(i, across) : QPoint(across, i);
            if (with.pixel(pixel) == without.pixel(pixel))
                continue;
            changed += i;
            const QColor under(without.pixel(pixel));
            const QColor over(planeColour(other));
            const QColor is(with.pixel(pixel));
            QVERIFY(qAbs(is.red() - (0.8 * over.red() + 0.2 * under.red())) < 3.0);
            QVERIFY(qAbs(is.green() - (0.8 * over.green() + 0.2 * under.green())) < 3.0);
            QVERIFY(qAbs(is.blue() - (0.8 * over.blue() + 0.2 * under.blue())) < 3.0);
        }
        QCOMPARE(changed.size(), 1); // one device pixel wide
        QVERIFY2(qAbs(changed.front() + 0.5 - expected) <= 1.0,
                 qPrintable(QStringLiteral("%1 %2").arg(changed.front()).arg(expected)));
    };
    check(true, vertical);
    check(false, horizontal);
}

void tst_PanePainter::slicesHaveTheResolutionOfTheDevice_data()
{
    QTest::addColumn<double>("ratio");
    QTest::newRow("1.25") << 1.25;
    QTest::newRow("1.5") << 1.5;
    QTest::newRow("2") << 2.0;
    QTest::newRow("3") << 3.0;
}

void tst_PanePainter::slicesHaveTheResolutionOfTheDevice()
{
    QFETCH(double, ratio);
    VolumeSlices slices(orientedVolume({}));
    PaneView view = viewOf(slices, Plane::Coronal);
    view.settings.interpolation = Interpolation::Linear;
    for (const double scale : {5.0, 33.3, 100.0}) {
        view.pixelsPerMm = scale;
        const QImage fine = painted(slices, view, paintSlice, kPane, ratio);
        const QImage plain = painted(slices, view, paintSlice, (QSizeF(kPane) * ratio).toSize());
        QCOMPARE(fine, plain);
    }
}

void tst_PanePainter::nothingIsPaintedBesideTheArea()
{
    VolumeSlices slices(orientedVolume({}));
    PaneView view = viewOf(slices, Plane::Axial);
    view.settings = {};
    view.pixelsPerMm = 200.0;
    const QRect area(31, 17, 101, 83);
    for (const bool draft : {false, true}) {
        view.draft = draft;
        view.settings.slab.mode = draft ? SlabMode::Mean : SlabMode::Off;
        QImage image(kPane, QImage::Format_RGB32);
        image.fill(Qt::magenta);
        QPainter painter(&image);
        paintPane(painter, area, slices, view);
        painter.end();
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                QCOMPARE(image.pixel(x, y) == QColor(Qt::magenta).rgb(), !area.contains(x, y));
    }
}

void tst_PanePainter::splitShowsBothVolumes_data()
{
    QTest::addColumn<double>("from");
    QTest::addColumn<double>("ratio");
    for (const double ratio : {1.0, 2.0})
        for (const double from : {0.0, 0.3, 0.5, 1.0})
            QTest::addRow("%g at ratio %g", from, ratio) << from << ratio;
}

void tst_PanePainter::splitShowsBothVolumes()
{
    QFETCH(double, from);
    QFETCH(double, ratio);
    VolumeSlices left(constantVolume(50));
    VolumeSlices right(constantVolume(200));
    PaneView view = viewOf(left, Plane::Axial);
    view.pixelsPerMm = 100.0; // fills the pane
    view.reveal = Reveal{&right, {{0.0, 400.0}, QStringLiteral("grey"), false}, from, {}};
    const QImage image = painted(left, view, paintSlice, kPane, ratio);
    const int line = qRound(from * kPane.width() * ratio);
    const int near = qCeil(ratio); // the line itself is one logical pixel wide
    for (int x = 0; x < image.width(); ++x) {
        if (qAbs(x - line) > near)
            QCOMPARE(greyAt(image, x, 30), x < line ? 50 : greyOf(200 * 255.0 / 400.0));
    }
    if (from > 0.0 && from < 1.0)
        QVERIFY(image.pixel(line, 30) == qRgb(255, 255, 255) ||
                image.pixel(line - 1, 30) == qRgb(255, 255, 255));
}

void tst_PanePainter::draftCoversTheSamePlace_data()
{
    QTest::addColumn<double>("pixelsPerMm");
    QTest::addColumn<VoxelPosition>("centre");
    QTest::newRow("small") << 6.0 << VoxelPosition{19.5, 19.5, 19.5};
    QTest::newRow("larger than the pane") << 13.0 << VoxelPosition{12.0, 5.0, 10.0};
}

void tst_PanePainter::draftCoversTheSamePlace()
{
    QFETCH(double, pixelsPerMm);
    QFETCH(VoxelPosition, centre);
    std::vector<std::uint8_t> values(40 * 40 * 40, 20);
    for (std::size_t k = 10; k < 30; ++k)
        for (std::size_t j = 5; j < 25; ++j)
            for (std::size_t i = 12; i < 33; ++i)
                values[i + 40 * (j + 40 * k)] = 220;
    VolumeSlices slices(makeVolume(volume::ScalarType::UInt8, {40, 40, 40}, values));
    for (const Plane plane : kPlanes) {
        PaneView view = viewOf(slices, plane);
        view.settings.interpolation = Interpolation::Linear;
        view.settings.slab = {SlabMode::Maximum, 5.0};
        view.pixelsPerMm = pixelsPerMm;
        view.centre = centre;
        const QImage final = painted(slices, view, paintSlice);
        view.draft = true;
        const QImage draft = painted(slices, view, paintSlice);
        QVERIFY(final != draft);
        const auto bright = [](const QImage &image, int least) {
            QRect box;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (qGray(image.pixel(x, y)) >= least)
                        box |= QRect(x, y, 1, 1);
            return box;
        };
        for (const int least : {16, 120}) {
            const QRect a = bright(final, least);
            const QRect b = bright(draft, least);
            QVERIFY(!a.isEmpty());
            QVERIFY2((a.topLeft() - b.topLeft()).manhattanLength() <= 2 &&
                         (a.bottomRight() - b.bottomRight()).manhattanLength() <= 2,
                     qPrintable(QStringLiteral("%1 %2 %3 %4 against %5 %6 %7 %8")
                                    .arg(a.x())
                                    .arg(a.y())
                                    .arg(a.width())
                                    .arg(a.height())
                                    .arg(b.x())
                                    .arg(b.y())
                                    .arg(b.width())
                                    .arg(b.height())));
        }
    }
}

void tst_PanePainter::draftIsTheRealThingWhereThatIsQuick()
{
    VolumeSlices slices(orientedVolume({}));
    PaneView view = viewOf(slices, Plane::Axial);
    const auto picture = [&](Interpolation interpolation, bool draft) {
        view.settings.interpolation = interpolation;
        view.draft = draft;
        return painted(slices, view);
    };
    QCOMPARE(picture(Interpolation::Linear, true), picture(Interpolation::Linear, false));
    QCOMPARE(picture(Interpolation::Nearest, true), picture(Interpolation::Nearest, false));
    QCOMPARE(picture(Interpolation::Cubic, true), picture(Interpolation::Linear, false));
    QVERIFY(picture(Interpolation::Cubic, false) != picture(Interpolation::Linear, false));
}

void tst_PanePainter::measurementsAreOnTheirSliceOnly_data()
{
    QTest::addColumn<MeasurementKind>("kind");
    QTest::newRow("ruler") << MeasurementKind::Ruler;
    QTest::newRow("box") << MeasurementKind::Box;
    QTest::newRow("ellipse") << MeasurementKind::Ellipse;
}

void tst_PanePainter::measurementsAreOnTheirSliceOnly()
{
    QFETCH(MeasurementKind, kind);
    VolumeSlices slices(orientedVolume({{0, 1, 2}, {1, 1, -1}}));
    PaneView view = viewOf(slices, Plane::Axial);
    view.settings.annotations = true;
    view.cursor = {2, 3, 4};
    const auto with = [&](Plane plane, std::int64_t slice, bool annotations) {
        view.settings.annotations = annotations;
        view.measurements = {
            {kind, plane, slice, {0.0, 1.0, 4.0}, {4.0, 4.0, 4.0}, QStringLiteral("text")}};
        const QImage image = painted(slices, view);
        view.measurements.clear();
        return differences(image, painted(slices, view));
    };
    const QRect there = with(Plane::Axial, 4, true);
    QVERIFY(!there.isEmpty());
    const SlicePlacement placed = placementIn(QRectF(QPointF(), QSizeF(kPane)), slices, view);
    const QRectF expected =
        QRectF(placed.pixelOf({4, 4, 4}), placed.pixelOf({0, 1, 4})).normalized();
    QVERIFY(qAbs(there.left() - expected.left()) < 5.0 && qAbs(there.top() - expected.top()) < 5.0);
    QVERIFY(with(Plane::Axial, 3, true).isEmpty());
    QVERIFY(with(Plane::Coronal, 4, true).isEmpty());
    QVERIFY(with(Plane::Axial, 4, false).isEmpty());
    view.settings.annotations = true;
    view.measurements = {{kind, Plane::Axial, 4, {0, 1, 4}, {4, 4, 4}, QStringLiteral("text")}};
    QVERIFY(countOf(painted(slices, view), kMeasurementColour, 70) > 10);
}

void tst_PanePainter::annotationsCanBeLeftOut()
{
    VolumeSlices slices(orientedVolume({}));
    PaneView view = viewOf(slices, Plane::Axial);
    view.caption = QStringLiteral("Name");
    const QImage without = painted(slices, view);
    QCOMPARE(countOf(without, kPaneText) + countOf(without, kQuietPaneText), 0);
    QVERIFY(countOf(without, kEdgeLetters) > 0);
    view.settings.annotations = true;
    const QImage with = painted(slices, view);
    QVERIFY(countOf(with.copy(0, 0, 240, 40), kPaneText, 30) > 20);
    QVERIFY(countOf(with.copy(0, 0, 240, 60), kQuietPaneText, 30) > 5);
    QVERIFY(countOf(with.copy(0, 140, 120, 60), kPaneText, 30) > 20); // scale bar
    QCOMPARE(countOf(painted(slices, view, paintSlice), kEdgeLetters), 0);
}

void tst_PanePainter::fittedSliceLeavesRoomForLetters_data()
{
    QTest::addColumn<QSize>("pane");
    QTest::addColumn<double>("ratio");
    QTest::newRow("wide") << QSize(700, 300) << 1.0;
    QTest::newRow("tall, ratio 2") << QSize(300, 700) << 2.0;
    QTest::newRow("ratio 1.5") << QSize(501, 401) << 1.5;
}

void tst_PanePainter::fittedSliceLeavesRoomForLetters()
{
    QFETCH(QSize, pane);
    QFETCH(double, ratio);
    VolumeSlices slices(orientedVolume({}, {30.0, 30.0, 20.0}));
    const QFont font = QGuiApplication::font();
    const double line = QFontMetricsF(font).height();
    for (const Plane plane : kPlanes) {
        PaneView view = viewOf(slices, plane);
        const PlaneAxes &axes = slices.axes(plane, Convention::Radiological);
        view.pixelsPerMm = fittingPaneScale(axes, pane, font, ratio);
        const QRectF device(QPointF(), QSizeF(pane) * ratio);
        const QRectF slice(placementIn(device, slices, view).slice);
        const QRectF inner = device.adjusted(1.5 * line * ratio, 1.5 * line * ratio,
                                             -1.5 * line * ratio, -1.5 * line * ratio);
        QVERIFY(inner.contains(slice));
        const QSizeF room = (QSizeF(pane) - paneMargins(font)) * ratio;
        QVERIFY(qAbs(slice.width() - room.width()) < 1.0 ||
                qAbs(slice.height() - room.height()) < 1.0);
    }
}

void tst_PanePainter::tooSmallAnAreaIsNoProblem()
{
    VolumeSlices slices(orientedVolume({}));
    PaneView view = viewOf(slices, Plane::Axial);
    view.settings = {};
    view.caption = QStringLiteral("Name");
    view.measurements = {{MeasurementKind::Box, Plane::Axial, view.cursor[2], {}, {3, 3, 3}, {}}};
    for (const QSize size : {QSize(1, 1), QSize(30, 20), QSize(2000, 5), QSize(5, 2000)}) {
        const QImage image = painted(slices, view, paintPane, size);
        QCOMPARE(countOf(image, QColor(Qt::magenta).rgb()), 0);
    }
}

QTEST_MAIN(tst_PanePainter)
#include "tst_PanePainter.moc"
