// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/CommandLine.h"

#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/cli/Commands.h"
#include "backend/contract/Fields.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>

#include <cstdio>
#include <exception>
#include <map>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kUsage = "usage";
} // namespace error_codes

namespace {

std::string tr(const char *text)
{
    return Text::tr(text).toStdString();
}

// The field table describes a field wherever it appears, the command line included.
std::string fieldHelpText(const char *key)
{
    const contract::FieldSpec *field = contract::findField(key);
    return field != nullptr ? contract::fieldHelp(*field).toStdString() : std::string{};
}

std::string footer()
{
    std::string text = tr("Examples:\n"
                          "  mrbrain generate default --upstream ~/NV-Generate-CTMR\n"
                          "  mrbrain generate request.json -s 7 --modality mri_flair -o runs/flair7\n"
                          "  mrbrain generate default --engine phantom\n"
                          "  mrbrain preflight default\n"
                          "  mrbrain inspect --measure volume.nii.gz\n"
                          "  mrbrain modalities\n\n"
                          "Exit codes:\n");
    for (const ExitCodeMeaning &row : exitCodeTable()) {
        const std::string code = std::to_string(static_cast<int>(row.code));
        text += "  " + std::string(4 - code.size(), ' ') + code + "  " + std::string(row.meaning)
                + "\n";
    }
    return text
           + tr("\nResearch and engineering only: volumes are synthetic and not for clinical use.");
}

void addRunOptions(CLI::App &command, GenerateArguments &arguments)
{
    GenerateOptions &options = arguments.options;
    command
        .add_option("request", options.request,
                    tr("Override document (JSON), or the word 'default' for none"))
        ->required();
    command.add_option("-o,--output-dir", options.outputFolder,
                       tr("Folder of the run [./mrbrain-runs/<time>_<modality>_<seed>]"));
    command.add_option("--modality", options.modality, fieldHelpText("modality"));
    command.add_option("-s,--random-seed", options.seed, fieldHelpText("random_seed"));
    command.add_option("--num-gpus", options.numGpus, tr("Volumes at once, one on each GPU [1]"))
        ->check(CLI::Range(1, 64));
    command
        .add_option_function<double>(
            "--timeout-seconds",
            [&options](const double &seconds) {
                options.timeLimit = std::chrono::milliseconds(static_cast<long>(seconds * 1e3));
            },
            tr("Time limit for upstream [3600]"))
        ->check(CLI::Range(0.001, 30.0 * 24 * 3600));
    command
        .add_option("--engine", options.engine,
                    tr("upstream: the model; phantom: a drawing for trying the program [upstream]"))
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, Engine>{{"upstream", Engine::Upstream},
                                          {"phantom", Engine::Phantom}}));
    command.add_option("--upstream", options.upstreamRoot,
                       tr("Checkout of NV-Generate-CTMR [$NV_GENERATE_ROOT and the usual places]"));
    command.add_option("--python", options.python,
                       tr("Interpreter [<checkout>/.venv, $VIRTUAL_ENV, python3]"));
    command.add_option("--manifest", options.manifest,
                       tr("Skill manifest in place of the built-in one; recorded, and the run is "
                          "never plainly passed"));
    command.add_flag("--allow-checkout", options.allowCheckout,
                     tr("Accept a checkout that is not the pinned one. This runs other people's "
                        "code. Recorded; its gate fails"));
    command.add_flag("--allow-weights", options.allowWeights,
                     tr("Accept checkpoints that are not the pinned ones. Loading a checkpoint can "
                        "execute code. Recorded; their gate fails"));
    command.add_flag("--rehash", options.rehash,
                     tr("Hash the weights again, whatever earlier runs remembered"));
    command.add_flag("-y,--yes", options.acceptCost, tr("Accept the estimated cost"));
    command
        .add_option("--progress", arguments.progress,
                    tr("auto: a status line on a terminal; plain: lines; none: errors only [auto]"))
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, ProgressStyle>{{"auto", ProgressStyle::Auto},
                                                 {"plain", ProgressStyle::Plain},
                                                 {"none", ProgressStyle::None}}));
}

struct Everything
{
    GenerateArguments generate;
    GenerateArguments preflight;
    InspectArguments inspect;
    ModalitiesArguments modalities;
};

struct Commands
{
    CLI::App *generate, *preflight, *inspect, *modalities;
};

Commands declareCommands(CLI::App &app, Everything &all)
{
    Commands commands{};
    commands.generate = app.add_subcommand("generate", tr("Generate, measure and judge volumes"));
    addRunOptions(*commands.generate, all.generate);
    auto *preflightOnly = commands.generate->add_flag_callback(
        "--preflight-only", [&all] { all.generate.mode = RunMode::PreflightOnly; },
        tr("Check everything, run nothing"));
    commands.generate
        ->add_flag_callback(
            "--dry-run", [&all] { all.generate.mode = RunMode::DryRun; },
            tr("Print what would be run; needs no GPU and writes nothing"))
        ->excludes(preflightOnly);

    commands.preflight =
        app.add_subcommand("preflight", tr("The same as generate --preflight-only"));
    all.preflight.mode = RunMode::PreflightOnly;
    addRunOptions(*commands.preflight, all.preflight);

    commands.inspect =
        app.add_subcommand("inspect", tr("Read NIfTI volumes strictly and print their numbers"));
    commands.inspect->add_option("files", all.inspect.files, tr("NIfTI-1 or NIfTI-2 files"))
        ->required();
    commands.inspect->add_flag("--measure", all.inspect.measure,
                               tr("Also measure the image (foreground, border contact, noise)"));

    commands.modalities =
        app.add_subcommand("modalities", tr("List modalities, codes and training fields of view"));
    commands.modalities->add_flag("--json", all.modalities.json, tr("As one JSON document"));
    commands.modalities->add_option("--manifest", all.modalities.manifest,
                                    tr("Skill manifest in place of the built-in one"));
    return commands;
}

ExitCode parseAndRun(int argc, char **argv)
{
    CLI::App app(tr("mrbrain generates synthetic brain MRI with NV-Generate-CTMR (rflow-mr-brain), "
                    "measures what came out and judges it."),
                 "mrbrain");
    app.set_version_flag("--version", "mrbrain " + std::string(kVersion));
    app.require_subcommand(1);
    app.footer(footer());
    app.get_formatter()->column_width(32);

    Everything all;
    all.generate.options = optionsForThisProcess();
    all.preflight.options = all.generate.options;
    const Commands commands = declareCommands(app, all);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
        std::fputs(app.help().c_str(), stdout);
        return ExitCode::Passed;
    } catch (const CLI::Success &success) { // --version
        app.exit(success);
        return ExitCode::Passed;
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
    return runModalities(all.modalities);
}

} // namespace

int runMrbrain(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mrbrain"));
    try {
        return static_cast<int>(parseAndRun(argc, argv));
    } catch (const std::exception &error) { // the last net; nothing is known to throw
        std::fprintf(stderr, "mrbrain: internal error: %s\n", error.what());
        return static_cast<int>(refuse(
            Text::tr("internal error"),
            {{error_codes::kUsage, QString::fromLocal8Bit(error.what()),
              Text::tr("This is a fault of the program; please report it.")}}));
    }
}

} // namespace mrb::backend
