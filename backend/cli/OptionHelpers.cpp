// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/OptionHelpers.h"

#include "backend/base/Text.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace {

/// A named choice: one of the names, shown as such in the help.
template <class Value>
void addChoice(CLI::App &command, const std::string &flag, Value &target,
               const std::vector<std::pair<std::string, Value>> &choices, const std::string &help)
{
    std::set<std::string> names;
    std::string shown;
    for (const auto &[name, value] : choices) {
        names.insert(name);
        shown += (shown.empty() ? "" : "|") + name;
    }
    command
        .add_option_function<std::string>(
            flag,
            [&target, choices](const std::string &given) {
                for (const auto &[name, value] : choices)
                    if (name == given)
                        target = value;
            },
            help)
        ->type_name(shown)
        ->check(CLI::IsMember(names).description(""));
}

} // namespace

std::string words(const QString &text)
{
    return text.toStdString();
}

void addProgressOption(CLI::App &command, ProgressStyle &progress)
{
    addChoice<ProgressStyle>(
        command, "--progress", progress,
        {{"auto", ProgressStyle::Auto},
         {"plain", ProgressStyle::Plain},
         {"none", ProgressStyle::None}},
        words(
            Text::tr("auto: a status line on a terminal; plain: lines; none: errors only [auto]")));
}

void addEngineOption(CLI::App &command, Engine &engine)
{
    addChoice<Engine>(
        command, "--engine", engine, {{"upstream", Engine::Upstream}, {"phantom", Engine::Phantom}},
        words(
            Text::tr("upstream: the model; phantom: a drawing for trying the program [upstream]")));
}

void addModelOptions(CLI::App &command, GenerateOptions &options)
{
    command
        .add_option("--upstream", options.upstreamRoot,
                    words(Text::tr(
                        "Checkout of NV-Generate-CTMR [$NV_GENERATE_ROOT and the usual places]")))
        ->type_name("DIR");
    command
        .add_option("--python", options.python,
                    words(Text::tr("Interpreter [<checkout>/.venv, $VIRTUAL_ENV, python3]")))
        ->type_name("EXE");
    command
        .add_option(
            "--manifest", options.manifest,
            words(Text::tr("Skill manifest in place of the built-in one; recorded, and the run is "
                           "never plainly passed")))
        ->type_name("FILE");
    command.add_flag(
        "--allow-checkout", options.allowCheckout,
        words(Text::tr("Accept a checkout that is not the pinned one. This runs other people's "
                       "code. Recorded; its gate fails")));
    command.add_flag(
        "--allow-weights", options.allowWeights,
        words(Text::tr("Accept checkpoints that are not the pinned ones. Loading a checkpoint can "
                       "execute code. Recorded; their gate fails")));
    command.add_flag("--rehash", options.rehash,
                     words(Text::tr("Hash the weights again, whatever earlier runs remembered")));
}

void addRunFolderOptions(CLI::App &command, GenerateOptions &options)
{
    command
        .add_option("-o,--output-dir", options.outputFolder,
                    words(Text::tr("Folder of the run [./mrbrain-runs/<time>_<modality>_<seed>]")))
        ->type_name("DIR");
    addLimitOptions(command, options);
}

void addLimitOptions(CLI::App &command, GenerateOptions &options)
{
    command
        .add_option_function<double>(
            "--timeout-seconds",
            [&options](const double &seconds) {
                if (std::isnan(seconds)) // which the range below lets through
                    throw CLI::ValidationError("--timeout-seconds", "is not a number");
                options.timeLimit = std::chrono::milliseconds(static_cast<long>(seconds * 1e3));
            },
            words(Text::tr("Time limit for upstream [3600]")))
        ->type_name("S")
        ->check(CLI::Range(0.001, 30.0 * 24 * 3600).description(""));
    command.add_flag("-y,--yes", options.acceptCost, words(Text::tr("Accept the estimated cost")));
}

void refuseEmptyValues(CLI::App &command)
{
    const CLI::Validator notEmpty(
        [](const std::string &text) {
            return text.empty() ? words(Text::tr("is empty")) : std::string{};
        },
        "");
    for (CLI::Option *option : command.get_options(
             [](const CLI::Option *candidate) { return candidate->get_type_size() > 0; }))
        option->check(notEmpty);
}

} // namespace mrb::backend
