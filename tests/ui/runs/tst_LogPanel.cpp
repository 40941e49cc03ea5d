// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/runs/QueueBench.h"
#include "ui/runs/LogPanel.h"
#include "ui/runs/LogView.h"
#include "ui/runs/WrappedText.h"

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTextBlock>
#include <QToolButton>
#include <QtTest>

using namespace mrb;
using namespace mrb::ui;
using test::kPatienceMs;
using test::QueueBench;

namespace fs = std::filesystem;

namespace {

QString line(int number)
{
    return QStringLiteral("line %1").arg(number);
}

/// A log of upstream that ran out of memory: the real one where it lies beside the checkout.
std::string failedLog()
{
    QFile real(
        QStringLiteral(MRB_SOURCE_DIR "/../shared/contract/logs/failures/out_of_memory.log"));
    if (real.open(QIODevice::ReadOnly))
        return real.readAll().toStdString();
    std::string text;
    for (int number = 0; number < 60; ++number)
        text += "[2026-01-01 10:00:00][ INFO ] - step " + std::to_string(number) + "\n";
    return text + "Traceback (most recent call last):\n  File \"a.py\", line 3, in main\n"
                  "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.62 GiB.\n";
}

} // namespace

class tst_LogPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void aFloodStaysBoundedAndEndsWithItsLastLine();
    void olderLinesAreSaidToBeInTheFile();
    void aBarIsUpdatedInPlace();
    void whatWasPrintedBeforeFollowingIsThere();
    void scrollingUpStopsFollowingUntilTheButton();
    void aUserWhoReadsIsNotMovedByNewLines();
    void searchCountsAndGoesRound();
    void aFailedRunOpensAtItsFirstErrorWithTheCause();
    void aRunThatFailsWhileItIsWatchedShowsTheCause();
    void aRefusedRunShowsWhy();
    void aMissingFileIsSaid();
    void onlyTheEndOfALargeFileIsRead();
    void anotherRunChosenWhileReadingWins();
    void theSelectionOrEverythingIsCopied();
    void coloursFollowThePalette();

private:
    LogView *view() const { return m_panel->findChild<LogView *>(); }
    QString text() const { return view()->toPlainText(); }
    QString lastLine() const { return view()->document()->lastBlock().text(); }
    QString labelText(const char *name) const
    {
        return m_panel->findChild<QLabel *>(QLatin1StringView(name))->text();
    }
    QString boxText(const char *name) const
    {
        const auto *box = m_panel->findChild<WrappedText *>(QLatin1StringView(name));
        return box->isVisible() ? box->toPlainText() : QString();
    }
    fs::path folderWithLog(const char *name, const std::string &log) const
    {
        const fs::path folder = m_bench->path() / name;
        test::write(folder / "logs" / "stderr.log", log);
        return folder;
    }
    void printMany(const QString &id, int count, int from = 0)
    {
        for (int number = from; number < from + count; ++number)
            m_bench->print(id, line(number));
        QTRY_COMPARE_WITH_TIMEOUT(lastLine(), line(from + count - 1), kPatienceMs);
    }

    std::unique_ptr<QueueBench> m_bench;
    std::unique_ptr<LogPanel> m_panel;
};

void tst_LogPanel::init()
{
    m_bench = std::make_unique<QueueBench>();
    m_panel = std::make_unique<LogPanel>(*m_bench->queue);
    m_panel->resize(900, 200);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
}

void tst_LogPanel::cleanup()
{
    // Nothing ticks when nothing is printed.
    QTRY_COMPARE_WITH_TIMEOUT(test::tickingTimers(*m_panel), 0, kPatienceMs);
    m_panel.reset();
    m_bench.reset();
}

void tst_LogPanel::aFloodStaysBoundedAndEndsWithItsLastLine()
{
    const QString id = m_bench->startOne();
    m_panel->follow(id);
    constexpr int kLines = 200'000;
    for (int number = 0; number < kLines; ++number) {
        m_bench->print(id, line(number));
        if (number % 2'000 == 0)
            QCoreApplication::processEvents();
    }
    QTRY_COMPARE_WITH_TIMEOUT(lastLine(), line(kLines - 1), kPatienceMs);
    QVERIFY(view()->blockCount() <= static_cast<int>(LogStore::kMaxLines));
    QVERIFY(m_panel->isFollowingTail());

    // Every line is either there or counted.
    qint64 counted = 0;
    for (const QString &shown : text().split(u'\n')) {
        if (shown.startsWith(u"line "))
            ++counted;
        else
            counted += QLocale().toLongLong(shown.section(u' ', 1, 1));
    }
    QCOMPARE(counted, qint64{kLines});
}

void tst_LogPanel::olderLinesAreSaidToBeInTheFile()
{
    const QString id = m_bench->startOne();
    m_panel->follow(id);
    constexpr int kBatch = 250;
    for (int from = 0; from < 21'000; from += kBatch) {
        QVERIFY(labelText("log.note").isEmpty() || from > 20'000);
        printMany(id, kBatch, from);
    }
    QCOMPARE(view()->blockCount(), static_cast<int>(LogStore::kMaxLines));
    QCOMPARE(view()->document()->firstBlock().text(), line(1'000));
    QVERIFY(labelText("log.note").contains(u"file"));
}

void tst_LogPanel::aBarIsUpdatedInPlace()
{
    const QString id = m_bench->startOne();
    m_panel->follow(id);
    printMany(id, 2);
    for (int step = 1; step <= 30; ++step) {
        const QString bar = QStringLiteral("%1%|##| %2/30 [00:01<00:02]").arg(step * 3).arg(step);
        m_bench->print(id, bar, true);
        if (step % 10 == 0) {
            QTRY_COMPARE_WITH_TIMEOUT(lastLine(), bar, kPatienceMs);
            QCOMPARE(view()->blockCount(), 3);
        }
    }
    m_bench->print(id, QStringLiteral("100%|##| 30/30 [00:03<00:00]"));
    m_bench->print(id, QStringLiteral("done"));
    QTRY_COMPARE_WITH_TIMEOUT(lastLine(), QStringLiteral("done"), kPatienceMs);
    QCOMPARE(text(), QStringLiteral("line 0\nline 1\n100%|##| 30/30 [00:03<00:00]\ndone"));
}

void tst_LogPanel::whatWasPrintedBeforeFollowingIsThere()
{
    m_bench->target->setCapacity(2);
    const QString first = m_bench->startOne();
    const QString second = m_bench->startOne();
    m_panel->follow(first);
    m_bench->print(second, QStringLiteral("of the second"));
    printMany(first, 3);
    QVERIFY(!text().contains(u"second"));
    m_panel->follow(second);
    QTRY_COMPARE_WITH_TIMEOUT(text(), QStringLiteral("of the second"), kPatienceMs);
    m_panel->follow(first);
    QTRY_COMPARE_WITH_TIMEOUT(text(), QStringLiteral("line 0\nline 1\nline 2"), kPatienceMs);
}

void tst_LogPanel::scrollingUpStopsFollowingUntilTheButton()
{
    const QString id = m_bench->startOne();
    m_panel->follow(id);
    printMany(id, 300);
    QScrollBar *bar = view()->verticalScrollBar();
    auto *jump = m_panel->findChild<QPushButton *>(QStringLiteral("log.jump"));
    QCOMPARE(bar->value(), bar->maximum());
    QVERIFY(!jump->isVisible());

    bar->triggerAction(QAbstractSlider::SliderPageStepSub);
    QVERIFY(!m_panel->isFollowingTail());
    QVERIFY(jump->isVisible());
    const int place = bar->value();
    printMany(id, 100, 300);
    QCOMPARE(bar->value(), place);

    jump->click();
    QVERIFY(m_panel->isFollowingTail());
    QVERIFY(!jump->isVisible());
    printMany(id, 100, 400);
    QCOMPARE(bar->value(), bar->maximum());

    bar->triggerAction(QAbstractSlider::SliderPageStepSub);
    bar->triggerAction(QAbstractSlider::SliderToMaximum);
    QVERIFY(m_panel->isFollowingTail());
    m_panel->resize(900, 120);
    printMany(id, 1, 500);
    QCOMPARE(bar->value(), bar->maximum());
}

void tst_LogPanel::aUserWhoReadsIsNotMovedByNewLines()
{
    const QString id = m_bench->startOne();
    m_panel->follow(id);
    for (int from = 0; from < 20'000; from += 250)
        printMany(id, 250, from);
    view()->verticalScrollBar()->setValue(10'000);
    const auto topLine = [this] { return view()->cursorForPosition({5, 5}).block().text(); };
    const QString read = topLine();
    printMany(id, 250, 20'000); // as many go away above
    QCOMPARE(topLine(), read);
    QVERIFY(!m_panel->isFollowingTail());
}

void tst_LogPanel::searchCountsAndGoesRound()
{
    const QString id = m_bench->startOne();
    m_panel->follow(id);
    printMany(id, 200);
    QTest::keyClick(view(), Qt::Key_F, Qt::ControlModifier);
    auto *field = m_panel->findChild<QLineEdit *>(QStringLiteral("log.searchText"));
    QVERIFY(field->isVisible());
    QTest::keyClicks(field, QStringLiteral("LINE 19"));
    const auto count = [this] { return labelText("log.searchCount"); };
    const auto found = [this] { return view()->textCursor().block().text(); };
    QVERIFY(count().contains(QStringLiteral("11"))); // 19, 190 … 199
    const QString first = found();
    QStringList seen{first};
    for (int step = 1; step < 11; ++step) {
        QTest::keyClick(field, Qt::Key_Return);
        seen << found();
    }
    seen.removeDuplicates();
    QCOMPARE(seen.size(), 11);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(found(), first);
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(found(), seen.back());
    QVERIFY(!m_panel->isFollowingTail());

    m_bench->print(id, QStringLiteral("line 19 again"));
    QTRY_VERIFY_WITH_TIMEOUT(count().contains(QStringLiteral("12")), kPatienceMs);
    field->setText(QStringLiteral("nowhere"));
    QCOMPARE(count(), QStringLiteral("No match"));
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!field->isVisible());
    QVERIFY(view()->extraSelections().isEmpty());
}

void tst_LogPanel::aFailedRunOpensAtItsFirstErrorWithTheCause()
{
    const std::string log = failedLog();
    const auto cause = backend::recogniseFailure(QString::fromStdString(log), 1);
    QVERIFY(cause);
    m_panel->showFile(folderWithLog("failed", log), true, 1);
    QTRY_COMPARE_WITH_TIMEOUT(boxText("log.failureWhat"), cause->what, kPatienceMs);
    QVERIFY(boxText("log.failureAdvice").contains(cause->advice));
    const auto isError = [](const QTextBlock &block) {
        return backend::logLevelOf(block.text()) == backend::LogLevel::Error;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isError(view()->textCursor().block()), kPatienceMs);
    for (QTextBlock block = view()->textCursor().block().previous(); block.isValid();
         block = block.previous())
        QVERIFY2(!isError(block), qPrintable(block.text()));
    QVERIFY(view()->viewport()->rect().contains(view()->cursorRect().center()));

    m_panel->findChild<QToolButton *>(QStringLiteral("log.evidence"))->click();
    QVERIFY(view()->textCursor().block().text().contains(QStringView(cause->evidence).left(20)));
}

void tst_LogPanel::aRunThatFailsWhileItIsWatchedShowsTheCause()
{
    const QString id = m_bench->startOne();
    m_panel->follow(id);
    const std::string log = failedLog();
    test::write(m_bench->folderOf(id) / "logs" / "stderr.log", log);
    QStringList lines = QString::fromStdString(log).split(u'\n', Qt::SkipEmptyParts);
    for (QString &each : lines) {
        each = each.section(u'\r', -1); // bars
        m_bench->print(id, each);
    }
    m_bench->fail(id, {});
    QTRY_VERIFY_WITH_TIMEOUT(!boxText("log.failureWhat").isEmpty(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(backend::logLevelOf(view()->textCursor().block().text()) ==
                                 backend::LogLevel::Error,
                             kPatienceMs);
    QCOMPARE(text(), lines.join(u'\n'));
}

void tst_LogPanel::aRefusedRunShowsWhy()
{
    const QString id = m_bench->add(1).front();
    m_panel->follow(id);
    QTRY_VERIFY_WITH_TIMEOUT(m_bench->target->started.contains(id), kPatienceMs);
    m_bench->job(id)->endRefused({"disk_nearly_full", QStringLiteral("The disk is full."),
                                  QStringLiteral("Free some space.")});
    QTRY_COMPARE_WITH_TIMEOUT(text(), QStringLiteral("The disk is full.\nFree some space."),
                              kPatienceMs);
}

void tst_LogPanel::aMissingFileIsSaid()
{
    m_panel->showFile(m_bench->path() / "gone");
    QTRY_VERIFY_WITH_TIMEOUT(text().contains(u"stderr.log cannot be read"), kPatienceMs);
    QVERIFY(!m_panel->isLoading());
}

void tst_LogPanel::onlyTheEndOfALargeFileIsRead()
{
    std::string log;
    constexpr int kLines = 400'000; // some 5 MiB
    for (int number = 0; number < kLines; ++number)
        log += "line " + std::to_string(number) + "\n";
    test::write(m_bench->path() / "large" / "logs" / "stdout.log", "printed\n");
    m_panel->showFile(folderWithLog("large", log));
    QTRY_COMPARE_WITH_TIMEOUT(lastLine(), line(kLines - 1), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(view()->blockCount(), static_cast<int>(LogStore::kMaxLines),
                              kPatienceMs);
    QVERIFY(labelText("log.note").contains(u"file"));
}

void tst_LogPanel::anotherRunChosenWhileReadingWins()
{
    m_panel->showFile(folderWithLog("first", "first\n"));
    m_panel->showFile(folderWithLog("second", "second\n"));
    QTRY_COMPARE_WITH_TIMEOUT(text(), QStringLiteral("second"), kPatienceMs);
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
    QCOMPARE(text(), QStringLiteral("second"));

    m_panel->showFile(folderWithLog("third", "third\n"));
    m_panel->clear();
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
    QCOMPARE(text(), QString());
}

void tst_LogPanel::theSelectionOrEverythingIsCopied()
{
    const fs::path folder = folderWithLog("run", "one\ntwo\n");
    auto *button = m_panel->findChild<QToolButton *>(QStringLiteral("log.file"));
    QVERIFY(!button->isEnabled());
    m_panel->showFile(folder);
    QTRY_COMPARE_WITH_TIMEOUT(text(), QStringLiteral("one\ntwo"), kPatienceMs);
    QVERIFY(button->isEnabled());
    m_panel->copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("one\ntwo"));
    QTextCursor cursor = view()->textCursor();
    cursor.movePosition(QTextCursor::Start);
    cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
    view()->setTextCursor(cursor);
    m_panel->copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("one"));
}

void tst_LogPanel::coloursFollowThePalette()
{
    m_panel->showFile(folderWithLog("run", "fine\nRuntimeError: no\n"));
    QTRY_COMPARE_WITH_TIMEOUT(view()->blockCount(), 2, kPatienceMs);
    const auto colour = [this] {
        return view()->document()->lastBlock().begin().fragment().charFormat().foreground().color();
    };
    const QColor before = colour();
    QPalette dark = m_panel->palette();
    dark.setColor(QPalette::Window, Qt::black);
    dark.setColor(QPalette::Base, Qt::black);
    m_panel->setPalette(dark);
    QTRY_COMPARE_WITH_TIMEOUT(view()->blockCount(), 2, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(colour() != before, kPatienceMs);
}

QTEST_MAIN(tst_LogPanel)
#include "tst_LogPanel.moc"
