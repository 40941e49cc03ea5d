// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/ReportRecord.h"

#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"
#include "backend/base/Version.h"
#include "backend/diagnostics/Redaction.h"
#include "backend/library/RunSummary.h"
#include "backend/process/RunEnvironment.h"
#include "backend/run/RunFolder.h"

#include <algorithm>
#include <span>

namespace mrb::backend {

namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;
constexpr std::size_t kMaxRecordBytes = std::size_t{64} << 10;

std::string stringAt(const Json &json, const char *key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::map<std::string, std::string> hashesAt(const Json &json, const char *key)
{
    std::map<std::string, std::string> hashes;
    if (const auto found = json.find(key); found != json.end() && found->is_object())
        for (const auto &[name, hash] : found->items())
            hashes[name] = hash.is_string() ? hash.get<std::string>() : std::string();
    return hashes;
}

/// Null stands for nothing.
Json hashJson(const std::string &hash)
{
    return hash.empty() ? Json() : Json(hash);
}

Json hashesJson(const std::map<std::string, std::string> &hashes)
{
    Json json = Json::object();
    for (const auto &[name, hash] : hashes)
        json[name] = hashJson(hash);
    return json;
}

std::string hashOrNothing(const fs::path &file)
{
    const Result<std::string> hash = sha256OfFile(file);
    return hash ? *hash : std::string();
}

bool filesAreUnchanged(const fs::path &folder, const ReportRecord &record)
{
    return !record.files.empty() && std::ranges::all_of(record.files, [&folder](const auto &file) {
        const fs::path name = file.first;
        return name == name.filename() && !file.second.empty() &&
               hashOrNothing(folder / name) == file.second;
    });
}

bool filesArePresent(const fs::path &folder, const ReportRecord &record)
{
    return !record.files.empty() && std::ranges::all_of(record.files, [&folder](const auto &file) {
        std::error_code failed;
        return fs::path(file.first) == fs::path(file.first).filename() &&
               fs::is_regular_file(fs::symlink_status(folder / file.first, failed));
    });
}

/// Hashes only those that were not as recorded when the report was made: they may have come back.
bool volumesAreAsShown(const fs::path &runFolder, const ReportRecord &record)
{
    const Result<RunSummary> run = readRunSummary(runFolder);
    if (!run)
        return false;
    return std::ranges::all_of(run->volumes, [&](const RunVolume &volume) {
        const auto shown =
            record.volumes.find(volume.path.lexically_relative(run->folder).string());
        return shown != record.volumes.end() &&
               ((!volume.sha256.empty() && shown->second == volume.sha256) ||
                shown->second == hashOrNothing(volume.path));
    });
}

/// Secrets change from one login to the next and are no reason to make a report again.
std::string namesHash()
{
    const PrivateNames names = privateNames(currentEnvironment());
    const QStringList all = names.homes + names.people + names.machines + names.domains;
    const QByteArray text = all.join(u'\n').toUtf8();
    return Sha256::ofBytes(
        std::as_bytes(std::span(text.constData(), static_cast<std::size_t>(text.size()))));
}

} // namespace

std::string reportRecordJson(const ReportRecord &record)
{
    return writeJson({{"format", kFormat},
                      {"result_sha256", hashJson(record.resultSha256)},
                      {"journal_sha256", hashJson(record.journalSha256)},
                      {"names_sha256", hashJson(record.namesSha256)},
                      {"software", {{"name", "MR Brain Studio"}, {"version", record.version}}},
                      {"files", hashesJson(record.files)},
                      {"volumes", hashesJson(record.volumes)}});
}

Result<ReportRecord> readReportRecord(const fs::path &runFolder)
{
    const fs::path file = runFolder / kReportFolder / kMadeFile;
    const Result<Json> json = readJsonFile(file, kMaxRecordBytes);
    if (!json)
        return json.error();
    if (!json->is_object() || json->value("format", Json()) != kFormat)
        return Error{mrb::error_codes::kCannotRead,
                     Text::tr("%1 is not the record of a report that this version can read.")
                         .arg(toQString(file)),
                     Text::tr("Delete the report folder and make the report again.")};
    ReportRecord record;
    record.resultSha256 = stringAt(*json, "result_sha256");
    record.journalSha256 = stringAt(*json, "journal_sha256");
    record.namesSha256 = stringAt(*json, "names_sha256");
    record.version = stringAt(json->value("software", Json::object()), "version");
    record.files = hashesAt(*json, "files");
    record.volumes = hashesAt(*json, "volumes");
    return record;
}

Result<ReportRecord> reportRecordOf(const fs::path &runFolder)
{
    ReportRecord record;
    record.version = kVersion;
    record.namesSha256 = namesHash();
    std::error_code failed;
    const bool hasResult = fs::exists(fs::symlink_status(runFolder / kResultFile, failed));
    const Result<std::string> hash =
        sha256OfFile(runFolder / (hasResult ? kResultFile : kJournalFile));
    if (!hash)
        return hash.error();
    (hasResult ? record.resultSha256 : record.journalSha256) = *hash;
    return record;
}

bool reportIsCurrent(const fs::path &runFolder, ReportCheck check)
{
    const Result<ReportRecord> made = readReportRecord(runFolder);
    Result<ReportRecord> present = reportRecordOf(runFolder);
    if (!made || !present)
        return false;
    present->files = made->files;
    present->volumes = made->volumes;
    const fs::path folder = runFolder / kReportFolder;
    return *made == *present &&
           (check == ReportCheck::Hashed ? filesAreUnchanged(folder, *made)
                                         : filesArePresent(folder, *made)) &&
           volumesAreAsShown(runFolder, *made);
}

} // namespace mrb::backend
