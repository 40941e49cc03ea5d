// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/SyntheticVolume.h"
#include "viewer/render/TriPlanarPicture.h"

#include <QtTest>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

/// 40 x 40 x 20 voxels of 1 x 1 x 2 mm, white in the right anterior superior eighth, else black.
volume::Volume markedVolume()
{
    std::vector<std::uint8_t> values(40 * 40 * 20, 0);
    for (std::size_t k = 10; k < 20; ++k)
        for (std::size_t j = 20; j < 40; ++j)
            for (std::size_t i = 20; i < 40; ++i)
                values[i + 40 * (j + 40 * k)] = 255;
    volume::Volume volume = makeVolume(volume::ScalarType::UInt8, {40, 40, 20}, values);
    volume.geometry.spacingMm = {1.0, 1.0, 2.0};
    volume.geometry.affineRas[10] = 2.0;
    return volume;
}

std::array<PlaneAxes, 3> axesOf(const volume::Volume &volume)
{
    return {planeAxes(volume.geometry, Plane::Axial), planeAxes(volume.geometry, Plane::Coronal),
            planeAxes(volume.geometry, Plane::Sagittal)};
}

bool overlap(const QRectF &a, const QRectF &b)
{
    const QRectF both = a.intersected(b);
    return both.width() > 1e-6 && both.height() > 1e-6;
}

} // namespace

class tst_TriPlanarPicture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void planesShareOneScaleAndDoNotOverlap_data();
    void planesShareOneScaleAndDoNotOverlap();
    void rightAnteriorSuperiorIsUpperLeft_data();
    void rightAnteriorSuperiorIsUpperLeft();
    void bannerIsAlwaysReadable();
    void startsInTheMiddleAndStaysInside();
    void stepsTowardsSuperiorWhateverTheStoredOrder();
    void tooSmallAnAreaIsNoProblem();
};

void tst_TriPlanarPicture::planesShareOneScaleAndDoNotOverlap_data()
{
    QTest::addColumn<QRectF>("area");
    QTest::addColumn<double>("ratio");
    QTest::newRow("wide") << QRectF(0, 30, 1400, 570) << 1.0;
    QTest::newRow("very wide") << QRectF(0, 0, 3000, 300) << 1.0;
    QTest::newRow("tall, ratio 2") << QRectF(10, 20, 600, 900) << 2.0;
    QTest::newRow("ratio 1.5") << QRectF(0, 0, 1001, 401) << 1.5;
}

void tst_TriPlanarPicture::planesShareOneScaleAndDoNotOverlap()
{
    QFETCH(QRectF, area);
    QFETCH(double, ratio);
    const auto axes = axesOf(orientedVolume({}, {30.0, 30.0, 20.0})); // 150, 180, 140 mm
    const TriPlanarLayout layout = layOutThreePlanes(axes, area, 15.0, ratio);
    const double pixelsPerMm = layout.cells[0].devicePixels.width() / axes[0].column.lengthMm();
    for (std::size_t i = 0; i < layout.cells.size(); ++i) {
        const PlaneCell &cell = layout.cells[i];
        QVERIFY(qAbs(cell.devicePixels.width() - axes[i].column.lengthMm() * pixelsPerMm) < 1.5);
        QVERIFY(qAbs(cell.devicePixels.height() - axes[i].row.lengthMm() * pixelsPerMm) < 1.5);
        const QRectF slice(QPointF(cell.devicePixels.topLeft()) / ratio,
                           QSizeF(cell.devicePixels.size()) / ratio);
        QVERIFY(area.adjusted(-0.01, -0.01, 0.01, 0.01).contains(cell.area));
        // A line of letters fits on all four sides.
        QVERIFY(cell.area.contains(slice.adjusted(-15, -15, 15, 15)));
        QVERIFY(!overlap(cell.title, slice.adjusted(0, -15, 0, 0)));
        QVERIFY(!overlap(cell.area, layout.footer));
        QVERIFY(i == 0 || !overlap(cell.area, layout.cells[i - 1].area));
        QCOMPARE(layout.planeAt(slice.center()), std::optional(cell.plane));
    }
    QVERIFY(!layout.planeAt(layout.footer.center()));
}

void tst_TriPlanarPicture::rightAnteriorSuperiorIsUpperLeft_data()
{
    QTest::addColumn<double>("ratio");
    QTest::newRow("1") << 1.0;
    QTest::newRow("1.5") << 1.5;
    QTest::newRow("2") << 2.0;
}

void tst_TriPlanarPicture::rightAnteriorSuperiorIsUpperLeft()
{
    QFETCH(double, ratio);
    TriPlanarPicture picture(markedVolume(), {0.0, 255.0}, QStringLiteral("Banner"));
    picture.setCursor({30, 30, 15});
    const QSize size(900, 400);
    const QImage image = picture.image(size, ratio);
    QCOMPARE(image.size(), (QSizeF(size) * ratio).toSize());

    for (const Plane plane : kPlanes) {
        // Where the plane is, found from the picture itself: bright grey; letters are coloured.
        const double third = image.width() / 3.0;
        const int from = qRound(static_cast<double>(plane) * third);
        const int to = qRound((static_cast<double>(plane) + 1.0) * third);
        QRect white;
        for (int y = 0; y < image.height(); ++y)
            for (int x = from; x < to; ++x)
                if (qGray(image.pixel(x, y)) >= 128 &&
                    qRed(image.pixel(x, y)) == qBlue(image.pixel(x, y)))
                    white |= QRect(x, y, 1, 1);
        const auto cell = picture.planeAt(QPointF(white.center()) / ratio, QRectF(QPointF(), size),
                                          QGuiApplication::font());
        QCOMPARE(cell, std::optional(plane));
        // The white quarter ends where the middle of the slice is, right at the middle of the cell.
        QVERIFY(white.right() < (from + to) / 2 + 2 && white.right() > (from + to) / 2 - 6);
        QVERIFY(white.left() < from + (to - from) / 3);
        QVERIFY(qAbs(white.width() - white.height()) <= 2);
    }
}

void tst_TriPlanarPicture::bannerIsAlwaysReadable()
{
    const QString text = QStringLiteral("Unknown origin – not for clinical use");
    TriPlanarPicture with(markedVolume(), {0.0, 255.0}, text);
    TriPlanarPicture without(markedVolume(), {0.0, 255.0}, {});
    const auto textColours = [](const QImage &image) {
        int brightest = 0;
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < 40; ++y)
                brightest = qMax(brightest, qRed(image.pixel(x, y)));
        return brightest;
    };
    QCOMPARE(without.image({900, 400}).pixel(1, 1), kPictureBackground);
    const QImage wide = with.image({900, 400});
    QVERIFY(wide.pixel(1, 1) != kPictureBackground);
    QVERIFY(textColours(wide) > 200);
    // In a narrow picture it breaks into lines instead of being cut: the strip grows.
    const auto stripHeight = [](const QImage &image) {
        int y = 0;
        while (y < image.height() && image.pixel(1, y) == image.pixel(1, 0))
            ++y;
        return y;
    };
    QVERIFY(stripHeight(with.image({150, 400})) > stripHeight(wide));
}

void tst_TriPlanarPicture::startsInTheMiddleAndStaysInside()
{
    TriPlanarPicture picture(markedVolume(), {0.0, 255.0}, {});
    QCOMPARE(picture.cursor(), (VoxelIndex{20, 20, 10}));
    QVERIFY(picture.sliceText(Plane::Axial).contains(u"k = 10"));
    picture.setCursor({-5, 400, 3});
    QCOMPARE(picture.cursor(), (VoxelIndex{0, 39, 3}));
    QCOMPARE(picture.stepped(Plane::Axial, 1000), (VoxelIndex{0, 39, 19}));
    QCOMPARE(picture.stepped(Plane::Sagittal, -1), (VoxelIndex{0, 39, 3}));
}

void tst_TriPlanarPicture::stepsTowardsSuperiorWhateverTheStoredOrder()
{
    // i runs to inferior, j to left, k to anterior.
    const TriPlanarPicture picture(orientedVolume({{2, 0, 1}, {-1, -1, 1}}), {0.0, 255.0}, {});
    QCOMPARE(picture.cursor(), (VoxelIndex{3, 2, 3}));
    QCOMPARE(picture.stepped(Plane::Axial, 1), (VoxelIndex{2, 2, 3}));
    QCOMPARE(picture.stepped(Plane::Coronal, 1), (VoxelIndex{3, 2, 4}));
    QCOMPARE(picture.stepped(Plane::Sagittal, 2), (VoxelIndex{3, 0, 3}));
    QVERIFY(picture.sliceText(Plane::Axial).contains(u"i = 3"));
}

void tst_TriPlanarPicture::tooSmallAnAreaIsNoProblem()
{
    TriPlanarPicture picture(markedVolume(), {0.0, 255.0}, QStringLiteral("Banner"));
    for (const QSize size : {QSize(1, 1), QSize(30, 20), QSize(2000, 5), QSize(5, 2000)})
        QCOMPARE(picture.image(size).size(), size);
}

QTEST_MAIN(tst_TriPlanarPicture)
#include "tst_TriPlanarPicture.moc"
