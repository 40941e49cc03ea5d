// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Text.h"
#include "backend/cli/BatchCommands.h"
#include "backend/cli/OptionHelpers.h"
#include "backend/contract/Fields.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

namespace mrb::backend {

namespace {

constexpr int kMostJobs = 64;

/// 0 for "auto".
int jobsOf(const std::string &text)
{
    if (text == "auto")
        return 0;
    int jobs = 0;
    const char *end = text.data() + text.size();
    const auto [at, failed] = std::from_chars(text.data(), end, jobs);
    if (failed != std::errc() || at != end || jobs < 1 || jobs > kMostJobs)
        throw CLI::ValidationError("--jobs",
                                   words(Text::tr("%1 is neither auto nor a number from 1 to %2")
                                             .arg(QString::fromStdString(text))
                                             .arg(kMostJobs)));
    return jobs;
}

/// Indices or UUIDs as CUDA_VISIBLE_DEVICES takes them; empty for "all".
std::string gpusOf(const std::string &text)
{
    if (text == "all")
        return {};
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string_view entry = std::string_view(text).substr(begin, end - begin);
        const bool isUuid = entry.starts_with("GPU-") || entry.starts_with("MIG-");
        const bool isIndex =
            !entry.empty() && entry.find_first_not_of("0123456789") == std::string_view::npos;
        if (!isUuid && !isIndex)
            throw CLI::ValidationError(
                "--gpus", words(Text::tr("\u201c%1\u201d is neither an index nor a UUID of a GPU; "
                                         "write all, or a list as in 0,1")
                                    .arg(QString::fromUtf8(entry))));
        begin = end + 1;
    }
    return text;
}

void addRequests(CLI::App &command, BatchOptions &options)
{
    command
        .add_option("requests", options.requests,
                    words(Text::tr("Override documents, sweep files (JSON), or the word "
                                   "'default'")))
        ->type_name("FILE|default")
        ->required();
    command
        .add_option("-o,--output-dir", options.folder,
                    words(Text::tr("Folder of the batch: a folder for each run, and batch.json. "
                                   "The same order in the same folder goes on where it stopped")))
        ->type_name("DIR")
        ->required();
    command
        .add_option("--seeds", options.seeds,
                    words(Text::tr("Make every request with each of these seeds, as in 1..8 or "
                                   "1,2,5..8")))
        ->type_name("LIST");
    command
        .add_option("--modality", options.run.modality,
                    contract::fieldHelp(*contract::findField("modality")).toStdString())
        ->type_name("NAME");
}

void addResources(CLI::App &command, BatchOptions &options)
{
    command
        .add_option_function<std::string>(
            "--jobs", [&options](const std::string &text) { options.jobs = jobsOf(text); },
            words(Text::tr("Runs at once; auto: as many as GPUs, memory and processors allow "
                           "[auto]")))
        ->type_name("auto|N");
    command
        .add_option_function<std::string>(
            "--gpus", [&options](const std::string &text) { options.gpus = gpusOf(text); },
            words(Text::tr("GPUs to use, by index or UUID, as in 0,1; all: those of "
                           "CUDA_VISIBLE_DEVICES [all]")))
        ->type_name("all|LIST");
    auto *warm = command.add_flag_callback(
        "--warm", [&options] { options.warmStart = true; },
        words(Text::tr("Start runs in interpreters that have imported the packages already. "
                       "Recorded; the volumes are the same")));
    command
        .add_flag_callback(
            "--cold", [&options] { options.warmStart = false; },
            words(Text::tr("Start every run by the documented command, as without --warm")))
        ->excludes(warm);
}

} // namespace

struct BatchCommandLine::State
{
    BatchArguments arguments;
    CLI::App *command = nullptr;
};

BatchCommandLine::BatchCommandLine(CLI::App &app) : m_state(std::make_unique<State>())
{
    BatchArguments &arguments = m_state->arguments;
    arguments.options.run = optionsForThisProcess();
    m_state->command = app.add_subcommand(
        "batch", words(Text::tr("Generate many volumes, several at once, and go on after a stop")));
    CLI::App &command = *m_state->command;
    addRequests(command, arguments.options);
    addResources(command, arguments.options);
    addLimitOptions(command, arguments.options.run);
    addEngineOption(command, arguments.options.run.engine);
    addModelOptions(command, arguments.options.run);
    addProgressOption(command, arguments.progress);
    command.add_flag("--dry-run", arguments.dryRun,
                     words(Text::tr("Print which runs would be made and how long they would take; "
                                    "needs no GPU and writes nothing")));
    refuseEmptyValues(command);
}

BatchCommandLine::~BatchCommandLine() = default;

std::optional<ExitCode> BatchCommandLine::run() const
{
    if (!m_state->command->parsed())
        return std::nullopt;
    return runBatch(m_state->arguments);
}

} // namespace mrb::backend
