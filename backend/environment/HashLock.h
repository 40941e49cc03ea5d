// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>

namespace mrb::backend {

/// Keeps other processes from hashing the same file, or from writing the cache, at the same time,
/// through a lock file beside the cache. Its places are bytes of one file, so that two weights can
/// be hashed at once. The kernel frees the lock when its owner ends, however that happens. A lock
/// that cannot be had only costs time: nothing is ever wrong without it. One object serves one
/// thread.
class HashLock
{
public:
    /// Waits for whoever hashes `file`, or until stopped.
    static HashLock ofFile(const std::filesystem::path &cacheFile,
                           const std::filesystem::path &file, const std::stop_token &stop);
    /// Waits for whoever writes the cache, which takes some ms; not longer than a second.
    static HashLock ofCache(const std::filesystem::path &cacheFile);

    HashLock(HashLock &&other) noexcept;
    HashLock &operator=(HashLock &&) = delete;
    ~HashLock();

    bool isHeld() const { return m_isHeld; }

private:
    HashLock(const std::filesystem::path &cacheFile, long place, const std::stop_token &stop,
             std::optional<std::chrono::milliseconds> patience);

    int m_descriptor = -1;
    bool m_isHeld = false;
};

} // namespace mrb::backend
