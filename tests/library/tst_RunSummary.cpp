// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/RunSummary.h"
#include "tests/library/LibraryFixtures.h"

using namespace mrb::backend;
using namespace mrb::test;
using mrb::Json;

namespace {

/// The result of a run whose one volume was written as `recorded`.
Json resultListing(const std::string &recorded)
{
    Json json = result();
    json["output"]["directory"] = "/before/run";
    json["output"]["samples"] = {
        {{"image_path", recorded}, {"image_bytes", 3}, {"image_sha256", "ab"}}};
    return json;
}

} // namespace

class TestRunSummary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(makePhantomRun(pathOf(m_shared) / "phantom", "mri_t2", 99)); }

    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = pathOf(*m_temporary) / "run";
    }

    void aFinishedPhantomRun_isReadWhole()
    {
        const fs::path folder = pathOf(m_shared) / "phantom";
        const auto run = readRunSummary(folder);
        QVERIFY(run);
        QCOMPARE(run->folder, folder);
        QVERIFY(!run->problem);
        QCOMPARE(run->state, RunState::Ended);
        QCOMPARE(run->verdict, EntryVerdict::Demo);
        QVERIFY(run->phantom);
        QCOMPARE(run->modality, QStringLiteral("mri_t2"));
        QCOMPARE(run->seed, std::optional<std::int64_t>(99));
        QCOMPARE(run->dim, (std::array<std::int64_t, 3>{64, 64, 64}));
        QCOMPARE(run->spacing, (std::array<double, 3>{3.5, 3.75, 2.72}));
        QCOMPARE(run->steps, 2);
        QCOMPARE(run->guidance, 2.0);
        QVERIFY(run->seconds > 0);
        QVERIFY(run->measured.cpuSeconds && run->measured.rssMbPeak.value_or(0) > 0);
        QVERIFY(!run->measured.gpuSeconds && !run->measured.gpuMemoryMbPeak);
        QVERIFY(run->measured.gpuBasis.isEmpty());
        QCOMPARE(run->startedAt.timeSpec(), Qt::UTC);
        QCOMPARE(run->volumes.size(), std::size_t{1});
        const RunVolume &volume = run->volumes.front();
        QCOMPARE(volume.path, volumeIn(folder));
        QCOMPARE(volume.bytes, fs::file_size(volume.path));
        QCOMPARE(volume.sha256.size(), std::size_t{64});
        QVERIFY(!run->warnings.isEmpty());
        std::uint64_t bytes = 0;
        for (const auto &entry : fs::recursive_directory_iterator(folder))
            bytes += entry.is_regular_file() ? entry.file_size() : 0;
        QCOMPARE(run->bytes, bytes);
    }

    void whatARunUsed_isReadAsMeasured()
    {
        Json json = result();
        json["runtime"]["cpu_seconds"] = 20.5;
        json["runtime"]["rss_mb_peak"] = nullptr;
        json["cost"] = {
            {"measured",
             {{"gpu_seconds", 5.25}, {"gpu_memory_mb_peak", -1}, {"gpu_memory_mb_held", 9876.5}}},
            {"gpu", {{"basis", "device"}}}};
        write(m_folder / "result.json", mrb::writeJson(json));
        const auto run = readRunSummary(m_folder);
        QVERIFY(run);
        QCOMPARE(run->measured, (RunMeasurements{.cpuSeconds = 20.5,
                                                 .rssMbPeak = {},
                                                 .gpuSeconds = 5.25,
                                                 .gpuMemoryMbPeak = {},
                                                 .gpuMemoryMbHeld = 9876.5,
                                                 .gpuBasis = QStringLiteral("device")}));
    }

    void howItWasStarted_isRead()
    {
        Json json = result();
        json["invocation"] = {{"launch", "warm"}};
        json["phases"] = {{{"name", "imports"}, {"seconds", 0.5}},
                          {{"name", "models"}, {"seconds", 2}}};
        json["run"]["most_at_once"] = 8;
        json["run"]["retry_of"] = {{"run_id", "before"}, {"reason", "gpu_out_of_memory"}};
        write(m_folder / "result.json", mrb::writeJson(json));
        const auto run = readRunSummary(m_folder);
        QVERIFY(run);
        QVERIFY(run->warm);
        QCOMPARE(run->importSeconds, std::optional(0.5));
        QCOMPARE(run->mostAtOnce, 8);
        QCOMPARE(run->retryOf, std::optional(RetryOf{"before", "gpu_out_of_memory"}));
    }

    void aResultThatDoesNotSayHowItWasStarted_wasColdAndAlone_data()
    {
        QTest::addColumn<QString>("changes"); // of the document
        QTest::newRow("an earlier version") << "{}";
        QTest::newRow("nonsense") << R"({"invocation": {"launch": 7}, "phases": [7],
                   "run": {"most_at_once": -3, "retry_of": "before"}})";
        QTest::newRow("more nonsense")
            << R"({"invocation": {"launch": null}, "phases": [{"name": "imports", "seconds": -1}],
                   "run": {"most_at_once": "2", "retry_of": {"run_id": 1}}})";
        QTest::newRow("imports were not the first")
            << R"({"phases": [{"name": "models", "seconds": 1},
                              {"name": "imports", "seconds": 1}]})";
    }

    void aResultThatDoesNotSayHowItWasStarted_wasColdAndAlone()
    {
        QFETCH(QString, changes);
        Json json = result();
        json.merge_patch(Json::parse(changes.toStdString()));
        write(m_folder / "result.json", mrb::writeJson(json));
        const auto run = readRunSummary(m_folder);
        QVERIFY(run);
        QVERIFY(!run->warm && !run->importSeconds && !run->retryOf);
        QCOMPARE(run->mostAtOnce, 1);
    }

    void aMovedFolder_findsItsVolumesWhereTheyAreNow()
    {
        const fs::path moved = pathOf(*m_temporary) / "elsewhere" / "copy";
        fs::create_directories(moved.parent_path());
        fs::copy(pathOf(m_shared) / "phantom", moved, fs::copy_options::recursive);
        const auto run = readRunSummary(moved);
        QVERIFY(run && !run->problem);
        QCOMPARE(run->volumes.size(), std::size_t{1});
        QCOMPARE(run->volumes.front().path.parent_path(), moved);
    }

    void aRecordedPath_neverLeadsOutOfTheFolder_data()
    {
        QTest::addColumn<QString>("recorded");
        QTest::addColumn<QString>("expected"); // in the run's folder; empty: not found
        QTest::newRow("by its name") << "/before/run/a.nii.gz"
                                     << "a.nii.gz";
        QTest::newRow("in a folder of the run") << "/before/run/sub/b.nii.gz"
                                                << "sub/b.nii.gz";
        QTest::newRow("relative") << "a.nii.gz"
                                  << "a.nii.gz";
        QTest::newRow("above") << "/before/run/../secret.nii.gz"
                               << "";
        QTest::newRow("above, relative") << "../secret.nii.gz"
                                         << "";
        QTest::newRow("just above") << ".."
                                    << "";
        QTest::newRow("through a linked folder") << "/before/run/away/secret.nii.gz"
                                                 << "";
        QTest::newRow("a link") << "/before/run/link.nii.gz"
                                << "";
        QTest::newRow("a folder") << "/before/run/sub"
                                  << "";
        QTest::newRow("not there") << "/before/run/gone.nii.gz"
                                   << "";
    }

    void aRecordedPath_neverLeadsOutOfTheFolder()
    {
        QFETCH(QString, recorded);
        QFETCH(QString, expected);
        write(m_folder / "a.nii.gz", "abc");
        write(m_folder / "sub" / "b.nii.gz", "abc");
        write(m_folder.parent_path() / "secret.nii.gz", "abc");
        fs::create_directory_symlink(m_folder.parent_path(), m_folder / "away");
        fs::create_symlink(m_folder.parent_path() / "secret.nii.gz", m_folder / "link.nii.gz");
        write(m_folder / "result.json", mrb::writeJson(resultListing(recorded.toStdString())));
        const auto run = readRunSummary(m_folder);
        QVERIFY(run);
        QCOMPARE(run->volumes.size(), std::size_t(expected.isEmpty() ? 0 : 1));
        if (expected.isEmpty())
            QCOMPARE(run->problem->code, error_codes::kRunVolumeMissing);
        else
            QCOMPARE(run->volumes.front().path, m_folder / expected.toStdString());
    }

    void aResultOfTheReference_countsAsEndedWithoutAVerdict()
    {
        Json json = result();
        for (const char *key : {"overall_status", "exit_code", "engine", "run"})
            json.erase(key);
        json["invocation"] = {{"exit_code", 0}, {"subprocess_seconds", 12.5}};
        write(m_folder / "result.json", mrb::writeJson(json));
        auto run = readRunSummary(m_folder);
        QVERIFY(run && !run->problem);
        QCOMPARE(run->state, RunState::Ended);
        QCOMPARE(run->verdict, EntryVerdict::None);
        QVERIFY(!run->startedAt.isValid());
        QCOMPARE(run->gpuName, QStringLiteral("NVIDIA H100"));

        json["invocation"]["exit_code"] = 1;
        write(m_folder / "result.json", mrb::writeJson(json));
        run = readRunSummary(m_folder);
        QCOMPARE(run->verdict, EntryVerdict::Failed);
    }

    void theVerdict_followsStatusAndExitCode_data()
    {
        QTest::addColumn<QString>("status");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("engine");
        QTest::addColumn<EntryVerdict>("expected");
        QTest::newRow("passed") << "passed" << 0 << "upstream" << EntryVerdict::Passed;
        QTest::newRow("custom manifest")
            << "passed_custom_manifest" << 0 << "upstream" << EntryVerdict::Passed;
        QTest::newRow("demo") << "demo" << 0 << "phantom" << EntryVerdict::Demo;
        QTest::newRow("a phantom never passes") << "passed" << 0 << "phantom" << EntryVerdict::Demo;
        QTest::newRow("gate") << "failed" << 4 << "upstream" << EntryVerdict::GateFailed;
        QTest::newRow("upstream") << "failed" << 3 << "upstream" << EntryVerdict::Failed;
        QTest::newRow("time") << "timed_out" << 124 << "upstream" << EntryVerdict::Failed;
        QTest::newRow("cancelled") << "cancelled" << 130 << "upstream" << EntryVerdict::Cancelled;
        QTest::newRow("unheard of") << "splendid" << 0 << "upstream" << EntryVerdict::Failed;
    }

    void theVerdict_followsStatusAndExitCode()
    {
        QFETCH(QString, status);
        QFETCH(int, exitCode);
        QFETCH(QString, engine);
        Json json = result();
        json["overall_status"] = status.toStdString();
        json["exit_code"] = exitCode;
        json["engine"] = engine.toStdString();
        write(m_folder / "run.json", mrb::writeJson(journal()));
        write(m_folder / "result.json", mrb::writeJson(json));
        const auto run = readRunSummary(m_folder);
        QTEST(run->verdict, "expected");
        QCOMPARE(run->exitCode, exitCode);
    }

    void anInterruptedRun_saysWhatItWasAskedFor()
    {
        Json json = journal("2026-03-01T10:00:00.000Z", "running");
        json["overrides"] = {{"num_inference_steps", 12}};
        write(m_folder / "run.json", mrb::writeJson(json));
        auto run = readRunSummary(m_folder);
        QVERIFY(run && !run->problem);
        QCOMPARE(run->state, RunState::Interrupted);
        QCOMPARE(run->verdict, EntryVerdict::None);
        QCOMPARE(run->steps, 12);
        QCOMPARE(run->dim[0], 0);
        QCOMPARE(run->seed, std::optional<std::int64_t>(42));

        // What was staged for upstream knows the checkout's defaults too.
        write(m_folder / "_staged_configs" / "model.json",
              R"({"diffusion_unet_inference": {"dim": [64, 96, 128], "num_inference_steps": 12}})");
        run = readRunSummary(m_folder);
        QCOMPARE(run->dim, (std::array<std::int64_t, 3>{64, 96, 128}));

        // A command that leads elsewhere names nothing.
        write(m_folder / "model.json", R"({"diffusion_unet_inference": {"dim": [96, 96, 96]}})");
        for (const char *name : {"..", "", "/", "a b.json", "$(id).json"}) {
            json["command"][4] = name;
            write(m_folder / "run.json", mrb::writeJson(json));
            QCOMPARE(readRunSummary(m_folder)->dim[0], 0);
        }
    }

    void aRunWhoseLockIsHeld_isRunning()
    {
        write(m_folder / "run.json",
              mrb::writeJson(journal("2026-03-01T10:00:00.000Z", "running")));
        LockHolder holder(m_folder);
        QVERIFY(holder.held());
        QCOMPARE(readRunSummary(m_folder)->state, RunState::Running);
        holder.kill();
        QCOMPARE(readRunSummary(m_folder)->state, RunState::Interrupted);
    }

    void damagedDocuments_areReportedAndNothingMore_data()
    {
        QTest::addColumn<QByteArray>("journalText"); // null: no such file
        QTest::addColumn<QByteArray>("resultText");
        QTest::addColumn<QByteArray>("code"); // of the problem; empty: none
        QTest::addColumn<RunState>("state");
        const QByteArray ended = QByteArray::fromStdString(mrb::writeJson(journal()));
        const QByteArray good = QByteArray::fromStdString(mrb::writeJson(result()));
        const QByteArray damaged = "run_record_damaged";
        const auto with = [](Json json, const char *key, Json value) {
            json[key] = std::move(value);
            return QByteArray::fromStdString(mrb::writeJson(json));
        };
        QTest::newRow("sound") << ended << good << QByteArray() << RunState::Ended;
        QTest::newRow("result cut off") << ended << good.left(200) << damaged << RunState::Ended;
        QTest::newRow("result empty") << ended << QByteArray("") << damaged << RunState::Ended;
        QTest::newRow("result missing") << ended << QByteArray() << damaged << RunState::Ended;
        QTest::newRow("result too large")
            << ended << QByteArray(5 << 20, ' ') << damaged << RunState::Ended;
        QTest::newRow("only a cut off result")
            << QByteArray() << good.left(200) << damaged << RunState::NoRun;
        QTest::newRow("journal cut off") << ended.left(40) << good << damaged << RunState::Ended;
        QTest::newRow("journal alone and cut off")
            << ended.left(40) << QByteArray() << damaged << RunState::NoRun;
        QTest::newRow("journal newer") << with(journal(), "journal_version", 2) << good
                                       << QByteArray("run_record_newer") << RunState::Ended;
        for (const Json &wrong : {Json(), Json(true), Json(-7), Json(1e300), Json("text"),
                                  Json::array({1, "a", nullptr}), Json{{"a", 1}},
                                  Json(std::uint64_t{18446744073709551615U})}) {
            for (const char *key : {"input", "output", "run", "runtime", "warnings", "engine",
                                    "exit_code", "preflight", "overall_status"}) {
                const QByteArray name =
                    QByteArray(key) + " is " + QByteArray::fromStdString(wrong.dump());
                QTest::newRow(name.constData())
                    << ended << with(result(), key, wrong) << QByteArray() << RunState::Ended;
            }
            const QByteArray name = "everything is " + QByteArray::fromStdString(wrong.dump());
            Json input = result();
            for (auto &[key, value] : input["input"].items())
                value = wrong;
            input["output"]["samples"] = {{{"image_path", wrong}, {"image_bytes", wrong}}, wrong};
            Json journalJson = journal();
            for (const char *key : {"engine", "started_at", "overrides", "modality_name"})
                journalJson[key] = wrong;
            QTest::newRow(name.constData())
                << QByteArray::fromStdString(mrb::writeJson(journalJson))
                << QByteArray::fromStdString(mrb::writeJson(input))
                << (wrong == Json("text") ? QByteArray("run_volume_missing") : QByteArray())
                << RunState::Ended;
        }
    }

    void damagedDocuments_areReportedAndNothingMore()
    {
        QFETCH(QByteArray, journalText);
        QFETCH(QByteArray, resultText);
        QFETCH(QByteArray, code);
        if (!journalText.isNull())
            write(m_folder / "run.json", journalText.toStdString());
        if (!resultText.isNull())
            write(m_folder / "result.json", resultText.toStdString());
        const auto run = readRunSummary(m_folder);
        QVERIFY(run);
        QTEST(run->state, "state");
        const std::string_view found = run->problem ? run->problem->code.id() : "";
        QCOMPARE(QByteArray::fromStdString(std::string(found)), code);
        if (run->problem)
            QVERIFY(!run->problem->message.isEmpty() && !run->problem->hint.isEmpty());
        // Whatever it says can be shown, exported and asked for again.
        QVERIFY(runsAsCsv({*run}).ends_with("\r\n"));
        (void)settingsOfRun(m_folder);
    }

    void foldersOfSomebodyElse_areNoRuns_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("text");
        QTest::newRow("empty folder") << "notes.txt"
                                      << "hello";
        QTest::newRow("another program's result") << "result.json"
                                                  << R"({"accuracy": 0.9})";
        QTest::newRow("another program's run") << "run.json"
                                               << R"({"state": "ended"})";
        QTest::newRow("a list") << "result.json"
                                << "[1, 2]";
    }

    void foldersOfSomebodyElse_areNoRuns()
    {
        QFETCH(QString, file);
        QFETCH(QString, text);
        write(m_folder / file.toStdString(), text.toStdString());
        const auto run = readRunSummary(m_folder);
        QVERIFY(!run);
        QCOMPARE(run.error().code, error_codes::kNoRunHere);
    }

    void linksInPlaceOfDocuments_areNotFollowed()
    {
        makeRun(pathOf(*m_temporary) / "other");
        fs::create_directories(m_folder);
        fs::create_symlink(pathOf(*m_temporary) / "other" / "run.json", m_folder / "run.json");
        fs::create_symlink(pathOf(*m_temporary) / "other" / "result.json",
                           m_folder / "result.json");
        QVERIFY(!readRunSummary(m_folder));
    }

    void aDamagedReview_isAProblemOfTheRun()
    {
        makeRun(m_folder);
        write(m_folder / "review.json", "{");
        const auto run = readRunSummary(m_folder);
        QCOMPARE(run->problem->code, error_codes::kReviewDamaged);
        QCOMPARE(run->review, Review());
    }

    void modalities_haveReadableNames()
    {
        QCOMPARE(modalityLabel(QStringLiteral("mri_t1_skull_stripped")),
                 QStringLiteral("T1, skull-stripped"));
        QCOMPARE(modalityLabel(QStringLiteral("mri_new")), QStringLiteral("mri_new"));
    }

private:
    QTemporaryDir m_shared;
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
};

QTEST_GUILESS_MAIN(TestRunSummary)
#include "tst_RunSummary.moc"
