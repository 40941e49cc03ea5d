// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/ImportCheck.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/environment/CheckoutIdentity.h"
#include "backend/environment/ImportCheckScript.h"
#include "backend/environment/PythonProbe.h"
#include "backend/environment/ShadowingModules.h"

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

Error notChecked(const fs::path &executable, const QString &why)
{
    return Error{error_codes::kPythonAnswerUnreadable,
                 Text::tr("%1 could not tell what it would import from the checkout: %2")
                     .arg(toQString(executable), why),
                 Text::tr("Give another interpreter with --python."), QStringLiteral("python")};
}

Error forgedCopy(const std::string &path, const fs::path &executable)
{
    const QString file = QString::fromStdString(path);
    return Error{error_codes::kBytecodeDiffers,
                 Text::tr("%1 is not what %2 makes of its source, but would be run instead of it.")
                     .arg(file, toQString(executable)),
                 Text::tr("Delete the folder %1; Python makes it again.")
                     .arg(toQString(fs::path(path).parent_path())),
                 file};
}

// Throws nlohmann's exceptions on another shape than the script's.
ImportCheck judged(const Json &answer, const ImportCheckRequest &request)
{
    ImportCheck check;
    for (const Json &path : answer.at("differing"))
        check.reasons.push_back(forgedCopy(path.get<std::string>(), request.executable));
    for (const Json &folder : answer.at("merged")) {
        for (Error &reason :
             findModulesBelow(request.root, folder.get<std::string>(), request.trackedFiles))
            check.reasons.push_back(std::move(reason));
    }
    if (const auto why = answer.at("uncompared").get<std::string>(); !why.empty())
        check.warnings.push_back(
            {error_codes::kBytecodeNotCompared,
             Text::tr("The compiled copies in the checkout's __pycache__ folders could not be "
                      "compared with their sources: %1")
                 .arg(QString::fromStdString(why)),
             Text::tr("Delete these folders before a run whose result matters.")});
    return check;
}

Result<ImportCheck> check(const ImportCheckRequest &request, std::stop_token stop)
{
    ShortCommand command;
    command.program = request.executable;
    // -B: asking must not write .pyc files anywhere.
    command.arguments = {"-B", "-c", kImportCheckScript, request.root.native()};
    command.environment = request.environment;
    command.workingFolder = "/";
    command.timeLimit = request.timeLimit;
    for (const std::string &file : request.trackedFiles) {
        if (file.ends_with(".py"))
            command.input += file + '\0';
    }
    const auto output = runShortCommand(command, std::move(stop));
    if (!output)
        return notChecked(request.executable, output.error().message);
    const QString said = QString::fromUtf8(output->err.c_str()).trimmed();
    if (output->exitCode != 0)
        return notChecked(request.executable, said.section(u'\n', -1).left(300));
    const std::string mark = std::string("\n") + kImportCheckMark;
    const std::size_t start = output->out.rfind(mark);
    if (start == std::string::npos)
        return notChecked(request.executable, Text::tr("it did not answer."));
    const std::size_t from = start + mark.size();
    const std::string line = output->out.substr(from, output->out.find('\n', from) - from);
    const auto json = parseJsonStrictly(line, Text::tr("the interpreter's answer"));
    if (!json)
        return notChecked(request.executable, json.error().message);
    return judged(*json, request);
}

} // namespace

Result<ImportCheck> checkImports(const ImportCheckRequest &request, std::stop_token stop)
{
    try {
        return check(request, std::move(stop));
    } catch (const std::exception &failure) {
        return notChecked(request.executable, QString::fromUtf8(failure.what()));
    }
}

} // namespace mrb::backend
