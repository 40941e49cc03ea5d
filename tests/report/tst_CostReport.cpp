// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/report/ReportFixtures.h"

using namespace mrb;
using namespace mrb::backend;

namespace {

Result<RunReport> reportOf(const Json &result)
{
    const QTemporaryDir temporary;
    const std::filesystem::path folder = temporary.path().toStdString();
    writeFile(folder / "result.json", writeJson(result));
    return reportOfRun(folder);
}

ReportRow rowOf(const RunReport &report, const QString &section, const QString &name)
{
    const ReportSection *const found = findSection(report, section);
    if (!found)
        return {};
    const auto row = std::ranges::find(found->rows, name, &ReportRow::name);
    return row == found->rows.end() ? ReportRow{} : *row;
}

} // namespace

class tst_CostReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void measuredCostIsShownWithItsLimits();
    void costThatWasNotMeasuredSaysWhy();
    void olderResultsStillHaveTheirFigures();
    void aStartIsToldAsItWas_data();
    void aStartIsToldAsItWas();
    void companyAndRetriesAreTold();
};

void tst_CostReport::measuredCostIsShownWithItsLimits()
{
    Json result = goodResult();
    result["runtime"] = {{"subprocess_seconds", 24.5}, {"rss_mb_peak", 5120.5}};
    result["cost"] = {
        {"measured", {{"gpu_seconds", 7.5}, {"gpu_memory_mb_peak", 60000}, {"scratch_mb", 1.5}}},
        {"gpu", {{"basis", "device"}, {"reason", "Others count, too."}}},
        {"evaluation",
         {{"status", "outside_envelope"},
          {"results",
           {{{"name", "rss_mb_peak"}, {"minimum", 500}, {"maximum", 32000}, {"status", "pass"}},
            {{"name", "gpu_memory_mb_peak"},
             {"minimum", nullptr},
             {"maximum", 48000},
             {"status", "fail"}}}}}}};
    result["phases"] = {{{"name", "diffusion"},
                         {"seconds", 20.0},
                         {"cpu_seconds", 12.5},
                         {"rss_mb_peak", 5120.5},
                         {"gpu_memory_mb_peak", nullptr}}};
    const auto report = reportOf(result);
    QVERIFY(report);
    const QString cost = QStringLiteral("Cost");
    const ReportRow memory = rowOf(*report, cost, QStringLiteral("Peak GPU memory"));
    QCOMPARE(memory.value, QStringLiteral("60000 MiB"));
    QCOMPARE(memory.note, QStringLiteral("allowed: up to 48000 MiB; Others count, too."));
    QCOMPARE(memory.tone, ReportTone::Notice);
    const ReportRow ram = rowOf(*report, cost, QStringLiteral("Peak memory (RAM)"));
    QCOMPARE(ram.note, QStringLiteral("allowed: 500 MiB to 32000 MiB; of all processes at once"));
    QCOMPARE(ram.tone, ReportTone::Plain);
    QCOMPARE(rowOf(*report, cost, QStringLiteral("Time on the GPU")).value,
             QStringLiteral("7.50 s"));
    QCOMPARE(rowOf(*report, cost, QStringLiteral("Left in the run's caches")).value,
             QStringLiteral("1.5 MiB"));
    QCOMPARE(rowOf(*report, QStringLiteral("Phases"), QStringLiteral("Diffusion")).note,
             QStringLiteral("12.5 s of processor time, 5120.5 MiB RAM"));
}

void tst_CostReport::costThatWasNotMeasuredSaysWhy()
{
    Json result = goodResult();
    result["cost"] = {{"measured", {{"gpu_seconds", nullptr}, {"gpu_memory_mb_peak", nullptr}}},
                      {"gpu", {{"basis", nullptr}, {"reason", "It hangs."}}},
                      {"evaluation", {{"status", "skipped"}, {"reason", "Nothing was measured."}}}};
    const auto report = reportOf(result);
    QVERIFY(report);
    const ReportRow memory =
        rowOf(*report, QStringLiteral("Cost"), QStringLiteral("Peak GPU memory"));
    QCOMPARE(memory.value, QStringLiteral("not measured"));
    QCOMPARE(memory.note, QStringLiteral("It hangs."));
}

void tst_CostReport::olderResultsStillHaveTheirFigures()
{
    Json result = goodResult();
    result["runtime"] = {{"subprocess_seconds", 24.5}, {"rss_mb_peak", 700.0}};
    const auto report = reportOf(result);
    QVERIFY(report);
    const QString cost = QStringLiteral("Cost");
    const ReportRow ram = rowOf(*report, cost, QStringLiteral("Peak memory (RAM)"));
    QCOMPARE(ram.value, QStringLiteral("700 MiB"));
    QCOMPARE(ram.note, QStringLiteral("of the largest process"));
    QVERIFY(rowOf(*report, cost, QStringLiteral("Peak GPU memory")).name.isEmpty());
}

void tst_CostReport::aStartIsToldAsItWas_data()
{
    QTest::addColumn<QString>("invocation"); // empty: an earlier version's
    QTest::addColumn<QString>("engine");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("note");
    QTest::addColumn<ReportTone>("tone");
    const QString upstream = QStringLiteral("upstream");
    const QString warm = QStringLiteral(
        R"({"launch": "warm", "warm_start": {"used": true, "reason": null, "warm_up_seconds": 17.2,
            "warm_up_cpu_seconds": 16.5,
            "versions": {"python": "3.12.3", "torch": "2.11.0"}}})");
    QTest::newRow("earlier") << "{}" << upstream << QString() << QString() << ReportTone::Plain;
    QTest::newRow("cold") << R"({"launch": "cold", "warm_start": null})" << upstream
                          << "Documented command" << QString() << ReportTone::Plain;
    QTest::newRow("warm") << warm << upstream << "Warm start"
                          << "The interpreter had imported packages before the run (Python 3.12.3, "
                             "torch 2.11.0). Warm-up took 17.2 s, 16.5 s of processor time, which "
                             "no other figure has. The model's code is the same, unmodified "
                             "upstream."
                          << ReportTone::Plain;
    QTest::newRow("a warm phantom") << R"({"launch": "warm", "warm_start": {"used": true}})"
                                    << "phantom"
                                    << "Warm start"
                                    << "The interpreter had imported packages before the run. The "
                                       "phantom's code is the same."
                                    << ReportTone::Plain;
    QTest::newRow("not used")
        << R"({"launch": "cold", "warm_start": {"used": false, "reason": "The checkout changed."}})"
        << upstream << "Documented command"
        << "warm start asked for, not used: The checkout changed." << ReportTone::Notice;
}

void tst_CostReport::aStartIsToldAsItWas()
{
    QFETCH(QString, invocation);
    QFETCH(QString, engine);
    Json result = goodResult();
    result["engine"] = engine.toStdString();
    result["invocation"].update(Json::parse(invocation.toStdString()));
    result["phases"] = {{{"name", "imports"}, {"seconds", 0.25}, {"rss_mb_peak", 900}}};
    const auto report = reportOf(result);
    QVERIFY(report);
    const ReportRow row = rowOf(*report, QStringLiteral("Run"), QStringLiteral("Start"));
    QTEST(row.value, "value");
    QTEST(row.note, "note");
    QTEST(row.tone, "tone");
    const QString imports =
        rowOf(*report, QStringLiteral("Phases"), QStringLiteral("Python imports")).note;
    QCOMPARE(imports.contains(QStringLiteral("after the warm-up")),
             row.value == QStringLiteral("Warm start"));
}

void tst_CostReport::companyAndRetriesAreTold()
{
    const QString run = QStringLiteral("Run");
    Json result = goodResult();
    result["run"]["most_at_once"] = 1;
    result["run"]["retry_of"] = {{"run_id", "before"}, {"reason", "gpu_out_of_memory"}};
    const auto retry = reportOf(result);
    QVERIFY(retry);
    QVERIFY(rowOf(*retry, run, QStringLiteral("Shared its GPU")).name.isEmpty());
    QCOMPARE(rowOf(*retry, run, QStringLiteral("Repeats")).value, QStringLiteral("run before"));
    QCOMPARE(rowOf(*retry, run, QStringLiteral("Repeats")).note,
             QStringLiteral("which ran out of GPU memory beside other runs; this one ran alone"));
    result["run"]["most_at_once"] = 8;
    result["run"]["retry_of"] = nullptr;
    const auto shared = reportOf(result);
    QVERIFY(shared);
    QCOMPARE(rowOf(*shared, run, QStringLiteral("Shared its GPU")).value,
             QStringLiteral("at most 8 runs at once, this one included"));
    QVERIFY(rowOf(*shared, run, QStringLiteral("Repeats")).name.isEmpty());
}

QTEST_GUILESS_MAIN(tst_CostReport)
#include "tst_CostReport.moc"
