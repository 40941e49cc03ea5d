// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/cli/CancellableJob.h"
#include "backend/cli/EvidenceCommands.h"
#include "backend/cli/PercentPrinter.h"

#include <algorithm>

namespace mrb::backend {

namespace {

void printFindings(const VerifyReport &report)
{
    for (const EvidenceCheck &check : report.checks)
        if (!check.passed) {
            const QString run =
                check.run.empty() ? QString() : QString::fromStdString(check.run) + u' ';
            printNote(Text::tr("failed: %1%2: %3")
                          .arg(run, QString::fromStdString(check.name), check.reason));
        }
    for (const QString &note : report.notes)
        printNote(Text::tr("note: %1").arg(note));
    const auto failed =
        std::ranges::count_if(report.checks, [](const auto &check) { return !check.passed; });
    printNote(failed == 0 ? Text::tr("verified: all %1 checks passed").arg(report.checks.size())
                          : Text::tr("not verified: %1 of %2 checks failed")
                                .arg(failed)
                                .arg(report.checks.size()));
}

} // namespace

ExitCode runVerify(const VerifyArguments &arguments)
{
    VerifyOptions options;
    options.digest = arguments.digest;
    if (arguments.manifest)
        options.manifest = *arguments.manifest;
    PercentPrinter printer(Text::tr("verifying"), arguments.progress);
    const auto report = runCancellable([&](const std::stop_token &stop) {
        return verifyEvidence(
            arguments.path, options, stop,
            [&printer](std::uint64_t done, std::uint64_t all) { printer.show(done, all); });
    });
    printer.clear();
    if (!report || (!*report && report->error().code == error_codes::kBundleCancelled))
        return refuse(Text::tr("cancelled"),
                      {{error_codes::kBundleCancelled, Text::tr("Cancelled.")}},
                      ExitCode::Cancelled);
    if (!*report)
        return refuse(Text::tr("nothing verified"), {report->error()});
    printFindings(**report);
    if (!printDocument((*report)->document))
        return ExitCode::NotWritten;
    return (*report)->passed ? ExitCode::Passed : ExitCode::GateFailed;
}

} // namespace mrb::backend
