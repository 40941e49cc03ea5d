// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunSummary.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mrb::backend {

// Finding and reading runs in workers. Inside the library only.

/// Identifies a run; a string, because hashing a path is slow.
inline const std::string &keyOf(const std::filesystem::path &folder)
{
    return folder.native();
}

/// A run as it was read. The clock tells which of two readings of a run is newer.
struct ReadRun
{
    std::shared_ptr<const RunSummary> summary;
    std::uint64_t readAt = 0;
};

/// Runs that were read before, with the stamps that their documents had then. Any thread.
class SummaryCache
{
public:
    struct Reading
    {
        ReadRun run;
        bool isNew = false; ///< false: nothing changed since it was read last
    };

    /// Nothing when the folder is no run's.
    std::optional<Reading> read(const std::filesystem::path &folder);
    void keepOnly(const std::unordered_set<std::string> &keys);
    /// A moment that is later than all readings before it.
    std::uint64_t now() { return ++m_clock; }

private:
    struct FileStamp
    {
        std::uint64_t inode = 0;
        std::int64_t size = -1, modifiedNs = 0;
        friend bool operator==(const FileStamp &, const FileStamp &) = default;
    };
    /// Of the folder, run.json, result.json and review.json.
    using Stamps = std::array<FileStamp, 4>;
    static Stamps stampsOf(const std::filesystem::path &folder);

    struct Entry
    {
        Stamps stamps;
        std::shared_ptr<const RunSummary> summary;
    };
    std::atomic<std::uint64_t> m_clock{0};
    std::mutex m_mutex;
    std::unordered_map<std::string, Entry> m_entries;
};

/// A folder as it was given and without links on the way.
struct LibraryFolder
{
    std::filesystem::path given, real;
    /// Where the folder does not exist: the nearest one above it that does.
    std::filesystem::path aboveMissing;
};
std::vector<LibraryFolder> resolveFolders(const std::vector<std::filesystem::path> &given);

/// One search below the library's folders.
struct ScanOrder
{
    std::vector<LibraryFolder> folders;
    std::unordered_set<std::string> known; ///< runs that the window has, as they are in the cache
};

struct ScanEnd
{
    std::uint64_t startedAt = 0;
    std::unordered_set<std::string> seen;
    std::vector<std::filesystem::path> toWatch; ///< folders in which new runs can appear
    bool stopped = false;
};

using BatchSink = std::function<void(std::vector<ReadRun>)>;
/// Blocks. Runs that are new or changed go to `batch`, a few at a time, newest names first.
ScanEnd scanRuns(const ScanOrder &order, SummaryCache &cache, const std::stop_token &stop,
                 const BatchSink &batch);

} // namespace mrb::backend
