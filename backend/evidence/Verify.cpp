// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/Verify.h"

#include "backend/base/Text.h"
#include "backend/evidence/BundleChecks.h"
#include "backend/evidence/EvidenceFindings.h"
#include "backend/evidence/EvidencePack.h"
#include "backend/evidence/FolderChecks.h"
#include "backend/evidence/LaunchChecks.h"
#include "backend/evidence/OpenEvidence.h"
#include "backend/evidence/PackChecks.h"
#include "backend/evidence/RecordChecks.h"
#include "backend/evidence/RunEvidence.h"
#include "backend/evidence/SynthesisChecks.h"
#include "backend/evidence/VerifyDocument.h"
#include "backend/library/StoredRun.h"
#include "backend/request/Manifest.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

Error cancelled()
{
    return {error_codes::kBundleCancelled, Text::tr("Cancelled.")};
}

Error unfinished(const fs::path &given, RunState state)
{
    return {
        error_codes::kNoEvidence,
        state == RunState::Running
            ? Text::tr("The run in %1 is still going on.").arg(toQString(given))
            : Text::tr("The run in %1 was interrupted and left no result.").arg(toQString(given)),
        state == RunState::Running ? Text::tr("Wait until it has ended.")
                                   : Text::tr("There is nothing to verify in it."),
        toQString(given)};
}

/// Whether opening failed because of what is in a bundle, which is a finding and no refusal.
bool isFinding(const Error &error, const fs::path &path)
{
    for (const ErrorCode code : {error_codes::kBundleName, error_codes::kBundleKind,
                                 error_codes::kBundleLimits, error_codes::kBundleDamaged})
        if (error.code == code)
            return true;
    // A bundle whose index was taken away is still one.
    std::error_code failed;
    return error.code == error_codes::kNoEvidence && fs::is_directory(path, failed) &&
           (fs::exists(path / bundle_file::kSums, failed) ||
            fs::exists(path / bundle_file::kRedactions, failed));
}

/// One verification from opening to the report.
class Verification
{
public:
    Verification(const VerifyOptions &options, std::stop_token stop, const BundleProgress &progress)
        : m_options(options), m_stop(std::move(stop)), m_progress(progress)
    {
    }

    Result<VerifyReport> verify(const fs::path &path)
    {
        m_report.given = path;
        Result<Manifest> manifest =
            m_options.manifest ? readManifest(*m_options.manifest) : builtInManifest();
        if (!manifest)
            return manifest.error();
        m_manifest = std::move(*manifest);
        Result<OpenedEvidence> evidence =
            openEvidence(path, m_options.limits, m_stop, [this](std::uint64_t done, auto total) {
                m_opened = total;
                tell(done);
            });
        if (m_stop.stop_requested())
            return cancelled();
        if (!evidence)
            return isFinding(evidence.error(), path) ? reportOfUnreadable(evidence.error(), path)
                                                     : evidence.error();
        const RunState state = runStateOf(evidence->root);
        if (evidence->kind == EvidenceKind::RunFolder &&
            (state == RunState::Running || state == RunState::Interrupted) &&
            !isPlainFile(evidence->root / kResultFile))
            return unfinished(path, state);
        verifyOpened(*evidence);
        if (m_stop.stop_requested())
            return cancelled();
        return finish(evidence->kind);
    }

private:
    /// Opening a bundle and reading its volumes again count as half of the work each.
    void tell(std::uint64_t done) const
    {
        if (m_progress)
            m_progress(std::min(done, 2 * m_opened), 2 * m_opened);
    }

    Result<VerifyReport> reportOfUnreadable(const Error &error, const fs::path &path)
    {
        std::error_code failed;
        m_findings.check("bundle_readable", false, error.message);
        return finish(fs::is_directory(path, failed) ? EvidenceKind::BundleFolder
                                                     : EvidenceKind::BundleArchive);
    }

    void verifyOpened(const OpenedEvidence &evidence)
    {
        m_findings.setRoot(evidence.root);
        BundleStatements bundle;
        if (evidence.content) {
            bundle = checkBundle(evidence, m_options.digest, m_findings, m_stop);
            m_report.archiveSha256 = evidence.content->archiveSha256;
            m_report.sumsSha256 = bundle.sumsSha256;
        } else if (m_options.digest) {
            m_findings.check("digest_matches", false,
                             Text::tr("a run's own folder has no digest; export it as a bundle"));
        }
        if (m_options.manifest)
            m_findings.note(Text::tr("gates were evaluated by the manifest that was named, not by "
                                     "the built-in one"));
        for (const EvidenceRun &run : evidence.runs) {
            if (m_stop.stop_requested())
                return;
            m_findings.setRun(run.name);
            verifyRun(run, evidence.content ? &*evidence.content : nullptr, bundle);
        }
    }

    void verifyRun(const EvidenceRun &run, const BundleContent *content, BundleStatements bundle)
    {
        const RunEvidence evidence =
            readRunEvidence(run, content, bundle.index, m_stop, [this](std::uint64_t bytes) {
                m_reread += bytes;
                tell(m_opened + m_reread);
            });
        const Json &record = evidence.record.json;
        m_findings.check("record_readable", !evidence.record.error && !evidence.output.error,
                         evidence.record.error   ? evidence.record.error->message
                         : evidence.output.error ? evidence.output.error->message
                                                 : Text::tr("result.json was read"));
        PackStatements statements{textAt(record, {"manifest", "id"}).toStdString(),
                                  textAt(record, {"overall_status"}).toStdString()};
        if (evidence.isPack) {
            if (!content) {
                const ReadDocument integrity = readRunDocument(run.folder / pack_file::kIntegrity);
                bundle.volumesIncluded = textAt(integrity.json, {"status"}) != u"skipped";
                m_findings.note(Text::tr("this is one run of a bundle: its sums were not looked "
                                         "at; verify the bundle"));
            }
            statements =
                checkPack(evidence, bundle.volumesIncluded, bundle.madeByThisVersion, m_findings);
            if (!bundle.volumesIncluded)
                m_findings.note(Text::tr("the volumes were left out, so this is no complete "
                                         "evidence: everything else was verified"));
        }
        const bool custom = m_options.manifest && judgedRun(m_manifest, record);
        const SynthesisContext context{m_manifest, statements.skillId, statements.sourceStatus,
                                       custom};
        const AggregateFlags flags = checkSynthesis(evidence, context, m_findings);
        noteManifest(record);
        checkGates(evidence, m_manifest, m_stop, m_findings);
        checkSamples(evidence, m_findings);
        checkVerdict(evidence, m_findings);
        checkEnvelopes(evidence, m_manifest, m_findings);
        checkLaunch(record, m_findings);
        checkFolder(evidence, m_manifest, m_findings);
        checkSchemas(evidence, m_findings);
        noteReview(run, content != nullptr, m_findings);
        m_runs.push_back({run.name, context, flags, evidence.output.json});
    }

    void noteManifest(const Json &record)
    {
        if (judgedRun(m_manifest, record))
            return;
        const Json *builtIn = valueAt(record, {"manifest", "built_in"});
        const QString hash = textAt(record, {"manifest", "sha256"}).left(16);
        m_findings.note(
            builtIn && *builtIn == true
                ? Text::tr("the run was judged by the built-in manifest of another version (%1…)")
                      .arg(hash)
                : Text::tr("the run was judged by a manifest that is not the one used here (%1…); "
                           "name that one to judge by it")
                      .arg(hash));
    }

    Result<VerifyReport> finish(EvidenceKind kind)
    {
        m_report.checks = m_findings.checks();
        m_report.notes = m_findings.notes();
        m_report.passed = !m_report.checks.empty() &&
                          std::ranges::all_of(m_report.checks, &EvidenceCheck::passed);
        m_report.document = verifyDocument(m_report, kind, m_manifest, m_runs);
        return std::move(m_report);
    }

    const VerifyOptions &m_options;
    std::stop_token m_stop;
    const BundleProgress &m_progress;
    std::uint64_t m_opened = 0, m_reread = 0;
    Manifest m_manifest;
    EvidenceFindings m_findings;
    VerifyReport m_report;
    std::vector<VerifiedRun> m_runs;
};

} // namespace

Result<VerifyReport> verifyEvidence(const fs::path &path, const VerifyOptions &options,
                                    std::stop_token stop, const BundleProgress &progress)
{
    return Verification(options, std::move(stop), progress).verify(path);
}

} // namespace mrb::backend
