// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/ModelFixtures.h"
#include "tests/viewer/SliceExpectations.h"
#include "tests/viewer/ViewGestures.h"
#include "viewer/widgets/Viewer.h"

#include <QLabel>
#include <QtTest>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

/// The synthetic volume with everything larger by a number.
volume::Volume raisedBy(std::int16_t more)
{
    volume::Volume volume = orientedVolume({});
    std::vector<std::int16_t> values(5 * 6 * 7);
    std::memcpy(values.data(), volume.voxels->data(), volume.voxels->size());
    for (std::int16_t &value : values)
        value = static_cast<std::int16_t>(value + more);
    volume.voxels = makeVolume(volume.storedType, volume.geometry.dims, values).voxels;
    return volume;
}

std::unique_ptr<Viewer> comparing(CompareMode mode, const volume::Volume &a,
                                  const volume::Volume &b)
{
    auto viewer = std::make_unique<Viewer>();
    viewer->resize(900, 700);
    viewer->show();
    viewer->model().addVolume(openVolume(u"A"_qs, a));
    viewer->model().addVolume(openVolume(u"B"_qs, b));
    viewer->model().setCurrentIndex(0);
    viewer->model().setCompareMode(mode);
    return viewer;
}

QString problemShown(const Viewer &viewer)
{
    for (const QLabel *label : viewer.findChildren<QLabel *>(QString(), Qt::FindDirectChildrenOnly))
        if (label->isVisible())
            return label->text();
    return {};
}

double differenceAt(const ViewerModel &model, const VoxelIndex &voxel)
{
    return valueAt(model.difference()->volume(), voxel);
}

} // namespace

class tst_ViewerCompare : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void differenceIsComputedAndShown();
    void differenceFollowsFlicker();
    void differenceIsOnlyOfTheSameGrid();
    void differenceThatIsNoLongerWantedIsDropped_data();
    void differenceThatIsNoLongerWantedIsDropped();
    void comparisonIsLeftAndTakenUpAgain();
    void whyNotIsSaidWhereverItApplies();
    void referencePanesShowTheLinkedVoxel();
    void splitLineIsDraggedInEveryPane();
    void flickerShowsTheOtherAtTheSamePlace();
    void bannerNamesBothVolumes();
};

void tst_ViewerCompare::differenceIsComputedAndShown()
{
    const auto viewer = comparing(CompareMode::Difference, raisedBy(40), raisedBy(0));
    ViewerModel &model = viewer->model();
    QTRY_VERIFY(model.difference() != nullptr);
    QCOMPARE(differenceAt(model, {0, 0, 0}), 40.0);
    QCOMPARE(differenceAt(model, {4, 5, 6}), 40.0);
    for (const Plane plane : kPlanes)
        QCOMPARE(viewer->slice(plane).slices(), model.difference().get());
    const IntensityWindow window = model.colours().window;
    QCOMPARE(window.low, -window.high);
    QVERIFY(window.high >= 40.0);
    QVERIFY(problemShown(*viewer).isEmpty());
    // Where it is, the picture is red: above the middle of a diverging map.
    SliceView &view = viewer->slice(Plane::Axial);
    ViewSettings settings = model.settings();
    settings.crosshair = false;
    model.setSettings(settings);
    const QPointF at = *view.pointOf({1.0, 1.0, 3.0}) * view.devicePixelRatioF();
    const QRgb pixel = grabbed(view).pixel(qFloor(at.x()), qFloor(at.y()));
    QVERIFY(qRed(pixel) > qBlue(pixel) + 60);
}

void tst_ViewerCompare::differenceFollowsFlicker()
{
    const auto viewer = comparing(CompareMode::Difference, raisedBy(40), raisedBy(0));
    ViewerModel &model = viewer->model();
    model.flicker(); // before the first is ready
    QTRY_VERIFY(model.difference() != nullptr);
    QCOMPARE(differenceAt(model, {2, 2, 2}), -40.0);
    model.flicker();
    QVERIFY(!model.difference());
    QTRY_VERIFY(model.difference() != nullptr);
    QCOMPARE(differenceAt(model, {2, 2, 2}), 40.0);
    model.addVolume(openVolume(u"C"_qs, raisedBy(100)));
    QTRY_VERIFY(model.difference() != nullptr);
    QCOMPARE(differenceAt(model, {2, 2, 2}), 100.0); // C minus B
    model.setReference(0);
    QTRY_VERIFY(model.difference() != nullptr);
    QCOMPARE(differenceAt(model, {2, 2, 2}), 60.0); // C minus A
}

void tst_ViewerCompare::differenceIsOnlyOfTheSameGrid()
{
    volume::Volume elsewhere = raisedBy(0);
    elsewhere.geometry.affineRas[3] += 2.0;
    const auto viewer = comparing(CompareMode::Difference, raisedBy(40), elsewhere);
    ViewerModel &model = viewer->model();
    QVERIFY2(problemShown(*viewer).contains(u"2 mm apart"), qPrintable(problemShown(*viewer)));
    for (const Plane plane : kPlanes)
        QCOMPARE(viewer->slice(plane).slices(), model.current()->slices.get());
    // No worker is at it either: what comes next is the difference from another volume.
    model.addVolume(openVolume(u"C"_qs, raisedBy(1)), ViewerModel::Show::WhenAsked);
    model.setReference(2);
    QTRY_VERIFY(model.difference() != nullptr);
    QCOMPARE(differenceAt(model, {2, 2, 2}), 39.0);
    QVERIFY(problemShown(*viewer).isEmpty());
}

void tst_ViewerCompare::differenceThatIsNoLongerWantedIsDropped_data()
{
    QTest::addColumn<int>("what");
    QTest::newRow("off") << 0;
    QTest::newRow("reference closed") << 1;
    QTest::newRow("current one closed") << 2;
    QTest::newRow("all closed") << 3;
    QTest::newRow("the whole viewer closed") << 4;
}

void tst_ViewerCompare::differenceThatIsNoLongerWantedIsDropped()
{
    QFETCH(int, what);
    auto viewer = comparing(CompareMode::Difference, raisedBy(40), raisedBy(0));
    ViewerModel &model = viewer->model();
    const auto voxels = std::weak_ptr(model.volume(1).slices->volume().voxels);
    if (what == 0)
        model.setCompareMode(CompareMode::Off);
    else if (what < 3)
        model.closeVolume(what == 1 ? 1 : 0);
    else if (what == 3)
        while (model.volumeCount() > 0)
            model.closeVolume(0);
    else
        viewer.reset();
    QVERIFY(QThreadPool::globalInstance()->waitForDone());
    QCoreApplication::processEvents();
    if (viewer)
        QVERIFY(!model.difference());
    if (what == 1 || what > 2)
        QTRY_VERIFY(voxels.expired());
}

void tst_ViewerCompare::comparisonIsLeftAndTakenUpAgain()
{
    const auto viewer = comparing(CompareMode::Difference, raisedBy(40), raisedBy(0));
    ViewerModel &model = viewer->model();
    for (const CompareMode mode : {CompareMode::Off, CompareMode::Split, CompareMode::SideBySide}) {
        model.setCompareMode(mode); // perhaps before it is ready
        model.setCompareMode(CompareMode::Difference);
        QTRY_VERIFY(model.difference() != nullptr);
        QCOMPARE(viewer->slice(Plane::Axial).slices(), model.difference().get());
        model.setCompareMode(mode);
        QCOMPARE(viewer->slice(Plane::Axial).slices(), model.current()->slices.get());
    }
}

void tst_ViewerCompare::whyNotIsSaidWhereverItApplies()
{
    volume::Volume other = orientedVolume({{1, 0, 2}, {1, 1, 1}});
    const auto viewer = comparing(CompareMode::Split, raisedBy(40), other);
    ViewerModel &model = viewer->model();
    const QString why = problemShown(*viewer);
    QVERIFY2(why.contains(u"5 × 6 × 7") && why.contains(u"6 × 5 × 7"), qPrintable(why));
    QVERIFY(!viewer->slice(Plane::Axial).paneView(1.0)->reveal);
    const int top = viewer->slice(Plane::Axial).y();
    model.setCompareMode(CompareMode::SideBySide);
    QCOMPARE(problemShown(*viewer), QString());
    QVERIFY(viewer->slice(Plane::Axial).y() < top);
    model.setCompareMode(CompareMode::Difference);
    QCOMPARE(problemShown(*viewer), why);
    QVERIFY(!viewer->slice(Plane::Axial).paneView(1.0)->caption.contains(u"computing"));
    model.closeVolume(1);
    QCOMPARE(problemShown(*viewer), QString());
}

void tst_ViewerCompare::referencePanesShowTheLinkedVoxel()
{
    auto viewer = std::make_unique<Viewer>();
    viewer->resize(900, 700);
    viewer->show();
    ViewerModel &model = viewer->model();
    model.addVolume(coarseVolume());
    model.addVolume(fineVolume());
    model.setReference(0);
    model.setCompareMode(CompareMode::SideBySide);
    model.setCursor({0, 0, 20});
    SliceView &axial = viewer->slice(Plane::Axial);
    QTest::mouseClick(&axial, Qt::LeftButton, {}, axial.pointOf({10.0, 7.0, 20.0})->toPoint());
    turnWheel(axial, -11 * kNotch);
    QCOMPARE(model.cursor(), (VoxelIndex{10, 7, 9}));
    for (const Plane plane : kPlanes) {
        const SliceView &view = viewer->slice(plane, SliceView::Role::Reference);
        QVERIFY(view.isVisible());
        QCOMPARE(view.paneView(1.0)->cursor, (VoxelIndex{14, 3, 2}));
        QCOMPARE(view.paneView(1.0)->colours, viewer->slice(plane).paneView(1.0)->colours);
        QCOMPARE(view.paneView(1.0)->pixelsPerMm, viewer->slice(plane).paneView(1.0)->pixelsPerMm);
    }
}

void tst_ViewerCompare::splitLineIsDraggedInEveryPane()
{
    const auto viewer = comparing(CompareMode::Split, raisedBy(0), raisedBy(40));
    for (const Plane plane : kPlanes) {
        viewer->model().setSplitAt(0.5);
        SliceView &view = viewer->slice(plane);
        drag(view, Qt::LeftButton, {view.width() / 2, 30}, {view.width() / 4, 30});
        QVERIFY(qAbs(viewer->model().splitAt() - 0.25) < 0.01);
    }
    const VoxelIndex before = viewer->model().cursor();
    QCOMPARE(before, (VoxelIndex{2, 3, 3}));
}

void tst_ViewerCompare::flickerShowsTheOtherAtTheSamePlace()
{
    const auto viewer = comparing(CompareMode::Off, raisedBy(0), raisedBy(40));
    ViewerModel &model = viewer->model();
    model.setWindowLocked(true);
    model.setWindow({0.0, 255.0});
    ViewSettings settings;
    settings.annotations = settings.crosshair = false;
    settings.interpolation = Interpolation::Nearest;
    model.setSettings(settings);
    SliceView &view = viewer->slice(Plane::Coronal);
    turnWheel(view, 2 * kNotch, QPointF(100, 100), Qt::ControlModifier);
    const QPointF at = *view.pointOf({1.0, 3.0, 2.0});
    const auto grey = [&] {
        const QPointF pixel = at * view.devicePixelRatioF();
        return greyAt(grabbed(view), qFloor(pixel.x()), qFloor(pixel.y()));
    };
    QCOMPARE(grey(), truth({1, 3, 2}));
    model.flicker();
    QCOMPARE(grey(), truth({1, 3, 2}) + 40);
    QVERIFY(QLineF(at, *view.pointOf({1.0, 3.0, 2.0})).length() < 1e-6);
    model.flicker();
    QCOMPARE(grey(), truth({1, 3, 2}));
}

void tst_ViewerCompare::bannerNamesBothVolumes()
{
    Viewer viewer;
    OpenVolume first = openSynthetic(u"A"_qs);
    first.banner = u"Generated"_qs;
    viewer.model().addVolume(std::move(first));
    viewer.model().addVolume(openSynthetic(u"B"_qs));
    QCOMPARE(viewer.allViewsPicture(1.0, true).frame.banner, u"Synthetic"_qs);
    viewer.model().setReference(0);
    viewer.model().setCompareMode(CompareMode::Split);
    QCOMPARE(viewer.allViewsPicture(1.0, true).frame.banner, u"B: Synthetic  |  A: Generated"_qs);
}

QTEST_MAIN(tst_ViewerCompare)
#include "tst_ViewerCompare.moc"
