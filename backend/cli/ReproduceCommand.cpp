// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/cli/CancellableJob.h"
#include "backend/cli/EvidenceCommands.h"
#include "backend/cli/PercentPrinter.h"
#include "backend/cli/RunInTerminal.h"
#include "backend/evidence/OpenEvidence.h"
#include "backend/request/Manifest.h"
#include "backend/run/RunFolder.h"

#include <QTemporaryDir>

#include <cerrno>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// The record that is to be repeated; an unpacked archive stays until this goes.
struct Record
{
    OpenedEvidence evidence;
    fs::path folder;
    RepeatableRun run;
};

/// Nobody knows the folder that an archive was unpacked into.
Error namedAsGiven(Error error, const OpenedEvidence &evidence)
{
    for (QString *text : {&error.message, &error.hint, &error.field})
        text->replace(toQString(evidence.root), toQString(evidence.given));
    return error;
}

Result<Record> openRecord(const ReproduceArguments &arguments, const std::stop_token &stop,
                          const BundleProgress &progress)
{
    Result<OpenedEvidence> evidence = openEvidence(arguments.path, {}, stop, progress);
    if (!evidence)
        return evidence.error();
    const Result<EvidenceRun> chosen = chooseRun(*evidence, arguments.run);
    if (!chosen)
        return chosen.error();
    // One that cannot be read is refused when the run is prepared.
    const auto &named = arguments.options.manifest;
    const Result<Manifest> manifest =
        named ? readManifest(arguments.options.workingFolder / *named) : builtInManifest();
    Result<RepeatableRun> run = repeatableRun(chosen->folder, manifest ? &*manifest : nullptr);
    if (!run)
        return namedAsGiven(run.error(), *evidence);
    return Record{
        .evidence = std::move(*evidence), .folder = chosen->folder, .run = std::move(*run)};
}

/// Written by this program from validated values: nothing else of the evidence gets into the run.
Result<GenerateOptions> optionsFor(const Record &record, const ReproduceArguments &arguments,
                                   const QTemporaryDir &scratch)
{
    if (!scratch.isValid())
        return Error{
            mrb::error_codes::kCannotWrite,
            Text::tr("No folder can be made for the request: %1").arg(scratch.errorString()),
            Text::tr("Set TMPDIR to a folder with room.")};
    const fs::path request = fs::path(scratch.path().toStdString()) / "request.json";
    const Result<> written = writeFileAtomically(request, record.run.overrides);
    if (!written)
        return written.error();
    GenerateOptions options = arguments.options;
    options.request = request.string();
    options.engine = record.run.engine;
    options.numGpus = record.run.numGpus;
    return options;
}

/// Runs that ended by themselves are compared, also where a gate failed: weights that are not the
/// pinned ones say nothing against the voxels.
bool canBeCompared(const RunConclusion &conclusion)
{
    return !conclusion.outputFolder.empty() &&
           (conclusion.exitCode == ExitCode::Passed || conclusion.exitCode == ExitCode::GateFailed);
}

Json notCompared(const QString &why)
{
    return {{"verdict", "not_compared"}, {"text", why.toStdString()}};
}

/// The run's own document, which says in addition that nothing was compared.
std::string documentOf(const RunConclusion &conclusion)
{
    Result<Json> document = parseJsonStrictly(conclusion.document, Text::tr("the result"));
    if (!document || !document->is_object())
        return conclusion.document;
    (*document)["reproduction"] =
        notCompared(Text::tr("The run did not come to its end, so nothing was compared."));
    return writeJson(*document);
}

ExitCode print(Json reproduction, const RunConclusion &conclusion, ExitCode code)
{
    const Json document = {{"reproduction", std::move(reproduction)},
                           {"result",
                            {{"overall_status", conclusion.overallStatus},
                             {"exit_code", static_cast<int>(conclusion.exitCode)},
                             {"run_folder", conclusion.outputFolder.string()}}}};
    if (printDocument(writeJson(document)))
        return code;
    printNote(findingText(Text::tr("error"), notPrinted(errno, conclusion)));
    return ExitCode::NotWritten;
}

ExitCode compare(const Record &record, const RunConclusion &conclusion,
                 const ReproduceArguments &arguments, const SignalWatcher &signalWatcher)
{
    if (arguments.progress != ProgressStyle::None)
        printNote(Text::tr("comparing"));
    const auto judged = runCancellable(signalWatcher, [&](std::stop_token stop) {
        return judgeReproduction(record.folder, conclusion.outputFolder, arguments.tolerance,
                                 std::move(stop));
    });
    if (!judged) {
        const QString text = Text::tr("Comparing was cancelled; the run itself is complete.");
        printNote(text);
        return print(notCompared(text), conclusion, ExitCode::Cancelled);
    }
    if (!*judged) {
        const Error error = namedAsGiven(judged->error(), record.evidence);
        printNote(findingText(Text::tr("error"), error));
        return print(notCompared(error.message), conclusion,
                     error.code == mrb::error_codes::kCannotWrite ? ExitCode::NotWritten
                                                                  : ExitCode::GateFailed);
    }
    const Reproduction &reproduction = **judged;
    Result<Json> stored =
        parseJsonStrictly(reproduction.document, QString::fromUtf8(kReproductionFile));
    const bool same = reproduction.verdict == ReproductionVerdict::BitIdentical ||
                      reproduction.verdict == ReproductionVerdict::WithinTolerance;
    if (!same || arguments.progress != ProgressStyle::None)
        printNote(reproduction.text);
    return print(stored ? std::move(*stored) : notCompared(stored.error().message), conclusion,
                 same ? ExitCode::Passed : ExitCode::GateFailed);
}

} // namespace

ExitCode runReproduce(const ReproduceArguments &arguments)
{
    const SignalWatcher signalWatcher; // one for all steps, so that no signal falls between two
    PercentPrinter printer(Text::tr("reading"), arguments.progress);
    auto opened = runCancellable(signalWatcher, [&](const std::stop_token &stop) {
        return openRecord(arguments, stop, [&printer](std::uint64_t done, std::uint64_t all) {
            printer.show(done, all);
        });
    });
    printer.clear();
    if (!opened)
        return refuse(Text::tr("cancelled"),
                      {{error_codes::kBundleCancelled, Text::tr("Cancelled.")}},
                      ExitCode::Cancelled);
    if (!*opened)
        return refuse(Text::tr("evidence cannot be used"), {opened->error()});
    const Record record = std::move(**opened);
    const QTemporaryDir scratch;
    const Result<GenerateOptions> options = optionsFor(record, arguments, scratch);
    if (!options)
        return refuse(Text::tr("evidence cannot be used"), {options.error()}, ExitCode::NotWritten);
    if (options->engine == Engine::Phantom)
        printNote(Text::tr("warning: The record is of the phantom engine, so the phantom draws "
                           "again: a demo, not the model."));
    const RunConclusion conclusion =
        runInTerminal(*options, RunMode::Generate, arguments.progress, signalWatcher);
    if (canBeCompared(conclusion))
        return compare(record, conclusion, arguments, signalWatcher);
    if (printDocument(documentOf(conclusion)))
        return conclusion.exitCode;
    printNote(findingText(Text::tr("error"), notPrinted(errno, conclusion)));
    return ExitCode::NotWritten;
}

} // namespace mrb::backend
