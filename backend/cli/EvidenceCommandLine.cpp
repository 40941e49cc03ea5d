// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/cli/EvidenceCommands.h"
#include "backend/cli/OptionHelpers.h"

#include <CLI/CLI.hpp>

namespace mrb::backend {

struct EvidenceCommandLine::State
{
    BundleArguments bundle;
    VerifyArguments verify;
    ReproduceArguments reproduce;
    DiffArguments diff;
    CLI::App *bundleCommand = nullptr;
    CLI::App *verifyCommand = nullptr;
    CLI::App *reproduceCommand = nullptr;
    CLI::App *diffCommand = nullptr;

    void declareBundle(CLI::App &app);
    void declareVerify(CLI::App &app);
    void declareReproduce(CLI::App &app);
    void declareDiff(CLI::App &app);
};

void EvidenceCommandLine::State::declareBundle(CLI::App &app)
{
    bundleCommand = app.add_subcommand(
        "bundle", words(Text::tr("Export runs with all their evidence, to be handed on")));
    CLI::App &command = *bundleCommand;
    command.add_option("runs", bundle.runs, words(Text::tr("Folders of runs that ended")))
        ->type_name("RUN_DIR")
        ->required();
    command
        .add_option("-o,--output", bundle.output,
                    words(Text::tr("File to write, OUT.zip; with --folder a folder")))
        ->type_name("OUT")
        ->required();
    command.add_flag("--folder", bundle.order.asFolder,
                     words(Text::tr("Write a folder in place of an archive")));
    command.add_flag_callback(
        "--without-volumes", [this] { bundle.order.withVolumes = false; },
        words(Text::tr("Leave the volumes out: their hashes stay in the record")));
    command.add_flag("--keep-paths", bundle.order.keepPaths,
                     words(Text::tr("Keep paths, names and whatever is in the logs as they are")));
    command.add_flag("--accepted", bundle.acceptedOnly,
                     words(Text::tr("Only those of the runs that were rated as accepted")));
    command.add_flag("--overwrite", bundle.order.overwrite,
                     words(Text::tr("Replace the archive when it exists")));
    addProgressOption(command, bundle.progress);
    refuseEmptyValues(command);
}

void EvidenceCommandLine::State::declareVerify(CLI::App &app)
{
    verifyCommand = app.add_subcommand(
        "verify", words(Text::tr("Read all evidence again and say what differs")));
    CLI::App &command = *verifyCommand;
    command.add_option("evidence", verify.path, words(Text::tr("Folder of a run, or a bundle")))
        ->type_name("RUN_DIR|BUNDLE")
        ->required();
    command
        .add_option("--manifest", verify.manifest,
                    words(Text::tr("Skill manifest in place of the built-in one, for the gates")))
        ->type_name("FILE");
    command
        .add_option("--digest", verify.digest,
                    words(Text::tr("The bundle's digest as it was noted elsewhere at the export")))
        ->type_name("SHA256");
    addProgressOption(command, verify.progress);
    refuseEmptyValues(command);
}

void EvidenceCommandLine::State::declareReproduce(CLI::App &app)
{
    reproduceCommand = app.add_subcommand(
        "reproduce", words(Text::tr("Run a record's request again here and compare the volumes")));
    CLI::App &command = *reproduceCommand;
    command.add_option("evidence", reproduce.path, words(Text::tr("Folder of a run, or a bundle")))
        ->type_name("RUN_DIR|BUNDLE")
        ->required();
    command
        .add_option("--run", reproduce.run, words(Text::tr("Which run of a bundle with several")))
        ->type_name("NAME");
    command
        .add_option("--max-difference", reproduce.tolerance.maxAbsolute,
                    words(Text::tr("Largest difference of a voxel that still counts as the same "
                                   "[1]")))
        ->type_name("X")
        ->check(CLI::NonNegativeNumber.description(""));
    command
        .add_option("--mean-difference", reproduce.tolerance.meanAbsolute,
                    words(Text::tr("The same for the mean over all voxels [0.01]")))
        ->type_name("X")
        ->check(CLI::NonNegativeNumber.description(""));
    reproduce.options = optionsForThisProcess();
    addRunFolderOptions(command, reproduce.options);
    addModelOptions(command, reproduce.options);
    addProgressOption(command, reproduce.progress);
    refuseEmptyValues(command);
}

void EvidenceCommandLine::State::declareDiff(CLI::App &app)
{
    diffCommand = app.add_subcommand(
        "diff", words(Text::tr("Compare two records: settings, identity, numbers, volumes")));
    CLI::App &command = *diffCommand;
    command.add_option("first", diff.first, words(Text::tr("Folder of a run, or a bundle of one")))
        ->type_name("A")
        ->required();
    command.add_option("second", diff.second, words(Text::tr("The other one")))
        ->type_name("B")
        ->required();
    command.add_flag("--json", diff.json, words(Text::tr("As one JSON document")));
    refuseEmptyValues(command);
}

EvidenceCommandLine::EvidenceCommandLine(CLI::App &app) : m_state(std::make_unique<State>())
{
    m_state->declareBundle(app);
    m_state->declareVerify(app);
    m_state->declareReproduce(app);
    m_state->declareDiff(app);
}

EvidenceCommandLine::~EvidenceCommandLine() = default;

std::optional<ExitCode> EvidenceCommandLine::run() const
{
    if (m_state->bundleCommand->parsed())
        return runBundle(m_state->bundle);
    if (m_state->verifyCommand->parsed())
        return runVerify(m_state->verify);
    if (m_state->reproduceCommand->parsed())
        return runReproduce(m_state->reproduce);
    if (m_state->diffCommand->parsed())
        return runDiff(m_state->diff);
    return std::nullopt;
}

} // namespace mrb::backend
