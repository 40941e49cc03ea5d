// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "SceneFixtures.h"
#include "viewer/widgets/SceneView.h"

#include <QHBoxLayout>
#include <QSignalSpy>
#include <QWheelEvent>
#include <QtTest>

#include <memory>
#include <utility>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

const ColourScale kColours = {.window = {0.0, 1000.0}};

/// On a screen whose scale the test sets; Qt asks nothing but metric() for it.
class ViewOnAnyScreen : public SceneView
{
public:
    void setRatio(double ratio)
    {
        m_ratio = ratio;
        update(); // as the whole window is when its screen or that one's scale changes
    }

protected:
    int metric(PaintDeviceMetric metric) const override
    {
        if (m_ratio > 0.0 && metric == PdmDevicePixelRatio)
            return qRound(m_ratio);
        if (m_ratio > 0.0 && metric == PdmDevicePixelRatioScaled)
            return qRound(m_ratio * devicePixelRatioFScale());
        return SceneView::metric(metric);
    }

private:
    double m_ratio = 0.0; ///< 0: that of the real screen
};

bool turnWheel(QWidget &view, int delta)
{
    const QPointF position = QRectF(view.rect()).center();
    QWheelEvent event(position, view.mapToGlobal(position), {}, {0, delta}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&view, &event);
    return event.isAccepted();
}

void drag(QWidget &view, Qt::MouseButton button, QPoint by)
{
    const QPoint from = view.rect().center();
    QTest::mousePress(&view, button, {}, from);
    QTest::mouseMove(&view, from + by);
    QMouseEvent move(QEvent::MouseMove, from + by, view.mapToGlobal(from + by), Qt::NoButton,
                     button, {});
    QCoreApplication::sendEvent(&view, &move);
    QTest::mouseRelease(&view, button, {}, from + by);
}

} // namespace

class tst_SceneView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void nothingOfOpenGlBeforeItIsPaintedWithAVolume();
    void saysThatItIsPreparing();
    void framesHaveTheDevicePixelsOfThePane();
    void anotherScaleOfTheScreenAsksForAnotherFrame();
    void theColoursOfThePlanesAreFollowed();
    void draggingTurnsTheFrontWithThePointer();
    void wheelAndKeysZoom();
    void middleDragPans();
    void arrowsTurnAndRResets();
    void theRightButtonIsLeftAlone();
    void theCursorIsFollowedOnceItRests();
    void theFineFrameFollowsTheQuickOnes();
    void survivesReparentingHidingAndResizing();
    void anotherVolumeAndNone();
    void thePresetIsNamed();
    void picturesHaveTheSizeAskedFor();
    void endingWhileDrawingIsClean();

private:
    SceneRenderer *renderer() const { return m_view->findChild<SceneRenderer *>(); }
    /// Shows a volume and waits for its first fine frame.
    bool showVolume();
    bool waitForFrame();

    std::unique_ptr<SceneView> m_view;
};

void tst_SceneView::init()
{
    m_view = std::make_unique<SceneView>();
    m_view->resize(240, 200);
}

void tst_SceneView::cleanup()
{
    m_view.reset();
}

bool tst_SceneView::waitForFrame()
{
    QSignalSpy painted(m_view.get(), &SceneView::framePainted);
    return painted.wait(30000);
}

bool tst_SceneView::showVolume()
{
    m_view->setVolume(markedVolume(), kColours);
    m_view->setPlanesShown(false);
    m_view->setCamera({});
    m_view->show();
    return waitForFrame();
}

void tst_SceneView::nothingOfOpenGlBeforeItIsPaintedWithAVolume()
{
    QVERIFY(!renderer());
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    QVERIFY(!renderer());
    m_view->hide();
    m_view->setVolume(markedVolume(), kColours);
    QCoreApplication::processEvents();
    QVERIFY(!renderer());
    m_view->show();
    QTRY_VERIFY(renderer());
}

void tst_SceneView::saysThatItIsPreparing()
{
    const QImage empty = m_view->grab().toImage();
    m_view->setVolume(markedVolume(), kColours);
    QVERIFY(m_view->grab().toImage() != empty);
    QVERIFY(!m_view->accessibleDescription().isEmpty());
    QVERIFY(m_view->picture({100, 100}).isNull());
}

void tst_SceneView::framesHaveTheDevicePixelsOfThePane()
{
    QVERIFY(showVolume());
    const QSize pixels = (QSizeF(m_view->size()) * m_view->devicePixelRatioF()).toSize();
    QSignalSpy frames(renderer(), &SceneRenderer::frameReady);
    m_view->setPreset(ScenePreset::Mip);
    QTRY_COMPARE(frames.count(), 1);
    QCOMPARE(frames.first().first().value<SceneFrame>().image.size(), pixels);
    const auto seen = centreOf(m_view->grab().toImage(), isBright);
    QVERIFY(seen && seen->x() < -0.1); // the patient's right
}

void tst_SceneView::anotherScaleOfTheScreenAsksForAnotherFrame()
{
    auto onAnyScreen = std::make_unique<ViewOnAnyScreen>();
    ViewOnAnyScreen &view = *onAnyScreen;
    m_view = std::move(onAnyScreen);
    m_view->resize(240, 200);
    QVERIFY(showVolume());
    QSignalSpy frames(renderer(), &SceneRenderer::frameReady);
    for (const double ratio : {3.0, 1.5}) {
        view.setRatio(ratio);
        QTRY_COMPARE(frames.count(), 1);
        const auto frame = frames.takeFirst().first().value<SceneFrame>();
        QCOMPARE(frame.image.size(), (QSizeF(view.size()) * ratio).toSize());
        QVERIFY(!frame.settings.moving);
        view.repaint(); // it fits, so nothing more is asked for
        QCoreApplication::processEvents();
    }
    m_view->setPreset(ScenePreset::Mip);
    QTRY_VERIFY(!frames.isEmpty());
    QCOMPARE(frames.first().first().value<SceneFrame>().settings.preset, ScenePreset::Mip);
}

void tst_SceneView::theColoursOfThePlanesAreFollowed()
{
    QVERIFY(showVolume());
    QSignalSpy frames(renderer(), &SceneRenderer::frameReady);
    ColourScale colours = kColours;
    m_view->setColours(colours); // the same
    colours.map = QStringLiteral("magma");
    m_view->setColours(colours);
    QTRY_VERIFY(!frames.isEmpty() && !frames.last().first().value<SceneFrame>().settings.moving);
    QCOMPARE(frames.last().first().value<SceneFrame>().settings.colours, colours);
}

void tst_SceneView::draggingTurnsTheFrontWithThePointer()
{
    QVERIFY(showVolume());
    const auto before = centreOf(m_view->picture({240, 200}), isBright);
    QSignalSpy changed(m_view.get(), &SceneView::cameraChanged);
    drag(*m_view, Qt::LeftButton, {40, 0});
    QVERIFY(changed.count() > 0);
    QVERIFY(m_view->camera().azimuthDegrees > 10.0);
    QCOMPARE(m_view->camera().elevationDegrees, 0.0);
    QVERIFY(waitForFrame());
    const auto after = centreOf(m_view->picture({240, 200}), isBright);
    QVERIFY(before && after);
    QVERIFY(after->x() > before->x() + 0.05);
    drag(*m_view, Qt::LeftButton, {0, 400});
    QCOMPARE(m_view->camera().elevationDegrees, 90.0); // and not beyond
}

void tst_SceneView::wheelAndKeysZoom()
{
    m_view->setVolume(markedVolume(), kColours);
    const double start = m_view->camera().zoom;
    QVERIFY(turnWheel(*m_view, QWheelEvent::DefaultDeltasPerStep));
    const double nearer = m_view->camera().zoom;
    QVERIFY(nearer > start);
    QTest::keyClick(m_view.get(), Qt::Key_Minus);
    QCOMPARE(m_view->camera().zoom, start);
    QTest::keyClick(m_view.get(), Qt::Key_Plus);
    QCOMPARE(m_view->camera().zoom, nearer);
    for (int turn = 0; turn < 100; ++turn)
        turnWheel(*m_view, 10 * QWheelEvent::DefaultDeltasPerStep);
    QCOMPARE(m_view->camera().zoom, kGreatestZoom);
}

void tst_SceneView::middleDragPans()
{
    m_view->setVolume(markedVolume(), kColours);
    const SceneCamera before = m_view->camera();
    drag(*m_view, Qt::MiddleButton, {20, 10});
    QCOMPARE(m_view->camera().panFraction, QPointF(0.1, 0.05));
    QCOMPARE(m_view->camera().azimuthDegrees, before.azimuthDegrees);
}

void tst_SceneView::arrowsTurnAndRResets()
{
    m_view->setVolume(markedVolume(), kColours);
    const SceneCamera start = m_view->camera();
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QVERIFY(m_view->camera().azimuthDegrees > start.azimuthDegrees);
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QVERIFY(m_view->camera().elevationDegrees > start.elevationDegrees);
    QTest::keyClick(m_view.get(), Qt::Key_R);
    QCOMPARE(m_view->camera(), start);
}

void tst_SceneView::theRightButtonIsLeftAlone()
{
    m_view->setVolume(markedVolume(), kColours);
    const SceneCamera before = m_view->camera();
    drag(*m_view, Qt::RightButton, {40, 40});
    QCOMPARE(m_view->camera(), before);
}

void tst_SceneView::theCursorIsFollowedOnceItRests()
{
    QVERIFY(showVolume());
    m_view->setPlanesShown(true);
    QVERIFY(waitForFrame());
    QSignalSpy frames(renderer(), &SceneRenderer::frameReady);
    for (std::int64_t k = 0; k < 25; ++k)
        m_view->setCursor({1, 2, k});
    QVERIFY(frames.isEmpty());
    QTRY_COMPARE(frames.count(), 1); // software here: one frame, of the last place
    const auto frame = frames.first().first().value<SceneFrame>();
    QCOMPARE(frame.settings.cursor, (VoxelIndex{1, 2, 24}));
    QVERIFY(!frame.settings.moving);
}

void tst_SceneView::theFineFrameFollowsTheQuickOnes()
{
    QVERIFY(showVolume());
    QSignalSpy frames(renderer(), &SceneRenderer::frameReady);
    m_view->setCamera({.azimuthDegrees = 50.0});
    QTRY_VERIFY(!frames.isEmpty() && !frames.last().first().value<SceneFrame>().settings.moving);
    QVERIFY(frames.first().first().value<SceneFrame>().settings.moving);
    QCOMPARE(frames.last().first().value<SceneFrame>().settings.camera.azimuthDegrees, 50.0);
}

void tst_SceneView::survivesReparentingHidingAndResizing()
{
    QVERIFY(showVolume());
    QWidget other;
    auto *layout = new QHBoxLayout(&other);
    SceneView *view = m_view.release();
    layout->addWidget(view);
    other.resize(400, 300);
    QSignalSpy painted(view, &SceneView::framePainted);
    other.show();
    QVERIFY(painted.wait(30000));
    other.hide();
    other.resize(300, 400);
    other.show();
    QSignalSpy frames(view->findChild<SceneRenderer *>(), &SceneRenderer::frameReady);
    const QSize pixels = (QSizeF(view->size()) * view->devicePixelRatioF()).toSize();
    QTRY_VERIFY(!frames.isEmpty() &&
                frames.last().first().value<SceneFrame>().image.size() == pixels);
    m_view.reset(view);
    view->setParent(nullptr);
    view->show();
    QVERIFY(waitForFrame());
    QVERIFY(m_view->unavailableReason().isEmpty());
    const auto seen = centreOf(m_view->picture({240, 200}), isBright);
    QVERIFY(seen && seen->x() < -0.1);
}

void tst_SceneView::anotherVolumeAndNone()
{
    QVERIFY(showVolume());
    m_view->setVolume(markedVolume({{0, 1, 2}, {-1, 1, 1}}), kColours);
    QVERIFY(m_view->picture({10, 10}).isNull());
    QVERIFY(waitForFrame());
    const auto seen = centreOf(m_view->picture({240, 200}), isBright);
    QVERIFY(seen && seen->x() < -0.1);
    m_view->clear();
    QVERIFY(!m_view->hasVolume());
    QVERIFY(m_view->picture({10, 10}).isNull());
    QVERIFY(!centreOf(m_view->grab().toImage(), isBright));
}

void tst_SceneView::thePresetIsNamed()
{
    QVERIFY(showVolume());
    for (const ScenePreset preset : kScenePresets) {
        m_view->setPreset(preset);
        QVERIFY(m_view->accessibleDescription().contains(scenePresetName(preset)));
    }
    QVERIFY(m_view->accessibleDescription().contains(u"software"));
}

void tst_SceneView::picturesHaveTheSizeAskedFor()
{
    QVERIFY(showVolume());
    for (const QSize size : {QSize(240, 200), QSize(100, 300), QSize(640, 480)})
        QCOMPARE(m_view->picture(size).size(), size);
    QVERIFY(m_view->picture({}).isNull());
}

void tst_SceneView::endingWhileDrawingIsClean()
{
    QVERIFY(showVolume());
    m_view->resize(1200, 900);
    m_view->setPreset(ScenePreset::Brain);
    QCoreApplication::processEvents();
    m_view.reset();
    QCoreApplication::processEvents();
}

QTEST_MAIN(tst_SceneView)
#include "tst_SceneView.moc"
