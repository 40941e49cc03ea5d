// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/reference/Programs.h"

#include "app/picture/ReportOptions.h"
#include "app/picture/SnapshotOptions.h"
#include "app/reference/ProgramTexts.h"
#include "app/studio/StudioOptions.h"
#include "backend/run/ExitCode.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace mrb::reference {

using backend::CommandDescription;
using backend::OptionDescription;

namespace {

/// The commands that mrbrain hands on, by name.
std::vector<std::pair<std::string, CommandDescription>> handedOn()
{
    return {{"snapshot", picture::describeSnapshot()}, {"report", picture::describeReport()}};
}

Result<CommandDescription> wholeMrbrain()
{
    CommandDescription line = backend::describeMrbrain();
    const auto others = handedOn();
    for (CommandDescription &command : line.commands) {
        if (!command.describedElsewhere)
            continue;
        const auto found = std::ranges::find(others, command.name,
                                             &std::pair<std::string, CommandDescription>::first);
        if (found == others.end())
            return Error{error_codes::kUndescribed,
                         QStringLiteral("nothing describes the options of mrbrain %1")
                             .arg(QString::fromStdString(command.name)),
                         QStringLiteral("Add the command to handedOn() in app/reference.")};
        command.options = found->second.options;
        command.examples = found->second.examples;
    }
    return line;
}

/// Help and version are declared by Qt's parser, whose words these are.
CommandDescription studioLine()
{
    CommandDescription line;
    line.name = "mrbrain-studio";
    line.text = studio::kDescription;
    line.options.push_back({.flags = {},
                            .name = studio::kPath,
                            .value = "PATH",
                            .text = studio::kPathText,
                            .repeated = true});
    line.options.push_back({.flags = {"-h", "--help"}, .text = "Show the options and end."});
    line.options.push_back(
        {.flags = {"--help-all"}, .text = "The same with the options that every Qt program has."});
    line.options.push_back({.flags = {"-v", "--version"}, .text = "Show the version and end."});
    for (const studio::Switch &option : studio::kSwitches)
        line.options.push_back({.flags = {std::string("--") + option.name}, .text = option.text});
    return line;
}

std::vector<Entry> exitCodes()
{
    std::vector<Entry> rows;
    for (const backend::ExitCodeMeaning &row : backend::exitCodeTable())
        rows.push_back({std::to_string(static_cast<int>(row.code)), std::string(row.meaning)});
    return rows;
}

} // namespace

Result<std::vector<Program>> programs()
{
    Result<CommandDescription> mrbrain = wholeMrbrain();
    if (!mrbrain)
        return mrbrain.error();
    std::vector<Program> all;
    all.push_back({.line = std::move(*mrbrain),
                   .summary = "generate synthetic brain MRI, measure it and judge it",
                   .introduction = mrbrainIntroduction(),
                   .exitCodes = exitCodes(),
                   .environment = mrbrainEnvironment(),
                   .files = mrbrainFiles(),
                   .seeAlso = {"mrbrain-studio(1)"}});
    all.push_back({.line = studioLine(),
                   .summary = "generate synthetic brain MRI, look at it and judge it",
                   .introduction = studioIntroduction(),
                   .exitCodes = studioExitCodes(),
                   .environment = studioEnvironment(),
                   .files = studioFiles(),
                   .seeAlso = {"mrbrain(1)"}});
    return all;
}

std::string placeholder(const OptionDescription &option)
{
    // What CLI11 shows for a text that was given no name of its own.
    if (option.value != "TEXT" || option.name.empty())
        return option.value;
    std::string name = option.name;
    std::ranges::transform(name, name.begin(), [](unsigned char letter) {
        return static_cast<char>(std::toupper(letter));
    });
    return name;
}

std::string synopsis(const CommandDescription &command)
{
    std::string text;
    bool hasChoice = false;
    if (!command.commands.empty())
        text += " COMMAND";
    for (const OptionDescription &option : command.options) {
        if (!option.flags.empty() && !option.required) {
            hasChoice = true;
            continue;
        }
        std::string part = placeholder(option) + (option.repeated ? "..." : "");
        if (!option.flags.empty())
            part = option.flags.front() + " " + part;
        text += option.required ? " " + part : " [" + part + "]";
    }
    if (hasChoice)
        text += " [options]";
    return text.empty() ? text : text.substr(1);
}

} // namespace mrb::reference
