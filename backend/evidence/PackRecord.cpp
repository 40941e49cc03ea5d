// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/PackRecord.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/library/StoredRun.h"

#include <algorithm>
#include <string_view>

namespace mrb::backend {

namespace {

/// On one line, and nothing in it is Markdown.
std::string plain(const QString &text)
{
    constexpr std::string_view kMeaning = "\\`*_{}[]<>()#+!|~&";
    std::string out;
    for (const char letter : text.simplified().toStdString()) {
        if (kMeaning.find(letter) != std::string_view::npos)
            out += '\\';
        out += letter;
    }
    return out.empty() ? "–" : out;
}

std::string plainAt(const Json &document, std::initializer_list<std::string_view> path)
{
    const Json *value = valueAt(document, path);
    if (!value || value->is_null())
        return "–";
    return plain(value->is_string() ? QString::fromStdString(value->get<std::string>())
                                    : QString::fromStdString(compactJson(*value)));
}

std::string gatesTable(const Json &result)
{
    std::string table = "| gate | expected | observed | |\n| --- | --- | --- | --- |\n";
    const Json *gates = valueAt(result, {"gates"});
    if (!gates || !gates->is_array())
        return table;
    for (const Json &gate : *gates)
        table += "| " + plainAt(gate, {"path"}) + " | " + plainAt(gate, {"operator"}) + " " +
                 plainAt(gate, {"expected"}) + " | " + plainAt(gate, {"observed"}) + " | " +
                 plainAt(gate, {"status"}) + " |\n";
    return table;
}

std::string launchText(const Json &result)
{
    if (textAt(result, {"invocation", "launch"}) != u"warm")
        return "documented command";
    return "warm: the interpreter had imported packages before the run, which then began with the "
           "documented module and arguments";
}

std::string volumesList(const Json &output)
{
    std::string list;
    const Json *samples = valueAt(output, {"output", "samples"});
    if (samples && samples->is_array())
        for (const Json &sample : *samples)
            list += "- " + plainAt(sample, {"image_path"}) + ", SHA-256 " +
                    plainAt(sample, {"image_sha256"}) + ", shape " +
                    plainAt(sample, {"image_shape"}) + ", spacing " +
                    plainAt(sample, {"image_spacing"}) + " mm\n";
    return list.empty() ? "None.\n" : list;
}

std::string meaningOf(const std::string &status)
{
    if (status == "passed")
        return "All gates of the built-in manifest passed, inside its limits for time and cost.";
    if (status == "passed_custom_manifest")
        return "All gates passed, but under a manifest that is not the built-in one.";
    if (status == "demo")
        return "This is a demo phantom: a drawing of a head. It is not model output, and it can "
               "never pass.";
    return "The run did not pass; this record says why.";
}

} // namespace

std::string runRecordText(const PackSource &source, const std::string &status)
{
    const Json &result = source.result;
    std::string text = "# Run " + plainAt(result, {"run", "id"}) + "\n\n";
    text += "**" + plain(QString::fromStdString(status)) + "** — " + meaningOf(status) + "\n\n";
    text += plainAt(result, {"intended_use_disclaimer"}) + "\n\n";
    text += "## What was asked for\n\n";
    text += "- modality " + plainAt(result, {"input", "modality_name"}) + " \\(" +
            plainAt(result, {"input", "modality_code"}) + "\\), seed " +
            plainAt(result, {"input", "random_seed"}) + "\n- size " +
            plainAt(result, {"input", "dim_requested"}) + " voxels, spacing " +
            plainAt(result, {"input", "spacing_requested"}) + " mm\n- steps " +
            plainAt(result, {"input", "num_inference_steps_requested"}) + ", guidance " +
            plainAt(result, {"input", "cfg_guidance_scale_requested"}) + "\n\n";
    text += "## What ran\n\n";
    text += "- engine " + plainAt(result, {"engine"}) + ", checkout " +
            plainAt(result, {"invocation", "upstream_commit"}) +
            ", trusted: " + plainAt(result, {"invocation", "upstream_identity", "trusted"}) +
            "\n- weights as pinned: " +
            plainAt(result, {"invocation", "model_inventory", "all_sha256_match"}) +
            "\n- start: " + launchText(result) + "\n- started " +
            plainAt(result, {"run", "started_at"}) + ", " +
            plainAt(result, {"run", "wall_seconds"}) + " s, exit code " +
            plainAt(result, {"exit_code"}) + "\n- GPU " +
            plainAt(result, {"preflight", "cuda", "device_name"}) + ", versions in " +
            plain(QString::fromLatin1(pack_file::kLock)) + "\n\n";
    text += "## What came out\n\n" + volumesList(source.output);
    if (!source.withVolumes)
        text += "\nThe volumes were left out of this pack.\n";
    text += "\n## Gates\n\n" + gatesTable(result);
    text += "\n## Files\n\n"
            "- output.json, result.json: the record, as measured from the volumes\n"
            "- validation\\_summary.json, cost\\_profile.json, runtime\\_profile.json: the verdict "
            "and what the run used\n"
            "- replay.sh: runs the request again; settings.json: the request in full\n"
            "- logs, \\_staged\\_configs: what upstream was given and what it said\n\n"
            "## Caveats\n\n"
            "- Engineering evidence. It is no judgement of anatomy and not for clinical use.\n"
            "- Checksums are no signature: note the bundle's digest where others cannot change "
            "it.\n";
    return text;
}

} // namespace mrb::backend
