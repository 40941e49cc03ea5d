// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/ModelFixtures.h"
#include "tests/viewer/SliceExpectations.h"
#include "tests/viewer/ViewGestures.h"
#include "viewer/widgets/SliceView.h"

#include <QSignalSpy>
#include <QtTest>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

void fit(SliceView &view)
{
    view.resize(360, 320);
    view.setFitScale(view.fittingScale().value_or(1.0));
}

/// Whether two places are less than a share of a voxel apart in the plane of an axial slice.
bool near(const VoxelPosition &a, const VoxelPosition &b)
{
    return qAbs(a[0] - b[0]) < 0.1 && qAbs(a[1] - b[1]) < 0.1 && a[2] == b[2];
}

volume::Volume constantVolume(std::int16_t value)
{
    volume::Volume volume = orientedVolume({});
    const std::vector<std::int16_t> values(5 * 6 * 7, value);
    volume.voxels = makeVolume(volume.storedType, volume.geometry.dims, values).voxels;
    return volume;
}

void plainly(ViewerModel &model)
{
    ViewSettings settings;
    settings.interpolation = Interpolation::Nearest;
    settings.annotations = false;
    settings.crosshair = false;
    model.setSettings(settings);
    model.setWindow({0.0, 255.0});
}

} // namespace

class tst_SliceViewTools : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysMoveTheCursor_data();
    void keysMoveTheCursor();
    void obliqueTitleFollowsTheCursor();
    void draggingMeasures_data();
    void draggingMeasures();
    void clickMeasuresNothing();
    void dragOutAndBackIsFinished();
    void windowComesFromADraggedBox();
    void splitLineIsDragged();
    void splitLineIsOnlyThereWhileSplit();
    void splitShowsBothVolumes();
    void referenceShowsTheLinkedVoxel();
    void referenceIsPointedAt();
    void referenceIsFramedLikeTheCurrentVolume();
    void referenceOutsideSaysSo();
    void referenceIsDescribed();
    void differenceIsShownInPlaceOfTheVolume();
    void captionsNameVolumesWhereThereAreSeveral();
};

void tst_SliceViewTools::keysMoveTheCursor_data()
{
    QTest::addColumn<Plane>("plane");
    QTest::addColumn<int>("key");
    QTest::addColumn<bool>("shift");
    QTest::addColumn<VoxelIndex>("expected"); // from (20, 20, 20)
    const auto add = [](const char *name, Plane plane, int key, VoxelIndex expected,
                        bool shift = false) {
        QTest::newRow(name) << plane << key << shift << expected;
    };
    add("axial left is right", Plane::Axial, Qt::Key_Left, {21, 20, 20});
    add("axial right is left", Plane::Axial, Qt::Key_Right, {19, 20, 20});
    add("axial up is anterior", Plane::Axial, Qt::Key_Up, {20, 21, 20});
    add("axial down is posterior", Plane::Axial, Qt::Key_Down, {20, 19, 20});
    add("axial next is superior", Plane::Axial, Qt::Key_PageUp, {20, 20, 21});
    add("axial previous is inferior", Plane::Axial, Qt::Key_PageDown, {20, 20, 19});
    add("coronal up is superior", Plane::Coronal, Qt::Key_Up, {20, 20, 21});
    add("coronal next is anterior", Plane::Coronal, Qt::Key_PageUp, {20, 21, 20});
    add("sagittal left is anterior", Plane::Sagittal, Qt::Key_Left, {20, 21, 20});
    add("sagittal next is right", Plane::Sagittal, Qt::Key_PageUp, {21, 20, 20});
    add("ten at a time", Plane::Sagittal, Qt::Key_PageDown, {10, 20, 20}, true);
    add("ten up", Plane::Coronal, Qt::Key_Down, {20, 20, 10}, true);
}

void tst_SliceViewTools::keysMoveTheCursor()
{
    QFETCH(Plane, plane);
    QFETCH(int, key);
    QFETCH(bool, shift);
    QFETCH(VoxelIndex, expected);
    ViewerModel model;
    model.addVolume(fineVolume());
    SliceView view(model, plane, SliceView::Role::Current);
    QTest::keyClick(&view, static_cast<Qt::Key>(key), shift ? Qt::ShiftModifier : Qt::NoModifier);
    QCOMPARE(model.cursor(), expected);
}

void tst_SliceViewTools::obliqueTitleFollowsTheCursor()
{
    // In an oblique volume the mm of a slice differ from place to place.
    volume::Volume volume = orientedVolume({}, {10.0, 10.0, 10.0});
    rotateAboutSuperior(volume, 30.0);
    ViewerModel model;
    model.addVolume(openVolume(u"brain"_qs, volume));
    SliceView view(model, Plane::Coronal, SliceView::Role::Current);
    fit(view);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTRY_VERIFY(!model.isMoving());
    QCoreApplication::processEvents();
    QRegion painted;
    struct Watch : QObject
    {
        QRegion &region;
        explicit Watch(QRegion &all) : region(all) {}
        bool eventFilter(QObject *, QEvent *event) override
        {
            if (event->type() == QEvent::Paint)
                region += static_cast<QPaintEvent *>(event)->region();
            return false;
        }
    } watch(painted);
    view.installEventFilter(&watch);
    const QString before = view.accessibleDescription();
    model.setCursor({0, 3, 3}); // the same coronal slice
    QVERIFY(view.accessibleDescription() != before);
    QTRY_VERIFY(!painted.isEmpty());
    QVERIFY(painted.contains(QRect(5, 5, 60, 10)));
}

void tst_SliceViewTools::draggingMeasures_data()
{
    QTest::addColumn<int>("tool");
    QTest::addColumn<int>("kind");
    QTest::newRow("ruler") << int(Tool::Ruler) << int(MeasurementKind::Ruler);
    QTest::newRow("box") << int(Tool::BoxStatistics) << int(MeasurementKind::Box);
    QTest::newRow("ellipse") << int(Tool::EllipseStatistics) << int(MeasurementKind::Ellipse);
}

void tst_SliceViewTools::draggingMeasures()
{
    QFETCH(int, tool);
    QFETCH(int, kind);
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.setTool(static_cast<Tool>(tool));
    SliceView view(model, Plane::Axial, SliceView::Role::Current);
    fit(view);
    const VoxelIndex cursor = model.cursor();
    const VoxelPosition from = {0.5, 4.0, 3.0};
    const VoxelPosition to = {3.0, 1.0, 3.0};
    const QImage before = grabbed(view);
    drag(view, Qt::LeftButton, view.pointOf(from)->toPoint(), view.pointOf(to)->toPoint());
    QCOMPARE(model.measurements().size(), std::size_t{1});
    const Measurement &measured = model.measurements().front();
    QCOMPARE(int(measured.kind), kind);
    QCOMPARE(measured.plane, Plane::Axial);
    QCOMPARE(measured.slice, 3);
    QVERIFY(near(measured.from, from) && near(measured.to, to));
    QVERIFY(!measured.text.isEmpty());
    QCOMPARE(model.cursor(), cursor);
    QVERIFY(grabbed(view) != before);
    turnWheel(view, kNotch); // it stays on its slice
    turnWheel(view, -kNotch);
    QCOMPARE(model.measurements().size(), std::size_t{1});
    drag(view, Qt::LeftButton, {100, 100}, {150, 150});
    QCOMPARE(model.measurements().size(), std::size_t{2});
}

void tst_SliceViewTools::clickMeasuresNothing()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.setTool(Tool::BoxStatistics);
    SliceView view(model, Plane::Axial, SliceView::Role::Current);
    fit(view);
    QTest::mouseClick(&view, Qt::LeftButton, {}, {150, 150});
    QVERIFY(model.measurements().empty());
}

void tst_SliceViewTools::dragOutAndBackIsFinished()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.setTool(Tool::Ruler);
    SliceView view(model, Plane::Axial, SliceView::Role::Current);
    fit(view);
    for (int i = 0; i < 2; ++i) {
        QTest::mousePress(&view, Qt::LeftButton, {}, {150, 150});
        QTest::mouseMove(&view, {200, 180});
        QTest::mouseRelease(&view, Qt::LeftButton, {}, {150, 150});
    }
    // Both are there: the first was not left as something still being drawn.
    QCOMPARE(model.measurements().size(), std::size_t{2});
}

void tst_SliceViewTools::windowComesFromADraggedBox()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.setTool(Tool::WindowFromBox);
    model.setCursor({0, 0, 2});
    SliceView view(model, Plane::Axial, SliceView::Role::Current);
    fit(view);
    drag(view, Qt::LeftButton, view.pointOf({0.7, 1.7, 2.0})->toPoint(),
         view.pointOf({3.3, 4.3, 2.0})->toPoint());
    QCOMPARE(model.colours().window, (IntensityWindow{71.0, 83.0}));
    QVERIFY(model.measurements().empty());
}

void tst_SliceViewTools::splitLineIsDragged()
{
    ViewerModel model;
    model.addVolume(openSynthetic(u"A"_qs));
    model.addVolume(openSynthetic(u"B"_qs));
    model.setCompareMode(CompareMode::Split);
    SliceView view(model, Plane::Axial, SliceView::Role::Current);
    fit(view);
    const VoxelIndex cursor = model.cursor();
    hover(view, {183, 40});
    QCOMPARE(view.cursor().shape(), Qt::SplitHCursor);
    drag(view, Qt::LeftButton, {183, 40}, {90, 60});
    QCOMPARE(model.splitAt(), 0.25);
    QCOMPARE(model.cursor(), cursor);
    drag(view, Qt::LeftButton, {90, 60}, {-300, 60});
    QCOMPARE(model.splitAt(), 0.0);
    // Away from the line the crosshair is meant.
    hover(view, {200, 40});
    QCOMPARE(view.cursor().shape(), Qt::CrossCursor);
    drag(view, Qt::LeftButton, {200, 150}, {100, 100});
    QCOMPARE(model.splitAt(), 0.0);
    QVERIFY(model.cursor() != cursor);
}

void tst_SliceViewTools::splitLineIsOnlyThereWhileSplit()
{
    for (const CompareMode mode : {CompareMode::Off, CompareMode::SideBySide}) {
        ViewerModel model;
        model.addVolume(openSynthetic(u"A"_qs));
        model.addVolume(openSynthetic(u"B"_qs));
        model.setCompareMode(mode);
        SliceView view(model, Plane::Axial, SliceView::Role::Current);
        fit(view);
        hover(view, {180, 40});
        QCOMPARE(view.cursor().shape(), Qt::CrossCursor);
        drag(view, Qt::LeftButton, {180, 40}, {90, 60});
        QCOMPARE(model.splitAt(), 0.5);
    }
}

void tst_SliceViewTools::splitShowsBothVolumes()
{
    ViewerModel model;
    model.addVolume(openVolume(u"A"_qs, constantVolume(50)));
    model.addVolume(openVolume(u"B"_qs, constantVolume(200)));
    model.setCurrentIndex(0);
    plainly(model);
    model.setCompareMode(CompareMode::Split);
    SliceView view(model, Plane::Axial, SliceView::Role::Current);
    fit(view);
    const double ratio = view.devicePixelRatioF();
    const auto grey = [&](int x) {
        return greyAt(grabbed(view), qRound(x * ratio), qRound(100 * ratio));
    };
    QCOMPARE(grey(170), 50);
    QCOMPARE(grey(190), 200);
    model.setSplitAt(0.6);
    QCOMPARE(grey(190), 50);
    model.setWindow({0.0, 510.0}); // of both
    QCOMPARE(grey(190), 25);
    QCOMPARE(grey(230), 100);
    model.setCompareMode(CompareMode::Off);
    QCOMPARE(grey(230), 50); // with its own window again
}

void tst_SliceViewTools::referenceShowsTheLinkedVoxel()
{
    // The same body, stored otherwise, in voxels of the same size.
    const volume::Volume current = orientedVolume({});
    volume::Volume other = orientedVolume({{2, 0, 1}, {1, 1, -1}});
    other.geometry.affineRas[7] = current.geometry.affineRas[7] + 5.0; // k runs from anterior
    ViewerModel model;
    model.addVolume(openVolume(u"A"_qs, current));
    model.addVolume(openVolume(u"B"_qs, other));
    model.setCurrentIndex(0);
    plainly(model);
    ViewSettings settings = model.settings();
    settings.interpolation = Interpolation::Linear; // with no jumps at the edges of voxels
    model.setSettings(settings);
    model.setCompareMode(CompareMode::SideBySide);
    for (const VoxelIndex &voxel : {VoxelIndex{0, 0, 0}, VoxelIndex{3, 1, 5}}) {
        model.setCursor(voxel);
        for (const Plane plane : kPlanes) {
            SliceView here(model, plane, SliceView::Role::Current);
            SliceView there(model, plane, SliceView::Role::Reference);
            fit(here);
            fit(there);
            QCOMPARE(there.paneView(1.0)->cursor, (VoxelIndex{voxel[2], voxel[0], 5 - voxel[1]}));
            QVERIFY(mostDifference(grabbed(there), grabbed(here)) <= 1);
        }
    }
}

void tst_SliceViewTools::referenceIsPointedAt()
{
    ViewerModel model;
    model.addVolume(coarseVolume());
    model.addVolume(fineVolume());
    model.setReference(0);
    model.setCompareMode(CompareMode::SideBySide);
    SliceView view(model, Plane::Axial, SliceView::Role::Reference);
    fit(view);
    // The coarse voxel (14, 3, 2) has its centre at 10.5, 6.5, 9.5 mm: between two fine ones.
    model.setCursor({20, 20, 10});
    const VoxelPosition target = {10.4, 6.4, 10.0};
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.pointOf(target)->toPoint());
    QCOMPARE(model.cursor()[0], 10);
    QCOMPARE(model.cursor()[1], 6);
    QVERIFY(qAbs(model.cursor()[2] - 10) <= 1);
    QVERIFY(turnWheel(view, kNotch));
    QTest::keyClick(&view, Qt::Key_Left);
    QCOMPARE(model.cursor()[0], 11);
}

void tst_SliceViewTools::referenceIsFramedLikeTheCurrentVolume()
{
    ViewerModel model;
    model.addVolume(coarseVolume());
    model.addVolume(fineVolume());
    model.setReference(0);
    model.setCompareMode(CompareMode::SideBySide);
    SliceView current(model, Plane::Coronal, SliceView::Role::Current);
    SliceView reference(model, Plane::Coronal, SliceView::Role::Reference);
    for (SliceView *view : {&current, &reference}) {
        view->resize(360, 320);
        view->setFitScale(6.0);
    }
    turnWheel(reference, 4 * kNotch, QPointF(120, 80), Qt::ControlModifier);
    drag(current, Qt::MiddleButton, {100, 100}, {160, 130});
    drag(reference, Qt::MiddleButton, {100, 100}, {110, 60});
    for (const VoxelPosition &place : {VoxelPosition{3, 20, 9}, VoxelPosition{30, 20, 33}}) {
        const QPointF off = *current.pointOf(place) - *reference.pointOf(place);
        QVERIFY2(off.manhattanLength() <= 2.0, QByteArray::number(off.manhattanLength()));
    }
}

void tst_SliceViewTools::referenceOutsideSaysSo()
{
    ViewerModel model;
    model.addVolume(openGrid(u"small"_qs, {4, 4, 4}, {1, 1, 1}, {10, 10, 10}));
    model.addVolume(fineVolume());
    model.setReference(0);
    model.setCompareMode(CompareMode::SideBySide);
    SliceView view(model, Plane::Axial, SliceView::Role::Reference);
    model.setCursor({11, 11, 11});
    QCOMPARE(view.paneView(1.0)->caption, u"small"_qs);
    model.setCursor({30, 11, 11});
    QCOMPARE(view.paneView(1.0)->caption, u"small (cursor outside)"_qs);
}

void tst_SliceViewTools::referenceIsDescribed()
{
    ViewerModel model;
    OpenVolume other = coarseVolume();
    other.banner = u"From elsewhere"_qs;
    model.addVolume(std::move(other));
    model.addVolume(fineVolume());
    model.setReference(0);
    model.setCompareMode(CompareMode::SideBySide);
    SliceView view(model, Plane::Axial, SliceView::Role::Reference);
    model.setCursor({10, 7, 9}); // the coarse voxel (14, 3, 2)
    QVERIFY2(view.accessibleDescription().contains(u"k = 2 of 0–9"),
             qPrintable(view.accessibleDescription()));
    QVERIFY2(view.accessibleDescription().contains(u"From elsewhere"),
             qPrintable(view.accessibleDescription()));
    QVERIFY(view.accessibleName().contains(u"reference"));
}

void tst_SliceViewTools::differenceIsShownInPlaceOfTheVolume()
{
    ViewerModel model;
    model.addVolume(openVolume(u"A"_qs, constantVolume(50)));
    model.addVolume(openVolume(u"B"_qs, constantVolume(200)));
    model.setCompareMode(CompareMode::Difference);
    SliceView view(model, Plane::Axial, SliceView::Role::Current);
    fit(view);
    QVERIFY(view.paneView(1.0)->caption.contains(u"computing"));
    QCOMPARE(view.slices(), model.current()->slices.get());
    const QImage before = grabbed(view);
    const auto difference = std::make_shared<VolumeSlices>(constantVolume(150));
    model.setDifference(difference, {-150.0, 150.0});
    QCOMPARE(view.slices(), difference.get());
    QCOMPARE(view.paneView(1.0)->caption, u"Difference: B − A"_qs);
    QVERIFY(grabbed(view) != before);
}

void tst_SliceViewTools::captionsNameVolumesWhereThereAreSeveral()
{
    ViewerModel model;
    model.addVolume(openSynthetic(u"A"_qs));
    SliceView view(model, Plane::Axial, SliceView::Role::Current);
    QCOMPARE(view.paneView(1.0)->caption, QString());
    model.addVolume(openSynthetic(u"B"_qs));
    QCOMPARE(view.paneView(1.0)->caption, u"B"_qs);
}

QTEST_MAIN(tst_SliceViewTools)
#include "tst_SliceViewTools.moc"
