// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/RunReport.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/failure/LogEnd.h"
#include "backend/report/Redaction.h"
#include "backend/report/ReportGates.h"
#include "backend/report/RunSections.h"
#include "backend/report/SampleSections.h"
#include "backend/request/Manifest.h"
#include "backend/run/RunFolder.h"
#include "backend/run/VolumeNames.h"

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace {

namespace fs = std::filesystem;

/// One run has one volume per GPU.
constexpr std::size_t kMostVolumes = 16;
constexpr std::size_t kMaxDocumentBytes = std::size_t{4} << 20;
constexpr QLatin1StringView kPhantomEngine("phantom");

QString disclaimerOf(const JsonView &result)
{
    if (const auto text = result["intended_use_disclaimer"].text(); text && !text->isEmpty())
        return *text;
    static const Result<Manifest> manifest = builtInManifest();
    return manifest ? QString::fromStdString(manifest->disclaimer)
                    : Text::tr("Engineering verification only; not clinically meaningful.");
}

QString titleOf(const JsonView &modality, const JsonView &seed, const QString &folderName)
{
    static const Result<Manifest> manifest = builtInManifest();
    const auto name = modality.text();
    if (!name)
        return tidyText(folderName);
    const Modality *known = manifest ? findModality(*manifest, name->toStdString()) : nullptr;
    const QString label = known ? QString::fromStdString(known->label) : *name;
    const auto number = seed.integer();
    return number ? Text::tr("%1, seed %2").arg(label).arg(*number) : label;
}

/// Where a listed volume is now: runs are moved as whole folders. Only what lies inside the run's
/// folder counts, without links on the way: a result can name any file.
fs::path presentVolume(const fs::path &folder, const JsonView &sample, const JsonView &directory)
{
    const auto listed = sample["image_path"].text();
    if (!listed || listed->isEmpty())
        return {};
    const fs::path path = fs::path(listed->toStdString()).lexically_normal();
    const fs::path root = fs::path(directory.textOr(QString()).toStdString()).lexically_normal();
    std::error_code failed;
    const fs::path home = fs::canonical(folder, failed);
    for (const fs::path &inside : {path.lexically_relative(root), path.filename()}) {
        if (inside.empty() || *inside.begin() == "..")
            continue;
        if (fs::is_regular_file(folder / inside, failed) &&
            fs::canonical(folder / inside, failed) == home / inside)
            return folder / inside;
    }
    return {};
}

struct GateCount
{
    std::size_t counted = 0;
    std::size_t failed = 0; ///< of those
};

GateCount countGates(const std::vector<ReportGate> &gates)
{
    GateCount count;
    for (const ReportGate &gate : gates) {
        if (!gate.counts)
            continue;
        ++count.counted;
        if (!gate.passed)
            ++count.failed;
    }
    return count;
}

void setVerdict(RunReport &report, const QString &verdict, ReportTone tone, const QString &text)
{
    report.verdict = verdict;
    report.verdictTone = tone;
    report.verdictText = text;
}

/// Of a run whose upstream succeeded and whose gates passed: several GPUs left too few volumes.
QString reasonWithoutGates(const JsonView &result)
{
    constexpr std::size_t kMostFindings = 1000;
    const QString fewer = QString::fromUtf8(error_codes::kFewerVolumes.id());
    const JsonView warnings = result["warnings"];
    for (std::size_t i = 0; i < std::min(warnings.size(), kMostFindings); ++i)
        if (warnings[i]["code"].text() == fewer)
            return warnings[i]["message"].textOr(fewer);
    return Text::tr("The result gives no reason.");
}

void judgeFailed(RunReport &report, const JsonView &result, const GateCount &count)
{
    const auto exitCode = result["invocation"]["exit_code"].integer();
    if (exitCode.value_or(0) != 0) {
        const QString outcome = result["invocation"]["outcome"].textOr(QString());
        setVerdict(report, Text::tr("Failed"), ReportTone::Bad,
                   outcome.isEmpty()
                       ? Text::tr("The upstream command ended with exit code %1.").arg(*exitCode)
                       : outcome);
        return;
    }
    setVerdict(report, Text::tr("Failed"), ReportTone::Bad,
               count.failed == 0 ? reasonWithoutGates(result)
               : count.failed == 1
                   ? Text::tr("1 of %1 gates failed.").arg(count.counted)
                   : Text::tr("%1 of %2 gates failed.").arg(count.failed).arg(count.counted));
}

void judgePassed(RunReport &report, const GateCount &count, bool ownManifest)
{
    if (count.counted == 0 || count.failed > 0 || report.provenance == Provenance::Phantom) {
        setVerdict(report, Text::tr("Contradictory"), ReportTone::Bad,
                   Text::tr("The result says that it passed, but its gates do not. It was changed "
                            "or is not from this program: do not rely on it."));
        return;
    }
    if (ownManifest)
        setVerdict(report, Text::tr("Passed under another manifest"), ReportTone::Notice,
                   Text::tr("All %1 gates passed, but they are not the built-in ones.")
                       .arg(count.counted));
    else
        setVerdict(report, Text::tr("Passed"), ReportTone::Good,
                   Text::tr("All %1 gates passed. They are an engineering floor and say nothing "
                            "about anatomy.")
                       .arg(count.counted));
}

void judge(RunReport &report, const JsonView &result)
{
    const GateCount count = countGates(report.gates);
    const auto status = result["overall_status"].text();
    if (!status)
        setVerdict(report, Text::tr("Not judged"), ReportTone::Notice,
                   Text::tr("The result has no verdict; another program or an older version wrote "
                            "it."));
    else if (*status == u"passed" || *status == u"passed_custom_manifest")
        judgePassed(report, count, *status == u"passed_custom_manifest");
    else if (*status == u"demo")
        setVerdict(report, Text::tr("Demo"), ReportTone::Notice,
                   Text::tr("Drawn by the built-in phantom, not by the model. Its gates cannot all "
                            "pass: it is no checkout of the model and loads no weights."));
    else if (*status == u"cancelled")
        setVerdict(report, Text::tr("Cancelled"), ReportTone::Notice,
                   Text::tr("The run was cancelled; what it left behind may be incomplete."));
    else if (*status == u"timed_out")
        setVerdict(report, Text::tr("Time limit reached"), ReportTone::Bad,
                   Text::tr("The run was ended because it took too long; what it left behind may "
                            "be incomplete."));
    else if (*status == u"failed")
        judgeFailed(report, result, count);
    else
        setVerdict(report, Text::tr("Unknown verdict"), ReportTone::Notice,
                   Text::tr("The result says \"%1\", which this version does not know.")
                       .arg(status->left(100)));
}

/// @param asRecorded the result whose paths were not redacted
void addVolumes(RunReport &report, const JsonView &result, const JsonView &asRecorded)
{
    const JsonView samples = result["output"]["samples"];
    const JsonView output = asRecorded["output"];
    const std::size_t shown = std::min(samples.size(), kMostVolumes);
    for (std::size_t i = 0; i < shown; ++i) {
        const QString suffix = samples.size() > 1
                                   ? Text::tr(" – volume %1 of %2").arg(i + 1).arg(samples.size())
                                   : QString();
        const std::string modality =
            result["input"]["modality_name"].textOr(QString()).toStdString();
        for (ReportSection &section :
             sampleSections(samples[i], {.modality = modality, .suffix = suffix}))
            report.sections.push_back(std::move(section));
        const fs::path volume =
            presentVolume(report.runFolder, output["samples"][i], output["directory"]);
        if (report.volume.empty())
            report.volume = volume;
        if (volume.empty() && samples[i]["image_path"].exists())
            report.warnings.push_back(
                {Text::tr("The volume %1 is not there any more.")
                     .arg(samples[i]["image_path"].textOr(QString()).section(u'/', -1)),
                 {},
                 Text::tr("It was moved or deleted; the numbers are those of the run."),
                 ReportTone::Notice});
    }
    if (samples.size() > shown)
        report.warnings.push_back(
            {Text::tr("Only %1 of %2 volumes are shown.").arg(shown).arg(samples.size()),
             {},
             {},
             ReportTone::Notice});
}

/// By the same signs as a volume of the run, whose bytes are compared as well.
Provenance provenanceOfRun(const JsonView &result, const JsonView &journal)
{
    const auto engine = result["engine"].text();
    // One of the two is enough: a demo must never look like a result.
    if (engine == kPhantomEngine || journal["engine"].text() == kPhantomEngine)
        return Provenance::Phantom;
    // The reference's results name no engine; it runs nothing but the upstream command.
    const bool isReference =
        !result["engine"].exists() &&
        !result["invocation"]["official_entrypoint"].textOr(QString()).isEmpty();
    const bool listed = result["output"]["samples"][0]["image_path"].text().has_value();
    return listed && (engine == QStringLiteral("upstream") || isReference) ? Provenance::ModelRun
                                                                           : Provenance::Unknown;
}

QString errorLogEnd(const fs::path &folder)
{
    return readLogEnd(folder / kLogFolder / "stderr.log");
}

/// As the run recorded it; nothing from results of older versions.
std::optional<FailureCause> storedCause(const JsonView &failure)
{
    const FailureCause cause{.code = failure["code"].textOr(QString()),
                             .what = failure["what"].textOr(QString()),
                             .why = failure["why"].textOr(QString()),
                             .advice = failure["advice"].textOr(QString()),
                             .evidence = failure["evidence"].textOr(QString())};
    if (cause.code.isEmpty() || cause.what.isEmpty() || cause.advice.isEmpty())
        return {};
    return cause;
}

std::optional<FailureCause> causeOf(const JsonView &result, const fs::path &folder,
                                    const TextRedaction &redact)
{
    const auto status = result["overall_status"].text();
    if (status == QStringLiteral("cancelled"))
        return {};
    const auto exitCode = static_cast<int>(std::clamp<std::int64_t>(
        result["invocation"]["exit_code"].integer().value_or(0), -255, 255));
    constexpr int kTimedOut = 124; // so the reference tells it, whose results have no status
    const bool timedOut =
        status == QStringLiteral("timed_out") || (!status && exitCode == kTimedOut);
    if (exitCode == 0 && !timedOut)
        return {};
    if (auto stored = storedCause(result["failure"]))
        return stored;
    QString log = redacted(errorLogEnd(folder), redact);
    const Json *tail = result["logs"]["stderr_tail"].json();
    if (log.isEmpty() && tail && tail->is_string())
        log = QString::fromStdString(tail->get_ref<const std::string &>());
    return recogniseFailure(log, exitCode, timedOut ? FailureEnd::TimeLimit : FailureEnd::ByItself);
}

QString nameOf(const fs::path &folder, const TextRedaction &redact)
{
    return redacted(toQString(folder.filename()), redact);
}

RunReport reportOfResult(const fs::path &folder, const Json &document, const Json &journal,
                         const TextRedaction &redact)
{
    const Json shown = redacted(document, redact);
    const JsonView result(&shown);
    RunReport report;
    report.runFolder = folder;
    // What it is must not depend on what is hidden.
    report.provenance = provenanceOfRun(JsonView(&document), JsonView(&journal));
    report.title = titleOf(result["input"]["modality_name"], result["input"]["random_seed"],
                           nameOf(folder, redact));
    report.gates = gatesOf(result["gates"], report.provenance == Provenance::Phantom);
    report.gatesAreBuiltIn = result["manifest"]["built_in"].isTrue();
    report.warnings = warningRows(result);
    report.disclaimer = disclaimerOf(result);
    report.cause = causeOf(result, folder, redact);
    judge(report, result);
    report.sections.push_back(requestSection(result));
    addVolumes(report, result, JsonView(&document));
    for (ReportSection section :
         {phaseSection(result), costSection(result), identitySection(result),
          weightsSection(result), environmentSection(result), runSection(result)})
        report.sections.push_back(std::move(section));
    std::erase_if(report.sections,
                  [](const ReportSection &section) { return section.rows.empty(); });
    return report;
}

QString stateText(const QString &state)
{
    if (state == u"preparing")
        return Text::tr("while it was being prepared");
    if (state == u"running")
        return Text::tr("while upstream was running");
    if (state == u"measuring")
        return Text::tr("while its volumes were being measured");
    return Text::tr("in the state \"%1\"").arg(state.left(100));
}

void judgeJournal(RunReport &report, const JsonView &journal, const TextRedaction &redact)
{
    switch (runStateOf(report.runFolder)) {
    case RunState::Running:
        setVerdict(report, Text::tr("Running"), ReportTone::Plain,
                   Text::tr("The result is written when the run ends."));
        return;
    case RunState::Ended:
        setVerdict(report, Text::tr("Result missing"), ReportTone::Bad,
                   Text::tr("The run ended (%1), but its result cannot be read.")
                       .arg(journal["overall_status"].textOr(Text::tr("unknown"))));
        return;
    case RunState::Interrupted:
    case RunState::NoRun: // vanished meanwhile
        break;
    }
    setVerdict(report, Text::tr("Interrupted"), ReportTone::Bad,
               Text::tr("The program or the machine stopped %1, so there is no result.")
                   .arg(stateText(journal["state"].textOr(QString()))));
    // Why it ended is not known, so only what the log clearly says counts.
    auto cause = recogniseFailure(redacted(errorLogEnd(report.runFolder), redact), 1);
    if (cause && cause->code != u"unknown")
        report.cause = std::move(cause);
    else
        report.cause = FailureCause{
            .code = QStringLiteral("interrupted"),
            .what = Text::tr("The run was interrupted."),
            .why = Text::tr("Nobody was left to measure and judge what upstream wrote."),
            .advice = Text::tr("Run again with these settings; volumes in the folder may be "
                               "incomplete.")};
}

RunReport reportOfJournal(const fs::path &folder, const Json &document, const TextRedaction &redact)
{
    const Json shown = redacted(document, redact);
    const JsonView journal(&shown);
    RunReport report;
    report.runFolder = folder;
    report.provenance = provenanceOfRun({}, JsonView(&document));
    report.title =
        titleOf(journal["modality_name"], journal["random_seed"], nameOf(folder, redact));
    report.disclaimer = disclaimerOf({});
    report.sections = journalSections(journal);
    judgeJournal(report, journal, redact);
    return report;
}

Error noDocument(const fs::path &file)
{
    return {mrb::error_codes::kCannotRead,
            Text::tr("%1 is not a JSON object, so it tells nothing of a run.").arg(toQString(file)),
            Text::tr("Choose the folder of a run."), toQString(file)};
}

/// As readJsonFile(), and nothing but an object.
Result<Json> readObject(const fs::path &file)
{
    Result<Json> document = readJsonFile(file, kMaxDocumentBytes);
    if (document && !document->is_object())
        return noDocument(file);
    return document;
}

Result<RunReport> reportAsRecorded(const fs::path &runFolder, const TextRedaction &redact)
{
    std::error_code failed;
    const bool hasResult = fs::exists(fs::symlink_status(runFolder / kResultFile, failed));
    const Result<Json> result = readObject(runFolder / kResultFile);
    const Result<Json> journal = readObject(runFolder / kJournalFile);
    if (result)
        return reportOfResult(runFolder, *result, journal ? *journal : Json(), redact);
    if (!journal)
        return hasResult ? result.error() : journal.error();
    RunReport report = reportOfJournal(runFolder, *journal, redact);
    if (hasResult) {
        const Error error = redacted(result.error(), redact);
        setVerdict(report, Text::tr("Result not readable"), ReportTone::Bad, error.message);
        report.warnings.push_back({error.message, {}, error.hint, ReportTone::Bad});
        report.cause.reset();
    }
    return report;
}

} // namespace

Result<RunReport> reportOfRun(const fs::path &runFolder, const TextRedaction &redact)
{
    Result<RunReport> report = reportAsRecorded(runFolder, redact);
    if (report) {
        report->runFolder = redacted(report->runFolder, redact);
        report->volume = redacted(report->volume, redact);
    }
    return report;
}

} // namespace mrb::backend
