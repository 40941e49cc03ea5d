// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/Reproduction.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/evidence/RecordedRun.h"
#include "backend/report/ReportFormat.h"

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

std::vector<EnvironmentDifference> differencesOf(const RecordFacts &first,
                                                 const RecordFacts &second)
{
    std::vector<EnvironmentDifference> differences;
    for (DiffRow &row : besideEachOther(first, second))
        if (!row.same)
            differences.push_back(
                {std::move(row.name), std::move(row.first), std::move(row.second)});
    return differences;
}

std::vector<EnvironmentDifference> surroundings(const RecordedRun &original,
                                                const RecordedRun &again)
{
    std::vector<EnvironmentDifference> all =
        differencesOf(identityFacts(original), identityFacts(again));
    std::ranges::move(differencesOf(environmentFacts(original), environmentFacts(again)),
                      std::back_inserter(all));
    return all;
}

/// What a record does not say is no difference.
std::vector<EnvironmentDifference> otherRequest(const RecordedRun &original,
                                                const RecordedRun &again)
{
    std::vector<EnvironmentDifference> all =
        differencesOf(settingsFacts(original), settingsFacts(again));
    std::erase_if(all, [](const EnvironmentDifference &difference) {
        return difference.first == kAbsentFact || difference.second == kAbsentFact;
    });
    return all;
}

QString textOf(const Reproduction &reproduction)
{
    QStringList sentences;
    if (reproduction.volumes.empty()) {
        sentences << Text::tr("Neither run has a volume, so there is nothing to compare.");
    } else if (reproduction.volumes.size() == 1) {
        sentences << Text::tr("%1. %2").arg(verdictName(reproduction.verdict),
                                            reproduction.volumes.front().reason);
    } else {
        const auto worst = std::ranges::find(reproduction.volumes, reproduction.verdict,
                                             &VolumeComparison::verdict);
        const auto place = worst - reproduction.volumes.begin();
        sentences << Text::tr("%1. Volume %2 of %3: %4")
                         .arg(verdictName(reproduction.verdict))
                         .arg(place + 1)
                         .arg(reproduction.volumes.size())
                         .arg(worst->reason);
    }
    if (!reproduction.request.empty()) {
        QStringList names;
        for (const EnvironmentDifference &difference : reproduction.request)
            names << difference.name;
        sentences << Text::tr("The runs were not asked for the same: %1.")
                         .arg(names.join(QStringLiteral(", ")));
    }
    if (reproduction.verdict != ReproductionVerdict::BitIdentical &&
        !reproduction.environment.empty()) {
        QStringList names;
        for (const EnvironmentDifference &difference : reproduction.environment)
            names << difference.name;
        sentences << Text::tr("What may explain it: %1.").arg(names.join(QStringLiteral(", ")));
    }
    return sentences.join(u' ');
}

/// Named by what identifies it anywhere, never by where it is.
Json runJson(const RecordedRun &run)
{
    Json volumes = Json::array();
    for (const ListedVolume &listed : run.volumes) {
        const RunVolume &volume = listed.volume;
        volumes.push_back(
            {{"name", tidyText(listed.recordedName).toStdString()},
             {"seed", volume.seed ? Json(*volume.seed) : Json(nullptr)},
             {"sha256", volume.sha256.empty() ? Json(nullptr) : Json(volume.sha256)}});
    }
    return {{"run_id", tidyText(run.summary.runId).toStdString()},
            {"engine", run.summary.phantom ? "phantom" : "upstream"},
            {"overall_status", tidyText(run.summary.overallStatus).toStdString()},
            {"exit_code", run.summary.exitCode},
            {"result_sha256", run.resultSha256},
            {"volumes", std::move(volumes)}};
}

Json differencesJson(const std::vector<EnvironmentDifference> &differences)
{
    const auto value = [](const QString &text) {
        return text == kAbsentFact ? Json(nullptr) : Json(text.toStdString());
    };
    Json list = Json::array();
    for (const EnvironmentDifference &difference : differences)
        list.push_back({{"name", difference.name.toStdString()},
                        {"original", value(difference.first)},
                        {"again", value(difference.second)}});
    return list;
}

Json documentOf(const Reproduction &reproduction, const RecordedRun &original,
                const RecordedRun &again, const ReproductionTolerance &tolerance)
{
    Json volumes = Json::array();
    for (const VolumeComparison &comparison : reproduction.volumes)
        volumes.push_back(comparisonJson(comparison));
    return {{"format", "mrbrain-reproduction"},
            {"format_version", 1},
            {"software", {{"name", "MR Brain Studio"}, {"version", kVersion}}},
            {"verdict", verdictId(reproduction.verdict)},
            {"text", reproduction.text.toStdString()},
            {"tolerance",
             {{"max_absolute_difference", tolerance.maxAbsolute},
              {"mean_absolute_difference", tolerance.meanAbsolute}}},
            {"original", runJson(original)},
            {"again", runJson(again)},
            {"volumes", std::move(volumes)},
            {"request_differences", differencesJson(reproduction.request)},
            {"environment_differences", differencesJson(reproduction.environment)}};
}

Error nothingToCompare(const fs::path &folder)
{
    return {error_codes::kNothingToCompare,
            Text::tr("The run in %1 left no result that can be read.").arg(toQString(folder)),
            Text::tr("Only runs that ended can be compared."), toQString(folder)};
}

/// A run agrees with a copy of itself, which proves nothing.
Error sameRun(const fs::path &folder)
{
    return {error_codes::kNothingToCompare,
            Text::tr("%1 is a copy of the run that it is compared with.").arg(toQString(folder)),
            Text::tr("Make the run again, then compare."), toQString(folder)};
}

Result<RecordedRun> readEndedRun(const fs::path &folder)
{
    Result<RecordedRun> run = readRecordedRun(folder);
    if (run && !run->hasResult())
        return nothingToCompare(folder);
    return run;
}

} // namespace

Result<Reproduction> judgeReproduction(const fs::path &original, const fs::path &again,
                                       const ReproductionTolerance &tolerance, std::stop_token stop)
{
    const Result<RecordedRun> first = readEndedRun(original);
    if (!first)
        return first.error();
    const Result<RecordedRun> second = readEndedRun(again);
    if (!second)
        return second.error();
    if (!first->summary.runId.isEmpty() && first->summary.runId == second->summary.runId)
        return sameRun(again);
    Reproduction reproduction;
    reproduction.original = original;
    reproduction.again = again;
    for (const VolumePair &pair : pairVolumes(first->volumes, second->volumes, Pairing::SameSeed)) {
        Result<VolumeComparison> comparison = compareRecorded(pair, tolerance, stop);
        if (!comparison)
            return comparison.error();
        reproduction.volumes.push_back(std::move(*comparison));
    }
    if (!reproduction.volumes.empty())
        reproduction.verdict =
            std::ranges::max_element(reproduction.volumes, {}, &VolumeComparison::verdict)->verdict;
    reproduction.environment = surroundings(*first, *second);
    reproduction.request = otherRequest(*first, *second);
    reproduction.text = textOf(reproduction);
    reproduction.document = writeJson(documentOf(reproduction, *first, *second, tolerance));
    if (stop.stop_requested())
        return Error{error_codes::kComparisonCancelled, Text::tr("Comparing was cancelled.")};
    const Result<> written =
        writeFileAtomically(second->folder / kReproductionFile, reproduction.document);
    if (!written)
        return written.error();
    return reproduction;
}

} // namespace mrb::backend
