// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/HashCache.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/JsonText.h"
#include "backend/base/Text.h"
#include "backend/environment/HashLock.h"

#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <system_error>

namespace mrb::backend {

namespace {

constexpr int kFormat = 1;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;
// Coarser than any file system's time stamps (FAT: 2 s).
constexpr std::int64_t kSettlingNs = 2 * kNsPerSecond;

// Someone else could have put wrong hashes into it.
bool isTrustworthy(const std::filesystem::path &file)
{
    struct stat info = {};
    return ::stat(file.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           info.st_uid == ::geteuid() && (info.st_mode & S_IWOTH) == 0;
}

bool isSha256(const std::string &text)
{
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

} // namespace

FileIdentity FileIdentity::of(const struct stat &info)
{
    return {.device = info.st_dev,
            .inode = info.st_ino,
            .size = static_cast<std::uint64_t>(info.st_size),
            .mtimeNs = info.st_mtim.tv_sec * kNsPerSecond + info.st_mtim.tv_nsec,
            .ctimeNs = info.st_ctim.tv_sec * kNsPerSecond + info.st_ctim.tv_nsec};
}

std::vector<HashCache::Entry> HashCache::read(const std::filesystem::path &file)
{
    if (file.empty() || !isTrustworthy(file))
        return {};
    const auto json = readJsonFile(file);
    if (!json)
        return {};
    try {
        if (json->at("format") != kFormat)
            return {};
        std::vector<Entry> entries;
        for (const Json &item : json->at("entries")) {
            for (const char *whole : {"device", "inode", "size", "mtime_ns", "ctime_ns"})
                if (!item.at(whole).is_number_integer())
                    return {};
            Entry entry{.path = item.at("path").get<std::string>(),
                        .identity = {.device = item.at("device").get<std::uint64_t>(),
                                     .inode = item.at("inode").get<std::uint64_t>(),
                                     .size = item.at("size").get<std::uint64_t>(),
                                     .mtimeNs = item.at("mtime_ns").get<std::int64_t>(),
                                     .ctimeNs = item.at("ctime_ns").get<std::int64_t>()},
                        .sha256 = item.at("sha256").get<std::string>()};
            if (!isSha256(entry.sha256))
                return {};
            entries.push_back(std::move(entry));
        }
        return entries;
    } catch (const Json::exception &) {
        return {};
    }
}

// Newest last; one entry per path.
void HashCache::put(std::vector<Entry> &entries, Entry entry)
{
    std::erase_if(entries, [&entry](const Entry &old) { return old.path == entry.path; });
    entries.push_back(std::move(entry));
    if (entries.size() > kMaxEntries)
        entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(kMaxEntries));
}

HashCache HashCache::load(const std::filesystem::path &file)
{
    HashCache cache;
    cache.m_file = file;
    cache.m_entries = read(file);
    return cache;
}

std::optional<std::string> HashCache::find(const std::filesystem::path &file,
                                           const FileIdentity &identity) const
{
    const auto found = std::ranges::find_if(m_entries, [&](const Entry &entry) {
        return entry.path == file.native() && entry.identity == identity;
    });
    if (found == m_entries.end())
        return std::nullopt;
    return found->sha256;
}

void HashCache::store(const std::filesystem::path &file, const FileIdentity &identity,
                      const std::string &sha256, std::int64_t nowNs)
{
    if (std::max(identity.mtimeNs, identity.ctimeNs) > nowNs - kSettlingNs)
        return;
    Entry entry{.path = file.native(), .identity = identity, .sha256 = sha256};
    put(m_entries, entry);
    put(m_stored, std::move(entry));
}

Result<> HashCache::save()
{
    if (m_file.empty() || m_stored.empty())
        return {};
    // What somebody else writes between reading and writing would be lost. Threads of this process
    // exclude each other even where there are no locks to be had.
    static std::mutex oneThread;
    const std::scoped_lock thread(oneThread);
    const HashLock alone = HashLock::ofCache(m_file);
    std::vector<Entry> entries = read(m_file);
    for (const Entry &entry : m_stored)
        put(entries, entry);
    Json list = Json::array();
    for (const Entry &entry : entries)
        list.push_back({{"path", entry.path},
                        {"device", entry.identity.device},
                        {"inode", entry.identity.inode},
                        {"size", entry.identity.size},
                        {"mtime_ns", entry.identity.mtimeNs},
                        {"ctime_ns", entry.identity.ctimeNs},
                        {"sha256", entry.sha256}});
    std::error_code failure;
    std::filesystem::create_directories(m_file.parent_path(), failure);
    if (failure)
        return Error{
            mrb::error_codes::kCannotWrite,
            Text::tr("The folder %1 cannot be created: %2")
                .arg(toQString(m_file.parent_path()), QString::fromStdString(failure.message())),
            Text::tr("Check XDG_CACHE_HOME and HOME.")};
    auto written = writeFileAtomically(m_file, writeJson({{"format", kFormat}, {"entries", list}}));
    if (written)
        m_stored.clear();
    return written;
}

std::filesystem::path defaultHashCacheFile(const EnvironmentPairs &environment)
{
    // The specification of the variable says to ignore relative values.
    std::filesystem::path base = environmentValue(environment, "XDG_CACHE_HOME").value_or("");
    if (!base.is_absolute()) {
        const std::string home = environmentValue(environment, "HOME").value_or("");
        if (home.empty())
            return {};
        base = std::filesystem::path(home) / ".cache";
    }
    return base / "mrbrain" / "weights-sha256.json";
}

} // namespace mrb::backend
