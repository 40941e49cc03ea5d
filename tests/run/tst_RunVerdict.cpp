// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/RunDocuments.h"

#include <QtTest>

#include <algorithm>

using mrb::Json;
using namespace mrb::backend;
using Kind = mrb::backend::RunOutcome::Kind;

namespace {

constexpr std::array<std::int64_t, 3> kDim = {64, 64, 64};

/// A run of the pinned checkout with the pinned weights.
Preparation goodPreparation()
{
    Preparation preparation;
    preparation.manifest = builtInManifest().value();
    preparation.root = "/checkout";
    preparation.outputFolder = "/runs/one";
    preparation.identity.commit = preparation.manifest.upstream.commit;
    preparation.identity.expectedCommit = preparation.manifest.upstream.commit;
    preparation.identity.commitMatch = true;
    preparation.identity.trackedFilesClean = true;
    preparation.identity.trusted = true;
    preparation.weights = {.allPresent = true, .allMatch = true};
    ModelRequest request;
    request.overrides = Json::object();
    request.modelConfig = Json::object();
    request.modalityName = "mri_t1";
    request.dim = kDim;
    request.spacing = {1.0, 1.0, 2.0};
    request.spacingAsWritten = {1, 1, 2};
    request.modalityCode = 9;
    request.seed = 7;
    request.outputPrefix = "p";
    preparation.request = request;
    return preparation;
}

mrb::volume::VolumeRecord goodVolume(int rank = 0)
{
    mrb::volume::VolumeRecord record;
    record.path = QStringLiteral("/runs/one/p_seed%1_size64x64x64_spacing1.00x1.00x2.00_"
                                 "20260102030405_rank%2_modality9.nii.gz")
                      .arg(7 + rank)
                      .arg(rank)
                      .toStdString();
    record.bytes = 100;
    record.sha256 = std::string(64, '0');
    record.facts = mrb::volume::NiftiFacts{};
    record.facts->geometry = {.dims = kDim, .spacingMm = {1.0, 1.0, 2.0}};
    record.statistics =
        mrb::volume::VolumeStatistics{.voxels = 10,
                                      .finite = 10,
                                      .intensity = mrb::volume::IntensityStatistics{
                                          .min = 0, .max = 900, .mean = 100, .std = 50}};
    return record;
}

RunFacts goodFacts()
{
    RunFacts facts;
    facts.runId = "id";
    facts.startedAt = QDateTime::fromMSecsSinceEpoch(1'000'000);
    facts.endedAt = QDateTime::fromMSecsSinceEpoch(1'012'500);
    facts.wallSeconds = 12.5;
    facts.outcome.kind = Kind::Finished;
    facts.outcome.exitCode = 0;
    facts.outcome.seconds = 12.0;
    facts.cost.wallSeconds = 12.0;
    facts.cost.cpuSeconds = 20.0;
    facts.cost.rssMbPeak = 4000.0;
    facts.cost.gpuSeconds = 5.0;
    facts.cost.gpuMemoryMbPeak = 12898.0;
    facts.cost.gpuBasis = GpuBasis::Processes;
    facts.volumes = {goodVolume()};
    return facts;
}

QStringList failedGates(const RunVerdict &verdict)
{
    QStringList paths;
    for (const Json &gate : verdict.document["gates"])
        if (gate["status"] == "fail")
            paths << QString::fromStdString(gate["path"].get<std::string>());
    return paths;
}

bool warnsOf(const RunVerdict &verdict, const char *code)
{
    return std::ranges::any_of(verdict.document["warnings"],
                               [code](const Json &warning) { return warning["code"] == code; });
}

struct Situation
{
    Preparation preparation = goodPreparation();
    RunFacts facts = goodFacts();
};

const QString kExitGate = QStringLiteral("invocation.exit_code");
const QString kTrustGate = QStringLiteral("invocation.upstream_identity.trusted");
const QString kPresentGate = QStringLiteral("invocation.model_inventory.all_present");
const QString kHashGate = QStringLiteral("invocation.model_inventory.all_sha256_match");
const QString kConstantGate = QStringLiteral("output.all_images_nonconstant");

using Change = void (*)(Situation &);

} // namespace

Q_DECLARE_METATYPE(Change)

class TestRunVerdict : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decision_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<ExitCode>("exitCode");
        QTest::addColumn<QString>("status");
        QTest::addColumn<QStringList>("failed");
        const auto row = [](const char *name, ExitCode code, const char *status,
                            const QStringList &failed, Change change) {
            QTest::addRow("%s", name) << change << code << QString::fromLatin1(status) << failed;
        };
        row("all well", ExitCode::Passed, "passed", {}, [](Situation &) {});
        row("another manifest never passes plainly", ExitCode::Passed, "passed_custom_manifest", {},
            [](Situation &s) {
                s.preparation.manifest.builtIn = false;
                s.preparation.manifest.source = "/m.yaml";
            });
        row("upstream exits 1", ExitCode::UpstreamFailed, "failed", {kExitGate},
            [](Situation &s) { s.facts.outcome.exitCode = 1; });
        row("upstream crashes", ExitCode::UpstreamFailed, "failed", {kExitGate}, [](Situation &s) {
            s.facts.outcome.kind = Kind::Crashed;
            s.facts.outcome.exitCode = -11;
        });
        row("upstream cannot start", ExitCode::UpstreamFailed, "failed", {kExitGate},
            [](Situation &s) {
                s.facts.outcome.kind = Kind::FailedToStart;
                s.facts.outcome.exitCode = 127;
            });
        row("failure without the gate that would tell", ExitCode::UpstreamFailed, "failed", {},
            [](Situation &s) {
                s.facts.outcome.exitCode = 1;
                std::erase_if(s.preparation.manifest.gates,
                              [](const Gate &gate) { return gate.path == "invocation.exit_code"; });
            });
        row("time limit", ExitCode::TimedOut, "timed_out", {kExitGate}, [](Situation &s) {
            s.facts.outcome.kind = Kind::TimedOut;
            s.facts.outcome.exitCode = 124;
        });
        row("cancelled", ExitCode::Cancelled, "cancelled", {kExitGate}, [](Situation &s) {
            s.facts.outcome.kind = Kind::Cancelled;
            s.facts.outcome.exitCode = 130;
        });
        row("cancelled while measuring", ExitCode::Cancelled, "cancelled", {},
            [](Situation &s) { s.facts.cancelledWhileMeasuring = true; });
        row("two GPUs", ExitCode::Passed, "passed", {}, [](Situation &s) {
            s.preparation.options.numGpus = 2;
            s.facts.volumes.push_back(goodVolume(1));
        });
        row("two GPUs, one volume", ExitCode::GateFailed, "failed", {},
            [](Situation &s) { s.preparation.options.numGpus = 2; });
        row("two GPUs, one volume, and upstream said so", ExitCode::UpstreamFailed, "failed",
            {kExitGate}, [](Situation &s) {
                s.preparation.options.numGpus = 2;
                s.facts.outcome.exitCode = 1;
            });
        row("two GPUs, cancelled before the second was looked at", ExitCode::Cancelled, "cancelled",
            {}, [](Situation &s) {
                s.preparation.options.numGpus = 2;
                s.facts.cancelledWhileMeasuring = true;
            });
        row("not trusted", ExitCode::GateFailed, "failed", {kTrustGate},
            [](Situation &s) { s.preparation.identity.trusted = false; });
        row("other weights", ExitCode::GateFailed, "failed", {kHashGate},
            [](Situation &s) { s.preparation.weights.allMatch = false; });
        row("one bad volume of two", ExitCode::GateFailed, "failed", {kConstantGate},
            [](Situation &s) {
                s.facts.volumes.push_back(goodVolume(1));
                s.facts.volumes.back().statistics->intensity->max = 0;
            });
        row("no gates are no pass", ExitCode::GateFailed, "failed", {},
            [](Situation &s) { s.preparation.manifest.gates.clear(); });
        row("a gate nobody can evaluate", ExitCode::GateFailed, "failed",
            {QStringLiteral("output.beauty")}, [](Situation &s) {
                s.preparation.manifest.gates.push_back({"output.beauty", "gte", 1});
            });
        addPhantomRows(row);
    }
    void decision()
    {
        QFETCH(Change, change);
        Situation situation;
        change(situation);
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        QTEST(verdict.exitCode, "exitCode");
        QTEST(QString::fromStdString(verdict.overallStatus), "status");
        QTEST(failedGates(verdict), "failed");
        QVERIFY(verdict.document["exit_code"] == Json(static_cast<int>(verdict.exitCode)));
        QVERIFY(verdict.document["overall_status"] == Json(verdict.overallStatus));
        if (verdict.exitCode == ExitCode::Passed)
            QVERIFY(verdict.problems.empty());
    }

    void withoutAVolume_everyGateOnVolumesFails()
    {
        Situation situation;
        situation.facts.volumes.clear();
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        QCOMPARE(verdict.exitCode, ExitCode::GateFailed);
        const QStringList failed = failedGates(verdict);
        QCOMPARE(failed.size(), 7);
        QVERIFY(std::ranges::all_of(failed, [](const QString &path) {
            return path.startsWith(QStringLiteral("output."));
        }));
        QVERIFY(verdict.document["output"]["num_samples"] == Json(0));
    }

    void envelope_marksRunsThatAreTooFastOrTooSlow_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("envelope");
        QTest::addRow("fast") << 0.99 << QStringLiteral("anomaly_too_fast");
        QTest::addRow("least") << 1.0 << QStringLiteral("within_envelope");
        QTest::addRow("most") << 1800.0 << QStringLiteral("within_envelope");
        QTest::addRow("slow") << 1800.1 << QStringLiteral("anomaly_too_slow");
    }
    void envelope_marksRunsThatAreTooFastOrTooSlow()
    {
        QFETCH(double, seconds);
        Situation situation;
        situation.facts.outcome.seconds = seconds;
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        QTEST(QString::fromStdString(verdict.document["runtime"]["envelope"].get<std::string>()),
              "envelope");
        QCOMPARE(verdict.overallStatus, std::string("passed"));
    }

    void numbers_keepTheKindTheyWereWrittenIn()
    {
        Situation situation;
        situation.preparation.request->spacingAsWritten = Json::parse("[1, 1.0, 2]");
        situation.preparation.request->guidanceAsWritten = Json::parse("2");
        const Json input = judgeRun(situation.preparation, situation.facts).document["input"];
        QCOMPARE(input["spacing_requested"].dump(), std::string("[1,1.0,2]"));
        QCOMPARE(input["cfg_guidance_scale_requested"].dump(), std::string("2"));
    }

    void seconds_areRoundedToThreeDecimals()
    {
        Situation situation;
        situation.facts.outcome.seconds = 1.23456;
        const Json document = judgeRun(situation.preparation, situation.facts).document;
        QCOMPARE(document["runtime"]["subprocess_seconds"].dump(), std::string("1.235"));
        QCOMPARE(document["invocation"]["subprocess_seconds"].dump(), std::string("1.235"));
        QCOMPARE(document["run"]["wall_seconds"].dump(), std::string("12.5"));
    }

    void clock_thatWasSetMovesNoDurationAndIsTold()
    {
        Situation situation;
        situation.facts.endedAt = situation.facts.startedAt.addSecs(-3600);
        situation.facts.clockShiftSeconds = -3612;
        const Json document = judgeRun(situation.preparation, situation.facts).document;
        QCOMPARE(document["run"]["wall_seconds"].dump(), std::string("12.5"));
        QCOMPARE(document["warnings"].back()["code"].dump(), std::string("\"clock_changed\""));
        situation.facts.clockShiftSeconds = 0.5; // a time server
        QVERIFY(judgeRun(situation.preparation, situation.facts).document["warnings"].empty());
    }

    void warnings_sayWhatTheGatesCannotSee()
    {
        Situation situation;
        situation.facts.outcome.castWarning = true;
        situation.facts.outcome.descendantsTerminated = true;
        situation.facts.volumes[0].measurements.emplace().blank = true;
        situation.facts.volumes[0].path = "/runs/one/brain.nii.gz";
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        for (const char *code : {"invalid_values_became_zero", "leftover_processes_ended",
                                 "volume_name_unknown", "volume_blank"})
            QVERIFY2(warnsOf(verdict, code), code);
        QCOMPARE(verdict.overallStatus, std::string("passed")); // advice, not a gate
    }

    void missingVolumesOfSeveralGpus_areAReasonThatTheDocumentNames()
    {
        Situation situation;
        situation.preparation.options.numGpus = 2;
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        QVERIFY(warnsOf(verdict, "fewer_volumes_than_gpus"));
        QCOMPARE(verdict.problems.size(), std::size_t{1});
        QCOMPARE(verdict.problems[0].code, mrb::ErrorCode("fewer_volumes_than_gpus"));
        QVERIFY(verdict.warnings.empty()); // told once, as a problem
    }

    void samples_sayWhichRankAndSeedTheyAreOf()
    {
        Situation situation;
        situation.preparation.options.numGpus = 2;
        situation.facts.volumes.push_back(goodVolume(1));
        situation.facts.volumes[1].error = mrb::Error{mrb::ErrorCode("cut"), u"cut off"_qs, {}};
        const Json samples =
            judgeRun(situation.preparation, situation.facts).document["output"]["samples"];
        QCOMPARE(samples[0]["rank"].dump() + " " + samples[0]["random_seed"].dump(),
                 std::string("0 7"));
        QCOMPARE(samples[1]["rank"].dump() + " " + samples[1]["random_seed"].dump(),
                 std::string("1 8"));
    }

    void warnings_areAbsentFromAGoodRun()
    {
        Situation situation;
        QVERIFY(judgeRun(situation.preparation, situation.facts).document["warnings"].empty());
    }

    void failure_isWhatTheLogSays_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("code"); // empty: null
        const auto row = [](const char *name, const char *code, Change change) {
            QTest::addRow("%s", name) << change << QString::fromLatin1(code);
        };
        row("a passed run has none", "", [](Situation &s) { s.facts.errorLogEnd = kDiskFull; });
        row("a failed gate is none", "", [](Situation &s) {
            s.facts.errorLogEnd = kDiskFull;
            s.facts.volumes.clear();
        });
        row("a cancelled run has none", "", [](Situation &s) {
            failWith(s, kDiskFull);
            s.facts.outcome.kind = Kind::Cancelled;
        });
        row("nor one that was cancelled while it was measured", "", [](Situation &s) {
            failWith(s, kDiskFull);
            s.facts.cancelledWhileMeasuring = true;
        });
        row("of the log's end", "disk_full", [](Situation &s) { failWith(s, kDiskFull); });
        row("of the tail where there is no log", "disk_full", [](Situation &s) {
            failWith(s, {});
            s.facts.outcome.stderrTail = kDiskFull;
        });
        row("of the tail where the log has a gap", "disk_full", [](Situation &s) {
            failWith(s, QStringLiteral("Using cuda:0\n"));
            s.facts.outcome.stderrTail = kDiskFull;
            s.facts.outcome.logError = mrb::Error{mrb::error_codes::kCannotWrite, {}};
        });
        row("of standard output where standard error is silent", "disk_full", [](Situation &s) {
            failWith(s, QStringLiteral("Using cuda:0\n"));
            s.facts.outcome.stdoutTail = kDiskFull;
        });
        row("not of standard output where there is more", "host_out_of_memory", [](Situation &s) {
            failWith(s, QStringLiteral("MemoryError\n"));
            s.facts.outcome.stdoutTail = kDiskFull;
        });
        row("time limit", "time_limit", [](Situation &s) {
            failWith(s, kDiskFull);
            s.facts.outcome.kind = Kind::TimedOut;
            s.facts.outcome.exitCode = 124;
        });
        row("upstream's own 124 is no time limit", "disk_full", [](Situation &s) {
            failWith(s, kDiskFull);
            s.facts.outcome.exitCode = 124;
        });
        row("did not start", "not_started", [](Situation &s) {
            failWith(s, {});
            s.facts.outcome.kind = Kind::FailedToStart;
            s.facts.outcome.exitCode = 127;
        });
        row("unknown", "unknown", [](Situation &s) { failWith(s, {}); });
    }
    void failure_isWhatTheLogSays()
    {
        QFETCH(Change, change);
        QFETCH(QString, code);
        Situation situation;
        change(situation);
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        const Json &failure = verdict.document["failure"];
        QCOMPARE(verdict.failure.has_value(), !code.isEmpty());
        if (!verdict.failure) {
            QVERIFY(failure.is_null());
            return;
        }
        QCOMPARE(QString::fromStdString(failure["code"].get<std::string>()), code);
        for (const char *key : {"what", "why", "advice", "evidence"})
            QVERIFY2(failure[key].is_string(), key);
        QVERIFY(verdict.problems.front().message.startsWith(verdict.failure->what));
        QCOMPARE(verdict.problems.front().hint, verdict.failure->advice);
    }

    void scaleFactorThatIsNoNumber_isToldAlsoWhenUpstreamSucceeds_data()
    {
        QTest::addColumn<QString>("printed");
        QTest::addColumn<bool>("warns");
        QTest::addRow("as shipped") << QStringLiteral("1.0") << false;
        QTest::addRow("not printed") << QString() << false;
        QTest::addRow("nan") << QStringLiteral("nan") << true;
        QTest::addRow("-inf") << QStringLiteral("-inf") << true;
        QTest::addRow("tensor") << QStringLiteral("tensor(nan, device='cuda:0')") << true;
    }
    void scaleFactorThatIsNoNumber_isToldAlsoWhenUpstreamSucceeds()
    {
        QFETCH(QString, printed);
        QFETCH(bool, warns);
        Situation situation;
        situation.facts.outcome.scaleFactor = printed;
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        QCOMPARE(warnsOf(verdict, "scale_factor_not_finite"), warns);
        QCOMPARE(verdict.overallStatus, std::string("passed"));
    }

    void costOutsideOfItsLimits_isAWarningAndNoVerdict()
    {
        Situation situation;
        situation.facts.cost.gpuMemoryMbPeak = 60'000.0;
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        QVERIFY(warnsOf(verdict, "cost_outside_envelope"));
        QCOMPARE(verdict.overallStatus, std::string("passed"));
        const Json &evaluation = verdict.document["cost"]["evaluation"];
        QCOMPARE(evaluation["status"].get<std::string>(), std::string("outside_envelope"));
        QCOMPARE(verdict.document["cost"]["measured"]["scratch_mb"].dump(), std::string("null"));
        QVERIFY(verdict.document["cost"]["measured"]["gpu_memory_mb_held"].is_null());

        makePhantom(situation);
        const RunVerdict demo = judgeRun(situation.preparation, situation.facts);
        QVERIFY(!warnsOf(demo, "cost_outside_envelope"));
        QCOMPARE(demo.document["cost"]["evaluation"]["status"].get<std::string>(),
                 std::string("skipped"));
    }

    void whatWasHeldAllAlong_isToldBesideThePeak()
    {
        Situation situation;
        situation.facts.cost.gpuMemoryMbHeld = 9'876.54;
        const Json document = judgeRun(situation.preparation, situation.facts).document;
        QCOMPARE(document["cost"]["measured"]["gpu_memory_mb_held"].get<double>(), 9'876.5);
        QCOMPARE(document["cost"]["measured"]["gpu_memory_mb_peak"].get<double>(), 12'898.0);
    }

    void limits_areComparedWithTheFiguresThatAreShown()
    {
        Situation situation;
        situation.facts.cost.gpuMemoryMbPeak = 48'000.04;
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        QVERIFY(!warnsOf(verdict, "cost_outside_envelope"));
    }

    void aColdRunAlone_saysSo()
    {
        const Situation situation;
        const Json document = judgeRun(situation.preparation, situation.facts).document;
        QVERIFY(document["invocation"]["launch"] == "cold");
        QVERIFY(document["invocation"]["warm_start"].is_null());
        QVERIFY(document["run"]["most_at_once"] == 1);
        QVERIFY(document["run"]["retry_of"].is_null());
    }

    void aWarmStart_isRecordedWithWhatItTook()
    {
        Situation situation;
        situation.facts.launch = {.warmWanted = true,
                                  .warm = true,
                                  .whyCold = {},
                                  .warmUpSeconds = 17.25049,
                                  .warmUpCpuSeconds = 16.5,
                                  .versions = {{"python", "3.12.3"}, {"torch", "2.11.0"}}};
        situation.facts.mostAtOnce = 8;
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        QCOMPARE(verdict.overallStatus, std::string("passed"));
        QVERIFY(verdict.warnings.empty());
        QVERIFY(verdict.document["invocation"]["launch"] == "warm");
        QVERIFY(verdict.document["invocation"]["warm_start"] ==
                Json({{"used", true},
                      {"reason", nullptr},
                      {"warm_up_seconds", 17.25},
                      {"warm_up_cpu_seconds", 16.5},
                      {"versions", {{"python", "3.12.3"}, {"torch", "2.11.0"}}}}));
        QVERIFY(verdict.document["run"]["most_at_once"] == 8);
        situation.facts.launch.warmUpCpuSeconds.reset();
        const Json unmeasured = judgeRun(situation.preparation, situation.facts).document;
        QVERIFY(unmeasured["invocation"]["warm_start"]["warm_up_cpu_seconds"].is_null());
    }

    void aWarmStartThatWasNotUsed_isToldOnceWithItsReason()
    {
        Situation situation;
        situation.facts.launch = {.warmWanted = true,
                                  .whyCold = QStringLiteral("The checkout changed."),
                                  .versions = {{"python", "3.12.3"}}};
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        QCOMPARE(verdict.overallStatus, std::string("passed"));
        const Json &start = verdict.document["invocation"]["warm_start"];
        QVERIFY(verdict.document["invocation"]["launch"] == "cold");
        QVERIFY(start["used"] == false && start["reason"] == "The checkout changed.");
        QVERIFY(start["warm_up_seconds"].is_null() && start["warm_up_cpu_seconds"].is_null());
        QCOMPARE(verdict.warnings.size(), std::size_t{1});
        QCOMPARE(verdict.warnings.front().code, mrb::ErrorCode("warm_start_not_used"));
        QVERIFY(verdict.warnings.front().message.contains(u"The checkout changed."));
        QVERIFY(!verdict.warnings.front().hint.isEmpty());
        QVERIFY(warnsOf(verdict, "warm_start_not_used"));
    }

    void aRetry_namesTheRunThatFailed()
    {
        Situation situation;
        situation.preparation.options.retryOf = RetryOf{"before", "gpu_out_of_memory"};
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        QVERIFY(verdict.document["run"]["retry_of"] ==
                Json({{"run_id", "before"}, {"reason", "gpu_out_of_memory"}}));
        QCOMPARE(verdict.warnings.size(), std::size_t{1});
        QCOMPARE(verdict.warnings.front().code, mrb::ErrorCode("retried_alone"));
        QVERIFY(verdict.warnings.front().message.contains(u"before"));
        QVERIFY(verdict.warnings.front().message.contains(u"alone"));
        // Nothing is claimed that did not happen.
        situation.facts.mostAtOnce = 2;
        const RunVerdict shared = judgeRun(situation.preparation, situation.facts);
        QVERIFY(!shared.warnings.front().message.contains(u"alone"));
    }

    void endedProcessesOfACancelledRun_areNoSurprise()
    {
        Situation situation;
        situation.facts.outcome.kind = Kind::Cancelled;
        situation.facts.outcome.descendantsTerminated = true;
        QVERIFY(
            !warnsOf(judgeRun(situation.preparation, situation.facts), "leftover_processes_ended"));
    }

private:
    static inline const QString kDiskFull =
        QStringLiteral("OSError: [Errno 28] No space left on device\n");
    static void failWith(Situation &s, const QString &log)
    {
        s.facts.outcome.exitCode = 1;
        s.facts.errorLogEnd = log;
    }

    template <class Row> static void addPhantomRows(const Row &row)
    {
        row("phantom", ExitCode::Passed, "demo", {kTrustGate, kPresentGate, kHashGate},
            [](Situation &s) { makePhantom(s); });
        row("phantom under another manifest", ExitCode::Passed, "demo",
            {kTrustGate, kPresentGate, kHashGate}, [](Situation &s) {
                makePhantom(s);
                s.preparation.manifest.builtIn = false;
            });
        row("phantom that draws nothing visible", ExitCode::GateFailed, "failed",
            {kTrustGate, kPresentGate, kHashGate, kConstantGate}, [](Situation &s) {
                makePhantom(s);
                s.facts.volumes[0].statistics->intensity->max = 0;
            });
        row("phantom that fails", ExitCode::UpstreamFailed, "failed",
            {kExitGate, kTrustGate, kPresentGate, kHashGate}, [](Situation &s) {
                makePhantom(s);
                s.facts.outcome.exitCode = 1;
            });
        row("phantom that is cancelled", ExitCode::Cancelled, "cancelled",
            {kTrustGate, kPresentGate, kHashGate}, [](Situation &s) {
                makePhantom(s);
                s.facts.cancelledWhileMeasuring = true;
            });
    }

    static void makePhantom(Situation &s)
    {
        s.preparation.options.engine = Engine::Phantom;
        s.preparation.identity.trusted = false;
        s.preparation.weights = {};
    }
};

QTEST_GUILESS_MAIN(TestRunVerdict)
#include "tst_RunVerdict.moc"
