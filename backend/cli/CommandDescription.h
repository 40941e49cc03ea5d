// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mrb::backend {

/// One option or argument of a command line, as its --help has it.
struct OptionDescription
{
    /// "-o", "--output-dir"; empty: an argument without a flag.
    std::vector<std::string> flags = {};
    std::string name = {}; ///< of an argument without a flag
    /// What stands for the value, such as "FILE" or "auto|plain|none"; empty: takes none. Words in
    /// lower case are meant literally.
    std::string value = {};
    std::string text = {}; ///< one sentence without its full stop
    /// What holds when it is not given; empty where the help says nothing.
    std::string standard = {};
    /// Options that it has to, or must not, be given together with; sorted.
    std::vector<std::string> needs = {};
    std::vector<std::string> excludes = {};
    bool required = false;
    bool repeated = false; ///< takes any number of values
};

/// A command line as a value: what manual pages, completion and tables are made of.
struct CommandDescription
{
    std::string name = {};
    std::string text = {};
    /// As declared, arguments without flags among them.
    std::vector<OptionDescription> options = {};
    std::vector<CommandDescription> commands = {};
    std::vector<std::string> examples = {}; ///< command lines out of the end of its help
    bool describedElsewhere = false;        ///< another program reads its options, --help included
};

/// Reads what was declared. Hidden options are left out.
CommandDescription describe(const CLI::App &app);

/// The command line of mrbrain.
CommandDescription describeMrbrain();

} // namespace mrb::backend
