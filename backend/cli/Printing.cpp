// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"
#include "backend/run/RunDocuments.h"

#include <cstdio>
#include <system_error>

namespace mrb::backend {

namespace {

// The reference's name for itself in front of every line; its callers filter by it.
constexpr const char *kSkill = "nv_generate_mr_brain";

} // namespace

bool printDocument(const std::string &document)
{
    return std::fwrite(document.data(), 1, document.size(), stdout) == document.size() &&
           std::fflush(stdout) == 0;
}

QString findingText(const QString &kind, const Error &finding)
{
    QString message = finding.message.trimmed();
    if (!message.isEmpty() && !QStringLiteral(".!?:").contains(message.back()))
        message += u'.';
    return QStringLiteral("%1: %2 %3").arg(kind, message, finding.hint).trimmed();
}

// What other programs said is in some findings: a NUL would cut the line, and an escape sequence
// would change the terminal.
void printNote(const QString &text)
{
    QString clean = text;
    for (QChar &character : clean)
        if ((character.category() == QChar::Other_Control && character != u'\n') ||
            character.category() == QChar::Other_Format)
            character = QChar::ReplacementCharacter;
    std::fprintf(stderr, "[%s] %s\n", kSkill, clean.toUtf8().constData());
}

ExitCode refuse(const QString &title, const Errors &errors, ExitCode code)
{
    for (const Error &error : errors)
        printNote(findingText(Text::tr("error"), error));
    return printDocument(writeJson(refusalDocument(kSkill, title, errors))) ? code
                                                                            : ExitCode::NotWritten;
}

std::optional<Error> sameFileProblem(const std::filesystem::path &source,
                                     const std::filesystem::path &target)
{
    std::error_code ignored; // one of them does not exist: then they differ
    if (!std::filesystem::equivalent(source, target, ignored))
        return std::nullopt;
    return Error{
        error_codes::kSameFile,
        Text::tr("%1 is the file to be read; it would be overwritten").arg(toQString(target)),
        Text::tr("Name another file after -o."), QStringLiteral("--output")};
}

} // namespace mrb::backend
