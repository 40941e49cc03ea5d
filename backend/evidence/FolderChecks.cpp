// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/FolderChecks.h"

#include "backend/base/JsonText.h"
#include "backend/contract/Keys.h"
#include "backend/evidence/EvidenceWords.h"
#include "backend/evidence/PathTokens.h"
#include "backend/library/RecordedCommand.h"
#include "backend/library/StoredRun.h"
#include "backend/process/LogSink.h"
#include "backend/request/Gates.h"
#include "backend/request/OverrideDocument.h"
#include "backend/request/StagedConfigs.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

namespace keys = contract::model_config;

constexpr std::size_t kMostLogBytes = std::size_t{256} << 20U;

bool isSame(const Json *first, const Json *second)
{
    return first && second && isSameJson(*first, *second);
}

struct StagedField
{
    std::string_view staged, recorded;
};
constexpr std::array<StagedField, 6> kStagedFields = {{
    {keys::kDim, "dim_requested"},
    {keys::kSpacing, "spacing_requested"},
    {keys::kNumInferenceSteps, "num_inference_steps_requested"},
    {keys::kGuidanceScale, "cfg_guidance_scale_requested"},
    {keys::kRandomSeed, "random_seed"},
    {keys::kModality, "modality_code"},
}};

/// The weights that upstream was told to load are those that were hashed, and the code that it was
/// given is the one of the modality's name.
void addManifestProblems(const Json &record, const ReadDocument &environment,
                         const Manifest &manifest, QStringList &problems)
{
    if (!environment.error)
        for (const Error &error : checkWeightPaths(environment.json, manifest))
            problems << error.message;
    const QString name = textAt(record, {"input", "modality_name"});
    const Modality *modality = findModality(manifest, name.toStdString());
    if (!modality || modality->code != integerAt(record, {"input", "modality_code"}))
        problems << Text::tr("modality_code is not the code of %1").arg(name.left(80));
}

void checkStaged(const RunEvidence &evidence, const Manifest &manifest, EvidenceFindings &findings)
{
    QStringList problems;
    const Json &record = evidence.record.json;
    const fs::path folder = evidence.run.folder / kStagedFolder;
    const RecordedCommand command = recordedCommand(valueAt(record, {"invocation", "command"}));
    if (!command.isComplete())
        problems << Text::tr("the recorded command does not name them");
    const ReadDocument model = readRunDocument(folder / command.modelConfig);
    const ReadDocument environment = readRunDocument(folder / command.environmentConfig);
    for (const ReadDocument *document : {&model, &environment})
        if (document->error)
            problems << document->error->message;
    if (!model.error &&
        !isSame(&model.json, valueAt(record, {"invocation", "rendered_model_config"})))
        problems << Text::tr("the model config is not the one in the record");
    const Json *block = valueAt(model.json, {keys::kInference});
    for (const StagedField &field : kStagedFields)
        if (!block ||
            !isSame(valueAt(*block, {field.staged}), valueAt(record, {"input", field.recorded})))
            problems << Text::tr("%1 is not what was asked for").arg(toText(field.staged));
    const Json *overrides = valueAt(record, {"input", "model_config_override"});
    // The seed may have been chosen outside the document; it was compared above.
    if (overrides && overrides->is_object())
        for (const auto &[key, value] : overrides->items())
            if (key != keys::kRandomSeed && key != contract::environment_config::kOutputPrefix &&
                (!block || !isSame(valueAt(*block, {key}), &value)))
                problems << Text::tr("%1 is not as in the request").arg(toText(key));
    namespace names = contract::environment_config;
    if (!environment.error &&
        (!isSame(valueAt(environment.json, {names::kOutputFolder}),
                 valueAt(record, {"invocation", "rendered_env_output_dir"})) ||
         !isSame(valueAt(environment.json, {names::kOutputPrefix}),
                 valueAt(record, {"invocation", "rendered_env_output_prefix"}))))
        problems << Text::tr("the environment config names another output folder or prefix");
    addManifestProblems(record, environment, manifest, problems);
    findings.check("staged_configs_match_request", problems,
                   Text::tr("upstream was given what the record says"));
}

/// The document as it was given, where it was kept.
void checkRequest(const RunEvidence &evidence, EvidenceFindings &findings)
{
    const fs::path place =
        evidence.isPack ? fs::path(kKeptRequest) : fs::path(kStagedFolder) / kKeptRequest;
    const fs::path file = evidence.run.folder / place;
    std::error_code failed;
    if (!fs::exists(fs::symlink_status(file, failed)))
        return;
    QStringList problems;
    const Result<std::string> text =
        isPlainFile(file) ? readSmallFile(file, kMaxJsonBytes)
                          : Error{mrb::error_codes::kCannotRead, Text::tr("It is a link.")};
    if (!text) {
        problems << text.error().message;
    } else {
        OverrideParse parsed = parseOverrides(*text, Text::tr("the request"));
        for (const Error &error : parsed.errors)
            problems << error.message;
        // An option may have chosen another one, and nothing in the record tells.
        const Json name = valueAt(evidence.record.json, {"input", "modality_name"})
                              ? *valueAt(evidence.record.json, {"input", "modality_name"})
                              : Json();
        if (const auto asked = parsed.overrides.find(keys::kModality);
            asked != parsed.overrides.end() && *asked != name)
            findings.note(Text::tr("the request names the modality %1; an option must have chosen "
                                   "%2 instead")
                              .arg(brief(*asked), brief(name)));
        parsed.overrides.erase(std::string(keys::kModality));
        if (!isSame(&parsed.overrides,
                    valueAt(evidence.record.json, {"input", "model_config_override"})))
            problems << Text::tr("it asks for something else than the record");
    }
    findings.check("request_matches_record", problems, Text::tr("the record has what it asks for"));
}

void checkJournal(const RunEvidence &evidence, EvidenceFindings &findings)
{
    struct Same
    {
        std::string_view inJournal, outer, inner;
    };
    constexpr std::array<Same, 8> kSame = {{{"run_id", "run", "id"},
                                            {"engine", {}, "engine"},
                                            {"started_at", "run", "started_at"},
                                            {"request_path", "input", "model_config_override_path"},
                                            {"overrides", "input", "model_config_override"},
                                            {"modality_name", "input", "modality_name"},
                                            {"random_seed", "input", "random_seed"},
                                            {"num_gpus", "run", "num_gpus"}}};
    const ReadDocument journal = readRunDocument(evidence.run.folder / kJournalFile);
    if (journal.error) {
        findings.check("journal_matches_record", false, journal.error->message);
        return;
    }
    QStringList problems;
    for (const Same &same : kSame) {
        const Json &record = evidence.record.json;
        const Json *recorded = same.outer.empty() ? valueAt(record, {same.inner})
                                                  : valueAt(record, {same.outer, same.inner});
        if (!isSame(valueAt(journal.json, {same.inJournal}), recorded))
            problems << Text::tr("%1 is another one").arg(toText(same.inJournal));
    }
    // The journal is begun before it is known whether the run can start warm.
    const Json *begun = valueAt(journal.json, {"command"});
    const Json *used = valueAt(evidence.record.json, {"invocation", "command"});
    if (!begun || !used || !isSameJson(documentedCommand(*begun), documentedCommand(*used)))
        problems << Text::tr("command is another one");
    if (textAt(journal.json, {"state"}) != u"ended")
        problems << Text::tr("it does not say that the run ended");
    for (const char *end : {"overall_status", "exit_code"})
        if (!isSame(valueAt(journal.json, {end}), valueAt(evidence.record.json, {end})))
            problems << Text::tr("%1 is another one").arg(toText(end));
    findings.check("journal_matches_record", problems, Text::tr("the run ended as recorded"));
}

constexpr qsizetype kTailLength = LogSink::kTailLength;

/// The last bytes of a log as LogSink makes a tail of them, without cutting it to its length.
QString normalised(std::string_view bytes)
{
    QString text = toText(bytes);
    text.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
    text.replace(u'\r', u'\n');
    return text;
}

/// How long a text can have been before tokens took the place of what nobody shall read.
qsizetype lengthBefore(const QString &text)
{
    constexpr qsizetype kLongestPath = 512, kLongestSecret = 4096;
    qsizetype length = text.size();
    for (const auto &[token, times] : PathTokens::count(text))
        length += times * (token == "<secret>" ? kLongestSecret : kLongestPath);
    return length;
}

/// Whether the recorded end of a log with tokens is that log's end. Log and end became longer or
/// shorter by their tokens, and a cut end begins at its first white space.
bool isRedactedEnd(QString tail, std::string_view log)
{
    constexpr std::size_t kSpare = 65536;
    const std::size_t most = 2 * tail.toUtf8().size() + kSpare;
    const bool whole = log.size() <= most;
    const QString end = normalised(whole ? log : log.substr(log.size() - most));
    if (whole && tail == end)
        return true;
    if (!tail.startsWith(QStringLiteral("...")))
        return false;
    tail.remove(0, 3);
    if (!end.endsWith(tail) || (!tail.isEmpty() && !tail.front().isSpace()))
        return false;
    // The word before it was left out, and the rest has to be as long as an end is.
    qsizetype word = end.size() - tail.size();
    while (word > 0 && !end.at(word - 1).isSpace())
        --word;
    return lengthBefore(end.sliced(word)) >= kTailLength;
}

void checkLog(const RunEvidence &evidence, const char *name, const char *inRecord,
              QStringList &problems)
{
    const Json *recorded = valueAt(evidence.record.json, {"logs", inRecord});
    if (!recorded || !recorded->is_string()) {
        problems << Text::tr("the record has no %1").arg(toText(inRecord));
        return;
    }
    const fs::path file = evidence.run.folder / kLogFolder / name;
    const Result<std::string> log =
        isPlainFile(file)
            ? readSmallFile(file, kMostLogBytes)
            : Error{mrb::error_codes::kCannotRead, Text::tr("%1 is missing").arg(toText(name))};
    if (!log) {
        problems << log.error().message;
        return;
    }
    LogSink sink{fs::path()};
    sink.append(QByteArrayView(log->data(), static_cast<qsizetype>(log->size())));
    const QString tail = QString::fromStdString(recorded->get<std::string>());
    if (tail != sink.tail() && !(evidence.isPack && isRedactedEnd(tail, *log)))
        problems << Text::tr("%1 does not end as the record says").arg(toText(name));
}

/// A log that could not be written completely says so among the warnings, by its name.
bool isIncomplete(const Json &record, const char *name)
{
    const Json *warnings = valueAt(record, {"warnings"});
    const QString log = QStringLiteral("/%1/%2").arg(toText(kLogFolder), toText(name));
    return warnings && warnings->is_array() &&
           std::ranges::any_of(*warnings, [&log](const Json &warning) {
               return textAt(warning, {"code"}).toStdString() ==
                          mrb::error_codes::kCannotWrite.id() &&
                      textAt(warning, {"message"}).contains(log);
           });
}

void checkLogs(const RunEvidence &evidence, EvidenceFindings &findings)
{
    QStringList problems;
    for (const auto &[name, inRecord] :
         {std::pair{"stdout.log", "stdout_tail"}, std::pair{"stderr.log", "stderr_tail"}}) {
        if (isIncomplete(evidence.record.json, name))
            findings.note(Text::tr("%1 is incomplete, as the record says, and was not compared")
                              .arg(toText(name)));
        else
            checkLog(evidence, name, inRecord, problems);
    }
    findings.check("logs_match_record", problems, Text::tr("they end as the record says"));
}

void checkUnlisted(const RunEvidence &evidence, EvidenceFindings &findings)
{
    QStringList problems;
    std::error_code failed;
    fs::recursive_directory_iterator it(evidence.run.folder,
                                        fs::directory_options::skip_permission_denied, failed);
    for (; !failed && it != fs::recursive_directory_iterator(); it.increment(failed)) {
        const fs::path relative = it->path().lexically_relative(evidence.run.folder);
        if (relative.filename().string().find(".nii") == std::string::npos ||
            it->is_directory(failed) || evidence.volumes.contains(relative.generic_string()))
            continue;
        problems << Text::tr("%1 is no volume of this run").arg(toQString(relative).left(160));
    }
    if (failed)
        problems << Text::tr("the folder cannot be read: %1")
                        .arg(QString::fromStdString(failed.message()));
    problems.sort();
    findings.check("no_unlisted_volumes", problems,
                   Text::tr("the folder holds no other volume than the record"));
}

} // namespace

void checkFolder(const RunEvidence &evidence, const Manifest &manifest, EvidenceFindings &findings)
{
    checkStaged(evidence, manifest, findings);
    checkRequest(evidence, findings);
    checkJournal(evidence, findings);
    checkLogs(evidence, findings);
    checkUnlisted(evidence, findings);
}

} // namespace mrb::backend
