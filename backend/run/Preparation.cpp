// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/Preparation.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/environment/HashCache.h"
#include "backend/request/StagedConfigs.h"
#include "backend/run/CheckoutSearch.h"
#include "backend/run/CheckoutTrust.h"
#include "backend/run/PhantomFiles.h"
#include "backend/run/RunFolder.h"

#include <QDateTime>

#include <algorithm>
#include <future>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// The JSON files of the checkout that a run is built from.
struct UpstreamConfigs
{
    Json model;
    Json environment;
    Json modalities;
};

/// Symbolic links resolved as far as the path exists; no trailing slash.
fs::path canonicalFolder(const fs::path &path)
{
    std::error_code failed;
    fs::path resolved = fs::weakly_canonical(path, failed);
    if (failed)
        resolved = path.lexically_normal();
    return resolved.has_filename() ? resolved : resolved.parent_path();
}

/// The virtual environment an interpreter belongs to, by the file that makes it one.
std::optional<fs::path> virtualEnvironmentOf(const fs::path &executable)
{
    std::error_code ignored;
    const fs::path folder = executable.parent_path().parent_path();
    return fs::exists(folder / "pyvenv.cfg", ignored) ? std::optional(folder) : std::nullopt;
}

class Preparer
{
public:
    Preparer(const GenerateOptions &options, PreparationDepth depth, std::stop_token stop)
        : m_depth(depth), m_stop(std::move(stop))
    {
        m_prep.options = options;
    }

    Preparation prepare()
    {
        if (!loadManifest())
            return finished(RefusalKind::Manifest);
        readRequest();
        if (!findRoot())
            return finished(RefusalKind::RootMissing);
        judgeIdentity(m_prep, m_depth, m_stop);
        resolve();
        chooseOutputFolder();
        stage();
        // A checkout that is not trusted gets no chance to run anything, its .venv included.
        const bool stranger = m_prep.refusal == RefusalKind::Identity;
        if (!stranger) {
            if (m_depth != PreparationDepth::DryRun)
                lookAtMachine();
            buildCommand();
        }
        judgeCost();
        return finished(m_prep.findings.refusals.empty() ? m_prep.refusal : RefusalKind::Preflight);
    }

private:
    bool isPhantom() const { return m_prep.options.engine == Engine::Phantom; }
    void refuse(Error error) { m_prep.findings.refusals.push_back(std::move(error)); }
    void refuse(const Errors &errors)
    {
        for (const Error &error : errors)
            refuse(error);
    }
    void warn(Error error) { m_prep.findings.warnings.push_back(std::move(error)); }

    Preparation finished(RefusalKind kind)
    {
        if (m_stop.stop_requested()) {
            m_prep.refusal = RefusalKind::Cancelled;
            m_prep.findings.refusals = {{error_codes::kCancelled, Text::tr("Cancelled.")}};
        } else if (m_prep.refusal == RefusalKind::None) {
            m_prep.refusal = kind;
        }
        return std::move(m_prep);
    }

    bool loadManifest();
    void readRequest();
    bool findRoot();
    std::optional<UpstreamConfigs> readConfigs();
    void lookForScript();
    void resolve();
    void chooseOutputFolder();
    void stage();
    void lookAtMachine();
    void judgeGpus();
    void judgeWeightsOfRun();
    void judgePythonOfRun(const Result<PythonFacts> &facts,
                          const std::vector<PythonRequirement> &requirements);
    std::vector<PythonRequirement> requirements() const;
    fs::path pythonOption() const;
    void buildCommand();
    void judgeCost();

    PreparationDepth m_depth;
    std::stop_token m_stop;
    Preparation m_prep;
    Json m_upstreamEnvironment;
    bool m_folderIsFree = false;
};

bool Preparer::loadManifest()
{
    const auto &chosen = m_prep.options.manifest;
    Result<Manifest> manifest =
        chosen ? readManifest(m_prep.options.workingFolder / *chosen) : builtInManifest();
    if (!manifest) {
        refuse(manifest.error());
        if (const auto own = builtInManifest()) // the refusal still names the skill
            m_prep.manifest.skill = own->skill;
        return false;
    }
    m_prep.manifest = std::move(manifest).value();
    if (isPhantom())
        m_prep.manifest.upstream = withPhantomFiles(std::move(m_prep.manifest.upstream));
    return true;
}

void Preparer::readRequest()
{
    if (m_prep.options.request == "default")
        return;
    const fs::path path = m_prep.options.workingFolder / m_prep.options.request;
    m_prep.requestPath = path.lexically_normal();
    Result<std::string> text = readSmallFile(*m_prep.requestPath, kMaxJsonBytes);
    if (!text) {
        refuse(text.error());
        return;
    }
    m_prep.requestText = std::move(text).value();
    OverrideParse parsed = parseOverrides(m_prep.requestText, toQString(*m_prep.requestPath));
    m_prep.overrides = std::move(parsed.overrides);
    refuse(parsed.errors);
}

bool Preparer::findRoot()
{
    if (isPhantom()) {
        m_prep.root = phantomFolder();
        warn({error_codes::kPhantomEngine,
              Text::tr("The phantom engine draws a head; nothing here is model output."),
              {},
              QStringLiteral("--engine")});
        return true;
    }
    m_prep.rootSearch = searchCheckout(m_prep.options, m_prep.manifest.upstream);
    if (m_prep.rootSearch.warning)
        warn(*m_prep.rootSearch.warning);
    if (m_prep.rootSearch.error)
        refuse(*m_prep.rootSearch.error);
    m_prep.root = m_prep.rootSearch.root.value_or(fs::path{});
    return m_prep.rootSearch.root.has_value();
}

std::optional<UpstreamConfigs> Preparer::readConfigs()
{
    const ManifestUpstream &upstream = m_prep.manifest.upstream;
    UpstreamConfigs configs;
    bool complete = true;
    const auto read = [&](const std::string &relative, Json &target) {
        Result<Json> json = readJsonFile(m_prep.root / relative);
        if (json) {
            target = std::move(json).value();
            return;
        }
        complete = false;
        refuse({error_codes::kUpstreamConfig, json.error().message,
                Text::tr("Restore the file from the pinned commit."),
                QString::fromStdString(relative)});
    };
    read(upstream.modelConfig, configs.model);
    read(upstream.environmentConfig, configs.environment);
    read(upstream.modalityMapping, configs.modalities);
    return complete ? std::optional(std::move(configs)) : std::nullopt;
}

/// Of a checkout that is accepted as it is; otherwise its identity says so already.
void Preparer::lookForScript()
{
    std::error_code ignored;
    const fs::path file = m_prep.manifest.upstream.entryScript();
    if (isPhantom() || m_prep.refusal == RefusalKind::Identity ||
        fs::is_regular_file(m_prep.root / file, ignored))
        return;
    const QString script = toQString(file);
    refuse({error_codes::kNeededFileMissing,
            Text::tr("%1 is missing from the checkout.").arg(script),
            Text::tr("Restore it with git checkout, or widen the sparse checkout."), script});
}

void Preparer::resolve()
{
    lookForScript();
    const std::optional<UpstreamConfigs> configs = readConfigs();
    if (!configs)
        return;
    m_upstreamEnvironment = configs->environment;
    if (isPhantom()) {
        adoptPhantomConfigs(m_prep.manifest, configs->model, configs->modalities);
        if (auto error = phantomCannotDraw(m_prep.options, m_prep.overrides, m_prep.manifest,
                                           configs->modalities))
            return refuse(std::move(*error));
    } else {
        refuse(checkWeightPaths(configs->environment, m_prep.manifest));
    }
    RequestResolution resolution =
        resolveRequest(m_prep.overrides,
                       {.modality = m_prep.options.modality,
                        .seed = m_prep.options.seed,
                        .numGpus = m_prep.options.numGpus},
                       configs->model, configs->modalities, m_prep.manifest);
    refuse(resolution.errors);
    if (!resolution.request)
        return;
    m_prep.request = std::move(resolution.request);
    for (const Error &advice : adviseOn(*m_prep.request, configs->model, m_prep.manifest))
        warn(advice);
    m_prep.cost =
        estimateCost(m_prep.request->dim, m_prep.request->steps, m_prep.manifest.model.version);
}

void Preparer::chooseOutputFolder()
{
    const fs::path &here = m_prep.options.workingFolder;
    if (m_prep.options.outputFolder && m_prep.options.outputFolder->empty()) {
        refuse({error_codes::kOutputFolderName, Text::tr("The name of the output folder is empty."),
                Text::tr("Name a folder with --output-dir, or leave the option out."),
                QStringLiteral("--output-dir")});
    } else if (m_prep.options.outputFolder) {
        m_prep.outputFolder = canonicalFolder(here / *m_prep.options.outputFolder);
    } else if (m_prep.request) {
        const std::string name =
            QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")).toStdString() +
            "_" + m_prep.request->modalityName + "_" + std::to_string(m_prep.request->seed);
        const fs::path parent = canonicalFolder(here / "mrbrain-runs");
        m_prep.outputFolder = parent / name;
        // Two runs of one second: the later one gets a name of its own.
        std::error_code ignored;
        for (int copy = 2; fs::exists(m_prep.outputFolder, ignored); ++copy)
            m_prep.outputFolder = parent / (name + "_" + std::to_string(copy));
    }
    if (m_prep.outputFolder.empty())
        return;
    if (auto error = checkOutputFolderName(m_prep.outputFolder))
        refuse(*error);
    else if (auto taken = checkFolderIsFree(m_prep.outputFolder))
        refuse(*taken);
    else
        m_folderIsFree = true;
}

void Preparer::stage()
{
    if (!m_prep.request || m_upstreamEnvironment.is_null())
        return;
    Result<Json> staged =
        stagedEnvironment(m_upstreamEnvironment, m_prep.manifest.upstream,
                          m_prep.outputFolder.string(), m_prep.request->outputPrefix);
    if (staged)
        m_prep.stagedEnvironment = std::move(staged).value();
    else
        refuse(staged.error());
}

std::vector<PythonRequirement> Preparer::requirements() const
{
    if (isPhantom())
        return {}; // the standard library is enough
    const auto text =
        readSmallFile(m_prep.root / contract::file::kRequirements, std::size_t{1} << 20);
    const ManifestRequirements &needs = m_prep.manifest.requirements;
    return text ? parseRequirements(*text, needs) : requiredPackages(needs);
}

/// A path counts from the run's working folder; a bare name is looked up in PATH.
fs::path Preparer::pythonOption() const
{
    const std::string option = m_prep.options.python.value_or("");
    return option.find('/') == std::string::npos ? fs::path(option)
                                                 : m_prep.options.workingFolder / option;
}

void Preparer::lookAtMachine()
{
    const EnvironmentPairs &environment = m_prep.options.environment;
    // Each of these waits for something else: a driver, an interpreter, a disk.
    auto gpus = std::async(std::launch::async, [&] {
        return isPhantom() ? GpuProbe{} : probeGpus(environment, std::chrono::seconds(5), m_stop);
    });
    auto weights = std::async(std::launch::async, [&] {
        std::vector<ExpectedWeight> expected;
        for (const ManifestWeight &weight : m_prep.manifest.weights)
            expected.push_back({weight.path, weight.sha256, weight.repository, weight.revision});
        return takeInventory(
            m_prep.root, expected,
            {.cacheFile = defaultHashCacheFile(environment), .rehash = m_prep.options.rehash},
            m_stop);
    });

    const Result<PythonChoice> choice = choosePython(pythonOption(), m_prep.root, environment);
    if (choice) {
        m_prep.pythonExecutable = choice->executable;
        const std::vector<PythonRequirement> needed = requirements();
        const EnvironmentPairs inRun =
            runEnvironment(environment, {.root = m_prep.root, .output = m_prep.outputFolder});
        auto imports = std::async(std::launch::async, [&] {
            return isPhantom() ? Result<ImportCheck>(ImportCheck{})
                               : checkImports(importQuestion(m_prep, inRun), m_stop);
        });
        const Result<PythonFacts> facts = probePython({.executable = choice->executable,
                                                       .root = m_prep.root,
                                                       .environment = inRun,
                                                       .requirements = needed},
                                                      m_stop);
        const Result<ImportCheck> imported = imports.get();
        judgePythonOfRun(facts, needed);
        judgeImports(m_prep, imported);
    } else {
        refuse(choice.error());
    }

    m_prep.gpuProbe = gpus.get();
    judgeGpus();
    m_prep.weights = weights.get();
    judgeWeightsOfRun();
    if (m_folderIsFree && m_prep.cost) {
        const auto space = diskSpaceFor(m_prep.outputFolder);
        if (space)
            m_prep.findings.add(
                judgeDiskSpace(*space, m_prep.cost->diskMb * m_prep.options.numGpus));
        else
            refuse(space.error());
    }
}

void Preparer::judgePythonOfRun(const Result<PythonFacts> &facts,
                                const std::vector<PythonRequirement> &requirements)
{
    if (!facts) {
        refuse(facts.error());
        return;
    }
    m_prep.python = *facts;
    if (!isPhantom())
        m_prep.findings.add(judgePython(*facts, requirements, m_prep.manifest.requirements));
}

void Preparer::judgeGpus()
{
    if (isPhantom()) {
        if (m_prep.options.numGpus != 1)
            refuse({error_codes::kPhantomGpus, Text::tr("The phantom engine uses no GPU."),
                    Text::tr("Leave out --num-gpus."), QStringLiteral("--num-gpus")});
        return;
    }
    if (m_prep.gpuProbe.error)
        (m_prep.gpuProbe.gpus.empty() ? m_prep.findings.refusals : m_prep.findings.warnings)
            .push_back(*m_prep.gpuProbe.error);
    const VisibleGpus visible = visibleGpus(
        m_prep.gpuProbe.gpus, environmentValue(m_prep.options.environment, "CUDA_VISIBLE_DEVICES"));
    m_prep.gpus = visible.gpus;
    m_prep.gpuSliceSelected = visible.sliceSelected;
    const auto wanted = static_cast<std::size_t>(std::max(m_prep.options.numGpus, 1));
    const bool enough = visible.sliceSelected || visible.gpus.size() >= wanted;
    if (visible.error)
        (enough ? m_prep.findings.warnings : m_prep.findings.refusals).push_back(*visible.error);
    const bool isExplained = visible.error && visible.gpus.empty();
    if (!enough && !isExplained && !m_prep.gpuProbe.gpus.empty()) {
        refuse({error_codes::kTooFewGpus,
                Text::tr("%1 GPUs are asked for, %2 can be used.")
                    .arg(wanted)
                    .arg(visible.gpus.size()),
                Text::tr("Lower --num-gpus, or check CUDA_VISIBLE_DEVICES."),
                QStringLiteral("--num-gpus")});
    }
    const std::optional<std::int64_t> smallest = smallestMemory(visible.gpus, wanted);
    if (smallest && m_prep.cost) {
        const double gigabytes = static_cast<double>(*smallest) / 1024.0;
        if (auto tight = adviseOnVram(*m_prep.cost, gigabytes))
            warn(*tight);
    }
}

void Preparer::judgeWeightsOfRun()
{
    if (isPhantom())
        return; // it has none, and the gates say so
    m_prep.findings.add(judgeWeights(m_prep.weights, m_prep.options.allowWeights));
}

void Preparer::buildCommand()
{
    if (!m_prep.request)
        return;
    if (m_prep.pythonExecutable.empty()) { // a dry run only names the interpreter
        const auto choice = choosePython(pythonOption(), m_prep.root, m_prep.options.environment);
        if (!choice) {
            if (m_depth == PreparationDepth::DryRun)
                refuse(choice.error());
            return;
        }
        m_prep.pythonExecutable = choice->executable;
    }
    m_prep.command = upstreamCommand(
        {.python = m_prep.pythonExecutable,
         .module = isPhantom() ? kPhantomModule : m_prep.manifest.upstream.entryModule(),
         .networkConfig = m_prep.manifest.upstream.networkConfig,
         .stagedEnvironment = m_prep.stagedEnvironmentPath(),
         .stagedModel = m_prep.stagedModelPath(),
         .numGpus = m_prep.options.numGpus});
    m_prep.environment =
        runEnvironment(m_prep.options.environment,
                       {.root = m_prep.root,
                        .output = m_prep.outputFolder,
                        .venv = m_prep.python ? m_prep.python->virtualEnv
                                              : virtualEnvironmentOf(m_prep.pythonExecutable)});
    // The phantom is a part of the installation: no run leaves compiled copies there that nobody
    // would remove. Not for upstream, whose environment is what the contract says.
    if (isPhantom())
        m_prep.environment.emplace_back("PYTHONDONTWRITEBYTECODE", "1");
}

void Preparer::judgeCost()
{
    // The phantom costs what drawing costs, whatever the formula for the model says.
    if (m_depth == PreparationDepth::DryRun || isPhantom() || !m_prep.cost ||
        m_prep.options.acceptCost || !needsConsent(*m_prep.cost) ||
        !m_prep.findings.refusals.empty())
        return;
    Error consent{error_codes::kCostNotAccepted,
                  Text::tr("This run is expected to take %1 s and %2 GB of GPU memory.")
                      .arg(m_prep.cost->wallSeconds, 0, 'f', 1)
                      .arg(m_prep.cost->peakVramGb, 0, 'f', 1),
                  Text::tr("Add --yes to accept that, or ask for a smaller volume or fewer steps."),
                  QStringLiteral("--yes")};
    if (m_depth == PreparationDepth::Preflight) { // it costs nothing yet
        warn(std::move(consent));
        return;
    }
    m_prep.refusal = RefusalKind::CostGate;
    refuse(std::move(consent));
}

} // namespace

fs::path Preparation::stagedModelPath() const
{
    return outputFolder / kStagedFolder / fs::path(manifest.upstream.modelConfig).filename();
}

fs::path Preparation::stagedEnvironmentPath() const
{
    return outputFolder / kStagedFolder / fs::path(manifest.upstream.environmentConfig).filename();
}

Preparation prepareRun(const GenerateOptions &options, PreparationDepth depth, std::stop_token stop)
{
    try {
        return Preparer(options, depth, std::move(stop)).prepare();
    } catch (const std::exception &failure) { // out of memory or threads, for instance
        Preparation failed;
        failed.options = options;
        failed.refusal = RefusalKind::Preflight;
        failed.findings.refusals = {
            {error_codes::kPreparationFailed,
             Text::tr("The run could not be prepared: %1.").arg(QString::fromUtf8(failure.what())),
             Text::tr("Free some memory and try again.")}};
        return failed;
    }
}

} // namespace mrb::backend
