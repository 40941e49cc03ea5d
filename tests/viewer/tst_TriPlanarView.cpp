// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/viewer/SyntheticVolume.h"
#include "viewer/widgets/TriPlanarView.h"

#include <QSignalSpy>
#include <QWheelEvent>
#include <QtTest>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

constexpr int kNotch = QWheelEvent::DefaultDeltasPerStep;

/// Turns the wheel over the middle of a third of the view: 0 axial, 1 coronal, 2 sagittal.
bool turnWheel(TriPlanarView &view, int third, int delta)
{
    const QPointF position(view.width() * (2 * third + 1) / 6.0, view.height() / 2.0);
    QWheelEvent event(position, view.mapToGlobal(position), {}, {0, delta}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&view, &event);
    return event.isAccepted();
}

} // namespace

class tst_TriPlanarView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void wheelStepsThePlaneUnderThePointer();
    void smallTurnsAddUpWithinAPlane();
    void wheelStopsAtTheLastSlice();
    void withoutAVolumeNothingMoves();
    void anotherVolumeStartsInItsMiddle();
    void pictureFollowsTheCursor();
    void screenReadersGetBannerAndSlices();

private:
    std::unique_ptr<TriPlanarView> m_view;
};

void tst_TriPlanarView::init()
{
    m_view = std::make_unique<TriPlanarView>();
    m_view->resize(900, 400);
    m_view->setVolume(orientedVolume({}), {0.0, 255.0}, QStringLiteral("Where it comes from"));
}

void tst_TriPlanarView::wheelStepsThePlaneUnderThePointer()
{
    QCOMPARE(m_view->cursor(), (VoxelIndex{2, 3, 3}));
    QSignalSpy moved(m_view.get(), &TriPlanarView::cursorMoved);
    QVERIFY(turnWheel(*m_view, 0, kNotch));
    QCOMPARE(m_view->cursor(), (VoxelIndex{2, 3, 4}));
    turnWheel(*m_view, 1, -kNotch);
    QCOMPARE(m_view->cursor(), (VoxelIndex{2, 2, 4}));
    turnWheel(*m_view, 2, 2 * kNotch);
    QCOMPARE(m_view->cursor(), (VoxelIndex{4, 2, 4}));
    QCOMPARE(moved.count(), 3);
    QCOMPARE(moved.last().first().value<VoxelIndex>(), m_view->cursor());
}

void tst_TriPlanarView::smallTurnsAddUpWithinAPlane()
{
    for (int i = 0; i < 3; ++i)
        turnWheel(*m_view, 0, kNotch / 4);
    QCOMPARE(m_view->cursor()[2], 3);
    turnWheel(*m_view, 0, kNotch / 4);
    QCOMPARE(m_view->cursor()[2], 4);
    turnWheel(*m_view, 0, kNotch / 2);
    turnWheel(*m_view, 1, kNotch / 2);
    turnWheel(*m_view, 0, kNotch / 2);
    QCOMPARE(m_view->cursor(), (VoxelIndex{2, 3, 4}));
}

void tst_TriPlanarView::wheelStopsAtTheLastSlice()
{
    turnWheel(*m_view, 0, 50 * kNotch);
    QCOMPARE(m_view->cursor()[2], kDimsRas[2] - 1);
    QSignalSpy moved(m_view.get(), &TriPlanarView::cursorMoved);
    turnWheel(*m_view, 0, kNotch);
    QCOMPARE(moved.count(), 0);
}

void tst_TriPlanarView::withoutAVolumeNothingMoves()
{
    TriPlanarView empty;
    empty.resize(900, 400);
    QVERIFY(!empty.hasVolume());
    QVERIFY(!turnWheel(empty, 0, kNotch));
    empty.setCursor({1, 1, 1});
    QCOMPARE(empty.cursor(), VoxelIndex{});
    QVERIFY(empty.banner().isEmpty());
    QVERIFY(!empty.grab().isNull());
}

void tst_TriPlanarView::anotherVolumeStartsInItsMiddle()
{
    turnWheel(*m_view, 0, 2 * kNotch);
    m_view->setVolume(orientedVolume({{2, 1, 0}, {1, 1, 1}}), {0.0, 255.0}, {});
    QCOMPARE(m_view->cursor(), (VoxelIndex{3, 3, 2}));
}

void tst_TriPlanarView::pictureFollowsTheCursor()
{
    const QImage before = m_view->grab().toImage();
    m_view->setCursor({0, 0, 0});
    QVERIFY(m_view->grab().toImage() != before);
    m_view->setCursor({2, 3, 3});
    QCOMPARE(m_view->grab().toImage(), before);
}

void tst_TriPlanarView::screenReadersGetBannerAndSlices()
{
    m_view->setCursor({2, 3, 1});
    const QString description = m_view->accessibleDescription();
    QVERIFY(description.contains(m_view->banner()));
    QVERIFY(description.contains(u"k = 1 "));
}

QTEST_MAIN(tst_TriPlanarView)
#include "tst_TriPlanarView.moc"
