// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/CostEnvelope.h"

#include <QTest>

using namespace mrb::backend;

namespace {

using Limits = std::vector<EnvelopeLimit>;

const Limits kLimits{{.name = "wall_seconds", .minimum = {}, .maximum = 100},
                     {.name = "rss_mb_peak", .minimum = 500, .maximum = 1000}};

RunCost costOf(std::optional<double> wall, std::optional<double> rss)
{
    RunCost cost;
    cost.wallSeconds = wall;
    cost.rssMbPeak = rss;
    return cost;
}

QString failedNames(const CostEvaluation &evaluation)
{
    QStringList names;
    for (const CostRow &row : evaluation.rows)
        if (!row.passed)
            names << QString::fromStdString(row.limit.name);
    return names.join(u' ');
}

} // namespace

Q_DECLARE_METATYPE(RunCost)
Q_DECLARE_METATYPE(EnvelopeStatus)

class TestCostEnvelope : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void limits_areComparedWithWhatWasMeasured_data()
    {
        QTest::addColumn<RunCost>("cost");
        QTest::addColumn<EnvelopeStatus>("status");
        QTest::addColumn<QString>("failed");
        using enum EnvelopeStatus;
        QTest::newRow("between") << costOf(10, 700) << Within << QString();
        QTest::newRow("on the limits") << costOf(100, 500) << Within << QString();
        QTest::newRow("above") << costOf(100.1, 1000) << Outside << QStringLiteral("wall_seconds");
        QTest::newRow("below") << costOf(0, 499.9) << Outside << QStringLiteral("rss_mb_peak");
        QTest::newRow("one is missing")
            << costOf(10, {}) << Outside << QStringLiteral("rss_mb_peak");
        QTest::newRow("nothing measured") << costOf({}, {}) << Skipped << QString();
    }
    void limits_areComparedWithWhatWasMeasured()
    {
        QFETCH(RunCost, cost);
        const CostEvaluation evaluation = evaluateCost(kLimits, cost);
        QTEST(evaluation.status, "status");
        QTEST(failedNames(evaluation), "failed");
        QCOMPARE(evaluation.rows.empty(), evaluation.status == EnvelopeStatus::Skipped);
        QCOMPARE(evaluation.reason.isEmpty(), evaluation.status != EnvelopeStatus::Skipped);
        for (const CostRow &row : evaluation.rows)
            QCOMPARE(row.reason.isEmpty(), row.passed);
    }

    void aFigureNobodyMeasures_fails()
    {
        const Limits limits{{.name = "wall_seconds", .minimum = {}, .maximum = 100},
                            {.name = "tokens", .minimum = {}, .maximum = 0}};
        QCOMPARE(failedNames(evaluateCost(limits, costOf(1, 1))), QStringLiteral("tokens"));
    }

    void withoutLimits_thereIsNothingToSay()
    {
        QCOMPARE(evaluateCost({}, costOf(1, 1)).status, EnvelopeStatus::Skipped);
    }

    void warnings_nameFigureAndLimit()
    {
        const mrb::Errors warnings = costWarnings(evaluateCost(kLimits, costOf(250, 10)), true);
        QCOMPARE(warnings.size(), std::size_t{2});
        QCOMPARE(warnings[0].code, error_codes::kCostOutsideEnvelope);
        QCOMPARE(warnings[0].field, QStringLiteral("cost.measured.wall_seconds"));
        for (const char *part : {"wall_seconds", "250", "100"})
            QVERIFY2(warnings[0].message.contains(QString::fromLatin1(part)), part);
        for (const char *part : {"rss_mb_peak", "10", "500"})
            QVERIFY2(warnings[1].message.contains(QString::fromLatin1(part)), part);
    }

    void aRunThatWasCutShort_isOnlyToldWhatItExceeded()
    {
        const mrb::Errors warnings = costWarnings(evaluateCost(kLimits, costOf(250, 10)), false);
        QCOMPARE(warnings.size(), std::size_t{1});
        QCOMPARE(warnings[0].field, QStringLiteral("cost.measured.wall_seconds"));
    }
};

QTEST_GUILESS_MAIN(TestCostEnvelope)
#include "tst_CostEnvelope.moc"
