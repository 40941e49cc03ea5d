// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/CommandDescription.h"

#include <CLI/CLI.hpp>

#include <set>
#include <sstream>

namespace mrb::backend {

namespace {

/// Help texts end in what holds without the option: "Time limit for upstream [3600]".
void splitStandard(OptionDescription &option)
{
    const std::size_t open = option.text.rfind(" [");
    if (open == std::string::npos || option.text.back() != ']')
        return;
    option.standard = option.text.substr(open + 2, option.text.size() - open - 3);
    option.text.resize(open);
}

std::vector<std::string> namesOf(const std::set<CLI::Option *> &options)
{
    std::set<std::string> names; // the options themselves are in the order of their addresses
    for (const CLI::Option *option : options)
        names.insert(option->get_name());
    return {names.begin(), names.end()};
}

OptionDescription describeOption(const CLI::Option &option)
{
    OptionDescription description;
    for (const std::string &letter : option.get_snames())
        description.flags.push_back("-" + letter);
    for (const std::string &name : option.get_lnames())
        description.flags.push_back("--" + name);
    if (description.flags.empty())
        description.name = option.get_name();
    const bool takesValue = option.get_type_size() != 0;
    if (takesValue)
        description.value = option.get_type_name();
    description.text = option.get_description();
    description.required = option.get_required();
    description.needs = namesOf(option.get_needs());
    description.excludes = namesOf(option.get_excludes());
    description.repeated =
        takesValue && option.get_items_expected_max() >= CLI::detail::expected_max_vector_size;
    splitStandard(description);
    return description;
}

/// The indented lines below the line "Examples:", as far as the next empty one.
std::vector<std::string> examplesIn(const std::string &footer)
{
    std::vector<std::string> examples;
    std::istringstream lines(footer);
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (!inside)
            inside = line == "Examples:";
        else if (line.starts_with("  "))
            examples.push_back(line.substr(line.find_first_not_of(' ')));
        else
            break;
    }
    return examples;
}

} // namespace

CommandDescription describe(const CLI::App &app)
{
    CommandDescription description;
    description.name = app.get_name();
    description.text = app.get_description();
    description.describedElsewhere = app.get_prefix_command();
    description.examples = examplesIn(app.get_footer());
    const auto isShown = [](const CLI::Option *option) { return !option->get_group().empty(); };
    for (const CLI::Option *option : app.get_options(isShown))
        description.options.push_back(describeOption(*option));
    for (const CLI::App *command : app.get_subcommands(
             [](const CLI::App *candidate) { return !candidate->get_group().empty(); }))
        description.commands.push_back(describe(*command));
    return description;
}

} // namespace mrb::backend
