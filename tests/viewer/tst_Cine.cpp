// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "OpenSynthetic.h"
#include "viewer/widgets/Cine.h"

#include <QSignalSpy>
#include <QTest>

#include <limits>
#include <vector>

using namespace mrb::tests;
using namespace mrb::viewer;

class CineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wraps_towardsSuperiorInEveryStoredOrder_data();
    void wraps_towardsSuperiorInEveryStoredOrder();
    void bounce_turnsRoundAtBothEnds();
    void severalSlices_areLeftOutAtOnce();
    void bouncing_survivesStepsLongerThanTheWay();
    void aSingleSlice_stays();
    void theTimer_movesTheCursor();
    void closingTheVolume_stops();
    void anotherVolume_isRunThroughToo();
    void withoutAVolume_nothingStarts();
    void settings_areKeptWithinTheirLimits();
};

namespace {

/// Slices from inferior, of the synthetic volume.
std::int64_t height(const ViewerModel &model)
{
    const AxisRun normal =
        model.current()->slices->axes(Plane::Axial, Convention::Radiological).normal;
    const std::int64_t index = model.cursor()[normal.voxelAxis];
    return normal.step > 0 ? index : normal.voxels - 1 - index;
}

} // namespace

void CineTest::wraps_towardsSuperiorInEveryStoredOrder_data()
{
    QTest::addColumn<int>("orientation");
    for (int index = 0; index < 48; ++index)
        QTest::addRow("%d", index) << index;
}

void CineTest::wraps_towardsSuperiorInEveryStoredOrder()
{
    QFETCH(int, orientation);
    ViewerModel model;
    model.addVolume(
        openVolume(QStringLiteral("brain"),
                   orientedVolume(allOrientations()[static_cast<std::size_t>(orientation)])));
    Cine cine(model);
    cine.setSettings({.plane = Plane::Axial});
    const std::int64_t first = height(model);
    for (std::int64_t step = 1; step <= kDimsRas[2]; ++step) {
        cine.advance();
        QCOMPARE(height(model), (first + step) % kDimsRas[2]);
    }
}

void CineTest::bounce_turnsRoundAtBothEnds()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.setCursor({2, 2, 4});
    Cine cine(model);
    cine.setSettings({.plane = Plane::Axial, .bounce = true});
    std::vector<std::int64_t> seen;
    for (int step = 0; step < 11; ++step) {
        cine.advance();
        seen.push_back(height(model));
    }
    QCOMPARE(seen, (std::vector<std::int64_t>{5, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3}));
}

void CineTest::severalSlices_areLeftOutAtOnce()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.setCursor({2, 2, 5});
    Cine cine(model);
    cine.setSettings({.plane = Plane::Axial, .bounce = true});
    QSignalSpy moved(&model, &ViewerModel::cursorMoved);
    cine.advance(4); // 6 5 4 3
    QCOMPARE(height(model), 3);
    QCOMPARE(moved.size(), 1);
    cine.advance(5); // 2 1 0 1 2
    QCOMPARE(height(model), 2);
    cine.advance();
    QCOMPARE(height(model), 3);
}

void CineTest::bouncing_survivesStepsLongerThanTheWay()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    Cine cine(model);
    cine.setSettings({.plane = Plane::Sagittal, .bounce = true});
    for (std::int64_t step = 0; step < 100; ++step) {
        cine.advance(step);
        QVERIFY(model.cursor()[0] >= 0 && model.cursor()[0] < kDimsRas[0]);
    }
}

void CineTest::aSingleSlice_stays()
{
    ViewerModel model;
    model.addVolume(
        openVolume(QStringLiteral("thin"), makeVolume(mrb::volume::ScalarType::Int16, {3, 3, 1},
                                                      std::vector<std::int16_t>(9, 1))));
    Cine cine(model);
    const VoxelIndex before = model.cursor();
    cine.advance(3);
    cine.setSettings({.bounce = true});
    cine.advance(3);
    QCOMPARE(model.cursor(), before);
}

void CineTest::theTimer_movesTheCursor()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    Cine cine(model);
    QSignalSpy moved(&model, &ViewerModel::cursorMoved);
    QSignalSpy changed(&cine, &Cine::changed);
    cine.start(Plane::Coronal, kFastestCine, true);
    QVERIFY(cine.running());
    QVERIFY(!changed.isEmpty());
    QTRY_VERIFY(moved.size() >= 3);
    cine.stop();
    QVERIFY(!cine.running());
}

void CineTest::closingTheVolume_stops()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.addVolume(openSynthetic(QStringLiteral("other")));
    Cine cine(model);
    cine.start();
    model.closeVolume(0);
    QVERIFY2(cine.running(), "not the one that runs");
    model.closeVolume(0);
    QVERIFY(!cine.running());
}

void CineTest::anotherVolume_isRunThroughToo()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.addVolume(openSynthetic(QStringLiteral("other")));
    Cine cine(model);
    cine.start();
    model.flicker();
    QVERIFY(cine.running());
}

void CineTest::withoutAVolume_nothingStarts()
{
    ViewerModel model;
    Cine cine(model);
    cine.toggle();
    cine.advance();
    QVERIFY(!cine.running());
}

void CineTest::settings_areKeptWithinTheirLimits()
{
    ViewerModel model;
    Cine cine(model);
    cine.setSettings({.slicesPerSecond = 1e9});
    QCOMPARE(cine.settings().slicesPerSecond, kFastestCine);
    cine.setSettings({.slicesPerSecond = -1.0});
    QCOMPARE(cine.settings().slicesPerSecond, kSlowestCine);
    cine.setSettings({.slicesPerSecond = std::numeric_limits<double>::quiet_NaN()});
    QCOMPARE(cine.settings().slicesPerSecond, kSlowestCine);
}

QTEST_MAIN(CineTest)
#include "tst_Cine.moc"
