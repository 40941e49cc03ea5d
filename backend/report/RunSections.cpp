// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/RunSections.h"

#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/report/ReportFormat.h"
#include "backend/request/Manifest.h"

#include <QStringList>

#include <algorithm>

namespace mrb::backend {

namespace {

/// Of a list in the document; more is no result of this program.
constexpr std::size_t kMostRows = 100;

void add(ReportSection &section, const QString &name, const QString &value,
         const QString &note = {}, ReportTone tone = ReportTone::Plain)
{
    section.rows.push_back({name, value, note, tone});
}

void addText(ReportSection &section, const QString &name, const JsonView &value)
{
    if (const auto text = value.text(); text && !text->isEmpty())
        add(section, name, *text);
}

void addNumber(ReportSection &section, const QString &name, const JsonView &value)
{
    if (const auto number = value.number())
        add(section, name, numberText(*number));
}

QString yesNo(bool value)
{
    return value ? Text::tr("yes") : Text::tr("no");
}

/// Good for yes; no has the tone that it deserves.
void addClaim(ReportSection &section, const QString &name, const JsonView &value, ReportTone no,
              const QString &noteForNo = {})
{
    if (const auto claim = value.boolean())
        add(section, name, yesNo(*claim), *claim ? QString() : noteForNo,
            *claim ? ReportTone::Good : no);
}

bool isPhantom(const JsonView &result)
{
    return result["engine"].text() == QStringLiteral("phantom");
}

QString modalityText(const QString &name, std::optional<std::int64_t> code)
{
    static const Result<Manifest> manifest = builtInManifest();
    const Modality *modality = manifest ? findModality(*manifest, name.toStdString()) : nullptr;
    if (!modality)
        return code ? Text::tr("%1 (code %2)").arg(name).arg(*code) : name;
    const QString label = QString::fromStdString(modality->label);
    return code ? Text::tr("%1 (%2, code %3)").arg(label, name).arg(*code)
                : Text::tr("%1 (%2)").arg(label, name);
}

/// code, field, message, hint.
ReportRow finding(const JsonView &json, ReportTone tone)
{
    return {json["message"].textOr(json["code"].textOr(QString())),
            {},
            json["hint"].textOr(QString()),
            tone};
}

void addOverrides(ReportSection &section, const JsonView &overrides)
{
    if (!overrides.isObject())
        return;
    if (overrides.json()->empty())
        add(section, Text::tr("Changed by the request"), Text::tr("nothing"),
            Text::tr("everything else is the checkout's default"));
    else
        add(section, Text::tr("Changed by the request"), overrides.compact());
}

QString graphicsText(const JsonView &gpu)
{
    QString text = gpu["name"].textOr(Text::tr("unnamed"));
    if (const auto total = gpu["memory_total_mib"].number())
        text += Text::tr(", %1 GB").arg(*total / 1024.0, 0, 'f', 1);
    if (const auto free = gpu["memory_free_mib"].number())
        text += Text::tr(" (%1 GB free before the run)").arg(*free / 1024.0, 0, 'f', 1);
    return text;
}

void addGraphics(ReportSection &section, const JsonView &cuda)
{
    const JsonView gpus = cuda["gpus"];
    for (std::size_t i = 0; i < std::min(gpus.size(), kMostRows); ++i) {
        const auto index = gpus[i]["index"].integer();
        add(section, index ? Text::tr("GPU %1").arg(*index) : Text::tr("GPU"),
            graphicsText(gpus[i]));
    }
    if (gpus.size() == 0 && cuda["device_name"].exists()) {
        const auto memory = cuda["total_memory_gb"].number();
        const QString name = cuda["device_name"].textOr(QString());
        add(section, Text::tr("GPU"),
            memory ? Text::tr("%1, %2 GB").arg(name, numberText(*memory)) : name);
    }
    if (cuda["available"].boolean() == std::optional(false))
        add(section, Text::tr("GPU"), Text::tr("none was used"));
    addText(section, Text::tr("NVIDIA driver"), cuda["driver_version"]);
    addText(section, Text::tr("PyTorch"), cuda["torch_version"]);
    addText(section, Text::tr("CUDA of PyTorch"), cuda["cuda_version"]);
}

QString packagesText(const JsonView &packages)
{
    QStringList list;
    if (packages.isObject()) {
        for (const auto &[name, version] : packages.json()->items()) {
            const QString shown = tidyText(QString::fromStdString(name));
            list << (version.is_string() ? shown + u' ' + JsonView(&version).textOr(QString())
                                         : Text::tr("%1 missing").arg(shown));
            if (list.size() >= static_cast<qsizetype>(kMostRows))
                break;
        }
    }
    return list.join(QStringLiteral(", "));
}

/// "Python 3.12.3, torch 2.11.0".
QString versionsText(const JsonView &versions)
{
    QStringList list;
    if (versions.isObject()) {
        for (const auto &[name, version] : versions.json()->items()) {
            const QString shown = name == "python" ? QStringLiteral("Python")
                                                   : tidyText(QString::fromStdString(name));
            list << shown + u' ' + JsonView(&version).textOr(Text::tr("unknown"));
            if (list.size() >= static_cast<qsizetype>(kMostRows))
                break;
        }
    }
    return list.join(QStringLiteral(", "));
}

QString warmText(const JsonView &start)
{
    const QString versions = versionsText(start["versions"]);
    QStringList sentences = {
        versions.isEmpty()
            ? Text::tr("The interpreter had imported packages before the run.")
            : Text::tr("The interpreter had imported packages before the run (%1).").arg(versions)};
    const auto seconds = start["warm_up_seconds"].number();
    const auto cpu = start["warm_up_cpu_seconds"].number();
    if (seconds && cpu)
        sentences << Text::tr("Warm-up took %1, %2 of processor time, which no other figure has.")
                         .arg(secondsText(*seconds), secondsText(*cpu));
    else if (seconds)
        sentences
            << Text::tr("Warm-up took %1, which no other figure has.").arg(secondsText(*seconds));
    return sentences.join(u' ');
}

/// Results of earlier versions say nothing of it, and neither does the report then.
void addStart(ReportSection &section, const JsonView &result)
{
    const JsonView invocation = result["invocation"];
    const auto launch = invocation["launch"].text();
    if (!launch)
        return;
    const JsonView start = invocation["warm_start"];
    const QString name = Text::tr("Start");
    const QString sameCode = isPhantom(result)
                                 ? Text::tr("The phantom's code is the same.")
                                 : Text::tr("The model's code is the same, unmodified upstream.");
    if (*launch == u"warm") {
        add(section, name, Text::tr("Warm start"), warmText(start) + u' ' + sameCode);
    } else if (start["used"].boolean() == std::optional(false)) {
        const QString reason = start["reason"].textOr(QString());
        add(section, name, Text::tr("Documented command"),
            reason.isEmpty() ? Text::tr("warm start asked for, not used")
                             : Text::tr("warm start asked for, not used: %1").arg(reason),
            ReportTone::Notice);
    } else {
        add(section, name, Text::tr("Documented command"));
    }
}

void addCompany(ReportSection &section, const JsonView &run)
{
    const auto atOnce = run["most_at_once"].integer();
    const bool shared = atOnce && *atOnce > 1;
    if (shared)
        add(section, Text::tr("Shared its GPU"),
            Text::tr("at most %1 runs at once, this one included").arg(*atOnce),
            Text::tr("each of them takes longer then; the volumes are the same"));
    const JsonView retry = run["retry_of"];
    const auto repeated = retry["run_id"].text();
    if (!repeated)
        return;
    const QString reason = retry["reason"].textOr(QString());
    QString note = reason == u"gpu_out_of_memory"
                       ? Text::tr("which ran out of GPU memory beside other runs")
                       : Text::tr("which failed (%1)").arg(reason);
    if (!shared)
        note = Text::tr("%1; this one ran alone").arg(note);
    add(section, Text::tr("Repeats"), Text::tr("run %1").arg(*repeated), note, ReportTone::Notice);
}

} // namespace

ReportSection requestSection(const JsonView &result)
{
    ReportSection section{Text::tr("Request"), {}, QStringLiteral("request")};
    const JsonView input = result["input"];
    if (const auto name = input["modality_name"].text())
        add(section, Text::tr("Modality"), modalityText(*name, input["modality_code"].integer()));
    if (const auto dims = input["dim_requested"].triple())
        add(section, Text::tr("Size"), Text::tr("%1 voxels").arg(tripleText(*dims)));
    if (const auto spacing = input["spacing_requested"].triple())
        add(section, Text::tr("Spacing"), Text::tr("%1 mm").arg(tripleText(*spacing, 6)));
    addNumber(section, Text::tr("Steps"), input["num_inference_steps_requested"]);
    addNumber(section, Text::tr("Guidance"), input["cfg_guidance_scale_requested"]);
    addNumber(section, Text::tr("Seed"), input["random_seed"]);
    const JsonView invocation = result["invocation"];
    namespace keys = contract::model_config;
    const JsonView inference = invocation["rendered_model_config"][keys::kInference];
    for (const auto &[name, key] : {std::pair(Text::tr("Top region"), keys::kTopRegionIndex),
                                    std::pair(Text::tr("Bottom region"), keys::kBottomRegionIndex)})
        if (inference[key].isList())
            add(section, name, inference[key].compact());
    addText(section, Text::tr("Output prefix"), invocation["rendered_env_output_prefix"]);
    addText(section, Text::tr("Override file"), input["model_config_override_path"]);
    addOverrides(section, input["model_config_override"]);
    return section;
}

ReportSection identitySection(const JsonView &result)
{
    ReportSection section{Text::tr("Model code"), {}, QStringLiteral("identity")};
    const JsonView invocation = result["invocation"];
    const JsonView identity = invocation["upstream_identity"];
    addText(section, Text::tr("Model"), result["model"]);
    const bool phantom = isPhantom(result);
    const ReportTone bad = phantom ? ReportTone::Plain : ReportTone::Bad;
    addClaim(section, Text::tr("Trusted"), identity["trusted"], bad,
             phantom ? Text::tr("the phantom is no checkout of the model") : QString());
    if (!identity.exists() && result["input"].exists())
        add(section, Text::tr("Trusted"), Text::tr("not recorded"), {}, ReportTone::Notice);
    if (!phantom) {
        addText(section, Text::tr("Commit"),
                identity["commit"].exists() ? identity["commit"] : invocation["upstream_commit"]);
        if (identity["commit_match"].boolean() == std::optional(false))
            addText(section, Text::tr("Pinned commit"), identity["expected_commit"]);
        addClaim(section, Text::tr("Files unchanged"), identity["tracked_files_clean"], bad);
        const JsonView reasons = identity["reasons"];
        for (std::size_t i = 0; i < std::min(reasons.size(), kMostRows); ++i) {
            const ReportRow reason = finding(reasons[i], ReportTone::Bad);
            add(section, Text::tr("Reason"), reason.name, reason.note, reason.tone);
        }
    }
    if (result["run"]["accepted_checkout"].isTrue())
        add(section, Text::tr("Accepted by the user"), Text::tr("yes"),
            Text::tr("the run was started although the checkout was not trusted"),
            ReportTone::Notice);
    addText(section, phantom ? Text::tr("Phantom's folder") : Text::tr("Checkout"),
            invocation["upstream_root"]);
    return section;
}

ReportSection weightsSection(const JsonView &result)
{
    ReportSection section{Text::tr("Weights"), {}, QStringLiteral("weights")};
    if (isPhantom(result)) {
        add(section, Text::tr("Files"), Text::tr("none"), Text::tr("a phantom loads no weights"));
        return section;
    }
    const JsonView files = result["invocation"]["model_inventory"]["files"];
    for (std::size_t i = 0; i < std::min(files.size(), kMostRows); ++i) {
        const JsonView file = files[i];
        const QString name = file["path"].textOr(Text::tr("(no name)"));
        const QString hash = file["sha256"].textOr(QString());
        const QString hashNote =
            hash.isEmpty() ? QString()
            : file["hash_from_cache"].isTrue()
                ? Text::tr("SHA-256 %1, known from an earlier run of the unchanged file").arg(hash)
                : Text::tr("SHA-256 %1").arg(hash);
        const auto bytes = file["bytes"].integer();
        const QString size = bytes ? bytesText(*bytes) : QString();
        const auto match = file["sha256_match"].boolean();
        if (file["present"].boolean() == std::optional(false))
            add(section, name, Text::tr("missing"), {}, ReportTone::Bad);
        else if (!match)
            add(section, name, Text::tr("not compared"),
                QStringList{size, hashNote}.join(u' ').trimmed(), ReportTone::Notice);
        else if (*match)
            add(section, name, Text::tr("as published"),
                QStringList{size, hashNote}.join(QStringLiteral("; ")), ReportTone::Good);
        else
            add(section, name, Text::tr("not the published file"),
                Text::tr("%1; expected %2")
                    .arg(hashNote, file["expected_sha256"].textOr(QString())),
                ReportTone::Bad);
    }
    if (result["run"]["accepted_weights"].isTrue())
        add(section, Text::tr("Accepted by the user"), Text::tr("yes"),
            Text::tr("the run was started although the weights differ"), ReportTone::Notice);
    return section;
}

ReportSection environmentSection(const JsonView &result)
{
    ReportSection section{Text::tr("Environment"), {}, QStringLiteral("environment")};
    const JsonView python = result["invocation"]["python"];
    addText(section, Text::tr("Python"), python["version"]);
    addText(section, Text::tr("Interpreter"), python["executable"]);
    if (const QString packages = packagesText(python["packages"]); !packages.isEmpty())
        add(section, Text::tr("Packages"), packages);
    if (!isPhantom(result))
        addGraphics(section, result["preflight"]["cuda"]);
    return section;
}

ReportSection runSection(const JsonView &result)
{
    ReportSection section{Text::tr("Run"), {}, QStringLiteral("run")};
    const JsonView run = result["run"];
    for (const auto &[name, key] :
         {std::pair(Text::tr("Started"), "started_at"), std::pair(Text::tr("Ended"), "ended_at")})
        if (const auto time = run[key].text())
            add(section, name, timeText(*time));
    addText(section, Text::tr("Identifier"), run["id"]);
    addText(section, Text::tr("Folder"), result["output"]["directory"]);
    if (const auto gpus = run["num_gpus"].integer(); gpus && *gpus > 1)
        addNumber(section, Text::tr("GPUs used at once"), run["num_gpus"]);
    addStart(section, result);
    addCompany(section, run);
    if (const auto code = result["invocation"]["exit_code"].integer())
        add(section, Text::tr("Exit code of upstream"), QString::number(*code), {},
            *code == 0 ? ReportTone::Plain : ReportTone::Bad);
    if (const QString software = softwareText(result); !software.isEmpty())
        add(section, Text::tr("Judged by"), software);
    const JsonView manifest = result["manifest"];
    if (manifest["built_in"].boolean() == std::optional(false))
        add(section, Text::tr("Manifest"), manifest["path"].textOr(Text::tr("another one")),
            Text::tr("not the built-in one"), ReportTone::Notice);
    else if (const auto id = manifest["id"].text())
        add(section, Text::tr("Manifest"),
            Text::tr("%1 %2").arg(*id, manifest["version"].textOr(QString())).trimmed(),
            manifest["built_in"].isTrue() ? Text::tr("built-in") : QString());
    addText(section, Text::tr("Licence"), result["license"]);
    return section;
}

std::vector<ReportSection> journalSections(const JsonView &journal)
{
    ReportSection request{Text::tr("Request"), {}, QStringLiteral("request")};
    if (const auto name = journal["modality_name"].text())
        add(request, Text::tr("Modality"), modalityText(*name, {}));
    addNumber(request, Text::tr("Seed"), journal["random_seed"]);
    addOverrides(request, journal["overrides"]);
    ReportSection run{Text::tr("Run"), {}, QStringLiteral("run")};
    if (const auto time = journal["started_at"].text())
        add(run, Text::tr("Started"), timeText(*time));
    if (const auto time = journal["updated_at"].text())
        add(run, Text::tr("Last sign of life"), timeText(*time));
    addText(run, Text::tr("Identifier"), journal["run_id"]);
    std::vector<ReportSection> sections;
    for (ReportSection *section : {&request, &run})
        if (!section->rows.empty())
            sections.push_back(std::move(*section));
    return sections;
}

std::vector<ReportRow> warningRows(const JsonView &result)
{
    std::vector<ReportRow> rows;
    const JsonView warnings = result["warnings"];
    for (std::size_t i = 0; i < std::min(warnings.size(), kMostRows); ++i) {
        ReportRow row = finding(warnings[i], ReportTone::Notice);
        if (!row.name.isEmpty())
            rows.push_back(std::move(row));
    }
    if (warnings.isList())
        return rows;
    // Older results have nothing but these.
    const JsonView texts = result["preflight"]["warnings"];
    for (std::size_t i = 0; i < std::min(texts.size(), kMostRows); ++i)
        if (const auto text = texts[i].text())
            rows.push_back({*text, {}, {}, ReportTone::Notice});
    return rows;
}

} // namespace mrb::backend
