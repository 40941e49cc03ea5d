// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/BundleChecks.h"

#include "backend/base/JsonText.h"
#include "backend/base/Version.h"
#include "backend/bundle/ChecksumList.h"
#include "backend/bundle/ZipStream.h"
#include "backend/evidence/BundleTexts.h"
#include "backend/evidence/EvidenceWords.h"
#include "backend/evidence/PathTokens.h"
#include "backend/evidence/RunEvidence.h"
#include "backend/evidence/SchemaCheck.h"
#include "backend/library/Review.h"
#include "backend/library/StoredRun.h"
#include "backend/request/Gates.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <string_view>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostSumsBytes = std::size_t{16} << 20U;
constexpr std::size_t kMostTextBytes = std::size_t{256} << 20U;

/// The questions about one bundle.
class BundleQuestions
{
public:
    BundleQuestions(const OpenedEvidence &evidence, EvidenceFindings &findings,
                    const std::stop_token &stop)
        : m_evidence(evidence), m_findings(findings), m_stop(stop)
    {
        for (const BundleEntry &entry : evidence.content->entries)
            m_files.emplace(entry.name, entry.sha256);
    }

    BundleStatements ask(const std::optional<std::string> &digest)
    {
        readIndex();
        askSums();
        askContainer();
        askIndex();
        askRedactions();
        askReadme();
        askDigest(digest);
        m_findings.note(Text::tr("Checksums are no signature. A change after which all sums were "
                                 "rewritten shows only against a digest that was noted elsewhere "
                                 "when the bundle was exported."));
        return m_said;
    }

private:
    const std::string *hashOf(const std::string &name) const
    {
        const auto found = m_files.find(name);
        return found == m_files.end() ? nullptr : &found->second;
    }

    ReadDocument readDocument(const char *name) const
    {
        ReadDocument document;
        if (!hashOf(name))
            document.error =
                Error{mrb::error_codes::kCannotRead, Text::tr("%1 is missing").arg(toText(name))};
        return document.error ? document : readRunDocument(m_evidence.root / name);
    }

    void readIndex()
    {
        const ReadDocument index = readDocument(bundle_file::kIndex);
        m_said.index = index.json;
        if (index.error)
            m_indexProblems << index.error->message;
        m_said.volumesIncluded = isTrue(valueAt(m_said.index, {"volumes_included"}));
        m_said.madeByThisVersion =
            textAt(m_said.index, {"software", "version"}).toStdString() == kVersion;
    }

    void askSums()
    {
        const std::string *hash = hashOf(bundle_file::kSums);
        const Result<std::string> text =
            hash ? readSmallFile(m_evidence.root / bundle_file::kSums, kMostSumsBytes)
                 : Error{mrb::error_codes::kCannotRead,
                         Text::tr("%1 is missing").arg(toText(bundle_file::kSums))};
        const Result<ChecksumList> sums = text ? parseChecksums(*text) : text.error();
        if (!sums) {
            m_findings.check("checksums_match", false, sums.error().message);
            return;
        }
        m_said.sumsSha256 = *hash;
        QStringList problems;
        for (const auto &[name, expected] : *sums) {
            const std::string *found = isSummed(name) ? hashOf(name) : nullptr;
            if (!isSummed(name))
                problems << Text::tr("%1 is listed and must not be").arg(toText(name));
            else if (!found)
                problems << Text::tr("%1 is missing").arg(toText(name));
            else if (*found != expected)
                problems << Text::tr("%1 was changed").arg(toText(name));
        }
        for (const auto &[name, found] : m_files)
            if (isSummed(name) && !sums->contains(name))
                problems << Text::tr("%1 is not listed").arg(toText(name));
        m_findings.check("checksums_match", problems,
                         Text::tr("files: %1, each hashed again").arg(sums->size()));
    }

    void askContainer()
    {
        if (m_evidence.kind != EvidenceKind::BundleArchive)
            return;
        const std::string &layout = m_evidence.content->layoutProblem;
        m_findings.check("archive_layout", layout.empty(),
                         layout.empty() ? Text::tr("its files, each under one name, and no more")
                                        : toText(layout));
        const QString madeWith = textAt(m_said.index, {"software", "archive_libraries"});
        const QString here = QString::fromStdString(archiveLibraries());
        const bool asWritten = m_evidence.content->asWritten;
        if (asWritten || (madeWith == here && m_said.madeByThisVersion))
            m_findings.check("archive_as_exported", asWritten,
                             asWritten
                                 ? Text::tr("byte for byte what is written for these files")
                                 : Text::tr("it was packed again, or changed outside its files; "
                                            "unpack it and verify the folder to judge the content "
                                            "alone"));
        else
            m_findings.note(
                Text::tr("the archive itself was not compared: it was made with %1, "
                         "here is %2; its files were")
                    .arg(madeWith.isEmpty() ? Text::tr("unknown libraries") : madeWith, here));
    }

    void addSchemaProblems(const char *schemaName, const Json &document, QStringList &problems)
    {
        const Result<Json> schema = readInstalledSchema(schemaName);
        const Result<QStringList> found =
            schema ? schemaProblems(*schema, document) : schema.error();
        if (!found)
            problems << found.error().message;
        else
            problems << *found;
    }

    void askIndex()
    {
        if (m_indexProblems.isEmpty())
            addSchemaProblems("bundle.schema.json", m_said.index, m_indexProblems);
        const auto version = integerAt(m_said.index, {"format_version"});
        if (textAt(m_said.index, {"format"}) != toText(kBundleFormat) ||
            version != kBundleFormatVersion)
            m_indexProblems << Text::tr("the format is not one that this version knows");
        const Json *listed = valueAt(m_said.index, {"runs"});
        const Json entries = listed && listed->is_array() ? *listed : Json::array();
        std::map<std::string, int> named;
        for (const Json &entry : entries) {
            if (m_stop.stop_requested())
                return;
            const std::string name = textAt(entry, {"name"}).toStdString();
            // Each is read once, however often it is named.
            if (++named[name] == 1)
                askEntry(entry);
            else if (named[name] == 2)
                m_indexProblems << Text::tr("%1 is in the index twice").arg(toText(name).left(120));
        }
        for (const EvidenceRun &run : m_evidence.runs)
            if (named[run.name] != 1)
                m_indexProblems << Text::tr("%1 is not in the index").arg(toText(run.name));
        m_findings.check("index_matches_content", m_indexProblems,
                         Text::tr("bundle.json names what is there"));
    }

    void askEntry(const Json &entry)
    {
        const QString name = textAt(entry, {"name"});
        const auto run = std::ranges::find(m_evidence.runs, name.toStdString(), &EvidenceRun::name);
        if (run == m_evidence.runs.end()) {
            m_indexProblems << Text::tr("the run %1 is not there").arg(name.left(120));
            return;
        }
        const Json record = readRunDocument(run->folder / kResultFile).json;
        struct Same
        {
            const char *inIndex;
            const Json *recorded;
        };
        const std::array<Same, 5> same = {
            {{"run_id", valueAt(record, {"run", "id"})},
             {"engine", valueAt(record, {"engine"})},
             {"overall_status", valueAt(record, {"overall_status"})},
             {"modality", valueAt(record, {"input", "modality_name"})},
             {"random_seed", valueAt(record, {"input", "random_seed"})}}};
        for (const Same &fact : same) {
            const Json *said = valueAt(entry, {fact.inIndex});
            if (!said || !fact.recorded || !isSameJson(*said, *fact.recorded))
                m_indexProblems
                    << Text::tr("%1: %2 is not the record's").arg(name, toText(fact.inIndex));
        }
        askVolumes(name, entry, record);
    }

    void askVolumes(const QString &run, const Json &entry, const Json &record)
    {
        const Json *listed = valueAt(entry, {"volumes"});
        const Json &samples = samplesOf(record);
        if (!listed || !listed->is_array() || listed->size() != samples.size()) {
            m_indexProblems << Text::tr("%1: its volumes are not the record's").arg(run);
            return;
        }
        for (std::size_t i = 0; i < samples.size(); ++i) {
            const Json &volume = (*listed)[i];
            const QString path = textAt(volume, {"path"});
            const Json *bytes = valueAt(samples[i], {"image_bytes"});
            const Json *said = valueAt(volume, {"bytes"});
            if (volumePathOf(samples[i], record, false) != path.toStdString() ||
                textAt(volume, {"sha256"}) != textAt(samples[i], {"image_sha256"}) || !said ||
                (bytes && !bytes->is_null() && !isSameJson(*said, *bytes)))
                m_indexProblems << Text::tr("%1: %2 is not as in the record").arg(run, path);
            const bool included = isTrue(valueAt(volume, {"included"}));
            const bool there = hashOf(std::string(bundle_file::kRuns) + '/' + run.toStdString() +
                                      '/' + path.toStdString()) != nullptr;
            if (included != there || included != m_said.volumesIncluded)
                m_indexProblems
                    << Text::tr("%1: the index is wrong about whether %2 is there").arg(run, path);
        }
    }

    void askRedactions()
    {
        QStringList problems;
        const ReadDocument document = readDocument(bundle_file::kRedactions);
        if (document.error)
            problems << document.error->message;
        else
            addSchemaProblems("redactions.schema.json", document.json, problems);
        const Json *listed = valueAt(document.json, {"files"});
        const Json files = listed && listed->is_array() ? *listed : Json::array();
        if (textAt(m_said.index, {"paths"}) != u"tokens" && !files.empty())
            problems << Text::tr("files were redacted although the paths were kept");
        std::set<QString> seen;
        for (const Json &file : files) {
            if (m_stop.stop_requested())
                return;
            const QString path = textAt(file, {"path"});
            // Each is read once, however often it is named.
            if (seen.insert(path).second)
                askRedacted(file, problems);
            else
                problems << Text::tr("%1 is listed twice").arg(path.left(160));
        }
        m_findings.check("redactions_match", problems,
                         Text::tr("files with tokens: %1").arg(files.size()));
    }

    void askRedacted(const Json &file, QStringList &problems)
    {
        const QString path = textAt(file, {"path"});
        const std::string name = path.toStdString();
        const std::string *hash = hashOf(name);
        if (!hash) {
            problems << Text::tr("%1 is not there").arg(path.left(160));
            return;
        }
        if (*hash == textAt(file, {"original_sha256"}).toStdString())
            problems << Text::tr("%1 is the original").arg(path);
        const Result<std::string> text = readSmallFile(m_evidence.root / name, kMostTextBytes);
        if (!text) {
            problems << text.error().message;
            return;
        }
        Json counts = Json::object();
        for (const auto &[token, times] : PathTokens::count(QString::fromStdString(*text)))
            counts[token] = times;
        const Json *said = valueAt(file, {"replaced"});
        if (!said || !isSameJson(*said, counts))
            problems << Text::tr("%1 has other tokens than it says").arg(path);
    }

    /// What the root says in words, and what its tokens mean.
    void askReadme()
    {
        if (!m_said.madeByThisVersion)
            return;
        BundleOrder order;
        order.keepPaths = textAt(m_said.index, {"paths"}) == u"kept";
        const std::string readme = bundleReadme(order);
        const std::string *hash = hashOf(bundle_file::kReadme);
        m_findings.check("readme_as_exported", hash && *hash == sha256OfText(readme),
                         Text::tr("%1, word by word").arg(toText(bundle_file::kReadme)));
    }

    void askDigest(const std::optional<std::string> &digest)
    {
        if (!digest)
            return;
        const QString asked = toText(*digest).trimmed().toLower();
        const std::string wanted = asked.toStdString();
        const bool archive = wanted == m_evidence.content->archiveSha256;
        const bool sums = wanted == m_said.sumsSha256;
        m_findings.check("digest_matches", !wanted.empty() && (archive || sums),
                         archive ? Text::tr("it is the archive's")
                         : sums  ? Text::tr("it is that of SHA256SUMS")
                                 : Text::tr("%1 is neither the archive's digest nor that of "
                                             "SHA256SUMS")
                                      .arg(asked.left(80)));
    }

    const OpenedEvidence &m_evidence;
    EvidenceFindings &m_findings;
    const std::stop_token &m_stop;
    std::map<std::string, std::string> m_files; ///< hashes by name
    BundleStatements m_said;
    QStringList m_indexProblems;
};

} // namespace

BundleStatements checkBundle(const OpenedEvidence &evidence,
                             const std::optional<std::string> &digest, EvidenceFindings &findings,
                             const std::stop_token &stop)
{
    return BundleQuestions(evidence, findings, stop).ask(digest);
}

void noteReview(const EvidenceRun &run, bool inBundle, EvidenceFindings &findings)
{
    std::error_code failed;
    if (!fs::exists(fs::symlink_status(run.folder / kReviewFile, failed)))
        return;
    const Result<Review> review = readReview(run.folder);
    if (!review)
        findings.note(Text::tr("the review cannot be read: %1").arg(review.error().message));
    if (inBundle)
        findings.note(Text::tr("the review is outside the sums; it may be anybody's"));
}

} // namespace mrb::backend
