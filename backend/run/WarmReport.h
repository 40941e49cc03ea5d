// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <QString>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kWarmReport = "warm_report_unreadable";
} // namespace error_codes

/// A file or folder as the interpreter found it. Times in nanoseconds since 1970; size and inode of
/// files only.
struct LoadedPath
{
    std::filesystem::path path;
    std::int64_t size = 0;
    std::int64_t mtimeNs = 0;
    std::int64_t ctimeNs = 0;
    std::uint64_t inode = 0;
    bool isFolder = false;

    friend bool operator==(const LoadedPath &, const LoadedPath &) = default;
};

/// What resources/warm/warm_start.py says when it is ready.
struct WarmReport
{
    double seconds = 0;
    double cpuSeconds = 0;
    std::vector<std::pair<std::string, std::string>> versions; ///< "python" first
    std::vector<LoadedPath> paths; ///< of the checkout and of where packages are found
};

Result<WarmReport> parseWarmReport(std::string_view line);

/// The first path that is not as it was found, or was changed after `beganNs`, when the checkout
/// was looked at. Blocks.
std::optional<std::filesystem::path> firstChanged(const WarmReport &report, std::int64_t beganNs);

} // namespace mrb::backend
