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
    preparation.request = request;
    return preparation;
}

mrb::volume::VolumeRecord goodVolume(const char *name = "a.nii.gz")
{
    mrb::volume::VolumeRecord record;
    record.path = std::filesystem::path("/runs/one") / name;
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
    facts.outcome.kind = Kind::Finished;
    facts.outcome.exitCode = 0;
    facts.outcome.seconds = 12.0;
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
        row("not trusted", ExitCode::GateFailed, "failed", {kTrustGate},
            [](Situation &s) { s.preparation.identity.trusted = false; });
        row("other weights", ExitCode::GateFailed, "failed", {kHashGate},
            [](Situation &s) { s.preparation.weights.allMatch = false; });
        row("one bad volume of two", ExitCode::GateFailed, "failed", {kConstantGate},
            [](Situation &s) {
                s.facts.volumes.push_back(goodVolume("b.nii.gz"));
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

    void warnings_sayWhatTheGatesCannotSee()
    {
        Situation situation;
        situation.facts.outcome.castWarning = true;
        situation.facts.outcome.descendantsTerminated = true;
        situation.preparation.options.numGpus = 2;
        situation.facts.volumes[0].measurements.emplace().blank = true;
        const RunVerdict verdict = judgeRun(situation.preparation, situation.facts);
        for (const char *code : {"invalid_values_became_zero", "leftover_processes_ended",
                                 "fewer_volumes_than_gpus", "volume_blank"})
            QVERIFY2(warnsOf(verdict, code), code);
        QCOMPARE(verdict.overallStatus, std::string("passed")); // advice, not a gate
    }

    void warnings_areAbsentFromAGoodRun()
    {
        Situation situation;
        QVERIFY(judgeRun(situation.preparation, situation.facts).document["warnings"].empty());
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
