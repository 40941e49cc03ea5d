// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/ModelFixtures.h"
#include "tests/viewer/SliceExpectations.h"
#include "tests/viewer/ViewGestures.h"
#include "viewer/widgets/ReadoutBar.h"
#include "viewer/widgets/Viewer.h"

#include <QPainter>
#include <QSignalSpy>
#include <QtTest>

#include <map>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

constexpr std::array kLayouts = {PaneLayout::Grid, PaneLayout::LargeAndSmall, PaneLayout::Row,
                                 PaneLayout::Single};

/// Shown on the platform that has neither a screen nor OpenGL.
std::unique_ptr<Viewer> shownViewer()
{
    auto viewer = std::make_unique<Viewer>();
    viewer->resize(900, 700);
    viewer->show();
    return viewer;
}

/// All panes that are to be seen, and where.
std::map<QWidget *, QRect> visiblePanes(Viewer &viewer)
{
    std::map<QWidget *, QRect> panes;
    for (QWidget *child : viewer.findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly))
        if ((qobject_cast<SliceView *>(child) || child == &viewer.scene()) && child->isVisible())
            panes[child] = child->geometry();
    return panes;
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

class tst_Viewer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clickMovesAllPanes();
    void everyLayoutShowsItsPanes_data();
    void everyLayoutShowsItsPanes();
    void panesShareOneScale();
    void doubleClickMaximisesAndRestores_data();
    void doubleClickMaximisesAndRestores();
    void focusFollowsThePanes();
    void stateIsRestored();
    void stateFromElsewhereDoesNoHarm_data();
    void stateFromElsewhereDoesNoHarm();
    void rightDragIsWhatIsPreferred();
    void hoverIsReadOut();
    void closingTheLastVolumeShowsTheHint();
    void eachVolumeIsReportedAsPainted();
    void closedVolumesAreFreedInEveryLayout_data();
    void closedVolumesAreFreedInEveryLayout();
    void panesHaveTheResolutionOfTheScreen();
    void withoutOpenGlTheSceneSaysSo();
    void provenanceAndConventionAreAlwaysThere();
    void anySizeIsPainted();
};

void tst_Viewer::clickMovesAllPanes()
{
    const auto viewer = shownViewer();
    const volume::Volume volume = orientedVolume({{1, 2, 0}, {-1, 1, 1}}, {1.0, 1.2, 1.1});
    viewer->model().addVolume(openVolume(u"brain"_qs, volume));
    plainly(viewer->model());
    viewer->model().setCursor({1, 1, 1});
    SliceView &axial = viewer->slice(Plane::Axial);
    const auto &normal = axial.slices()->axes(Plane::Axial, Convention::Radiological).normal;
    VoxelIndex target = {4, 5, 3};
    target[normal.voxelAxis] = 1;
    QTest::mouseClick(&axial, Qt::LeftButton, {}, axial.pointOf(centreOf(target))->toPoint());
    QCOMPARE(viewer->model().cursor(), target);
    const int value = static_cast<int>(valueAt(volume, target));
    for (const Plane plane : kPlanes) {
        SliceView &view = viewer->slice(plane);
        const QPointF point = *view.pointOf(centreOf(target)) * view.devicePixelRatioF();
        QCOMPARE(greyAt(grabbed(view), qFloor(point.x()), qFloor(point.y())), value);
    }
}

void tst_Viewer::everyLayoutShowsItsPanes_data()
{
    QTest::addColumn<bool>("compared");
    QTest::newRow("one volume") << false;
    QTest::newRow("two volumes") << true;
}

void tst_Viewer::everyLayoutShowsItsPanes()
{
    QFETCH(bool, compared);
    const auto viewer = shownViewer();
    viewer->model().addVolume(openSynthetic(u"A"_qs));
    viewer->model().addVolume(openSynthetic(u"B"_qs));
    viewer->model().setCompareMode(compared ? CompareMode::SideBySide : CompareMode::Off);
    const std::map<PaneLayout, std::size_t> counts = {{PaneLayout::Grid, 4},
                                                      {PaneLayout::LargeAndSmall, 4},
                                                      {PaneLayout::Row, 3},
                                                      {PaneLayout::Single, 1}};
    for (int i = 0; i < 4; ++i) {
        const PaneLayout layout = viewer->paneLayout();
        const auto panes = visiblePanes(*viewer);
        const std::size_t two = layout == PaneLayout::Single ? 2 : 6;
        QCOMPARE(panes.size(), compared ? two : counts.at(layout));
        QRegion covered;
        for (const auto &[widget, rect] : panes) {
            QVERIFY(viewer->rect().contains(rect));
            QVERIFY(!covered.intersects(rect));
            covered += rect;
        }
        QVERIFY(!covered.intersects(viewer->readout().geometry()));
        viewer->nextLayout();
        QVERIFY(viewer->paneLayout() != layout);
    }
    QCOMPARE(viewer->paneLayout(), PaneLayout::Grid);
}

void tst_Viewer::panesShareOneScale()
{
    const auto viewer = shownViewer();
    viewer->model().addVolume(openVolume(u"A"_qs, orientedVolume({}, {30.0, 20.0, 20.0})));
    viewer->model().addVolume(openVolume(u"B"_qs, orientedVolume({}, {10.0, 30.0, 25.0})));
    for (const CompareMode mode : {CompareMode::Off, CompareMode::SideBySide}) {
        viewer->model().setCompareMode(mode);
        const double scale = viewer->slice(Plane::Axial).paneView(1.0)->pixelsPerMm;
        bool oneFits = false;
        for (const auto &[widget, rect] : visiblePanes(*viewer)) {
            const auto *view = qobject_cast<SliceView *>(widget);
            if (!view)
                continue;
            QCOMPARE(view->paneView(1.0)->pixelsPerMm, scale);
            QVERIFY(*view->fittingScale() >= scale);
            oneFits = oneFits || *view->fittingScale() == scale;
        }
        QVERIFY(oneFits);
    }
    viewer->model().setCompareMode(CompareMode::Off);
    viewer->setPaneLayout(PaneLayout::LargeAndSmall);
    const SliceView &large = viewer->slice(static_cast<Plane>(viewer->largePane()));
    QCOMPARE(large.paneView(1.0)->pixelsPerMm, *large.fittingScale());
}

void tst_Viewer::doubleClickMaximisesAndRestores_data()
{
    QTest::addColumn<int>("layout");
    QTest::newRow("grid") << int(PaneLayout::Grid);
    QTest::newRow("large and small") << int(PaneLayout::LargeAndSmall);
    QTest::newRow("row") << int(PaneLayout::Row);
}

void tst_Viewer::doubleClickMaximisesAndRestores()
{
    QFETCH(int, layout);
    const auto viewer = shownViewer();
    viewer->model().addVolume(openSynthetic());
    viewer->setPaneLayout(static_cast<PaneLayout>(layout));
    QSignalSpy changed(viewer.get(), &Viewer::layoutChanged);
    const auto before = visiblePanes(*viewer);
    std::vector<QWidget *> all = {&viewer->slice(Plane::Coronal), &viewer->slice(Plane::Sagittal)};
    if (before.contains(&viewer->scene()))
        all.push_back(&viewer->scene());
    for (QWidget *pane : all) {
        QTest::mouseDClick(pane, Qt::LeftButton, {}, {20, 20});
        QTest::mouseRelease(pane, Qt::LeftButton, {}, {20, 20});
        QVERIFY(viewer->isMaximised());
        const auto alone = visiblePanes(*viewer);
        QCOMPARE(alone.size(), std::size_t{1});
        QCOMPARE(alone.begin()->first, pane);
        QVERIFY(alone.begin()->second.width() >= 890);
        QTest::mouseDClick(pane, Qt::LeftButton, {}, {20, 20});
        QTest::mouseRelease(pane, Qt::LeftButton, {}, {20, 20});
        QVERIFY(!viewer->isMaximised());
        QCOMPARE(visiblePanes(*viewer), before);
    }
    QCOMPARE(changed.count(), static_cast<int>(2 * all.size()));
}

void tst_Viewer::focusFollowsThePanes()
{
    const auto viewer = shownViewer();
    viewer->model().addVolume(openSynthetic());
    viewer->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(viewer.get()));
    viewer->slice(Plane::Sagittal).setFocus();
    QCOMPARE(viewer->focusedPane(), PaneId::Sagittal);
    viewer->scene().setFocus();
    QCOMPARE(viewer->focusedPane(), PaneId::Scene);
    QCOMPARE(viewer->focusedPlane(), Plane::Axial);
    viewer->setPaneLayout(PaneLayout::Row); // the scene is gone
    QVERIFY(viewer->focusedPane() != PaneId::Scene);
    viewer->slice(Plane::Coronal).setFocus();
    viewer->readout().setFocus();
    QCOMPARE(viewer->focusedPane(), PaneId::Coronal); // the last one that had it
    viewer->setPaneLayout(PaneLayout::Single);
    QCOMPARE(viewer->largePane(), PaneId::Coronal);
    for (const Plane plane : kPlanes) {
        QVERIFY(viewer->slice(plane).focusPolicy() & Qt::TabFocus);
        QVERIFY(!viewer->slice(plane).accessibleName().isEmpty());
    }
}

void tst_Viewer::stateIsRestored()
{
    for (const PaneLayout layout : kLayouts) {
        Viewer before;
        before.setPaneLayout(PaneLayout::Row);
        before.setPaneLayout(layout);
        before.setRightDrag(RightDrag::Zoom);
        ViewSettings settings;
        settings.convention = Convention::Neurological;
        settings.interpolation = Interpolation::Cubic;
        settings.annotations = false;
        settings.crosshair = false;
        before.model().setSettings(settings);
        before.model().setFramingLinked(false);
        before.scene().setPreset(ScenePreset::Mip);
        before.scene().setPlanesShown(false);

        Viewer after;
        QSignalSpy changed(&after, &Viewer::layoutChanged);
        after.restoreState(before.saveState());
        QCOMPARE(after.saveState(), before.saveState());
        QCOMPARE(after.paneLayout(), layout);
        QCOMPARE(after.rightDrag(), RightDrag::Zoom);
        QCOMPARE(after.model().settings(), settings);
        QVERIFY(!after.model().framingLinked());
        QCOMPARE(after.scene().preset(), ScenePreset::Mip);
        QVERIFY(!after.scene().planesShown());
        QCOMPARE(changed.count(), 1);
        after.restoreLayout();
        QCOMPARE(after.paneLayout(), layout == PaneLayout::Single ? PaneLayout::Row : layout);
    }
}

void tst_Viewer::stateFromElsewhereDoesNoHarm_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::newRow("too large") << QVariant(4711);
    QTest::newRow("negative") << QVariant(-1);
    QTest::newRow("words") << QVariant(u"large"_qs);
    QTest::newRow("nothing") << QVariant();
    QTest::newRow("empty") << QVariant(QString());
    QTest::newRow("a list") << QVariant(QVariantList{1, 2});
}

void tst_Viewer::stateFromElsewhereDoesNoHarm()
{
    QFETCH(QVariant, value);
    const auto viewer = shownViewer();
    viewer->model().addVolume(openSynthetic());
    const QVariantMap before = viewer->saveState();
    QVariantMap state;
    for (const char *key : {"layout", "before", "large", "rightDrag", "convention", "interpolation",
                            "scenePreset", "unknown"})
        state.insert(QLatin1StringView(key), value);
    viewer->restoreState(state);
    QCOMPARE(viewer->saveState(), before);
    viewer->restoreState({});
    QCOMPARE(viewer->saveState(), before);
    QVERIFY(!visiblePanes(*viewer).empty());
    // Settings files hold words.
    viewer->restoreState({{u"layout"_qs, u"2"_qs}, {u"crosshair"_qs, u"false"_qs}});
    QCOMPARE(viewer->paneLayout(), PaneLayout::Row);
    QVERIFY(!viewer->model().settings().crosshair);
}

void tst_Viewer::rightDragIsWhatIsPreferred()
{
    const auto viewer = shownViewer();
    viewer->model().addVolume(openSynthetic());
    const IntensityWindow window = viewer->model().colours().window;
    viewer->setRightDrag(RightDrag::Zoom);
    drag(viewer->slice(Plane::Coronal), Qt::RightButton, {100, 150}, {100, 100});
    QVERIFY(viewer->model().framing(Plane::Coronal).zoom > 1.2);
    QCOMPARE(viewer->model().colours().window, window);
    viewer->setRightDrag(RightDrag::Window);
    drag(viewer->slice(Plane::Coronal), Qt::RightButton, {100, 150}, {100, 100});
    QVERIFY(viewer->model().colours().window != window);
}

void tst_Viewer::hoverIsReadOut()
{
    const auto viewer = shownViewer();
    viewer->model().addVolume(openSynthetic());
    SliceView &view = viewer->slice(Plane::Sagittal);
    QVERIFY(!viewer->readout().text().contains(u"j 5"));
    hover(view, *view.pointOf({2.0, 5.0, 1.0}));
    QVERIFY2(viewer->readout().text().contains(u"i 2  j 5  k 1"),
             qPrintable(viewer->readout().text()));
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(&view, &leave);
    QVERIFY(!viewer->readout().text().contains(u"j 5"));
}

void tst_Viewer::closingTheLastVolumeShowsTheHint()
{
    const auto viewer = shownViewer();
    const auto lightPixels = [&viewer] {
        const QImage image = grabbed(*viewer);
        const QRect middle(image.width() / 3, image.height() / 3, image.width() / 3,
                           image.height() / 3);
        int count = 0;
        for (int y = middle.top(); y < middle.bottom(); ++y)
            for (int x = middle.left(); x < middle.right(); ++x)
                count += qGray(image.pixel(x, y)) > 100 ? 1 : 0;
        return count;
    };
    const int hint = lightPixels();
    QVERIFY(hint > 50);
    viewer->model().addVolume(openGrid(u"black"_qs, {9, 9, 9}, {1, 1, 1}, {}));
    QVERIFY(!visiblePanes(*viewer).empty());
    viewer->model().setCompareMode(CompareMode::SideBySide);
    viewer->model().closeVolume(0);
    QVERIFY(visiblePanes(*viewer).empty());
    QCOMPARE(lightPixels(), hint);
    QVERIFY(!viewer->scene().hasVolume());
}

void tst_Viewer::eachVolumeIsReportedAsPainted()
{
    const auto viewer = shownViewer();
    QSignalSpy painted(viewer.get(), &Viewer::volumePainted);
    // A new volume may well lie where the old one did in memory.
    for (int i = 1; i <= 20; ++i) {
        viewer->model().addVolume(openSynthetic());
        QTRY_COMPARE(painted.count(), i);
        viewer->model().closeVolume(0);
    }
    viewer->model().addVolume(openSynthetic());
    QTRY_COMPARE(painted.count(), 21);
    viewer->model().addVolume(openSynthetic());
    QTRY_COMPARE(painted.count(), 22);
    viewer->model().stepSlice(Plane::Axial, 1);
    QTRY_VERIFY(!viewer->model().isMoving());
    QCOMPARE(painted.count(), 22);
}

void tst_Viewer::closedVolumesAreFreedInEveryLayout_data()
{
    QTest::addColumn<int>("layout");
    for (const PaneLayout layout : kLayouts)
        QTest::addRow("%d", int(layout)) << int(layout);
}

void tst_Viewer::closedVolumesAreFreedInEveryLayout()
{
    QFETCH(int, layout);
    const auto viewer = shownViewer();
    viewer->model().addVolume(openSynthetic(u"A"_qs)); // also in the scene
    const auto voxels = std::weak_ptr(viewer->model().volume(0).slices->volume().voxels);
    QTRY_VERIFY_WITH_TIMEOUT(!viewer->scene().unavailableReason().isEmpty(), 60000);
    viewer->setPaneLayout(static_cast<PaneLayout>(layout));
    viewer->model().addVolume(openSynthetic(u"B"_qs));
    viewer->model().closeVolume(0);
    QTRY_VERIFY(voxels.expired());
    const auto last = std::weak_ptr(viewer->model().volume(0).slices->volume().voxels);
    viewer->model().closeVolume(0);
    QTRY_VERIFY(last.expired());
}

void tst_Viewer::panesHaveTheResolutionOfTheScreen()
{
    const auto viewer = shownViewer();
    const double ratio = viewer->devicePixelRatioF();
    if (qEnvironmentVariableIsSet("QT_SCALE_FACTOR"))
        QCOMPARE(ratio, qEnvironmentVariable("QT_SCALE_FACTOR").toDouble());
    viewer->model().addVolume(openSynthetic());
    plainly(viewer->model());
    viewer->model().setFraming(Plane::Axial, {1.37, {}});
    QTRY_VERIFY(!viewer->model().isMoving());
    SliceView &view = viewer->slice(Plane::Coronal);
    const QImage shown = grabbed(view);
    QCOMPARE(shown.size(), (QSizeF(view.size()) * ratio).toSize());
    // The same pane as if the pixels of the screen were all there is.
    QImage expected(shown.size(), QImage::Format_RGB32);
    QPainter painter(&expected);
    paintSlice(painter, QRectF(expected.rect()), *view.slices(), *view.paneView(ratio));
    painter.end();
    const int letters = qRound(40 * ratio);
    const QRect inner = shown.rect().adjusted(letters, letters, -letters, -letters);
    QCOMPARE(shown.copy(inner), expected.copy(inner));
}

void tst_Viewer::withoutOpenGlTheSceneSaysSo()
{
    const auto viewer = shownViewer();
    QSignalSpy unavailable(&viewer->scene(), &SceneView::unavailable);
    viewer->model().addVolume(openSynthetic());
    QTRY_COMPARE_WITH_TIMEOUT(unavailable.count(), 1, 60000);
    QVERIFY(!viewer->scene().unavailableReason().isEmpty());
    const QImage note = grabbed(viewer->scene());
    QVERIFY(mostDifference(note, QImage(note.size(), QImage::Format_RGB32)) > 100);
    // Everything else goes on.
    turnWheel(viewer->slice(Plane::Axial), kNotch);
    QCOMPARE(viewer->model().cursor(), (VoxelIndex{2, 3, 4}));
    viewer->maximise(PaneId::Scene);
    QVERIFY(!grabbed(*viewer).isNull());
    viewer->model().closeVolume(0);
    viewer->model().addVolume(openSynthetic());
    QVERIFY(!grabbed(*viewer).isNull());
}

void tst_Viewer::provenanceAndConventionAreAlwaysThere()
{
    const auto viewer = shownViewer();
    viewer->model().addVolume(openSynthetic());
    plainly(viewer->model());
    for (const PaneLayout layout : kLayouts) {
        viewer->setPaneLayout(layout);
        const QImage radiological = grabbed(*viewer);
        QRect top;
        QRect bottom;
        int highest = viewer->height();
        int lowest = 0;
        for (const auto &[widget, rect] : visiblePanes(*viewer)) {
            highest = std::min(highest, rect.top());
            lowest = std::max(lowest, rect.bottom());
        }
        const int ratio = qRound(viewer->devicePixelRatioF());
        top = QRect(0, 0, radiological.width(), highest * ratio);
        bottom = QRect(0, (lowest + 1) * ratio, radiological.width() / 2,
                       (viewer->readout().y() - lowest - 1) * ratio);
        for (const QRect &strip : {top, bottom}) {
            QVERIFY(strip.height() > 10);
            const QImage part = radiological.copy(strip);
            QImage plain(part.size(), QImage::Format_RGB32);
            plain.fill(part.pixel(1, 1));
            QVERIFY(mostDifference(part, plain) > 100); // there is text
        }
        ViewSettings settings = viewer->model().settings();
        settings.convention = Convention::Neurological;
        viewer->model().setSettings(settings);
        QVERIFY(grabbed(*viewer).copy(bottom) != radiological.copy(bottom));
        settings.convention = Convention::Radiological;
        viewer->model().setSettings(settings);
    }
}

void tst_Viewer::anySizeIsPainted()
{
    Viewer viewer;
    for (const bool volume : {false, true}) {
        if (volume)
            viewer.model().addVolume(openSynthetic());
        for (const PaneLayout layout : kLayouts) {
            viewer.setPaneLayout(layout);
            for (const QSize size : {QSize(1, 1), QSize(60, 2000), QSize(3000, 40)}) {
                viewer.resize(size);
                QCOMPARE(viewer.grab().size(), size * viewer.devicePixelRatioF());
            }
        }
    }
}

QTEST_MAIN(tst_Viewer)
#include "tst_Viewer.moc"
