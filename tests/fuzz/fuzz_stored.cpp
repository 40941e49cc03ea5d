// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// A run's folder as anybody may have left it. Parts of the input: result.json, run.json,
// review.json, the staged model config, the end of the log.

#include "backend/base/JsonText.h"
#include "backend/library/LearnedCost.h"
#include "backend/library/RunSummary.h"
#include "backend/queue/QueueJson.h"
#include "backend/report/RunReport.h"
#include "backend/request/OverrideDocument.h"
#include "backend/request/StagedConfigs.h"
#include "tests/fuzz/FuzzSupport.h"

#include <algorithm>
#include <cmath>

using namespace mrb;
using namespace mrb::backend;
using fuzz::require;

namespace {

bool isInside(const std::filesystem::path &file, const std::filesystem::path &folder)
{
    return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first ==
           folder.end();
}

void checkSummary(const RunSummary &summary)
{
    require(summary.state != RunState::NoRun || summary.problem, "a run has a state or a problem");
    require(std::isfinite(summary.seconds) && summary.seconds >= 0, "the time is a time");
    for (const RunVolume &volume : summary.volumes)
        require(isInside(volume.path, summary.folder), "a volume is one of the run's own");
    if (summary.problem)
        fuzz::requireExplained(*summary.problem);
    runsAsCsv({summary});
    CostEstimate formula;
    formula.steps = 30;
    formula.wallSeconds = 10;
    const CostForecast forecast = forecastCost(formula, summary.phantom, {summary, summary});
    require(std::isfinite(forecast.seconds) && forecast.seconds >= 0, "a forecast is a time");
}

/// Qt drops a byte order mark where it decodes UTF-8, one at each reading.
bool beginsWithMark(const Review &review)
{
    const auto begins = [](const QString &text) { return text.startsWith(QChar::ByteOrderMark); };
    return begins(review.note) || std::any_of(review.tags.begin(), review.tags.end(), begins);
}

bool isOneLine(const QString &text)
{
    return std::none_of(text.begin(), text.end(),
                        [](QChar c) { return c.category() == QChar::Other_Control; });
}

void checkReport(const RunReport &report, const std::filesystem::path &folder)
{
    require(!report.verdict.isEmpty() && isOneLine(report.title), "a report has its head");
    require(!report.disclaimer.isEmpty(), "a report has its disclaimer");
    require(report.volume.empty() || isInside(report.volume, folder),
            "the volume is one of the run's own");
    for (const ReportSection &section : report.sections) {
        require(!section.title.isEmpty(), "a section has a title");
        for (const ReportRow &row : section.rows)
            require(!row.name.isEmpty(), "a row has a name");
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const fuzz::ScratchFolder folder;
    const auto parts = fuzz::partsOf(fuzz::textOf(data, size), 5);
    folder.put("result.json", parts[0]);
    folder.put("run.json", parts[1]);
    folder.put(kReviewFile, parts[2]);
    // A name that the commands of the seeds have.
    folder.put(std::filesystem::path(kStagedFolder) / "config_maisi_diff_model_rflow-mr-brain.json",
               parts[3]);
    folder.put("logs/stderr.log", parts[4]);
    static const bool hasVolume = (folder.put("brain.nii.gz", "no volume"), true);
    require(hasVolume, "a file that a result may name is there");

    if (const Result<RunSummary> summary = readRunSummary(folder.path()))
        checkSummary(*summary);
    else
        fuzz::requireExplained(summary.error());
    if (const Result<std::string> settings = settingsOfRun(folder.path()))
        require(parseOverrides(*settings, QString()).errors.empty(),
                "settings of a run are an override document");
    else
        fuzz::requireExplained(settings.error());
    if (const Result<RunReport> report = reportOfRun(folder.path()))
        checkReport(*report, folder.path());
    else
        fuzz::requireExplained(report.error());

    QueueEntry entry;
    entry.id = QStringLiteral("1");
    entry.state = EntryState::Running;
    entry.runFolder = folder.path();
    recoverEntry(entry);
    require(entry.state == EntryState::Ended || entry.state == EntryState::Interrupted,
            "an entry whose program is gone does not run");

    const Result<Review> review = readReview(folder.path());
    if (review && !beginsWithMark(*review) && writeReview(folder.path(), *review))
        require(readReview(folder.path()).value() == *review,
                "a review can be written and read again");
    return 0;
}
