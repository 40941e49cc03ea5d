// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/SetupContext.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/environment/UpstreamRoot.h"
#include "backend/process/RunEnvironment.h"
#include "backend/setup/WeightsPlaces.h"

#include <algorithm>
#include <string_view>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostRequirements = std::size_t{1} << 20;

bool isThere(const fs::path &path)
{
    std::error_code failed;
    return fs::exists(path, failed) && !failed;
}

fs::path rootOf(const SetupContext &context)
{
    if (!context.options.root.empty())
        return context.resolved(context.options.root);
    const RootSearch search = findUpstreamRoot(
        {.chosen = {},
         .variable = environmentValue(context.options.environment, "NV_GENERATE_ROOT"),
         .home = context.home,
         .project = context.options.workingFolder},
        context.manifest.upstream);
    return search.root.value_or(
        resolvedPath(defaultCheckoutFolder(context.home, context.manifest.upstream.commit).string(),
                     context.home));
}

void lookAtCheckout(SetupContext &context, const std::stop_token &stop)
{
    const ManifestUpstream &upstream = context.manifest.upstream;
    context.rootIsCheckout =
        isThere(context.root / upstream.networkConfig) && !isThere(context.root / kPhantomMarker);
    if (!context.rootIsCheckout)
        return;
    context.identity = identifyCheckout(context.root, upstream.commit,
                                        {upstream.networkConfig, upstream.modelConfig,
                                         upstream.environmentConfig, upstream.modalityMapping},
                                        context.options.environment, stop);
    if (!context.identity.trusted)
        return;
    const auto text =
        readSmallFile(context.root / contract::file::kRequirements, kMostRequirements);
    const ManifestRequirements &needs = context.manifest.requirements;
    // Runs do without the hub's library; in the list, the interpreter is asked about it.
    context.requirements = parseRequirements(
        (text ? *text : std::string()) + "\n" + std::string(kHubLibrary) + "\n", needs);
    context.needsHub = context.options.weightsFolder.empty() &&
                       std::ranges::any_of(context.manifest.weights, [&](const auto &weight) {
                           return !isThere(context.root / weight.path);
                       });
}

/// A bare name is looked up in PATH, a path counts from the working folder.
fs::path pythonOption(const SetupContext &context)
{
    const std::string &given = context.options.python;
    return given.find('/') == std::string::npos ? fs::path(given)
                                                : context.options.workingFolder / given;
}

bool hasHub(const PythonFacts &facts)
{
    const auto hub = std::ranges::find(facts.packages, kHubLibrary, &PythonFacts::Package::name);
    return hub != facts.packages.end() && hub->found;
}

void probe(SetupContext &context, const std::stop_token &stop)
{
    if (!context.identity.trusted || context.python.empty() || !isThere(context.python))
        return;
    Result<PythonFacts> facts = probePython({.executable = context.python,
                                             .root = context.root,
                                             .environment = context.runEnvironment(),
                                             .requirements = context.requirements},
                                            stop);
    if (!facts) {
        context.pythonError = facts.error();
        return;
    }
    context.facts = std::move(*facts);
    // Weights that are there and wrong are downloaded, too. To know it takes time, which is only
    // spent when it decides something.
    if (!hasHub(*context.facts) && !context.needsHub && context.options.weightsFolder.empty())
        context.needsHub = !lookAtWeights(context, stop).allMatch;
}

/// Nothing was chosen and the checkout has no environment of its own: an interpreter that runs
/// would find and that has everything is as good as one that would be made.
bool takeWhatRunsFind(SetupContext &context, const std::stop_token &stop)
{
    const SetupOptions &options = context.options;
    std::error_code ignored;
    if (options.intoPython || !options.python.empty() || !options.venv.empty() ||
        fs::exists(fs::symlink_status(context.root / ".venv", ignored)))
        return false;
    const auto choice = choosePython({}, context.root, options.environment);
    if (!choice)
        return false;
    context.python = choice->executable;
    probe(context, stop);
    context.pythonError.reset();
    if (context.hasPackages()) {
        context.venv.clear();
        return true;
    }
    context.facts.reset();
    return false;
}

void lookAtPython(SetupContext &context, const std::stop_token &stop)
{
    const SetupOptions &options = context.options;
    if (options.intoPython && options.python.empty()) { // never the system's unless it is chosen
        context.pythonError = Error{
            error_codes::kPythonNotFound, Text::tr("No interpreter was chosen to install into."),
            Text::tr("Choose one with --python, or let a virtual environment be made."),
            QStringLiteral("python")};
        return;
    }
    if (options.intoPython) {
        const auto choice = choosePython(pythonOption(context), {}, options.environment);
        if (choice)
            context.python = choice->executable;
        else
            context.pythonError = choice.error();
        probe(context, stop);
        return;
    }
    // Not resolved: where a link leads is the business of who made it.
    context.venv = options.venv.empty() ? context.root / ".venv" : context.resolved(options.venv);
    if (takeWhatRunsFind(context, stop))
        return;
    context.python = context.venv / "bin" / "python";
    probe(context, stop);
}

} // namespace

EnvironmentPairs SetupContext::runEnvironment() const
{
    // The output folder only decides where caches would be; nothing is written there.
    return mrb::backend::runEnvironment(options.environment,
                                        {.root = root, .output = root / "output"});
}

bool SetupContext::hasPackages() const
{
    if (!facts || !judgePython(*facts, requirements, manifest.requirements).refusals.empty())
        return false;
    return !needsHub || hasHub(*facts);
}

fs::path SetupContext::resolved(const std::string &given) const
{
    const bool atHome = given.starts_with('~');
    return resolvedPath(atHome ? given : (options.workingFolder / given).string(), home);
}

Result<SetupContext> makeSetupContext(const SetupOptions &options, const std::stop_token &stop)
{
    SetupContext context;
    context.options = options;
    context.home = environmentValue(options.environment, "HOME").value_or("/");
    Result<Manifest> manifest = options.manifest
                                    ? readManifest(options.workingFolder / *options.manifest)
                                    : builtInManifest();
    if (!manifest)
        return manifest.error();
    context.manifest = std::move(*manifest);
    context.root = rootOf(context);
    lookAtCheckout(context, stop);
    lookAtPython(context, stop);
    return context;
}

} // namespace mrb::backend
