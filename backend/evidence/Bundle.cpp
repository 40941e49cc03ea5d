// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/Bundle.h"

#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/bundle/ChecksumList.h"
#include "backend/bundle/FolderSink.h"
#include "backend/bundle/ZipSink.h"
#include "backend/evidence/BundleRun.h"
#include "backend/evidence/BundleTexts.h"
#include "backend/report/ReportRecord.h"
#include "backend/volume/HashingFileReader.h"

#include <algorithm>
#include <exception>
#include <future>
#include <memory>
#include <set>
#include <span>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

Error cancelled()
{
    return {error_codes::kBundleCancelled, Text::tr("Cancelled; nothing was written.")};
}

Error changed(const PackedFile &file)
{
    if (!file.isVolume)
        return {error_codes::kReportChanged,
                Text::tr("%1 was changed since the report was made.").arg(toQString(file.source)),
                Text::tr("Delete the report folder beside the run, or let mrbrain report make it "
                         "again."),
                toQString(file.source)};
    return {error_codes::kVolumeChanged,
            Text::tr("%1 is not the volume that its run recorded: it was changed since.")
                .arg(toQString(file.source)),
            Text::tr("Restore it, or export the evidence without volumes."),
            toQString(file.source)};
}

/// Writes one bundle from its first file to its sums.
class Exporter
{
public:
    Exporter(const BundleOrder &order, const ReportMaker &makeReport, std::stop_token stop,
             const BundleProgress &progress)
        : m_order(order), m_makeReport(makeReport), m_stop(std::move(stop)), m_progress(progress)
    {
    }

    Result<BundleExport> write()
    {
        if (auto error = check())
            return *error;
        if (auto error = prepare())
            return *error;
        if (auto error = open())
            return *error;
        if (auto error = fill())
            return *error;
        if (auto committed = m_sink->commit(); !committed)
            return committed.error();
        m_export.target = m_order.target;
        m_export.files = m_names.size();
        m_export.isFolder = m_order.asFolder;
        if (const auto *zip = dynamic_cast<const ZipSink *>(m_sink.get()))
            m_export.bytes = zip->bytes();
        return std::move(m_export);
    }

private:
    std::optional<Error> check() const
    {
        if (m_order.runs.empty())
            return Error{error_codes::kNothingToBundle, Text::tr("There is no run to export."),
                         Text::tr("Name the folders of runs that ended.")};
        std::error_code failed; // then it cannot be written either, which says why
        const bool isThere = fs::exists(fs::symlink_status(m_order.target, failed));
        if (isThere && (m_order.asFolder || !m_order.overwrite))
            return Error{error_codes::kTargetExists,
                         Text::tr("%1 exists already.").arg(toQString(m_order.target)),
                         m_order.asFolder ? Text::tr("Name another folder.")
                                          : Text::tr("Name another file, or allow to replace it."),
                         toQString(m_order.target)};
        if (auto error = checkPlace())
            return error;
        if (m_order.target.filename().empty())
            return Error{error_codes::kNothingToBundle,
                         Text::tr("%1 names no file.").arg(toQString(m_order.target)),
                         Text::tr("Name the archive or folder to be written."),
                         toQString(m_order.target)};
        return std::nullopt;
    }

    /// What is exported must not be written over, nor be part of itself.
    std::optional<Error> checkPlace() const
    {
        std::error_code failed;
        const fs::path target = fs::weakly_canonical(fs::absolute(m_order.target, failed), failed);
        for (const fs::path &given : m_order.runs) {
            const fs::path run = withoutSlash(fs::weakly_canonical(given, failed));
            const fs::path inside = target.lexically_relative(run);
            if (!inside.empty() && *inside.begin() != "..")
                return Error{error_codes::kTargetInside,
                             Text::tr("%1 lies in the folder of a run that is to be exported.")
                                 .arg(toQString(m_order.target)),
                             Text::tr("Name a place outside of it."), toQString(m_order.target)};
        }
        return std::nullopt;
    }

    /// Reports first: they are files of the runs.
    std::optional<Error> prepare()
    {
        for (const fs::path &given : m_order.runs) {
            // A run may be named by a link; inside of it none is followed.
            m_folders.push_back(withoutSlash(fs::weakly_canonical(fs::absolute(given))));
            if (auto error = makeReport(m_folders.back()))
                return error;
            m_total += bytesIn(m_folders.back()) + bytesIn(m_folders.back() / kReportFolder);
        }
        return std::nullopt;
    }

    /// For the progress: about what will be copied.
    static std::uint64_t bytesIn(const fs::path &folder)
    {
        std::uint64_t bytes = 0;
        std::error_code failed;
        for (fs::directory_iterator it(folder, failed), end; !failed && it != end;
             it.increment(failed)) {
            std::error_code ignored;
            if (fs::is_regular_file(it->symlink_status(ignored)))
                bytes += it->file_size(ignored);
        }
        return bytes;
    }

    /// A bundle without a report is one all the same, and says so.
    std::optional<Error> makeReport(const fs::path &folder)
    {
        if (m_stop.stop_requested())
            return cancelled();
        if (!m_makeReport)
            return std::nullopt;
        if (auto made = m_makeReport(folder, m_stop); !made) {
            if (m_stop.stop_requested())
                return cancelled();
            m_export.warnings.push_back(made.error());
        }
        return std::nullopt;
    }

    static fs::path withoutSlash(const fs::path &path)
    {
        return path.has_filename() ? path : path.parent_path();
    }

    std::optional<Error> open()
    {
        const auto take = [this](auto opened) -> std::optional<Error> {
            if (!opened)
                return opened.error();
            m_sink = std::move(opened).value();
            return std::nullopt;
        };
        return m_order.asFolder ? take(FolderSink::open(withoutSlash(m_order.target)))
                                : take(ZipSink::open(m_order.target));
    }

    std::optional<Error> fill()
    {
        // The documents of the next run are read and redacted while this one's volumes are copied.
        std::future<Result<BundleRun>> next = collecting(0);
        std::set<std::string> names;
        for (std::size_t i = 0; i < m_folders.size(); ++i) {
            Result<BundleRun> run = next.get();
            if (m_stop.stop_requested())
                return cancelled();
            if (!run)
                return run.error();
            if (i + 1 < m_folders.size())
                next = collecting(i + 1);
            // The same run twice, or one that was copied, is told apart by a number.
            const std::string name = run->name;
            for (int copy = 2; !names.insert(run->name).second; ++copy)
                run->name = name + "-" + std::to_string(copy);
            run->index["name"] = run->name;
            if (auto error = addRun(*run))
                return error;
            for (PackedText &text : run->texts)
                text.content = {}; // the documents below need no more than what it is
            m_runs.push_back(std::move(run).value());
        }
        if (auto error = addText(bundle_file::kReadme, bundleReadme(m_order)))
            return error;
        if (auto error = addText(bundle_file::kIndex, bundleIndex(m_order, m_runs)))
            return error;
        if (auto error = addText(bundle_file::kRedactions, bundleRedactions(m_order, m_runs)))
            return error;
        const std::string sums = writeChecksums(m_sums);
        m_export.sumsSha256 = Sha256::ofBytes(std::as_bytes(std::span(sums)));
        return addText(bundle_file::kSums, sums);
    }

    std::future<Result<BundleRun>> collecting(std::size_t i) const
    {
        return std::async(std::launch::async, [this, i] {
            return m_stop.stop_requested() ? Result<BundleRun>(cancelled())
                                           : collectBundleRun(m_folders[i], m_order);
        });
    }

    std::optional<Error> addRun(const BundleRun &run)
    {
        const std::string folder = std::string(bundle_file::kRuns) + "/" + run.name + "/";
        for (const PackedText &text : run.texts)
            if (auto error = addText(folder + text.name, text.content, text.program))
                return error;
        std::size_t volumes = 0;
        for (const PackedFile &file : run.files) {
            if (auto error = addFile(folder + file.name, file))
                return error;
            volumes += file.isVolume ? 1 : 0;
        }
        m_export.warnings.insert(m_export.warnings.end(), run.warnings.begin(), run.warnings.end());
        m_export.runs.push_back({run.name, run.folder, run.overallStatus, volumes});
        return std::nullopt;
    }

    std::optional<Error> addText(const std::string &name, std::string_view content,
                                 bool program = false)
    {
        if (m_stop.stop_requested())
            return cancelled();
        if (auto error = takeName(name))
            return error;
        if (auto added = m_sink->addFile(name, content, program); !added)
            return added.error();
        m_export.bytes += content.size();
        if (isSummed(name))
            m_sums[name] = Sha256::ofBytes(std::as_bytes(std::span(content)));
        return std::nullopt;
    }

    std::optional<Error> addFile(const std::string &name, const PackedFile &file)
    {
        if (auto error = takeName(name))
            return error;
        // Hashed in a thread of the reader while this one packs and writes.
        auto reader = volume::HashingFileReader::open(file.source, m_stop);
        if (!reader)
            return reader.error();
        volume::HashingFileReader &pieces = **reader;
        if (auto begun = m_sink->begin(name, pieces.size(), false); !begun)
            return begun.error();
        for (auto piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
            if (auto added = m_sink->add(piece); !added)
                return added.error();
            m_done += piece.size();
            m_export.bytes += piece.size();
            if (m_progress)
                m_progress(std::min(m_done, m_total), m_total);
        }
        const Result<std::string> hash = pieces.finish();
        if (m_stop.stop_requested())
            return cancelled();
        if (!hash)
            return hash.error();
        if (!file.sha256.empty() && *hash != file.sha256)
            return changed(file);
        if (auto ended = m_sink->end(); !ended)
            return ended.error();
        if (isSummed(name))
            m_sums[name] = *hash;
        return std::nullopt;
    }

    std::optional<Error> takeName(const std::string &name)
    {
        if (auto bad = checkBundleName(name))
            return bad;
        if (m_names.insert(name).second)
            return std::nullopt;
        return Error{error_codes::kBundleName,
                     Text::tr("%1 would be in the bundle twice.").arg(QString::fromStdString(name)),
                     Text::tr("Rename the volume of that name."), QString::fromStdString(name)};
    }

    const BundleOrder &m_order;
    const ReportMaker &m_makeReport;
    std::stop_token m_stop;
    const BundleProgress &m_progress;
    std::vector<fs::path> m_folders;
    std::vector<BundleRun> m_runs;
    std::unique_ptr<BundleSink> m_sink;
    std::set<std::string> m_names;
    ChecksumList m_sums;
    BundleExport m_export;
    std::uint64_t m_done = 0, m_total = 0;
};

} // namespace

Result<BundleExport> exportBundle(const BundleOrder &order, const ReportMaker &makeReport,
                                  std::stop_token stop, const BundleProgress &progress)
{
    try {
        return Exporter(order, makeReport, std::move(stop), progress).write();
    } catch (const std::exception &failure) { // out of memory or threads, a working folder gone
        return Error{mrb::error_codes::kCannotWrite,
                     Text::tr("The bundle could not be written: %1.")
                         .arg(QString::fromLocal8Bit(failure.what())),
                     Text::tr("Free some memory, or export fewer runs at once.")};
    }
}

} // namespace mrb::backend
