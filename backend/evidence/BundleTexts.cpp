// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/BundleTexts.h"

#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/bundle/ZipStream.h"
#include "backend/library/RecordedCommand.h"
#include "backend/request/Manifest.h"

namespace mrb::backend {

namespace {

constexpr const char *kReadmeText =
    R"(Evidence of synthetic brain MRI, exported by MR Brain Studio.

Research and engineering only. The volumes are synthetic and not clinically meaningful. Nothing in
here is a judgement of anatomy or fit for a clinical purpose. A run whose engine is "phantom" is a
drawing of a head for trying the program, and no model output at all.

What is where
  runs/NAME/            one run each
    report.html, .pdf   the report: begin here
    output.json         the record, measured from the volumes
    *.nii.gz            the volumes, unless they were left out
    replay.sh           runs the request again
    logs, _staged_configs, request.json, settings.json
                        what was asked for, what upstream was given, and what it said
    manifest.json, validation_summary.json, ... workflow_run_record.md
                        an evidence pack of format 1.0.0
    review.json         what a person thought of it; outside the checksums, so it may be changed
  bundle.json           what is in here
  redactions.json       which files were changed for this bundle, and the originals' hashes
  SHA256SUMS            checksums of everything but itself and the reviews

How to check it
  sha256sum -c SHA256SUMS             with nothing but what every Linux has
  mrbrain verify BUNDLE               everything: sums, schemas, gates, the volumes themselves
  mrbrain reproduce BUNDLE --run NAME runs it again on your machine and compares

Checksums are no signature. Who changes a file and rewrites all sums is found only by a digest that
was noted elsewhere when the bundle was exported: mrbrain verify BUNDLE --digest SHA256.
)";

constexpr const char *kTokensText = R"(
In place of paths stand tokens: <run> for the folder of the run, <upstream> for the checkout,
<python> for the interpreter's environment, <home> for the home folder, <request> and <manifest> for
files that were given, <launcher> for the program of MR Brain Studio that a warm start begins with
(it is in share/mrbrain/warm, and runs the same module of upstream); names of users and machines, addresses and secrets were left out.
)";

Json tokenMeanings()
{
    return {
        {"<run>", "the folder of the run"},
        {"<upstream>", "the checkout of NV-Generate-CTMR"},
        {"<python>", "the folder of the interpreter's environment, or the interpreter"},
        {"<home>", "the home folder of the user"},
        {"<request>", "the override document, here request.json"},
        {"<manifest>", "a skill manifest in place of the built-in one, here skill_manifest.yaml"},
        {kLauncherToken, "the program of MR Brain Studio that a warm start begins with"},
        {"<user>", "the name of a person or account"},
        {"<machine>", "the name of a machine or its domain"},
        {"<secret>", "a token, key or password"},
        {"<address>", "a network address"},
        {"<e-mail>", "an e-mail address"}};
}

} // namespace

std::string bundleReadme(const BundleOrder &order)
{
    return std::string(kReadmeText) + (order.keepPaths ? "" : kTokensText);
}

std::string bundleIndex(const BundleOrder &order, const std::vector<BundleRun> &runs)
{
    const Result<Manifest> manifest = builtInManifest();
    Json json = {{"format", kBundleFormat},
                 {"format_version", kBundleFormatVersion},
                 {"software",
                  {{"name", "MR Brain Studio"},
                   {"version", kVersion},
                   {"archive_libraries", archiveLibraries()}}},
                 {"paths", order.keepPaths ? "kept" : "tokens"},
                 {"volumes_included", order.withVolumes},
                 {"disclaimer", manifest ? manifest->disclaimer : std::string()},
                 {"runs", Json::array()}};
    for (const BundleRun &run : runs)
        json["runs"].push_back(run.index);
    return writeJson(json);
}

std::string bundleRedactions(const BundleOrder &order, const std::vector<BundleRun> &runs)
{
    Json json = {{"format", 1},
                 {"tokens", order.keepPaths ? Json::object() : tokenMeanings()},
                 {"files", Json::array()}};
    for (const BundleRun &run : runs)
        for (const PackedText &text : run.texts) {
            if (text.originalSha256.empty())
                continue;
            Json replaced = Json::object();
            for (const auto &[token, times] : text.replaced)
                replaced[token] = times;
            json["files"].push_back(
                {{"path", std::string(bundle_file::kRuns) + "/" + run.name + "/" + text.name},
                 {"original_sha256", text.originalSha256},
                 {"original_bytes", text.originalBytes},
                 {"replaced", std::move(replaced)}});
        }
    return writeJson(json);
}

} // namespace mrb::backend
