// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/WeightsPlaces.h"

#include "backend/base/Text.h"
#include "backend/environment/HashCache.h"

#include <algorithm>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;
namespace codes = error_codes;

namespace {

constexpr const char *kStagingFolder = ".mrbrain-download";

FormerFile formerFile(const WeightFile &found)
{
    const ErrorCode code = found.error->code;
    if (code == codes::kWeightMissing)
        return FormerFile::Nothing;
    if (code == codes::kWeightEmpty || code == codes::kWeightIsHtml ||
        code == codes::kWeightIsLfsPointer || code == codes::kWeightTruncated)
        return FormerFile::Replaced;
    if (code == codes::kWeightMismatch || code == codes::kWeightNotACheckpoint)
        return FormerFile::SetAside;
    return FormerFile::Kept;
}

template <class Visit> void visitStaged(const fs::path &staging, const Visit &visit)
{
    std::error_code failed;
    for (fs::recursive_directory_iterator it(staging, failed), end; !failed && it != end;
         it.increment(failed)) {
        std::error_code ignored;
        if (it->is_regular_file(ignored))
            visit(*it);
    }
}

} // namespace

std::vector<ExpectedWeight> expectedWeights(const Manifest &manifest)
{
    std::vector<ExpectedWeight> expected;
    for (const ManifestWeight &weight : manifest.weights)
        expected.push_back({weight.path, weight.sha256, weight.repository, weight.revision});
    return expected;
}

WeightsInventory lookAtWeights(const SetupContext &context, const std::stop_token &stop)
{
    return takeInventory(context.root, expectedWeights(context.manifest),
                         {.cacheFile = defaultHashCacheFile(context.options.environment)}, stop);
}

std::vector<WeightPlace> weightsToGet(const SetupContext &context,
                                      const WeightsInventory &inventory)
{
    std::vector<WeightPlace> places;
    const std::vector<ExpectedWeight> expected = expectedWeights(context.manifest);
    Q_ASSERT(expected.size() == inventory.files.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const WeightFile &found = inventory.files[i];
        if (found.matches)
            continue;
        WeightPlace place;
        place.weight = expected[i];
        place.found = found;
        place.former = formerFile(found);
        place.target = context.root / place.weight.path;
        std::error_code failed;
        fs::path folder = fs::weakly_canonical(place.target.parent_path(), failed);
        if (failed)
            folder = place.target.parent_path();
        place.staging = folder / kStagingFolder;
        place.staged = place.staging / place.weight.path;
        places.push_back(std::move(place));
    }
    return places;
}

std::uint64_t stagedBytes(const fs::path &staging)
{
    std::uint64_t bytes = 0;
    visitStaged(staging, [&bytes](const fs::directory_entry &entry) {
        std::error_code failed;
        const std::uint64_t size = entry.file_size(failed);
        bytes += failed ? 0 : size;
    });
    return bytes;
}

bool hasStagedFiles(const fs::path &staging)
{
    bool any = false;
    visitStaged(staging, [&any](const fs::directory_entry &) { any = true; });
    return any;
}

std::vector<fs::path> broughtFiles(const fs::path &folder, const ExpectedWeight &weight)
{
    std::string cached = "models--" + weight.repository;
    if (const std::size_t slash = cached.find('/'); slash != std::string::npos)
        cached.replace(slash, 1, "--");
    const fs::path snapshot = fs::path(cached) / "snapshots" / weight.revision / weight.path;
    std::vector<fs::path> files;
    for (const fs::path &place :
         {weight.path, weight.path.filename(), snapshot, fs::path("hub") / snapshot}) {
        const fs::path file = folder / place;
        std::error_code failed;
        // A link counts as what it leads to; the cache is made of links.
        if (fs::is_regular_file(file, failed) && std::ranges::find(files, file) == files.end())
            files.push_back(file);
    }
    return files;
}

QStringList offlineAdvice(const SetupContext &context, const std::vector<WeightPlace> &places)
{
    QStringList lines;
    for (const WeightPlace &place : places) {
        lines << Text::tr("Bring %1 of the Hugging Face repository %2 at revision %3, and put it "
                          "at %4.")
                     .arg(toQString(place.weight.path),
                          QString::fromStdString(place.weight.repository),
                          QString::fromStdString(place.weight.revision), toQString(place.target));
        lines << Text::tr("Check it: echo '%1  %2' | sha256sum --check")
                     .arg(QString::fromStdString(place.weight.sha256), toQString(place.target));
    }
    if (!places.empty())
        lines << Text::tr(
            "Or bring the files in any folder and choose it as the folder of weights "
            "(--weights DIR); they are checked while they are copied. The cache folder of "
            "huggingface_hub of another machine will do, too.");
    if (!places.empty() && !context.manifest.model.weightsRepository.empty())
        lines << Text::tr("The page of the model: %1")
                     .arg(QString::fromStdString(context.manifest.model.weightsRepository));
    return lines;
}

} // namespace mrb::backend
