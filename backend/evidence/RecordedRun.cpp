// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/RecordedRun.h"

#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/report/ReportFormat.h"

#include <algorithm>
#include <span>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

namespace keys = contract::model_config;

/// Of a list in a record; more is no record of this program.
constexpr std::size_t kMostEntries = 200;

void add(RecordFacts &facts, const QString &name, const QString &value)
{
    if (!value.isEmpty())
        facts.push_back({name, value});
}

void addText(RecordFacts &facts, const QString &name, const JsonView &value)
{
    add(facts, name, value.textOr(QString()));
}

void addClaim(RecordFacts &facts, const QString &name, const JsonView &value)
{
    if (const auto claim = value.boolean())
        add(facts, name, *claim ? Text::tr("yes") : Text::tr("no"));
}

QString stateText(RunState state)
{
    switch (state) {
    case RunState::Running:
        return Text::tr("running");
    case RunState::Interrupted:
        return Text::tr("interrupted");
    case RunState::Ended:
        return Text::tr("ended");
    case RunState::NoRun:
        break;
    }
    return Text::tr("unknown");
}

void addWeights(RecordFacts &facts, const JsonView &inventory)
{
    const JsonView files = inventory["files"];
    for (std::size_t i = 0; i < std::min(files.size(), kMostEntries); ++i) {
        const JsonView file = files[i];
        const QString name =
            Text::tr("Weights: %1").arg(file["path"].textOr(Text::tr("(no name)")));
        const bool missing = file["present"].boolean() == std::optional(false);
        add(facts, name,
            missing ? Text::tr("missing") : file["sha256"].textOr(Text::tr("not hashed")));
    }
    addClaim(facts, Text::tr("Weights as published"), inventory["all_sha256_match"]);
}

void addPackages(RecordFacts &facts, const JsonView &packages)
{
    if (!packages.isObject())
        return;
    std::size_t count = 0;
    for (const auto &[name, version] : packages.json()->items()) {
        if (++count > kMostEntries)
            return;
        add(facts, tidyText(QString::fromStdString(name)),
            JsonView(&version).textOr(Text::tr("missing")));
    }
}

QString gpusText(const JsonView &cuda)
{
    QStringList names;
    const JsonView gpus = cuda["gpus"];
    for (std::size_t i = 0; i < std::min(gpus.size(), kMostEntries); ++i)
        names << gpus[i]["name"].textOr(Text::tr("unnamed"));
    return names.isEmpty() ? cuda["device_name"].textOr(QString())
                           : names.join(QStringLiteral(", "));
}

/// The values that upstream was given; of a run that ended they are in its result, too.
JsonView givenBlock(const RecordedRun &run)
{
    const JsonView rendered = run.result()["invocation"]["rendered_model_config"][keys::kInference];
    return rendered.isObject() ? rendered : JsonView(&run.staged);
}

std::string hashOfFile(const fs::path &file)
{
    const Result<std::string> text = readSmallFile(file, kMaxRunDocumentBytes);
    return text ? Sha256::ofBytes(std::as_bytes(std::span(*text))) : std::string();
}

} // namespace

Result<RecordedRun> readRecordedRun(const fs::path &folder)
{
    Result<RunSummary> summary = readRunSummary(folder);
    if (!summary)
        return summary.error();
    RecordedRun run{.folder = summary->folder,
                    .stored = readStoredRun(summary->folder),
                    .summary = std::move(*summary)};
    run.staged = stagedBlock(run.folder, run.stored);
    run.volumes = listedVolumes(run.folder, run.stored.result.json);
    if (run.hasResult())
        run.resultSha256 = hashOfFile(run.folder / kResultFile);
    return run;
}

RecordFacts outcomeFacts(const RecordedRun &run)
{
    const RunSummary &summary = run.summary;
    RecordFacts facts;
    add(facts, Text::tr("State"), stateText(summary.state));
    add(facts, Text::tr("Verdict"), tidyText(summary.overallStatus));
    if (summary.state == RunState::Ended)
        add(facts, Text::tr("Exit code"), QString::number(summary.exitCode));
    addText(facts, Text::tr("Failure"), run.result()["failure"]["code"]);
    if (summary.startedAt.isValid())
        add(facts, Text::tr("Started"), timeText(summary.startedAt.toString(Qt::ISODateWithMs)));
    add(facts, Text::tr("Identifier"), tidyText(summary.runId));
    if (run.hasResult()) {
        add(facts, Text::tr("Volumes"), QString::number(run.volumes.size()));
        add(facts, Text::tr("Runs at once, at most"), QString::number(summary.mostAtOnce));
    }
    if (summary.retryOf)
        add(facts, Text::tr("Repeats the failed run"),
            tidyText(QString::fromStdString(summary.retryOf->runId)));
    return facts;
}

RecordFacts settingsFacts(const RecordedRun &run)
{
    const RunSummary &summary = run.summary;
    const JsonView block = givenBlock(run);
    RecordFacts facts;
    add(facts, Text::tr("Modality"), tidyText(summary.modality));
    if (const auto &dim = summary.dim; dim[0] > 0)
        add(facts, Text::tr("Size"),
            QStringLiteral("%1 × %2 × %3").arg(dim[0]).arg(dim[1]).arg(dim[2]));
    if (summary.spacing[0] > 0)
        add(facts, Text::tr("Spacing"), Text::tr("%1 mm").arg(tripleText(summary.spacing)));
    if (summary.steps > 0)
        add(facts, Text::tr("Steps"), QString::number(summary.steps));
    if (run.hasResult() || !run.staged.empty())
        add(facts, Text::tr("Guidance"), numberText(summary.guidance));
    if (summary.seed)
        add(facts, Text::tr("Seed"), QString::number(*summary.seed));
    add(facts, Text::tr("Top region"), block[keys::kTopRegionIndex].compact());
    add(facts, Text::tr("Bottom region"), block[keys::kBottomRegionIndex].compact());
    addText(facts, Text::tr("Output prefix"),
            run.result()["invocation"]["rendered_env_output_prefix"]);
    const JsonView gpus = run.result()["run"]["num_gpus"];
    if (const auto count = gpus.exists() ? gpus.integer() : run.journal()["num_gpus"].integer())
        add(facts, Text::tr("GPUs used at once"), QString::number(*count));
    return facts;
}

RecordFacts identityFacts(const RecordedRun &run)
{
    const JsonView result = run.result();
    const JsonView invocation = result["invocation"];
    const JsonView identity = invocation["upstream_identity"];
    RecordFacts facts;
    addText(facts, Text::tr("Engine"),
            result["engine"].exists() ? result["engine"] : run.journal()["engine"]);
    addText(facts, Text::tr("Model"), result["model"]);
    addText(facts, Text::tr("Upstream commit"),
            identity["commit"].exists() ? identity["commit"] : invocation["upstream_commit"]);
    addClaim(facts, Text::tr("Checkout trusted"), identity["trusted"]);
    addClaim(facts, Text::tr("Checkout unchanged"), identity["tracked_files_clean"]);
    if (!run.summary.phantom) // which loads none, whatever lies about
        addWeights(facts, invocation["model_inventory"]);
    add(facts, Text::tr("Program"), softwareText(result));
    const JsonView manifest = result["manifest"];
    add(facts, Text::tr("Manifest"),
        QStringList{manifest["id"].textOr(QString()), manifest["version"].textOr(QString())}
            .join(u' ')
            .trimmed());
    addText(facts, Text::tr("Manifest SHA-256"), manifest["sha256"]);
    addClaim(facts, Text::tr("Manifest built in"), manifest["built_in"]);
    return facts;
}

RecordFacts environmentFacts(const RecordedRun &run)
{
    const JsonView result = run.result();
    const JsonView python = result["invocation"]["python"];
    RecordFacts facts;
    addText(facts, Text::tr("System"), result["run"]["platform"]);
    addText(facts, Text::tr("Python"), python["version"]);
    addPackages(facts, python["packages"]);
    if (run.hasResult())
        add(facts, Text::tr("Start"),
            run.summary.warm ? Text::tr("warm") : Text::tr("documented command"));
    if (run.summary.phantom) // draws with the standard library
        return facts;
    const JsonView cuda = result["preflight"]["cuda"];
    addText(facts, Text::tr("PyTorch build"), cuda["torch_version"]);
    addText(facts, Text::tr("CUDA of PyTorch"), cuda["cuda_version"]);
    addText(facts, Text::tr("NVIDIA driver"), cuda["driver_version"]);
    add(facts, Text::tr("GPU"), gpusText(cuda));
    return facts;
}

std::vector<DiffRow> besideEachOther(const RecordFacts &first, const RecordFacts &second)
{
    const QString nothing = kAbsentFact.toString();
    std::vector<DiffRow> rows;
    std::vector<bool> isPaired(second.size());
    for (const RecordFact &fact : first) {
        std::size_t at = 0;
        while (at < second.size() && (isPaired[at] || second[at].name != fact.name))
            ++at;
        const bool found = at < second.size();
        if (found)
            isPaired[at] = true;
        rows.push_back({.name = fact.name,
                        .first = fact.value,
                        .second = found ? second[at].value : nothing,
                        .same = found && second[at].value == fact.value});
    }
    for (std::size_t i = 0; i < second.size(); ++i)
        if (!isPaired[i])
            rows.push_back({.name = second[i].name,
                            .first = nothing,
                            .second = second[i].value,
                            .same = false});
    return rows;
}

} // namespace mrb::backend
