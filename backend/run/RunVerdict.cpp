// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/request/Gates.h"
#include "backend/run/CostFields.h"
#include "backend/run/DocumentParts.h"
#include "backend/run/LaunchFields.h"
#include "backend/run/RunDocuments.h"
#include "backend/run/SampleRecord.h"
#include "backend/run/VolumeNames.h"

#include <QRegularExpression>
#include <QSysInfo>

#include <algorithm>
#include <array>
#include <cmath>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kCastWarning = "invalid_values_became_zero";
inline constexpr ErrorCode kScaleFactor = "scale_factor_not_finite";
inline constexpr ErrorCode kBlankVolume = "volume_blank";
inline constexpr ErrorCode kConstantSlices = "volume_constant_slices";
inline constexpr ErrorCode kNegativeValues = "volume_negative_values";
inline constexpr ErrorCode kTouchesBorder = "volume_touches_border";
inline constexpr ErrorCode kNoVolume = "no_volume";
inline constexpr ErrorCode kLeftovers = "leftover_processes_ended";
inline constexpr ErrorCode kClockChanged = "clock_changed";
inline constexpr ErrorCode kGateFailed = "gate_failed";
inline constexpr ErrorCode kUpstreamFailed = "upstream_failed";
} // namespace error_codes

namespace {

/// Seconds; what a time server corrects is less.
constexpr double kClockTolerance = 5.0;

/// PREFIX in resources/phantom_upstream/scripts/diff_model_infer.py.
constexpr const char *kPhantomPrefix = "phantom_";

std::string iso(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODateWithMs).toStdString();
}

Json modelFields(const Preparation &preparation)
{
    if (preparation.options.engine == Engine::Phantom) {
        return {{"model", "phantom (built-in demo, not a model)"},
                {"model_repo", "none: demo phantom, not model output"},
                {"model_weights_repo", "none: demo phantom, not model output"},
                {"license", "Apache-2.0 (demo phantom; no model weights were used)"}};
    }
    const ManifestModel &model = preparation.manifest.model;
    return {{"model", model.name},
            {"model_repo", model.repository},
            {"model_weights_repo", model.weightsRepository},
            {"license", preparation.manifest.license}};
}

Json inputFields(const Preparation &preparation)
{
    const ModelRequest &request = *preparation.request;
    Json json;
    json["model_config_override_path"] =
        preparation.requestPath ? Json(preparation.requestPath->string()) : Json(nullptr);
    json["model_config_override"] = request.overrides;
    json["modality_name"] = request.modalityName;
    json["modality_code"] = request.modalityCode;
    json["dim_requested"] = request.dim;
    json["spacing_requested"] = request.spacingAsWritten;
    json["num_inference_steps_requested"] = request.steps;
    json["cfg_guidance_scale_requested"] = request.guidanceAsWritten;
    json["random_seed"] = request.seed;
    json["version"] = preparation.manifest.model.version;
    return json;
}

Json outputFields(const Preparation &preparation, const std::vector<volume::VolumeRecord> &volumes)
{
    const RequestedGrid requested{preparation.request->dim, preparation.request->spacing};
    Json samples = Json::array();
    for (const volume::VolumeRecord &record : volumes)
        samples.push_back(sampleRecord(record, requested));
    // False without a sample: nothing was shown to be right.
    const auto all = [&samples](const char *flag) {
        return !samples.empty() && std::ranges::all_of(samples, [flag](const Json &sample) {
            const auto found = sample.find(flag);
            return found != sample.end() && *found == true;
        });
    };
    Json json = {{"directory", preparation.outputFolder.string()}, {"samples", samples}};
    json["num_samples"] = samples.size();
    json["all_images_readable"] = all("image_readable");
    json["all_shapes_match_requested"] = all("shape_match_requested");
    json["all_spacing_match_requested"] = all("spacing_match_requested");
    json["all_images_finite"] = all("all_finite");
    json["all_images_nonconstant"] = all("image_nonconstant");
    json["all_images_nonnegative"] = all("image_nonnegative");
    return json;
}

Json invocationFields(const Preparation &preparation, const RunFacts &facts)
{
    const RunOutcome &outcome = facts.outcome;
    Json command = Json::array();
    for (const QString &argument : preparation.command.argv())
        command.push_back(argument.toStdString());
    Json json = {{"official_entrypoint", preparation.manifest.upstream.entrypoint},
                 {"upstream_root", preparation.root.string()},
                 {"upstream_commit", preparation.identity.commit}};
    json["command"] = std::move(command);
    json["exit_code"] = outcome.exitCode;
    json["subprocess_seconds"] = roundLikePython(outcome.seconds, 3);
    json["model_inventory"] = inventoryJson(preparation.weights);
    json["rendered_model_config"] = preparation.request->modelConfig;
    json["rendered_env_output_dir"] = preparation.outputFolder.string();
    json["rendered_env_output_prefix"] = preparation.request->outputPrefix;
    json["upstream_identity"] = identityJson(preparation.identity);
    json["outcome"] = outcome.detail.toStdString();
    json["python"] = pythonJson(preparation);
    json["launch"] = launchName(facts.launch);
    json["warm_start"] = warmStartField(facts.launch);
    return json;
}

Json runtimeFields(const Preparation &preparation, const RunFacts &facts)
{
    const RunOutcome &outcome = facts.outcome;
    const RuntimeEnvelope &envelope = preparation.manifest.expectedRuntime;
    Json json = {{"subprocess_seconds", roundLikePython(outcome.seconds, 3)}};
    json["device"] = preparation.options.engine == Engine::Phantom ? "cpu" : "cuda";
    json["cpu_seconds"] = measuredOrNull(facts.cost.cpuSeconds, 3);
    json["rss_mb_peak"] = measuredOrNull(facts.cost.rssMbPeak, 1);
    json["envelope"] = outcome.seconds < envelope.minimumSeconds   ? "anomaly_too_fast"
                       : outcome.seconds > envelope.maximumSeconds ? "anomaly_too_slow"
                                                                   : "within_envelope";
    return json;
}

// Gates over the cast volume cannot see all of this, so it is said in words.
void adviseOnVolume(const volume::VolumeRecord &record, Errors &warnings)
{
    if (record.error)
        warnings.push_back(*record.error);
    if (record.measurementError)
        warnings.push_back(*record.measurementError);
    if (!record.measurements || !record.readable())
        return;
    const volume::VolumeMeasurements &measured = *record.measurements;
    const QString file = toQString(record.path.filename());
    const QString look = Text::tr("Look at the volume before using it.");
    if (measured.blank) {
        warnings.push_back({error_codes::kBlankVolume, Text::tr("%1 is blank.").arg(file),
                            Text::tr("NaN in the decoder becomes 0 when upstream casts to int16; "
                                     "check the weights and the guidance scale."),
                            file});
        return;
    }
    if (measured.negativeFraction > 0) {
        warnings.push_back({error_codes::kNegativeValues,
                            Text::tr("%1 has negative values in %2 % of its voxels.")
                                .arg(file)
                                .arg(100 * measured.negativeFraction, 0, 'g', 3),
                            Text::tr("Upstream's cast to int16 wraps values above 32767."), file});
    }
    if (measured.constantAxialSlices > 0 && record.facts &&
        measured.constantAxialSlices * 2 > record.facts->geometry.dims[2]) {
        warnings.push_back({error_codes::kConstantSlices,
                            Text::tr("%1: %2 of %3 axial slices are constant.")
                                .arg(file)
                                .arg(measured.constantAxialSlices)
                                .arg(record.facts->geometry.dims[2]),
                            look, file});
    }
    const auto faces = std::ranges::count_if(measured.faceContact,
                                             [](double fraction) { return fraction > 0.05; });
    if (faces >= 4) {
        warnings.push_back(
            {error_codes::kTouchesBorder,
             Text::tr("%1: the foreground touches %2 of 6 sides of the field of view.")
                 .arg(file)
                 .arg(faces),
             Text::tr("Compare the field of view with the training medians."), file});
    }
}

VolumeNameFindings namesOf(const Preparation &preparation, const RunFacts &facts)
{
    std::vector<std::filesystem::path> paths;
    for (const volume::VolumeRecord &record : facts.volumes)
        paths.push_back(record.path);
    ModelRequest asked = *preparation.request;
    if (preparation.options.engine == Engine::Phantom) // its files say what they are
        asked.outputPrefix.insert(0, kPhantomPrefix);
    VolumeNameFindings names = judgeVolumeNames(asked, preparation.options.numGpus, paths);
    if (facts.cancelledWhileMeasuring) // then not all of them were looked at
        names.missing.reset();
    return names;
}

QString clockText(double shift)
{
    const QString seconds = QString::number(std::abs(shift), 'f', 0);
    return shift > 0
               ? Text::tr("The machine's clock was set forward by %1 s during this run.")
                     .arg(seconds)
               : Text::tr("The machine's clock was set back by %1 s during this run.").arg(seconds);
}

/// Several gates fail then, and none of them says it.
Error noVolume(const Preparation &preparation, const RunOutcome &outcome)
{
    QStringList saved;
    for (const QString &path : outcome.savedPaths)
        saved << path;
    return {error_codes::kNoVolume,
            Text::tr("Upstream ended without an error and left no volume in %1.")
                .arg(toQString(preparation.outputFolder)),
            saved.isEmpty()
                ? Text::tr("Read logs/stderr.log: it does not say that a volume was saved.")
                : Text::tr("Its log says that it saved %1; look there, and at the disk.")
                      .arg(saved.join(QStringLiteral(", ")))};
}

/// Besides those of the preparation.
Errors runWarnings(const Preparation &preparation, const RunFacts &facts,
                   const VolumeNameFindings &names)
{
    Errors warnings = launchWarnings(facts.launch, preparation.options.retryOf, facts.mostAtOnce);
    if (facts.volumes.empty() && facts.outcome.kind == RunOutcome::Kind::Finished &&
        facts.outcome.exitCode == 0)
        warnings.push_back(noVolume(preparation, facts.outcome));
    if (facts.outcome.castWarning) {
        warnings.push_back({error_codes::kCastWarning,
                            Text::tr("Upstream met invalid values when casting to int16."),
                            Text::tr("NaN and infinity became 0 in the file, so the finite-value "
                                     "gate cannot see them.")});
    }
    static const QRegularExpression notFinite(QStringLiteral(R"(\b(?:nan|inf)\b)"),
                                              QRegularExpression::CaseInsensitiveOption);
    if (notFinite.match(facts.outcome.scaleFactor).hasMatch()) {
        warnings.push_back({error_codes::kScaleFactor,
                            Text::tr("The checkpoint's scale factor is %1, which is no number to "
                                     "decode with.")
                                .arg(facts.outcome.scaleFactor.left(100)),
                            Text::tr("The volume becomes blank. Use the published weights; "
                                     "preflight compares their hashes.")});
    }
    if (facts.outcome.logError)
        warnings.push_back(*facts.outcome.logError);
    if (facts.outcome.descendantsTerminated && facts.outcome.kind == RunOutcome::Kind::Finished) {
        warnings.push_back({error_codes::kLeftovers,
                            Text::tr("Processes that upstream left behind were ended."),
                            {}});
    }
    if (std::abs(facts.clockShiftSeconds) > kClockTolerance)
        warnings.push_back({error_codes::kClockChanged, clockText(facts.clockShiftSeconds),
                            Text::tr("Durations are right; do not rely on this run's times of day "
                                     "or on the order of its files by time.")});
    warnings.insert(warnings.end(), names.warnings.begin(), names.warnings.end());
    for (const volume::VolumeRecord &record : facts.volumes)
        adviseOnVolume(record, warnings);
    return warnings;
}

bool countsAsPassed(const Preparation &preparation, const GateResult &gate)
{
    return gate.passed ||
           (preparation.options.engine == Engine::Phantom &&
            std::ranges::find(kGatesPhantomFails, gate.path) != kGatesPhantomFails.end());
}

Error gateProblem(const GateResult &gate)
{
    return {error_codes::kGateFailed,
            Text::tr("Gate failed: %1 %2 %3, observed %4.")
                .arg(QString::fromStdString(gate.path), QString::fromStdString(gate.op),
                     QString::fromStdString(compactJson(gate.expected)),
                     QString::fromStdString(compactJson(gate.observed))),
            gate.reason, QString::fromStdString(gate.path)};
}

/// Why upstream failed; nothing for a run that succeeded, was cancelled, or failed in its gates
/// only.
std::optional<FailureCause> failureOf(const RunFacts &facts)
{
    const RunOutcome &outcome = facts.outcome;
    if (outcome.kind == RunOutcome::Kind::Cancelled || facts.cancelledWhileMeasuring)
        return {};
    const FailureEnd end = outcome.kind == RunOutcome::Kind::TimedOut ? FailureEnd::TimeLimit
                           : outcome.kind == RunOutcome::Kind::FailedToStart
                               ? FailureEnd::NotStarted
                               : FailureEnd::ByItself;
    // Standard output rarely says anything: it counts where standard error is silent. A log that
    // is missing or incomplete, as on a full disk, has its end in the tail.
    QString log = outcome.stdoutTail + u'\n' + facts.errorLogEnd;
    if (facts.errorLogEnd.isEmpty() || outcome.logError)
        log += u'\n' + outcome.stderrTail;
    return recogniseFailure(log, outcome.exitCode, end);
}

Error failureProblem(const FailureCause &cause)
{
    return {error_codes::kUpstreamFailed, QStringList({cause.what, cause.why}).join(u' ').trimmed(),
            cause.advice};
}

void decide(const Preparation &preparation, const RunFacts &facts,
            const std::vector<GateResult> &gates, const VolumeNameFindings &names,
            RunVerdict &verdict)
{
    const RunOutcome &outcome = facts.outcome;
    const bool upstreamFailed = outcome.kind != RunOutcome::Kind::Finished || outcome.exitCode != 0;
    verdict.failure = failureOf(facts);
    if (verdict.failure)
        verdict.problems.push_back(failureProblem(*verdict.failure));
    if (upstreamFailed)
        verdict.problems.push_back({error_codes::kUpstreamFailed, outcome.detail,
                                    Text::tr("See the end of logs/stderr.log.")});
    // Gates that fail because nothing was generated only repeat that.
    for (const GateResult &gate : gates)
        if (!upstreamFailed && !countsAsPassed(preparation, gate))
            verdict.problems.push_back(gateProblem(gate));
    // No gate counts volumes, and a launcher that exits with 0 vouches for nothing.
    if (!upstreamFailed && names.missing)
        verdict.problems.push_back(*names.missing);

    verdict.overallStatus = "failed";
    if (outcome.kind == RunOutcome::Kind::Cancelled || facts.cancelledWhileMeasuring) {
        verdict.overallStatus = "cancelled";
        verdict.exitCode = ExitCode::Cancelled;
    } else if (outcome.kind == RunOutcome::Kind::TimedOut) {
        verdict.overallStatus = "timed_out";
        verdict.exitCode = ExitCode::TimedOut;
    } else if (upstreamFailed) {
        verdict.exitCode = ExitCode::UpstreamFailed;
    } else if (!verdict.problems.empty() || gates.empty()) {
        verdict.exitCode = ExitCode::GateFailed;
    } else {
        verdict.exitCode = ExitCode::Passed;
        verdict.overallStatus = preparation.options.engine == Engine::Phantom ? "demo"
                                : preparation.manifest.builtIn                ? "passed"
                                                               : "passed_custom_manifest";
    }
}

Json manifestFields(const Preparation &preparation)
{
    const Manifest &manifest = preparation.manifest;
    return {{"id", manifest.id},
            {"version", manifest.version},
            {"sha256", manifest.sha256},
            {"built_in", manifest.builtIn},
            {"path", manifest.builtIn ? Json(nullptr) : Json(manifest.source.string())}};
}

/// "Debian GNU/Linux 12 (bookworm), linux 6.1.0, x86_64"
std::string platformText()
{
    return QStringLiteral("%1, %2 %3, %4")
        .arg(QSysInfo::prettyProductName(), QSysInfo::kernelType(), QSysInfo::kernelVersion(),
             QSysInfo::currentCpuArchitecture())
        .toStdString();
}

Json runFields(const Preparation &preparation, const RunFacts &facts)
{
    return {{"id", facts.runId},
            {"started_at", iso(facts.startedAt)},
            {"ended_at", iso(facts.endedAt)},
            {"wall_seconds", roundLikePython(facts.wallSeconds, 3)},
            {"num_gpus", preparation.options.numGpus},
            {"most_at_once", std::max(facts.mostAtOnce, 1)},
            {"retry_of", retryField(preparation.options.retryOf)},
            {"accepted_checkout", preparation.options.allowCheckout},
            {"accepted_weights", preparation.options.allowWeights},
            {"accepted_cost", preparation.options.acceptCost},
            {"platform", platformText()},
            {"software",
             {{"name", "MR Brain Studio"}, {"version", kVersion}, {"commit", buildCommit()}}}};
}

} // namespace

Json toJson(const FailureCause &cause)
{
    return {{"code", cause.code.toStdString()},
            {"what", cause.what.toStdString()},
            {"why", cause.why.toStdString()},
            {"advice", cause.advice.toStdString()},
            {"evidence", cause.evidence.toStdString()}};
}

RunVerdict judgeRun(const Preparation &preparation, const RunFacts &facts)
{
    RunVerdict verdict;
    Json &json = verdict.document;
    json = {{"skill", preparation.manifest.skill}};
    json.update(modelFields(preparation));
    json["input"] = inputFields(preparation);
    json["output"] = outputFields(preparation, facts.volumes);
    json["invocation"] = invocationFields(preparation, facts);
    json["runtime"] = runtimeFields(preparation, facts);
    json["logs"] = {{"stdout_tail", facts.outcome.stdoutTail.toStdString()},
                    {"stderr_tail", facts.outcome.stderrTail.toStdString()}};
    const VolumeNameFindings names = namesOf(preparation, facts);
    verdict.warnings = runWarnings(preparation, facts, names);
    const CostEvaluation cost = evaluateCost(preparation, facts.cost);
    const bool ranToItsEnd =
        facts.outcome.kind == RunOutcome::Kind::Finished && facts.outcome.exitCode == 0;
    const Errors costly = costWarnings(cost, ranToItsEnd);
    verdict.warnings.insert(verdict.warnings.end(), costly.begin(), costly.end());
    Errors warnings = preparation.findings.warnings;
    warnings.insert(warnings.end(), verdict.warnings.begin(), verdict.warnings.end());
    if (names.missing && facts.outcome.exitCode == 0)
        warnings.push_back(*names.missing); // the document has no other place for it
    json["preflight"] = {{"warnings", Json::array()}};
    for (const Error &warning : preparation.findings.warnings)
        json["preflight"]["warnings"].push_back(warning.message.toStdString());
    if (preparation.cost)
        json["preflight"]["estimated_cost"] = toJson(*preparation.cost);
    json["preflight"]["cuda"] = cudaJson(preparation);
    json["intended_use_disclaimer"] = preparation.manifest.disclaimer;

    const std::vector<GateResult> gates = evaluateGates(preparation.manifest.gates, json);
    decide(preparation, facts, gates, names, verdict);
    json["overall_status"] = verdict.overallStatus;
    json["exit_code"] = static_cast<int>(verdict.exitCode);
    json["engine"] = engineName(preparation.options.engine);
    json["gates"] = Json::array();
    for (const GateResult &gate : gates)
        json["gates"].push_back(toJson(gate));
    json["warnings"] = toJson(warnings);
    json["failure"] = verdict.failure ? toJson(*verdict.failure) : Json(nullptr);
    json["phases"] = phaseFields(facts.outcome, facts.cost);
    json["cost"] = costFields(facts.cost, cost);
    json["run"] = runFields(preparation, facts);
    json["manifest"] = manifestFields(preparation);
    return verdict;
}

} // namespace mrb::backend
