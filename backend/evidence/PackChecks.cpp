// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/PackChecks.h"

#include "backend/base/JsonText.h"
#include "backend/evidence/EvidencePack.h"
#include "backend/evidence/EvidenceWords.h"
#include "backend/evidence/Reproduction.h"
#include "backend/evidence/SchemaCheck.h"
#include "backend/library/StoredRun.h"
#include "backend/request/Gates.h"
#include "backend/request/Manifest.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostPackBytes = std::size_t{16} << 20U;
constexpr std::size_t kFingerprintDigits = 16;

/// The name of a value, or of one inside another.
struct Key
{
    std::string_view outer, inner = {};

    const Json *in(const Json &document) const
    {
        return inner.empty() ? valueAt(document, {outer}) : valueAt(document, {outer, inner});
    }
};

Result<std::string> readPackFile(const fs::path &file)
{
    if (!isPlainFile(file))
        return Error{mrb::error_codes::kCannotRead,
                     Text::tr("%1 is missing").arg(toQString(file.filename()))};
    return readSmallFile(file, kMostPackBytes);
}

void addSchemaProblems(const Result<Json> &schema, const QString &name,
                       const ReadDocument &document, QStringList &problems)
{
    if (document.error) {
        problems << Text::tr("%1: %2").arg(name, document.error->message);
        return;
    }
    const Result<QStringList> found =
        schema ? schemaProblems(*schema, document.json) : schema.error();
    if (!found)
        problems << found.error().message;
    else
        for (const QString &problem : *found)
            problems << name + problem;
}

/// One object a line.
void addTraceProblems(const fs::path &file, QStringList &problems)
{
    const Result<std::string> text = readPackFile(file);
    if (!text) {
        problems << text.error().message;
        return;
    }
    const Result<Json> schema = readInstalledSchema("evidence-pack/agent_run_trace.schema.json");
    std::string_view rest = *text;
    std::size_t number = 0;
    const qsizetype before = problems.size();
    // One wrong line is enough: there may be thousands.
    for (; !rest.empty() && problems.size() == before; ++number) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const QString name = QStringLiteral("%1:%2").arg(toText(pack_file::kTrace)).arg(number + 1);
        const Result<Json> line = parseJsonStrictly(rest.substr(0, end), name);
        ReadDocument document;
        if (line)
            document.json = *line;
        else
            document.error = line.error();
        addSchemaProblems(schema, name, document, problems);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (number == 0)
        problems << Text::tr("%1 is empty").arg(toText(pack_file::kTrace));
}

struct PackSchema
{
    const char *file, *schema;
};
constexpr std::array<PackSchema, 5> kPackSchemas = {{
    {pack_file::kManifest, "evidence-pack/manifest.schema.json"},
    {pack_file::kValidation, "evidence-pack/validation_summary.schema.json"},
    {pack_file::kRuntime, "evidence-pack/runtime_profile.schema.json"},
    {pack_file::kCost, "evidence-pack/cost_profile.schema.json"},
    {pack_file::kIntegrity, "evidence-pack/integrity_check.schema.json"},
}};

/// The record with the volumes' paths as output.json has them.
Json expectedOutput(const Json &record)
{
    Json output = record;
    const Json &samples = samplesOf(record);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto path = volumePathOf(samples[i], record, false);
        const QString name = textAt(samples[i], {"image_path"}).section(u'/', -1);
        if (samples[i].is_object())
            output["output"]["samples"][i]["image_path"] = path.value_or(name.toStdString());
    }
    return output;
}

struct SameFact
{
    Key inDocument, inRecord;
};

void compareFacts(const RunEvidence &evidence, const char *file, const Json &record,
                  std::span<const SameFact> facts, QStringList &problems)
{
    const ReadDocument document = readRunDocument(evidence.run.folder / file);
    for (const SameFact &fact : facts) {
        const Json *said = fact.inDocument.in(document.json);
        const Json *recorded = fact.inRecord.in(record);
        if (!said || !recorded || !isSameJson(*said, *recorded))
            problems << Text::tr("%1: %2 is not the record's")
                            .arg(toText(file),
                                 toText(fact.inDocument.inner.empty() ? fact.inDocument.outer
                                                                      : fact.inDocument.inner));
    }
}

/// What holds whichever version of the program made the pack.
void checkFacts(const RunEvidence &evidence, EvidenceFindings &findings)
{
    QStringList problems;
    const SameFact manifest[] = {{{"run_id"}, {"run", "id"}},
                                 {{"skill_id"}, {"manifest", "id"}},
                                 {{"skill_version"}, {"manifest", "version"}}};
    const SameFact runtime[] = {{{"started_at"}, {"run", "started_at"}},
                                {{"finished_at"}, {"run", "ended_at"}},
                                {{"elapsed_seconds"}, {"run", "wall_seconds"}},
                                {{"exit_code"}, {"exit_code"}}};
    const SameFact cost[] = {
        {{"measured", "wall_seconds"}, {"measured", "wall_seconds"}},
        {{"measured", "cpu_seconds"}, {"measured", "cpu_seconds"}},
        {{"measured", "rss_mb_peak"}, {"measured", "rss_mb_peak"}},
        {{"measured", "gpu_seconds"}, {"measured", "gpu_seconds"}},
        {{"measured", "gpu_memory_mb_peak"}, {"measured", "gpu_memory_mb_peak"}}};
    const SameFact validation[] = {{{"exit_code"}, {"exit_code"}}};
    const Json &record = evidence.record.json;
    const Json *recordedCost = valueAt(record, {"cost"});
    compareFacts(evidence, pack_file::kManifest, record, manifest, problems);
    compareFacts(evidence, pack_file::kRuntime, record, runtime, problems);
    compareFacts(evidence, pack_file::kCost, recordedCost ? *recordedCost : Json(), cost, problems);
    compareFacts(evidence, pack_file::kValidation, record, validation, problems);
    if (!isSameJson(evidence.output.json, expectedOutput(evidence.record.json)))
        problems
            << Text::tr("%1 is not the record with relative paths").arg(toText(pack_file::kOutput));
    const ReadDocument pack = readRunDocument(evidence.run.folder / pack_file::kManifest);
    const Result<std::string> lock = readPackFile(evidence.run.folder / pack_file::kLock);
    if (!lock || textAt(pack.json, {"environment", "fingerprint"}).toStdString() !=
                     sha256OfText(*lock).substr(0, kFingerprintDigits))
        problems << Text::tr("the fingerprint is not that of %1").arg(toText(pack_file::kLock));
    findings.check("pack_agrees_with_record", problems,
                   Text::tr("the documents say the same as the record"));
}

/// Every byte of what can be made again from the record.
void checkBytes(const RunEvidence &evidence, bool withVolumes, bool madeByThisVersion,
                EvidenceFindings &findings)
{
    QStringList problems;
    const Result<std::string> settings = settingsOfRecord(evidence.run.folder);
    if (!settings)
        problems << settings.error().message;
    PackSource source{.result = evidence.record.json,
                      .output = expectedOutput(evidence.record.json),
                      .settings = settings ? *settings : std::string(),
                      .withVolumes = withVolumes};
    const Result<Json> schema = readInstalledSchema("result.schema.json");
    const Result<QStringList> found =
        schema ? schemaProblems(*schema, source.output) : schema.error();
    source.schemaPassed = found && found->isEmpty();
    source.schemaProblem = found ? found->join(u' ').toStdString() : std::string();
    for (const PackedText &text : packDocuments(source)) {
        const Result<std::string> file = readPackFile(evidence.run.folder / text.name);
        if (!file)
            problems << file.error().message;
        // The settings are data and no words: every version writes the same.
        else if (*file != text.content && (madeByThisVersion || text.name == pack_file::kSettings))
            problems << Text::tr("%1 is not what the record gives").arg(toText(text.name));
    }
    if (!madeByThisVersion)
        findings.note(Text::tr("another version of the program made this bundle: texts of its "
                               "documents were not compared word by word"));
    findings.check("pack_as_made_from_record", problems,
                   Text::tr("its documents are what the record gives"));
}

/// The manifest that a bundle carries along is the one that the record names.
void checkCarriedManifest(const RunEvidence &evidence, EvidenceFindings &findings)
{
    const Json *builtIn = valueAt(evidence.record.json, {"manifest", "built_in"});
    if (builtIn && *builtIn == true)
        return;
    const Result<std::string> text = readPackFile(evidence.run.folder / "skill_manifest.yaml");
    if (!text) {
        findings.note(Text::tr("the manifest that judged the run is not in the bundle"));
        return;
    }
    findings.check("carried_manifest_matches",
                   sha256OfText(*text) ==
                       textAt(evidence.record.json, {"manifest", "sha256"}).toStdString(),
                   Text::tr("skill_manifest.yaml, by the hash in the record"));
}

} // namespace

void checkSchemas(const RunEvidence &evidence, EvidenceFindings &findings)
{
    QStringList problems;
    addSchemaProblems(readInstalledSchema("result.schema.json"), toText(kResultFile),
                      evidence.record, problems);
    if (evidence.isPack) {
        addSchemaProblems(readInstalledSchema("result.schema.json"), toText(pack_file::kOutput),
                          evidence.output, problems);
        for (const PackSchema &pair : kPackSchemas)
            addSchemaProblems(readInstalledSchema(pair.schema), toText(pair.file),
                              readRunDocument(evidence.run.folder / pair.file), problems);
        addTraceProblems(evidence.run.folder / pack_file::kTrace, problems);
    }
    std::error_code failed;
    const fs::path reproduction = evidence.run.folder / kReproductionFile;
    if (fs::exists(fs::symlink_status(reproduction, failed)))
        addSchemaProblems(readInstalledSchema("reproduction.schema.json"),
                          toText(kReproductionFile), readRunDocument(reproduction), problems);
    findings.check("schemas_valid", problems, Text::tr("every document is as its schema wants it"));
}

PackStatements checkPack(const RunEvidence &evidence, bool withVolumes, bool madeByThisVersion,
                         EvidenceFindings &findings)
{
    checkFacts(evidence, findings);
    checkBytes(evidence, withVolumes, madeByThisVersion, findings);
    checkCarriedManifest(evidence, findings);
    const ReadDocument manifest = readRunDocument(evidence.run.folder / pack_file::kManifest);
    const ReadDocument validation = readRunDocument(evidence.run.folder / pack_file::kValidation);
    return {textAt(manifest.json, {"skill_id"}).toStdString(),
            textAt(validation.json, {"overall_status"}).toStdString()};
}

} // namespace mrb::backend
