// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/evidence/RecordDiff.h"
#include "backend/library/StoredRun.h"
#include "backend/report/JsonView.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mrb::backend {

// What a run's record says, to be put beside another one's. Inside evidence only.

/// The documents of a run, or of its copy in a bundle.
struct RecordedRun
{
    std::filesystem::path folder;
    StoredRun stored;
    RunSummary summary;
    Json staged = Json::object(); ///< values that upstream was given, where they are known
    std::vector<ListedVolume> volumes = {};
    std::string resultSha256 = {}; ///< of result.json as it is there; empty without one

    JsonView result() const { return JsonView(&stored.result.json); }
    JsonView journal() const { return JsonView(&stored.journal.json); }
    bool hasResult() const { return stored.result.isSound(); }
};

/// Blocks shortly; any thread. A folder without a run is an error.
Result<RecordedRun> readRecordedRun(const std::filesystem::path &folder);

/// A name and what the record says of it.
struct RecordFact
{
    QString name, value;
};
using RecordFacts = std::vector<RecordFact>;

/// How it ended, and when.
RecordFacts outcomeFacts(const RecordedRun &run);
/// What upstream was asked for; known of interrupted runs as well.
RecordFacts settingsFacts(const RecordedRun &run);
/// Engine, code, weights, program and manifest.
RecordFacts identityFacts(const RecordedRun &run);
/// System, Python, its packages, cold or warm start, driver and GPU.
RecordFacts environmentFacts(const RecordedRun &run);

/// Facts of one name beside each other, in the order of the first run.
std::vector<DiffRow> besideEachOther(const RecordFacts &first, const RecordFacts &second);

/// Two listed volumes that were drawn from one seed, or that are at one place of lists which name
/// no seeds. Either may be null. They point into the lists.
struct VolumePair
{
    const ListedVolume *first = nullptr;
    const ListedVolume *second = nullptr;
};
enum class Pairing {
    SameSeed, ///< what has no partner stays alone
    Nearest,  ///< what has none is put beside what is left of the other run, in order
};
std::vector<VolumePair> pairVolumes(const std::vector<ListedVolume> &first,
                                    const std::vector<ListedVolume> &second, Pairing pairing);

/// As compareVolumeFiles(), for volumes that must be the recorded ones; where a file was left out,
/// its recorded hash stands for it.
Result<VolumeComparison> compareRecorded(const VolumePair &pair,
                                         const ReproductionTolerance &tolerance,
                                         const std::stop_token &stop);

/// As both documents about comparisons have it; files by their names.
Json comparisonJson(const VolumeComparison &comparison);

} // namespace mrb::backend
