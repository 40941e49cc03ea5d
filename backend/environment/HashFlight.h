// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/environment/HashCache.h"

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace mrb::backend {

/// One file as it is, whose hash several threads of this process want at the same time: one of them
/// reads it, the others wait. It lives as long as one of them is interested, so it also serves
/// files that are too young for the cache. Any thread.
class HashFlight
{
public:
    /// The same one for everybody who asks for this pair meanwhile.
    static std::shared_ptr<HashFlight> of(const std::filesystem::path &file,
                                          const FileIdentity &identity);

    enum class Turn {
        Mine,      ///< hash it, and call end() in any case
        Known,     ///< see sha256()
        Cancelled, ///< by the stop token
    };
    /// Blocks while another thread hashes.
    Turn wait(const std::stop_token &stop);
    /// Of one whose turn it is. Nothing: it failed or was cancelled, and the next one may try.
    void end(std::optional<std::string> sha256);
    std::string sha256() const;

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_isTaken = false;
    std::optional<std::string> m_sha256;
};

} // namespace mrb::backend
