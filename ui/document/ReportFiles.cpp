// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/document/ReportFiles.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/evidence/PathTokens.h"
#include "backend/library/RunLibrary.h"
#include "backend/process/RunEnvironment.h"
#include "backend/report/ReportRecord.h"
#include "ui/document/ReportPdf.h"
#include "ui/document/VolumeDrawing.h"

#include <QDateTime>
#include <QFile>
#include <QRegularExpression>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <span>
#include <thread>
#include <utility>

namespace mrb::ui {

namespace fs = std::filesystem;

namespace {

using backend::ReportRecord;

constexpr std::size_t kMostDrawn = 4;
constexpr const char *kHtml = "report.html";
constexpr const char *kPdf = "report.pdf";

/// A report in memory.
struct Rendered
{
    std::vector<std::pair<std::string, QByteArray>> files;
    ReportRecord record; ///< with the hashes of the files
};

Error cancelled(const fs::path &runFolder)
{
    return {error_codes::kReportCancelled,
            Text::tr("Making the report of %1 was cancelled.").arg(toQString(runFolder)),
            {},
            toQString(runFolder)};
}

std::string hashOf(const QByteArray &bytes)
{
    return Sha256::ofBytes(
        std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
}

/// The report folder, held so that two callers do not write into it at once.
class HeldFolder
{
public:
    static Result<HeldFolder> hold(const fs::path &folder, const std::stop_token &stop)
    {
        if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST)
            return cannotHold(folder, errno);
        // Through no link: a run that came from elsewhere must not choose where files are written.
        HeldFolder held(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (held.m_descriptor < 0)
            return cannotHold(folder, errno);
        while (::flock(held.m_descriptor, LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK && errno != EINTR)
                return cannotHold(folder, errno);
            if (stop.stop_requested())
                return cancelled(folder.parent_path());
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return held;
    }

    ~HeldFolder()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    HeldFolder(HeldFolder &&other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    HeldFolder &operator=(HeldFolder &&) = delete;

private:
    explicit HeldFolder(int descriptor) : m_descriptor(descriptor) {}

    static Error cannotHold(const fs::path &folder, int reason)
    {
        return {mrb::error_codes::kCannotWrite,
                Text::tr("The folder %1 cannot be used: %2")
                    .arg(toQString(folder), systemErrorText(reason)),
                writeFailureHint(reason), toQString(folder)};
    }

    int m_descriptor = -1;
};

/// A run that ended, so that its documents do not change any more.
Result<backend::RunSummary> endedRun(const fs::path &runFolder)
{
    Result<backend::RunSummary> run = backend::readRunSummary(runFolder);
    if (run && run->state == backend::RunState::Running)
        return Error{backend::error_codes::kRunUnderWay,
                     Text::tr("The run in %1 is still under way.").arg(toQString(runFolder)),
                     Text::tr("Its report can be made when it has ended."), toQString(runFolder)};
    return run;
}

void addFile(Rendered &rendered, const std::string &name, const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return;
    rendered.record.files[name] = hashOf(bytes);
    rendered.files.emplace_back(name, bytes);
}

/// "planes.png", "planes-2.png".
std::string numbered(const char *name, std::size_t index)
{
    return index == 0 ? std::string(name) + ".png"
                      : std::string(name) + "-" + std::to_string(index + 1) + ".png";
}

backend::VolumeFigures notDrawn(const backend::RunVolume &volume)
{
    backend::VolumeFigures figures;
    figures.name = toQString(volume.path.filename());
    figures.problem = Text::tr("Not drawn: a report has pictures of %1 volumes at most. Its "
                               "numbers are below.")
                          .arg(kMostDrawn);
    return figures;
}

/// Draws the volumes; their pictures become files as well.
std::vector<backend::VolumeFigures> drawVolumes(Rendered &rendered, const backend::RunSummary &run,
                                                const backend::TextRedaction &redact,
                                                const std::stop_token &stop)
{
    std::vector<backend::VolumeFigures> all;
    for (std::size_t i = 0; i < run.volumes.size() && !stop.stop_requested(); ++i) {
        const backend::RunVolume &volume = run.volumes[i];
        const std::string name = volume.path.lexically_relative(run.folder).string();
        if (i >= kMostDrawn) {
            rendered.record.volumes[name] = volume.sha256;
            all.push_back(notDrawn(volume));
            continue;
        }
        VolumeDrawing drawing = drawVolume(volume, run.volumes.size() > 1, stop);
        rendered.record.volumes[name] = drawing.foundSha256;
        addFile(rendered, numbered("planes", i), drawing.planes);
        addFile(rendered, numbered("mosaic", i), drawing.mosaic);
        if (i == 0)
            addFile(rendered, "thumbnail.png", drawing.thumbnail);
        drawing.figures.problem = redact(drawing.figures.problem);
        all.push_back(std::move(drawing.figures));
    }
    return all;
}

/// A report is read elsewhere, where a local time would only tell in which zone it was made.
QString inUtc(const QString &text)
{
    static const QRegularExpression kTime(
        QStringLiteral("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$"));
    if (!kTime.match(text).hasMatch())
        return text;
    const QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    return time.isValid() ? time.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss 'UTC'"))
                          : text;
}

Result<Rendered> render(const backend::RunSummary &run, const std::stop_token &stop)
{
    Result<ReportRecord> record = backend::reportRecordOf(run.folder);
    if (!record)
        return record.error();
    const auto tokens = backend::PathTokens::ofRun(run.folder, backend::currentEnvironment());
    const auto redact = [&tokens](const QString &text) { return tokens.apply(inUtc(text)); };
    const Result<backend::RunReport> report = backend::reportOfRun(run.folder, redact);
    if (!report)
        return report.error();
    Rendered rendered{{}, *std::move(record)};
    backend::DocumentMaterial material;
    material.resultSha256 = QString::fromStdString(rendered.record.resultSha256);
    material.volumes = drawVolumes(rendered, run, redact, stop);
    if (stop.stop_requested())
        return cancelled(run.folder);
    const backend::ReportDocument document = backend::reportDocument(*report, material);
    addFile(rendered, kHtml, backend::reportHtml(document));
    const Result<QByteArray> pdf = reportPdf(document, stop);
    if (stop.stop_requested())
        return cancelled(run.folder);
    if (!pdf)
        return pdf.error();
    addFile(rendered, kPdf, *pdf);
    return rendered;
}

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

Result<> store(const Rendered &rendered, const fs::path &runFolder)
{
    const fs::path folder = runFolder / backend::kReportFolder;
    const Result<ReportRecord> before = backend::readReportRecord(runFolder);
    for (const auto &[name, bytes] : rendered.files)
        if (const Result<> written = writeFileAtomically(folder / name, viewOf(bytes)); !written)
            return written;
    if (before)
        for (const auto &[name, hash] : before->files) {
            std::error_code ignored; // what stays is not listed any more
            if (!rendered.record.files.contains(name) && fs::path(name).filename() == name)
                fs::remove(folder / name, ignored);
        }
    return writeFileAtomically(folder / backend::kMadeFile,
                               backend::reportRecordJson(rendered.record));
}

ReportFiles filesOf(const fs::path &runFolder, const ReportRecord &record, bool made)
{
    ReportFiles files{runFolder / backend::kReportFolder, {}, made};
    for (const auto &[name, sha256] : record.files)
        files.files.push_back({name, sha256});
    return files;
}

/// Which of the report's files a target is a copy of; null for none.
const char *sourceFor(const fs::path &target)
{
    const QString extension = toQString(target.extension()).toLower();
    return extension == u".html" || extension == u".htm" ? kHtml
           : extension == u".pdf"                        ? kPdf
                                                         : nullptr;
}

Result<QByteArray> readStored(const fs::path &file)
{
    QFile in(QFile::decodeName(file.c_str()));
    if (!in.open(QIODevice::ReadOnly))
        return Error{mrb::error_codes::kCannotRead,
                     Text::tr("%1 cannot be read: %2").arg(toQString(file), in.errorString()),
                     Text::tr("Try again."), toQString(file)};
    return in.readAll();
}

/// For a run whose folder cannot be written to.
Result<QByteArray> renderedFile(const fs::path &runFolder, const char *name,
                                const std::stop_token &stop)
{
    const Result<backend::RunSummary> run = endedRun(runFolder);
    if (!run)
        return run.error();
    const Result<Rendered> rendered = render(*run, stop);
    if (!rendered)
        return rendered.error();
    const auto file = std::ranges::find(rendered->files, std::string(name),
                                        &std::pair<std::string, QByteArray>::first);
    return file->second;
}

} // namespace

Result<ReportFiles> makeReportDocument(const fs::path &runFolder, std::stop_token stop)
{
    const Result<backend::RunSummary> run = endedRun(runFolder);
    if (!run)
        return run.error();
    const Result<HeldFolder> held = HeldFolder::hold(run->folder / backend::kReportFolder, stop);
    if (!held)
        return held.error();
    if (backend::reportIsCurrent(run->folder))
        if (const Result<ReportRecord> record = backend::readReportRecord(run->folder))
            return filesOf(run->folder, *record, false);
    const Result<Rendered> rendered = render(*run, stop);
    if (!rendered)
        return rendered.error();
    if (const Result<> stored = store(*rendered, run->folder); !stored)
        return stored.error();
    return filesOf(run->folder, rendered->record, true);
}

Result<> checkReportTarget(const fs::path &targetFile)
{
    if (sourceFor(targetFile))
        return {};
    return Error{error_codes::kReportFormat,
                 Text::tr("%1 is neither an .html nor a .pdf file.").arg(toQString(targetFile)),
                 Text::tr("Give the file one of these extensions."), toQString(targetFile)};
}

Result<> saveReport(const fs::path &runFolder, const fs::path &targetFile, std::stop_token stop)
{
    if (const Result<> known = checkReportTarget(targetFile); !known)
        return known;
    const char *source = sourceFor(targetFile);
    const Result<ReportFiles> made = makeReportDocument(runFolder, stop);
    if (!made && made.error().code != mrb::error_codes::kCannotWrite)
        return made.error();
    const Result<QByteArray> bytes =
        made ? readStored(made->folder / source) : renderedFile(runFolder, source, stop);
    if (!bytes)
        return bytes.error();
    return writeFileAtomically(targetFile, viewOf(*bytes));
}

} // namespace mrb::ui
