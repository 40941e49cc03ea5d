// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/ReportGates.h"
#include "backend/report/ReportText.h"
#include "backend/report/RunReport.h"
#include "backend/request/Manifest.h"
#include "tests/report/ReportFixtures.h"

using namespace mrb;
using namespace mrb::backend;

namespace {

Json &gateNamed(Json &result, const std::string &path)
{
    const auto found = std::ranges::find_if(
        result["gates"], [&path](const Json &gate) { return gate["path"] == path; });
    return *found;
}

} // namespace

class tst_RunReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyGateOfTheManifestIsExplained();
    void phantomRun_isADemoWithItsNumbers();
    void passedRun();
    void volumesAreFoundInAMovedRun();
    void filesOutsideOfTheRunAreNotItsVolumes_data();
    void filesOutsideOfTheRunAreNotItsVolumes();
    void failedGateSaysWhatToDo();
    void failedCommandShowsItsCause();
    void storedCauseIsShown();
    void causeOfARunThatDidNotFailIsNotShown();
    void cancelledRunHasNoCause();
    void timedOutRunNamesTheLimit();
    void unclearGatesHaveFailed();
    void contradictoryResultIsNotBelieved_data();
    void contradictoryResultIsNotBelieved();
    void onlyUpstreamsVolumesAreModelRuns_data();
    void onlyUpstreamsVolumesAreModelRuns();
    void resultOfTheReferenceIsAModelRun();
    void phantomsJournalIsStrongerThanItsResult();
    void olderResultIsNotJudged();
    void severalVolumesAreToldApart();
    void volumesOfSeveralGpusNameSeedAndRank();
    void missingVolumeOfAGpuIsTheReason();
    void cutOffAnatomyIsPointedOut();
    void fieldOfViewIsComparedWithTheMedian();

private:
    Result<RunReport> reportOf(const Json &result)
    {
        writeFile(m_folder / "result.json", writeJson(result));
        return reportOfRun(m_folder);
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    std::filesystem::path m_folder;
};

void tst_RunReport::init()
{
    m_temporary = std::make_unique<QTemporaryDir>();
    m_folder = m_temporary->path().toStdString();
}

void tst_RunReport::everyGateOfTheManifestIsExplained()
{
    const Result<Manifest> manifest = builtInManifest();
    QVERIFY(manifest);
    for (const Gate &gate : manifest->gates) {
        const auto texts = gateTexts();
        const auto found = std::ranges::find_if(
            texts, [&gate](const GateText &text) { return gate.path == text.path; });
        QVERIFY2(found != texts.end(), gate.path.c_str());
        QVERIFY2(QString::fromUtf8(found->question).endsWith(u'?'), gate.path.c_str());
        QVERIFY2(QString::fromUtf8(found->meaning).size() > 40, gate.path.c_str());
    }
    QCOMPARE(gateTexts().size(), manifest->gates.size());
}

void tst_RunReport::phantomRun_isADemoWithItsNumbers()
{
    if (mrbrainProgram().isEmpty())
        QSKIP("MRB_MRBRAIN does not name the program; ctest does");
    const std::filesystem::path folder = phantomRun(*m_temporary);
    QVERIFY(!folder.empty());
    const Result<RunReport> report = reportOfRun(folder);
    QVERIFY(report);
    QCOMPARE(report->verdict, QStringLiteral("Demo"));
    QCOMPARE(report->verdictTone, ReportTone::Notice);
    QVERIFY(report->provenance == Provenance::Phantom);
    QVERIFY(!report->cause);
    QVERIFY(std::filesystem::exists(report->volume));
    QVERIFY(!report->disclaimer.isEmpty());

    const Result<Json> result = readJsonFile(folder / "result.json");
    QVERIFY(result);
    const Json &sample = (*result)["output"]["samples"][0];
    for (const auto &[row, key] :
         {std::pair("Minimum", "intensity_min"), std::pair("Maximum", "intensity_max"),
          std::pair("Mean", "intensity_mean"), std::pair("Standard deviation", "intensity_std")}) {
        const QString value = valueOf(*report, QStringLiteral("Intensity"), QString::fromUtf8(row));
        bool isNumber = false;
        QCOMPARE(value.toDouble(&isNumber), sample[key].get<double>());
        QVERIFY(isNumber);
    }
    QCOMPARE(valueOf(*report, QStringLiteral("Geometry"), QStringLiteral("Spacing")),
             QStringLiteral("3.5 \u00d7 3.75 \u00d7 2.72 mm"));
    QCOMPARE(valueOf(*report, QStringLiteral("Request"), QStringLiteral("Seed")),
             QStringLiteral("1234"));
    QCOMPARE(valueOf(*report, QStringLiteral("File"), QStringLiteral("SHA-256")).toStdString(),
             sample["image_sha256"].get<std::string>());
    QVERIFY(findSection(*report, QStringLiteral("Phases"))->rows.size() >= 4);

    std::size_t excused = 0;
    for (const ReportGate &gate : report->gates) {
        QVERIFY2(gate.passed || !gate.counts, qPrintable(gate.path));
        excused += gate.counts ? 0 : 1;
    }
    QCOMPARE(report->gates.size(), (*result)["gates"].size());
    QCOMPARE(excused, std::size_t{3});
}

void tst_RunReport::passedRun()
{
    const Result<RunReport> report = reportOf(goodResult());
    QVERIFY(report);
    QCOMPARE(report->verdict, QStringLiteral("Passed"));
    QCOMPARE(report->verdictTone, ReportTone::Good);
    QVERIFY(report->title.contains(u"4294967295"));
    QCOMPARE(valueOf(*report, QStringLiteral("Request"), QStringLiteral("Seed")),
             QStringLiteral("4294967295"));
    // Even a pass must not be taken for more than it is.
    const auto finite = std::ranges::find(report->gates, QStringLiteral("output.all_images_finite"),
                                          &ReportGate::path);
    QVERIFY(finite->passed && finite->meaning.isEmpty());
    QVERIFY(finite->note.contains(u"cannot fail"));
}

void tst_RunReport::volumesAreFoundInAMovedRun()
{
    const Result<RunReport> gone = reportOf(goodResult());
    QVERIFY(gone->volume.empty());
    QVERIFY(gone->warnings.back().name.contains(u"volume.nii.gz"));

    writeFile(m_folder / "volume.nii.gz", "x");
    const Result<RunReport> found = reportOf(goodResult());
    QCOMPARE(found->volume, m_folder / "volume.nii.gz");
    QVERIFY(found->warnings.empty());
}

void tst_RunReport::filesOutsideOfTheRunAreNotItsVolumes_data()
{
    QTest::addColumn<QString>("listed"); // below the temporary folder
    QTest::newRow("elsewhere") << "other/precious.nii.gz";
    QTest::newRow("above the run") << "run/../other/precious.nii.gz";
    QTest::newRow("by a link") << "run/link.nii.gz";
    QTest::newRow("by a link on the way") << "run/sub/precious.nii.gz";
}

void tst_RunReport::filesOutsideOfTheRunAreNotItsVolumes()
{
    QFETCH(QString, listed);
    const std::filesystem::path other = m_folder / "other";
    const std::filesystem::path run = m_folder / "run";
    std::filesystem::create_directories(other);
    std::filesystem::create_directories(run);
    writeFile(other / "precious.nii.gz", "x");
    std::filesystem::create_symlink(other / "precious.nii.gz", run / "link.nii.gz");
    std::filesystem::create_directory_symlink(other, run / "sub");
    Json result = goodResult();
    result["output"]["directory"] = run.string();
    result["output"]["samples"][0]["image_path"] = (m_folder / listed.toStdString()).string();
    writeFile(run / "result.json", writeJson(result));
    const Result<RunReport> report = reportOfRun(run);
    QVERIFY(report->volume.empty());
    QVERIFY(report->warnings.back().name.contains(u".nii.gz"));
}

void tst_RunReport::failedGateSaysWhatToDo()
{
    Json result = goodResult();
    result["overall_status"] = "failed";
    Json &gate = gateNamed(result, "output.all_images_nonnegative");
    gate["observed"] = false;
    gate["status"] = "fail";
    const Result<RunReport> report = reportOf(result);
    QCOMPARE(report->verdict, QStringLiteral("Failed"));
    QCOMPARE(report->verdictTone, ReportTone::Bad);
    QVERIFY2(report->verdictText.startsWith(u"1 of 13"), qPrintable(report->verdictText));
    const ReportGate first = gatesFailedFirst(report->gates).front();
    QCOMPARE(first.path, QStringLiteral("output.all_images_nonnegative"));
    QCOMPARE(first.requested, QStringLiteral("= true"));
    QCOMPARE(first.observed, QStringLiteral("false"));
    QVERIFY(first.meaning.contains(u"32767"));
    const QString text = reportText(*report);
    QVERIFY(text.contains(first.meaning));
    QVERIFY(text.indexOf(first.question) < text.indexOf(report->gates.front().question));
}

void tst_RunReport::failedCommandShowsItsCause()
{
    Json result = goodResult();
    result["overall_status"] = "failed";
    result["output"]["samples"] = Json::array();
    result["invocation"] = {{"exit_code", 1}, {"outcome", "The program ended with exit code 1."}};
    result["logs"] = {{"stderr_tail", "Traceback (most recent call last):\nMemoryError\n"}};
    const Result<RunReport> fromTail = reportOf(result);
    QVERIFY(fromTail->cause);
    QCOMPARE(fromTail->cause->code, QStringLiteral("host_out_of_memory"));
    QCOMPARE(fromTail->verdictText, QStringLiteral("The program ended with exit code 1."));
    QVERIFY(fromTail->provenance == Provenance::Unknown);
    QVERIFY(reportText(*fromTail).contains(fromTail->cause->advice));

    // The log itself reaches further back than the tail in the document.
    std::filesystem::create_directory(m_folder / "logs");
    writeFile(m_folder / "logs" / "stderr.log",
              std::string(300'000, '\n') + "RuntimeError: No CUDA GPUs are available\n");
    QCOMPARE(reportOf(result)->cause->code, QStringLiteral("no_gpu"));
}

void tst_RunReport::storedCauseIsShown()
{
    Json result = goodResult();
    result["overall_status"] = "failed";
    result["invocation"]["exit_code"] = 1;
    result["logs"] = {{"stderr_tail", "MemoryError\n"}};
    result["failure"] = {{"code", "of_a_newer_version"},
                         {"what", "It failed."},
                         {"why", ""},
                         {"advice", "Try again."},
                         {"evidence", "odd: 7"}};
    const FailureCause stored{.code = QStringLiteral("of_a_newer_version"),
                              .what = QStringLiteral("It failed."),
                              .advice = QStringLiteral("Try again."),
                              .evidence = QStringLiteral("odd: 7")};
    QCOMPARE(reportOf(result)->cause->code, stored.code);
    QVERIFY(reportOf(result)->cause == stored);

    // Whoever wrote it: what is not a cause is read from the log again.
    for (const char *other : {"null", "7", "[]", "{}", R"({"code": 1, "what": [], "advice": {}})",
                              R"({"code": "x", "what": "y", "advice": ""})"}) {
        result["failure"] = Json::parse(other);
        QCOMPARE(reportOf(result)->cause->code, QStringLiteral("host_out_of_memory"));
    }
}

void tst_RunReport::causeOfARunThatDidNotFailIsNotShown()
{
    Json result = goodResult();
    result["failure"] = {{"code", "x"}, {"what", "It failed."}, {"advice", "Try again."}};
    QVERIFY(!reportOf(result)->cause);
    result["overall_status"] = "cancelled";
    result["invocation"]["exit_code"] = -15;
    QVERIFY(!reportOf(result)->cause);
}

void tst_RunReport::cancelledRunHasNoCause()
{
    Json result = goodResult();
    result["overall_status"] = "cancelled";
    result["invocation"]["exit_code"] = -15;
    const Result<RunReport> report = reportOf(result);
    QCOMPARE(report->verdict, QStringLiteral("Cancelled"));
    QVERIFY(!report->cause);
}

void tst_RunReport::timedOutRunNamesTheLimit()
{
    Json result = goodResult();
    result["overall_status"] = "timed_out";
    result["invocation"]["exit_code"] = 124;
    const Result<RunReport> report = reportOf(result);
    QCOMPARE(report->verdictTone, ReportTone::Bad);
    QCOMPARE(report->cause->code, QStringLiteral("time_limit"));
}

void tst_RunReport::unclearGatesHaveFailed()
{
    Json result = goodResult();
    result["gates"][0]["status"] = "passed";
    result["gates"][1].erase("status");
    result["gates"][2]["status"] = true;
    const Result<RunReport> report = reportOf(result);
    QVERIFY(!report->gates[0].passed && !report->gates[1].passed && !report->gates[2].passed);
    QCOMPARE(report->verdict, QStringLiteral("Contradictory"));
}

void tst_RunReport::contradictoryResultIsNotBelieved_data()
{
    QTest::addColumn<QString>("change");
    QTest::newRow("a gate failed") << "gate";
    QTest::newRow("no gates") << "none";
    QTest::newRow("a phantom") << "phantom";
}

void tst_RunReport::contradictoryResultIsNotBelieved()
{
    QFETCH(QString, change);
    Json result = goodResult();
    if (change == u"gate")
        result["gates"][5]["status"] = "fail";
    else if (change == u"none")
        result["gates"] = Json::array();
    else
        result["engine"] = "phantom";
    const Result<RunReport> report = reportOf(result);
    QCOMPARE(report->verdict, QStringLiteral("Contradictory"));
    QCOMPARE(report->verdictTone, ReportTone::Bad);
}

void tst_RunReport::onlyUpstreamsVolumesAreModelRuns_data()
{
    QTest::addColumn<QString>("engine");
    QTest::addColumn<bool>("listed");
    QTest::addColumn<int>("provenance");
    QTest::newRow("upstream") << "upstream" << true << static_cast<int>(Provenance::ModelRun);
    QTest::newRow("no volume") << "upstream" << false << static_cast<int>(Provenance::Unknown);
    QTest::newRow("phantom") << "phantom" << true << static_cast<int>(Provenance::Phantom);
    QTest::newRow("another") << "Upstream" << true << static_cast<int>(Provenance::Unknown);
    QTest::newRow("none") << "" << true << static_cast<int>(Provenance::Unknown);
}

void tst_RunReport::onlyUpstreamsVolumesAreModelRuns()
{
    QFETCH(QString, engine);
    QFETCH(bool, listed);
    QFETCH(int, provenance);
    Json result = goodResult();
    result["engine"] = engine.toStdString();
    if (engine.isEmpty())
        result.erase("engine");
    if (!listed)
        result["output"]["samples"] = Json::array();
    QCOMPARE(static_cast<int>(reportOf(result)->provenance), provenance);
}

void tst_RunReport::resultOfTheReferenceIsAModelRun()
{
    Json result = goodResult();
    result.erase("engine");
    result["invocation"]["official_entrypoint"] = "python -m scripts.diff_model_infer";
    QVERIFY(reportOf(result)->provenance == Provenance::ModelRun);
}

void tst_RunReport::phantomsJournalIsStrongerThanItsResult()
{
    writeFile(m_folder / "run.json", R"({"journal_version": 1, "engine": "phantom"})");
    const Result<RunReport> report = reportOf(goodResult());
    QVERIFY(report->provenance == Provenance::Phantom);
    QCOMPARE(report->verdict, QStringLiteral("Contradictory"));
}

void tst_RunReport::olderResultIsNotJudged()
{
    const std::filesystem::path older =
        MRB_SOURCE_DIR "/../shared/contract/real-run/reference-result.json";
    if (!std::filesystem::exists(older))
        QSKIP("the older result does not lie beside this checkout");
    std::filesystem::copy_file(older, m_folder / "result.json");
    const Result<RunReport> report = reportOfRun(m_folder);
    QVERIFY(report);
    QCOMPARE(report->verdict, QStringLiteral("Not judged"));
    QVERIFY(report->gates.empty());
    QCOMPARE(valueOf(*report, QStringLiteral("Intensity"), QStringLiteral("Mean")),
             QStringLiteral("178.318"));
    for (const ReportRow &row : findSection(*report, QStringLiteral("Weights"))->rows)
        QCOMPARE(row.value, QStringLiteral("not compared"));
}

void tst_RunReport::severalVolumesAreToldApart()
{
    Json result = goodResult();
    Json second = result["output"]["samples"][0];
    second["intensity_mean"] = 12.5;
    result["output"]["samples"].push_back(second);
    for (int i = 0; i < 40; ++i)
        result["output"]["samples"].push_back(second);
    const Result<RunReport> report = reportOf(result);
    QCOMPARE(valueOf(*report, QStringLiteral("Intensity – volume 2 of 42"), QStringLiteral("Mean")),
             QStringLiteral("12.5"));
    QVERIFY(report->sections.size() < 100);
}

void tst_RunReport::volumesOfSeveralGpusNameSeedAndRank()
{
    Json result = goodResult();
    Json &samples = result["output"]["samples"];
    samples.push_back(samples[0]);
    for (int rank = 0; rank < 2; ++rank) {
        samples[std::size_t(rank)]["rank"] = rank;
        samples[std::size_t(rank)]["random_seed"] = 40 + rank;
    }
    const auto report = reportOf(result);
    QVERIFY(report);
    const QString second = QStringLiteral("File \u2013 volume 2 of 2");
    QCOMPARE(valueOf(*report, second, QStringLiteral("Seed of this volume")), u"41"_qs);
    QCOMPARE(valueOf(*report, second, QStringLiteral("Rank of its GPU")), u"1"_qs);
}

void tst_RunReport::missingVolumeOfAGpuIsTheReason()
{
    Json result = goodResult();
    result["overall_status"] = "failed";
    result["exit_code"] = 4;
    result["warnings"] = {{{"code", "fov_unusual"}, {"message", "Something else."}},
                          {{"code", "fewer_volumes_than_gpus"}, {"message", "None of rank 1."}}};
    const auto report = reportOf(result);
    QVERIFY(report);
    QCOMPARE(report->verdict, QStringLiteral("Failed"));
    QCOMPARE(report->verdictText, QStringLiteral("None of rank 1."));
}

void tst_RunReport::cutOffAnatomyIsPointedOut()
{
    Json result = goodResult();
    Json &sample = result["output"]["samples"][0];
    sample["image_affine"] = {{-0.94, 0, 0, 0}, {0, 0.94, 0, 0}, {0, 0, 1.36, 0}, {0, 0, 0, 1}};
    sample["measurements"] = {{"foreground_fraction", 0.2511},
                              {"face_contact_fraction",
                               {{"x_low", 0.2},
                                {"x_high", 0.0},
                                {"y_low", 0.01},
                                {"y_high", 0.0},
                                {"z_low", 0.3},
                                {"z_high", 0.0}}}};
    const Result<RunReport> report = reportOf(result);
    const ReportSection *section = findSection(*report, QStringLiteral("Image measurements"));
    QVERIFY(section);
    QHash<QString, ReportRow> rows;
    for (const ReportRow &row : section->rows)
        rows.insert(row.name, row);
    // The affine turns x around, so its first slice is on the right.
    const ReportRow right = rows.value(QStringLiteral("Border: right (x, first slice)"));
    QCOMPARE(right.tone, ReportTone::Notice);
    QVERIFY(right.note.contains(u"larger field of view"));
    QCOMPARE(right.value, QStringLiteral("20 % covered"));
    const ReportRow neck = rows.value(QStringLiteral("Border: inferior (z, first slice)"));
    QCOMPARE(neck.value, QStringLiteral("30 % covered"));
    QCOMPARE(neck.tone, ReportTone::Plain);
    QCOMPARE(rows.value(QStringLiteral("Border: posterior (y, first slice)")).tone,
             ReportTone::Plain);
    QCOMPARE(rows.value(QStringLiteral("Border not touched")).value,
             QStringLiteral("left, anterior, superior"));
    QCOMPARE(rows.value(QStringLiteral("Foreground")).value, QStringLiteral("25.11 %"));
}

void tst_RunReport::fieldOfViewIsComparedWithTheMedian()
{
    Json result = goodResult();
    Json &sample = result["output"]["samples"][0];
    sample["image_shape"] = {256, 256, 128};
    sample["image_spacing"] = {0.5, 0.94, 1.36};
    const Result<RunReport> report = reportOf(result);
    const ReportSection *section = findSection(*report, QStringLiteral("Geometry"));
    const auto row = [section](const char *name) {
        return *std::ranges::find(section->rows, QString::fromUtf8(name), &ReportRow::name);
    };
    QCOMPARE(row("Field of view x").value, QStringLiteral("128 mm"));
    QCOMPARE(row("Field of view x").tone, ReportTone::Notice);
    QCOMPARE(row("Field of view y").tone, ReportTone::Plain);
    QVERIFY2(row("Field of view z").note.contains(u"T1"), qPrintable(row("Field of view z").note));
}

QTEST_GUILESS_MAIN(tst_RunReport)
#include "tst_RunReport.moc"
