// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/batch/BatchFolder.h"
#include "backend/batch/BatchPreflight.h"
#include "backend/batch/BatchRun.h"
#include "backend/cli/BatchCommands.h"
#include "backend/cli/BatchPrinter.h"
#include "backend/cli/CancellableJob.h"
#include "backend/run/RunDocuments.h"

#include <QCoreApplication>

#include <cerrno>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace {

/// What is known before the first run starts.
struct BatchStart
{
    BatchPlan plan;
    std::optional<Preparation> preflight; ///< of the first run that is left
    std::optional<BatchLock> lock;        ///< empty where nothing is to be started
};

Error notPrepared(const std::exception &failure)
{
    return {error_codes::kPreparationFailed,
            Text::tr("The batch could not be prepared: %1.").arg(QString::fromUtf8(failure.what())),
            Text::tr("Free some memory and try again.")};
}

BatchStart prepareBatch(const BatchArguments &arguments, const std::stop_token &stop)
{
    BatchStart start;
    start.plan = planBatch(arguments.options, stop);
    if (!start.plan.errors.empty() || stop.stop_requested())
        return start;
    recogniseFinished(start.plan, {}, stop);
    if (arguments.dryRun || stop.stop_requested())
        return start;
    std::vector<Gpu> gpus;
    if (start.plan.outstanding() > 0) {
        start.preflight = preflightBatch(start.plan, stop);
        gpus = start.preflight->gpus;
        if (start.preflight->refusal != RefusalKind::None)
            return start;
    }
    Result<BatchLock> lock = BatchLock::take(start.plan.folder);
    if (!lock) {
        start.plan.errors = {lock.error()};
        return start;
    }
    start.lock.emplace(std::move(lock).value());
    recogniseFinished(start.plan, gpus, stop); // another batch may have ended here meanwhile
    return start;
}

ExitCode print(const BatchPlan &plan, const BatchFacts &facts, ExitCode code)
{
    Json document = batchDocument(plan, facts);
    if (facts.state == BatchFacts::State::Ended)
        document["exit_code"] = static_cast<int>(code); // batch.json may not have been written
    if (printDocument(writeJson(document)))
        return code;
    printNote(findingText(Text::tr("error"),
                          {mrb::error_codes::kCannotWrite,
                           Text::tr("The summary could not be written to standard output: %1")
                               .arg(systemErrorText(errno)),
                           facts.state == BatchFacts::State::Ended
                               ? Text::tr("It is in %1.").arg(toQString(plan.folder / kBatchFile))
                               : QString()}));
    return ExitCode::NotWritten;
}

ExitCode refusePreflight(const Preparation &preparation)
{
    for (const Error &refusal : preparation.findings.refusals)
        printNote(findingText(Text::tr("error"), refusal));
    const bool cancelled = preparation.refusal == RefusalKind::Cancelled;
    return printDocument(writeJson(refusalDocument(preparation)))
               ? (cancelled ? ExitCode::Cancelled : ExitCode::Refused)
               : ExitCode::NotWritten;
}

/// Runs what is left until it has ended; the first signal lets runs finish, the second ends them.
ExitCode carryOut(BatchStart start, BatchPrinter &printer, const SignalWatcher &signalWatcher)
{
    std::vector<Gpu> gpus;
    if (start.preflight)
        gpus = start.preflight->gpus;
    BatchRun batch(std::move(start.plan), std::move(gpus), makeLocalTarget());
    printer.follow(batch);
    QObject::connect(&batch, &BatchRun::finished, &batch, &QCoreApplication::quit,
                     Qt::QueuedConnection);
    QObject::connect(&signalWatcher, &SignalWatcher::endRequested, &batch, [&] {
        const bool again = batch.facts().stoppedByUser;
        printer.showStopping(again);
        if (again)
            batch.cancel();
        else
            batch.stopStarting();
    });
    batch.start();
    QCoreApplication::exec();
    if (const auto &problem = batch.writeProblem())
        printNote(findingText(Text::tr("error"), *problem));
    return print(batch.plan(), batch.facts(), batch.exitCode());
}

} // namespace

ExitCode runBatch(const BatchArguments &arguments)
{
    const SignalWatcher signalWatcher;
    BatchPrinter printer(arguments.progress);
    auto start = runCancellable(signalWatcher, [&arguments](const std::stop_token &stop) {
        try {
            return prepareBatch(arguments, stop);
        } catch (const std::exception &failure) { // out of memory or threads, for instance
            BatchStart failed;
            failed.plan.errors = {notPrepared(failure)};
            return failed;
        }
    });
    if (!start)
        return refuse(Text::tr("cancelled"), {{error_codes::kCancelled, Text::tr("Cancelled.")}},
                      ExitCode::Cancelled);
    if (!start->plan.errors.empty()) {
        const bool cannotWrite = start->plan.errors.front().code == mrb::error_codes::kCannotWrite;
        return refuse(Text::tr("batch"), start->plan.errors,
                      cannotWrite ? ExitCode::NotWritten : ExitCode::Refused);
    }
    if (start->preflight && start->preflight->refusal != RefusalKind::None)
        return refusePreflight(*start->preflight);
    printer.showPlan(start->plan);
    if (arguments.dryRun)
        return print(start->plan, {}, ExitCode::Passed);
    if (start->preflight && arguments.progress != ProgressStyle::None)
        for (const Error &warning : start->preflight->findings.warnings)
            printNote(findingText(Text::tr("warning"), warning));
    return carryOut(std::move(*start), printer, signalWatcher);
}

} // namespace mrb::backend
