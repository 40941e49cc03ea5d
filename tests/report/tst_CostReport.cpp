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

QTEST_GUILESS_MAIN(tst_CostReport)
#include "tst_CostReport.moc"
