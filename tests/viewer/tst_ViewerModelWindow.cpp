// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/ModelFixtures.h"

#include <QSignalSpy>
#include <QtTest>

#include <limits>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

class tst_ViewerModelWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void windowStaysWithItsVolume();
    void lockedWindowIsCommon();
    void windowStaysWhenMapOrSliceChange();
    void impossibleWindowsAreRefused_data();
    void impossibleWindowsAreRefused();
    void resetTakesTheAutomaticWindow();
    void dragIsInProportionToTheWindow_data();
    void dragIsInProportionToTheWindow();
    void dragGoesTheWayTheCheatSheetSays();
    void dragBackAndForthChangesNothing();
    void unknownMapIsRefused();
};

void tst_ViewerModelWindow::windowStaysWithItsVolume()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.addVolume(openWithOutlier());
    QCOMPARE(model.colours().window, (IntensityWindow{10.0, 90.0}));
    model.setWindow({20.0, 30.0});
    model.setCurrentIndex(0);
    QCOMPARE(model.colours().window, (IntensityWindow{0.0, 209.0}));
    QCOMPARE(model.coloursOf(1).window, (IntensityWindow{20.0, 30.0}));
    model.setCurrentIndex(1);
    QCOMPARE(model.colours().window, (IntensityWindow{20.0, 30.0}));
    model.closeVolume(0);
    QCOMPARE(model.colours().window, (IntensityWindow{20.0, 30.0}));
}

void tst_ViewerModelWindow::lockedWindowIsCommon()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.setWindow({5.0, 50.0});
    model.setWindowLocked(true);
    QCOMPARE(model.colours().window, (IntensityWindow{5.0, 50.0}));
    model.addVolume(openWithOutlier()); // opened later, shown at once
    QCOMPARE(model.colours().window, (IntensityWindow{5.0, 50.0}));
    model.setWindow({6.0, 60.0});
    model.setCurrentIndex(0);
    QCOMPARE(model.colours().window, (IntensityWindow{6.0, 60.0}));
    QCOMPARE(model.coloursOf(1).window, (IntensityWindow{6.0, 60.0}));
    // Unlocked, each has its own again.
    model.setWindowLocked(false);
    QCOMPARE(model.colours().window, (IntensityWindow{5.0, 50.0}));
    QCOMPARE(model.coloursOf(1).window, (IntensityWindow{10.0, 90.0}));
    model.setWindow({7.0, 70.0});
    model.setCurrentIndex(1);
    QCOMPARE(model.colours().window, (IntensityWindow{10.0, 90.0}));
}

void tst_ViewerModelWindow::windowStaysWhenMapOrSliceChange()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.setWindow({5.0, 50.0});
    model.setColourMap(u"viridis"_qs);
    model.setMarkOutOfRange(true);
    model.setCursor({0, 0, 0});
    const ColourScale expected{{5.0, 50.0}, u"viridis"_qs, true};
    QCOMPARE(model.colours(), expected);
    model.addVolume(openWithOutlier());
    QCOMPARE(model.colours().map, u"viridis"_qs);
}

void tst_ViewerModelWindow::impossibleWindowsAreRefused_data()
{
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("empty") << 3.0 << 3.0;
    QTest::newRow("inverted") << 4.0 << 3.0;
    QTest::newRow("low not a number") << kNan << 3.0;
    QTest::newRow("high not a number") << 3.0 << kNan;
    QTest::newRow("endless") << 3.0 << kInfinity;
    QTest::newRow("from minus infinity") << -kInfinity << 3.0;
}

void tst_ViewerModelWindow::impossibleWindowsAreRefused()
{
    QFETCH(double, low);
    QFETCH(double, high);
    ViewerModel model;
    model.addVolume(openSynthetic());
    for (const bool locked : {false, true}) {
        model.setWindowLocked(locked);
        QSignalSpy changed(&model, &ViewerModel::appearanceChanged);
        model.setWindow({low, high});
        QCOMPARE(changed.count(), 0);
        QCOMPARE(model.colours().window, (IntensityWindow{0.0, 209.0}));
    }
}

void tst_ViewerModelWindow::resetTakesTheAutomaticWindow()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    model.addVolume(openWithOutlier());
    for (const bool locked : {false, true}) {
        model.setWindowLocked(locked);
        model.setWindow({1.0, 2.0});
        model.resetWindow();
        QCOMPARE(model.colours().window, (IntensityWindow{10.0, 90.0}));
    }
}

void tst_ViewerModelWindow::dragIsInProportionToTheWindow_data()
{
    QTest::addColumn<double>("right");
    QTest::addColumn<double>("down");
    QTest::newRow("right") << 40.0 << 0.0;
    QTest::newRow("left") << -333.0 << 0.0;
    QTest::newRow("down") << 0.0 << 25.0;
    QTest::newRow("up") << 0.0 << -700.0;
    QTest::newRow("both") << 13.0 << -17.0;
}

void tst_ViewerModelWindow::dragIsInProportionToTheWindow()
{
    QFETCH(double, right);
    QFETCH(double, down);
    for (const double scale : {1000.0, 1e-6, 3e8}) {
        ViewerModel small;
        small.addVolume(openVolume(u"small"_qs, orientedVolume({}), {10.0, 90.0}));
        ViewerModel large;
        large.addVolume(openVolume(u"large"_qs, orientedVolume({}), {10.0 * scale, 90.0 * scale}));
        for (int i = 0; i < 3; ++i) {
            small.dragWindow(right, down);
            large.dragWindow(right, down);
        }
        const IntensityWindow a = small.colours().window;
        const IntensityWindow b = large.colours().window;
        QVERIFY(a != (IntensityWindow{10.0, 90.0}));
        QVERIFY(qAbs(b.low - a.low * scale) < 1e-9 * scale * 100.0);
        QVERIFY(qAbs(b.high - a.high * scale) < 1e-9 * scale * 100.0);
    }
}

void tst_ViewerModelWindow::dragGoesTheWayTheCheatSheetSays()
{
    ViewerModel model;
    model.addVolume(openVolume(u"brain"_qs, orientedVolume({}), {0.0, 100.0}));
    model.dragWindow(200.0, 0.0); // brighter: everything lies higher in the window
    IntensityWindow window = model.colours().window;
    QVERIFY(window.low < -5.0 && window.high < 95.0);
    QCOMPARE(window.high - window.low, 100.0);
    model.setWindow({0.0, 100.0});
    model.dragWindow(0.0, -200.0); // more contrast, about the same middle
    window = model.colours().window;
    QVERIFY(window.high - window.low < 80.0);
    QCOMPARE(window.low + window.high, 100.0);
}

void tst_ViewerModelWindow::dragBackAndForthChangesNothing()
{
    ViewerModel model;
    model.addVolume(openVolume(u"brain"_qs, orientedVolume({}), {0.0, 100.0}));
    for (int i = 0; i < 50; ++i)
        model.dragWindow(0.0, 3.0);
    for (int i = 0; i < 50; ++i)
        model.dragWindow(0.0, -3.0);
    QVERIFY(qAbs(model.colours().window.low) < 1e-9);
    QVERIFY(qAbs(model.colours().window.high - 100.0) < 1e-9);
}

void tst_ViewerModelWindow::unknownMapIsRefused()
{
    ViewerModel model;
    model.addVolume(openSynthetic());
    QSignalSpy changed(&model, &ViewerModel::appearanceChanged);
    model.setColourMap(u"no such map"_qs);
    model.setColourMap({});
    QCOMPARE(changed.count(), 0);
    QCOMPARE(model.colours().map, u"grey"_qs);
}

QTEST_GUILESS_MAIN(tst_ViewerModelWindow)
#include "tst_ViewerModelWindow.moc"
