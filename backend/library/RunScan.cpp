// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/RunScan.h"

#include "backend/library/StoredRun.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

constexpr int kDeepest = 4; // below a library folder
constexpr std::size_t kMostWatched = 512;
constexpr std::size_t kBatch = 100;
constexpr std::chrono::milliseconds kBatchTime{100};

/// Walks depth first, so that a batch is a few neighbouring folders.
class Scan
{
public:
    Scan(const ScanOrder &order, SummaryCache &cache, const std::stop_token &stop,
         const BatchSink &batch)
        : m_order(order), m_cache(cache), m_stop(stop), m_batch(batch)
    {
    }

    ScanEnd walk()
    {
        m_end.startedAt = m_cache.now();
        for (const LibraryFolder &folder : m_order.folders)
            if (folder.aboveMissing.empty())
                visit(folder.real, 0);
        deliver();
        m_end.stopped = m_stop.stop_requested();
        if (!m_end.stopped)
            m_cache.keepOnly(m_end.seen);
        return std::move(m_end);
    }

private:
    void visit(const fs::path &folder, int depth)
    {
        if (m_stop.stop_requested() || m_end.seen.contains(keyOf(folder)))
            return;
        if (const auto reading = m_cache.read(folder)) {
            m_end.seen.insert(keyOf(folder));
            if (reading->isNew || !m_order.known.contains(keyOf(folder)))
                add(reading->run);
            return;
        }
        if (m_end.toWatch.size() < kMostWatched &&
            std::ranges::find(m_end.toWatch, folder) == m_end.toWatch.end())
            m_end.toWatch.push_back(folder);
        if (depth == kDeepest)
            return;
        for (const fs::path &child : foldersIn(folder))
            visit(child, depth + 1);
    }

    /// Runs are named by their time, so the newest come first.
    static std::vector<fs::path> foldersIn(const fs::path &folder)
    {
        std::vector<fs::path> found;
        std::error_code failed;
        fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, failed);
        for (; !failed && it != fs::directory_iterator(); it.increment(failed)) {
            std::error_code ignored;
            // Hidden ones are not results; the trash of a disk is one of them.
            if (it->symlink_status(ignored).type() == fs::file_type::directory &&
                !it->path().filename().native().starts_with('.'))
                found.push_back(it->path());
        }
        std::ranges::sort(found, std::greater(), [](const fs::path &path) -> const std::string & {
            return path.native();
        });
        return found;
    }

    void add(const ReadRun &run)
    {
        m_ready.push_back(run);
        if (m_ready.size() >= kBatch || std::chrono::steady_clock::now() - m_delivered > kBatchTime)
            deliver();
    }

    void deliver()
    {
        m_delivered = std::chrono::steady_clock::now();
        if (!m_ready.empty())
            m_batch(std::exchange(m_ready, {}));
    }

    const ScanOrder &m_order;
    SummaryCache &m_cache;
    const std::stop_token &m_stop;
    const BatchSink &m_batch;
    ScanEnd m_end;
    std::vector<ReadRun> m_ready;
    std::chrono::steady_clock::time_point m_delivered = std::chrono::steady_clock::now();
};

fs::path nearestAbove(fs::path folder)
{
    std::error_code failed;
    while (folder.has_relative_path()) {
        folder = folder.parent_path();
        if (fs::is_directory(folder, failed))
            break;
    }
    return folder;
}

} // namespace

std::vector<LibraryFolder> resolveFolders(const std::vector<fs::path> &given)
{
    std::vector<LibraryFolder> folders;
    for (const fs::path &folder : given) {
        std::error_code failed;
        // A person may name a link; below it none is followed.
        const fs::path real = fs::canonical(folder, failed);
        if (!failed && fs::is_directory(real, failed))
            folders.push_back({.given = folder, .real = real, .aboveMissing = {}});
        else
            folders.push_back(
                {.given = folder, .real = folder, .aboveMissing = nearestAbove(folder)});
    }
    return folders;
}

SummaryCache::Stamps SummaryCache::stampsOf(const fs::path &folder)
{
    const std::array<fs::path, 4> files = {folder, folder / kJournalFile, folder / kResultFile,
                                           folder / kReviewFile};
    Stamps stamps;
    for (std::size_t i = 0; i < files.size(); ++i) {
        struct stat info = {};
        if (::lstat(files[i].c_str(), &info) == 0 && (i == 0 || S_ISREG(info.st_mode)))
            stamps[i] = {.inode = info.st_ino,
                         .size = info.st_size,
                         .modifiedNs = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 +
                                       info.st_mtim.tv_nsec};
    }
    return stamps;
}

std::optional<SummaryCache::Reading> SummaryCache::read(const fs::path &folder)
{
    // Before anything is read: what changes later has another stamp.
    const std::uint64_t readAt = now();
    const Stamps stamps = stampsOf(folder);
    const FileStamp none;
    if (stamps[1] == none && stamps[2] == none)
        return std::nullopt;
    std::shared_ptr<const RunSummary> before;
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_entries.find(keyOf(folder));
            found != m_entries.end() && found->second.stamps == stamps)
            before = found->second.summary;
    }
    // The end of a process changes no file, so a run that is under way is looked at each time.
    const bool isSettled =
        before && before->state != RunState::Running && before->state != RunState::Interrupted;
    if (before && (isSettled || runStateOf(folder) == before->state))
        return Reading{.run = {.summary = before, .readAt = readAt}, .isNew = false};
    Result<RunSummary> summary = readRunSummary(folder);
    if (!summary)
        return std::nullopt;
    const auto shared = std::make_shared<const RunSummary>(std::move(*summary));
    const std::lock_guard lock(m_mutex);
    m_entries[keyOf(folder)] = {.stamps = stamps, .summary = shared};
    return Reading{.run = {.summary = shared, .readAt = readAt}, .isNew = true};
}

void SummaryCache::keepOnly(const std::unordered_set<std::string> &keys)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_entries, [&keys](const auto &entry) { return !keys.contains(entry.first); });
}

ScanEnd scanRuns(const ScanOrder &order, SummaryCache &cache, const std::stop_token &stop,
                 const BatchSink &batch)
{
    return Scan(order, cache, stop, batch).walk();
}

} // namespace mrb::backend
