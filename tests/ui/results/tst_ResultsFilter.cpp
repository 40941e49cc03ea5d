// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "RunTable.h"
#include "ui/results/ResultsFilter.h"

#include <QTest>

using namespace mrb;
using namespace mrb::ui;

namespace {

const QDateTime kNow(QDate(2026, 11, 22), QTime(12, 0));

backend::RunSummary run(const char *name, const char *modality, int seed, const QDateTime &started)
{
    backend::RunSummary summary;
    summary.folder = std::string("/results/") + name;
    summary.state = backend::RunState::Ended;
    summary.verdict = backend::EntryVerdict::Passed;
    summary.modality = QString::fromLatin1(modality);
    if (seed >= 0)
        summary.seed = seed;
    summary.startedAt = started.toUTC();
    return summary;
}

/// Newest first; "a" to "f".
std::vector<backend::RunSummary> examples()
{
    const QDateTime midnight(kNow.date(), QTime(0, 0));
    auto a = run("a", "mri_t1", 30, midnight);
    a.seconds = 20;
    a.review.rating = backend::Rating::Rejected;
    auto b = run("b", "mri_flair", 7, midnight.addSecs(-1));
    b.seconds = 5;
    b.review.note = QStringLiteral("Ringing at the TOP");
    b.verdict = backend::EntryVerdict::Failed;
    auto c = run("c", "mri_t1", -1, midnight.addDays(-6));
    c.review.tags = {QStringLiteral("paper"), QStringLiteral("figure 2")};
    c.state = backend::RunState::Interrupted;
    auto d = run("d", "mri_t1", 7, midnight.addDays(-7));
    d.review.rating = backend::Rating::Accepted;
    d.seconds = 5;
    auto e = run("e", "mri_t2", 100, midnight.addDays(-30));
    e.verdict = backend::EntryVerdict::Demo;
    auto f = run("f", "", 2, QDateTime());
    f.seconds = 90;
    return {a, b, c, d, e, f};
}

QString namesOf(const RunEntries &entries)
{
    QString names;
    for (const auto &entry : entries)
        names += QString::fromStdString(entry->run.folder.filename().string());
    return names;
}

RunEntries entriesOf(const std::vector<backend::RunSummary> &runs)
{
    RunEntries entries;
    for (const auto &one : runs)
        entries.push_back(std::make_shared<RunEntry>(one));
    return entries;
}

} // namespace

class tst_ResultsFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatMatchesAllParts_data();
    void keepsWhatMatchesAllParts();
    void sortsWithUnknownValuesAtTheEnd_data();
    void sortsWithUnknownValuesAtTheEnd();
};

void tst_ResultsFilter::keepsWhatMatchesAllParts_data()
{
    QTest::addColumn<ResultsFilter>("filter");
    QTest::addColumn<QString>("names");
    const auto text = [](const char *words) {
        return ResultsFilter{.text = QString::fromLatin1(words)};
    };
    QTest::newRow("nothing") << ResultsFilter{} << "abcdef";
    QTest::newRow("blanks") << text("   ") << "abcdef";
    QTest::newRow("note, whatever the case") << text("ringing top") << "b";
    QTest::newRow("every word must occur") << text("ringing bottom") << "";
    QTest::newRow("tag") << text("figure") << "c";
    QTest::newRow("seed") << text("100") << "e";
    QTest::newRow("folder") << text("results/d") << "d";
    QTest::newRow("modality in words") << text("flair") << "b";
    QTest::newRow("modality") << ResultsFilter{.modality = QStringLiteral("mri_t1")} << "acd";
    QTest::newRow("verdict") << ResultsFilter{.outcome = Outcome::Failed} << "b";
    QTest::newRow("interrupted, whatever the verdict")
        << ResultsFilter{.outcome = Outcome::Interrupted} << "c";
    QTest::newRow("rating") << ResultsFilter{.rating = backend::Rating::Accepted} << "d";
    QTest::newRow("undecided") << ResultsFilter{.rating = backend::Rating::Undecided} << "bcef";
    QTest::newRow("today begins at midnight") << ResultsFilter{.dates = DateRange::Today} << "a";
    QTest::newRow("7 days with today") << ResultsFilter{.dates = DateRange::Week} << "abc";
    QTest::newRow("30 days with today") << ResultsFilter{.dates = DateRange::Month} << "abcd";
    QTest::newRow("all parts") << ResultsFilter{.text = QStringLiteral("7"),
                                                .modality = QStringLiteral("mri_t1"),
                                                .rating = backend::Rating::Accepted,
                                                .dates = DateRange::Month}
                               << "d";
}

void tst_ResultsFilter::keepsWhatMatchesAllParts()
{
    QFETCH(ResultsFilter, filter);
    QFETCH(QString, names);
    QCOMPARE(namesOf(arrangedRuns(entriesOf(examples()), filter, {}, kNow)), names);
}

void tst_ResultsFilter::sortsWithUnknownValuesAtTheEnd_data()
{
    QTest::addColumn<ResultsSort>("by");
    QTest::addColumn<QString>("ascending");
    QTest::addColumn<QString>("descending");
    QTest::newRow("date") << ResultsSort::Date << "edcbaf"
                          << "abcdef";
    QTest::newRow("seed, equal ones newest first") << ResultsSort::Seed << "fbdaec"
                                                   << "eabdfc";
    QTest::newRow("modality") << ResultsSort::Modality << "bacdef"
                              << "eacdbf";
    QTest::newRow("verdict") << ResultsSort::Outcome << "adfebc"
                             << "cbeadf";
    QTest::newRow("rating") << ResultsSort::Rating << "dbcefa"
                            << "abcefd";
    QTest::newRow("duration") << ResultsSort::Duration << "bdafce"
                              << "fabdce";
}

void tst_ResultsFilter::sortsWithUnknownValuesAtTheEnd()
{
    QFETCH(ResultsSort, by);
    QFETCH(QString, ascending);
    QFETCH(QString, descending);
    const RunEntries entries = entriesOf(examples());
    QCOMPARE(namesOf(arrangedRuns(entries, {}, {by, false}, kNow)), ascending);
    QCOMPARE(namesOf(arrangedRuns(entries, {}, {by, true}, kNow)), descending);
}

QTEST_GUILESS_MAIN(tst_ResultsFilter)
#include "tst_ResultsFilter.moc"
