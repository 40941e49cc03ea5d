// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/BatchFigures.h"

#include <QtTest>

using namespace mrb::backend;

namespace {

BatchItem ended(EntryVerdict verdict, ExitCode code, std::optional<double> expected = {})
{
    BatchItem item;
    item.verdict = verdict;
    item.exitCode = static_cast<int>(code);
    item.expectedSeconds = expected;
    return item;
}

BatchItem waiting(std::optional<double> expected = {})
{
    BatchItem item;
    item.expectedSeconds = expected;
    return item;
}

BatchItem madeBefore()
{
    BatchItem item = ended(EntryVerdict::Passed, ExitCode::Passed);
    item.madeBefore = true;
    return item;
}

const BatchItem kPassed = ended(EntryVerdict::Passed, ExitCode::Passed);
const BatchItem kRefused = ended(EntryVerdict::Refused, ExitCode::Refused);
const BatchItem kGate = ended(EntryVerdict::GateFailed, ExitCode::GateFailed);
const BatchItem kTimedOut = ended(EntryVerdict::Failed, ExitCode::TimedOut);
const BatchItem kFailed = ended(EntryVerdict::Failed, ExitCode::UpstreamFailed);
const BatchItem kNotWritten = ended(EntryVerdict::Failed, ExitCode::NotWritten);
const BatchItem kCancelled = ended(EntryVerdict::Cancelled, ExitCode::Cancelled);

} // namespace

Q_DECLARE_METATYPE(ExitCode)

class TestBatchFigures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exitCode_isThatOfTheMostSeriousRun_data()
    {
        QTest::addColumn<std::vector<BatchItem>>("items");
        QTest::addColumn<bool>("stopped");
        QTest::addColumn<ExitCode>("code");
        const auto row = [](const char *name, std::vector<BatchItem> items, bool stopped,
                            ExitCode code) { QTest::newRow(name) << items << stopped << code; };
        row("passed", {kPassed, madeBefore()}, false, ExitCode::Passed);
        row("refused", {kPassed, kRefused}, false, ExitCode::Refused);
        row("gate", {kRefused, kGate, kPassed}, false, ExitCode::GateFailed);
        row("time limit", {kTimedOut, kGate}, false, ExitCode::TimedOut);
        row("upstream", {kTimedOut, kFailed, kGate}, false, ExitCode::UpstreamFailed);
        row("not written", {kNotWritten, kFailed}, false, ExitCode::NotWritten);
        row("stopped with runs left", {kFailed, waiting()}, true, ExitCode::Cancelled);
        row("stopped when all was done", {kGate, kPassed}, true, ExitCode::GateFailed);
        row("a cancelled run", {kCancelled, kFailed}, true, ExitCode::Cancelled);
        row("refusals ended it", {kRefused, waiting()}, false, ExitCode::Refused);
    }
    void exitCode_isThatOfTheMostSeriousRun()
    {
        QFETCH(const std::vector<BatchItem>, items);
        QFETCH(const bool, stopped);
        QFETCH(const ExitCode, code);
        QCOMPARE(exitCodeOf(countItems(items), stopped), code);
    }

    void timeLeft_isNotKnownBeforeARunHasEnded()
    {
        QVERIFY(!secondsLeft(countItems({madeBefore(), waiting(10)}), 5));
        QCOMPARE(secondsLeft(countItems({kPassed}), 5), std::optional<double>(0));
    }

    void timeLeft_followsWhatEndedInThisStart()
    {
        // Two of them in 30 s, three are left; the one of an earlier start says nothing.
        const std::vector<BatchItem> items = {madeBefore(), kPassed,   kFailed,
                                              waiting(),    waiting(), waiting()};
        QCOMPARE(secondsLeft(countItems(items), 30), std::optional<double>(45));
    }

    void timeLeft_weighsRunsByWhatIsExpected()
    {
        const std::vector<BatchItem> items = {ended(EntryVerdict::Passed, ExitCode::Passed, 10),
                                              waiting(40), waiting(20)};
        QCOMPARE(secondsLeft(countItems(items), 5), std::optional<double>(30));
    }
};

QTEST_GUILESS_MAIN(TestBatchFigures)
#include "tst_BatchFigures.moc"
