// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace mrb::backend {

/// SHA-256 in a thread of its own, for bytes that somebody is writing meanwhile: hashing an archive
/// then costs no time of its writer. At most a few MiB wait. Used by one thread.
class ArchiveHash
{
public:
    ArchiveHash();
    ~ArchiveHash();
    ArchiveHash(const ArchiveHash &) = delete;
    ArchiveHash &operator=(const ArchiveHash &) = delete;

    /// Copies the bytes; blocks while too many wait.
    void add(std::span<const std::byte> bytes);
    /// 64 lower-case hexadecimal digits; nothing may be added afterwards.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace mrb::backend
