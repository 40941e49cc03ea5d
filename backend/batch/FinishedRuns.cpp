// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/batch/FinishedRuns.h"

#include "backend/batch/BatchItem.h"
#include "backend/batch/RequestKey.h"
#include "backend/library/StoredRun.h"

#include <algorithm>
#include <functional>
#include <future>
#include <system_error>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

bool isVerdict(EntryVerdict verdict)
{
    return verdict == EntryVerdict::Passed || verdict == EntryVerdict::Demo ||
           verdict == EntryVerdict::GateFailed;
}

/// A volume that was cut, replaced or taken away is made again. Its bytes are not read.
bool areVolumesThere(const fs::path &folder, const Json &result)
{
    return std::ranges::all_of(listedVolumes(folder, result), [](const ListedVolume &listed) {
        std::error_code failed;
        return !listed.volume.path.empty() &&
               fs::file_size(listed.volume.path, failed) == listed.volume.bytes && !failed;
    });
}

/// Folders, not links to them; hidden ones are nobody's results.
std::vector<fs::path> foldersIn(const fs::path &folder)
{
    std::vector<fs::path> found;
    std::error_code failed;
    fs::directory_iterator it(folder, failed);
    for (; !failed && it != fs::directory_iterator(); it.increment(failed)) {
        std::error_code ignored;
        if (it->symlink_status(ignored).type() == fs::file_type::directory &&
            !it->path().filename().native().starts_with('.'))
            found.push_back(it->path());
    }
    std::ranges::sort(found);
    return found;
}

std::vector<BatchRecord> readSome(const std::vector<fs::path> &folders, std::size_t first,
                                  std::size_t step, const std::stop_token &stop)
{
    std::vector<BatchRecord> records;
    for (std::size_t i = first; i < folders.size() && !stop.stop_requested(); i += step)
        if (Result<BatchRecord> record = readBatchRecord(folders[i]))
            records.push_back(std::move(record).value());
    return records;
}

bool isBetter(const BatchRecord &one, const BatchRecord &other)
{
    const bool failed = one.summary.verdict == EntryVerdict::GateFailed;
    const bool otherFailed = other.summary.verdict == EntryVerdict::GateFailed;
    return failed != otherFailed ? otherFailed : one.summary.startedAt > other.summary.startedAt;
}

struct EndedRun
{
    fs::path folder;
    fs::file_time_type when;
};

void addIfEnded(const fs::path &folder, std::vector<EndedRun> &runs)
{
    std::error_code failed;
    const fs::file_time_type when = fs::last_write_time(folder / kResultFile, failed);
    if (!failed)
        runs.push_back({folder, when});
}

} // namespace

std::vector<RunSummary> readRunsBeside(const fs::path &folder, std::size_t most,
                                       const std::stop_token &stop)
{
    std::vector<EndedRun> runs;
    for (const fs::path &beside : foldersIn(folder.parent_path())) {
        if (beside == folder || stop.stop_requested())
            continue;
        addIfEnded(beside, runs);
        std::error_code failed;
        if (fs::exists(beside / kBatchFile, failed))
            for (const fs::path &run : foldersIn(beside))
                addIfEnded(run, runs);
    }
    std::ranges::sort(runs, std::greater(), &EndedRun::when);
    runs.resize(std::min(runs.size(), most));
    std::vector<RunSummary> summaries;
    for (const EndedRun &run : runs) {
        if (stop.stop_requested())
            break;
        if (Result<RunSummary> summary = readRunSummary(run.folder))
            summaries.push_back(std::move(summary).value());
    }
    return summaries;
}

Result<BatchRecord> readBatchRecord(const fs::path &runFolder)
{
    Result<RunSummary> summary = readRunSummary(runFolder);
    if (!summary)
        return summary.error();
    BatchRecord record;
    record.summary = std::move(summary).value();
    const StoredRun stored = readStoredRun(record.summary.folder);
    if (!stored.result.isSound())
        return record;
    const Json &result = stored.result.json;
    record.key = requestKey(result);
    record.wallSeconds = numberAt(result, {"run", "wall_seconds"}).value_or(0);
    record.launch = textAt(result, {"invocation", "launch"});
    record.isFinished = record.key && record.summary.state == RunState::Ended &&
                        isVerdict(record.summary.verdict) &&
                        areVolumesThere(record.summary.folder, result);
    return record;
}

BatchHistory readBatchHistory(const fs::path &folder, const std::stop_token &stop)
{
    constexpr std::size_t kReaders = 4; // reading is waiting for the disk in part
    const std::vector<fs::path> folders = foldersIn(folder);
    std::vector<std::future<std::vector<BatchRecord>>> readers;
    for (std::size_t reader = 0; reader < kReaders; ++reader)
        readers.push_back(std::async(std::launch::async, readSome, std::cref(folders), reader,
                                     kReaders, std::cref(stop)));
    BatchHistory history;
    for (auto &reader : readers) {
        for (BatchRecord &record : reader.get()) {
            history.runs.push_back(record.summary);
            if (!record.isFinished)
                continue;
            const std::string key = *record.key;
            const auto found = history.finished.find(key);
            if (found == history.finished.end())
                history.finished.emplace(key, std::move(record));
            else if (isBetter(record, found->second))
                found->second = std::move(record);
        }
    }
    return history;
}

} // namespace mrb::backend
