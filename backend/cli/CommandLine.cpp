// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/CommandLine.h"

#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/cli/Commands.h"
#include "backend/contract/Fields.h"

#include <QCoreApplication>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <exception>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace {

std::string words(const QString &text)
{
    return text.toStdString();
}

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
                       "  mrbrain inspect --measure volume.nii.gz\n"
                       "  mrbrain snapshot volume.nii.gz --plane mosaic -o mosaic.png\n"
                       "  mrbrain convert volume.nrrd -o volume.nii.gz\n"
                       "  mrbrain modalities\n"
                       "  mrbrain diagnostics mrbrain-runs/broken > report.txt\n\n"
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

void addRequestOptions(CLI::App &command, GenerateOptions &options)
{
    command
        .add_option("request", options.request,
                    words(Text::tr("Override document (JSON), or the word 'default' for none")))
        ->type_name("FILE|default")
        ->required();
    command
        .add_option("-o,--output-dir", options.outputFolder,
                    words(Text::tr("Folder of the run [./mrbrain-runs/<time>_<modality>_<seed>]")))
        ->type_name("DIR");
    command.add_option("--modality", options.modality, fieldHelpText("modality"))
        ->type_name("NAME");
    command.add_option("-s,--random-seed", options.seed, fieldHelpText("random_seed"))
        ->type_name("N");
    command
        .add_option("--num-gpus", options.numGpus,
                    words(Text::tr("Volumes at once, one on each GPU [1]")))
        ->type_name("N")
        ->check(CLI::Range(1, 64).description(""));
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

void addEngineOptions(CLI::App &command, GenerateOptions &options)
{
    addChoice<Engine>(
        command, "--engine", options.engine,
        {{"upstream", Engine::Upstream}, {"phantom", Engine::Phantom}},
        words(
            Text::tr("upstream: the model; phantom: a drawing for trying the program [upstream]")));
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

/// An unset shell variable must not quietly stand for the default.
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

void addRunOptions(CLI::App &command, GenerateArguments &arguments)
{
    addRequestOptions(command, arguments.options);
    addEngineOptions(command, arguments.options);
    addChoice<ProgressStyle>(
        command, "--progress", arguments.progress,
        {{"auto", ProgressStyle::Auto},
         {"plain", ProgressStyle::Plain},
         {"none", ProgressStyle::None}},
        words(
            Text::tr("auto: a status line on a terminal; plain: lines; none: errors only [auto]")));
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
    CLI::App *generate, *preflight, *inspect, *snapshot, *convert, *modalities, *diagnostics;
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
CLI::App *declareSnapshot(CLI::App &app)
{
    CLI::App *snapshot =
        app.add_subcommand("snapshot", words(Text::tr("Make a picture of a volume, as PNG")));
    snapshot->set_help_flag();
    snapshot->prefix_command();
    return snapshot;
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
        ->required();
    commands.inspect->add_flag(
        "--measure", all.inspect.measure,
        words(Text::tr("Also measure the image (foreground, border contact, noise)")));

    commands.snapshot = declareSnapshot(app);
    commands.convert =
        app.add_subcommand("convert", words(Text::tr("Save a volume in another format")));
    addConvertOptions(*commands.convert, all.convert);

    commands.modalities = app.add_subcommand(
        "modalities", words(Text::tr("List modalities, codes and training fields of view")));
    commands.modalities->add_flag("--json", all.modalities.json,
                                  words(Text::tr("As one JSON document")));
    commands.modalities->add_option("--manifest", all.modalities.manifest,
                                    words(Text::tr("Skill manifest in place of the built-in one")));

    commands.diagnostics = app.add_subcommand(
        "diagnostics", words(Text::tr("Print what a bug report needs, without names and secrets")));
    addDiagnosticsOptions(*commands.diagnostics, all.diagnostics);
    return commands;
}

ExitCode parseAndRun(int argc, char **argv)
{
    CLI::App app(
        words(Text::tr(
            "mrbrain generates synthetic brain MRI with NV-Generate-CTMR (rflow-mr-brain), "
            "measures what came out and judges it.")),
        "mrbrain");
    app.set_version_flag("--version", "mrbrain " + std::string(kVersion));
    app.require_subcommand(1);
    app.footer(footer());
    app.get_formatter()->column_width(32);

    Everything all;
    all.generate.options = optionsForThisProcess();
    all.preflight.options = all.generate.options;
    all.diagnostics.options = all.generate.options;
    const Commands commands = declareCommands(app, all);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
        return printDocument(app.help()) ? ExitCode::Passed : ExitCode::NotWritten;
    } catch (const CLI::CallForVersion &version) {
        return printDocument(version.what() + std::string("\n")) ? ExitCode::Passed
                                                                 : ExitCode::NotWritten;
    } catch (const CLI::ParseError &error) {
        return refuse(Text::tr("usage"),
                      {{error_codes::kUsage, QString::fromStdString(error.what()),
                        Text::tr("See mrbrain --help.")}});
    }
    if (commands.generate->parsed())
        return runGenerate(all.generate);
    if (commands.preflight->parsed())
        return runGenerate(all.preflight);
    if (commands.inspect->parsed())
        return runInspect(all.inspect);
    if (commands.snapshot->parsed()) // no option before it takes a value
        return runSnapshot(1 + std::find(argv, argv + argc, std::string_view("snapshot")));
    if (commands.convert->parsed())
        return runConvert(all.convert);
    if (commands.diagnostics->parsed())
        return runDiagnostics(all.diagnostics);
    return runModalities(all.modalities);
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
