// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/OpenEvidence.h"

#include "backend/base/Text.h"
#include "backend/library/RunLibrary.h"
#include "backend/run/RunFolder.h"

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

Error noEvidence(const fs::path &path, const QString &why)
{
    return {error_codes::kNoEvidence, Text::tr("%1 %2").arg(toQString(path), why),
            Text::tr("Name the folder of a run, a bundle, or the folder of an unpacked bundle."),
            toQString(path)};
}

/// The folders below runs/, as the names of the files tell.
std::vector<EvidenceRun> runsOf(const fs::path &root, const BundleContent &content)
{
    std::vector<EvidenceRun> runs;
    const std::string runsFolder = std::string(bundle_file::kRuns) + "/";
    for (const BundleEntry &entry : content.entries) {
        if (!entry.name.starts_with(runsFolder))
            continue;
        const std::size_t end = entry.name.find('/', runsFolder.size());
        if (end == std::string::npos)
            continue;
        std::string name = entry.name.substr(runsFolder.size(), end - runsFolder.size());
        if (runs.empty() || runs.back().name != name)
            runs.push_back({name, root / bundle_file::kRuns / name});
    }
    // Sorted by whole names, "a-b/" comes before "a/": the same folder is never in two places, but
    // the list is to be found by name.
    std::ranges::sort(runs, {}, &EvidenceRun::name);
    return runs;
}

Result<OpenedEvidence> openFolder(OpenedEvidence evidence, const BundleLimits &limits,
                                  const std::stop_token &stop, const BundleProgress &progress)
{
    evidence.root = evidence.given;
    std::error_code failed;
    if (!fs::exists(evidence.given / bundle_file::kIndex, failed)) {
        const auto run = runFolderOf(evidence.given);
        if (!run)
            return noEvidence(evidence.given, Text::tr("is neither a run's folder nor a bundle."));
        evidence.root = *run;
        evidence.runs = {{{}, *run}};
        return evidence;
    }
    evidence.kind = EvidenceKind::BundleFolder;
    Result<BundleContent> content = readBundleFolder(evidence.given, limits, stop, progress);
    if (!content)
        return content.error();
    evidence.content = std::move(content).value();
    return evidence;
}

Result<OpenedEvidence> openArchive(OpenedEvidence evidence, const BundleLimits &limits,
                                   const std::stop_token &stop, const BundleProgress &progress)
{
    evidence.kind = EvidenceKind::BundleArchive;
    evidence.scratch = std::make_shared<QTemporaryDir>();
    if (!evidence.scratch->isValid())
        return Error{mrb::error_codes::kCannotWrite,
                     Text::tr("No folder can be made to unpack the bundle: %1")
                         .arg(evidence.scratch->errorString()),
                     Text::tr("Set TMPDIR to a folder with room.")};
    evidence.root = evidence.scratch->path().toStdString();
    Result<BundleContent> content =
        extractBundle(evidence.given, evidence.root, limits, stop, progress);
    if (!content)
        return content.error();
    evidence.content = std::move(content).value();
    return evidence;
}

} // namespace

Result<OpenedEvidence> openEvidence(const fs::path &path, const BundleLimits &limits,
                                    std::stop_token stop, const BundleProgress &progress)
{
    OpenedEvidence evidence;
    evidence.given = path;
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (!fs::exists(status))
        return noEvidence(path, Text::tr("does not exist or cannot be read."));
    // A run may be named by its result or one of its volumes.
    if (!fs::is_directory(status)) {
        if (const auto run = runFolderOf(path)) {
            evidence.root = *run;
            evidence.runs = {{{}, *run}};
            return evidence;
        }
    }
    Result<OpenedEvidence> opened = fs::is_directory(status)
                                        ? openFolder(std::move(evidence), limits, stop, progress)
                                        : openArchive(std::move(evidence), limits, stop, progress);
    if (opened && opened->content) {
        opened->runs = runsOf(opened->root, *opened->content);
        if (opened->runs.empty())
            return noEvidence(path, Text::tr("holds no run."));
    }
    return opened;
}

Result<EvidenceRun> chooseRun(const OpenedEvidence &evidence, const std::string &name)
{
    QStringList names;
    for (const EvidenceRun &run : evidence.runs) {
        if (run.name == name || (name.empty() && evidence.runs.size() == 1))
            return run;
        names << QString::fromStdString(run.name);
    }
    return Error{
        error_codes::kNoEvidence,
        name.empty()
            ? Text::tr("%1 holds %2 runs.").arg(toQString(evidence.given)).arg(names.size())
            : Text::tr("%1 holds no run that is called %2.")
                  .arg(toQString(evidence.given), QString::fromStdString(name)),
        Text::tr("Say which one with --run: %1.").arg(names.join(QStringLiteral(", "))),
        QStringLiteral("--run")};
}

} // namespace mrb::backend
