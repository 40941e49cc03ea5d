// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/WeightsStep.h"

#include "backend/base/InstallPaths.h"
#include "backend/base/Text.h"
#include "backend/setup/SetupEnvironment.h"
#include "backend/setup/StepWork.h"

#include <algorithm>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;
namespace codes = error_codes;

namespace {

constexpr double kMegabyte = 1e6;

QString megabytes(std::uint64_t bytes)
{
    return Text::tr("%1 MB").arg(static_cast<double>(bytes) / kMegabyte, 0, 'f', 1);
}

std::vector<fs::path> stagingFolders(const std::vector<WeightPlace> &places)
{
    std::vector<fs::path> folders;
    for (const WeightPlace &place : places)
        if (std::ranges::find(folders, place.staging) == folders.end())
            folders.push_back(place.staging);
    return folders;
}

/// Weights of the right content, which need no room any more.
std::uint64_t bytesThere(const WeightsInventory &inventory)
{
    std::uint64_t bytes = 0;
    for (const WeightFile &file : inventory.files)
        bytes += file.matches ? file.bytes : 0;
    return bytes;
}

QString explanation(const SetupContext &context)
{
    const ManifestModel &model = context.manifest.model;
    QString text = Text::tr("The trained networks, which this program pins by their SHA-256.");
    if (!model.license.empty())
        text += u' ' + Text::tr("They are under the %1: read it before you use them.")
                           .arg(QString::fromStdString(model.license));
    if (!model.weightsRepository.empty())
        text += u' ' + Text::tr("It is on the page of the model, %1.")
                           .arg(QString::fromStdString(model.weightsRepository));
    return text;
}

/// What the new file replaces.
QString replacedText(const WeightPlace &place)
{
    switch (place.former) {
    case FormerFile::Replaced:
        return Text::tr("a file that nobody can use, which is deleted");
    case FormerFile::SetAside:
        return Text::tr("another file, which is kept as %1.set-aside-N")
            .arg(toQString(place.target.filename()));
    case FormerFile::Nothing:
    case FormerFile::Kept: // then it is not started
        break;
    }
    return {};
}

/// What is wrong in the place of a weight, with what starting does about it in place of advice.
Error wrongFile(const WeightPlace &place)
{
    Error error = *place.found.error;
    if (place.former == FormerFile::Replaced)
        error.hint = Text::tr("Starting the step replaces it, once the right file is complete.");
    else if (place.former == FormerFile::SetAside)
        error.hint = Text::tr("Starting the step keeps it as %1.set-aside-N and puts the pinned "
                              "file in its place.")
                         .arg(toQString(place.target.filename()));
    return error;
}

/// False when nothing can be started while it is so.
bool judgePlaces(StepPlan &plan, const std::vector<WeightPlace> &places)
{
    bool mayStart = true;
    for (const WeightPlace &place : places) {
        if (place.former == FormerFile::Nothing)
            continue;
        plan.state = StepState::Wrong;
        plan.problems.push_back(wrongFile(place));
        mayStart &= place.former != FormerFile::Kept;
    }
    return mayStart;
}

void planWrites(StepPlan &plan, const std::vector<WeightPlace> &places)
{
    for (const WeightPlace &place : places)
        plan.writes.push_back({.path = place.target,
                               .what = Text::tr("%1 of %2 at revision %3")
                                           .arg(toQString(place.weight.path),
                                                QString::fromStdString(place.weight.repository),
                                                QString::fromStdString(place.weight.revision)),
                               .atMostBytes = {},
                               .replaced = replacedText(place)});
    for (const fs::path &folder : stagingFolders(places))
        plan.writes.push_back({.path = folder,
                               .what = Text::tr("what is not complete yet; taken away at the end"),
                               .atMostBytes = {},
                               .replaced = {}});
}

bool hasHubLibrary(const PythonFacts &facts)
{
    bool isKnown = false;
    for (const PythonFacts::Package &package : facts.packages) {
        if (package.name != "huggingface_hub" && package.name != "huggingface-hub")
            continue;
        if (package.found)
            return true;
        isKnown = true;
    }
    // Not asked for: the script says so if it is missing.
    return !isKnown;
}

/// From the hub: needs Python and its library.
bool planDownload(StepPlan &plan, const SetupContext &context,
                  const std::vector<WeightPlace> &places, std::uint64_t there)
{
    std::uint64_t staged = 0;
    for (const fs::path &folder : stagingFolders(places))
        staged += stagedBytes(folder);
    const std::uint64_t known = std::min(there + staged, kMostWeightBytes);
    plan.downloadBytes = kMostWeightBytes - known;
    plan.neededBytes = kMostWeightBytes - known;
    if (const auto unusable = nameIsNotText(context.root)) {
        plan.problems.push_back(*unusable);
        return false;
    }
    if (!context.facts || !hasHubLibrary(*context.facts)) {
        plan.state = plan.state == StepState::Wrong ? plan.state : StepState::Blocked;
        plan.problems.push_back(blockedBy(SetupStep::Packages));
        return false;
    }
    for (const WeightPlace &place : places)
        plan.commands.push_back(fetchCommand(context, place));
    return true;
}

/// From a folder of the user: needs neither.
bool planCopy(StepPlan &plan, const SetupContext &context, const std::vector<WeightPlace> &places)
{
    const fs::path folder = context.resolved(context.options.weightsFolder);
    std::error_code failed;
    if (!fs::is_directory(folder, failed)) {
        plan.problems.push_back(
            {codes::kWeightsFolderUnusable,
             Text::tr("%1 is not a folder that can be read.").arg(toQString(folder)),
             Text::tr("Choose the folder that holds the weights."), toQString(folder)});
        return false;
    }
    bool any = false;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::vector<fs::path> files = broughtFiles(folder, places[i].weight);
        if (files.empty()) {
            plan.problems.push_back(notBrought(folder, places[i]));
            continue;
        }
        any = true;
        plan.writes[i].what += Text::tr(", copied from %1").arg(toQString(files.front()));
        const std::uint64_t size = fs::file_size(files.front(), failed);
        plan.neededBytes += failed ? 0 : size;
    }
    return any;
}

} // namespace

Error notBrought(const fs::path &folder, const WeightPlace &place)
{
    return {codes::kWeightNotBrought,
            Text::tr("%1 does not hold %2.")
                .arg(toQString(folder), toQString(place.weight.path.filename())),
            Text::tr("Put it there, by itself, as %1, or as the cache of huggingface_hub keeps it "
                     "(models--…/snapshots/%2).")
                .arg(toQString(place.weight.path), QString::fromStdString(place.weight.revision)),
            toQString(place.weight.path)};
}

SetupCommand fetchCommand(const SetupContext &context, const WeightPlace &place)
{
    const auto text = [](const std::string &value) { return QString::fromStdString(value); };
    // Nothing of the user's own site-packages or variables gets between - unless pip put the
    // library there, as it does for an interpreter into whose own folder the user may not write.
    const auto isolation = context.venv.empty() ? QStringLiteral("-E") : QStringLiteral("-I");
    return {.purpose = Text::tr("Fetch %1").arg(toQString(place.weight.path)),
            .program = context.python,
            .arguments = {isolation, toQString(dataFile("setup/fetch_weights.py")),
                          QStringLiteral("--into"), toQString(place.staging),
                          QStringLiteral("--repo"), text(place.weight.repository),
                          QStringLiteral("--revision"), text(place.weight.revision),
                          QStringLiteral("--sha256"), text(place.weight.sha256),
                          QStringLiteral("--at-most"), QString::number(kMostWeightBytes),
                          QStringLiteral("--file"), toQString(place.weight.path)},
            .workingFolder = context.root,
            .environment = setupEnvironment(context.options.environment, SetupProgram::Weights)};
}

StepPlan planWeights(const SetupContext &context, const std::stop_token &stop)
{
    StepPlan plan;
    plan.title = Text::tr("Weights of the model");
    plan.explanation = explanation(context);
    const WeightsInventory inventory = lookAtWeights(context, stop);
    if (inventory.cacheError)
        plan.warnings.push_back(*inventory.cacheError);
    const std::uint64_t there = bytesThere(inventory);
    const std::vector<WeightPlace> places = weightsToGet(context, inventory);
    const auto missing = static_cast<int>(places.size());
    const auto all = static_cast<int>(inventory.files.size());
    plan.fact = Text::tr("%1 of %2 pinned files are there").arg(all - missing).arg(all);
    plan.fact += there > 0 ? Text::tr(" (%1).").arg(megabytes(there)) : QStringLiteral(".");
    if (inventory.allMatch && context.identity.trusted) {
        plan.state = StepState::Done;
        return plan;
    }
    plan.offline = offlineAdvice(context, places);
    if (!context.identity.trusted) {
        plan.state = StepState::Blocked;
        plan.problems = {blockedBy(SetupStep::Checkout)};
        return plan;
    }
    for (const fs::path &folder : stagingFolders(places)) {
        if (!hasStagedFiles(folder))
            continue;
        plan.state = StepState::Interrupted;
        plan.fact += u' ' + Text::tr("An earlier attempt left %1 in %2; the next one goes on with "
                                     "it.")
                                .arg(megabytes(stagedBytes(folder)), toQString(folder));
    }
    plan.mayStart = judgePlaces(plan, places);
    planWrites(plan, places);
    const bool hasSource = context.options.weightsFolder.empty()
                               ? planDownload(plan, context, places, there)
                               : planCopy(plan, context, places);
    const std::size_t problems = plan.problems.size();
    for (const fs::path &folder : stagingFolders(places))
        judgeRoom(plan, folder.parent_path());
    plan.mayStart &= hasSource && plan.problems.size() == problems;
    return plan;
}

std::unique_ptr<StepWork> weightsWork(const SetupContext &context)
{
    return makeWeightsWork(context);
}

} // namespace mrb::backend
