// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace mrb::backend {

/// Writes a ZIP archive as a stream of bytes (libarchive; Zip64 where sizes need it). The same
/// files in the same order give the same bytes: no times, no owners, the permissions 0644 or 0755.
/// Those bytes may differ between versions of libarchive and zlib, see archiveLibraries(). Not
/// thread-safe.
class ZipStream
{
public:
    /// Takes the archive's bytes in order; what it fails with ends the writing.
    using Target = std::function<Result<>(std::span<const std::byte>)>;

    explicit ZipStream(Target target);
    ~ZipStream();
    ZipStream(const ZipStream &) = delete;
    ZipStream &operator=(const ZipStream &) = delete;

    /// How it is packed follows from the name, see packingOf().
    Result<> begin(const std::string &name, std::uint64_t bytes, bool program);
    /// Bytes beyond those announced are an error.
    Result<> add(std::span<const std::byte> piece);
    Result<> end();
    /// Writes the directory; nothing may follow.
    Result<> finish();

    struct State;

private:
    std::unique_ptr<State> m_state;
};

/// "libarchive 3.6.2, zlib 1.2.13": what decides over the bytes besides the files.
std::string archiveLibraries();

} // namespace mrb::backend
