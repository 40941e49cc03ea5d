// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "RunTable.h"
#include "ui/results/ResultsModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace mrb;
using namespace mrb::ui;

class tst_ResultsModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsANewRunAsOneRow();
    void tellsARemovedRunAsOneRow();
    void tellsAChangedRunWithoutMovingOthers();
    void tellsARunTwiceOnlyOnce();
    void resetsWhenAFilterChangesManyOf10000();
    void keepsFilteringWhatArrivesLater();
    void keepsPersistentIndexesOnTheirRuns();
    void keepsRunsThatDoNotMatchFindable();

private:
    ResultsModel m_model;
    QAbstractItemModelTester m_tester{&m_model,
                                      QAbstractItemModelTester::FailureReportingMode::QtTest};
};

void tst_ResultsModel::tellsANewRunAsOneRow()
{
    auto runs = test::tableOfRuns(10000);
    const backend::RunSummary newest = runs.front();
    runs.erase(runs.begin());
    m_model.setRuns(runs);
    QSignalSpy inserted(&m_model, &QAbstractItemModel::rowsInserted);
    QSignalSpy reset(&m_model, &QAbstractItemModel::modelReset);
    runs.insert(runs.begin(), newest);
    m_model.setRuns(runs);
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(inserted[0][1].toInt(), 0);
    QCOMPARE(inserted[0][2].toInt(), 0);
    QCOMPARE(reset.count(), 0);
    QCOMPARE(m_model.rowOf("/results/run1"), 1);
}

void tst_ResultsModel::tellsARemovedRunAsOneRow()
{
    auto runs = test::tableOfRuns(100);
    m_model.setRuns(runs);
    QSignalSpy removed(&m_model, &QAbstractItemModel::rowsRemoved);
    QSignalSpy reset(&m_model, &QAbstractItemModel::modelReset);
    runs.erase(runs.begin() + 40);
    m_model.setRuns(runs);
    QCOMPARE(removed.count(), 1);
    QCOMPARE(removed[0][1].toInt(), 40);
    QCOMPARE(reset.count(), 0);
    QCOMPARE(m_model.rowOf("/results/run40"), -1);
    QCOMPARE(m_model.rowOf("/results/run41"), 40);
    QCOMPARE(m_model.shownBytes(), 99000U);
}

void tst_ResultsModel::tellsAChangedRunWithoutMovingOthers()
{
    auto runs = test::tableOfRuns(100);
    m_model.setRuns(runs);
    QSignalSpy changed(&m_model, &QAbstractItemModel::dataChanged);
    QSignalSpy reset(&m_model, &QAbstractItemModel::modelReset);
    QSignalSpy inserted(&m_model, &QAbstractItemModel::rowsInserted);
    runs[7].review.rating = backend::Rating::Accepted;
    m_model.updateRun(runs[7]);
    runs[8].review.note = QStringLiteral("soft");
    m_model.setRuns(runs);
    m_model.setRuns(runs); // nothing is different
    QCOMPARE(changed.count(), 2);
    QCOMPARE(changed[0][0].toModelIndex().row(), 7);
    QCOMPARE(changed[1][0].toModelIndex().row(), 8);
    QCOMPARE(reset.count() + inserted.count(), 0);
    QCOMPARE(m_model.run(7).review.rating, backend::Rating::Accepted);
    QCOMPARE(m_model.rowOf(runs[7].folder), 7);
}

void tst_ResultsModel::tellsARunTwiceOnlyOnce()
{
    auto runs = test::tableOfRuns(3);
    runs.push_back(runs[1]); // folders that contain each other
    m_model.setRuns(runs);
    QCOMPARE(m_model.rowCount(), 3);
    QCOMPARE(m_model.totalRuns(), 3);
}

void tst_ResultsModel::resetsWhenAFilterChangesManyOf10000()
{
    m_model.setRuns(test::tableOfRuns(10000));
    QSignalSpy reset(&m_model, &QAbstractItemModel::modelReset);
    QSignalSpy removed(&m_model, &QAbstractItemModel::rowsRemoved);
    QSignalSpy inserted(&m_model, &QAbstractItemModel::rowsInserted);
    m_model.setFilter({.modality = QStringLiteral("mri_flair")});
    QCOMPARE(m_model.rowCount(), 3333);
    m_model.setFilter({});
    QCOMPARE(m_model.rowCount(), 10000);
    m_model.setOrder({ResultsSort::Seed, true});
    QCOMPARE(*m_model.run(0).seed, 9999);
    // One signal each: thousands of small ones are what makes a view slow.
    QCOMPARE(reset.count(), 3);
    QCOMPARE(removed.count() + inserted.count(), 0);
    m_model.setOrder({});
}

void tst_ResultsModel::keepsFilteringWhatArrivesLater()
{
    auto runs = test::tableOfRuns(30);
    m_model.setFilter({.rating = backend::Rating::Accepted});
    m_model.setRuns(runs);
    QCOMPARE(m_model.rowCount(), 0);
    runs[4].review.rating = backend::Rating::Accepted;
    m_model.updateRun(runs[4]);
    QCOMPARE(m_model.rowCount(), 1);
    QCOMPARE(m_model.rowOf(runs[4].folder), 0);
    runs[4].review.rating = backend::Rating::Rejected;
    m_model.updateRun(runs[4]);
    QCOMPARE(m_model.rowCount(), 0);
    m_model.setFilter({});
}

void tst_ResultsModel::keepsPersistentIndexesOnTheirRuns()
{
    auto runs = test::tableOfRuns(50);
    m_model.setRuns(runs);
    const QPersistentModelIndex twenty = m_model.index(20);
    runs.erase(runs.begin() + 10, runs.begin() + 13);
    runs.erase(runs.begin(), runs.begin() + 2);
    m_model.setRuns(runs);
    QVERIFY(twenty.isValid());
    QCOMPARE(m_model.run(twenty.row()).folder, std::filesystem::path("/results/run20"));
}

void tst_ResultsModel::keepsRunsThatDoNotMatchFindable()
{
    m_model.setRuns(test::tableOfRuns(6));
    m_model.setFilter({.text = QStringLiteral("run5")});
    QCOMPARE(m_model.rowCount(), 1);
    QCOMPARE(m_model.rowOf("/results/run2"), -1);
    QVERIFY(m_model.find("/results/run2"));
    QCOMPARE(m_model.totalRuns(), 6);
    QCOMPARE(m_model.modalities().size(), 3);
    m_model.setFilter({});
}

QTEST_GUILESS_MAIN(tst_ResultsModel)
#include "tst_ResultsModel.moc"
