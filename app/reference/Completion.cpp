// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/reference/Completion.h"

#include "app/reference/Programs.h"
#include "backend/contract/Fields.h"

#include <algorithm>
#include <cctype>

namespace mrb::reference {

using backend::CommandDescription;
using backend::OptionDescription;

namespace {

/// What can stand for a value.
struct Offer
{
    std::vector<std::string> words;
    bool files = false;
    bool folders = false;

    bool isEmpty() const { return words.empty() && !files && !folders; }
};

void addPart(Offer &offer, const std::string &part)
{
    const bool literal = std::islower(static_cast<unsigned char>(part.front())) != 0;
    if (literal)
        offer.words.push_back(part);
    else if (part == "DIR" || part == "RUN_DIR")
        offer.folders = true;
    else if (part == "FILE" || part == "FOLDER" || part == "BUNDLE" || part == "EXE" ||
             part == "OUT" || part == "PATH")
        offer.files = true;
}

bool isModality(const OptionDescription &option)
{
    return std::ranges::any_of(contract::fieldTable(), [&option](const contract::FieldSpec &field) {
        return field.kind == contract::FieldKind::ModalityName &&
               std::ranges::find(option.flags, field.flag) != option.flags.end();
    });
}

Offer offerFor(const OptionDescription &option, const std::vector<std::string> &modalities)
{
    if (isModality(option))
        return {.words = modalities};
    Offer offer;
    const std::string &value = option.value;
    for (std::size_t start = 0; start < value.size();) {
        const std::size_t end = std::min(value.find('|', start), value.size());
        if (end > start)
            addPart(offer, value.substr(start, end - start));
        start = end + 1;
    }
    // What an argument is called says nothing of what it is; all there are, are files or choices.
    if (option.flags.empty() && offer.isEmpty())
        offer.files = true;
    return offer;
}

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

/// A call of the function that fills COMPREPLY.
std::string call(const std::string &function, const Offer &offer)
{
    const char *kind = offer.files ? "files" : offer.folders ? "folders" : "none";
    return function + "_offer " + kind + " '" + joined(offer.words) + "'";
}

std::vector<std::string> flagsOf(const CommandDescription &command)
{
    std::vector<std::string> flags;
    for (const OptionDescription &option : command.options)
        flags.insert(flags.end(), option.flags.begin(), option.flags.end());
    if (std::ranges::find(flags, "--help") == flags.end()) // of commands that other programs read
        flags.emplace_back("--help");
    return flags;
}

/// `path` is "" for the program itself, else the command's word.
void addCommand(std::string &values, std::string &words, const std::string &path,
                const CommandDescription &command, const std::string &function,
                const std::vector<std::string> &modalities)
{
    Offer arguments;
    for (const CommandDescription &inner : command.commands)
        arguments.words.push_back(inner.name);
    for (const OptionDescription &option : command.options) {
        const Offer offer = offerFor(option, modalities);
        if (option.flags.empty()) {
            arguments.words.insert(arguments.words.end(), offer.words.begin(), offer.words.end());
            arguments.files |= offer.files;
            arguments.folders |= offer.folders;
            continue;
        }
        if (option.value.empty())
            continue;
        std::string patterns;
        for (const std::string &flag : option.flags)
            patterns += (patterns.empty() ? "'" : " | '") + path + " " + flag + "'";
        values += "        " + patterns + ") " + call(function, offer) + "; return ;;\n";
    }
    words += "        '" + path + "')\n            if [[ $word == -* ]]; then\n                " +
             function + "_offer none '" + joined(flagsOf(command)) +
             "'\n            else\n                " + call(function, arguments) +
             "\n            fi ;;\n";
}

constexpr const char *kOffer = R"(
# Files are completed by readline itself where it can: it knows quotes and the tilde.
FUNCTION_offer()
{
    local kind=$1
    COMPREPLY=($(compgen -W "$2" -- "$word"))
    case $kind in
        files)
            if [[ ${#COMPREPLY[@]} -gt 0 ]]; then
                mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$word")
                compopt -o filenames
            else
                compopt -o default
            fi ;;
        folders) compopt -o dirnames ;;
    esac
}

FUNCTION()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' i
    COMPREPLY=()
    # "--option=value" arrives as three words.
    if [[ $word == '=' ]]; then
        word=''
    elif [[ $before == '=' && $COMP_CWORD -ge 2 ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
)";

constexpr const char *kFindCommand = R"(    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in
            COMMANDS)
                command=${COMP_WORDS[i]}
                break ;;
        esac
    done
)";

std::string replaced(std::string text, const std::string &word, const std::string &by)
{
    for (std::size_t at = text.find(word); at != std::string::npos;
         at = text.find(word, at + by.size()))
        text.replace(at, word.size(), by);
    return text;
}

} // namespace

std::string bashCompletion(const CommandDescription &line,
                           const std::vector<std::string> &modalities)
{
    const std::string function = "_" + replaced(line.name, "-", "_");
    std::string values;
    std::string words;
    addCommand(values, words, "", line, function, modalities);
    std::string commands;
    for (const CommandDescription &command : line.commands) {
        addCommand(values, words, command.name, command, function, modalities);
        commands += (commands.empty() ? "" : " | ") + command.name;
    }
    std::string script = "# bash completion for " + line.name +
                         ". Made from the tables that read the command line; do not edit.\n";
    script += replaced(kOffer, "FUNCTION", function);
    if (!commands.empty())
        script += replaced(kFindCommand, "COMMANDS", commands);
    if (!values.empty())
        script += "    case \"$command $before\" in\n" + values + "    esac\n";
    script += "    case $command in\n" + words + "    esac\n}\n\n";
    return script + "complete -F " + function + " " + line.name + "\n";
}

} // namespace mrb::reference
