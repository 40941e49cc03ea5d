// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace mrb {

/// Writes a file whole or not at all: a temporary file beside it, write, fsync, rename, fsync of
/// the folder. An existing file is replaced. On failure the target is as it was before and the
/// temporary file is gone. The error is error_codes::kCannotWrite and says why.
Result<> writeFileAtomically(const std::filesystem::path &file, std::string_view content);

/// The same for content that comes in pieces. Until commit() has succeeded the target is untouched;
/// an object that goes without it takes its temporary file along. Used by one thread.
class AtomicFileWriter
{
public:
    static Result<AtomicFileWriter> open(const std::filesystem::path &file);
    ~AtomicFileWriter();
    AtomicFileWriter(AtomicFileWriter &&other) noexcept;
    AtomicFileWriter &operator=(AtomicFileWriter &&other) noexcept;

    Result<> write(std::span<const std::byte> piece);
    /// fsync and rename; nothing may be written afterwards.
    Result<> commit();

private:
    AtomicFileWriter(std::filesystem::path file, std::filesystem::path temporary, int descriptor);
    void discard();

    std::filesystem::path m_file;
    std::filesystem::path m_temporary; ///< empty once there is none
    int m_descriptor = -1;
    std::size_t m_unsent = 0; ///< bytes that the disk was not told of yet
};

} // namespace mrb
