// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/SynthesisChecks.h"

#include "backend/evidence/EvidenceWords.h"
#include "backend/library/StoredRun.h"
#include "backend/request/Gates.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>

namespace mrb::backend {

namespace {

constexpr double kSpacingTolerance = 1e-4; // mm
constexpr double kNonconstantRange = 1.0;  // intensities that differ by no more are constant
/// All that the public verifier knows.
constexpr std::array<std::string_view, 4> kPublicModalities = {"mri", "mri_t1", "mri_t2",
                                                               "mri_flair"};

using Path = std::initializer_list<std::string_view>;

/// The questions about the documents.
class DocumentQuestions
{
public:
    DocumentQuestions(const RunEvidence &evidence, const SynthesisContext &context,
                      EvidenceFindings &findings)
        : m_evidence(evidence), m_context(context), m_findings(findings)
    {
    }

    void askBeforeVolumes()
    {
        const Manifest &manifest = m_context.manifest;
        m_findings.check("target_skill_matches", m_context.skillId == manifest.id,
                         Text::tr("the skill is \"%1\"").arg(toText(m_context.skillId).left(100)));
        askStatus();
        askEqual("output_skill_supported", {"skill"}, manifest.skill);
        askEqual("version_matches_skill", {"input", "version"}, manifest.model.version);
        askModality();
        askEqual("official_entrypoint_matches", {"invocation", "official_entrypoint"},
                 manifest.upstream.entrypoint);
        askEqual("subprocess_succeeded", {"invocation", "exit_code"}, 0);
        askEqual("model_inventory_present", {"invocation", "model_inventory", "all_present"}, true);
        const Json *declared = at({"output", "num_samples"});
        const std::size_t count = samplesOf(m_evidence.output.json).size();
        m_findings.check("samples_declared",
                         count >= 1 && declared && declared->is_number_integer() &&
                             *declared == count,
                         Text::tr("declared: %1; listed: %2").arg(brief(declared)).arg(count));
    }

    void askAfterVolumes()
    {
        const Json *seconds = at({"runtime", "subprocess_seconds"});
        const Json *device = at({"runtime", "device"});
        m_findings.check("runtime_identity_present",
                         seconds && seconds->is_number() && *seconds >= 0 && device &&
                             device->is_string() && *device != "",
                         Text::tr("seconds: %1; device: %2").arg(brief(seconds), brief(device)));
        const QString told = textAt(m_evidence.output.json, {"intended_use_disclaimer"}).toLower();
        m_findings.check(
            "scope_disclosed",
            told.contains(u"engineering") &&
                (told.contains(u"not clinically meaningful") || told.contains(u"not clinical")),
            told.isEmpty() ? Text::tr("no scope is disclosed")
                           : Text::tr("it says \"%1\"").arg(told.left(120)));
    }

private:
    const Json *at(Path path) const { return valueAt(m_evidence.output.json, path); }

    void askEqual(const char *name, Path path, const Json &expected)
    {
        const Json *value = at(path);
        m_findings.check(name, value && isSameJson(*value, expected),
                         Text::tr("it is %1").arg(brief(value)));
    }

    void askStatus()
    {
        const std::string &status = m_context.sourceStatus;
        const bool custom = m_context.acceptsCustomManifest && status == "passed_custom_manifest";
        QString reason = status.empty() ? Text::tr("the source has no status")
                                        : Text::tr("the source says \"%1\"").arg(toText(status));
        if (custom)
            reason += Text::tr(", which counts because the manifest that judged it was named");
        m_findings.check("source_pack_passed", status == "passed" || custom, reason);
    }

    void askModality()
    {
        const Json *value = at({"input", "modality_name"});
        const std::string name =
            value && value->is_string() ? value->get<std::string>() : std::string();
        const bool known = findModality(m_context.manifest, name) != nullptr;
        m_findings.check("modality_supported", known, Text::tr("it is %1").arg(brief(value)));
        if (known && std::ranges::find(kPublicModalities, name) == kPublicModalities.end())
            m_findings.note(Text::tr("the manifest supports the modality %1; the public verifier "
                                     "knows only mri, mri_t1, mri_t2 and mri_flair and fails "
                                     "modality_supported")
                                .arg(toText(name)));
    }

    const RunEvidence &m_evidence;
    const SynthesisContext &m_context;
    EvidenceFindings &m_findings;
};

/// Why one volume does not pass a check; empty when it does.
using VolumeQuestion = QString (*)(const volume::VolumeRecord &record, const Json &input);

QString askReadable(const volume::VolumeRecord &record, const Json &)
{
    return record.error ? record.error->message : QString();
}

QString askShape(const volume::VolumeRecord &record, const Json &input)
{
    const Json *wanted = valueAt(input, {"dim_requested"});
    const Json found = record.facts->geometry.dims;
    return wanted && isSameJson(found, *wanted)
               ? QString()
               : Text::tr("%1, asked for %2").arg(brief(&found), brief(wanted));
}

QString askSpacing(const volume::VolumeRecord &record, const Json &input)
{
    const Json *wanted = valueAt(input, {"spacing_requested"});
    const std::array<double, 3> &found = record.facts->geometry.spacingMm;
    bool same = wanted && wanted->is_array() && wanted->size() == found.size();
    for (std::size_t axis = 0; same && axis < found.size(); ++axis) {
        const Json &asked = (*wanted)[axis];
        same =
            asked.is_number() && std::abs(asked.get<double>() - found[axis]) <= kSpacingTolerance;
    }
    const Json shown = found;
    return same ? QString() : Text::tr("%1 mm, asked for %2").arg(brief(&shown), brief(wanted));
}

QString askFinite(const volume::VolumeRecord &record, const Json &)
{
    const volume::VolumeStatistics &numbers = *record.statistics;
    return numbers.finite == numbers.voxels
               ? QString()
               : Text::tr("%1 voxels are not finite").arg(numbers.voxels - numbers.finite);
}

QString askNonconstant(const volume::VolumeRecord &record, const Json &)
{
    const auto &range = record.statistics->intensity;
    return range && range->max - range->min > kNonconstantRange ? QString()
                                                                : Text::tr("it is constant");
}

QString askNonnegative(const volume::VolumeRecord &record, const Json &)
{
    const auto &range = record.statistics->intensity;
    if (!range)
        return Text::tr("it has no finite voxel");
    return range->min >= 0 ? QString() : Text::tr("its minimum is %1").arg(range->min);
}

struct VolumeCheck
{
    const char *name;
    VolumeQuestion ask;
};
// In the order of kAggregateFlags.
constexpr std::array<VolumeCheck, 6> kVolumeChecks = {{
    {"image_artifacts_readable", askReadable},
    {"image_shapes_match_requested", askShape},
    {"image_spacing_matches_requested", askSpacing},
    {"image_values_finite", askFinite},
    {"image_values_nonconstant", askNonconstant},
    {"image_values_nonnegative", askNonnegative},
}};

QString nameOf(const Json &sample)
{
    return textAt(sample, {"image_path"}).section(u'/', -1).left(160);
}

QString problemOf(const RunEvidence &evidence, const Json &sample, VolumeQuestion ask,
                  const Json &input)
{
    const ReadVolume *volume = evidence.volumeOf(sample, true);
    if (!volume)
        return Text::tr("its path leads out of the run's folder");
    if (volume->state != ReadVolume::State::Read)
        return volume->reason;
    if (!volume->isReadable())
        return askReadable(volume->record, input);
    return ask(volume->record, input);
}

AggregateFlags askVolumes(const RunEvidence &evidence, EvidenceFindings &findings)
{
    AggregateFlags flags{};
    const Json &samples = samplesOf(evidence.output.json);
    const Json *found = valueAt(evidence.output.json, {"input"});
    const Json input = found ? *found : Json::object();
    for (std::size_t i = 0; i < kVolumeChecks.size(); ++i) {
        const VolumeCheck &check = kVolumeChecks[i];
        QStringList problems;
        if (samples.empty())
            problems << Text::tr("there is no volume");
        for (const Json &sample : samples)
            if (const QString why = problemOf(evidence, sample, check.ask, input); !why.isEmpty())
                problems << Text::tr("%1: %2").arg(nameOf(sample), why);
        flags[i] = problems.isEmpty();
        findings.check(check.name, problems, Text::tr("volumes: %1").arg(samples.size()));
    }
    return flags;
}

} // namespace

AggregateFlags checkSynthesis(const RunEvidence &evidence, const SynthesisContext &context,
                              EvidenceFindings &findings)
{
    DocumentQuestions questions(evidence, context, findings);
    questions.askBeforeVolumes();
    const AggregateFlags flags = askVolumes(evidence, findings);
    QStringList lies;
    for (std::size_t i = 0; i < flags.size(); ++i) {
        const Json *declared = valueAt(evidence.output.json, {"output", kAggregateFlags[i]});
        if (!declared || !declared->is_boolean() || *declared != flags[i])
            lies << Text::tr("%1 is %2, the volumes say %3")
                        .arg(toText(kAggregateFlags[i]), brief(declared),
                             flags[i] ? QStringLiteral("true") : QStringLiteral("false"));
    }
    findings.check("aggregate_flags_match_recomputed", lies, Text::tr("all six agree"));
    questions.askAfterVolumes();
    return flags;
}

} // namespace mrb::backend
