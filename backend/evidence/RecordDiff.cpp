// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/RecordDiff.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/evidence/RecordedRun.h"
#include "backend/report/ReportGates.h"
#include "backend/report/RunSections.h"
#include "backend/report/SampleSections.h"

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr int kTextWidth = 120;

void add(RecordDiff &diff, DiffSection section, const RecordFacts &first, const RecordFacts &second)
{
    section.rows = besideEachOther(first, second);
    if (!section.rows.empty())
        diff.sections.push_back(std::move(section));
}

RecordFacts factsOf(const ReportSection &section)
{
    RecordFacts facts;
    for (const ReportRow &row : section.rows)
        facts.push_back({row.name, row.value});
    return facts;
}

void add(RecordDiff &diff, const ReportSection &first, const ReportSection &second)
{
    add(diff, {.title = first.title, .rows = {}, .key = first.key}, factsOf(first),
        factsOf(second));
}

RecordFacts gateFacts(const RecordedRun &run)
{
    RecordFacts facts;
    for (const ReportGate &gate : gatesOf(run.result()["gates"], run.summary.phantom))
        facts.push_back({gate.path, gate.passed ? Text::tr("passed")
                                                : Text::tr("failed: %1").arg(gate.observed)});
    return facts;
}

/// Of the volumes in RecordedRun::volumes, at the same places.
std::vector<JsonView> samplesOf(const RecordedRun &run)
{
    std::vector<JsonView> samples;
    const JsonView list = run.result()["output"]["samples"];
    for (std::size_t i = 0; i < list.size() && samples.size() < run.volumes.size(); ++i)
        if (!list[i]["image_path"].textOr(QString()).isEmpty())
            samples.push_back(list[i]);
    return samples;
}

/// By their keys, because either may lack some.
using Sections = std::vector<ReportSection>;

Sections sectionsOf(const RecordedRun &run, const ListedVolume *listed)
{
    if (!listed)
        return {};
    const std::vector<JsonView> samples = samplesOf(run);
    const auto place = static_cast<std::size_t>(listed - run.volumes.data());
    return place < samples.size() ? sampleSections(samples[place], {}) : Sections();
}

RecordFacts factsOf(const Sections &sections, const QString &key)
{
    const auto found = std::ranges::find(sections, key, &ReportSection::key);
    return found == sections.end() ? RecordFacts() : factsOf(*found);
}

void addNumbers(RecordDiff &diff, std::size_t volume, std::size_t volumes, const Sections &first,
                const Sections &second)
{
    QStringList keys;
    for (const Sections *sections : {&first, &second})
        for (const ReportSection &section : *sections)
            if (!keys.contains(section.key))
                keys << section.key;
    for (const QString &key : keys) {
        const Sections &named =
            std::ranges::find(first, key, &ReportSection::key) == first.end() ? second : first;
        QString title = std::ranges::find(named, key, &ReportSection::key)->title;
        if (volumes > 1)
            title = Text::tr("%1 – volume %2 of %3").arg(title).arg(volume + 1).arg(volumes);
        add(diff, {.title = title, .rows = {}, .key = key, .volume = volume}, factsOf(first, key),
            factsOf(second, key));
    }
}

QString titleOf(const RecordedRun &run)
{
    return tidyText(toQString(run.folder.filename()));
}

Json runJson(const RecordedRun &run)
{
    return {{"title", titleOf(run).toStdString()},
            {"run_id", tidyText(run.summary.runId).toStdString()},
            {"overall_status", tidyText(run.summary.overallStatus).toStdString()},
            {"result_sha256", run.resultSha256.empty() ? Json(nullptr) : Json(run.resultSha256)}};
}

Json sectionJson(const DiffSection &section)
{
    const auto value = [](const QString &text) {
        return text == kAbsentFact ? Json(nullptr) : Json(text.toStdString());
    };
    Json rows = Json::array();
    for (const DiffRow &row : section.rows)
        rows.push_back({{"name", row.name.toStdString()},
                        {"first", value(row.first)},
                        {"second", value(row.second)},
                        {"same", row.same}});
    return {{"key", section.key.toStdString()},
            {"title", section.title.toStdString()},
            {"volume", section.volume ? Json(*section.volume) : Json(nullptr)},
            {"rows", std::move(rows)}};
}

Json documentOf(const RecordDiff &diff, const RecordedRun &first, const RecordedRun &second)
{
    Json sections = Json::array();
    for (const DiffSection &section : diff.sections)
        sections.push_back(sectionJson(section));
    Json volumes = Json::array();
    for (const VolumeComparison &comparison : diff.volumes)
        volumes.push_back(comparisonJson(comparison));
    return {{"format", "mrbrain-record-diff"},
            {"format_version", 1},
            {"same", diff.same},
            {"first", runJson(first)},
            {"second", runJson(second)},
            {"sections", std::move(sections)},
            {"volumes", std::move(volumes)}};
}

bool isSame(const RecordedRun &first, const RecordedRun &second, const RecordDiff &diff)
{
    return std::ranges::all_of(besideEachOther(settingsFacts(first), settingsFacts(second)),
                               &DiffRow::same) &&
           std::ranges::all_of(diff.volumes, [](const VolumeComparison &comparison) {
               return comparison.verdict == ReproductionVerdict::BitIdentical;
           });
}

} // namespace

Result<RecordDiff> diffRecords(const fs::path &first, const fs::path &second, std::stop_token stop)
{
    const Result<RecordedRun> a = readRecordedRun(first);
    if (!a)
        return a.error();
    const Result<RecordedRun> b = readRecordedRun(second);
    if (!b)
        return b.error();
    RecordDiff diff;
    diff.firstTitle = titleOf(*a);
    diff.secondTitle = titleOf(*b);
    const auto addFacts = [&](const QString &title, const char *key, auto facts) {
        add(diff, {.title = title, .rows = {}, .key = QString::fromUtf8(key)}, facts(*a),
            facts(*b));
    };
    addFacts(Text::tr("Outcome"), "outcome", outcomeFacts);
    addFacts(Text::tr("Settings"), "settings", settingsFacts);
    addFacts(Text::tr("Identity"), "identity", identityFacts);
    addFacts(Text::tr("Environment"), "environment", environmentFacts);
    const std::vector<VolumePair> pairs = pairVolumes(a->volumes, b->volumes, Pairing::Nearest);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        Result<VolumeComparison> comparison = compareRecorded(pairs[i], {}, stop);
        if (!comparison)
            return comparison.error();
        diff.volumes.push_back(std::move(*comparison));
        addNumbers(diff, i, pairs.size(), sectionsOf(*a, pairs[i].first),
                   sectionsOf(*b, pairs[i].second));
    }
    addFacts(Text::tr("Gates"), "gates", gateFacts);
    add(diff, costSection(a->result()), costSection(b->result()));
    add(diff, phaseSection(a->result()), phaseSection(b->result()));
    diff.same = isSame(*a, *b, diff);
    diff.text = diffText(diff, kTextWidth);
    diff.document = writeJson(documentOf(diff, *a, *b));
    return diff;
}

} // namespace mrb::backend
