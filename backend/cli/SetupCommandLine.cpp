// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/cli/OptionHelpers.h"
#include "backend/cli/SetupCommands.h"

#include <CLI/CLI.hpp>

namespace mrb::backend {

namespace {

/// "all" ends with the check of everything, which a single step leaves out.
std::vector<SetupStep> stepsNamed(const std::string &name)
{
    for (const SetupStep step : {SetupStep::Checkout, SetupStep::Packages, SetupStep::Weights})
        if (name == setupStepName(step))
            return {step};
    return {kSetupSteps.begin(), kSetupSteps.end()};
}

void addSources(CLI::App &command, SetupOptions &options)
{
    command
        .add_option("--repository", options.repository,
                    words(Text::tr("Clone from here, an address or a folder [the manifest's]")))
        ->type_name("URL|DIR");
    auto *python =
        command
            .add_option("--python", options.python,
                        words(Text::tr("Interpreter to build on [python3.11 and others in PATH]")))
            ->type_name("EXE");
    auto *venv = command
                     .add_option("--venv", options.venv,
                                 words(Text::tr("Virtual environment to make [<checkout>/.venv]")))
                     ->type_name("DIR");
    command
        .add_flag("--into-python", options.intoPython,
                  words(Text::tr("Install into --python itself, such as that of a conda "
                                 "environment")))
        ->needs(python)
        ->excludes(venv);
    command
        .add_option("--index-url", options.indexUrl,
                    words(Text::tr("Package index [that of pip's configuration]")))
        ->type_name("URL");
    command
        .add_option("--torch-index-url", options.torchIndexUrl,
                    words(Text::tr("Package index for torch alone, to choose its CUDA")))
        ->type_name("URL");
    command
        .add_option("--wheels", options.wheelFolder,
                    words(Text::tr("Folder of packages that were brought along; nothing is "
                                   "downloaded then")))
        ->type_name("DIR");
    command
        .add_option("--weights", options.weightsFolder,
                    words(Text::tr("Folder of weights that were brought along; nothing is "
                                   "downloaded then")))
        ->type_name("DIR");
}

} // namespace

struct SetupCommandLine::State
{
    SetupArguments arguments;
    CLI::App *command = nullptr;
};

SetupCommandLine::SetupCommandLine(CLI::App &app) : m_state(std::make_unique<State>())
{
    SetupArguments &arguments = m_state->arguments;
    arguments.options = setupOptionsForThisProcess();
    m_state->command = app.add_subcommand(
        "setup", words(Text::tr("Set the model up: checkout, Python packages, weights")));
    CLI::App &command = *m_state->command;
    command
        .add_option_function<std::string>(
            "step", [&arguments](const std::string &name) { arguments.steps = stepsNamed(name); },
            words(Text::tr("One step, or all of them and a check of everything [all]")))
        ->type_name("checkout|packages|weights|all")
        ->check(CLI::IsMember({"checkout", "packages", "weights", "all"}).description(""));
    command.add_flag("--check", arguments.onlyLook,
                     words(Text::tr("Say what is there and what would be done; change nothing")));
    command
        .add_option("--upstream", arguments.options.root,
                    words(Text::tr("Checkout to make, or to accept as it is [where runs look]")))
        ->type_name("DIR");
    addSources(command, arguments.options);
    command
        .add_option("--manifest", arguments.options.manifest,
                    words(Text::tr("Skill manifest in place of the built-in one")))
        ->type_name("FILE");
    command.add_flag("-y,--yes", arguments.yes, words(Text::tr("Start every step without asking")));
    command.add_flag("--generate", arguments.generate,
                     words(Text::tr("Generate one small volume when everything is done")));
    addProgressOption(command, arguments.progress);
    refuseEmptyValues(command);
}

SetupCommandLine::~SetupCommandLine() = default;

std::optional<ExitCode> SetupCommandLine::run() const
{
    if (!m_state->command->parsed())
        return std::nullopt;
    return runSetup(m_state->arguments);
}

} // namespace mrb::backend
