// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/RunList.h"

#include <QTest>

using namespace mrb::backend;

namespace {

ReadRun reading(const std::string &folder, int minute, std::uint64_t readAt,
                const QString &status = {})
{
    RunSummary run;
    run.folder = folder;
    if (minute >= 0)
        run.startedAt = QDateTime(QDate(2026, 3, 1), QTime(10, minute), Qt::UTC);
    run.overallStatus = status;
    return {.summary = std::make_shared<const RunSummary>(run), .readAt = readAt};
}

std::string order(const RunList &list)
{
    std::string names;
    for (const RunSummary &run : list.runs()) {
        names += run.folder.string();
        // Found where it is, also after the order changed.
        if (list.find(run.folder.string()) != &run)
            names += "?";
    }
    return names;
}

const Review kAccepted{.rating = Rating::Accepted};
const Review kRejected{.rating = Rating::Rejected};

} // namespace

class TestRunList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runs_areNewestFirstWhateverOrderTheyComeIn()
    {
        RunList list;
        for (const auto &[name, minute] :
             {std::pair{"b", 2}, {"x", -1}, {"d", 4}, {"a", 1}, {"c", 3}}) {
            list.accept(reading(name, minute, 1));
            QVERIFY(list.flush());
        }
        QCOMPARE(order(list), std::string("dcbax")); // without a time last
        list.accept(reading("a", 9, 2));
        list.accept(reading("e", 5, 2));
        list.flush();
        QCOMPARE(order(list), std::string("aedcbx"));
        QVERIFY(!list.flush());
    }

    void nothingChanges_beforeItIsFlushed()
    {
        RunList list;
        list.accept(reading("a", 1, 1));
        QVERIFY(list.runs().empty());
        list.accept(reading("a", 1, 2, QStringLiteral("second")));
        list.flush();
        QCOMPARE(order(list), std::string("a"));
        QCOMPARE(list.find("a")->overallStatus, QStringLiteral("second"));
        list.leave("a");
        QCOMPARE(order(list), std::string("a"));
        list.flush();
        QCOMPARE(list.find("a"), nullptr);
    }

    void anOlderReading_doesNotReplaceANewerOne()
    {
        RunList list;
        list.accept(reading("a", 1, 5, QStringLiteral("new")));
        list.flush();
        QVERIFY(!list.accept(reading("a", 1, 4, QStringLiteral("old"))));
        QVERIFY(!list.replaceInPlace(reading("a", 1, 4, QStringLiteral("old"))));
        list.flush();
        QCOMPARE(list.find("a")->overallStatus, QStringLiteral("new"));
        QVERIFY(list.replaceInPlace(reading("a", 1, 6, QStringLiteral("newer"))));
        QCOMPARE(list.find("a")->overallStatus, QStringLiteral("newer"));
        QVERIFY(!list.replaceInPlace(reading("a", 2, 7))); // it would have to move
    }

    void aRemovedRun_comesBackOnlyWhenItIsReadLater()
    {
        RunList list;
        list.accept(reading("a", 1, 1));
        list.flush();
        list.remove("a", 5);
        list.flush();
        QVERIFY(!list.accept(reading("a", 1, 4)));
        QVERIFY(list.accept(reading("a", 1, 6)));
        list.flush();
        QCOMPARE(order(list), std::string("a"));
    }

    void aSearch_removesOnlyWhatItCouldHaveSeen()
    {
        RunList list;
        list.accept(reading("gone", 1, 1));
        list.accept(reading("seen", 2, 1));
        list.accept(reading("later", 3, 9)); // read alone, after the search had begun
        list.flush();
        list.keepSeen({"seen"}, 5);
        list.flush();
        QCOMPARE(order(list), std::string("laterseen"));
    }

    void aReview_isNotUndoneByReadingsFromBefore()
    {
        RunList list;
        list.accept(reading("a", 1, 1));
        list.flush();
        QVERIFY(list.beginReview("a", kAccepted));
        QCOMPARE(list.find("a")->review, kAccepted);
        list.accept(reading("a", 1, 2)); // while it is being written
        list.flush();
        QCOMPARE(list.find("a")->review, kAccepted);
        list.endReview("a", 5, false);
        list.accept(reading("a", 1, 4)); // read before it was written, delivered late
        list.flush();
        QCOMPARE(list.find("a")->review, kAccepted);
        list.accept(reading("a", 1, 6)); // another window took it back
        list.flush();
        QCOMPARE(list.find("a")->review, Review());
    }

    void theLastOfSeveralReviews_counts()
    {
        RunList list;
        list.accept(reading("a", 1, 1));
        list.flush();
        list.beginReview("a", kAccepted);
        list.beginReview("a", kRejected);
        list.endReview("a", 3, true); // the first one failed, the second is still under way
        list.accept(reading("a", 1, 4));
        list.flush();
        QCOMPARE(list.find("a")->review, kRejected);
        list.endReview("a", 5, true);
        list.accept(reading("a", 1, 5));
        list.flush();
        QCOMPARE(list.find("a")->review, Review());
        QVERIFY(!list.beginReview("unknown", kAccepted));
    }
};

QTEST_GUILESS_MAIN(TestRunList)
#include "tst_RunList.moc"
