// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/evidence/RecordedRun.h"
#include "backend/volume/NiftiReader.h"
#include "backend/volume/VolumeErrors.h"

#include <algorithm>
#include <set>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

bool haveSeedsOfTheirOwn(const std::vector<ListedVolume> &volumes)
{
    std::set<std::int64_t> seeds;
    return std::ranges::all_of(volumes, [&seeds](const ListedVolume &listed) {
        return listed.volume.seed && seeds.insert(*listed.volume.seed).second;
    });
}

/// One side of a comparison by hash.
struct HashOfSide
{
    std::string sha256;
    QString problem = {}; ///< in a sentence; empty where the hash stands for the recorded volume
};

QString notRecorded(const QString &name)
{
    return Text::tr("%1 is not the volume that its record lists: it was changed.").arg(name);
}

/// The recorded hash; a file that is there must have it.
Result<HashOfSide> hashOfSide(const ListedVolume &listed, const std::stop_token &stop)
{
    HashOfSide side{.sha256 = listed.volume.sha256};
    if (listed.volume.path.empty()) {
        if (side.sha256.empty())
            side.problem = Text::tr("%1 is not there, and its record has no hash of it.")
                               .arg(tidyText(listed.recordedName));
        return side;
    }
    const volume::VolumeRecord record =
        volume::readNiftiFile(listed.volume.path, {.statistics = false}, stop).record;
    if (record.error && record.error->code == volume::error_codes::kCancelled)
        return Error{error_codes::kComparisonCancelled, Text::tr("Comparing was cancelled.")};
    const QString name = tidyText(listed.recordedName);
    if (side.sha256.empty())
        side.problem = Text::tr("The record has no hash of %1.").arg(name);
    else if (record.sha256 != side.sha256)
        side.problem = notRecorded(name);
    return side;
}

/// For volumes of which at least one was left out.
Result<VolumeComparison> compareByHash(const VolumePair &pair, VolumeComparison comparison,
                                       const std::stop_token &stop)
{
    for (const ListedVolume *listed : {pair.first, pair.second}) {
        const Result<HashOfSide> side = hashOfSide(*listed, stop);
        if (!side)
            return side.error();
        if (!side->problem.isEmpty()) {
            comparison.reason = side->problem;
            return comparison;
        }
    }
    comparison.sameBytes = comparison.firstSha256 == comparison.secondSha256;
    comparison.verdict =
        comparison.sameBytes ? ReproductionVerdict::BitIdentical : ReproductionVerdict::Different;
    comparison.reason =
        comparison.sameBytes
            ? Text::tr("A volume was left out of the evidence; its recorded hash is that of the "
                       "other one.")
            : Text::tr("A volume was left out of the evidence, and the recorded hashes differ. How "
                       "far apart the voxels are cannot be told: another compressor would be "
                       "enough for another hash.");
    return comparison;
}

} // namespace

std::vector<VolumePair> pairVolumes(const std::vector<ListedVolume> &first,
                                    const std::vector<ListedVolume> &second, Pairing pairing)
{
    std::vector<VolumePair> pairs;
    if (!haveSeedsOfTheirOwn(first) || !haveSeedsOfTheirOwn(second)) {
        for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i)
            pairs.push_back(
                {i < first.size() ? &first[i] : nullptr, i < second.size() ? &second[i] : nullptr});
        return pairs;
    }
    for (const ListedVolume &listed : first) {
        const auto found = std::ranges::find_if(second, [&listed](const ListedVolume &other) {
            return other.volume.seed == listed.volume.seed;
        });
        pairs.push_back({&listed, found == second.end() ? nullptr : &*found});
    }
    for (const ListedVolume &listed : second) {
        if (std::ranges::find(pairs, &listed, &VolumePair::second) != pairs.end())
            continue;
        const auto alone =
            pairing == Pairing::SameSeed
                ? pairs.end()
                : std::ranges::find_if(pairs, [](const VolumePair &pair) { return !pair.second; });
        if (alone == pairs.end())
            pairs.push_back({nullptr, &listed});
        else
            alone->second = &listed;
    }
    return pairs;
}

Result<VolumeComparison> compareRecorded(const VolumePair &pair,
                                         const ReproductionTolerance &tolerance,
                                         const std::stop_token &stop)
{
    VolumeComparison comparison;
    const auto place = [](const ListedVolume &listed) {
        return listed.volume.path.empty() ? fs::path(listed.recordedName.toStdString())
                                          : listed.volume.path;
    };
    if (pair.first) {
        comparison.first = place(*pair.first);
        comparison.firstSha256 = pair.first->volume.sha256;
        comparison.seed = pair.first->volume.seed;
    }
    if (pair.second) {
        comparison.second = place(*pair.second);
        comparison.secondSha256 = pair.second->volume.sha256;
        if (!pair.first)
            comparison.seed = pair.second->volume.seed;
        else if (comparison.seed != pair.second->volume.seed)
            comparison.seed.reset();
    }
    if (!pair.first || !pair.second) {
        comparison.reason = pair.first ? Text::tr("The second run has no such volume.")
                                       : Text::tr("The first run has no such volume.");
        return comparison;
    }
    if (pair.first->volume.path.empty() || pair.second->volume.path.empty())
        return compareByHash(pair, std::move(comparison), stop);
    Result<VolumeComparison> compared =
        compareVolumeFiles(pair.first->volume.path, pair.second->volume.path, tolerance, stop);
    if (!compared)
        return compared;
    compared->seed = comparison.seed;
    // The bytes that were compared are those that were hashed, so there is no moment in between.
    for (const auto &[listed, sha256] : {std::pair(pair.first, compared->firstSha256),
                                         std::pair(pair.second, compared->secondSha256)}) {
        const QString name = tidyText(listed->recordedName);
        if (!listed->volume.sha256.empty() && listed->volume.sha256 == sha256)
            continue;
        comparison.reason = listed->volume.sha256.empty()
                                ? Text::tr("The record has no hash of %1.").arg(name)
                                : notRecorded(name);
        return comparison;
    }
    return compared;
}

Json comparisonJson(const VolumeComparison &comparison)
{
    const auto orNull = [](const auto &value) { return value ? Json(*value) : Json(nullptr); };
    const auto hash = [](const std::string &sha256) {
        return sha256.empty() ? Json(nullptr) : Json(sha256);
    };
    const auto name = [](const fs::path &path) {
        return path.empty() ? Json(nullptr)
                            : Json(tidyText(toQString(path.filename())).toStdString());
    };
    Json json = {{"verdict", verdictId(comparison.verdict)},
                 {"reason", comparison.reason.toStdString()},
                 {"seed", orNull(comparison.seed)},
                 {"first", name(comparison.first)},
                 {"second", name(comparison.second)},
                 {"first_sha256", hash(comparison.firstSha256)},
                 {"second_sha256", hash(comparison.secondSha256)},
                 {"same_bytes", comparison.sameBytes}};
    const bool counted = comparison.voxels > 0;
    json["voxels"] = counted ? Json(comparison.voxels) : Json(nullptr);
    json["differing_voxels"] = counted ? Json(comparison.differingVoxels) : Json(nullptr);
    json["unmeasurable_voxels"] = counted ? Json(comparison.unmeasurableVoxels) : Json(nullptr);
    json["max_absolute_difference"] = orNull(comparison.maxAbsolute);
    json["mean_absolute_difference"] = orNull(comparison.meanAbsolute);
    json["maximum_at_voxel"] = orNull(comparison.maximumAt);
    json["maximum_at_ras_mm"] = orNull(comparison.maximumAtRasMm);
    return json;
}

} // namespace mrb::backend
