// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

namespace mrb::volume {

/// Reads a regular file once, from its start to its end, and hashes it when asked, in a thread of
/// its own (where the file is worth one) while the caller works on the pieces. At most a few MiB
/// are in memory. The file is what it was when it was opened: a change of size or time stamp
/// meanwhile is an error. Used by one thread.
class HashingFileReader
{
public:
    /// Opens without blocking on a FIFO and refuses whatever is no regular file (symbolic links
    /// are followed). A file that can be read starts being read at once.
    static Result<std::unique_ptr<HashingFileReader>> open(const std::filesystem::path &file,
                                                           std::stop_token stop, bool hash = true);
    ~HashingFileReader(); ///< stops reading
    HashingFileReader(const HashingFileReader &) = delete;
    HashingFileReader &operator=(const HashingFileReader &) = delete;

    std::uint64_t size() const; ///< bytes, when it was opened

    /// The next piece, valid until the next call; all but the last have kPieceBytes. Empty at the
    /// end and after a failure or a stop.
    std::span<const std::byte> next();

    /// Reads what is left, then gives the SHA-256 of all bytes (64 hex digits; empty when it was
    /// opened without). Fails with kCannotRead, kFileChanged or kCancelled.
    Result<std::string> finish();

    static constexpr std::size_t kPieceBytes = std::size_t{256} << 10U;

private:
    struct State;
    explicit HashingFileReader(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace mrb::volume
