// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/ModelFixtures.h"
#include "viewer/render/Difference.h"

#include <QSignalSpy>
#include <QtTest>

#include <algorithm>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

QString nameAt(const ViewerModel &model, int index)
{
    return index < 0 ? QStringLiteral("-") : model.volume(index).name;
}

/// The names of what is open, with what is current and the reference.
QString stateOf(const ViewerModel &model)
{
    QString names;
    for (int i = 0; i < model.volumeCount(); ++i)
        names += model.volume(i).name;
    return QStringLiteral("%1 %2 %3")
        .arg(names, nameAt(model, model.currentIndex()), nameAt(model, model.reference()));
}

void addVolumes(ViewerModel &model, const QString &names)
{
    for (const QChar name : names)
        model.addVolume(openSynthetic(name));
}

volume::Volume shiftedBy(volume::Volume volume, double mm)
{
    volume.geometry.affineRas[3] += mm;
    return volume;
}

const volume::Volume &volumeOf(const ViewerModel &model, int index)
{
    return model.volume(index).slices->volume();
}

} // namespace

class tst_ViewerModelCompare : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void closingShowsANeighbour_data();
    void closingShowsANeighbour();
    void closingInAnyOrderFreesTheMemory_data();
    void closingInAnyOrderFreesTheMemory();
    void closingTheReferenceEndsTheComparison();
    void comparingNeedsASecondVolume();
    void comparingTakesTheNextVolume();
    void comparingLocksTheWindows();
    void failedDifferenceSaysWhy();
    void referenceIsNeverTheCurrentOne();
    void flickerChangesPlaces();
    void flickerKeepsPlaceAndFraming();
    void onlyOneGridCanBeLaidOver_data();
    void onlyOneGridCanBeLaidOver();
    void referenceCursorIsOnlyInside();
    void differenceHasColoursOfItsOwn();
    void differenceEndsWithItsVolumes_data();
    void differenceEndsWithItsVolumes();
    void splitStaysInThePane();
};

void tst_ViewerModelCompare::closingShowsANeighbour_data()
{
    QTest::addColumn<int>("current");
    QTest::addColumn<int>("reference");
    QTest::addColumn<int>("closed");
    QTest::addColumn<QString>("after");
    QTest::newRow("current, first") << 0 << -1 << 0 << u"BC B -"_qs;
    QTest::newRow("current, middle") << 1 << -1 << 1 << u"AC A -"_qs;
    QTest::newRow("current, last") << 2 << -1 << 2 << u"AB B -"_qs;
    QTest::newRow("before the current one") << 2 << -1 << 0 << u"BC C -"_qs;
    QTest::newRow("after the current one") << 0 << -1 << 2 << u"AB A -"_qs;
    QTest::newRow("the reference, before") << 2 << 0 << 0 << u"BC C -"_qs;
    QTest::newRow("the reference, after") << 0 << 2 << 2 << u"AB A -"_qs;
    QTest::newRow("neither, before both") << 1 << 2 << 0 << u"BC B C"_qs;
    QTest::newRow("neither, between") << 0 << 2 << 1 << u"AC A C"_qs;
    QTest::newRow("neither, after both") << 0 << 1 << 2 << u"AB A B"_qs;
    // The neighbour that is shown instead is the reference, and nothing is compared with itself.
    QTest::newRow("current, the reference follows") << 0 << 1 << 0 << u"BC B -"_qs;
    QTest::newRow("current, the reference stays") << 0 << 2 << 0 << u"BC B C"_qs;
    QTest::newRow("last, the reference stays") << 2 << 0 << 2 << u"AB B A"_qs;
    QTest::newRow("no such volume") << 2 << 0 << 3 << u"ABC C A"_qs;
}

void tst_ViewerModelCompare::closingShowsANeighbour()
{
    QFETCH(int, current);
    QFETCH(int, reference);
    QFETCH(int, closed);
    QFETCH(QString, after);
    for (const CompareMode mode :
         {CompareMode::Off, CompareMode::SideBySide, CompareMode::Split, CompareMode::Difference}) {
        ViewerModel model;
        addVolumes(model, u"ABC"_qs);
        model.setCurrentIndex(current);
        model.setReference(reference);
        if (reference >= 0)
            model.setCompareMode(mode);
        model.closeVolume(closed);
        QCOMPARE(stateOf(model), after);
        if (after.endsWith(u'-'))
            QCOMPARE(model.compareMode(), CompareMode::Off);
        else
            QCOMPARE(model.compareMode(), mode);
        QVERIFY(!model.compareProblem());
    }
}

void tst_ViewerModelCompare::closingInAnyOrderFreesTheMemory_data()
{
    QTest::addColumn<QString>("order");
    QString order = u"ABC"_qs;
    do
        QTest::newRow(qPrintable(order)) << order;
    while (std::next_permutation(order.begin(), order.end()));
}

void tst_ViewerModelCompare::closingInAnyOrderFreesTheMemory()
{
    QFETCH(QString, order);
    ViewerModel model;
    addVolumes(model, u"ABC"_qs);
    model.setCurrentIndex(1);
    model.setCompareMode(CompareMode::Difference);
    for (const QChar name : order) {
        int index = 0;
        while (model.volume(index).name != name)
            ++index;
        const std::weak_ptr<VolumeSlices> slices = model.volume(index).slices;
        const auto voxels = std::weak_ptr(volumeOf(model, index).voxels);
        model.closeVolume(index);
        QVERIFY(slices.expired());
        QVERIFY(voxels.expired());
        QVERIFY(model.currentIndex() < model.volumeCount());
        QVERIFY(model.reference() < model.volumeCount());
    }
    QCOMPARE(stateOf(model), u" - -"_qs);
    QCOMPARE(model.compareMode(), CompareMode::Off);
    model.addVolume(openSynthetic(u"D"_qs));
    QCOMPARE(stateOf(model), u"D D -"_qs);
}

void tst_ViewerModelCompare::closingTheReferenceEndsTheComparison()
{
    ViewerModel model;
    addVolumes(model, u"AB"_qs);
    model.setCompareMode(CompareMode::Split);
    QSignalSpy changed(&model, &ViewerModel::volumesChanged);
    model.closeVolume(0);
    QCOMPARE(stateOf(model), u"B B -"_qs);
    QCOMPARE(model.compareMode(), CompareMode::Off);
    QVERIFY(changed.count() > 0);
    QVERIFY(!model.referenceCursor());
}

void tst_ViewerModelCompare::comparingNeedsASecondVolume()
{
    ViewerModel model;
    addVolumes(model, u"A"_qs);
    for (const CompareMode mode :
         {CompareMode::SideBySide, CompareMode::Split, CompareMode::Difference}) {
        model.setCompareMode(mode);
        QCOMPARE(model.compareMode(), CompareMode::Off);
    }
    QVERIFY(!model.windowLocked());
    model.flicker();
    QCOMPARE(stateOf(model), u"A A -"_qs);
}

void tst_ViewerModelCompare::comparingTakesTheNextVolume()
{
    ViewerModel model;
    addVolumes(model, u"ABC"_qs);
    model.setCompareMode(CompareMode::SideBySide); // after the last comes the first
    QCOMPARE(stateOf(model), u"ABC C A"_qs);
    model.setCompareMode(CompareMode::Off);
    model.setReference(1);
    model.setCompareMode(CompareMode::SideBySide);
    QCOMPARE(stateOf(model), u"ABC C B"_qs);
    model.setReference(-1);
    QCOMPARE(model.compareMode(), CompareMode::Off);
}

void tst_ViewerModelCompare::comparingLocksTheWindows()
{
    ViewerModel model;
    addVolumes(model, u"AB"_qs);
    model.setWindow({3.0, 30.0});
    model.setCompareMode(CompareMode::SideBySide);
    QVERIFY(model.windowLocked());
    QCOMPARE(model.coloursOf(0).window, (IntensityWindow{3.0, 30.0}));
    QCOMPARE(model.coloursOf(1).window, (IntensityWindow{3.0, 30.0}));
    model.setWindow({4.0, 40.0});
    model.setCompareMode(CompareMode::Split); // still comparing
    QCOMPARE(model.coloursOf(0).window, (IntensityWindow{4.0, 40.0}));
    model.setCompareMode(CompareMode::Off);
    QVERIFY(!model.windowLocked());
    QCOMPARE(model.coloursOf(0).window, (IntensityWindow{0.0, 209.0}));
    QCOMPARE(model.coloursOf(1).window, (IntensityWindow{3.0, 30.0}));
    // Locked before, they stay so, however the comparison ends.
    model.setWindowLocked(true);
    model.setCompareMode(CompareMode::SideBySide);
    model.closeVolume(model.reference());
    QCOMPARE(model.compareMode(), CompareMode::Off);
    QVERIFY(model.windowLocked());
}

void tst_ViewerModelCompare::failedDifferenceSaysWhy()
{
    ViewerModel model;
    addVolumes(model, u"ABC"_qs);
    model.setCompareMode(CompareMode::Difference);
    QVERIFY(!model.compareProblem());
    QSignalSpy changed(&model, &ViewerModel::appearanceChanged);
    model.setDifferenceProblem(u"No memory."_qs);
    QCOMPARE(model.compareProblem(), std::optional(u"No memory."_qs));
    QVERIFY(changed.count() > 0);
    model.setReference(1); // another pair may do
    QVERIFY(!model.compareProblem());
}

void tst_ViewerModelCompare::referenceIsNeverTheCurrentOne()
{
    ViewerModel model;
    addVolumes(model, u"ABC"_qs);
    model.setReference(2);
    QCOMPARE(stateOf(model), u"ABC C -"_qs);
    model.setReference(7);
    model.setReference(-2);
    QCOMPARE(stateOf(model), u"ABC C -"_qs);
    model.setReference(0);
    model.setCurrentIndex(0); // they change places
    QCOMPARE(stateOf(model), u"ABC A C"_qs);
    model.stepVolume(1);
    QCOMPARE(stateOf(model), u"ABC B C"_qs);
}

void tst_ViewerModelCompare::flickerChangesPlaces()
{
    ViewerModel model;
    addVolumes(model, u"ABC"_qs);
    model.setCurrentIndex(0);
    model.flicker();
    QCOMPARE(stateOf(model), u"ABC B A"_qs);
    model.flicker();
    QCOMPARE(stateOf(model), u"ABC A B"_qs);
    QCOMPARE(model.compareMode(), CompareMode::Off);
}

void tst_ViewerModelCompare::flickerKeepsPlaceAndFraming()
{
    ViewerModel model;
    model.addVolume(coarseVolume());
    model.addVolume(fineVolume());
    model.setCurrentIndex(0);
    model.setCursor({4, 7, 3});
    model.setFraming(Plane::Axial, {2.5, VoxelPosition{3.0, 4.0, 5.0}});
    const PointRas place = worldMm(volumeOf(model, 0).geometry, centreOf(model.cursor()));
    model.flicker();
    QCOMPARE(nameAt(model, model.currentIndex()), u"fine"_qs);
    const PointRas there = worldMm(volumeOf(model, 1).geometry, centreOf(model.cursor()));
    for (std::size_t axis = 0; axis < 3; ++axis)
        QVERIFY(qAbs(there[axis] - place[axis]) <= 0.5);
    QCOMPARE(model.framing(Plane::Axial).zoom, 2.5);
    QCOMPARE(worldMm(volumeOf(model, 1).geometry, model.centre(Plane::Axial)),
             worldMm(volumeOf(model, 0).geometry, {3.0, 4.0, 5.0}));
    model.flicker();
    QCOMPARE(model.cursor(), (VoxelIndex{4, 7, 3}));
    QCOMPARE(model.framing(Plane::Axial).centre, std::optional(VoxelPosition{3.0, 4.0, 5.0}));
}

void tst_ViewerModelCompare::onlyOneGridCanBeLaidOver_data()
{
    QTest::addColumn<int>("mode");
    QTest::addColumn<bool>("sameGrid");
    QTest::addColumn<bool>("problem");
    for (const bool same : {true, false}) {
        const char *grid = same ? "same" : "other";
        QTest::addRow("off, %s grid", grid) << int(CompareMode::Off) << same << false;
        QTest::addRow("side by side, %s grid", grid)
            << int(CompareMode::SideBySide) << same << false;
        QTest::addRow("split, %s grid", grid) << int(CompareMode::Split) << same << !same;
        QTest::addRow("difference, %s grid", grid) << int(CompareMode::Difference) << same << !same;
    }
}

void tst_ViewerModelCompare::onlyOneGridCanBeLaidOver()
{
    QFETCH(int, mode);
    QFETCH(bool, sameGrid);
    QFETCH(bool, problem);
    ViewerModel model;
    model.addVolume(openSynthetic(u"A"_qs));
    model.addVolume(openVolume(u"B"_qs, shiftedBy(orientedVolume({}), sameGrid ? 0.0 : 3.0)));
    model.setReference(0);
    model.setCompareMode(static_cast<CompareMode>(mode));
    const auto text = model.compareProblem();
    QCOMPARE(text.has_value(), problem);
    if (problem) {
        QVERIFY2(text->contains(u"3 mm apart"), qPrintable(*text));
        QVERIFY2(text->contains(u"side by side"), qPrintable(*text));
    }
}

void tst_ViewerModelCompare::referenceCursorIsOnlyInside()
{
    ViewerModel model;
    model.addVolume(openGrid(u"small"_qs, {4, 4, 4}, {1, 1, 1}, {10, 10, 10}));
    model.addVolume(fineVolume());
    model.setReference(0);
    model.setCursor({13, 12, 10});
    QCOMPARE(model.referenceCursor(), std::optional(VoxelIndex{3, 2, 0}));
    model.setCursor({14, 12, 10});
    QVERIFY(!model.referenceCursor());
}

void tst_ViewerModelCompare::differenceHasColoursOfItsOwn()
{
    ViewerModel model;
    addVolumes(model, u"AB"_qs);
    model.setCompareMode(CompareMode::Difference);
    const ColourScale before = model.colours();
    auto difference =
        std::make_shared<VolumeSlices>(*differenceVolume(volumeOf(model, 1), volumeOf(model, 0)));
    model.setDifference(difference, {-3.0, 3.0});
    QCOMPARE(model.colours().window, (IntensityWindow{-3.0, 3.0}));
    QCOMPARE(model.colours().map, u"cool-to-warm"_qs);
    model.setWindow({-1.0, 1.0});
    QCOMPARE(model.colours().window, (IntensityWindow{-1.0, 1.0}));
    QCOMPARE(model.coloursOf(0), before);
    QCOMPARE(model.coloursOf(1), before);
    model.dragWindow(0.0, 100.0);
    QVERIFY(model.colours().window.high > 1.0);
    QCOMPARE(model.coloursOf(1), before);
    model.resetWindow();
    QCOMPARE(model.colours().window, (IntensityWindow{-3.0, 3.0}));
    model.setCompareMode(CompareMode::Split);
    QCOMPARE(model.colours(), before);
}

void tst_ViewerModelCompare::differenceEndsWithItsVolumes_data()
{
    QTest::addColumn<int>("what");
    QTest::newRow("flicker") << 0;
    QTest::newRow("another current one") << 1;
    QTest::newRow("another reference") << 2;
    QTest::newRow("reference closed") << 3;
    QTest::newRow("current one closed") << 4;
}

void tst_ViewerModelCompare::differenceEndsWithItsVolumes()
{
    QFETCH(int, what);
    ViewerModel model;
    addVolumes(model, u"ABC"_qs);
    model.setReference(0);
    model.setCompareMode(CompareMode::Difference);
    auto difference = std::make_shared<VolumeSlices>(volumeOf(model, 0));
    const std::weak_ptr<VolumeSlices> left = difference;
    model.setDifference(std::move(difference), {-3.0, 3.0});
    switch (what) {
    case 0:
        model.flicker();
        break;
    case 1:
        model.setCurrentIndex(1);
        break;
    case 2:
        model.setReference(1);
        break;
    case 3:
        model.closeVolume(0);
        break;
    default:
        model.closeVolume(2);
        break;
    }
    QVERIFY(!model.difference());
    QVERIFY(left.expired());
    QCOMPARE(model.colours().map, u"grey"_qs);
}

void tst_ViewerModelCompare::splitStaysInThePane()
{
    ViewerModel model;
    QSignalSpy changed(&model, &ViewerModel::appearanceChanged);
    model.setSplitAt(-3.0);
    QCOMPARE(model.splitAt(), 0.0);
    model.setSplitAt(1.5);
    QCOMPARE(model.splitAt(), 1.0);
    QCOMPARE(changed.count(), 2);
    model.setSplitAt(2.5);
    QCOMPARE(changed.count(), 2);
}

QTEST_GUILESS_MAIN(tst_ViewerModelCompare)
#include "tst_ViewerModelCompare.moc"
