// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/cli/CommandDescription.h"

#include <string>
#include <vector>

namespace mrb::reference {

/// A word and what it stands for.
struct Entry
{
    std::string term;
    std::string text;
};

/// All that is said of a program in its reference.
struct Program
{
    backend::CommandDescription line;
    std::string summary; ///< a few words without a full stop, behind the name
    std::vector<std::string> introduction;
    std::vector<Entry> exitCodes;
    std::vector<Entry> environment;
    std::vector<Entry> files;
    std::vector<std::string> seeAlso; ///< manual pages, "mrbrain(1)"
};

/// mrbrain, with the commands whose options another program reads, and mrbrain-studio. An error
/// when a command that another program reads is described by none.
Result<std::vector<Program>> programs();

/// "REQUEST", what stands for an argument's or an option's value; empty for a switch.
std::string placeholder(const backend::OptionDescription &option);

/// "-o OUT RUN_DIR... [options]", without the command's name.
std::string synopsis(const backend::CommandDescription &command);

} // namespace mrb::reference
