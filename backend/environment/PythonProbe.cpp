// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/PythonProbe.h"

#include "backend/base/JsonNumber.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/environment/PythonProbeScript.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

namespace mrb::backend {

namespace {

namespace fs = std::filesystem;
namespace codes = error_codes;

// Before any of it could be asked for its packages (no importlib.metadata).
constexpr std::array<int, 3> kOldestAskable{3, 8, 0};

std::string numbersOf(const std::array<int, 3> &version)
{
    return std::to_string(version[0]) + '.' + std::to_string(version[1]) + '.' +
           std::to_string(version[2]);
}

QString chooseHint()
{
    return Text::tr("Give the interpreter of the run with --python.");
}

Error notFound(const fs::path &executable, const QString &reason)
{
    return Error{
        codes::kPythonNotFound,
        Text::tr("The Python interpreter %1 does not exist%2.").arg(toQString(executable), reason),
        chooseHint(), QStringLiteral("python")};
}

Result<PythonChoice> chosenByOption(const fs::path &option, const std::string &searchPath)
{
    if (option.native().find('/') == std::string::npos) {
        if (auto found = findProgram(option.native(), searchPath))
            return PythonChoice{*found, PythonSource::Option};
        return notFound(option, Text::tr(" in PATH"));
    }
    std::error_code failure;
    const fs::path absolute = fs::absolute(option, failure);
    if (failure || !fs::exists(absolute, failure))
        return notFound(option, {});
    return PythonChoice{absolute, PythonSource::Option};
}

Result<PythonChoice> choose(const fs::path &option, const fs::path &root,
                            const EnvironmentPairs &environment)
{
    const std::string searchPath = environmentValue(environment, "PATH").value_or("");
    if (!option.empty())
        return chosenByOption(option, searchPath);

    std::error_code failure;
    if (!root.empty()) {
        // The link itself counts: one that dangles is a broken environment, not a missing one.
        const fs::path inCheckout = root / ".venv" / "bin" / "python";
        if (fs::exists(fs::symlink_status(inCheckout, failure))) {
            if (!fs::exists(inCheckout, failure))
                return notFound(inCheckout, Text::tr(" (its link leads nowhere)"));
            return PythonChoice{fs::absolute(inCheckout, failure), PythonSource::CheckoutVenv};
        }
    }
    const std::string active = environmentValue(environment, "VIRTUAL_ENV").value_or("");
    if (!active.empty()) {
        const fs::path inActive = fs::path(active) / "bin" / "python";
        if (!fs::exists(inActive, failure))
            return notFound(inActive, Text::tr(", although VIRTUAL_ENV names that folder"));
        return PythonChoice{fs::absolute(inActive, failure), PythonSource::ActiveVenv};
    }
    if (auto found = findProgram("python3", searchPath))
        return PythonChoice{*found, PythonSource::SearchPath};
    return Error{codes::kPythonNotFound, Text::tr("No python3 was found in PATH."),
                 Text::tr("Install Python 3, or give an interpreter with --python."),
                 QStringLiteral("python")};
}

QString lastLine(const std::string &text)
{
    const QString all =
        QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).trimmed();
    return all.section(u'\n', -1).trimmed().left(300);
}

Error notAnswering(const fs::path &executable, const Error &cause)
{
    const QString field = QStringLiteral("python");
    if (cause.code == codes::kCommandNotFound)
        return Error{codes::kPythonNotFound, cause.message, chooseHint(), field};
    if (cause.code == codes::kCommandNotExecutable)
        return Error{codes::kPythonNotExecutable, cause.message, chooseHint(), field};
    if (cause.code == codes::kCommandTimedOut)
        return Error{codes::kPythonTimedOut, cause.message,
                     Text::tr("Run %1 by hand to see what it waits for, or choose another with "
                              "--python.")
                         .arg(toQString(executable)),
                     field};
    if (cause.code == codes::kCommandTooMuchOutput)
        return Error{codes::kPythonAnswerUnreadable, cause.message, chooseHint(), field};
    if (cause.code == codes::kCommandDiedBySignal)
        return Error{codes::kPythonCrashed, cause.message,
                     Text::tr("Run %1 by hand; reinstall it if it crashes there too.")
                         .arg(toQString(executable)),
                     field};
    return cause;
}

Error unreadable(const fs::path &executable, const QString &said)
{
    return Error{
        codes::kPythonAnswerUnreadable,
        Text::tr("%1 did not answer as a Python interpreter does: %2")
            .arg(toQString(executable), said.isEmpty() ? Text::tr("it printed nothing") : said),
        chooseHint(), QStringLiteral("python")};
}

// The last line with the mark: start-up code may print lines of its own before it.
std::optional<std::string_view> answerIn(std::string_view output)
{
    const std::string mark = std::string("\n") + kPythonFactsMark;
    const std::size_t start = output.rfind(mark);
    if (start == std::string_view::npos)
        return std::nullopt;
    output.remove_prefix(start + mark.size());
    return output.substr(0, output.find('\n'));
}

// Nothing, or nlohmann's exceptions, on another shape than the script's.
std::optional<PythonFacts> factsFrom(const Json &answer, const PythonProbeRequest &request)
{
    PythonFacts facts;
    facts.executable = request.executable;
    for (std::size_t i = 0; i < facts.version.size(); ++i) {
        const auto number = integerOf(answer.at("version").at(i));
        if (!number || !std::in_range<int>(*number))
            return std::nullopt;
        facts.version[i] = static_cast<int>(*number);
    }
    facts.versionText = QString::fromStdString(answer.at("version_text").get<std::string>());
    facts.prefix = answer.at("prefix").get<std::string>();
    if (answer.at("prefix") != answer.at("base_prefix"))
        facts.virtualEnv = facts.prefix;
    if (facts.version >= kOldestAskable) {
        const Json &packages = answer.at("packages");
        for (std::size_t i = 0; i < request.requirements.size(); ++i) {
            const Json &package = packages.at(i);
            facts.packages.push_back({.name = request.requirements[i].distribution,
                                      .found = package.at("found").get<bool>(),
                                      .version = package.at("version").get<std::string>(),
                                      .location = package.at("location").get<std::string>()});
        }
    }
    const Json &torch = answer.at("torch");
    if (!torch.is_null()) {
        facts.torchVersion = torch.at("version").get<std::string>();
        const auto cuda = torch.at("cuda").get<std::string>();
        if (!cuda.empty())
            facts.torchCuda = cuda;
    }
    return facts;
}

Result<PythonFacts> probe(const PythonProbeRequest &request, std::stop_token stop)
{
    ShortCommand command;
    command.program = request.executable;
    // -B: asking must not write .pyc files anywhere.
    command.arguments = {"-B", "-c", kPythonProbeScript, request.root.native()};
    for (const PythonRequirement &wanted : request.requirements)
        command.arguments.push_back(wanted.distribution + "=" + wanted.module +
                                    (wanted.required ? "=1" : "=0"));
    command.environment = request.environment;
    command.workingFolder = "/";
    command.timeLimit = request.timeLimit;
    const auto output = runShortCommand(command, std::move(stop));
    if (!output)
        return notAnswering(request.executable, output.error());
    return parsePythonAnswer(*output, request);
}

QString installHint(const PythonFacts &facts)
{
    return Text::tr("In the checkout, run: %1 -m pip install -r requirements.txt")
        .arg(toQString(facts.executable));
}

void judgePackage(const PythonFacts &facts, const PythonFacts::Package &package,
                  const PythonRequirement &wanted, Findings &findings)
{
    const QString name = QString::fromStdString(wanted.distribution);
    const QString version = QString::fromStdString(package.version);
    const QString minimum = QString::fromStdString(wanted.minimumVersion);
    if (!package.found) {
        Errors &list = wanted.required ? findings.refusals : findings.warnings;
        list.push_back({codes::kPackageMissing,
                        Text::tr("The Python package %1 was not found by %2.")
                            .arg(name, toQString(facts.executable)),
                        installHint(facts), name});
        return;
    }
    if (minimum.isEmpty())
        return;
    if (!isVersion(package.version))
        findings.warnings.push_back(
            {codes::kPackageVersionUnknown,
             Text::tr(
                 "The version of the Python package %1 is not known; %2 or newer is asked for.")
                 .arg(name, minimum),
             installHint(facts), name});
    else if (compareVersions(package.version, wanted.minimumVersion) < 0)
        findings.warnings.push_back(
            {codes::kPackageTooOld,
             Text::tr("The Python package %1 is %2; %3 or newer is asked for.")
                 .arg(name, version, minimum),
             installHint(facts), name});
}

void judgeTorchBuild(const PythonFacts &facts, Findings &findings)
{
    const QString torch = QStringLiteral("torch");
    if (!facts.torchVersion)
        findings.refusals.push_back(
            {codes::kTorchBuildUnknown,
             Text::tr("The installed torch does not say which CUDA it was built for."),
             Text::tr("Its version.py is missing or damaged: reinstall torch."), torch});
    else if (!facts.torchCuda)
        findings.refusals.push_back(
            {codes::kTorchWithoutCuda,
             Text::tr("The installed torch %1 was built without CUDA.")
                 .arg(QString::fromStdString(*facts.torchVersion)),
             Text::tr("Install a build of torch for CUDA; the model cannot run on the processor."),
             torch});
}

} // namespace

Result<PythonChoice> choosePython(const fs::path &option, const fs::path &root,
                                  const EnvironmentPairs &environment)
{
    try {
        return choose(option, root, environment);
    } catch (const std::exception &failure) {
        return notFound(option, QStringLiteral(": ") + QString::fromUtf8(failure.what()));
    }
}

Result<PythonFacts> probePython(const PythonProbeRequest &request, std::stop_token stop)
{
    try {
        return probe(request, std::move(stop));
    } catch (const std::exception &failure) {
        return unreadable(request.executable, QString::fromUtf8(failure.what()));
    }
}

Result<PythonFacts> parsePythonAnswer(const CommandOutput &output,
                                      const PythonProbeRequest &request)
{
    if (output.exitCode != 0)
        return Error{codes::kPythonCrashed,
                     Text::tr("%1 failed at its start with exit code %2: %3")
                         .arg(toQString(request.executable))
                         .arg(output.exitCode)
                         .arg(lastLine(output.err)),
                     Text::tr("Repair or recreate this Python environment, or choose another with "
                              "--python."),
                     QStringLiteral("python")};
    const auto answer = answerIn(output.out);
    if (!answer)
        return unreadable(request.executable, lastLine(output.out));
    const auto json = parseJsonStrictly(*answer, Text::tr("the interpreter's answer"));
    if (!json)
        return unreadable(request.executable, json.error().message);
    try {
        if (auto facts = factsFrom(*json, request))
            return *std::move(facts);
        return unreadable(request.executable, lastLine(output.out));
    } catch (const Json::exception &failure) {
        return unreadable(request.executable, QString::fromUtf8(failure.what()));
    }
}

Findings judgePython(const PythonFacts &facts, const std::vector<PythonRequirement> &requirements,
                     const ManifestRequirements &needs)
{
    Findings findings;
    // Numbers only: a release candidate of an accepted version is accepted.
    const auto isBefore = [version = numbersOf(facts.version)](const std::string &other) {
        return compareVersions(version, other) < 0;
    };
    const QString recommended = QString::fromStdString(needs.pythonRecommended);
    if (isBefore(needs.pythonMinimum)) {
        findings.refusals.push_back(
            {codes::kPythonTooOld,
             Text::tr("%1 is Python %2; at least %3 is needed, %4 recommended.")
                 .arg(toQString(facts.executable), facts.versionText,
                      QString::fromStdString(needs.pythonMinimum), recommended),
             chooseHint(), QStringLiteral("python")});
        // Its packages are of no interest then, and the very old ones could not be asked.
        return findings;
    }
    if (isBefore(needs.pythonRecommended))
        findings.warnings.push_back(
            {codes::kPythonOld,
             Text::tr("%1 is Python %2; the model asks for %3 or newer.")
                 .arg(toQString(facts.executable), facts.versionText, recommended),
             chooseHint(), QStringLiteral("python")});
    for (const PythonRequirement &wanted : requirements) {
        const auto package =
            std::ranges::find(facts.packages, wanted.distribution, &PythonFacts::Package::name);
        const bool wasLooked = package != facts.packages.end();
        judgePackage(facts, wasLooked ? *package : PythonFacts::Package{}, wanted, findings);
        if (wasLooked && package->found && wanted.module == "torch")
            judgeTorchBuild(facts, findings);
    }
    return findings;
}

} // namespace mrb::backend
