// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/FolderSize.h"

#include <sys/stat.h>

#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

std::optional<double> folderSizeMb(const fs::path &folder)
{
    constexpr int kMostEntries = 100'000;
    constexpr double kMebibyte = 1024.0 * 1024.0;
    double bytes = 0;
    int entries = 0;
    std::error_code failed;
    for (fs::recursive_directory_iterator it(folder, failed);
         !failed && it != fs::recursive_directory_iterator(); it.increment(failed)) {
        struct stat info = {};
        if (++entries > kMostEntries)
            return std::nullopt;
        if (::lstat(it->path().c_str(), &info) == 0 && S_ISREG(info.st_mode))
            bytes += static_cast<double>(info.st_size);
    }
    return failed ? std::nullopt : std::optional(bytes / kMebibyte);
}

} // namespace mrb::backend
