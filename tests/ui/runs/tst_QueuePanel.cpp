// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/runs/ShownQueue.h"
#include "ui/runs/WrappedText.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QScrollBar>
#include <QtTest>

using namespace mrb;
using namespace mrb::ui;
using backend::EntryState;
using backend::EntryVerdict;
using test::kPatienceMs;

namespace {

const Error kProblem{"gpu_out_of_memory", QStringLiteral("The GPU ran out of memory."),
                     QStringLiteral("Ask for a smaller volume.")};

/// Takes the place of the file manager.
class FileManager : public QObject
{
    Q_OBJECT

public:
    FileManager() { QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "open"); }
    ~FileManager() override { QDesktopServices::unsetUrlHandler(QStringLiteral("file")); }
    QList<QUrl> opened;

public Q_SLOTS:
    void open(const QUrl &url) { opened << url; }
};

} // namespace

class tst_QueuePanel : public QObject, private test::ShownQueue
{
    Q_OBJECT

private Q_SLOTS:
    void init() { open(); }
    void cleanup() { close(); }
    void pausingLetsTheRunningOneGoOn();
    void cancelEndsOnlyTheSelectedOnes();
    void skipEndsTheRunningOneAndStartsTheNextAlsoWhilePaused();
    void cancelPendingLeavesTheRunningOne();
    void cancelAllAsksFirst();
    void clearingAndRemovingTakeOffEndedOnesOnly();
    void runAgainAddsTheSameSettings();
    void editTakesAWaitingRunOut();
    void settingsOfAnEndedRunCanBeUsed();
    void theErrorIsShownAndCopied();
    void resultLogAndFolderAreAskedFor();
    void altArrowsReorderWaitingRuns();
    void aBlockMovesTogether();
    void droppingReorders_data();
    void droppingReorders();
    void runsFromBeforeWaitUntilResumed();
    void discardingTakesOnlyThoseFromBefore();
    void anInterruptedRunSaysSoAndCanRunAgain();
    void theRunningRowTellsPhaseAndTimeLeft();
    void totalsAreTold();
    void manyEntriesChangeRowByRow();

private:
    void selectAll(const QStringList &ids) const
    {
        auto *model = qobject_cast<QueueModel *>(view()->model());
        m_panel->select(ids.front());
        for (const QString &id : ids)
            view()->selectionModel()->select(model->indexOf(id), QItemSelectionModel::Select);
    }
    bool isBannerShown() const
    {
        return m_panel->findChild<QFrame *>(QStringLiteral("queue.banner"))->isVisible();
    }
    QStringList order(const QStringList &ids) const
    {
        QStringList names;
        for (const QString &id : m_bench->pending())
            names << QString(QChar(u'A' + static_cast<char16_t>(ids.indexOf(id))));
        return names;
    }
};

void tst_QueuePanel::pausingLetsTheRunningOneGoOn()
{
    const QString running = m_bench->startOne();
    const QString waiting = m_bench->add(1).front();
    trigger("pause");
    QVERIFY(m_bench->queue->isPaused());
    QVERIFY(action("pause")->text().contains(u"Res"));
    QVERIFY(!m_bench->job(running)->wasCancelled);
    m_bench->job(running)->end();
    QCOMPARE(m_bench->stateOf(waiting), EntryState::Pending);
    QVERIFY(!isBannerShown()); // the user paused it, nothing was left
    trigger("pause");
    QVERIFY(!m_bench->queue->isPaused());
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->stateOf(waiting), EntryState::Running, kPatienceMs);
}

void tst_QueuePanel::cancelEndsOnlyTheSelectedOnes()
{
    const QString running = m_bench->startOne();
    const QStringList waiting = m_bench->add(3);
    selectAll({waiting[0], waiting[2]});
    trigger("cancel");
    QCOMPARE(m_bench->verdictOf(waiting[0]), EntryVerdict::Cancelled);
    QCOMPARE(m_bench->verdictOf(waiting[2]), EntryVerdict::Cancelled);
    QCOMPARE(m_bench->pending(), QStringList{waiting[1]});
    QVERIFY(!m_bench->job(running)->wasCancelled);
    QVERIFY(!action("cancel")->isEnabled());

    m_panel->select(running);
    trigger("cancel");
    QVERIFY(m_bench->job(running)->wasCancelled);
    QCOMPARE(m_bench->pending(), QStringList{waiting[1]});
}

void tst_QueuePanel::skipEndsTheRunningOneAndStartsTheNextAlsoWhilePaused()
{
    QVERIFY(!action("skip")->isEnabled());
    const QString running = m_bench->startOne();
    const QStringList waiting = m_bench->add(2);
    m_bench->queue->setPaused(true);
    m_panel->select(waiting[1]);
    trigger("skip");
    QVERIFY(m_bench->job(running)->wasCancelled);
    m_bench->job(running)->endCancelled();
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->stateOf(waiting[0]), EntryState::Running, kPatienceMs);
    QCOMPARE(m_bench->stateOf(waiting[1]), EntryState::Pending);
}

void tst_QueuePanel::cancelPendingLeavesTheRunningOne()
{
    const QString running = m_bench->startOne();
    const QStringList waiting = m_bench->add(2);
    trigger("cancelPending");
    QVERIFY(m_bench->pending().isEmpty());
    QVERIFY(!m_bench->job(running)->wasCancelled);
    QCOMPARE(rowText(waiting[0]), QStringLiteral("Cancelled"));
}

void tst_QueuePanel::cancelAllAsksFirst()
{
    const QString running = m_bench->startOne();
    m_bench->add(2);
    const auto answer = [this](QMessageBox::ButtonRole role) {
        auto *question = m_panel->findChild<QMessageBox *>();
        QVERIFY(question && question->isVisible());
        QVERIFY(question->text().contains(u"1 running and 2 waiting"));
        for (QAbstractButton *button : question->buttons())
            if (question->buttonRole(button) == role)
                button->click();
        QTRY_VERIFY_WITH_TIMEOUT(!m_panel->findChild<QMessageBox *>(), kPatienceMs);
    };
    trigger("cancelAll");
    answer(QMessageBox::RejectRole);
    QCOMPARE(m_bench->pending().size(), 2);
    QVERIFY(!m_bench->job(running)->wasCancelled);
    trigger("cancelAll");
    answer(QMessageBox::AcceptRole);
    QVERIFY(m_bench->pending().isEmpty());
    QVERIFY(m_bench->job(running)->wasCancelled);
}

void tst_QueuePanel::clearingAndRemovingTakeOffEndedOnesOnly()
{
    const QString ended = m_bench->startOne();
    const QString running = m_bench->add(1).front();
    const QString waiting = m_bench->add(1).front();
    m_bench->job(ended)->end();
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->stateOf(running), EntryState::Running, kPatienceMs);
    m_panel->select(waiting);
    QVERIFY(!action("remove")->isEnabled());
    m_panel->select(ended);
    view()->setFocus();
    QTest::keyClick(view(), Qt::Key_Delete);
    QVERIFY(!m_bench->queue->find(ended));
    m_bench->job(running)->end();
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->stateOf(waiting), EntryState::Running, kPatienceMs);
    trigger("clearEnded");
    QCOMPARE(m_bench->queue->entries().size(), std::size_t{1});
    QCOMPARE(m_bench->stateOf(waiting), EntryState::Running);
    QVERIFY(!action("clearEnded")->isEnabled());
}

void tst_QueuePanel::runAgainAddsTheSameSettings()
{
    const QString id = m_bench->startOne();
    m_panel->select(id);
    QVERIFY(!action("runAgain")->isEnabled());
    m_bench->queue->setPaused(true);
    m_bench->fail(id, {kProblem});
    trigger("runAgain");
    QCOMPARE(m_bench->pending().size(), 1);
    const QString again = m_bench->pending().front();
    QCOMPARE(m_bench->queue->find(again)->settings, m_bench->queue->find(id)->settings);
    QCOMPARE(m_panel->currentId(), again);
}

void tst_QueuePanel::editTakesAWaitingRunOut()
{
    const QString running = m_bench->startOne();
    const QString waiting = m_bench->add(2).back();
    const backend::RunSettings settings = m_bench->queue->find(waiting)->settings;
    QSignalSpy edited(m_panel.get(), &QueuePanel::editRequested);
    m_panel->select(running);
    QVERIFY(!action("edit")->isEnabled());
    m_panel->select(waiting);
    trigger("edit");
    QCOMPARE(edited.count(), 1);
    QCOMPARE(edited[0][0].value<backend::RunSettings>(), settings);
    QVERIFY(!m_bench->queue->find(waiting));
    QCOMPARE(m_bench->pending().size(), 1);
}

void tst_QueuePanel::settingsOfAnEndedRunCanBeUsed()
{
    const QString id = m_bench->startOne();
    m_bench->job(id)->end();
    QSignalSpy edited(m_panel.get(), &QueuePanel::editRequested);
    m_panel->select(id);
    trigger("edit");
    QCOMPARE(edited.count(), 1);
    QVERIFY(m_bench->queue->find(id));
}

void tst_QueuePanel::theErrorIsShownAndCopied()
{
    const QString id = m_bench->startOne();
    m_panel->select(id);
    QVERIFY(!action("copyError")->isEnabled());
    m_bench->fail(id, {kProblem});
    QVERIFY(rowText(id).contains(kProblem.message));
    auto *details = m_panel->findChild<WrappedText *>(QStringLiteral("queue.details"));
    QVERIFY(details->isVisible());
    QVERIFY(details->toPlainText().contains(kProblem.hint));
    trigger("copyError");
    const QString copied = QApplication::clipboard()->text();
    QVERIFY(copied.contains(kProblem.message) && copied.contains(kProblem.hint));
    QVERIFY(copied.contains(QStringLiteral("T1")));
}

void tst_QueuePanel::resultLogAndFolderAreAskedFor()
{
    const QString id = m_bench->startOne();
    QSignalSpy opened(m_panel.get(), &QueuePanel::openRequested);
    QSignalSpy logs(m_panel.get(), &QueuePanel::logRequested);
    QSignalSpy selections(m_panel.get(), &QueuePanel::selected);
    FileManager manager;
    QCOMPARE(m_panel->currentId(), id); // the first run selects itself
    m_panel->select({});
    QCOMPARE(selections.takeLast()[0].toString(), QString());
    m_panel->select(id);
    QCOMPARE(selections.takeLast()[0].toString(), id);
    QVERIFY(!action("open")->isEnabled());
    trigger("log");
    QCOMPARE(logs.takeFirst()[0].toString(), id);
    trigger("reveal");
    QCOMPARE(manager.opened, QList<QUrl>{QUrl::fromLocalFile(
                                 QString::fromStdString(m_bench->folderOf(id).string()))});
    m_bench->job(id)->end();
    trigger("open");
    QCOMPARE(opened.takeFirst()[0].value<std::filesystem::path>(), m_bench->folderOf(id));
    view()->setFocus();
    QTest::keyClick(view(), Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
}

void tst_QueuePanel::altArrowsReorderWaitingRuns()
{
    m_bench->target->setCapacity(0);
    const QStringList ids = m_bench->add(4);
    m_panel->select(ids[1]);
    view()->setFocus();
    QTest::keyClick(view(), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(order(ids).join(u' '), QStringLiteral("A C B D"));
    QCOMPARE(m_panel->currentId(), ids[1]);
    QTest::keyClick(view(), Qt::Key_Down, Qt::AltModifier);
    QTest::keyClick(view(), Qt::Key_Down, Qt::AltModifier); // the end
    QCOMPARE(order(ids).join(u' '), QStringLiteral("A C D B"));
    for (int press = 0; press < 4; ++press)
        QTest::keyClick(view(), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(order(ids).join(u' '), QStringLiteral("B A C D"));
}

void tst_QueuePanel::aBlockMovesTogether()
{
    m_bench->target->setCapacity(0);
    const QStringList ids = m_bench->add(5);
    selectAll({ids[1], ids[2]});
    trigger("moveDown");
    QCOMPARE(order(ids).join(u' '), QStringLiteral("A D B C E"));
    trigger("moveUp");
    trigger("moveUp");
    QCOMPARE(order(ids).join(u' '), QStringLiteral("B C A D E"));
}

void tst_QueuePanel::droppingReorders_data()
{
    QTest::addColumn<QList<int>>("dragged"); // of A B C D E
    QTest::addColumn<int>("gap");            // before this row of all; row 0 has ended
    QTest::addColumn<QString>("expected");
    QTest::newRow("down") << QList<int>{0} << 4 << QStringLiteral("B C A D E");
    QTest::newRow("up") << QList<int>{3} << 2 << QStringLiteral("A D B C E");
    QTest::newRow("to the end") << QList<int>{1} << -1 << QStringLiteral("A C D E B");
    QTest::newRow("above all waiting ones") << QList<int>{4} << 0 << QStringLiteral("E A B C D");
    QTest::newRow("two, apart") << QList<int>{0, 2} << 5 << QStringLiteral("B D A C E");
    QTest::newRow("where it is") << QList<int>{2} << 3 << QStringLiteral("A B C D E");
}

void tst_QueuePanel::droppingReorders()
{
    QFETCH(QList<int>, dragged);
    QFETCH(int, gap);
    QFETCH(QString, expected);
    const QString ended = m_bench->startOne();
    m_bench->target->setCapacity(0);
    m_bench->job(ended)->end();
    const QStringList ids = m_bench->add(5);
    auto *model = qobject_cast<QueueModel *>(view()->model());
    QModelIndexList rows;
    for (int row : dragged)
        rows << model->indexOf(ids[row]);
    const std::unique_ptr<QMimeData> data(model->mimeData(rows));
    QVERIFY(model->canDropMimeData(data.get(), Qt::MoveAction, gap, 0, {}));
    model->dropMimeData(data.get(), Qt::MoveAction, gap, 0, {});
    QCOMPARE(order(ids).join(u' '), expected);
    QVERIFY(!model->flags(model->indexOf(ended)).testFlag(Qt::ItemIsDragEnabled));
}

void tst_QueuePanel::runsFromBeforeWaitUntilResumed()
{
    m_bench->target->setCapacity(0);
    const QStringList ids = m_bench->add(3);
    m_panel.reset();
    m_bench->reopen();
    makePanel();
    QVERIFY(isBannerShown());
    auto *text = m_panel->findChild<WrappedText *>(QStringLiteral("queue.bannerText"));
    QVERIFY2(text->toPlainText().startsWith(u"3 runs are waiting from before"),
             qPrintable(text->toPlainText()));
    QCoreApplication::processEvents();
    QVERIFY(m_bench->target->started.isEmpty());
    m_panel->findChild<QPushButton *>(QStringLiteral("queue.resumeLeft"))->click();
    QVERIFY(!isBannerShown());
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->target->started, QStringList{ids[0]}, kPatienceMs);
}

void tst_QueuePanel::discardingTakesOnlyThoseFromBefore()
{
    m_bench->target->setCapacity(0);
    const QStringList before = m_bench->add(2);
    m_panel.reset();
    m_bench->reopen();
    makePanel();
    const QString added = m_bench->add(1).front();
    auto *discard = m_panel->findChild<QPushButton *>(QStringLiteral("queue.discardLeft"));
    discard->click();
    QCOMPARE(m_bench->pending(), QStringList{added});
    QCOMPARE(m_bench->verdictOf(before[0]), EntryVerdict::Cancelled);
    QVERIFY(!isBannerShown());
    QVERIFY(m_bench->queue->isPaused()); // and the button says so

    // With nothing else waiting, the next run is not held up by a forgotten pause.
    m_panel.reset();
    m_bench->reopen();
    makePanel();
    QVERIFY(isBannerShown());
    m_panel->findChild<QPushButton *>(QStringLiteral("queue.discardLeft"))->click();
    QVERIFY(m_bench->pending().isEmpty());
    QVERIFY(!m_bench->queue->isPaused());
}

void tst_QueuePanel::anInterruptedRunSaysSoAndCanRunAgain()
{
    const QString id = m_bench->startOne();
    std::filesystem::create_directories(m_bench->folderOf(id));
    test::write(m_bench->folderOf(id) / "run.json", R"({"state": "running"})");
    m_panel.reset();
    m_bench->reopen();
    makePanel();
    QCOMPARE(m_bench->stateOf(id), EntryState::Interrupted);
    QVERIFY(rowText(id).startsWith(QStringLiteral("Interrupted")));
    m_panel->select(id);
    trigger("runAgain");
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->target->started.size(), 1, kPatienceMs);
    QCOMPARE(m_bench->stateOf(id), EntryState::Interrupted);
}

void tst_QueuePanel::theRunningRowTellsPhaseAndTimeLeft()
{
    const QString id = m_bench->startOne();
    Q_EMIT m_bench->job(id)->progressed({.phase = backend::Phase::Diffusion,
                                         .step = 12,
                                         .total = 30,
                                         .etaSeconds = 20,
                                         .phaseElapsedSeconds = 10,
                                         .elapsedSeconds = 30});
    QVERIFY2(rowText(id).contains(QStringLiteral("step 12 of 30")), qPrintable(rowText(id)));
    QVERIFY2(rowText(id).contains(u"left"), qPrintable(rowText(id)));
    auto *model = qobject_cast<QueueModel *>(view()->model());
    const double fraction = model->indexOf(id).data(QueueModel::FractionRole).toDouble();
    QVERIFY(fraction > 0 && fraction < 1);
    m_bench->job(id)->end();
    QVERIFY(!model->indexOf(id).data(QueueModel::FractionRole).isValid());
    QVERIFY2(rowText(id).startsWith(u"Passed"), qPrintable(rowText(id)));
}

void tst_QueuePanel::totalsAreTold()
{
    const auto totals = [this] {
        return m_panel->findChild<QLabel *>(QStringLiteral("queue.totals"))->text();
    };
    m_bench->startOne();
    m_bench->add(3);
    QVERIFY2(totals().contains(u"1 running, 3 waiting"), qPrintable(totals()));
    trigger("pause");
    QVERIFY2(totals().startsWith(u"Paused"), qPrintable(totals()));
}

void tst_QueuePanel::manyEntriesChangeRowByRow()
{
    const QString running = m_bench->startOne();
    const QStringList ids = m_bench->add(2'000);
    QAbstractItemModel *model = view()->model();
    m_panel->select(ids[1'000]);
    const int place = view()->verticalScrollBar()->value();
    QVERIFY(place > 0);
    QSignalSpy resets(model, &QAbstractItemModel::modelReset);
    QSignalSpy inserted(model, &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(model, &QAbstractItemModel::dataChanged);
    Q_EMIT m_bench->job(running)->progressed({.phase = backend::Phase::Models, .etaSeconds = {}});
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed[0][0].toModelIndex(), changed[0][1].toModelIndex());
    m_bench->job(running)->end();
    QTRY_COMPARE_WITH_TIMEOUT(m_bench->stateOf(ids[0]), EntryState::Running, kPatienceMs);
    m_bench->queue->cancel(ids[1'500]); // goes up to the ended ones
    QCOMPARE(model->rowCount(), 2'001);
    QCOMPARE(resets.count() + inserted.count(), 0);
    QCOMPARE(m_panel->currentId(), ids[1'000]);
}

QTEST_MAIN(tst_QueuePanel)
#include "tst_QueuePanel.moc"
