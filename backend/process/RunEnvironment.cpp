// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/process/RunEnvironment.h"

#include <unistd.h>

#include <algorithm>

namespace mrb::backend {

EnvironmentPairs runEnvironment(const EnvironmentPairs &parent, const RunFolders &folders)
{
    EnvironmentPairs result;
    for (const std::string_view name : kPassedVariables) {
        const auto found = std::find_if(parent.begin(), parent.end(),
                                        [name](const auto &entry) { return entry.first == name; });
        if (found != parent.end())
            result.push_back(*found);
    }
    const std::filesystem::path cache = folders.output / kRuntimeCacheFolder;
    if (folders.venv)
        result.emplace_back("VIRTUAL_ENV", folders.venv->string());
    result.emplace_back("PYTHONUNBUFFERED", "1");
    result.emplace_back("PYTHONIOENCODING", "utf-8");
    result.emplace_back("MONAI_DATA_DIRECTORY", (folders.root / "temp_work_dir").string());
    result.emplace_back("PYTORCH_CUDA_ALLOC_CONF",
                        "max_split_size_mb:128,expandable_segments:True");
    result.emplace_back("CUDA_CACHE_PATH", (cache / "cuda").string());
    result.emplace_back("HF_HOME", (cache / "huggingface").string());
    result.emplace_back("MPLCONFIGDIR", (cache / "matplotlib").string());
    result.emplace_back("XDG_CACHE_HOME", (cache / "xdg").string());
    return result;
}

EnvironmentPairs currentEnvironment()
{
    EnvironmentPairs result;
    for (char **entry = environ; entry && *entry; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos)
            result.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return result;
}

} // namespace mrb::backend
