// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/RecordChecks.h"

#include "backend/base/JsonText.h"
#include "backend/base/Version.h"
#include "backend/cost/CostEnvelope.h"
#include "backend/evidence/EvidenceWords.h"
#include "backend/library/StoredRun.h"
#include "backend/request/Gates.h"
#include "backend/run/CostFields.h"
#include "backend/run/RunDocuments.h"
#include "backend/run/SampleRecord.h"
#include "backend/run/VolumeNames.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace mrb::backend {

namespace {

/// More than any manifest has; every one of a stranger's gates may need as much time as it can.
constexpr std::size_t kMostGates = 200;

/// The record as the gates saw it: its later part did not exist yet.
Json judgedPart(const Json &record)
{
    Json part = record;
    for (const char *later : {"overall_status", "exit_code", "engine", "gates", "warnings",
                              "failure", "phases", "cost", "run", "manifest"})
        part.erase(later);
    return part;
}

const Json &gatesOf(const Json &record)
{
    static const Json kNone = Json::array();
    const Json *gates = valueAt(record, {"gates"});
    return gates && gates->is_array() ? *gates : kNone;
}

bool saysBuiltIn(const Json &record)
{
    return isTrue(valueAt(record, {"manifest", "built_in"}));
}

/// The manifest that the record names, where it is known: otherwise the one in use.
Manifest namedManifest(const Json &record, const Manifest &inUse)
{
    if (!judgedRun(inUse, record))
        if (const Result<Manifest> builtIn = builtInManifest();
            builtIn && judgedRun(*builtIn, record))
            return *builtIn;
    return inUse;
}

/// Which manifest judged the run: what the record says of it has to be true where that can be
/// known.
void checkNamedManifest(const Json &record, const Manifest &manifest, EvidenceFindings &findings)
{
    QStringList problems;
    const std::string hash = textAt(record, {"manifest", "sha256"}).toStdString();
    const auto isOf = [&record](const Manifest &other) {
        return textAt(record, {"manifest", "id"}).toStdString() == other.id &&
               textAt(record, {"manifest", "version"}).toStdString() == other.version;
    };
    if (hash == manifest.sha256 && !isOf(manifest))
        problems << Text::tr("its identifier or version is not that of the manifest with this "
                             "hash");
    const bool byThisVersion =
        textAt(record, {"run", "software", "version"}).toStdString() == kVersion;
    if (saysBuiltIn(record) && byThisVersion) {
        const Result<Manifest> builtIn = builtInManifest();
        if (!builtIn)
            problems << builtIn.error().message;
        else if (hash != builtIn->sha256 || !isOf(*builtIn))
            problems << Text::tr("it is called built-in and is not the one of this version");
    }
    findings.check("manifest_as_recorded", problems,
                   Text::tr("%1, as far as that can be known").arg(toText(hash).left(16)));
}

void checkRecordedGates(const Json &record, const Json &part, const Manifest &manifest,
                        const std::stop_token &stop, EvidenceFindings &findings)
{
    QStringList problems;
    const Json &recorded = gatesOf(record);
    if (recorded.empty())
        problems << Text::tr("the record has no gates");
    if (recorded.size() > kMostGates)
        problems << Text::tr("the record has %1 gates, of which the first %2 were looked at")
                        .arg(recorded.size())
                        .arg(kMostGates);
    std::vector<Gate> gates;
    for (const Json &row : recorded) {
        if (gates.size() == kMostGates || stop.stop_requested())
            break;
        const Json *expected = valueAt(row, {"expected"});
        gates.push_back({textAt(row, {"path"}).toStdString(),
                         textAt(row, {"operator"}).toStdString(), expected ? *expected : Json()});
    }
    std::vector<GateResult> again;
    for (std::size_t i = 0; i < gates.size() && !stop.stop_requested(); ++i) {
        again.push_back(evaluateGates({gates[i]}, part).front());
        const Json *observed = valueAt(recorded[i], {"observed"});
        const bool passed = textAt(recorded[i], {"status"}) == u"pass";
        if (!observed || !isSameJson(*observed, again[i].observed) || passed != again[i].passed)
            problems << Text::tr("%1 is recorded as %2, %3")
                            .arg(QString::fromStdString(again[i].path).left(100), brief(observed),
                                 passed ? QStringLiteral("pass") : QStringLiteral("fail"));
    }
    const Manifest named = namedManifest(record, manifest);
    if ((judgedRun(named, record) || saysBuiltIn(record)) && gates != named.gates)
        problems << Text::tr("they are not the gates of the manifest that the record names");
    findings.check("recorded_gates_match", problems, Text::tr("as the record's fields give them"));
}

void checkIdentity(const Json &record, const Manifest &manifest, EvidenceFindings &findings)
{
    QStringList problems;
    const Json *found = valueAt(record, {"invocation", "upstream_identity"});
    const Json identity = found ? *found : Json::object();
    const QString commit = textAt(identity, {"commit"});
    const QString expected = textAt(identity, {"expected_commit"});
    if (expected.toStdString() != manifest.upstream.commit)
        problems << Text::tr("it was compared with the commit \"%1\", the manifest pins %2")
                        .arg(expected, QString::fromStdString(manifest.upstream.commit));
    const bool matches = isTrue(valueAt(identity, {"commit_match"}));
    if (matches != (!commit.isEmpty() && commit == expected))
        problems << Text::tr("commit_match is not what the commits say");
    if (commit != textAt(record, {"invocation", "upstream_commit"}))
        problems << Text::tr("upstream_commit is another one");
    const Json *reasons = valueAt(identity, {"reasons"});
    const bool hasReasons = reasons && reasons->is_array() && !reasons->empty();
    const bool trusted = isTrue(valueAt(identity, {"trusted"}));
    if (trusted && (!matches || !isTrue(valueAt(identity, {"tracked_files_clean"})) || hasReasons))
        problems << Text::tr("it is trusted against what else is recorded");
    findings.check("identity_as_pinned", problems,
                   Text::tr("compared with the pinned commit; trusted: %1")
                       .arg(trusted ? Text::tr("yes") : Text::tr("no")));
}

void checkWeights(const Json &record, const Manifest &manifest, EvidenceFindings &findings)
{
    QStringList problems;
    const Json *found = valueAt(record, {"invocation", "model_inventory"});
    const Json inventory = found ? *found : Json::object();
    const Json *listed = valueAt(inventory, {"files"});
    const Json files = listed && listed->is_array() ? *listed : Json::array();
    bool allPresent = !files.empty();
    bool allMatch = !files.empty();
    for (const Json &file : files) {
        const QString path = textAt(file, {"path"});
        const bool present = isTrue(valueAt(file, {"present"}));
        const bool matches = isTrue(valueAt(file, {"sha256_match"}));
        const QString hash = textAt(file, {"sha256"});
        if (matches != (present && !hash.isEmpty() && hash == textAt(file, {"expected_sha256"})))
            problems << Text::tr("%1: sha256_match is not what the hashes say").arg(path);
        if (present != (valueAt(file, {"bytes"}) && valueAt(file, {"bytes"})->is_number_integer()))
            problems << Text::tr("%1: present and bytes do not agree").arg(path);
        allPresent = allPresent && present;
        allMatch = allMatch && matches;
    }
    for (const ManifestWeight &weight : manifest.weights) {
        const bool pinned = std::ranges::any_of(files, [&weight](const Json &file) {
            return textAt(file, {"path"}).toStdString() == weight.path &&
                   textAt(file, {"expected_sha256"}).toStdString() == weight.sha256;
        });
        if (!pinned)
            problems << Text::tr("%1 was not compared with the pinned hash")
                            .arg(QString::fromStdString(weight.path));
    }
    if (files.size() != manifest.weights.size())
        problems << Text::tr("%1 files are listed, the manifest pins %2")
                        .arg(files.size())
                        .arg(manifest.weights.size());
    if (isTrue(valueAt(inventory, {"all_present"})) != allPresent ||
        isTrue(valueAt(inventory, {"all_sha256_match"})) != allMatch)
        problems << Text::tr("all_present or all_sha256_match is not what the files say");
    findings.check("weights_as_pinned", problems,
                   Text::tr("compared with the pinned hashes; all of them match: %1")
                       .arg(allMatch ? Text::tr("yes") : Text::tr("no")));
}

/// Fields of one sample that are not what the volume says.
QStringList sampleProblems(const Json &sample, Json again)
{
    QStringList problems;
    // Paths are looked at elsewhere, and texts of errors name them.
    for (const char *apart : {"image_path", "image_error"})
        again.erase(apart);
    for (const auto &[key, value] : again.items()) {
        const Json *recorded = valueAt(sample, {key});
        // As text, so that 1 and 1.0 are two things: a run wrote exactly one of them.
        if (!recorded || compactJson(*recorded) != compactJson(value))
            problems << Text::tr("%1 is %2, the volume says %3")
                            .arg(QString::fromStdString(key), brief(recorded), brief(value));
    }
    for (const auto &[key, value] : sample.items())
        if (!again.contains(key) && key != "image_path" && key != "image_error" &&
            key != "measurements" && key != "measurement_error")
            problems << Text::tr("%1 is not what the volume has")
                            .arg(QString::fromStdString(key).left(80));
    return problems;
}

/// Measurements that the statistics of the voxels give; the others need a grid and are not
/// repeated.
QStringList measurementProblems(const Json &sample, const volume::VolumeRecord &volume,
                                bool mustBeThere)
{
    QStringList problems;
    const Json *recorded = valueAt(sample, {"measurements"});
    if (!volume.readable() || !volume.statistics) {
        if (recorded)
            problems << Text::tr("a file that is no volume has measurements");
        return problems;
    }
    if (!recorded) {
        if (mustBeThere && !valueAt(sample, {"measurement_error"}))
            problems << Text::tr("it has no measurements");
        return problems;
    }
    const volume::VolumeStatistics &statistics = *volume.statistics;
    const auto total = static_cast<double>(std::max<std::uint64_t>(statistics.voxels, 1));
    volume::VolumeMeasurements again;
    again.blank = !statistics.intensity || statistics.intensity->min == statistics.intensity->max;
    again.zeroFraction = static_cast<double>(statistics.zero) / total;
    again.negativeFraction = static_cast<double>(statistics.negative) / total;
    const Json expected = measurementsJson(again);
    for (const char *name : {"blank", "zero_fraction", "negative_fraction"}) {
        const Json *said = valueAt(*recorded, {name});
        if (!said || compactJson(*said) != compactJson(expected[name]))
            problems << Text::tr("%1 is %2, the volume says %3")
                            .arg(toText(name), brief(said), brief(expected[name]));
    }
    return problems;
}

bool endedBySomebody(const Json &record)
{
    const QString status = textAt(record, {"overall_status"});
    return status == u"cancelled" || status == u"timed_out";
}

/// A run that passed has one volume of each GPU; what else lay there was warned of.
QStringList numberProblems(const Json &record)
{
    QStringList problems;
    std::map<QString, int> paths;
    std::map<std::int64_t, int> ranks;
    bool allKnown = true;
    const Json &samples = samplesOf(record);
    for (const Json &sample : samples) {
        if (++paths[textAt(sample, {"image_path"})] == 2)
            problems << Text::tr("%1 is listed twice")
                            .arg(textAt(sample, {"image_path"}).section(u'/', -1).left(160));
        if (const auto rank = integerAt(sample, {"rank"}))
            ++ranks[*rank];
        else
            allKnown = false;
    }
    const QString status = textAt(record, {"overall_status"});
    if (status != u"passed" && status != u"passed_custom_manifest" && status != u"demo")
        return problems;
    const auto gpus = integerAt(record, {"run", "num_gpus"}).value_or(0);
    const auto volumes = static_cast<std::int64_t>(samples.size());
    if (volumes < gpus || (volumes > gpus && !hasWarning(record, error_codes::kMoreVolumes)))
        problems << Text::tr("it passed with %1 GPUs and lists %2 volumes").arg(gpus).arg(volumes);
    for (std::int64_t rank = 0; allKnown && gpus > 1 && rank < std::min(gpus, volumes); ++rank)
        if (!ranks.contains(rank))
            problems << Text::tr("no volume is of rank %1").arg(rank);
    return problems;
}

std::optional<RequestedGrid> requestedGrid(const Json &record)
{
    const Json *dim = valueAt(record, {"input", "dim_requested"});
    const Json *spacing = valueAt(record, {"input", "spacing_requested"});
    RequestedGrid grid{};
    if (!dim || !spacing || !dim->is_array() || !spacing->is_array() || dim->size() != 3 ||
        spacing->size() != 3)
        return std::nullopt;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (!(*dim)[axis].is_number_integer() || !(*spacing)[axis].is_number())
            return std::nullopt;
        grid.dim[axis] = (*dim)[axis].get<std::int64_t>();
        grid.spacing[axis] = (*spacing)[axis].get<double>();
    }
    return grid;
}

/// Reasons are words, which another version or language may choose otherwise.
Json withoutReasons(Json evaluation)
{
    if (!evaluation.is_object())
        return evaluation;
    evaluation.erase("reason");
    if (const auto rows = evaluation.find("results"); rows != evaluation.end() && rows->is_array())
        for (Json &row : *rows)
            if (row.is_object())
                row.erase("reason");
    return evaluation;
}

std::string envelopeOf(double seconds, const RuntimeEnvelope &limits)
{
    return seconds < limits.minimumSeconds   ? "anomaly_too_fast"
           : seconds > limits.maximumSeconds ? "anomaly_too_slow"
                                             : "within_envelope";
}

} // namespace

bool hasWarning(const Json &record, ErrorCode code)
{
    const Json *warnings = valueAt(record, {"warnings"});
    return warnings && warnings->is_array() &&
           std::ranges::any_of(*warnings, [&code](const Json &warning) {
               return textAt(warning, {"code"}).toStdString() == code.id();
           });
}

bool judgedRun(const Manifest &manifest, const Json &record)
{
    return textAt(record, {"manifest", "sha256"}).toStdString() == manifest.sha256;
}

void checkGates(const RunEvidence &evidence, const Manifest &manifest, const std::stop_token &stop,
                EvidenceFindings &findings)
{
    const Json part = judgedPart(evidence.record.json);
    for (const GateResult &gate : evaluateGates(manifest.gates, part))
        findings.check("gate:" + gate.path, gate.passed,
                       gate.passed ? Text::tr("it is %1").arg(brief(gate.observed)) : gate.reason);
    checkNamedManifest(evidence.record.json, manifest, findings);
    checkRecordedGates(evidence.record.json, part, manifest, stop, findings);
    checkIdentity(evidence.record.json, manifest, findings);
    checkWeights(evidence.record.json, manifest, findings);
}

void checkSamples(const RunEvidence &evidence, EvidenceFindings &findings)
{
    const Json &record = evidence.record.json;
    QStringList problems = numberProblems(record);
    const auto requested = requestedGrid(record);
    for (const Json &sample : samplesOf(record)) {
        const QString name = textAt(sample, {"image_path"}).section(u'/', -1).left(160);
        const ReadVolume *volume = evidence.volumeOf(sample, false);
        if (!volume)
            problems << Text::tr("%1: its path leads out of the run's folder").arg(name);
        else if (volume->state != ReadVolume::State::Read)
            problems << Text::tr("%1: %2").arg(name, volume->reason);
        else
            for (const QString &why :
                 sampleProblems(sample, sampleRecord(volume->record, requested)) +
                     measurementProblems(sample, volume->record, !endedBySomebody(record)))
                problems << Text::tr("%1: %2").arg(name, why);
    }
    findings.check("samples_match_recomputed", problems,
                   Text::tr("size, hash, geometry and intensities are those of the volumes; of the "
                            "measurements, those that need no grid"));
}

void checkVerdict(const RunEvidence &evidence, EvidenceFindings &findings)
{
    QStringList problems;
    const Json &record = evidence.record.json;
    const QString status = textAt(record, {"overall_status"});
    const auto exitCode = integerAt(record, {"exit_code"});
    const bool ended = integerAt(record, {"invocation", "exit_code"}) == 0;
    const bool phantom = textAt(record, {"engine"}) == u"phantom";
    const Json *builtIn = valueAt(record, {"manifest", "built_in"});
    const Json &gates = gatesOf(record);
    const bool gatesPass = !gates.empty() && std::ranges::all_of(gates, [phantom](
                                                                            const Json &gate) {
        const std::string path = textAt(gate, {"path"}).toStdString();
        return textAt(gate, {"status"}) == u"pass" ||
               (phantom && std::ranges::find(kGatesPhantomFails, path) != kGatesPhantomFails.end());
    });
    QStringList allowed;
    if (status == u"cancelled" || status == u"timed_out") {
        if (exitCode != (status == u"cancelled" ? 130 : 124))
            problems << Text::tr("the exit code is %1").arg(brief(valueAt(record, {"exit_code"})));
    } else if (status == u"failed") {
        // No gate counts volumes, so a run on several GPUs can fail with all gates passed.
        const bool oneGpu = integerAt(record, {"run", "num_gpus"}) == 1;
        if (exitCode != (ended ? 4 : 3) || (ended && gatesPass && oneGpu))
            problems << Text::tr("it is \"failed\" and nothing in the record fails");
    } else {
        const QString right = phantom           ? QStringLiteral("demo")
                              : isTrue(builtIn) ? QStringLiteral("passed")
                                                : QStringLiteral("passed_custom_manifest");
        if (status != right || exitCode != 0 || !ended || !gatesPass)
            problems << Text::tr("it is \"%1\", which does not follow from the gates, the engine "
                                 "and the manifest")
                            .arg(status.left(80));
    }
    findings.check("verdict_follows_from_record", problems, Text::tr("it is \"%1\"").arg(status));
}

void checkEnvelopes(const RunEvidence &evidence, const Manifest &inUse, EvidenceFindings &findings)
{
    const Json &record = evidence.record.json;
    const Manifest manifest = namedManifest(record, inUse);
    // Another manifest's limits may be others, and such a run never passes. What is called built-in
    // is held against what there is.
    if (!judgedRun(manifest, record) && !saysBuiltIn(record))
        return;
    QStringList problems;
    const auto seconds = numberAt(record, {"runtime", "subprocess_seconds"});
    if (!seconds || seconds != numberAt(record, {"invocation", "subprocess_seconds"}))
        problems << Text::tr("subprocess_seconds is there twice and differs");
    // The record rounds to ms, so at the limit itself either side may be right.
    else if (textAt(record, {"runtime", "envelope"}).toStdString() !=
                 envelopeOf(*seconds, manifest.expectedRuntime) &&
             *seconds != manifest.expectedRuntime.minimumSeconds &&
             *seconds != manifest.expectedRuntime.maximumSeconds)
        problems << Text::tr("runtime.envelope is not what the seconds say");
    if (textAt(record, {"engine"}) != u"phantom") {
        RunCost cost{};
        cost.wallSeconds = numberAt(record, {"cost", "measured", "wall_seconds"});
        cost.cpuSeconds = numberAt(record, {"cost", "measured", "cpu_seconds"});
        cost.rssMbPeak = numberAt(record, {"cost", "measured", "rss_mb_peak"});
        cost.gpuSeconds = numberAt(record, {"cost", "measured", "gpu_seconds"});
        cost.gpuMemoryMbPeak = numberAt(record, {"cost", "measured", "gpu_memory_mb_peak"});
        const Json again = withoutReasons(
            costFields(cost, evaluateCost(manifest.expectedCost, cost))["evaluation"]);
        const Json *recorded = valueAt(record, {"cost", "evaluation"});
        if (!recorded || !isSameJson(withoutReasons(*recorded), again))
            problems << Text::tr("cost.evaluation is not what was measured");
    }
    findings.check("limits_match_measured", problems,
                   Text::tr("time and cost were judged by what was measured"));
}

} // namespace mrb::backend
