// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/AtomicFile.h"
#include "backend/bundle/BundleSink.h"
#include "backend/bundle/ZipStream.h"

#include <filesystem>
#include <memory>

namespace mrb::backend {

/// A bundle as one ZIP file.
class ZipSink final : public BundleSink
{
public:
    /// An existing file is replaced by commit().
    static Result<std::unique_ptr<ZipSink>> open(const std::filesystem::path &file);

    Result<> begin(const std::string &name, std::uint64_t bytes, bool program) override;
    Result<> add(std::span<const std::byte> piece) override;
    Result<> end() override;
    Result<> commit() override;

    /// Of the file; after commit().
    std::uint64_t bytes() const { return m_bytes; }

private:
    explicit ZipSink(AtomicFileWriter file);

    AtomicFileWriter m_file;
    std::uint64_t m_bytes = 0;
    ZipStream m_zip; // last: it writes to the others
};

} // namespace mrb::backend
