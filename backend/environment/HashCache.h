// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/ShortCommand.h"

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

/// What changes when a file is written to, replaced, moved or touched. Times are nanoseconds since
/// 1970. mtime can be set at will; ctime and the inode cannot, so an edit does not stay hidden.
struct FileIdentity
{
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t mtimeNs = 0;
    std::int64_t ctimeNs = 0;

    friend bool operator==(const FileIdentity &, const FileIdentity &) = default;

    static FileIdentity of(const struct stat &info);
};

/// SHA-256 values of large files from earlier runs, in one small JSON file. A value belongs to a
/// path and a FileIdentity and is used for exactly that pair. A cache file that is damaged, of
/// another format, of another user or writable by everyone is as good as empty: the hashes are
/// computed anew. One object serves one thread at a time; processes may share the file.
class HashCache
{
public:
    /// Never fails.
    static HashCache load(const std::filesystem::path &file);

    /// @param file absolute path of the hashed file
    std::optional<std::string> find(const std::filesystem::path &file,
                                    const FileIdentity &identity) const;

    /// Remembers it for save(). Not remembered: a file that was written to within the last 2 s
    /// before `nowNs` or in the future, because another write in the same tick of the file
    /// system's clock would not change its times.
    void store(const std::filesystem::path &file, const FileIdentity &identity,
               const std::string &sha256, std::int64_t nowNs);

    /// Writes what was stored, if anything, added to what the file holds by now; atomic, so that
    /// no process sees half a file. Creates the folder. The oldest entries go when there are more
    /// than kMaxEntries.
    Result<> save();

    static constexpr std::size_t kMaxEntries = 256;

private:
    struct Entry
    {
        std::string path;
        FileIdentity identity;
        std::string sha256;
    };

    static std::vector<Entry> read(const std::filesystem::path &file);
    static void put(std::vector<Entry> &entries, Entry entry);

    std::filesystem::path m_file;
    std::vector<Entry> m_entries;
    std::vector<Entry> m_stored;
};

/// $XDG_CACHE_HOME/mrbrain/weights-sha256.json, or below ~/.cache; empty when neither
/// XDG_CACHE_HOME (an absolute path) nor HOME is set.
std::filesystem::path defaultHashCacheFile(const EnvironmentPairs &environment);

} // namespace mrb::backend
