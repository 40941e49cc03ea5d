// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/ModelFixtures.h"
#include "tests/viewer/ViewGestures.h"
#include "viewer/widgets/Viewer.h"

#include <QPainter>
#include <QtTest>

#include <future>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

std::unique_ptr<Viewer> shownViewer()
{
    auto viewer = std::make_unique<Viewer>();
    viewer->resize(901, 703);
    viewer->show();
    viewer->model().addVolume(openVolume(u"brain"_qs, orientedVolume({}, {1.0, 1.3, 1.1})));
    return viewer;
}

/// As a worker does it, while the panes go on painting.
QImage composed(PictureOrder order, Viewer &viewer)
{
    auto picture = std::async(std::launch::async, [&order] {
        const Result<QImage> made = composePicture(order.frame, order.parts);
        return made ? made->convertToFormat(QImage::Format_RGB32) : QImage();
    });
    for (int i = 0; i < 3; ++i) {
        turnWheel(viewer.slice(Plane::Axial), kNotch);
        viewer.grab();
        turnWheel(viewer.slice(Plane::Axial), -kNotch);
    }
    QImage image = picture.get();
    image.setDevicePixelRatio(1.0);
    return image;
}

/// The share of pixels that clearly differ.
double differing(const QImage &a, const QImage &b)
{
    if (a.size() != b.size() || a.isNull())
        return 1.0;
    int count = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            count += qAbs(qGray(a.pixel(x, y)) - qGray(b.pixel(x, y))) > 24 ? 1 : 0;
    return static_cast<double>(count) / (a.width() * a.height());
}

/// A part of a picture, given in logical pixels of a viewer.
QImage partOf(const QImage &image, const QRectF &logical, double ratio)
{
    return image.copy(QRectF(logical.topLeft() * ratio, logical.size() * ratio).toRect());
}

} // namespace

class tst_ViewerPictures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allViewsAreAsOnTheScreen_data();
    void allViewsAreAsOnTheScreen();
    void viewIsAsOnTheScreen_data();
    void viewIsAsOnTheScreen();
    void otherScalesShowTheSame_data();
    void otherScalesShowTheSame();
    void pictureIsNeverADraft();
    void pictureSaysWhatItShows();
    void splitIsInThePicture();
    void referenceIsInThePicture();
};

void tst_ViewerPictures::allViewsAreAsOnTheScreen_data()
{
    QTest::addColumn<int>("layout");
    QTest::addColumn<bool>("annotations");
    for (const PaneLayout layout : {PaneLayout::LargeAndSmall, PaneLayout::Row, PaneLayout::Single})
        for (const bool annotations : {true, false})
            QTest::addRow("%d %s", int(layout), annotations ? "annotated" : "plain")
                << int(layout) << annotations;
}

void tst_ViewerPictures::allViewsAreAsOnTheScreen()
{
    QFETCH(int, layout);
    QFETCH(bool, annotations);
    const auto viewer = shownViewer();
    viewer->setPaneLayout(static_cast<PaneLayout>(layout));
    turnWheel(viewer->slice(Plane::Axial), 3 * kNotch, QPointF(80, 60), Qt::ControlModifier);
    ViewSettings settings = viewer->model().settings();
    settings.annotations = settings.crosshair = annotations;
    viewer->model().setSettings(settings);
    QTRY_VERIFY(!viewer->model().isMoving());
    viewer->setFocus(); // not a pane, which would have a frame
    const double ratio = viewer->devicePixelRatioF();
    const QImage screen = grabbed(*viewer);
    const PictureOrder order = viewer->allViewsPicture(1.0, annotations);
    const QImage picture = composed(order, *viewer);
    QRect panes;
    for (const Plane plane : kPlanes)
        if (viewer->slice(plane).isVisible())
            panes |= viewer->slice(plane).geometry();
    if (viewer->scene().isVisible())
        panes |= viewer->scene().geometry();
    const double top = pictureRoom(order.frame).top();
    for (const Plane plane : kPlanes) {
        const SliceView &view = viewer->slice(plane);
        if (!view.isVisible())
            continue;
        const int inner = annotations ? 2 : 40; // plain pictures have no letters
        const QRectF there = QRectF(view.geometry()).adjusted(inner, inner, -inner, -inner);
        const QRectF here = there.translated(-panes.x(), top - panes.y());
        const double off = differing(partOf(picture, here, ratio), partOf(screen, there, ratio));
        QVERIFY2(off < 0.005, QByteArray::number(off).constData());
    }
}

void tst_ViewerPictures::viewIsAsOnTheScreen_data()
{
    QTest::addColumn<Plane>("plane");
    QTest::addColumn<bool>("annotations");
    for (const Plane plane : kPlanes) {
        QTest::addRow("%d annotated", int(plane)) << plane << true;
        QTest::addRow("%d plain", int(plane)) << plane << false;
    }
}

void tst_ViewerPictures::viewIsAsOnTheScreen()
{
    QFETCH(Plane, plane);
    QFETCH(bool, annotations);
    const auto viewer = shownViewer();
    viewer->maximise(static_cast<PaneId>(plane));
    viewer->restoreLayout();
    viewer->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(viewer.get()));
    viewer->slice(plane).setFocus();
    QCOMPARE(viewer->focusedPlane(), plane);
    ViewSettings settings = viewer->model().settings();
    settings.annotations = settings.crosshair = annotations;
    viewer->model().setSettings(settings);
    const double ratio = viewer->devicePixelRatioF();
    SliceView &view = viewer->slice(plane);
    const PictureOrder order = viewer->viewPicture(1.0, annotations);
    QCOMPARE(order.parts.size(), std::size_t{1});
    const QImage picture = composed(order, *viewer);
    QCOMPARE(picture.width(), qRound(view.width() * ratio));
    QTRY_VERIFY(!viewer->model().isMoving());
    const double top = annotations ? pictureRoom(order.frame).top() : 0.0;
    const int inner = annotations ? 3 : 40; // without the frame of the focus, or the letters
    const QRectF pane = QRectF(view.rect()).adjusted(inner, inner, -inner, -inner);
    const double off = differing(partOf(picture, pane.translated(0, top), ratio),
                                 partOf(grabbed(view), pane, ratio));
    QVERIFY2(off < 0.005, QByteArray::number(off).constData());
}

void tst_ViewerPictures::otherScalesShowTheSame_data()
{
    QTest::addColumn<double>("scale");
    QTest::addColumn<bool>("annotations");
    for (const double scale : {0.25, 0.5, 0.8, 1.5, 2.0, 3.0})
        for (const bool annotations : {true, false})
            QTest::addRow("%g %s", scale, annotations ? "annotated" : "plain")
                << scale << annotations;
}

void tst_ViewerPictures::otherScalesShowTheSame()
{
    QFETCH(double, scale);
    QFETCH(bool, annotations);
    const auto viewer = shownViewer();
    viewer->setPaneLayout(PaneLayout::Single);
    const QImage once = composed(viewer->viewPicture(1.0, annotations), *viewer);
    const QImage scaled = composed(viewer->viewPicture(scale, annotations), *viewer);
    QVERIFY(qAbs(scaled.width() - once.width() * scale) <= 1.0);
    QVERIFY(qAbs(scaled.height() - once.height() * scale) <= 1.0);
    // On the smaller of the two grids, where texts are blurred at most.
    const QSize least = once.size().boundedTo(scaled.size());
    const auto reduced = [&least](const QImage &image) {
        return image.scaled(least, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    };
    const double off = differing(reduced(scaled), reduced(once));
    QVERIFY2(off < (annotations ? 0.05 : 0.02), QByteArray::number(off).constData());
}

void tst_ViewerPictures::pictureIsNeverADraft()
{
    const auto viewer = shownViewer();
    ViewSettings settings = viewer->model().settings();
    settings.interpolation = Interpolation::Cubic;
    settings.slab = {SlabMode::Mean, 3.0};
    viewer->model().setSettings(settings);
    viewer->model().stepSlice(Plane::Axial, 1);
    QVERIFY(viewer->model().isMoving());
    for (const PicturePart &part : viewer->allViewsPicture(1.0, true).parts)
        if (const auto *slice = std::get_if<PictureSlice>(&part.content)) {
            QVERIFY(!slice->view.draft);
            QVERIFY(!slice->fitted);
        }
}

void tst_ViewerPictures::pictureSaysWhatItShows()
{
    const auto viewer = shownViewer();
    ViewSettings settings = viewer->model().settings();
    settings.convention = Convention::Neurological;
    viewer->model().setSettings(settings);
    viewer->model().setWindow({12.0, 150.0});
    const PictureFrame frame = viewer->allViewsPicture(2.0, true).frame;
    QCOMPARE(frame.banner, u"Synthetic"_qs);
    QVERIFY(frame.convention.startsWith(u"Neurological"));
    QVERIFY(frame.details.contains(u"12 to 150"));
    QCOMPARE(frame.source, u"brain"_qs);
    QCOMPARE(frame.ratio, 2.0 * viewer->devicePixelRatioF());
    QVERIFY(frame.annotations);
}

void tst_ViewerPictures::splitIsInThePicture()
{
    const auto viewer = shownViewer();
    viewer->model().addVolume(
        openVolume(u"other"_qs, orientedVolume({{0, 1, 2}, {1, 1, 1}}, {1.0, 1.3, 1.1})));
    viewer->setPaneLayout(PaneLayout::Single);
    const QImage before = composed(viewer->viewPicture(1.0, false), *viewer);
    viewer->model().setCompareMode(CompareMode::Split);
    const PictureOrder order = viewer->viewPicture(1.0, false);
    // Its pipelines are the picture's own, or panes and picture would disturb each other.
    const auto &view = std::get<PictureSlice>(order.parts.front().content).view;
    QVERIFY(view.reveal.has_value());
    for (int index = 0; index < 2; ++index)
        QVERIFY(view.reveal->volume != viewer->model().volume(index).slices.get());
    const QImage split = composed(order, *viewer);
    QVERIFY(split != before); // the line at least; the voxels are the same
    QVERIFY(differing(split, before) < 0.02);
}

void tst_ViewerPictures::referenceIsInThePicture()
{
    const auto viewer = shownViewer();
    viewer->model().addVolume(coarseVolume());
    viewer->model().setReference(0);
    viewer->model().setCompareMode(CompareMode::SideBySide);
    const PictureOrder order = viewer->allViewsPicture(1.0, true);
    QCOMPARE(order.parts.size(), std::size_t{6});
    QCOMPARE(order.slices.size(), std::size_t{2}); // one of each volume, not one for each pane
    QVERIFY(!composed(order, *viewer).isNull());
}

QTEST_MAIN(tst_ViewerPictures)
#include "tst_ViewerPictures.moc"
