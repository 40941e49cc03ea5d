// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/runs/ShownQueue.h"
#include "ui/runs/WrappedText.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QtTest>

using namespace mrb;
using namespace mrb::ui;
using backend::EntryState;
using test::kPatienceMs;

/// What the panel shows of runs that share a machine, and of an interpreter that is kept ready.
class tst_QueueSharing : public QObject, private test::ShownQueue
{
    Q_OBJECT

private Q_SLOTS:
    void init() { open(); }
    void cleanup() { close(); }
    void runsSideBySideHaveTheirOwnProgress();
    void theRunUnderWayIsTheSelectedOneOfSeveral();
    void aSecondTrySaysWhyItIsThere();
    void theOfferIsAnsweredOnce_data();
    void theOfferIsAnsweredOnce();
    void aReadyInterpreterIsTold();
    void importingIsTimedWhileItIsSeen();
};

void tst_QueueSharing::runsSideBySideHaveTheirOwnProgress()
{
    m_bench->target->setCapacity(3);
    const QStringList ids = m_bench->add(4);
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->target->started.size(), 3, kPatienceMs);
    for (int i = 0; i < 3; ++i)
        Q_EMIT m_bench->job(ids[i])->progressed({.phase = backend::Phase::Diffusion,
                                                 .step = 10 * i,
                                                 .total = 30,
                                                 .etaSeconds = 30.0 - i,
                                                 .phaseElapsedSeconds = 10,
                                                 .elapsedSeconds = 30});
    const auto fraction = [&](const QString &id) {
        return model()->indexOf(id).data(QueueModel::FractionRole).toDouble();
    };
    QVERIFY(fraction(ids[0]) < fraction(ids[1]) && fraction(ids[1]) < fraction(ids[2]));
    QVERIFY2(rowText(ids[2]).contains(QStringLiteral("step 20 of 30")),
             qPrintable(rowText(ids[2])));
    QVERIFY(!model()->indexOf(ids[3]).data(QueueModel::FractionRole).isValid());
    const QString totals = m_panel->findChild<QLabel *>(QStringLiteral("queue.totals"))->text();
    QVERIFY2(totals.contains(u"3 running, 1 waiting"), qPrintable(totals));
    m_bench->job(ids[1])->end();
    QVERIFY2(rowText(ids[1]).startsWith(u"Passed"), qPrintable(rowText(ids[1])));
    QVERIFY(fraction(ids[2]) > 0); // its neighbours go on
}

void tst_QueueSharing::theRunUnderWayIsTheSelectedOneOfSeveral()
{
    QCOMPARE(m_panel->runningId(), QString());
    m_bench->target->setCapacity(2);
    const QStringList ids = m_bench->add(3);
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->target->started.size(), 2, kPatienceMs);
    m_panel->select(ids[2]); // it waits
    QCOMPARE(m_panel->runningId(), ids[0]);
    m_panel->select(ids[1]);
    QCOMPARE(m_panel->runningId(), ids[1]);
    trigger("skip");
    QVERIFY(m_bench->job(ids[1])->wasCancelled);
    QVERIFY(!m_bench->job(ids[0])->wasCancelled);
}

void tst_QueueSharing::aSecondTrySaysWhyItIsThere()
{
    const QString why = QStringLiteral("Again, alone: the first try ran out of GPU memory");
    backend::RunSettings settings = test::smallRun(m_bench->path() / "results");
    settings.alone = true;
    settings.expectedSeconds = 30;
    settings.retryOf = backend::RetryOf{.runId = "first", .reason = "gpu_out_of_memory"};
    m_bench->target->setCapacity(0);
    const QString id = m_bench->queue->add({settings}).front();
    QCOMPARE(rowText(id), why);
    m_bench->target->setCapacity(1);
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->stateOf(id), EntryState::Running, kPatienceMs);
    QVERIFY2(rowText(id).endsWith(why), qPrintable(rowText(id)));
    m_bench->job(id)->makeFolder();
    m_bench->job(id)->end();
    QVERIFY2(rowText(id).startsWith(u"Passed"), qPrintable(rowText(id)));
    QVERIFY2(rowText(id).endsWith(why), qPrintable(rowText(id)));
    // Somebody who wants it once more does not try again what failed.
    m_bench->target->setCapacity(0);
    m_panel->select(id);
    trigger("runAgain");
    const backend::RunSettings &again = m_bench->queue->find(m_panel->currentId())->settings;
    QVERIFY(!again.retryOf && !again.alone);
    const QString ordered = m_bench->add(1).front();
    QVERIFY(!rowText(ordered).contains(u"Again"));
}

void tst_QueueSharing::theOfferIsAnsweredOnce_data()
{
    QTest::addColumn<QString>("button");
    QTest::addColumn<int>("accepted");
    QTest::newRow("turned on") << QStringLiteral("queue.acceptWarm") << 1;
    QTest::newRow("not now") << QStringLiteral("queue.declineWarm") << 0;
}

void tst_QueueSharing::theOfferIsAnsweredOnce()
{
    QFETCH(const QString, button);
    QFETCH(const int, accepted);
    QSignalSpy accepts(m_panel.get(), &QueuePanel::warmStartAccepted);
    QSignalSpy declines(m_panel.get(), &QueuePanel::warmStartDeclined);
    auto *offer = m_panel->findChild<QFrame *>(QStringLiteral("queue.offer"));
    QVERIFY(!offer->isVisible());
    view()->setFocus();
    m_panel->offerWarmStart(QStringLiteral("Save 16 s?"));
    QVERIFY(offer->isVisible());
    auto *text = m_panel->findChild<WrappedText *>(QStringLiteral("queue.offerText"));
    QCOMPARE(text->toPlainText(), QStringLiteral("Save 16 s?"));
    QVERIFY(!offer->isAncestorOf(QApplication::focusWidget()));
    QTest::mouseClick(m_panel->findChild<QPushButton *>(button), Qt::LeftButton);
    QVERIFY(!offer->isVisible());
    QCOMPARE(accepts.size(), accepted);
    QCOMPARE(declines.size(), 1 - accepted);
}

void tst_QueueSharing::aReadyInterpreterIsTold()
{
    using Kind = backend::WarmState::Kind;
    const auto *line = m_panel->findChild<QWidget *>(QStringLiteral("queue.warm"));
    const auto *text = m_panel->findChild<WrappedText *>(QStringLiteral("queue.warmText"));
    QVERIFY(!line->isVisible()); // nobody wants one
    const QString versions = QStringLiteral("Python 3.12.3, torch 2.11.0");
    m_bench->target->setWarm({.kind = Kind::Ready, .ready = 1, .importing = 0, .text = versions});
    QVERIFY(line->isVisible());
    QCOMPARE(text->toPlainText(), QStringLiteral("Interpreter ready: ") + versions);
    m_bench->target->setWarm({.kind = Kind::Ready, .ready = 2, .importing = 1, .text = versions});
    QCOMPARE(text->toPlainText(), QStringLiteral("2 interpreters ready: ") + versions);
    m_bench->target->setWarm({.kind = Kind::NotPossible,
                              .ready = 0,
                              .importing = 0,
                              .text = QStringLiteral("no Python was found")});
    QCOMPARE(text->toPlainText(),
             QStringLiteral("Warm start is not possible: no Python was found"));
    m_bench->target->setWarm({});
    QVERIFY(!line->isVisible());
}

void tst_QueueSharing::importingIsTimedWhileItIsSeen()
{
    using Kind = backend::WarmState::Kind;
    const auto *text = m_panel->findChild<WrappedText *>(QStringLiteral("queue.warmText"));
    m_bench->target->setWarm({.kind = Kind::Importing, .ready = 0, .importing = 1, .text = {}});
    QCOMPARE(text->toPlainText(), QStringLiteral("Importing Python packages…"));
    QCOMPARE(test::tickingTimers(*m_panel), 1);
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().endsWith(u" s"), kPatienceMs);
    m_panel->hide();
    QCOMPARE(test::tickingTimers(*m_panel), 0);
    m_panel->show();
    QCOMPARE(test::tickingTimers(*m_panel), 1);
    m_bench->target->setWarm({.kind = Kind::Importing, .ready = 0, .importing = 0, .text = {}});
    QCOMPARE(text->toPlainText(), QStringLiteral("No interpreter is needed now"));
    QCOMPARE(test::tickingTimers(*m_panel), 0);
}

QTEST_MAIN(tst_QueueSharing)
#include "tst_QueueSharing.moc"
