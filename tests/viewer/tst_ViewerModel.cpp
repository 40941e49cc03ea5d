// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/ModelFixtures.h"

#include <QSignalSpy>
#include <QtTest>

#include <limits>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

class tst_ViewerModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsInTheMiddle();
    void withoutVolumesNothingHappens();
    void cursorIsTheSamePlaceInEveryVolume_data();
    void cursorIsTheSamePlaceInEveryVolume();
    void cursorComesBackFromAFinerGrid();
    void cursorOutsideIsClamped();
    void volumeNowhereNearStartsInItsMiddle();
    void volumeWithoutDirectionsStartsInItsMiddle();
    void stepsGoTowardsSuperiorAnteriorRight_data();
    void stepsGoTowardsSuperiorAnteriorRight();
    void movesFollowThePicture_data();
    void movesFollowThePicture();
    void framingIsCarriedOver();
    void framingIsLinkedOnRequest();
    void framingHasLimits();
    void nextFirstVolumeIsFramedAfresh();
    void movementSettles_data();
    void movementSettles();
    void stepVolumeGoesRound();
    void histogramOfAClosedVolumeIsIgnored();
};

void tst_ViewerModel::startsInTheMiddle()
{
    ViewerModel model;
    QSignalSpy changed(&model, &ViewerModel::volumesChanged);
    QSignalSpy moved(&model, &ViewerModel::cursorMoved);
    model.addVolume(openSynthetic(), ViewerModel::Show::WhenAsked);
    QCOMPARE(model.currentIndex(), 0);
    QCOMPARE(model.cursor(), (VoxelIndex{2, 3, 3}));
    QCOMPARE(model.centre(Plane::Axial), (VoxelPosition{2.0, 2.5, 3.0}));
    QCOMPARE(model.colours().window, (IntensityWindow{0.0, 209.0}));
    QVERIFY(changed.count() > 0);
    QCOMPARE(moved.last().first().value<VoxelIndex>(), model.cursor());
}

void tst_ViewerModel::withoutVolumesNothingHappens()
{
    ViewerModel model;
    QSignalSpy moved(&model, &ViewerModel::cursorMoved);
    model.setCursor({1, 1, 1});
    model.stepSlice(Plane::Axial, 1);
    model.moveInPlane(Plane::Axial, 1, 1);
    model.centreCursor();
    model.setWindow({1.0, 2.0});
    model.resetWindow();
    model.dragWindow(10.0, 10.0);
    model.stepVolume(1);
    model.flicker();
    model.setCompareMode(CompareMode::Split);
    model.setReference(0);
    model.setTool(Tool::Ruler);
    model.measure(Plane::Axial, {}, {1, 1, 1}, true);
    model.closeVolume(0);
    model.closeVolume(-1);
    QCOMPARE(moved.count(), 0);
    QCOMPARE(model.cursor(), VoxelIndex{});
    QCOMPARE(model.currentIndex(), -1);
    QVERIFY(!model.current());
    QCOMPARE(model.compareMode(), CompareMode::Off);
    QVERIFY(!model.compareProblem());
    QVERIFY(!model.referenceCursor());
    QVERIFY(model.measurements().empty());
    QCOMPARE(model.colours().window, IntensityWindow());
}

void tst_ViewerModel::cursorIsTheSamePlaceInEveryVolume_data()
{
    QTest::addColumn<VoxelIndex>("fine");
    QTest::addColumn<VoxelIndex>("coarse");
    // By hand: fine voxels are 1 mm wide from 0 mm on; coarse ones 2, 2, 4 mm from 0.5 mm on, i
    // running to the left from 38.5 mm.
    QTest::newRow("corner") << VoxelIndex{0, 0, 0} << VoxelIndex{19, 0, 0};
    QTest::newRow("inside") << VoxelIndex{10, 7, 9} << VoxelIndex{14, 3, 2};
    QTest::newRow("inside too") << VoxelIndex{11, 8, 33} << VoxelIndex{14, 4, 8};
    QTest::newRow("far corner") << VoxelIndex{39, 39, 39} << VoxelIndex{0, 19, 9};
}

void tst_ViewerModel::cursorIsTheSamePlaceInEveryVolume()
{
    QFETCH(VoxelIndex, fine);
    QFETCH(VoxelIndex, coarse);
    ViewerModel model;
    model.addVolume(fineVolume());
    model.addVolume(coarseVolume());
    model.setCurrentIndex(0);
    model.setReference(1);
    model.setCursor(fine);
    QCOMPARE(model.referenceCursor(), std::optional(coarse));
    QSignalSpy moved(&model, &ViewerModel::cursorMoved);
    model.setCurrentIndex(1);
    QCOMPARE(model.cursor(), coarse);
    QCOMPARE(moved.last().first().value<VoxelIndex>(), coarse);
}

void tst_ViewerModel::cursorComesBackFromAFinerGrid()
{
    ViewerModel model;
    model.addVolume(coarseVolume());
    model.addVolume(fineVolume());
    model.setCurrentIndex(0);
    for (const VoxelIndex &voxel :
         {VoxelIndex{0, 0, 0}, VoxelIndex{3, 17, 5}, VoxelIndex{19, 19, 9}}) {
        model.setCursor(voxel);
        model.setCurrentIndex(1);
        model.setCurrentIndex(0);
        QCOMPARE(model.cursor(), voxel);
    }
}

void tst_ViewerModel::cursorOutsideIsClamped()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.setCursor({-5, 400, std::numeric_limits<std::int64_t>::max()});
    QCOMPARE(model.cursor(), (VoxelIndex{0, 5, 6}));
    QSignalSpy moved(&model, &ViewerModel::cursorMoved);
    model.stepSlice(Plane::Axial, 3);
    model.moveInPlane(Plane::Axial, 1, -1);
    model.setCursor({-1, 5, 6});
    QCOMPARE(moved.count(), 0);
}

void tst_ViewerModel::volumeNowhereNearStartsInItsMiddle()
{
    ViewerModel model;
    model.addVolume(fineVolume());
    model.addVolume(openGrid(u"far"_qs, {10, 10, 10}, {1, 1, 1}, {1000.0, 0.0, -1000.0}));
    QCOMPARE(model.cursor(), (VoxelIndex{5, 5, 5}));
    model.setReference(0);
    QVERIFY(!model.referenceCursor());
    // The place is not forgotten, unless the user goes elsewhere.
    model.setCurrentIndex(0);
    QCOMPARE(model.cursor(), (VoxelIndex{20, 20, 20}));
    model.setCurrentIndex(1);
    model.setCursor({0, 0, 0});
    model.setCurrentIndex(0);
    QCOMPARE(model.cursor(), (VoxelIndex{20, 20, 20}));
}

void tst_ViewerModel::volumeWithoutDirectionsStartsInItsMiddle()
{
    ViewerModel model;
    model.addVolume(fineVolume());
    volume::Volume flat = orientedVolume({});
    flat.geometry.affineRas = {};
    model.setFraming(Plane::Axial, {2.0, VoxelPosition{5.0, 6.0, 7.0}});
    model.addVolume(openVolume(u"flat"_qs, flat));
    QCOMPARE(model.cursor(), (VoxelIndex{2, 3, 3}));
    QCOMPARE(model.centre(Plane::Axial), (VoxelPosition{2.0, 2.5, 3.0}));
}

void tst_ViewerModel::stepsGoTowardsSuperiorAnteriorRight_data()
{
    QTest::addColumn<Plane>("plane");
    QTest::addColumn<int>("slices");
    QTest::addColumn<VoxelIndex>("expected");
    // i runs to inferior, j to left, k to anterior; from (3, 2, 3).
    QTest::newRow("superior") << Plane::Axial << 1 << VoxelIndex{2, 2, 3};
    QTest::newRow("inferior") << Plane::Axial << -2 << VoxelIndex{5, 2, 3};
    QTest::newRow("anterior") << Plane::Coronal << 1 << VoxelIndex{3, 2, 4};
    QTest::newRow("right") << Plane::Sagittal << 2 << VoxelIndex{3, 0, 3};
    QTest::newRow("to the end") << Plane::Sagittal << 1000 << VoxelIndex{3, 0, 3};
    QTest::newRow("to the other end") << Plane::Axial << -1000 << VoxelIndex{6, 2, 3};
}

void tst_ViewerModel::stepsGoTowardsSuperiorAnteriorRight()
{
    QFETCH(Plane, plane);
    QFETCH(int, slices);
    QFETCH(VoxelIndex, expected);
    ViewerModel model;
    model.addVolume(openVolume(u"brain"_qs, orientedVolume({{2, 0, 1}, {-1, -1, 1}})));
    QCOMPARE(model.cursor(), (VoxelIndex{3, 2, 3}));
    for (const Convention convention : {Convention::Radiological, Convention::Neurological}) {
        ViewSettings settings = model.settings();
        settings.convention = convention;
        model.setSettings(settings);
        model.setCursor({3, 2, 3});
        model.stepSlice(plane, slices);
        QCOMPARE(model.cursor(), expected);
    }
}

void tst_ViewerModel::movesFollowThePicture_data()
{
    QTest::addColumn<Plane>("plane");
    QTest::addColumn<Convention>("convention");
    QTest::addColumn<VoxelIndex>("rightAndDown"); // one voxel each, from (3, 2, 3)
    // i runs to inferior, j to left, k to anterior.
    QTest::newRow("axial") << Plane::Axial << Convention::Radiological << VoxelIndex{3, 3, 2};
    QTest::newRow("axial n") << Plane::Axial << Convention::Neurological << VoxelIndex{3, 1, 2};
    QTest::newRow("coronal") << Plane::Coronal << Convention::Radiological << VoxelIndex{4, 3, 3};
    QTest::newRow("coronal n") << Plane::Coronal << Convention::Neurological << VoxelIndex{4, 1, 3};
    QTest::newRow("sagittal") << Plane::Sagittal << Convention::Radiological << VoxelIndex{4, 2, 2};
    QTest::newRow("sagittal n") << Plane::Sagittal << Convention::Neurological
                                << VoxelIndex{4, 2, 2};
}

void tst_ViewerModel::movesFollowThePicture()
{
    QFETCH(Plane, plane);
    QFETCH(Convention, convention);
    QFETCH(VoxelIndex, rightAndDown);
    ViewerModel model;
    model.addVolume(openVolume(u"brain"_qs, orientedVolume({{2, 0, 1}, {-1, -1, 1}})));
    ViewSettings settings;
    settings.convention = convention;
    model.setSettings(settings);
    model.moveInPlane(plane, 1, 1);
    QCOMPARE(model.cursor(), rightAndDown);
    model.moveInPlane(plane, -1, -1);
    QCOMPARE(model.cursor(), (VoxelIndex{3, 2, 3}));
}

void tst_ViewerModel::framingIsCarriedOver()
{
    ViewerModel model;
    model.addVolume(fineVolume());
    model.addVolume(coarseVolume());
    model.setCurrentIndex(0);
    model.setFramingLinked(true);
    model.setFraming(Plane::Coronal, {3.0, VoxelPosition{10.5, 20.5, 4.5}});
    model.setCurrentIndex(1);
    QCOMPARE(model.framing(Plane::Axial).zoom, 3.0);
    QCOMPARE(model.centre(Plane::Axial), (VoxelPosition{14.0, 10.0, 0.75}));
    model.setCurrentIndex(0);
    QCOMPARE(model.centre(Plane::Sagittal), (VoxelPosition{10.5, 20.5, 4.5}));
    model.fit();
    QCOMPARE(model.framing(Plane::Axial), Framing());
    QCOMPARE(model.centre(Plane::Axial), (VoxelPosition{19.5, 19.5, 19.5}));
}

void tst_ViewerModel::framingIsLinkedOnRequest()
{
    ViewerModel model;
    model.addVolume(fineVolume());
    QVERIFY(!model.framingLinked());
    model.setFramingLinked(true);
    const Framing two{2.0, VoxelPosition{1.0, 2.0, 3.0}};
    model.setFraming(Plane::Sagittal, two);
    for (const Plane plane : kPlanes)
        QCOMPARE(model.framing(plane), two);
    model.setFramingLinked(false);
    const Framing three{3.0, VoxelPosition{4.0, 5.0, 6.0}};
    model.setFraming(Plane::Sagittal, three);
    QCOMPARE(model.framing(Plane::Axial), two);
    QCOMPARE(model.framing(Plane::Coronal), two);
    QCOMPARE(model.framing(Plane::Sagittal), three);
    model.setFramingLinked(true); // takes the axial one
    for (const Plane plane : kPlanes)
        QCOMPARE(model.framing(plane), two);
    model.setFramingLinked(false);
    model.centreOnCursor();
    for (const Plane plane : kPlanes)
        QCOMPARE(model.framing(plane).centre, std::optional(centreOf(model.cursor())));
}

void tst_ViewerModel::framingHasLimits()
{
    ViewerModel model;
    model.addVolume(fineVolume());
    model.setFraming(Plane::Axial, {1e9, {}});
    const double most = model.framing(Plane::Axial).zoom;
    QVERIFY(most >= 10.0 && most <= 1000.0);
    model.setFraming(Plane::Axial, {0.0, {}});
    const double least = model.framing(Plane::Axial).zoom;
    QVERIFY(least > 0.0 && least < 1.0);
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        model.setFraming(Plane::Axial, {bad, {}});
        QCOMPARE(model.framing(Plane::Axial).zoom, least);
    }
}

void tst_ViewerModel::nextFirstVolumeIsFramedAfresh()
{
    ViewerModel model;
    model.addVolume(fineVolume());
    model.setFraming(Plane::Axial, {5.0, VoxelPosition{39.0, 39.0, 0.0}});
    model.closeVolume(0);
    // Voxel indices of a volume that is gone mean nothing in this one.
    model.addVolume(openSynthetic());
    QCOMPARE(model.centre(Plane::Axial), (VoxelPosition{2.0, 2.5, 3.0}));
    QCOMPARE(model.cursor(), (VoxelIndex{2, 3, 3}));
}

void tst_ViewerModel::movementSettles_data()
{
    QTest::addColumn<int>("movement");
    QTest::newRow("cursor") << 0;
    QTest::newRow("framing") << 1;
    QTest::newRow("window") << 2;
}

void tst_ViewerModel::movementSettles()
{
    QFETCH(int, movement);
    ViewerModel model;
    model.addVolume(openSynthetic());
    QVERIFY(!model.isMoving());
    if (movement == 0)
        model.setCursor({0, 0, 0});
    else if (movement == 1)
        model.setFraming(Plane::Axial, {2.0, {}});
    else
        model.dragWindow(5.0, 5.0);
    QVERIFY(model.isMoving());
    QSignalSpy changed(&model, &ViewerModel::appearanceChanged);
    QTRY_VERIFY(!model.isMoving());
    QTRY_COMPARE(changed.count(), 1); // panes are drawn in full then
}

void tst_ViewerModel::stepVolumeGoesRound()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.stepVolume(1);
    QCOMPARE(model.currentIndex(), 0);
    model.addVolume(openSynthetic());
    model.addVolume(openSynthetic());
    QCOMPARE(model.currentIndex(), 2);
    model.stepVolume(1);
    QCOMPARE(model.currentIndex(), 0);
    model.stepVolume(-1);
    QCOMPARE(model.currentIndex(), 2);
    model.stepVolume(-1);
    QCOMPARE(model.currentIndex(), 1);
    model.setCurrentIndex(3);
    model.setCurrentIndex(-1);
    QCOMPARE(model.currentIndex(), 1);
}

void tst_ViewerModel::histogramOfAClosedVolumeIsIgnored()
{
    ViewerModel model;
    OpenVolume first = openSynthetic();
    const auto histogram = first.histogram;
    first.histogram = nullptr;
    const std::shared_ptr<VolumeSlices> slices = first.slices;
    model.addVolume(std::move(first));
    model.addVolume(openWithOutlier());
    QSignalSpy changed(&model, &ViewerModel::volumesChanged);
    model.setHistogram(slices.get(), histogram);
    QCOMPARE(model.volume(0).histogram, histogram);
    QCOMPARE(changed.count(), 1);
    const auto other = model.volume(1).histogram;
    model.closeVolume(0);
    changed.clear();
    model.setHistogram(slices.get(), histogram);
    QCOMPARE(changed.count(), 0);
    QCOMPARE(model.volume(0).histogram, other);
}

QTEST_GUILESS_MAIN(tst_ViewerModel)
#include "tst_ViewerModel.moc"
