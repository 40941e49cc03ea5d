// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/reference/ManualPage.h"

#include "backend/base/Version.h"

#include <QList>
#include <QString>

#include <algorithm>
#include <cctype>

namespace mrb::reference {

using backend::CommandDescription;
using backend::OptionDescription;

namespace {

std::string roffCharacter(char32_t character)
{
    switch (character) {
    case U'\\':
        return "\\(rs";
    case U'-':
        return "\\-";
    case U'\'':
        return "\\(aq";
    case U'`':
        return "\\(ga";
    case U'^':
        return "\\(ha";
    case U'~':
        return "\\(ti";
    case U'"':
        return "\\(dq"; // which inside an argument of a request would end it
    default:
        break;
    }
    if (character < 0x80)
        return {static_cast<char>(character)};
    return "\\[u" +
           QStringLiteral("%1")
               .arg(uint(character), 4, 16, QLatin1Char('0'))
               .toUpper()
               .toStdString() +
           "]";
}

std::string upperCase(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char letter) {
        return static_cast<char>(std::toupper(letter));
    });
    return text;
}

std::string bold(const std::string &text)
{
    return "\\fB" + roffText(text) + "\\fR";
}

std::string italic(const std::string &text)
{
    return "\\fI" + roffText(text) + "\\fR";
}

std::string section(const std::string &title)
{
    return ".SH " + roffText(title) + "\n";
}

/// A value's placeholder: words in lower case are literal.
std::string valueText(const std::string &value)
{
    std::string text;
    for (std::size_t start = 0; start <= value.size();) {
        const std::size_t end = std::min(value.find('|', start), value.size());
        const std::string word = value.substr(start, end - start);
        const bool literal =
            !word.empty() && std::islower(static_cast<unsigned char>(word[0])) != 0;
        text += (text.empty() ? "" : "|") + (literal ? bold(word) : italic(word));
        start = end + 1;
    }
    return text;
}

bool isHelp(const OptionDescription &option)
{
    return std::ranges::find(option.flags, "--help") != option.flags.end();
}

std::string optionEntry(const OptionDescription &option)
{
    std::string term;
    for (const std::string &flag : option.flags)
        term += (term.empty() ? "" : ", ") + bold(flag);
    if (const std::string value = placeholder(option); !value.empty())
        term += (term.empty() ? "" : " ") + valueText(value);
    if (option.repeated)
        term += " ...";
    std::string text = option.text;
    if (!text.ends_with('.'))
        text += '.';
    if (option.required)
        text += " Required.";
    for (const std::string &other : option.needs)
        text += " Needs " + other + ".";
    for (const std::string &other : option.excludes)
        text += " Not together with " + other + ".";
    if (!option.standard.empty())
        text += " Default: " + option.standard + ".";
    return ".TP\n" + term + "\n" + roffText(text) + "\n";
}

std::string optionEntries(const CommandDescription &command, bool withHelp)
{
    std::string text;
    for (const bool arguments : {true, false})
        for (const OptionDescription &option : command.options)
            if (option.flags.empty() == arguments && (withHelp || !isHelp(option)))
                text += optionEntry(option);
    return text;
}

std::string entries(const std::string &title, const std::vector<Entry> &rows)
{
    if (rows.empty())
        return {};
    std::string text = section(title);
    for (const Entry &row : rows)
        text += ".TP\n" + bold(row.term) + "\n" +
                roffText(row.text + (row.text.ends_with('.') ? "" : ".")) + "\n";
    return text;
}

std::string commandSection(const std::string &program, const CommandDescription &command)
{
    const std::string name = program + " " + command.name;
    std::string text = ".SS " + roffText(name) + "\n" + bold(name) + " " +
                       roffText(synopsis(command)) + "\n.PP\n" + roffText(command.text) + ".\n" +
                       optionEntries(command, false);
    for (const CommandDescription &inner : command.commands)
        text += commandSection(name, inner);
    return text;
}

std::string synopses(const CommandDescription &line)
{
    std::string text = section("SYNOPSIS");
    if (line.commands.empty())
        return text + bold(line.name) + " " + roffText(synopsis(line)) + "\n";
    for (const CommandDescription &command : line.commands)
        text +=
            bold(line.name + " " + command.name) + " " + roffText(synopsis(command)) + "\n.br\n";
    return text + bold(line.name) + " " + roffText("--help | --version") + "\n";
}

std::string exampleSection(const CommandDescription &line)
{
    std::vector<std::string> examples = line.examples;
    for (const CommandDescription &command : line.commands)
        for (const std::string &example : command.examples)
            if (std::ranges::find(examples, example) == examples.end())
                examples.push_back(example);
    if (examples.empty())
        return {};
    std::string text = section("EXAMPLES") + ".nf\n";
    for (const std::string &example : examples)
        text += roffText(example) + "\n";
    return text + ".fi\n";
}

} // namespace

std::string roffText(std::string_view text)
{
    // A dot or an apostrophe in front would be a request; nothing else of a line's start is.
    std::string escaped = text.starts_with('.') ? "\\&" : "";
    const QString decoded =
        QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).replace(u'\n', u' ');
    for (const char32_t character : decoded.toUcs4())
        escaped += roffCharacter(character);
    return escaped;
}

std::string manualPage(const Program &program)
{
    const CommandDescription &line = program.line;
    std::string page = ".\\\" Made from the tables that read the command line; do not edit.\n";
    page += ".TH " + roffText(upperCase(line.name)) + " 1 \"\" \"MR Brain Studio " +
            roffText(kVersion) + "\" \"User Commands\"\n";
    // Paths and options are long: lines that had to be stretched would be hard to read.
    page += ".nh\n.ad l\n";
    page += section("NAME") + roffText(line.name) + " \\- " + roffText(program.summary) + "\n";
    page += synopses(line) + section("DESCRIPTION");
    for (std::size_t i = 0; i < program.introduction.size(); ++i)
        page += (i == 0 ? "" : ".PP\n") + roffText(program.introduction[i]) + "\n";
    page += section("OPTIONS") + optionEntries(line, true);
    if (!line.commands.empty()) {
        page += section("COMMANDS");
        for (const CommandDescription &command : line.commands)
            page += commandSection(line.name, command);
    }
    page += entries("EXIT STATUS", program.exitCodes);
    page += entries("ENVIRONMENT", program.environment);
    page += entries("FILES", program.files);
    page += exampleSection(line);
    page += section("SEE ALSO");
    for (std::size_t i = 0; i < program.seeAlso.size(); ++i) {
        const std::string &name = program.seeAlso[i];
        const std::size_t open = name.find('(');
        page += ".BR " + roffText(name.substr(0, open)) + " " + name.substr(open) +
                (i + 1 < program.seeAlso.size() ? " ,\n" : "\n");
    }
    return page;
}

} // namespace mrb::reference
