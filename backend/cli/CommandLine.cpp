// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/CommandLine.h"

#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/cli/BatchCommands.h"
#include "backend/cli/CommandDescription.h"
#include "backend/cli/Commands.h"
#include "backend/cli/EvidenceCommands.h"
#include "backend/cli/OptionHelpers.h"
#include "backend/cli/SetupCommands.h"
#include "backend/contract/Fields.h"

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace {

// The field table describes a field wherever it appears, the command line included.
std::string fieldHelpText(const char *key)
{
    const contract::FieldSpec *field = contract::findField(key);
    return field != nullptr ? contract::fieldHelp(*field).toStdString() : std::string{};
}

std::string footer()
{
    std::string text =
        words(Text::tr("Examples:\n"
                       "  mrbrain generate default --upstream ~/NV-Generate-CTMR\n"
                       "  mrbrain generate request.json -s 7 --modality mri_flair -o runs/flair7\n"
                       "  mrbrain generate default --engine phantom\n"
                       "  mrbrain preflight default\n"
                       "  mrbrain batch default --seeds 1..16 -o runs/t1\n"
                       "  mrbrain batch sweep.json -o runs/sweep --dry-run\n"
                       "  mrbrain inspect --measure volume.nii.gz\n"
                       "  mrbrain snapshot volume.nii.gz --plane mosaic -o mosaic.png\n"
                       "  mrbrain convert volume.nrrd -o volume.nii.gz\n"
                       "  mrbrain modalities\n"
                       "  mrbrain diagnostics mrbrain-runs/broken > report.txt\n"
                       "  mrbrain report mrbrain-runs/t1 --pdf t1.pdf\n"
                       "  mrbrain bundle mrbrain-runs/t1 mrbrain-runs/t2 -o evidence.zip\n"
                       "  mrbrain verify evidence.zip\n"
                       "  mrbrain reproduce evidence.zip --run mri_t1_seed7_0123abcd\n"
                       "  mrbrain diff mrbrain-runs/t1 mrbrain-runs/t2\n"
                       "  mrbrain setup --check\n"
                       "  mrbrain setup\n\n"
                       "Exit codes:\n"));
    for (const ExitCodeMeaning &row : exitCodeTable()) {
        const std::string code = std::to_string(static_cast<int>(row.code));
        text += "  " + std::string(4 - code.size(), ' ') + code + "  " + std::string(row.meaning) +
                "\n";
    }
    return text +
           words(Text::tr(
               "\nResearch and engineering only: volumes are synthetic and not for clinical use."));
}

void addRequestOptions(CLI::App &command, GenerateOptions &options)
{
    command
        .add_option("request", options.request,
                    words(Text::tr("Override document (JSON), or the word 'default' for none")))
        ->type_name("FILE|default")
        ->required();
    command.add_option("--modality", options.modality, fieldHelpText("modality"))
        ->type_name("NAME");
    command.add_option("-s,--random-seed", options.seed, fieldHelpText("random_seed"))
        ->type_name("N");
    command
        .add_option("--num-gpus", options.numGpus,
                    words(Text::tr("Volumes at once, one on each GPU [1]")))
        ->type_name("N")
        ->check(CLI::Range(1, 64).description(""));
    addRunFolderOptions(command, options);
}

void addRunOptions(CLI::App &command, GenerateArguments &arguments)
{
    addRequestOptions(command, arguments.options);
    addEngineOption(command, arguments.options.engine);
    addModelOptions(command, arguments.options);
    addProgressOption(command, arguments.progress);
    refuseEmptyValues(command);
}

void addDiagnosticsOptions(CLI::App &command, DiagnosticsArguments &arguments)
{
    command
        .add_option("run", arguments.runFolder,
                    words(Text::tr("Folder of a run to be told about as well")))
        ->type_name("RUN_DIR");
    command.add_flag("--json", arguments.json, words(Text::tr("As one JSON document")));
    command
        .add_option("--upstream", arguments.options.upstreamRoot,
                    words(Text::tr("Checkout to look at [$NV_GENERATE_ROOT, the usual places]")))
        ->type_name("DIR");
    command
        .add_option("--python", arguments.options.python,
                    words(Text::tr("Interpreter to ask [<checkout>/.venv, $VIRTUAL_ENV, python3]")))
        ->type_name("EXE");
    command
        .add_option("--manifest", arguments.options.manifest,
                    words(Text::tr("Skill manifest in place of the built-in one")))
        ->type_name("FILE");
    refuseEmptyValues(command);
}

struct Everything
{
    GenerateArguments generate;
    GenerateArguments preflight;
    InspectArguments inspect;
    ModalitiesArguments modalities;
    ConvertArguments convert;
    DiagnosticsArguments diagnostics;
};

struct Commands
{
    CLI::App *generate, *preflight, *inspect, *snapshot, *report, *convert, *modalities,
        *diagnostics;
};

void addConvertOptions(CLI::App &command, ConvertArguments &arguments)
{
    command.add_option("file", arguments.file, words(Text::tr("NIfTI, NRRD or MetaImage volume")))
        ->type_name("FILE")
        ->required();
    command
        .add_option("-o,--output", arguments.output,
                    words(Text::tr("File to write; its extension says the format: .nii.gz, .nii "
                                   "or .nrrd")))
        ->type_name("FILE")
        ->required();
    command.add_flag("--overwrite", arguments.overwrite,
                     words(Text::tr("Replace the file to write when it exists")));
    command
        .add_option("--compression", arguments.compressionLevel,
                    words(Text::tr("0 fastest and largest, to 3 smallest [1]")))
        ->type_name("N")
        ->check(CLI::Range(0, 3).description(""));
}

/// The helper reads its own options, --help included.
CLI::App *declareForHelper(CLI::App &app, const char *name, const QString &help)
{
    CLI::App *command = app.add_subcommand(name, words(help));
    command->set_help_flag();
    command->prefix_command();
    return command;
}

Commands declareCommands(CLI::App &app, Everything &all)
{
    Commands commands{};
    commands.generate =
        app.add_subcommand("generate", words(Text::tr("Generate, measure and judge volumes")));
    addRunOptions(*commands.generate, all.generate);
    auto *preflightOnly = commands.generate->add_flag_callback(
        "--preflight-only", [&all] { all.generate.mode = RunMode::PreflightOnly; },
        words(Text::tr("Check everything, run nothing")));
    commands.generate
        ->add_flag_callback(
            "--dry-run", [&all] { all.generate.mode = RunMode::DryRun; },
            words(Text::tr("Print what would be run; needs no GPU and writes nothing")))
        ->excludes(preflightOnly);

    commands.preflight =
        app.add_subcommand("preflight", words(Text::tr("The same as generate --preflight-only")));
    all.preflight.mode = RunMode::PreflightOnly;
    addRunOptions(*commands.preflight, all.preflight);

    commands.inspect = app.add_subcommand(
        "inspect", words(Text::tr("Read NIfTI volumes strictly and print their numbers")));
    commands.inspect
        ->add_option("files", all.inspect.files, words(Text::tr("NIfTI-1 or NIfTI-2 files")))
        ->type_name("FILE")
        ->required();
    commands.inspect->add_flag(
        "--measure", all.inspect.measure,
        words(Text::tr("Also measure the image (foreground, border contact, noise)")));

    commands.snapshot =
        declareForHelper(app, "snapshot", Text::tr("Make a picture of a volume, as PNG"));
    commands.report =
        declareForHelper(app, "report", Text::tr("Make the report of a run, as HTML and PDF"));
    commands.convert =
        app.add_subcommand("convert", words(Text::tr("Save a volume in another format")));
    addConvertOptions(*commands.convert, all.convert);

    commands.modalities = app.add_subcommand(
        "modalities", words(Text::tr("List modalities, codes and training fields of view")));
    commands.modalities->add_flag("--json", all.modalities.json,
                                  words(Text::tr("As one JSON document")));
    commands.modalities
        ->add_option("--manifest", all.modalities.manifest,
                     words(Text::tr("Skill manifest in place of the built-in one")))
        ->type_name("FILE");

    commands.diagnostics = app.add_subcommand(
        "diagnostics", words(Text::tr("Print what a bug report needs, without names and secrets")));
    addDiagnosticsOptions(*commands.diagnostics, all.diagnostics);
    return commands;
}

/// Everything that mrbrain reads from its command line, declared and not yet parsed.
struct CommandLine
{
    CLI::App app;
    Everything all;
    Commands commands{};
    // Declared last, so that help shows them last.
    std::optional<BatchCommandLine> batch;
    std::optional<EvidenceCommandLine> evidence;
    std::optional<SetupCommandLine> setup;

    CommandLine();
    ExitCode runParsed(int argc, char **argv) const;
};

CommandLine::CommandLine()
    : app(words(
              Text::tr("mrbrain generates synthetic brain MRI with NV-Generate-CTMR, measures what "
                       "came out and judges it.")),
          "mrbrain")
{
    app.set_version_flag("--version", "mrbrain " + versionText());
    app.require_subcommand(1);
    app.footer(footer());
    app.get_formatter()->column_width(32);
    all.generate.options = optionsForThisProcess();
    all.preflight.options = all.generate.options;
    all.diagnostics.options = all.generate.options;
    commands = declareCommands(app, all);
    batch.emplace(app);
    evidence.emplace(app);
    setup.emplace(app);
}

ExitCode CommandLine::runParsed(int argc, char **argv) const
{
    if (commands.generate->parsed())
        return runGenerate(all.generate);
    if (commands.preflight->parsed())
        return runGenerate(all.preflight);
    if (commands.inspect->parsed())
        return runInspect(all.inspect);
    for (const CLI::App *command : {commands.snapshot, commands.report})
        if (command->parsed()) // no option before it takes a value
            return runPictureHelper(std::find(argv, argv + argc, command->get_name()));
    if (commands.convert->parsed())
        return runConvert(all.convert);
    if (commands.diagnostics->parsed())
        return runDiagnostics(all.diagnostics);
    if (const auto code = batch->run())
        return *code;
    if (const auto code = evidence->run())
        return *code;
    if (const auto code = setup->run())
        return *code;
    return runModalities(all.modalities);
}

ExitCode parseAndRun(int argc, char **argv)
{
    CommandLine line;
    try {
        line.app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
        return printDocument(line.app.help()) ? ExitCode::Passed : ExitCode::NotWritten;
    } catch (const CLI::CallForVersion &version) {
        return printDocument(version.what() + std::string("\n")) ? ExitCode::Passed
                                                                 : ExitCode::NotWritten;
    } catch (const CLI::ParseError &error) {
        return refuse(Text::tr("usage"),
                      {{error_codes::kUsage, QString::fromStdString(error.what()),
                        Text::tr("See mrbrain --help.")}});
    }
    return line.runParsed(argc, argv);
}

/// Whatever is opened first would otherwise take the place of a closed stdin, stdout or stderr.
/// Writing to a stdout that was closed goes on to fail.
void openStandardDescriptors()
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor)
        if (::fcntl(descriptor, F_GETFD) < 0)
            ::open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

} // namespace

CommandDescription describeMrbrain()
{
    return describe(CommandLine().app);
}

int runMrbrain(int argc, char **argv)
{
    openStandardDescriptors();
    std::signal(SIGPIPE, SIG_IGN); // a reader that went away is an error and not the end
    std::signal(SIGXFSZ, SIG_IGN); // so is a limit on the size of files
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mrbrain"));
    try {
        return static_cast<int>(parseAndRun(argc, argv));
    } catch (const std::exception &error) { // the last net; nothing is known to throw
        std::fprintf(stderr, "mrbrain: internal error: %s\n", error.what());
        return static_cast<int>(
            refuse(Text::tr("internal error"),
                   {{error_codes::kUsage, QString::fromLocal8Bit(error.what()),
                     Text::tr("This is a fault of the program; please report it.")}}));
    }
}

} // namespace mrb::backend
