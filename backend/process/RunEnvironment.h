// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mrb::backend {

/// The only variables that upstream gets from the user's environment, when they are set. Source:
/// the public skill nv-generate-mr-brain, the allow list of its runner. Tokens, keys and PYTHONPATH
/// are not among them, on purpose: upstream needs none, and its packages could send them away.
inline constexpr auto kPassedVariables =
    std::to_array<std::string_view>({"CUDA_DEVICE_ORDER",
                                     "CUDA_HOME",
                                     "CUDA_PATH",
                                     "CUDA_VISIBLE_DEVICES",
                                     "CUBLAS_WORKSPACE_CONFIG",
                                     "CURL_CA_BUNDLE",
                                     "HOME",
                                     "LANG",
                                     "LC_ALL",
                                     "LD_LIBRARY_PATH",
                                     "NVIDIA_DRIVER_CAPABILITIES",
                                     "NVIDIA_VISIBLE_DEVICES",
                                     "OMP_NUM_THREADS",
                                     "PATH",
                                     "PYTHONNOUSERSITE",
                                     "REQUESTS_CA_BUNDLE",
                                     "SSL_CERT_FILE",
                                     "TMPDIR",
                                     "TORCH_EXTENSIONS_DIR",
                                     "TORCH_HOME"});

/// What the run's own variables depend on; all folders absolute.
struct RunFolders
{
    std::filesystem::path root;                     ///< upstream checkout
    std::filesystem::path output;                   ///< output directory of the run
    std::optional<std::filesystem::path> venv = {}; ///< virtual environment of the Python, if any
};

/// Folder inside the output folder that takes the caches of the child.
inline constexpr const char *kRuntimeCacheFolder = "_runtime_cache";

/// The complete environment of the child: the passed variables of `parent`, then ours (unbuffered
/// UTF-8 output, MONAI's data folder, the allocator's setting, caches inside the output directory),
/// and VIRTUAL_ENV where one is used. Pure; creates no folder.
EnvironmentPairs runEnvironment(const EnvironmentPairs &parent, const RunFolders &folders);

/// This process's environment, for runEnvironment(). Not to be called while another thread sets
/// variables.
EnvironmentPairs currentEnvironment();

} // namespace mrb::backend
