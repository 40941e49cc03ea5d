// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Version.h"

namespace mrb {

std::string versionText()
{
    const std::string commit(buildCommit());
    return std::string(kVersion) +
           (commit == "unknown" ? " (commit unknown)" : " (" + commit + ")");
}

} // namespace mrb
