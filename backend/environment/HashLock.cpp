// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/HashLock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

namespace mrb::backend {

namespace {

namespace fs = std::filesystem;

constexpr long kPlaceOfCache = 0;
constexpr long kPlaces = 1L << 30;
constexpr auto kBetweenTries = std::chrono::milliseconds(50);

int openLock(const fs::path &cacheFile)
{
    if (cacheFile.empty())
        return -1;
    std::error_code failed;
    fs::create_directories(cacheFile.parent_path(), failed);
    const std::string file = cacheFile.string() + ".lock";
    constexpr mode_t kOnlyOurs = 0600;
    return ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, kOnlyOurs);
}

/// Of the open file and not of the process, so that two threads exclude each other, too.
bool tryLock(int descriptor, long place)
{
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = place;
    lock.l_len = 1;
    return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

} // namespace

HashLock::HashLock(const fs::path &cacheFile, long place, const std::stop_token &stop,
                   std::optional<std::chrono::milliseconds> patience)
    : m_descriptor(openLock(cacheFile))
{
    const auto began = std::chrono::steady_clock::now();
    std::mutex mutex;
    std::unique_lock guard(mutex);
    std::condition_variable_any stopped;
    while (m_descriptor >= 0 && !m_isHeld && !stop.stop_requested()) {
        m_isHeld = tryLock(m_descriptor, place);
        const bool isTaken = errno == EAGAIN || errno == EACCES || errno == EINTR;
        if (m_isHeld || !isTaken) // some file systems have no locks
            return;
        if (patience && std::chrono::steady_clock::now() - began > *patience)
            return;
        stopped.wait_for(guard, stop, kBetweenTries, [] { return false; });
    }
}

HashLock::HashLock(HashLock &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_isHeld(std::exchange(other.m_isHeld, false))
{
}

HashLock::~HashLock()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

HashLock HashLock::ofFile(const fs::path &cacheFile, const fs::path &file,
                          const std::stop_token &stop)
{
    // Two files that meet at one place wait for each other, which costs time and nothing else. The
    // sum is the same in every process of this program.
    const std::size_t sum = std::hash<std::string>{}(file.string());
    const long place = 1 + static_cast<long>(sum % static_cast<std::size_t>(kPlaces));
    return {cacheFile, place, stop, std::nullopt};
}

HashLock HashLock::ofCache(const fs::path &cacheFile)
{
    return {cacheFile, kPlaceOfCache, {}, std::chrono::seconds(1)};
}

} // namespace mrb::backend
