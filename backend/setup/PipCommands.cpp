// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/PipCommands.h"

#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/setup/Credentials.h"
#include "backend/setup/SetupEnvironment.h"
#include "backend/setup/VenvFolder.h"

#include <QRegularExpression>

#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr const char *kFirstPipWithRawProgress = "24.1";

/// Names that are needed and that requirements.txt does not have, as pip takes them.
QStringList unlisted(const SetupContext &context, const std::string &requirements)
{
    const auto normalised = [](const QString &name) {
        return name.toLower().replace(QRegularExpression(QStringLiteral("[-_.]+")),
                                      QStringLiteral("-"));
    };
    static const QRegularExpression name(QStringLiteral(R"(^\s*([A-Za-z0-9][A-Za-z0-9._-]*))"),
                                         QRegularExpression::MultilineOption);
    QStringList listed;
    for (auto match = name.globalMatch(QString::fromStdString(requirements)); match.hasNext();)
        listed << normalised(match.next().captured(1));
    std::vector<std::string> wanted = context.manifest.requirements.packages;
    wanted.emplace_back(kHubLibrary);
    QStringList missing;
    for (const std::string &package : wanted)
        if (!listed.contains(normalised(QString::fromStdString(package))))
            missing << QString::fromStdString(package);
    return missing;
}

/// "torch>=2.1.0", as requirements.txt has it.
QString torchRequirement(const std::string &requirements)
{
    static const QRegularExpression line(
        QStringLiteral(R"(^\s*(torch\s*(?:[<>=!~][^#;\n]*)?)\s*$)"),
        QRegularExpression::MultilineOption);
    const QRegularExpressionMatch match = line.match(QString::fromStdString(requirements));
    return match.hasMatch() ? match.captured(1).remove(u' ').trimmed() : QStringLiteral("torch");
}

/// The folder's path, or an address; credentials go by the environment, where other users of the
/// machine do not see them.
void addIndex(SetupCommand &command, const std::string &address)
{
    const QString index = QString::fromStdString(address);
    if (index.isEmpty())
        return;
    if (!hasCredentials(index)) {
        command.arguments << QStringLiteral("--index-url=") + index;
        return;
    }
    command.environment.insert(command.environment.begin(), {"PIP_INDEX_URL", address});
    command.purpose = Text::tr("%1 (from %2, given in PIP_INDEX_URL)")
                          .arg(command.purpose, withoutCredentials(index));
}

} // namespace

PipCommands::PipCommands(const SetupContext &context, std::string requirements)
    : m_context(context), m_requirements(std::move(requirements))
{
}

std::vector<SetupCommand> PipCommands::all(const fs::path &base) const
{
    std::vector<SetupCommand> commands;
    if (!base.empty()) {
        // Apart from pip, of whose failures `venv` does not tell the reason.
        commands.push_back(
            {.purpose = Text::tr("Make the virtual environment"),
             .program = base,
             .arguments = {QStringLiteral("-m"), QStringLiteral("venv"),
                           QStringLiteral("--without-pip"), toQString(m_context.venv)},
             .workingFolder = "/",
             .environment = environment()});
        commands.push_back(
            {.purpose = Text::tr("Put pip into it"),
             .program = m_context.python,
             .arguments = {QStringLiteral("-m"), QStringLiteral("ensurepip"),
                           QStringLiteral("--upgrade"), QStringLiteral("--default-pip")},
             .workingFolder = "/",
             .environment = environment()});
    }
    if (isTorchApart())
        commands.push_back(torch());
    commands.push_back(rest());
    return commands;
}

bool PipCommands::isTorchApart() const
{
    const SetupOptions &options = m_context.options;
    return hasWrongTorch() || (!options.torchIndexUrl.empty() && options.wheelFolder.empty());
}

/// One that pip would keep, as its version is fine.
bool PipCommands::hasWrongTorch() const
{
    return m_context.facts && m_context.facts->torchVersion && !m_context.facts->torchCuda;
}

EnvironmentPairs PipCommands::environment() const
{
    EnvironmentPairs pairs =
        setupEnvironment(m_context.options.environment, SetupProgram::Packages);
    // pip's configuration may say so for the system's Python; inside an environment it fails.
    if (!m_context.venv.empty())
        pairs.emplace_back("PIP_USER", "0");
    return pairs;
}

SetupCommand PipCommands::pip(const QString &purpose) const
{
    const std::string version =
        m_context.venv.empty() ? std::string() : VenvFolder(m_context.venv).pipVersion();
    const bool raw = !version.empty() && compareVersions(version, kFirstPipWithRawProgress) >= 0;
    return {.purpose = purpose,
            .program = m_context.python,
            .arguments = {QStringLiteral("-m"), QStringLiteral("pip"), QStringLiteral("install"),
                          QStringLiteral("--disable-pip-version-check"),
                          QStringLiteral("--no-input"), QStringLiteral("--progress-bar"),
                          raw ? QStringLiteral("raw") : QStringLiteral("off")},
            .workingFolder = "/",
            .environment = environment()};
}

void PipCommands::addSource(SetupCommand &command, const std::string &index) const
{
    const std::string &wheels = m_context.options.wheelFolder;
    if (wheels.empty())
        addIndex(command, index);
    else
        command.arguments << QStringLiteral("--no-index") << QStringLiteral("--find-links")
                          << toQString(m_context.resolved(wheels));
}

SetupCommand PipCommands::torch() const
{
    SetupCommand command = pip(Text::tr("Install PyTorch"));
    const SetupOptions &options = m_context.options;
    addSource(command, options.torchIndexUrl.empty() ? options.indexUrl : options.torchIndexUrl);
    if (hasWrongTorch()) // and what it needs besides comes with the rest
        command.arguments << QStringLiteral("--force-reinstall") << QStringLiteral("--no-deps");
    command.arguments << torchRequirement(m_requirements);
    return command;
}

SetupCommand PipCommands::rest() const
{
    SetupCommand command = pip(Text::tr("Install the packages"));
    addSource(command, m_context.options.indexUrl);
    command.arguments << QStringLiteral("-r")
                      << toQString(m_context.root / contract::file::kRequirements)
                      << unlisted(m_context, m_requirements);
    return command;
}

} // namespace mrb::backend
