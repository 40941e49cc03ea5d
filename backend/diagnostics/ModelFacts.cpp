// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// What a run of the model needs: checkout, Python, weights.
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/diagnostics/Sections.h"
#include "backend/environment/CheckoutIdentity.h"
#include "backend/environment/HashCache.h"
#include "backend/environment/PythonProbe.h"
#include "backend/run/CheckoutSearch.h"
#include "backend/run/Preparation.h" // with the environment of a run

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

/// pip's own name; the checkout is not trusted to have it.
constexpr const char *kRequirementsFile = "requirements.txt";

QString yesNo(bool value)
{
    return value ? QStringLiteral("yes") : QStringLiteral("no");
}

QString textOf(const std::string &text)
{
    return QString::fromStdString(text);
}

QString linesOf(const Errors &errors)
{
    QStringList lines;
    for (const Error &error : errors)
        lines += factText(error).replace(u'\n', u' ');
    return lines.isEmpty() ? QStringLiteral("none") : lines.join(u'\n');
}

/// Where the checkout says that it comes from. git only reads a file for this.
QString remotesOf(const fs::path &root, const EnvironmentPairs &parent, const std::stop_token &stop)
{
    EnvironmentPairs environment = {{"LC_ALL", "C"},
                                    {"GIT_CEILING_DIRECTORIES", root.parent_path().string()}};
    for (const char *name : {"PATH", "HOME", "XDG_CONFIG_HOME"})
        if (const auto value = environmentValue(parent, name))
            environment.emplace_back(name, *value);
    const auto answer = runShortCommand({.program = "git",
                                         .arguments = {"-C", root.string(), "config", "--local",
                                                       "--get-regexp", "^remote\\..*\\.url$"},
                                         .environment = std::move(environment),
                                         .workingFolder = "/",
                                         .timeLimit = std::chrono::seconds(5),
                                         .maxOutputBytes = std::size_t{1} << 16},
                                        stop);
    if (!answer)
        return factText(answer.error());
    const QString text = textOf(answer->out).trimmed();
    return text.isEmpty() ? QStringLiteral("none") : text;
}

FactSection checkoutFacts(const RootSearch &search, const CheckoutIdentity &identity,
                          const QString &remotes)
{
    FactSection section{QStringLiteral("checkout")};
    QStringList tried;
    for (const fs::path &candidate : search.checkedRoots)
        tried += toQString(candidate);
    section.add(QStringLiteral("looked in"), tried.join(u'\n'));
    section.add(QStringLiteral("folder"),
                search.root ? toQString(*search.root) : QStringLiteral("none found"));
    for (const std::optional<Error> &finding : {search.error, search.warning})
        if (finding)
            section.add(QStringLiteral("problem"), factText(*finding));
    if (!search.root)
        return section;
    section.add(QStringLiteral("commit"),
                identity.commit.empty() ? QStringLiteral("not known") : textOf(identity.commit));
    section.add(QStringLiteral("expected commit"), textOf(identity.expectedCommit));
    section.add(QStringLiteral("commit matches"), yesNo(identity.commitMatch));
    section.add(QStringLiteral("tracked files clean"), yesNo(identity.trackedFilesClean));
    section.add(QStringLiteral("trusted"), yesNo(identity.trusted));
    section.add(QStringLiteral("reasons against it"), linesOf(identity.reasons));
    section.add(QStringLiteral("remotes"), remotes);
    return section;
}

QString sourceText(PythonSource source)
{
    switch (source) {
    case PythonSource::Option:
        return QStringLiteral("option or setting");
    case PythonSource::CheckoutVenv:
        return QStringLiteral(".venv of the checkout");
    case PythonSource::ActiveVenv:
        return QStringLiteral("VIRTUAL_ENV");
    case PythonSource::SearchPath:
        break;
    }
    return QStringLiteral("PATH");
}

/// As for a run: nothing of a stranger's checkout is started, not even to be asked.
bool mayBeAsked(const PythonChoice &choice, const fs::path &root, bool trusted)
{
    if (trusted || root.empty())
        return true;
    std::error_code ignored;
    const fs::path folder = choice.executable.parent_path();
    for (const fs::path &place : {folder, fs::weakly_canonical(folder, ignored)})
        if (std::ranges::mismatch(root, place).in1 == root.end())
            return false;
    return choice.source != PythonSource::CheckoutVenv;
}

void addPackages(FactSection &section, const PythonFacts &facts)
{
    for (const PythonFacts::Package &package : facts.packages) {
        QString value = !package.found            ? QStringLiteral("missing")
                        : package.version.empty() ? QStringLiteral("version not known")
                                                  : textOf(package.version);
        if (package.found && package.name == "torch")
            value += facts.torchCuda
                         ? QStringLiteral(", built for CUDA ") + textOf(*facts.torchCuda)
                         : QStringLiteral(", built without CUDA");
        if (!package.location.empty())
            value += QStringLiteral(", ") + toQString(package.location);
        section.add(textOf(package.name), value);
    }
}

FactSection pythonFacts(const GenerateOptions &options, const ManifestRequirements &needs,
                        const fs::path &root, bool trusted, std::stop_token stop)
{
    FactSection section{QStringLiteral("Python")};
    fs::path option = options.python.value_or("");
    if (option.native().find('/') != std::string::npos)
        option = options.workingFolder / option;
    const Result<PythonChoice> choice = choosePython(option, root, options.environment);
    if (!choice) {
        section.add(QStringLiteral("problem"), factText(choice.error()));
        return section;
    }
    section.add(QStringLiteral("program"), toQString(choice->executable));
    section.add(QStringLiteral("chosen by"), sourceText(choice->source));
    if (!mayBeAsked(*choice, root, trusted)) {
        section.add(QStringLiteral("version"),
                    QStringLiteral("not asked, because the checkout is not trusted"));
        return section;
    }
    const Result<std::string> text =
        root.empty() ? Result<std::string>(std::string())
                     : readSmallFile(root / kRequirementsFile, std::size_t{1} << 20);
    const std::vector<PythonRequirement> needed =
        text && !text->empty() ? parseRequirements(*text, needs) : requiredPackages(needs);
    const Result<PythonFacts> facts =
        probePython({.executable = choice->executable,
                     .root = root,
                     .environment = runEnvironment(options.environment,
                                                   {.root = root, .output = options.workingFolder}),
                     .requirements = needed},
                    std::move(stop));
    if (!facts) {
        section.add(QStringLiteral("problem"), factText(facts.error()));
        return section;
    }
    section.add(QStringLiteral("version"), facts->versionText);
    section.add(QStringLiteral("virtual environment"),
                facts->virtualEnv ? toQString(*facts->virtualEnv) : QStringLiteral("none"));
    addPackages(section, *facts);
    const Findings findings = judgePython(*facts, needed, needs);
    section.add(QStringLiteral("refused for"), linesOf(findings.refusals));
    section.add(QStringLiteral("warnings"), linesOf(findings.warnings));
    return section;
}

QString weightText(const fs::path &file, const ManifestWeight &weight, const HashCache &cache)
{
    struct stat info = {};
    if (::stat(file.c_str(), &info) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? QStringLiteral("missing")
                   : QStringLiteral("cannot be looked at: ") + systemErrorText(errno);
    if (!S_ISREG(info.st_mode))
        return QStringLiteral("not a regular file");
    const QString size = bytesText(static_cast<double>(info.st_size));
    const auto known = cache.find(file, FileIdentity::of(info));
    if (!known)
        return size + QStringLiteral(", not hashed yet");
    return QStringLiteral("%1, sha256 %2, %3")
        .arg(size, textOf(*known),
             *known == weight.sha256 ? QStringLiteral("the pinned one")
                                     : QStringLiteral("not the pinned one"));
}

FactSection weightFacts(const fs::path &root, const Manifest &manifest,
                        const EnvironmentPairs &environment)
{
    FactSection section{QStringLiteral("weights")};
    if (root.empty()) {
        section.add(QStringLiteral("files"), QStringLiteral("not looked for without a checkout"));
        return section;
    }
    const HashCache cache = HashCache::load(defaultHashCacheFile(environment));
    for (const ManifestWeight &weight : manifest.weights)
        section.add(textOf(weight.path), weightText(root / weight.path, weight, cache));
    return section;
}

FactSection labelled(FactSection section, const fs::path &root)
{
    for (Fact &fact : section.facts)
        fact.value = withLabels(fact.value, {{root, QStringLiteral("<upstream>")}});
    return section;
}

} // namespace

std::vector<FactSection> modelFacts(const GenerateOptions &options, const Manifest &manifest,
                                    std::stop_token stop)
{
    const RootSearch search = searchCheckout(options, manifest.upstream);
    const fs::path root = search.root.value_or(fs::path());
    CheckoutIdentity identity;
    QString remotes;
    if (search.root) {
        const ManifestUpstream &upstream = manifest.upstream;
        identity = identifyCheckout(root, upstream.commit,
                                    {upstream.networkConfig, upstream.modelConfig,
                                     upstream.environmentConfig, upstream.modalityMapping},
                                    options.environment, stop);
        remotes = remotesOf(root, options.environment, stop);
    }
    return {
        checkoutFacts(search, identity, remotes),
        labelled(pythonFacts(options, manifest.requirements, root, identity.trusted, stop), root),
        labelled(weightFacts(root, manifest, options.environment), root)};
}

} // namespace mrb::backend
