// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/bundle/BundleSink.h"

#include <filesystem>
#include <memory>

namespace mrb::backend {

/// A bundle as a folder: filled under another name beside its place, every file fsync'ed, and
/// renamed as a whole. An existing folder is never replaced.
class FolderSink final : public BundleSink
{
public:
    static Result<std::unique_ptr<FolderSink>> open(const std::filesystem::path &folder);
    ~FolderSink() override;

    Result<> begin(const std::string &name, std::uint64_t bytes, bool program) override;
    Result<> add(std::span<const std::byte> piece) override;
    Result<> end() override;
    Result<> commit() override;

private:
    FolderSink(std::filesystem::path folder, std::filesystem::path temporary);
    Error failed(const std::filesystem::path &file, int reason) const;

    std::filesystem::path m_folder;
    std::filesystem::path m_temporary; ///< empty once there is none
    std::filesystem::path m_file;      ///< the current one
    int m_descriptor = -1;
    std::uint64_t m_missing = 0; ///< bytes of the current file
};

} // namespace mrb::backend
