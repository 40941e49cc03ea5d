// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/InstallPaths.h"

#include <system_error>

namespace mrb {

std::filesystem::path executableFolder()
{
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

std::filesystem::path helperProgram(const char *name)
{
    return executableFolder().parent_path() / "libexec" / "mrbrain" / name;
}

std::filesystem::path dataFile(const char *relativeName)
{
    return executableFolder().parent_path() / "share" / "mrbrain" / relativeName;
}

} // namespace mrb
