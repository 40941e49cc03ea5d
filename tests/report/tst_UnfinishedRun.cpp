// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/ReportText.h"
#include "backend/report/RunReport.h"
#include "tests/report/ReportFixtures.h"

#include <sys/file.h>
#include <sys/stat.h>

using namespace mrb;
using namespace mrb::backend;

/// Runs without a sound result: damaged, interrupted, under way, or none at all.
class tst_UnfinishedRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void damagedDocuments_data();
    void damagedDocuments();
    void everyFieldOfAWrongKind();
    void damagedResultFallsBackToTheJournal();
    void interruptedRun();
    void interruptedRunShowsWhatItsLogSays();
    void runningRun();
    void folderWithoutARun();
    void pipesAreNotWaitedFor();

private:
    Result<RunReport> reportOf(const Json &result)
    {
        writeFile(m_folder / "result.json", writeJson(result));
        return reportOfRun(m_folder);
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    std::filesystem::path m_folder;
};

void tst_UnfinishedRun::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_folder = m_temporary->path().toStdString();
}

void tst_UnfinishedRun::damagedDocuments_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("isReport");
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("cut off") << QByteArray("{\"skill\": \"nv") << false;
    QTest::newRow("a list") << QByteArray("[]") << false;
    QTest::newRow("a text") << QByteArray("\"passed\"") << false;
    QTest::newRow("binary") << QByteArray("\x1f\x8b\0\0\xff", 5) << false;
    QTest::newRow("not UTF-8") << QByteArray("{\"skill\": \"\xff\"}") << false;
    QTest::newRow("NaN") << QByteArray("{\"x\": NaN}") << false;
    QTest::newRow("endless") << QByteArray("{\"x\": \"") + QByteArray(5 << 20, 'x') + "\"}"
                             << false;
    QTest::newRow("too deep") << QByteArray("{\"x\": ") + QByteArray(100'000, '[') << false;
    QTest::newRow("nothing in it") << QByteArray("{}") << true;
    QTest::newRow("lists for objects")
        << QByteArray(R"({"input": [], "output": [], "invocation": [], "runtime": [], "run": [],
                         "preflight": [], "gates": {}, "warnings": {}, "phases": {}})")
        << true;
    QTest::newRow("nothing but null")
        << QByteArray(R"({"input": null, "output": null, "gates": null, "warnings": null,
                         "overall_status": null, "engine": null})")
        << true;
    QTest::newRow("odd members")
        << QByteArray(R"({"gates": [1, null, [], {}, {"path": 5}], "warnings": [7, {"message": 8}],
                         "phases": [null, {"name": 4, "seconds": "x"}, {"seconds": -1}],
                         "output": {"samples": [null, 3, {}, {"image_path": 5,
                         "image_shape": [1, 2], "image_spacing": ["a", 1, 2],
                         "image_affine": [[1], 2, 3, 4], "measurements": {
                         "bounding_box": {"size_mm": [1]}, "face_contact_fraction": 3}}]}})")
        << true;
    QTest::newRow("extreme numbers")
        << QByteArray(R"({"overall_status": "failed", "input": {"random_seed":
                         18446744073709551615}, "invocation": {"exit_code": -9223372036854775808},
                         "runtime": {"subprocess_seconds": 1e300, "cpu_seconds": -1e300},
                         "output": {"samples": [{"image_bytes": -5, "image_shape":
                         [1e300, 1e300, 0], "image_spacing": [1e300, 0, -1],
                         "intensity_mean": 1e-300}]}})")
        << true;
    QTest::newRow("a folder to climb out of")
        << QByteArray(R"({"engine": "upstream", "output": {"directory": "/a/b", "samples":
                         [{"image_path": "/a/b/../../../../../etc"}]}})")
        << true;
}

void tst_UnfinishedRun::damagedDocuments()
{
    QFETCH(QByteArray, content);
    QFETCH(bool, isReport);
    writeFile(m_folder / "result.json", content.toStdString());
    const Result<RunReport> report = reportOfRun(m_folder);
    QCOMPARE(static_cast<bool>(report), isReport);
    if (!isReport) {
        QVERIFY(report.error().message.contains(u"result.json"));
        QVERIFY(!report.error().hint.isEmpty());
        return;
    }
    QVERIFY(report->verdictTone != ReportTone::Good);
    QVERIFY(!report->verdict.isEmpty());
    QVERIFY(!report->disclaimer.isEmpty());
    QVERIFY(report->volume.empty());
    QVERIFY(reportText(*report).size() < 100'000);
}

namespace {

/// Every way to reach a member of a document.
void collectPointers(const Json &json, const std::string &at, std::vector<std::string> &out)
{
    if (!at.empty())
        out.push_back(at);
    if (!json.is_structured())
        return;
    for (const auto &[key, value] : json.items())
        collectPointers(value, at + '/' + key, out);
}

} // namespace

void tst_UnfinishedRun::everyFieldOfAWrongKind()
{
    Json whole = goodResult();
    whole["warnings"] = {{{"code", "a"}, {"message", "b"}, {"hint", "c"}}};
    whole["phases"] = {{{"name", "imports"}, {"seconds", 1}}};
    whole["run"] = {{"started_at", "2026-11-22T22:23:01.561Z"}, {"num_gpus", 2}};
    whole["output"]["samples"][0]["measurements"] = {{"components", 2},
                                                     {"largest_component_fraction", 0.5}};
    std::vector<std::string> pointers;
    collectPointers(whole, "", pointers);
    QVERIFY(pointers.size() > 80);
    const std::array<Json, 5> wrong = {Json(nullptr), Json(true), Json("text"), Json::array({1}),
                                       Json::object({{"a", 1}})};
    for (const std::string &pointer : pointers) {
        for (const Json &value : wrong) {
            Json changed = whole;
            changed[Json::json_pointer(pointer)] = value;
            const Result<RunReport> report = reportOf(changed);
            QVERIFY2(report, pointer.c_str());
            QVERIFY2(!report->verdict.isEmpty(), pointer.c_str());
        }
    }
}

void tst_UnfinishedRun::damagedResultFallsBackToTheJournal()
{
    writeFile(m_folder / "result.json", "{");
    writeFile(m_folder / "run.json", R"({"state": "ended", "modality_name": "mri_flair",
                                         "random_seed": 7, "overall_status": "passed"})");
    const Result<RunReport> report = reportOfRun(m_folder);
    QVERIFY(report);
    QCOMPARE(report->verdict, QStringLiteral("Result not readable"));
    QCOMPARE(report->verdictTone, ReportTone::Bad);
    QVERIFY(report->verdictText.contains(u"result.json"));
    QVERIFY(report->title.contains(u"FLAIR"));
}

void tst_UnfinishedRun::interruptedRun()
{
    writeFile(m_folder / "run.json", R"({"state": "running", "engine": "upstream",
                                         "modality_name": "mri_t2", "random_seed": 7,
                                         "overrides": {"dim": [64, 64, 64]}})");
    const Result<RunReport> report = reportOfRun(m_folder);
    QVERIFY(report);
    QCOMPARE(report->verdict, QStringLiteral("Interrupted"));
    QCOMPARE(report->cause->code, QStringLiteral("interrupted"));
    QVERIFY(report->provenance == Provenance::Unknown);
    QCOMPARE(report->title, QStringLiteral("T2, seed 7"));
    QVERIFY(valueOf(*report, QStringLiteral("Request"), QStringLiteral("Changed by the request"))
                .contains(u"64"));
}

void tst_UnfinishedRun::interruptedRunShowsWhatItsLogSays()
{
    writeFile(m_folder / "run.json", R"({"state": "running"})");
    std::filesystem::create_directory(m_folder / "logs");
    writeFile(m_folder / "logs" / "stderr.log", "OSError: [Errno 28] No space left on device\n");
    QCOMPARE(reportOfRun(m_folder)->cause->code, QStringLiteral("disk_full"));
}

void tst_UnfinishedRun::runningRun()
{
    writeFile(m_folder / "run.json", R"({"state": "running", "random_seed": 7})");
    writeFile(m_folder / "run.lock", "");
    QFile lock(QString::fromStdString((m_folder / "run.lock").string()));
    QVERIFY(lock.open(QIODevice::ReadWrite));
    QCOMPARE(flock(lock.handle(), LOCK_EX | LOCK_NB), 0);
    const Result<RunReport> report = reportOfRun(m_folder);
    QCOMPARE(report->verdict, QStringLiteral("Running"));
    QVERIFY(!report->cause);
}

void tst_UnfinishedRun::folderWithoutARun()
{
    const Result<RunReport> report = reportOfRun(m_folder);
    QVERIFY(!report);
    QVERIFY(!report.error().message.isEmpty() && !report.error().hint.isEmpty());
    QVERIFY(!reportOfRun(m_folder / "missing"));
}

void tst_UnfinishedRun::pipesAreNotWaitedFor()
{
    Json result = goodResult();
    result["overall_status"] = "failed";
    result["invocation"]["exit_code"] = 1;
    std::filesystem::create_directory(m_folder / "logs");
    QCOMPARE(mkfifo((m_folder / "logs" / "stderr.log").c_str(), 0600), 0);
    QCOMPARE(reportOf(result)->cause->code, QStringLiteral("unknown"));
    std::filesystem::remove(m_folder / "result.json");
    QCOMPARE(mkfifo((m_folder / "result.json").c_str(), 0600), 0);
    QVERIFY(!reportOfRun(m_folder));
}

QTEST_GUILESS_MAIN(tst_UnfinishedRun)
#include "tst_UnfinishedRun.moc"
