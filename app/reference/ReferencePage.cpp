// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/reference/ReferencePage.h"

#include "app/reference/FieldTable.h"
#include "app/reference/MarkdownText.h"
#include "app/reference/ProgramTexts.h"

#include <QString>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

namespace mrb::reference {

using backend::CommandDescription;
using backend::OptionDescription;

namespace {

constexpr std::string_view kStart = "<!-- generated: ";
constexpr std::string_view kStartEnd = " -->\n";
constexpr std::string_view kEnd = "<!-- end -->";
constexpr std::string_view kOptions = "options of ";

Error problem(const std::string &message, const char *hint)
{
    return {error_codes::kSection, QString::fromStdString(message), QString::fromUtf8(hint)};
}

bool isHelp(const OptionDescription &option)
{
    return std::ranges::find(option.flags, "--help") != option.flags.end() ||
           std::ranges::find(option.flags, "--version") != option.flags.end() ||
           std::ranges::find(option.flags, "--help-all") != option.flags.end();
}

std::string optionCell(const OptionDescription &option)
{
    const std::string value = placeholder(option) + (option.repeated ? "…" : "");
    if (option.flags.empty())
        return codeCell(value);
    std::string cell;
    for (const std::string &flag : option.flags) {
        const bool last = flag == option.flags.back();
        cell += (cell.empty() ? "" : ", ") +
                codeCell(last && !value.empty() ? flag + " " + value : flag);
    }
    return cell;
}

/// A single word is meant as it is typed; several are a description.
std::string standardCell(const OptionDescription &option)
{
    if (option.required)
        return "required";
    if (option.standard.empty())
        return option.value.empty() ? "off" : "";
    const bool isWord = option.standard.find(' ') == std::string::npos &&
                        option.standard.find_first_of("0123456789./$<=") != std::string::npos;
    const std::string choices = "|" + option.value + "|";
    const bool isChoice = choices.find("|" + option.standard + "|") != std::string::npos;
    return isWord || isChoice ? codeCell(option.standard) : textCell(option.standard);
}

bool isSame(const OptionDescription &a, const OptionDescription &b)
{
    return a.flags == b.flags && a.name == b.name;
}

bool has(const CommandDescription &command, const OptionDescription &option)
{
    return std::ranges::any_of(command.options, [&option](const OptionDescription &other) {
        return isSame(option, other);
    });
}

/// What it goes together with.
std::string companions(const OptionDescription &option)
{
    std::string text;
    for (const std::string &other : option.needs)
        text += "; needs " + codeCell(other);
    for (const std::string &other : option.excludes)
        text += "; not with " + codeCell(other);
    return text;
}

/// Names the commands that have the option, where not all of them do.
std::string onlyIn(const std::vector<const CommandDescription *> &commands,
                   const OptionDescription &option)
{
    std::string names;
    std::size_t count = 0;
    for (const CommandDescription *command : commands)
        if (has(*command, option)) {
            names += (names.empty() ? "" : ", ") + codeCell(command->name);
            ++count;
        }
    return count == commands.size() ? "" : " (" + names + " only)";
}

std::string optionTable(const std::vector<const CommandDescription *> &commands)
{
    std::vector<OptionDescription> rows;
    for (const bool arguments : {true, false})
        for (const CommandDescription *command : commands)
            for (const OptionDescription &option : command->options)
                if (option.flags.empty() == arguments && !isHelp(option) &&
                    std::ranges::none_of(rows, [&option](const OptionDescription &row) {
                        return isSame(option, row);
                    }))
                    rows.push_back(option);
    std::string table = "| option | meaning | default |\n| --- | --- | --- |\n";
    for (const OptionDescription &row : rows)
        table += "| " + optionCell(row) + " | " + textCell(row.text) + companions(row) +
                 onlyIn(commands, row) + " | " + standardCell(row) + " |\n";
    return table;
}

std::string commandTable(const Program &program)
{
    std::string table = "| command | does |\n| --- | --- |\n";
    for (const CommandDescription &command : program.line.commands)
        table += "| " + codeCell(program.line.name + " " + command.name + " " + synopsis(command)) +
                 " | " + textCell(command.text) + " |\n";
    return table;
}

std::string exitCodeTable(const Program &program)
{
    std::string table = "| code | meaning |\n| --- | --- |\n";
    for (const Entry &row : program.exitCodes)
        table += "| " + row.term + " | " + textCell(row.text) + " |\n";
    return table;
}

class Sections
{
public:
    Sections(const std::vector<Program> &programs, const backend::Manifest &manifest)
        : m_programs(programs), m_manifest(manifest)
    {
    }

    Result<std::string> table(const std::string &subject);
    /// A command that no section was about.
    std::optional<Error> missing() const;

private:
    const CommandDescription *find(const std::string &name) const;

    const std::vector<Program> &m_programs;
    const backend::Manifest &m_manifest;
    std::vector<std::string> m_described;
};

const CommandDescription *Sections::find(const std::string &name) const
{
    for (const Program &program : m_programs) {
        if (program.line.name == name)
            return &program.line;
        for (const CommandDescription &command : program.line.commands)
            if (command.name == name)
                return &command;
    }
    return nullptr;
}

Result<std::string> Sections::table(const std::string &subject)
{
    if (subject == "commands")
        return commandTable(m_programs.front());
    if (subject == "exit codes")
        return exitCodeTable(m_programs.front());
    if (subject == "fields")
        return fieldTable(m_manifest);
    if (!subject.starts_with(kOptions))
        return problem("Nothing fills the section \"" + subject + "\".",
                       "It is one of: commands, exit codes, fields, options of NAME.");
    std::vector<const CommandDescription *> commands;
    for (std::size_t start = kOptions.size(); start < subject.size();) {
        const std::size_t end = std::min(subject.find(", ", start), subject.size());
        const std::string name = subject.substr(start, end - start);
        commands.push_back(find(name));
        if (commands.back() == nullptr)
            return problem("There is no command \"" + name + "\" to list options of.",
                           "Remove the section, or name a command that exists.");
        m_described.push_back(name);
        start = end + 2;
    }
    return optionTable(commands);
}

std::optional<Error> Sections::missing() const
{
    for (const Program &program : m_programs)
        for (const CommandDescription &command : program.line.commands)
            if (std::ranges::find(m_described, command.name) == m_described.end())
                return problem("No section lists the options of " + program.line.name + " " +
                                   command.name + ".",
                               "Write some prose with two lines in it: <!-- generated: options of "
                               "NAME --> and <!-- end -->.");
    return {};
}

} // namespace

Result<std::string> pageWithTables(const std::string &page, const std::vector<Program> &programs,
                                   const backend::Manifest &manifest)
{
    Sections sections(programs, manifest);
    std::string made;
    std::size_t copied = 0;
    for (std::size_t start = page.find(kStart); start != std::string::npos;
         start = page.find(kStart, copied)) {
        const std::size_t name = start + kStart.size();
        const std::size_t body = page.find(kStartEnd, name);
        const std::size_t end = page.find(kEnd, name);
        if (body == std::string::npos || end == std::string::npos ||
            page.substr(name, end - name).find(kStart) != std::string::npos)
            return problem("A generated section has no end: " +
                               page.substr(start, page.find('\n', start) - start),
                           "Put <!-- end --> on a line of its own below it.");
        const Result<std::string> table = sections.table(page.substr(name, body - name));
        if (!table)
            return table.error();
        // Markdown ends an HTML comment's block only at an empty line.
        made += page.substr(copied, body + kStartEnd.size() - copied) + "\n" + *table + "\n";
        copied = end;
    }
    if (auto absent = sections.missing())
        return *absent;
    return made + page.substr(copied);
}

} // namespace mrb::reference
