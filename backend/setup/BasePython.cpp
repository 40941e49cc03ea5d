// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/setup/BasePython.h"

#include "backend/base/Text.h"
#include "backend/setup/SetupEnvironment.h"
#include "backend/setup/StepWork.h"

#include <QRegularExpression>

#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::array kNames{"python3.11", "python3.12", "python3.13", "python3.10", "python3"};

// Also Python 2 can answer. Modules are only looked for; Debian has venv without ensurepip.
constexpr const char *kQuestion = R"py(
import sys
try:
    from importlib.util import find_spec
    whole = find_spec('venv') is not None and find_spec('ensurepip') is not None
except Exception:
    whole = False
inside = sys.prefix != getattr(sys, 'base_prefix', sys.prefix)
sys.stdout.write('\nMRBRAIN-BASE %d.%d %d %d\n' % (sys.version_info[0], sys.version_info[1], whole, inside))
)py";

struct Answer
{
    BasePython python;
    bool makesVenv = false;
    bool isOfVenv = false;
};

Result<Answer> ask(const fs::path &executable, const SetupContext &context,
                   const std::stop_token &stop)
{
    // Isolated, so that neither a folder nor a variable adds modules.
    const auto said = runShortCommand(
        {.program = executable,
         .arguments = {"-I", "-c", kQuestion},
         .environment = setupEnvironment(context.options.environment, SetupProgram::Packages),
         .workingFolder = "/"},
        stop);
    if (!said)
        return said.error();
    static const QRegularExpression answer(
        QStringLiteral("\nMRBRAIN-BASE (\\d+)\\.(\\d+) ([01]) ([01])\n"));
    const QRegularExpressionMatch match = answer.match(QString::fromStdString(said->out));
    if (said->exitCode != 0 || !match.hasMatch())
        return Error{
            error_codes::kPythonAnswerUnreadable,
            Text::tr("%1 did not answer as a Python interpreter does.").arg(toQString(executable)),
            Text::tr("Choose another interpreter with --python."), QStringLiteral("python")};
    return Answer{.python = {.executable = executable,
                             .version = {match.captured(1).toInt(), match.captured(2).toInt()}},
                  .makesVenv = match.captured(3) == u"1",
                  .isOfVenv = match.captured(4) == u"1"};
}

Error tooOld(const BasePython &python, const SetupContext &context)
{
    const ManifestRequirements &needs = context.manifest.requirements;
    return {error_codes::kPythonTooOld,
            Text::tr("%1 is Python %2; at least %3 is needed.")
                .arg(toQString(python.executable), python.versionText(),
                     QString::fromStdString(needs.pythonMinimum)),
            Text::tr("Install Python %1 and choose it with --python.")
                .arg(QString::fromStdString(needs.pythonRecommended)),
            QStringLiteral("python")};
}

Error cannotMakeVenv(const BasePython &python)
{
    return {error_codes::kVenvMissing,
            Text::tr("%1 cannot make a virtual environment: its module venv or ensurepip is "
                     "missing.")
                .arg(toQString(python.executable)),
            Text::tr("Install the package python3-venv (on some systems python%1-venv), or choose "
                     "another interpreter with --python.")
                .arg(python.versionText()),
            QStringLiteral("python")};
}

std::optional<Error> whyNot(const Answer &answer, const SetupContext &context)
{
    if (compareVersions(answer.python.versionText().toStdString(),
                        context.manifest.requirements.pythonMinimum) < 0)
        return tooOld(answer.python, context);
    if (!answer.makesVenv && !context.options.intoPython)
        return cannotMakeVenv(answer.python);
    return std::nullopt;
}

Result<BasePython> chosen(const SetupContext &context, const std::stop_token &stop)
{
    const std::string &given = context.options.python;
    const fs::path option = given.find('/') == std::string::npos
                                ? fs::path(given)
                                : context.options.workingFolder / given;
    const auto choice = choosePython(option, {}, context.options.environment);
    if (!choice)
        return choice.error();
    const Result<Answer> answer = ask(choice->executable, context, stop);
    if (!answer)
        return answer.error();
    if (auto error = whyNot(*answer, context))
        return *error;
    return answer->python;
}

} // namespace

QString BasePython::versionText() const
{
    return QStringLiteral("%1.%2").arg(version[0]).arg(version[1]);
}

Result<BasePython> findBasePython(const SetupContext &context, const std::stop_token &stop)
{
    if (!context.options.python.empty())
        return chosen(context, stop);
    const std::string path = environmentValue(context.options.environment, "PATH").value_or("");
    std::optional<Error> reason; // of the first that was there
    for (const char *name : kNames) {
        const auto executable = findProgram(name, path);
        if (!executable)
            continue;
        const Result<Answer> answer = ask(*executable, context, stop);
        std::optional<Error> error =
            answer ? whyNot(*answer, context) : std::optional(answer.error());
        if (!error && !answer->isOfVenv)
            return answer->python;
        if (error && !reason)
            reason = std::move(error);
    }
    if (reason)
        return *reason;
    return Error{error_codes::kPythonNotFound, Text::tr("No Python was found in PATH."),
                 Text::tr("Install Python %1 with its venv module (python3 and python3-venv), or "
                          "choose an interpreter with --python.")
                     .arg(QString::fromStdString(context.manifest.requirements.pythonRecommended)),
                 QStringLiteral("python")};
}

} // namespace mrb::backend
