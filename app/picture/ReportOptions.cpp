// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/picture/ReportOptions.h"

#include "backend/base/Text.h"
#include "backend/cli/Commands.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <vector>

namespace mrb::picture {

namespace {

std::string words(const QString &text)
{
    return text.toStdString();
}

/// Declared and not yet parsed.
struct CommandLine
{
    CLI::App app;
    ReportOptions options;

    CommandLine();
};

CommandLine::CommandLine()
    : app(words(Text::tr("Makes the report of a run: what was asked, what came out, whether "
                         "its gates passed, with pictures. It is kept in RUN_DIR/report and "
                         "made once.")),
          "mrbrain report")
{
    app.footer(words(Text::tr("Needs no display. Paths in the report are tokens such as <run>.\n"
                              "Exit codes are those of mrbrain --help.\n"
                              "Research and engineering only, not for clinical use.")));
    app.get_formatter()->column_width(32);
    const CLI::Validator notEmpty(
        [](const std::string &text) {
            return text.empty() ? words(Text::tr("is empty")) : std::string{};
        },
        "");
    app.add_option("run", options.run, words(Text::tr("Folder of a run that ended")))
        ->type_name("RUN_DIR")
        ->required()
        ->check(notEmpty);
    app.add_option("--html", options.html, words(Text::tr("Write the HTML document here, too")))
        ->type_name("FILE")
        ->check(notEmpty);
    app.add_option("--pdf", options.pdf, words(Text::tr("Write the PDF here, too")))
        ->type_name("FILE")
        ->check(notEmpty);
}

std::optional<Error> wrongExtension(const char *option, const std::string &file,
                                    const std::vector<QString> &extensions)
{
    const QString given = toQString(std::filesystem::path(file).extension()).toLower();
    if (file.empty() || std::ranges::find(extensions, given) != extensions.end())
        return {};
    return Error{
        backend::error_codes::kUsage,
        Text::tr("%1: %2 does not end in %3")
            .arg(QString::fromUtf8(option), QString::fromStdString(file), extensions.front()),
        Text::tr("Give the file that extension."), QString::fromUtf8(option)};
}

} // namespace

backend::CommandDescription describeReport()
{
    return backend::describe(CommandLine().app);
}

Result<std::variant<ReportOptions, std::string>> parseReportOptions(int argc, char **argv)
{
    using Parsed = std::variant<ReportOptions, std::string>;
    CommandLine line;
    try {
        line.app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
        return Parsed(line.app.help());
    } catch (const CLI::ParseError &error) {
        return Error{backend::error_codes::kUsage, QString::fromStdString(error.what()),
                     Text::tr("See mrbrain report --help.")};
    }
    if (auto problem = wrongExtension("--html", line.options.html,
                                      {QStringLiteral(".html"), QStringLiteral(".htm")}))
        return *problem;
    if (auto problem = wrongExtension("--pdf", line.options.pdf, {QStringLiteral(".pdf")}))
        return *problem;
    return Parsed(line.options);
}

} // namespace mrb::picture
