// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/cli/CancellableJob.h"
#include "backend/cli/EvidenceCommands.h"
#include "backend/evidence/OpenEvidence.h"
#include "backend/evidence/RecordDiff.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace {

constexpr int kWidest = 120;

/// What stdout has room for.
int widthOfOutput()
{
    winsize size = {};
    if (::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
        size.ws_col > 0)
        return std::min<int>(size.ws_col, kWidest);
    return kWidest;
}

/// Records have no option that names a run of a bundle: there would have to be one for each.
Error severalRuns(const OpenedEvidence &evidence)
{
    const QString given = toQString(evidence.given);
    return {error_codes::kNoEvidence,
            Text::tr("%1 holds %2 runs.").arg(given).arg(evidence.runs.size()),
            evidence.kind == EvidenceKind::BundleArchive
                ? Text::tr("Unpack it and name one of the folders in runs/, such as %1.")
                      .arg(QString::fromStdString(evidence.runs.front().name))
                : Text::tr("Name one of its folders, such as %1.")
                      .arg(toQString(evidence.runs.front().folder)),
            given};
}

Result<OpenedEvidence> openOne(const std::string &path, const std::stop_token &stop)
{
    Result<OpenedEvidence> evidence = openEvidence(path, {}, stop);
    if (evidence && evidence->runs.size() != 1)
        return severalRuns(*evidence);
    return evidence;
}

Result<RecordDiff> diffOf(const DiffArguments &arguments, const std::stop_token &stop)
{
    const Result<OpenedEvidence> first = openOne(arguments.first, stop);
    if (!first)
        return first.error();
    const Result<OpenedEvidence> second = openOne(arguments.second, stop);
    if (!second)
        return second.error();
    return diffRecords(first->runs.front().folder, second->runs.front().folder, stop);
}

} // namespace

ExitCode runDiff(const DiffArguments &arguments)
{
    const auto diff = runCancellable(
        [&arguments](const std::stop_token &stop) { return diffOf(arguments, stop); });
    if (!diff)
        return refuse(Text::tr("cancelled"),
                      {{error_codes::kBundleCancelled, Text::tr("Cancelled.")}},
                      ExitCode::Cancelled);
    if (!*diff)
        return refuse(Text::tr("records cannot be compared"), {diff->error()});
    const RecordDiff &found = **diff;
    const std::string text =
        arguments.json ? found.document : diffText(found, widthOfOutput()).toStdString();
    return printDocument(text) ? ExitCode::Passed : ExitCode::NotWritten;
}

} // namespace mrb::backend
