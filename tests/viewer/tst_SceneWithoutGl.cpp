// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "SceneFixtures.h"
#include "viewer/widgets/SceneView.h"

#include <QSignalSpy>
#include <QtTest>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

/// Runs on Qt's platform "offscreen", which has no OpenGL.
class tst_SceneWithoutGl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSelfTestSaysWhatToDo();
    void theRendererSaysSoOnce();
    void theViewSaysSoAndLivesOn();
};

void tst_SceneWithoutGl::theSelfTestSaysWhatToDo()
{
    const GlFacts facts = probeGl();
    QVERIFY(!facts.usable);
    QVERIFY(facts.message.contains(u"libgl1-mesa-dri"));
    QCOMPARE(facts.platform, QStringLiteral("offscreen"));
    QVERIFY(toText(facts).contains(facts.message));
}

void tst_SceneWithoutGl::theRendererSaysSoOnce()
{
    for (const bool threaded : {true, false}) {
        SceneRenderer renderer(nullptr, {.threadOfItsOwn = threaded});
        QSignalSpy unavailable(&renderer, &SceneRenderer::unavailable);
        QSignalSpy frames(&renderer, &SceneRenderer::frameReady);
        renderer.request(plainSettings());
        renderer.setVolume(markedVolume());
        QTRY_COMPARE_WITH_TIMEOUT(unavailable.count(), 1, 60000);
        QVERIFY(!unavailable.first().first().toString().isEmpty());
        renderer.setVolume(markedVolume());
        renderer.request(plainSettings());
        renderer.clear();
        QCoreApplication::processEvents();
        QCOMPARE(unavailable.count(), 1);
        QVERIFY(frames.isEmpty());
    }
}

void tst_SceneWithoutGl::theViewSaysSoAndLivesOn()
{
    SceneView view;
    view.resize(300, 200);
    view.setVolume(markedVolume(), {.window = {0.0, 1000.0}});
    view.show();
    QTRY_VERIFY_WITH_TIMEOUT(!view.unavailableReason().isEmpty(), 60000);
    QCOMPARE(view.accessibleDescription(), view.unavailableReason());
    const QImage said = view.grab().toImage();
    QTest::keyClick(&view, Qt::Key_Left);
    view.setCursor({1, 1, 1});
    view.setPreset(ScenePreset::Mip);
    view.setColours({.window = {0.0, 700.0}});
    view.resize(300, 220);
    view.setVolume(markedVolume(), {.window = {0.0, 500.0}});
    view.clear();
    QVERIFY(view.grab().toImage().size() != said.size());
    QVERIFY(view.picture({10, 10}).isNull());
}

QTEST_MAIN(tst_SceneWithoutGl)
#include "tst_SceneWithoutGl.moc"
