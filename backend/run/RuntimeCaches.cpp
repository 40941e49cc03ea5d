// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/RuntimeCaches.h"

#include "backend/base/AtomicFile.h"
#include "backend/base/Text.h"
#include "backend/process/RunEnvironment.h"

#include <string>
#include <system_error>

namespace mrb::backend {

Result<> makeRuntimeCaches(const std::filesystem::path &output, const EnvironmentPairs &environment)
{
    const std::string caches = (output / kRuntimeCacheFolder).string() + "/";
    for (const auto &[name, value] : environment) {
        std::error_code failed;
        if (value.starts_with(caches))
            std::filesystem::create_directories(value, failed);
        if (failed)
            return Error{mrb::error_codes::kCannotWrite,
                         Text::tr("%1 cannot be created: %2.")
                             .arg(QString::fromStdString(value), systemErrorText(failed.value())),
                         Text::tr("Choose another folder with --output-dir.")};
    }
    return {};
}

} // namespace mrb::backend
