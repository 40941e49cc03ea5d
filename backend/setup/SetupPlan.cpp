// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/SetupPlan.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/environment/DiskSpace.h"
#include "backend/environment/UpstreamRoot.h"
#include "backend/process/RunEnvironment.h"
#include "backend/setup/Credentials.h"
#include "backend/setup/StepWork.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// Runs with no option or setting would take this root, as far as can be said before it is there.
bool isRootFound(const SetupContext &context)
{
    const SetupOptions &options = context.options;
    const RootSearch search =
        findUpstreamRoot({.chosen = {},
                          .variable = environmentValue(options.environment, "NV_GENERATE_ROOT"),
                          .home = context.home,
                          .project = options.workingFolder},
                         context.manifest.upstream);
    return search.root
               ? *search.root == context.root
               : std::ranges::find(search.checkedRoots, context.root) != search.checkedRoots.end();
}

/// Runs with this root would take this interpreter.
bool isPythonFound(const SetupContext &context)
{
    if (!context.venv.empty() && context.venv == context.root / ".venv")
        return true;
    const auto choice = choosePython({}, context.root, context.options.environment);
    return choice && choice->executable == context.python;
}

} // namespace

std::string_view setupStepName(SetupStep step)
{
    switch (step) {
    case SetupStep::Checkout:
        return "checkout";
    case SetupStep::Packages:
        return "packages";
    case SetupStep::Weights:
        return "weights";
    case SetupStep::Check:
        return "check";
    }
    return {};
}

SetupOptions setupOptionsForThisProcess()
{
    SetupOptions options;
    options.environment = currentEnvironment();
    std::error_code ignored;
    options.workingFolder = fs::current_path(ignored);
    return options;
}

QString shellWord(const QString &word)
{
    const bool plain = !word.isEmpty() && std::ranges::all_of(word, [](QChar c) {
        return c.isLetterOrNumber() || QStringView(u"_@%+=:,./-").contains(c);
    });
    if (plain)
        return word;
    return u'\'' + QString(word).replace(QStringLiteral("'"), QStringLiteral("'\\''")) + u'\'';
}

QString SetupCommand::text() const
{
    QStringList words{shellWord(toQString(program))};
    for (const QString &argument : arguments)
        words << shellWord(withoutCredentials(argument));
    return words.join(u' ');
}

const StepPlan &SetupReport::at(SetupStep step) const
{
    Q_ASSERT(steps.size() == kSetupSteps.size());
    return steps[static_cast<std::size_t>(step)];
}

bool SetupReport::isComplete() const
{
    return steps.size() == kSetupSteps.size() && at(SetupStep::Checkout).state == StepState::Done &&
           at(SetupStep::Packages).state == StepState::Done &&
           at(SetupStep::Weights).state == StepState::Done;
}

SetupReport lookAtSetup(const SetupOptions &options, const std::stop_token &stop)
{
    SetupReport report;
    const Result<SetupContext> context = makeSetupContext(options, stop);
    if (!context) {
        report.error = context.error();
        return report;
    }
    report.root = context->root;
    report.python = context->python;
    report.rootFoundByDefault = isRootFound(*context);
    report.pythonFoundByDefault = isPythonFound(*context);
    report.steps.push_back(planCheckout(*context, stop));
    report.steps.push_back(planPackages(*context, stop));
    report.steps.push_back(planWeights(*context, stop));
    const bool othersAreDone = std::ranges::all_of(
        report.steps, [](const StepPlan &plan) { return plan.state == StepState::Done; });
    report.steps.push_back(planCheck(*context, othersAreDone, stop));
    for (std::size_t i = 0; i < report.steps.size(); ++i)
        report.steps[i].step = kSetupSteps[i];
    return report;
}

std::string smallRequest()
{
    // The smallest size that the model takes; with these voxels it spans a head of the training
    // data (T1 in axial planes: 240 x 240 x 174 mm).
    Json request;
    request[contract::model_config::kDim] = {64, 64, 64};
    request[contract::model_config::kSpacing] = {3.75, 3.75, 2.72};
    request[contract::model_config::kNumInferenceSteps] = 10;
    return writeJson(request);
}

Error blockedBy(SetupStep earlier)
{
    const QString message = earlier == SetupStep::Checkout ? Text::tr("The checkout comes first.")
                            : earlier == SetupStep::Packages
                                ? Text::tr("The Python packages come first.")
                                : Text::tr("The weights come first.");
    return {error_codes::kSetupBlocked, message, Text::tr("Do that step, then this one.")};
}

std::optional<Error> nameIsNotText(const fs::path &path)
{
    const QString text = toQString(path);
    if (text.toStdString() == path.string())
        return std::nullopt;
    return Error{error_codes::kPathNotUtf8, Text::tr("The name %1 is not UTF-8.").arg(text),
                 Text::tr("Choose a folder whose name, and those of the folders above it, are "
                          "UTF-8."),
                 text};
}

void judgeRoom(StepPlan &plan, const fs::path &folder)
{
    const auto space = diskSpaceFor(folder);
    if (!space) {
        plan.problems.push_back(space.error());
        return;
    }
    plan.freeBytes = space->freeBytes;
    const QString place = toQString(space->existingFolder);
    if (space->readOnlyFileSystem || !space->writable) {
        plan.problems.push_back(
            {space->readOnlyFileSystem ? error_codes::kOutputReadOnlyFileSystem
                                       : error_codes::kOutputNotWritable,
             Text::tr("Nothing can be written to %1.").arg(place),
             Text::tr("Choose a folder that you may write to, or change its permissions."),
             toQString(folder)});
        return;
    }
    if (space->freeBytes >= plan.neededBytes)
        return;
    constexpr double kGigabyte = 1e9;
    plan.warnings.push_back({error_codes::kDiskNearlyFull,
                             Text::tr("%1 has %2 GB free; up to %3 GB may be needed.")
                                 .arg(place)
                                 .arg(static_cast<double>(space->freeBytes) / kGigabyte, 0, 'f', 1)
                                 .arg(static_cast<double>(plan.neededBytes) / kGigabyte, 0, 'f', 1),
                             Text::tr("Free space, or choose a folder on another disk."),
                             toQString(folder)});
}

} // namespace mrb::backend
