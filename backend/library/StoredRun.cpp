// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/StoredRun.h"

#include "backend/base/JsonNumber.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/library/RecordedCommand.h"
#include "backend/request/StagedConfigs.h"

#include <sys/stat.h>

#include <cmath>
#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kJournalVersion = 1;
constexpr std::size_t kMostVolumes = 1000;
constexpr int kMostEntries = 100'000; // below one folder; only there to end

/// Any program may call a file run.json or result.json, so ours must look like ours.
bool isJournal(const Json &json)
{
    return integerAt(json, {"journal_version"}) ||
           (valueAt(json, {"run_id"}) && valueAt(json, {"state"}));
}

bool isResult(const Json &json)
{
    return valueAt(json, {"skill"}) &&
           (valueAt(json, {"input"}) || valueAt(json, {"output"}) || valueAt(json, {"invocation"}));
}

Error damaged(const Error &why)
{
    return {error_codes::kRunDamaged, why.message,
            Text::tr("The file is kept as it is. What it would say is missing here."), why.field};
}

StoredDocument readDocument(const fs::path &file, bool (*isOurs)(const Json &))
{
    StoredDocument document;
    if (!isPlainFile(file))
        return document;
    Result<Json> json = readJsonFile(file, kMaxRunDocumentBytes);
    if (!json) {
        document.kind = StoredDocument::Kind::Damaged;
        document.error = damaged(json.error());
    } else if (json->is_object() && isOurs(*json)) {
        document.kind = StoredDocument::Kind::Sound;
        document.json = std::move(*json);
    } else {
        document.kind = StoredDocument::Kind::Foreign;
    }
    return document;
}

bool isInside(const fs::path &path, const fs::path &folder)
{
    const fs::path relative = path.lexically_relative(folder);
    return !relative.empty() && relative.native() != "." && *relative.begin() != "..";
}

/// Where a recorded path is now, or nothing: only what lies inside the run's folder counts.
fs::path placeOf(const fs::path &recorded, const fs::path &recordedFolder, const fs::path &folder)
{
    const fs::path name = recorded.filename();
    if (name.empty() || name == ".." || name == "." ||
        recorded.native().find('\0') != std::string::npos)
        return {};
    const fs::path inside = recorded.lexically_normal();
    const fs::path before = recordedFolder.lexically_normal();
    if (!before.empty() && isInside(inside, before)) {
        fs::path candidate = folder / inside.lexically_relative(before);
        std::error_code failed;
        const fs::path parent = fs::canonical(candidate.parent_path(), failed);
        std::error_code failedToo;
        const fs::path home = fs::canonical(folder, failedToo);
        // A folder on the way could be a link to somewhere else.
        if (!failed && !failedToo && (parent == home || isInside(parent, home)) &&
            isPlainFile(candidate))
            return candidate;
    }
    const fs::path direct = folder / name;
    return isPlainFile(direct) ? direct : fs::path();
}

} // namespace

const Json *valueAt(const Json &document, std::initializer_list<std::string_view> path)
{
    const Json *at = &document;
    for (const std::string_view key : path) {
        const auto found = at->is_object() ? at->find(key) : at->end();
        if (found == at->end())
            return nullptr;
        at = &*found;
    }
    return at;
}

QString textAt(const Json &document, std::initializer_list<std::string_view> path)
{
    constexpr qsizetype kLongest = 4096;
    const Json *value = valueAt(document, path);
    return value && value->is_string()
               ? QString::fromStdString(value->get_ref<const std::string &>()).left(kLongest)
               : QString();
}

std::optional<std::int64_t> integerAt(const Json &document,
                                      std::initializer_list<std::string_view> path)
{
    const Json *value = valueAt(document, path);
    return value ? integerOf(*value) : std::nullopt;
}

std::optional<double> numberAt(const Json &document, std::initializer_list<std::string_view> path)
{
    const Json *value = valueAt(document, path);
    if (!value || !value->is_number())
        return std::nullopt;
    const auto number = value->get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

StoredRun readStoredRun(const fs::path &folder)
{
    StoredRun run{.journal = readDocument(folder / kJournalFile, &isJournal),
                  .result = readDocument(folder / kResultFile, &isResult)};
    const auto version = integerAt(run.journal.json, {"journal_version"});
    if (run.journal.isSound() && version.value_or(0) > kJournalVersion) {
        run.journal.error = Error{
            error_codes::kRunNewer,
            Text::tr("%1 was written by a newer version.").arg(toQString(folder / kJournalFile)),
            Text::tr("Update this program to see all of it."), toQString(folder / kJournalFile)};
    }
    return run;
}

Error noRunHere(const fs::path &folder)
{
    return {error_codes::kNoRunHere, Text::tr("%1 holds no run.").arg(toQString(folder)),
            Text::tr("Choose a folder with a run.json or a result.json."), toQString(folder)};
}

std::vector<ListedVolume> listedVolumes(const fs::path &folder, const Json &result)
{
    std::vector<ListedVolume> volumes;
    const Json *samples = valueAt(result, {"output", "samples"});
    if (!samples || !samples->is_array())
        return volumes;
    const fs::path recordedFolder = textAt(result, {"output", "directory"}).toStdString();
    for (std::size_t i = 0; i < samples->size(); ++i) {
        const Json &sample = (*samples)[i];
        const fs::path recorded = textAt(sample, {"image_path"}).toStdString();
        if (recorded.empty() || volumes.size() == kMostVolumes)
            continue;
        ListedVolume listed;
        listed.sample = i;
        listed.recordedName = toQString(recorded.filename());
        listed.volume.path = placeOf(recorded, recordedFolder, folder);
        listed.volume.sha256 = textAt(sample, {"image_sha256"}).toStdString();
        const std::int64_t bytes = integerAt(sample, {"image_bytes"}).value_or(0);
        listed.volume.seed = integerAt(sample, {contract::model_config::kRandomSeed});
        listed.volume.bytes = bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
        volumes.push_back(std::move(listed));
    }
    return volumes;
}

Json stagedBlock(const fs::path &folder, const StoredRun &run)
{
    const Json *command = valueAt(run.result.json, {"invocation", "command"});
    if (!command)
        command = valueAt(run.journal.json, {"command"});
    const std::string name = recordedCommand(command).modelConfig;
    const fs::path file = folder / kStagedFolder / name;
    if (name.empty() || !isPlainFile(file))
        return Json::object();
    const Result<Json> json = readJsonFile(file);
    const Json *block = json ? valueAt(*json, {contract::model_config::kInference}) : nullptr;
    return block && block->is_object() ? *block : Json::object();
}

bool isPlainFile(const fs::path &path)
{
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

std::uint64_t bytesBelow(const fs::path &folder)
{
    std::uint64_t bytes = 0;
    std::error_code failed;
    fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied,
                                        failed);
    for (int entries = 0;
         !failed && it != fs::recursive_directory_iterator() && entries < kMostEntries;
         it.increment(failed), ++entries) {
        struct stat info = {};
        if (::lstat(it->path().c_str(), &info) == 0 && S_ISREG(info.st_mode))
            bytes += static_cast<std::uint64_t>(info.st_size);
    }
    return bytes;
}

} // namespace mrb::backend
