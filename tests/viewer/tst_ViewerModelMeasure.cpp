// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/ModelFixtures.h"
#include "viewer/render/Region.h"

#include <QSignalSpy>
#include <QtTest>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

void addVolumes(ViewerModel &model, const QString &names)
{
    for (const QChar name : names)
        model.addVolume(openSynthetic(name));
}

} // namespace

class tst_ViewerModelMeasure : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rulerMeasuresInTheWorld();
    void regionsAreMeasured_data();
    void regionsAreMeasured();
    void windowComesFromARegion_data();
    void windowComesFromARegion();
    void crosshairMeasuresNothing();
    void unfinishedMeasurementIsReplaced();
    void measurementsStayWithTheirVolume();
    void differenceIsMeasuredWhereItIsShown();
    void measurementsCanBeCopiedAndCleared();
    void closingWhileMeasuringIsHarmless();
};

void tst_ViewerModelMeasure::rulerMeasuresInTheWorld()
{
    ViewerModel model;
    model.addVolume(openVolume(u"brain"_qs, orientedVolume({{1, 0, 2}, {-1, 1, 1}}, {1, 3, 2})));
    model.setTool(Tool::Ruler);
    model.setCursor({2, 2, 3});
    // 3 voxels of 3 mm along i, 4 of 1 mm along j.
    model.measure(Plane::Axial, {0.5, 0, 3}, {3.5, 4, 3}, true);
    QCOMPARE(model.measurements().size(), std::size_t{1});
    const Measurement &ruler = model.measurements().front();
    QCOMPARE(ruler.kind, MeasurementKind::Ruler);
    QCOMPARE(ruler.slice, 3);
    const double mm = std::hypot(9.0, 4.0);
    QCOMPARE(ruler.text, rulerText({mm, 5.0}));
    QVERIFY2(ruler.text.contains(u"9.85 mm"), qPrintable(ruler.text));
    // From a place in a slice that was left meanwhile: what is drawn is what is measured.
    const Measurement first = ruler;
    model.measure(Plane::Axial, {0.5, 0, 1}, {3.5, 4, 3}, true);
    QCOMPARE(model.measurements().back(), first);
}

void tst_ViewerModelMeasure::regionsAreMeasured_data()
{
    QTest::addColumn<int>("tool");
    QTest::addColumn<QString>("text");
    // Voxels i 1 to 3, j 2 to 4 of slice k = 2: truth() is i + 5 (j + 6 k).
    QTest::newRow("box") << int(Tool::BoxStatistics)
                         << u"Box on axial slice k = 2: n = 9 voxels, 9 mm², mean 77, SD "_qs;
    QTest::newRow("ellipse")
        << int(Tool::EllipseStatistics)
        << u"Ellipse on axial slice k = 2: n = 5 voxels, 5 mm², mean 77, SD "_qs;
}

void tst_ViewerModelMeasure::regionsAreMeasured()
{
    QFETCH(int, tool);
    QFETCH(QString, text);
    ViewerModel model;
    addVolumes(model, u"A"_qs);
    model.setCursor({0, 0, 2});
    model.setTool(static_cast<Tool>(tool));
    model.measure(Plane::Axial, {3.1, 1.9, 2}, {0.9, 4.1, 2}, true);
    QVERIFY2(model.measurementText().startsWith(text), qPrintable(model.measurementText()));
    QVERIFY2(model.measurementText().contains(u"min "), qPrintable(model.measurementText()));
    model.measure(Plane::Axial, {-9, -9, 2}, {-5, -5, 2}, true);
    QCOMPARE(model.measurements().back().text, u"outside the volume"_qs);
    QCOMPARE(model.colours().window, (IntensityWindow{0.0, 209.0}));
}

void tst_ViewerModelMeasure::windowComesFromARegion_data()
{
    QTest::addColumn<int>("tool");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("box") << int(Tool::WindowFromBox) << 71.0 << 83.0;
    QTest::newRow("ellipse") << int(Tool::WindowFromEllipse) << 72.0 << 82.0;
}

void tst_ViewerModelMeasure::windowComesFromARegion()
{
    QFETCH(int, tool);
    QFETCH(double, low);
    QFETCH(double, high);
    ViewerModel model;
    addVolumes(model, u"A"_qs);
    model.setCursor({0, 0, 2});
    model.setTool(static_cast<Tool>(tool));
    model.measure(Plane::Axial, {0.9, 1.9, 2}, {3.1, 4.1, 2}, false);
    QCOMPARE(model.measurements().size(), std::size_t{1}); // seen while it is drawn
    QCOMPARE(model.colours().window, (IntensityWindow{0.0, 209.0}));
    model.measure(Plane::Axial, {0.9, 1.9, 2}, {3.1, 4.1, 2}, true);
    QVERIFY(model.measurements().empty());
    QCOMPARE(model.colours().window, (IntensityWindow{low, high}));
    model.measure(Plane::Axial, {-9, -9, 2}, {-5, -5, 2}, true); // nothing in it
    QCOMPARE(model.colours().window, (IntensityWindow{low, high}));
}

void tst_ViewerModelMeasure::crosshairMeasuresNothing()
{
    ViewerModel model;
    addVolumes(model, u"A"_qs);
    model.measure(Plane::Axial, {0, 0, 3}, {3, 3, 3}, true);
    QVERIFY(model.measurements().empty());
}

void tst_ViewerModelMeasure::unfinishedMeasurementIsReplaced()
{
    ViewerModel model;
    addVolumes(model, u"A"_qs);
    model.setTool(Tool::Ruler);
    for (const double x : {1.0, 2.0, 3.0})
        model.measure(Plane::Axial, {0, 0, 3}, {x, 0, 3}, x == 3.0);
    QCOMPARE(model.measurements().size(), std::size_t{1});
    QCOMPARE(model.measurements().front().to, (VoxelPosition{3.0, 0.0, 3.0}));
    model.measure(Plane::Axial, {0, 0, 3}, {1, 0, 3}, false);
    QCOMPARE(model.measurements().size(), std::size_t{2});
    // Another tool is taken up before the button is released.
    model.setTool(Tool::Crosshair);
    QCOMPARE(model.measurements().size(), std::size_t{1});
    model.setTool(Tool::BoxStatistics);
    model.measure(Plane::Axial, {0, 0, 3}, {1, 1, 3}, true);
    QCOMPARE(model.measurements().size(), std::size_t{2});
    QCOMPARE(model.measurements().front().to, (VoxelPosition{3.0, 0.0, 3.0}));
}

void tst_ViewerModelMeasure::measurementsStayWithTheirVolume()
{
    ViewerModel model;
    addVolumes(model, u"AB"_qs);
    model.setTool(Tool::Ruler);
    model.measure(Plane::Axial, {0, 0, 3}, {1, 0, 3}, true);
    const std::vector<Measurement> ofB = model.measurements();
    model.measure(Plane::Axial, {0, 0, 3}, {2, 0, 3}, false); // and is left unfinished
    model.setCurrentIndex(0);
    QVERIFY(model.measurements().empty());
    model.setTool(Tool::BoxStatistics);
    model.setCurrentIndex(1);
    QCOMPARE(model.measurements(), ofB);
    model.closeVolume(0); // another one
    QCOMPARE(model.measurements(), ofB);
    addVolumes(model, u"C"_qs);
    QVERIFY(model.measurements().empty());
    model.closeVolume(0);
    QVERIFY(model.measurements().empty());
}

void tst_ViewerModelMeasure::differenceIsMeasuredWhereItIsShown()
{
    ViewerModel model;
    addVolumes(model, u"AB"_qs);
    model.setCompareMode(CompareMode::Difference);
    const std::vector<float> sevens(5 * 6 * 7, 7.0F);
    volume::Volume difference = model.current()->slices->volume();
    difference.voxels =
        makeVolume(volume::ScalarType::Float32, difference.geometry.dims, sevens).voxels;
    difference.storedType = volume::ScalarType::Float32;
    model.setDifference(std::make_shared<VolumeSlices>(difference), {-9.0, 9.0});
    model.setTool(Tool::BoxStatistics);
    model.measure(Plane::Axial, {0, 0, 3}, {3, 3, 3}, true);
    QVERIFY2(model.measurementText().startsWith(u"Difference: Box"),
             qPrintable(model.measurementText()));
    QVERIFY(model.measurementText().contains(u"mean 7, SD 0"));
}

void tst_ViewerModelMeasure::measurementsCanBeCopiedAndCleared()
{
    ViewerModel model;
    addVolumes(model, u"A"_qs);
    model.setTool(Tool::Ruler);
    model.measure(Plane::Axial, {0, 0, 3}, {1, 0, 3}, true);
    model.measure(Plane::Coronal, {0, 3, 0}, {0, 3, 4}, true);
    QCOMPARE(model.measurementText(), u"%1\n%2"_qs.arg(rulerText({1, 1}), rulerText({4, 4})));
    QCOMPARE(model.measurements().back().slice, 3);
    QSignalSpy changed(&model, &ViewerModel::appearanceChanged);
    model.clearMeasurements();
    QCOMPARE(model.measurementText(), QString());
    QCOMPARE(changed.count(), 1);
}

void tst_ViewerModelMeasure::closingWhileMeasuringIsHarmless()
{
    ViewerModel model;
    addVolumes(model, u"A"_qs);
    model.setTool(Tool::Ruler);
    model.measure(Plane::Axial, {0, 0, 3}, {1, 1, 3}, false);
    model.closeVolume(0);
    QVERIFY(model.measurements().empty());
    addVolumes(model, u"B"_qs);
    model.measure(Plane::Axial, {0, 0, 3}, {1, 1, 3}, true);
    QCOMPARE(model.measurements().size(), std::size_t{1});
}

QTEST_GUILESS_MAIN(tst_ViewerModelMeasure)
#include "tst_ViewerModelMeasure.moc"
