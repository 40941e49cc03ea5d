// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/ModelFixtures.h"
#include "tests/viewer/SliceExpectations.h"
#include "tests/viewer/ViewGestures.h"
#include "viewer/widgets/SliceView.h"

#include <QNativeGestureEvent>
#include <QPointingDevice>
#include <QSignalSpy>
#include <QtTest>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

/// The three planes of a model, as a viewer has them.
struct Views
{
    explicit Views(ViewerModel &model, SliceView::Role role = SliceView::Role::Current)
    {
        for (const Plane plane : kPlanes) {
            auto view = std::make_unique<SliceView>(model, plane, role);
            view->resize(360, 320);
            if (const auto scale = view->fittingScale())
                view->setFitScale(*scale);
            all.push_back(std::move(view));
        }
    }
    SliceView &operator[](Plane plane) { return *all[static_cast<std::size_t>(plane)]; }

    std::vector<std::unique_ptr<SliceView>> all;
};

/// Nothing but voxels and edge letters, grey n for intensity n.
void plainly(ViewerModel &model, Convention convention = Convention::Radiological)
{
    ViewSettings settings;
    settings.convention = convention;
    settings.interpolation = Interpolation::Nearest;
    settings.annotations = false;
    settings.crosshair = false;
    model.setSettings(settings);
    model.setWindow({0.0, 255.0});
}

/// The grey that a pane shows at a place; -1 when it is not grey.
int greyShownAt(SliceView &view, const VoxelPosition &position)
{
    const QPointF point = *view.pointOf(position) * view.devicePixelRatioF();
    return greyAt(grabbed(view), qFloor(point.x()), qFloor(point.y()));
}

constexpr double kPixel = 1.0 + 1e-6; ///< slices start at whole ones

double pixelsBetween(SliceView &view, const VoxelPosition &place, QPointF point)
{
    return QLineF(*view.pointOf(place), point).length();
}

} // namespace

class tst_SliceView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void leftDragMovesTheCursorUnderThePointer_data();
    void leftDragMovesTheCursorUnderThePointer();
    void draggingBeyondTheEdgeStaysInTheVolume();
    void wheelStepsOneSlicePerNotch();
    void smallTurnsAddUp();
    void wheelStopsAtTheLastSlice();
    void controlWheelZoomsAtThePointer_data();
    void controlWheelZoomsAtThePointer();
    void manySmallZoomsKeepThePlace();
    void pinchZoomsAtThePointer();
    void grabbedPlaceStaysUnderThePointer_data();
    void grabbedPlaceStaysUnderThePointer();
    void rightDragChangesTheWindow();
    void rightDragZoomsIfPreferred();
    void secondRightDragStartsAtOnce();
    void otherKeysAreLeftToTheOwner();
    void doubleClickAsksForMore();
    void otherButtonDoesNotEndADrag();
    void hoverReportsThePlace();
    void withoutAVolumeNothingMoves();
    void changesArePaintedAgain();

private:
    std::unique_ptr<ViewerModel> m_model;
    std::unique_ptr<Views> m_views;
};

void tst_SliceView::init()
{
    m_views.reset();
    m_model = std::make_unique<ViewerModel>();
    m_model->addVolume(openSynthetic());
    m_views = std::make_unique<Views>(*m_model);
}

void tst_SliceView::leftDragMovesTheCursorUnderThePointer_data()
{
    QTest::addColumn<int>("orientation");
    QTest::addColumn<Convention>("convention");
    for (const int orientation : {0, 7, 21, 34, 47}) {
        const QByteArray name = orientationName(allOrientations()[std::size_t(orientation)]);
        QTest::addRow("%s", name.constData()) << orientation << Convention::Radiological;
        QTest::addRow("%s n", name.constData()) << orientation << Convention::Neurological;
    }
}

void tst_SliceView::leftDragMovesTheCursorUnderThePointer()
{
    QFETCH(int, orientation);
    QFETCH(Convention, convention);
    const volume::Volume volume =
        orientedVolume(allOrientations()[std::size_t(orientation)], {1.0, 2.0, 1.5});
    ViewerModel model;
    model.addVolume(openVolume(u"brain"_qs, volume));
    plainly(model, convention);
    Views views(model);
    VoxelIndex target{};
    for (std::size_t axis = 0; axis < 3; ++axis)
        target[axis] = volume.geometry.dims[axis] - 2;
    for (const Plane plane : kPlanes) {
        model.setCursor({1, 1, 1});
        VoxelIndex expected = target;
        const auto &normal = model.current()->slices->axes(plane, convention).normal;
        expected[normal.voxelAxis] = 1;
        SliceView &view = views[plane];
        const QPoint to = view.pointOf(centreOf(expected))->toPoint();
        drag(view, Qt::LeftButton, view.pointOf({1, 1, 1})->toPoint(), to);
        QCOMPARE(model.cursor(), expected);
        // Every pane shows the same voxel where it has the cursor.
        const int value = static_cast<int>(valueAt(volume, expected));
        for (const Plane other : kPlanes)
            QCOMPARE(greyShownAt(views[other], centreOf(expected)), value);
        // And a move without the button changes nothing.
        hover(view, {100, 100});
        QCOMPARE(model.cursor(), expected);
    }
}

void tst_SliceView::draggingBeyondTheEdgeStaysInTheVolume()
{
    SliceView &view = (*m_views)[Plane::Axial];
    QTest::mousePress(&view, Qt::LeftButton, {}, {180, 160});
    QTest::mouseMove(&view, {-500, -500}); // right and anterior of everything
    QCOMPARE(m_model->cursor(), (VoxelIndex{4, 5, 3}));
    QTest::mouseMove(&view, {5000, 5000});
    QCOMPARE(m_model->cursor(), (VoxelIndex{0, 0, 3}));
    QTest::mouseRelease(&view, Qt::LeftButton, {}, {5000, 5000});
}

void tst_SliceView::wheelStepsOneSlicePerNotch()
{
    ViewerModel model; // 40 slices each way
    model.addVolume(fineVolume());
    Views views(model);
    QSignalSpy moved(&model, &ViewerModel::cursorMoved);
    QVERIFY(turnWheel(views[Plane::Axial], kNotch));
    QCOMPARE(model.cursor(), (VoxelIndex{20, 20, 21})); // superior
    turnWheel(views[Plane::Coronal], -kNotch);
    QCOMPARE(model.cursor(), (VoxelIndex{20, 19, 21})); // posterior
    turnWheel(views[Plane::Sagittal], 2 * kNotch);
    QCOMPARE(model.cursor(), (VoxelIndex{22, 19, 21})); // right
    QCOMPARE(moved.count(), 3);
    turnWheel(views[Plane::Axial], -kNotch, Qt::ShiftModifier);
    QCOMPARE(model.cursor(), (VoxelIndex{22, 19, 11}));
    // Towards superior whatever the stored order is.
    model.addVolume(openGrid(u"upside down"_qs, {9, 9, 9}, {-1, -1, -1}, {24, 24, 24}));
    const VoxelIndex before = model.cursor();
    turnWheel(views[Plane::Axial], kNotch);
    turnWheel(views[Plane::Coronal], kNotch);
    turnWheel(views[Plane::Sagittal], kNotch);
    QCOMPARE(model.cursor(), (VoxelIndex{before[0] - 1, before[1] - 1, before[2] - 1}));
}

void tst_SliceView::smallTurnsAddUp()
{
    SliceView &view = (*m_views)[Plane::Axial];
    for (int i = 0; i < 3; ++i)
        turnWheel(view, kNotch / 4);
    QCOMPARE(m_model->cursor()[2], 3);
    turnWheel(view, kNotch / 4);
    QCOMPARE(m_model->cursor()[2], 4);
    turnWheel(view, kNotch / 2);
    turnWheel((*m_views)[Plane::Coronal], kNotch / 2); // its own account
    turnWheel(view, kNotch / 2);
    QCOMPARE(m_model->cursor(), (VoxelIndex{2, 3, 5}));
    for (int i = 0; i < 8; ++i)
        turnWheel(view, -kNotch / 8);
    QCOMPARE(m_model->cursor()[2], 4);
    turnWheel(view, kNotch + 7);
    QCOMPARE(m_model->cursor()[2], 5);
    // A tenth of a notch with Shift is a slice.
    turnWheel((*m_views)[Plane::Sagittal], kNotch / 10, Qt::ShiftModifier);
    QCOMPARE(m_model->cursor()[0], 3);
}

void tst_SliceView::wheelStopsAtTheLastSlice()
{
    SliceView &view = (*m_views)[Plane::Axial];
    turnWheel(view, 50 * kNotch);
    QCOMPARE(m_model->cursor()[2], kDimsRas[2] - 1);
    QSignalSpy moved(m_model.get(), &ViewerModel::cursorMoved);
    turnWheel(view, kNotch);
    QCOMPARE(moved.count(), 0);
    turnWheel(view, -kNotch); // and comes back at once
    QCOMPARE(m_model->cursor()[2], kDimsRas[2] - 2);
}

void tst_SliceView::controlWheelZoomsAtThePointer_data()
{
    QTest::addColumn<Plane>("plane");
    QTest::addColumn<QPoint>("at");
    QTest::addColumn<int>("delta");
    for (const Plane plane : kPlanes) {
        QTest::addRow("in %d", int(plane)) << plane << QPoint(200, 100) << 3 * kNotch;
        QTest::addRow("out %d", int(plane)) << plane << QPoint(60, 250) << -2 * kNotch;
        QTest::addRow("a little %d", int(plane)) << plane << QPoint(10, 10) << 7;
        QTest::addRow("beyond the limit %d", int(plane)) << plane << QPoint(90, 90) << 90 * kNotch;
    }
}

void tst_SliceView::controlWheelZoomsAtThePointer()
{
    QFETCH(Plane, plane);
    QFETCH(QPoint, at);
    QFETCH(int, delta);
    for (const bool linked : {true, false}) {
        init();
        m_model->setFramingLinked(linked);
        SliceView &view = (*m_views)[plane];
        const VoxelIndex cursor = m_model->cursor();
        const VoxelPosition place = *view.positionAt(at);
        QVERIFY(turnWheel(view, delta, at, Qt::ControlModifier));
        QVERIFY2(pixelsBetween(view, place, at) <= kPixel,
                 QByteArray::number(pixelsBetween(view, place, at)).constData());
        QCOMPARE(m_model->framing(plane).zoom > 1.0, delta > 0);
        QCOMPARE(m_model->cursor(), cursor);
        const Plane other = plane == Plane::Axial ? Plane::Coronal : Plane::Axial;
        QCOMPARE(m_model->framing(other).zoom != 1.0, linked);
    }
}

void tst_SliceView::manySmallZoomsKeepThePlace()
{
    SliceView &view = (*m_views)[Plane::Coronal];
    const QPoint at(250, 90);
    const VoxelPosition place = *view.positionAt(at);
    for (int i = 0; i < 60; ++i)
        turnWheel(view, 15, at, Qt::ControlModifier);
    const double off = pixelsBetween(view, place, at);
    // A pixel is a third of what it was: rounding of the first steps is seen enlarged.
    QVERIFY2(off <= 4.0, QByteArray::number(off).constData());
}

void tst_SliceView::pinchZoomsAtThePointer()
{
    SliceView &view = (*m_views)[Plane::Axial];
    const QPointF at(100, 200);
    const VoxelPosition place = *view.positionAt(at);
    QNativeGestureEvent event(Qt::ZoomNativeGesture, QPointingDevice::primaryPointingDevice(), 2,
                              at, at, at, 0.5, {});
    QCoreApplication::sendEvent(&view, &event);
    QCOMPARE(m_model->framing(Plane::Axial).zoom, 1.5);
    QVERIFY(pixelsBetween(view, place, at) <= kPixel);
}

void tst_SliceView::grabbedPlaceStaysUnderThePointer_data()
{
    QTest::addColumn<Qt::MouseButton>("button");
    QTest::addColumn<Qt::KeyboardModifier>("modifier");
    QTest::addColumn<double>("zoom");
    for (const double zoom : {0.4, 1.0, 7.7}) {
        QTest::addRow("middle, zoom %g", zoom) << Qt::MiddleButton << Qt::NoModifier << zoom;
        QTest::addRow("Alt and left, zoom %g", zoom) << Qt::LeftButton << Qt::AltModifier << zoom;
    }
}

void tst_SliceView::grabbedPlaceStaysUnderThePointer()
{
    QFETCH(Qt::MouseButton, button);
    QFETCH(Qt::KeyboardModifier, modifier);
    QFETCH(double, zoom);
    for (const Plane plane : kPlanes) {
        init();
        m_model->setFraming(plane, {zoom, {}});
        SliceView &view = (*m_views)[plane];
        const VoxelIndex cursor = m_model->cursor();
        const VoxelPosition place = *view.positionAt(QPoint(150, 160));
        QTest::mousePress(&view, button, modifier, {150, 160});
        for (const QPoint to : {QPoint(151, 160), QPoint(97, 203), QPoint(-40, 31)}) {
            QTest::mouseMove(&view, to);
            QVERIFY2(pixelsBetween(view, place, to) <= kPixel,
                     QByteArray::number(pixelsBetween(view, place, to)).constData());
        }
        QTest::mouseRelease(&view, button, modifier, {-40, 31});
        QCOMPARE(m_model->cursor(), cursor);
        QCOMPARE(m_model->framing(plane).zoom, zoom);
    }
}

void tst_SliceView::rightDragChangesTheWindow()
{
    SliceView &view = (*m_views)[Plane::Sagittal];
    ViewerModel other;
    other.addVolume(openSynthetic());
    other.dragWindow(40.0, 60.0);
    drag(view, Qt::RightButton, {100, 100}, {140, 160});
    const IntensityWindow window = m_model->colours().window;
    QVERIFY(window.high - window.low > 209.0); // down: less contrast
    // In one go or in steps, it is about the same.
    QVERIFY(qAbs(window.low - other.colours().window.low) < 1.0);
    QVERIFY(qAbs(window.high - other.colours().window.high) < 1.0);
    QCOMPARE(m_model->framing(Plane::Sagittal), Framing());
}

void tst_SliceView::rightDragZoomsIfPreferred()
{
    SliceView &view = (*m_views)[Plane::Sagittal];
    view.setRightDrag(RightDrag::Zoom);
    const VoxelPosition place = *view.positionAt(QPoint(100, 200));
    drag(view, Qt::RightButton, {100, 200}, {100, 140}); // up: larger
    QVERIFY(m_model->framing(Plane::Sagittal).zoom > 1.5);
    QVERIFY(pixelsBetween(view, place, {100, 200}) <= 2.0);
    QCOMPARE(m_model->colours().window, (IntensityWindow{0.0, 209.0}));
}

void tst_SliceView::secondRightDragStartsAtOnce()
{
    // Pressed again soon, a button is reported as a double click rather than as pressed.
    SliceView &view = (*m_views)[Plane::Axial];
    QSignalSpy maximise(&view, &SliceView::maximiseRequested);
    for (const Qt::MouseButton button : {Qt::RightButton, Qt::MiddleButton}) {
        QMouseEvent again(QEvent::MouseButtonDblClick, QPointF(50, 50),
                          view.mapToGlobal(QPointF(50, 50)), button, button, {});
        QCoreApplication::sendEvent(&view, &again);
        hover(view, {90, 130}, button);
        QTest::mouseRelease(&view, button, {}, {90, 130});
    }
    QVERIFY(m_model->colours().window != (IntensityWindow{0.0, 209.0}));
    QVERIFY(m_model->framing(Plane::Axial).centre.has_value());
    QCOMPARE(maximise.count(), 0);
}

void tst_SliceView::otherKeysAreLeftToTheOwner()
{
    SliceView &view = (*m_views)[Plane::Axial];
    QKeyEvent other(QEvent::KeyPress, Qt::Key_C, Qt::NoModifier);
    QCoreApplication::sendEvent(&view, &other);
    QVERIFY(!other.isAccepted());
    QTest::keyClick(&view, Qt::Key_Plus);
    QVERIFY(m_model->framing(Plane::Axial).zoom > 1.0);
    QTest::keyClick(&view, Qt::Key_Minus);
    QCOMPARE(m_model->framing(Plane::Axial).zoom, 1.0);
}

void tst_SliceView::doubleClickAsksForMore()
{
    SliceView &view = (*m_views)[Plane::Axial];
    QSignalSpy maximise(&view, &SliceView::maximiseRequested);
    QTest::mouseDClick(&view, Qt::LeftButton, {}, {50, 50});
    QCOMPARE(maximise.count(), 1);
}

void tst_SliceView::otherButtonDoesNotEndADrag()
{
    SliceView &view = (*m_views)[Plane::Axial];
    QTest::mousePress(&view, Qt::LeftButton, {}, {180, 160});
    QTest::mousePress(&view, Qt::RightButton, {}, {180, 160});
    QTest::mouseRelease(&view, Qt::RightButton, {}, {180, 160});
    QTest::mouseMove(&view, {-500, -500});
    QCOMPARE(m_model->cursor(), (VoxelIndex{4, 5, 3}));
    QCOMPARE(m_model->colours().window, (IntensityWindow{0.0, 209.0}));
    QTest::mouseRelease(&view, Qt::LeftButton, {}, {-500, -500});
}

void tst_SliceView::hoverReportsThePlace()
{
    SliceView &view = (*m_views)[Plane::Coronal];
    using Place = std::optional<VoxelPosition>;
    QList<Place> places;
    connect(&view, &SliceView::hovered, this, [&places](const Place &place) { places += place; });
    const QPoint at = view.pointOf({1.0, 3.0, 5.0})->toPoint();
    hover(view, at);
    QCOMPARE(places.size(), 1);
    QVERIFY(places.front().has_value());
    QCOMPARE(nearestVoxel(m_model->current()->slices->volume().geometry, *places.front()),
             (VoxelIndex{1, 3, 5}));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(&view, &leave);
    QCOMPARE(places.size(), 2);
    QVERIFY(!places.back());
    QCOMPARE(m_model->cursor(), (VoxelIndex{2, 3, 3}));
}

void tst_SliceView::withoutAVolumeNothingMoves()
{
    ViewerModel model;
    for (const SliceView::Role role : {SliceView::Role::Current, SliceView::Role::Reference}) {
        Views views(model, role);
        SliceView &view = views[Plane::Axial];
        QVERIFY(!turnWheel(view, kNotch));
        turnWheel(view, kNotch, Qt::ControlModifier);
        drag(view, Qt::LeftButton, {10, 10}, {50, 50});
        drag(view, Qt::MiddleButton, {10, 10}, {50, 50});
        drag(view, Qt::RightButton, {10, 10}, {50, 50});
        for (const Qt::Key key : {Qt::Key_Left, Qt::Key_PageUp, Qt::Key_Plus})
            QTest::keyClick(&view, key);
        QVERIFY(!view.paneView(1.0) && !view.positionAt({5, 5}) && !view.pointOf({}));
        QVERIFY(!view.fittingScale());
        QCOMPARE(grabbed(view).pixel(50, 50), kPictureBackground);
        QCOMPARE(view.accessibleDescription(), u"No volume"_qs);
    }
    QCOMPARE(model.cursor(), VoxelIndex{});
    QCOMPARE(model.framing(Plane::Axial), Framing());
}

void tst_SliceView::changesArePaintedAgain()
{
    SliceView &view = (*m_views)[Plane::Axial];
    const QImage before = grabbed(view);
    m_model->setCursor({0, 0, 0});
    QVERIFY(grabbed(view) != before);
    QVERIFY(view.accessibleDescription().contains(u"k = 0 "));
    QVERIFY(view.accessibleDescription().contains(m_model->current()->banner));
    QVERIFY(view.accessibleDescription().contains(u"Radiological"));
    m_model->setCursor({2, 3, 3});
    QCOMPARE(grabbed(view), before);
    m_model->setColourMap(u"inferno"_qs);
    QVERIFY(grabbed(view) != before);
}

QTEST_MAIN(tst_SliceView)
#include "tst_SliceView.moc"
