// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/InstallPaths.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/cli/CancellableJob.h"
#include "backend/cli/EvidenceCommands.h"
#include "backend/cli/PercentPrinter.h"
#include "backend/environment/ShortCommand.h"
#include "backend/library/Review.h"
#include "backend/report/ReportRecord.h"
#include "backend/run/RunDocuments.h"

#include <chrono>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// Pictures of the largest volume take seconds; beyond this something hangs.
constexpr std::chrono::minutes kReportLimit{10};

Error reportMissing(const fs::path &folder, const QString &why)
{
    return {error_codes::kReportMissing,
            Text::tr("There is no report of the run in %1: %2").arg(toQString(folder), why),
            Text::tr("mrbrain report makes it alone; the rest of the bundle is complete.")};
}

/// By the program that has the viewer in it: reports have pictures.
Result<> makeReport(const fs::path &folder, const EnvironmentPairs &environment,
                    const std::stop_token &stop)
{
    if (reportIsCurrent(folder, ReportCheck::Present))
        return {};
    const auto done = runShortCommand({.program = helperProgram("mrbrain-picture"),
                                       .arguments = {"report", folder.string()},
                                       .environment = environment,
                                       .timeLimit = kReportLimit},
                                      stop);
    if (!done)
        return reportMissing(folder, done.error().message);
    if (done->exitCode == 0)
        return {};
    // Its document says why, as every one of this program does.
    const Result<Json> answer = parseJsonStrictly(done->out, Text::tr("mrbrain-picture's answer"));
    if (answer && answer->is_object() && answer->contains("detail") &&
        answer->at("detail").is_string())
        return reportMissing(folder, QString::fromStdString(answer->at("detail")));
    return reportMissing(folder,
                         Text::tr("mrbrain-picture ended with exit code %1.").arg(done->exitCode));
}

Json document(const BundleExport &bundle)
{
    Json json = {{"bundle", bundle.target.string()},
                 {"files", bundle.files},
                 {"bytes", bundle.bytes},
                 {"sums_sha256", bundle.sumsSha256},
                 {"runs", Json::array()},
                 {"warnings", toJson(bundle.warnings)}};
    for (const BundledRun &run : bundle.runs)
        json["runs"].push_back({{"name", run.name},
                                {"folder", run.folder.string()},
                                {"overall_status", run.overallStatus},
                                {"volumes", run.volumes}});
    return json;
}

/// The folders that were named, or those of them that somebody accepted.
Result<std::vector<fs::path>> chosenRuns(const BundleArguments &arguments)
{
    std::vector<fs::path> runs;
    for (const std::string &folder : arguments.runs) {
        if (arguments.acceptedOnly) {
            const Result<Review> review = readReview(folder);
            if (!review)
                return review.error();
            if (review->rating != Rating::Accepted)
                continue;
        }
        runs.emplace_back(folder);
    }
    return runs;
}

ExitCode codeOf(const Error &error)
{
    if (error.code == error_codes::kBundleCancelled)
        return ExitCode::Cancelled;
    if (error.code == error_codes::kVolumeChanged)
        return ExitCode::GateFailed;
    return error.code == mrb::error_codes::kCannotWrite ? ExitCode::NotWritten : ExitCode::Refused;
}

} // namespace

ExitCode runBundle(const BundleArguments &arguments)
{
    BundleOrder order = arguments.order;
    Result<std::vector<fs::path>> runs = chosenRuns(arguments);
    if (!runs)
        return refuse(Text::tr("bundle not written"), {runs.error()});
    order.runs = std::move(runs).value();
    order.target = arguments.output;
    order.environment = optionsForThisProcess().environment;
    PercentPrinter printer(Text::tr("bundling"), arguments.progress);
    const auto bundle = runCancellable([&order, &printer](const std::stop_token &stop) {
        return exportBundle(
            order,
            [&order](const fs::path &folder, const std::stop_token &asked) {
                return makeReport(folder, order.environment, asked);
            },
            stop, [&printer](std::uint64_t done, std::uint64_t all) { printer.show(done, all); });
    });
    printer.clear();
    if (!bundle)
        return refuse(
            Text::tr("cancelled"),
            {{error_codes::kBundleCancelled, Text::tr("Cancelled; nothing was written.")}},
            ExitCode::Cancelled);
    if (!*bundle)
        return refuse(Text::tr("bundle not written"), {bundle->error()}, codeOf(bundle->error()));
    const BundleExport &written = **bundle;
    for (const Error &warning : written.warnings)
        printNote(findingText(Text::tr("warning"), warning));
    printNote(Text::tr("wrote %1. Note its digest elsewhere, the SHA-256 of its SHA256SUMS: %2")
                  .arg(toQString(written.target), QString::fromStdString(written.sumsSha256)));
    return printDocument(writeJson(document(written))) ? ExitCode::Passed : ExitCode::NotWritten;
}

} // namespace mrb::backend
