// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/FolderChecks.h"

#include "backend/base/JsonText.h"
#include "backend/contract/Keys.h"
#include "backend/evidence/EvidenceWords.h"
#include "backend/evidence/PathTokens.h"
#include "backend/library/StoredRun.h"
#include "backend/process/LogSink.h"
#include "backend/request/Gates.h"
#include "backend/request/OverrideDocument.h"
#include "backend/request/StagedConfigs.h"

#include <algorithm>
#include <array>
#include <string_view>

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

void checkStaged(const RunEvidence &evidence, EvidenceFindings &findings)
{
    QStringList problems;
    const Json &record = evidence.record.json;
    const fs::path folder = evidence.run.folder / kStagedFolder;
    const ReadDocument model =
        readRunDocument(folder / fs::path(contract::file::kModelConfig).filename());
    const ReadDocument environment =
        readRunDocument(folder / fs::path(contract::file::kEnvironmentConfig).filename());
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
    constexpr std::array<Same, 9> kSame = {{{"run_id", "run", "id"},
                                            {"engine", {}, "engine"},
                                            {"started_at", "run", "started_at"},
                                            {"request_path", "input", "model_config_override_path"},
                                            {"overrides", "input", "model_config_override"},
                                            {"modality_name", "input", "modality_name"},
                                            {"random_seed", "input", "random_seed"},
                                            {"num_gpus", "run", "num_gpus"},
                                            {"command", "invocation", "command"}}};
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
    if (textAt(journal.json, {"state"}) != u"ended")
        problems << Text::tr("it does not say that the run ended");
    for (const char *end : {"overall_status", "exit_code"})
        if (!isSame(valueAt(journal.json, {end}), valueAt(evidence.record.json, {end})))
            problems << Text::tr("%1 is another one").arg(toText(end));
    findings.check("journal_matches_record", problems, Text::tr("the run ended as recorded"));
}

/// The part of a recorded tail that must end the log. Where paths were replaced, the whole log and
/// its tail were not cut at the same place, so that the first line of a cut tail may differ.
QString endOfTail(QString tail, bool redacted)
{
    if (!tail.startsWith(QStringLiteral("...")))
        return tail;
    tail.remove(0, 3);
    const qsizetype line = tail.indexOf(u'\n');
    return redacted ? tail.mid(line < 0 ? tail.size() / 2 : line) : tail;
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
    const QString again = sink.tail();
    const bool redacted = !PathTokens::count(tail).empty() || !PathTokens::count(again).empty();
    // A redacted log is longer or shorter than it was, and so is what stands for its end.
    const bool same =
        tail == again ||
        (redacted && !tail.isEmpty() && !again.isEmpty() &&
         (again.endsWith(endOfTail(tail, true)) || tail.endsWith(endOfTail(again, true))));
    if (!same)
        problems << Text::tr("%1 does not end as the record says").arg(toText(name));
}

void checkLogs(const RunEvidence &evidence, EvidenceFindings &findings)
{
    // A log that could not be written completely says so among the warnings.
    const Json *warnings = valueAt(evidence.record.json, {"warnings"});
    const bool incomplete =
        warnings && warnings->is_array() && std::ranges::any_of(*warnings, [](const Json &warning) {
            return textAt(warning, {"code"}).toStdString() == mrb::error_codes::kCannotWrite.id();
        });
    if (incomplete) {
        findings.note(Text::tr("the logs are incomplete, as the record says, and were not "
                               "compared"));
        return;
    }
    QStringList problems;
    checkLog(evidence, "stdout.log", "stdout_tail", problems);
    checkLog(evidence, "stderr.log", "stderr_tail", problems);
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

void checkFolder(const RunEvidence &evidence, EvidenceFindings &findings)
{
    checkStaged(evidence, findings);
    checkRequest(evidence, findings);
    checkJournal(evidence, findings);
    checkLogs(evidence, findings);
    checkUnlisted(evidence, findings);
}

} // namespace mrb::backend
