// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/environment/DiskSpace.h"
#include "backend/setup/BasePython.h"
#include "backend/setup/CudaAdvice.h"
#include "backend/setup/PipCommands.h"
#include "backend/setup/StepWork.h"
#include "backend/setup/VenvFolder.h"

#include <QRegularExpression>

#include <algorithm>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

// Estimates that leave room, for PyTorch with the CUDA libraries of its wheels and everything else.
constexpr std::uint64_t kDownloadBytes = 4'000'000'000;
constexpr std::uint64_t kInstalledBytes = 8'000'000'000;

constexpr std::size_t kMostRequirements = std::size_t{1} << 20;

using VenvState = VenvFolder::State;

/// What the step does, found out once for the plan and again when it is carried out.
struct PackagesPlan
{
    bool makesVenv = false;
    fs::path base; ///< when it does
    QString pythonVersion;
    std::vector<SetupCommand> commands;
    Errors problems;
    Errors warnings;
    QString fact;
    bool isInterrupted = false;
};

bool isUsable(const SetupContext &context)
{
    return context.facts && compareVersions(context.facts->versionText.toStdString(),
                                            context.manifest.requirements.pythonMinimum) >= 0;
}

Error foreignVenv(const SetupContext &context, const QString &what)
{
    return {error_codes::kRootIsSomethingElse, what,
            Text::tr("It stays as it is. Choose another folder with --venv, or move this one "
                     "away."),
            toQString(context.venv)};
}

/// Whether a virtual environment has to be made, and what stands in its way.
void planVenv(const SetupContext &context, PackagesPlan &plan, const std::stop_token &stop)
{
    const QString shown = toQString(context.venv);
    switch (VenvFolder(context.venv).state()) {
    case VenvState::NoVenv:
        plan.problems.push_back(foreignVenv(
            context, Text::tr("%1 is there and is no virtual environment.").arg(shown)));
        return;
    case VenvState::SomebodyElses:
        if (isUsable(context))
            return;
        plan.problems.push_back(foreignVenv(
            context,
            context.pythonError
                ? Text::tr("The virtual environment %1 does not work: %2")
                      .arg(shown, context.pythonError->message)
                : Text::tr("The virtual environment %1 has no usable Python.").arg(shown)));
        return;
    case VenvState::Ours:
        if (isUsable(context))
            return;
        // Slow is not broken: gigabytes are not thrown away because a disk was busy.
        if (context.pythonError && context.pythonError->code == error_codes::kPythonTimedOut) {
            plan.problems.push_back(*context.pythonError);
            return;
        }
        plan.fact = Text::tr("The Python of %1 no longer works; it is made anew.").arg(shown);
        break;
    case VenvState::HalfMade:
        plan.isInterrupted = true;
        plan.fact = Text::tr("An earlier attempt was interrupted while it made %1.").arg(shown);
        break;
    case VenvState::Nothing:
        plan.fact = Text::tr("%1 is not there yet.").arg(shown);
        break;
    }
    plan.makesVenv = true;
    const Result<BasePython> base = findBasePython(context, stop);
    if (!base) {
        plan.problems.push_back(base.error());
        return;
    }
    plan.base = base->executable;
    plan.pythonVersion = base->versionText();
}

void judgeSources(const SetupContext &context, PackagesPlan &plan)
{
    const SetupOptions &options = context.options;
    std::error_code ignored;
    if (options.wheelFolder.empty())
        return;
    const fs::path folder = context.resolved(options.wheelFolder);
    if (!fs::is_directory(folder, ignored))
        plan.problems.push_back(
            {mrb::error_codes::kCannotRead,
             Text::tr("The folder of packages %1 does not exist.").arg(toQString(folder)),
             Text::tr("Name the folder that you brought with --wheels."),
             QStringLiteral("--wheels")});
    if (!options.indexUrl.empty() || !options.torchIndexUrl.empty())
        plan.warnings.push_back(
            {error_codes::kSetupOptionUnused,
             Text::tr("Packages come from %1, so the index is not used.").arg(toQString(folder)),
             Text::tr("Leave one of them out."), QStringLiteral("--wheels")});
}

PackagesPlan lookAtPackages(const SetupContext &context, const std::stop_token &stop)
{
    PackagesPlan plan;
    const auto text =
        readSmallFile(context.root / contract::file::kRequirements, kMostRequirements);
    if (!text)
        plan.problems.push_back(text.error());
    if (context.options.intoPython) {
        if (context.pythonError)
            plan.problems.push_back(*context.pythonError);
        else if (const auto base = findBasePython(context, stop); !base)
            plan.problems.push_back(base.error());
    } else {
        planVenv(context, plan, stop);
    }
    judgeSources(context, plan);
    for (const fs::path &path : {context.root, context.venv})
        if (const auto unusable = nameIsNotText(path))
            plan.problems.push_back(*unusable);
    if (plan.problems.empty())
        plan.commands = PipCommands(context, *text).all(plan.base);
    return plan;
}

QString versionOf(const SetupContext &context, const PackagesPlan &plan)
{
    if (!plan.pythonVersion.isEmpty())
        return plan.pythonVersion;
    return context.facts ? context.facts->versionText.section(u'.', 0, 1)
                         : QString::fromStdString(context.manifest.requirements.pythonRecommended);
}

QStringList offlineAdvice(const SetupContext &context, const PackagesPlan &packages)
{
    return {Text::tr("On a machine of the same kind with a network: python%1 -m pip download -d "
                     "wheels -r requirements.txt %2")
                .arg(versionOf(context, packages), QString::fromUtf8(kHubLibrary)),
            Text::tr("Bring the folder wheels, and name it as the folder of packages (--wheels "
                     "FOLDER).")};
}

/// Where pip unpacks; small where it is memory.
void addTemporaryFiles(const SetupContext &context, StepPlan &plan)
{
    const fs::path folder =
        environmentValue(context.options.environment, "TMPDIR").value_or("/tmp");
    plan.writes.push_back({.path = folder,
                           .what = Text::tr("temporary files of pip, taken away at the end"),
                           .atMostBytes = kDownloadBytes,
                           .replaced = {}});
    const auto space = diskSpaceFor(folder);
    if (!space || space->freeBytes >= kDownloadBytes)
        return;
    constexpr double kGigabyte = 1e9;
    plan.warnings.push_back(
        {error_codes::kDiskNearlyFull,
         Text::tr("%1, where pip unpacks packages, has %2 GB free; up to %3 GB may be needed.")
             .arg(toQString(folder))
             .arg(static_cast<double>(space->freeBytes) / kGigabyte, 0, 'f', 1)
             .arg(static_cast<double>(kDownloadBytes) / kGigabyte, 0, 'f', 1),
         Text::tr("Set TMPDIR to a folder on a larger disk before you start this program."),
         QStringLiteral("TMPDIR")});
}

void addWrites(const SetupContext &context, const PackagesPlan &packages, StepPlan &plan)
{
    const bool isNew = packages.makesVenv;
    const fs::path target =
        context.venv.empty() ? context.python.parent_path().parent_path() : context.venv;
    plan.writes.push_back(
        {.path = target,
         .what = isNew ? Text::tr("a virtual environment with the packages")
                       : Text::tr("the packages, added to what is there"),
         .atMostBytes = kInstalledBytes,
         .replaced = packages.isInterrupted ? Text::tr("what the interrupted attempt left")
                     : isNew && VenvFolder(context.venv).state() == VenvState::Ours
                         ? Text::tr("the environment that an earlier set-up made")
                         : QString()});
    plan.neededBytes = kInstalledBytes;
    judgeRoom(plan, target);
    if (!context.options.wheelFolder.empty())
        return;
    plan.downloadBytes = kDownloadBytes;
    addTemporaryFiles(context, plan);
    const EnvironmentPairs &environment = context.options.environment;
    const fs::path caches = environmentValue(environment, "XDG_CACHE_HOME")
                                .value_or((context.home / ".cache").string());
    plan.writes.push_back(
        {.path = environmentValue(environment, "PIP_CACHE_DIR").value_or((caches / "pip").string()),
         .what = Text::tr("what pip downloads and keeps for the next time"),
         .atMostBytes = kDownloadBytes,
         .replaced = {}});
}

/// What is missing or wrong in an interpreter that answers; torch without CUDA gets its own advice.
void describeFacts(const SetupContext &context, StepPlan &plan, const std::stop_token &stop)
{
    const Findings findings =
        judgePython(*context.facts, context.requirements, context.manifest.requirements);
    plan.warnings.insert(plan.warnings.end(), findings.warnings.begin(), findings.warnings.end());
    if (!context.needsHub) // then nobody misses it
        std::erase_if(plan.warnings, [](const Error &warning) {
            return warning.field == QString::fromUtf8(kHubLibrary);
        });
    QStringList missing;
    for (Error refusal : findings.refusals) {
        if (refusal.code == error_codes::kPackageMissing) {
            missing << refusal.field;
            continue;
        }
        if (refusal.code == error_codes::kTorchWithoutCuda)
            refusal.hint = cudaAdvice(context.options.environment, stop);
        plan.state = StepState::Wrong;
        plan.problems.push_back(std::move(refusal));
    }
    if (!missing.isEmpty())
        plan.fact = Text::tr("%1 has no %2.")
                        .arg(toQString(context.python), missing.join(QStringLiteral(", ")));
    else if (plan.fact.isEmpty())
        plan.fact = plan.problems.empty()
                        ? Text::tr("%1 has no %2, which downloads the weights.")
                              .arg(toQString(context.python), QString::fromUtf8(kHubLibrary))
                        : plan.problems.front().message;
}

/// pip would find every requirement met and leave torch as it is.
bool wouldChangeNothing(const SetupContext &context, const StepPlan &plan)
{
    const SetupOptions &options = context.options;
    return !plan.problems.empty() && context.facts && options.torchIndexUrl.empty() &&
           options.indexUrl.empty() && options.wheelFolder.empty() &&
           std::ranges::all_of(plan.problems, [](const Error &problem) {
               return problem.code == error_codes::kTorchWithoutCuda;
           });
}

void planToInstall(const SetupContext &context, StepPlan &plan, const std::stop_token &stop)
{
    PackagesPlan packages = lookAtPackages(context, stop);
    plan.fact = packages.fact;
    plan.warnings = packages.warnings;
    plan.commands = std::move(packages.commands);
    plan.mayStart = packages.problems.empty();
    if (packages.isInterrupted)
        plan.state = StepState::Interrupted;
    if (!plan.mayStart) {
        plan.problems = packages.problems;
        const bool isInTheWay = std::ranges::any_of(plan.problems, [](const Error &problem) {
            return problem.code == error_codes::kRootIsSomethingElse;
        });
        if (isInTheWay)
            plan.state = StepState::Wrong;
    }
    if (context.facts && !packages.makesVenv)
        describeFacts(context, plan, stop);
    if (wouldChangeNothing(context, plan))
        plan.mayStart = false;
    const std::size_t known = plan.problems.size();
    addWrites(context, packages, plan);
    plan.mayStart = plan.mayStart && plan.problems.size() == known; // a place to write to
    plan.offline = offlineAdvice(context, packages);
}

void describeDone(const SetupContext &context, StepPlan &plan)
{
    const PythonFacts &facts = *context.facts;
    plan.state = StepState::Done;
    plan.fact = Text::tr("%1 is Python %2 with torch %3 for CUDA %4.")
                    .arg(toQString(context.python), facts.versionText,
                         QString::fromStdString(facts.torchVersion.value_or("?")),
                         QString::fromStdString(facts.torchCuda.value_or("?")));
    plan.warnings =
        judgePython(facts, context.requirements, context.manifest.requirements).warnings;
    std::erase_if(plan.warnings, [](const Error &warning) {
        return warning.field == QString::fromUtf8(kHubLibrary);
    });
}

class PackagesWork final : public StepWork
{
public:
    explicit PackagesWork(SetupContext context) : m_context(std::move(context)) {}

    Result<> prepare(const std::stop_token &stop) override
    {
        m_plan = lookAtPackages(m_context, stop);
        if (!m_plan.problems.empty())
            return m_plan.problems.front();
        return m_plan.makesVenv ? VenvFolder(m_context.venv).begin() : Result<>();
    }

    std::vector<SetupCommand> commands() const override { return m_plan.commands; }

    std::optional<SetupProgress> readLine(const LogLine &line) override
    {
        // "Progress 1048576 of 780438231", of --progress-bar raw.
        static const QRegularExpression raw(QStringLiteral(R"(^Progress (\d+) of (\d+)$)"));
        static const QRegularExpression activity(QStringLiteral(
            R"(^\s*(Collecting|Downloading|Using cached|Building wheel for|Installing collected packages:|Processing) ?(.{0,120}))"));
        if (const auto match = raw.match(line.text); match.hasMatch()) {
            m_progress.doneBytes = match.captured(1).toULongLong();
            m_progress.totalBytes = match.captured(2).toULongLong();
            if (m_progress.totalBytes > 0)
                m_progress.fraction = static_cast<double>(m_progress.doneBytes) /
                                      static_cast<double>(m_progress.totalBytes);
            return m_progress;
        }
        const auto match = activity.match(line.text);
        if (!match.hasMatch())
            return {};
        m_progress = {.text = match.captured(1) + u' ' + match.captured(2).section(u'/', -1)};
        return m_progress;
    }

    Result<> afterCommand(std::size_t index, const std::stop_token & /*stop*/) override
    {
        return m_plan.makesVenv && index + 1 == kCommandsForVenv
                   ? VenvFolder(m_context.venv).finish()
                   : Result<>();
    }

private:
    SetupContext m_context;
    PackagesPlan m_plan;
    SetupProgress m_progress;
};

} // namespace

StepPlan planPackages(const SetupContext &context, const std::stop_token &stop)
{
    StepPlan plan;
    plan.title = Text::tr("Python packages");
    plan.explanation = Text::tr("PyTorch, MONAI and what else the model's program imports, in an "
                                "environment of their own.");
    if (!context.identity.trusted) {
        // What an unknown checkout lists is not installed.
        plan.state = StepState::Blocked;
        plan.problems = {blockedBy(SetupStep::Checkout)};
        plan.offline = offlineAdvice(context, {}); // what to bring is asked before the first step
    } else if (context.hasPackages()) {
        describeDone(context, plan);
    } else {
        planToInstall(context, plan, stop);
    }
    return plan;
}

std::unique_ptr<StepWork> packagesWork(const SetupContext &context)
{
    return std::make_unique<PackagesWork>(context);
}

} // namespace mrb::backend
