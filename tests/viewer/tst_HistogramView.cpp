// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "OpenSynthetic.h"
#include "viewer/widgets/HistogramView.h"

#include <QSignalSpy>
#include <QTest>

#include <limits>

using namespace mrb::tests;
using namespace mrb::viewer;

namespace {

/// A histogram bound to a model as the panel binds it.
struct Bound
{
    explicit Bound(const OpenVolume &volume)
    {
        view.resize(400, 160);
        QObject::connect(&view, &HistogramView::windowEdited, &model, &ViewerModel::setWindow);
        QObject::connect(&view, &HistogramView::automaticWindowRequested, &model,
                         &ViewerModel::resetWindow);
        QObject::connect(&model, &ViewerModel::appearanceChanged, &view,
                         [this] { view.setColours(model.colours()); });
        model.addVolume(volume);
        view.setHistogram(volume.histogram);
    }

    IntensityWindow window() const { return model.colours().window; }
    QPoint pointAt(double value) const { return {qRound(view.xOf(value)), view.height() / 2}; }

    void drag(double fromValue, int toX)
    {
        QTest::mousePress(&view, Qt::LeftButton, {}, pointAt(fromValue));
        QTest::mouseMove(&view, {toX, view.height() / 2});
        QTest::mouseRelease(&view, Qt::LeftButton, {}, {toX, view.height() / 2});
    }

    ViewerModel model;
    HistogramView view;
};

} // namespace

class HistogramViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void draggingAnEdge_movesItAndLeavesTheOther();
    void draggingBetweenTheEdges_movesBoth();
    void anEdge_doesNotPassTheOther();
    void theAxis_staysWhereItIsWhileAnEdgeIsHeld();
    void outliers_doNotSqueezeTheAxisButCanBeReached();
    void doubleClick_asksForTheAutomaticWindow();
    void arrows_moveTheChosenEdge_data();
    void arrows_moveTheChosenEdge();
    void tab_choosesTheOtherEdgeAndThenLeaves();
    void withoutAHistogram_theWindowCanStillBeMoved();
    void thePointer_tellsHowManyVoxelsThereAre();
    void axes_areUsableForAnyWindow_data();
    void axes_areUsableForAnyWindow();
    void paintsInEveryState_data();
    void paintsInEveryState();
};

void HistogramViewTest::draggingAnEdge_movesItAndLeavesTheOther()
{
    Bound bound(openSynthetic());
    bound.model.setWindow({50.0, 150.0});
    bound.drag(50.0, bound.pointAt(80.0).x());
    QVERIFY2(std::abs(bound.window().low - 80.0) < 1.0, qPrintable(bound.view.readout()));
    QCOMPARE(bound.window().high, 150.0);

    bound.drag(150.0, bound.pointAt(200.0).x());
    QVERIFY(std::abs(bound.window().high - 200.0) < 1.0);
    QVERIFY(std::abs(bound.window().low - 80.0) < 1.0);
}

void HistogramViewTest::draggingBetweenTheEdges_movesBoth()
{
    Bound bound(openSynthetic());
    bound.model.setWindow({50.0, 150.0});
    bound.drag(100.0, bound.pointAt(120.0).x());
    QVERIFY(std::abs(bound.window().low - 70.0) < 1.0);
    QVERIFY(std::abs(bound.window().high - bound.window().low - 100.0) < 1e-9);
}

void HistogramViewTest::anEdge_doesNotPassTheOther()
{
    Bound bound(openSynthetic());
    bound.model.setWindow({50.0, 150.0});
    bound.drag(50.0, bound.view.width() - 5);
    QVERIFY(bound.window().low < bound.window().high);
    QVERIFY(bound.window().low > 149.0);
    QCOMPARE(bound.window().high, 150.0);
}

void HistogramViewTest::theAxis_staysWhereItIsWhileAnEdgeIsHeld()
{
    Bound bound(openSynthetic());
    const ValueRange before = bound.view.shownRange();
    QTest::mousePress(&bound.view, Qt::LeftButton, {}, bound.pointAt(209.0));
    QTest::mouseMove(&bound.view, {600, 50});
    QVERIFY(bound.window().high > before.high);
    QCOMPARE(bound.view.shownRange(), before);
    QTest::mouseRelease(&bound.view, Qt::LeftButton, {}, {600, 50});
    QVERIFY(bound.view.shownRange().high > bound.window().high);
}

void HistogramViewTest::outliers_doNotSqueezeTheAxisButCanBeReached()
{
    Bound bound(openWithOutlier());
    // With 256 bins over 100 000 the first one holds nearly everything.
    QVERIFY(bound.view.shownRange().high < 1000.0);
    bound.drag(90.0, bound.view.width() + 100);
    QVERIFY2(bound.window().high > 110.0, "a drag past the end goes on past it");

    bound.view.setAllShown(true);
    QVERIFY(bound.view.shownRange().high > 100'000.0);
    QSignalSpy shown(&bound.view, &HistogramView::allShownChanged);
    bound.view.setAllShown(false);
    QCOMPARE(shown.size(), 1);
    QVERIFY(bound.view.shownRange().high < 1000.0);
}

void HistogramViewTest::doubleClick_asksForTheAutomaticWindow()
{
    Bound bound(openSynthetic());
    bound.model.setWindow({50.0, 60.0});
    QTest::mouseDClick(&bound.view, Qt::LeftButton, {}, {200, 60});
    QCOMPARE(bound.window(), (IntensityWindow{0.0, 209.0}));
}

void HistogramViewTest::arrows_moveTheChosenEdge_data()
{
    QTest::addColumn<bool>("high");
    QTest::addColumn<Qt::Key>("key");
    QTest::addColumn<bool>("shift");
    QTest::addColumn<double>("steps");

    QTest::newRow("low right") << false << Qt::Key_Right << false << 1.0;
    QTest::newRow("low left, far") << false << Qt::Key_Left << true << -10.0;
    QTest::newRow("high left") << true << Qt::Key_Left << false << -1.0;
    QTest::newRow("high right, far") << true << Qt::Key_Right << true << 10.0;
    QTest::newRow("high up") << true << Qt::Key_Up << false << 1.0;
}

void HistogramViewTest::arrows_moveTheChosenEdge()
{
    QFETCH(bool, high);
    QFETCH(Qt::Key, key);
    QFETCH(bool, shift);
    QFETCH(double, steps);

    Bound bound(openSynthetic());
    bound.model.setWindow({80.0, 120.0});
    bound.view.show();
    bound.view.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&bound.view));
    bound.view.setFocus(Qt::TabFocusReason);
    if (high)
        QTest::keyClick(&bound.view, Qt::Key_Tab);
    const double step = bound.view.shownRange().width() / 200.0;
    QTest::keyClick(&bound.view, key, shift ? Qt::ShiftModifier : Qt::NoModifier);
    const IntensityWindow expected{high ? 80.0 : 80.0 + steps * step,
                                   high ? 120.0 + steps * step : 120.0};
    const double rounding = bound.view.shownRange().width() / 500.0;
    QVERIFY(std::abs(bound.window().low - expected.low) < rounding);
    QVERIFY(std::abs(bound.window().high - expected.high) < rounding);
    QVERIFY(bound.window() != (IntensityWindow{80.0, 120.0}));
}

void HistogramViewTest::tab_choosesTheOtherEdgeAndThenLeaves()
{
    QWidget window;
    auto *view = new HistogramView(&window);
    auto *next = new QWidget(&window);
    next->setFocusPolicy(Qt::StrongFocus);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    view->setFocus(Qt::TabFocusReason);
    const QString low = view->accessibleDescription();
    QTest::keyClick(view, Qt::Key_Tab);
    QVERIFY(view->hasFocus());
    QVERIFY(view->accessibleDescription() != low);
    QTest::keyClick(view, Qt::Key_Tab);
    QVERIFY(next->hasFocus());
}

void HistogramViewTest::withoutAHistogram_theWindowCanStillBeMoved()
{
    Bound bound(openSynthetic());
    bound.view.setHistogram(nullptr);
    bound.model.setWindow({50.0, 150.0});
    bound.drag(50.0, bound.pointAt(70.0).x());
    QVERIFY(std::abs(bound.window().low - 70.0) < 1.0);
}

void HistogramViewTest::thePointer_tellsHowManyVoxelsThereAre()
{
    Bound bound(openSynthetic());
    bound.view.show();
    const QString window = bound.view.readout();
    QVERIFY(window.contains(QStringLiteral("209")));
    QTest::mouseMove(&bound.view, bound.pointAt(100.0));
    QVERIFY(bound.view.readout() != window);
    QVERIFY2(bound.view.readout().contains(QStringLiteral(": 1 ")), "every value occurs once");
}

void HistogramViewTest::axes_areUsableForAnyWindow_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");

    constexpr double kMost = std::numeric_limits<double>::max();
    QTest::newRow("usual") << 0.0 << 1.0;
    QTest::newRow("tiny") << 1e-300 << 2e-300;
    QTest::newRow("negative") << -5.0 << -4.0;
    QTest::newRow("everything there is") << -kMost << kMost;
    QTest::newRow("beyond the largest axis") << kMost / 2 << kMost;
    QTest::newRow("neighbours") << 1e15 << 1e15 + 1.0;
}

void HistogramViewTest::axes_areUsableForAnyWindow()
{
    QFETCH(double, low);
    QFETCH(double, high);
    const ValueRange range = axisRange(nullptr, {low, high}, false);
    QVERIFY(range.low < range.high);
    QVERIFY(std::isfinite(range.width()));
    QVERIFY(std::isfinite(roundedFor(range, range.low)));
}

void HistogramViewTest::paintsInEveryState_data()
{
    QTest::addColumn<int>("state");
    QTest::newRow("counting") << 0;
    QTest::newRow("nothing finite") << 1;
    QTest::newRow("one value") << 2;
    QTest::newRow("counted") << 3;
}

/// A picture of each state differs from one without a volume: something was painted.
void HistogramViewTest::paintsInEveryState()
{
    QFETCH(int, state);
    HistogramView view;
    view.resize(300, 150);
    view.setPlaceholder(QStringLiteral("No volume"));
    const QImage empty = view.grab().toImage();
    view.setPlaceholder({});
    auto histogram = std::make_shared<Histogram>();
    if (state == 2)
        *histogram = histogramOf(
            makeVolume(mrb::volume::ScalarType::Int16, {2, 2, 1}, std::vector<std::int16_t>(4, 7)));
    if (state == 3)
        histogram = std::make_shared<Histogram>(*openSynthetic().histogram);
    view.setHistogram(state == 0 ? nullptr : histogram);
    QVERIFY(view.grab().toImage() != empty);
}

QTEST_MAIN(HistogramViewTest)
#include "tst_HistogramView.moc"
