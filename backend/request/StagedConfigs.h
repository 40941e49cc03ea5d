// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"
#include "backend/request/Manifest.h"

#include <filesystem>
#include <optional>
#include <string>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kOutputFolderName = "output_folder_name";
inline constexpr ErrorCode kWeightPathsDiffer = "weight_paths_differ";
} // namespace error_codes

/// Folder inside the output folder that holds the staged configs under their upstream file names.
inline constexpr const char *kStagedFolder = "_staged_configs";
/// In there: the override document as it was given, which may be changed or gone later.
inline constexpr const char *kKeptRequest = "request.json";

/// The checkout's environment config with output_dir and output_prefix replaced; everything else
/// as upstream wrote it. An environment config that is not an object is
/// error_codes::kUpstreamConfig. The staged model config is ModelRequest::modelConfig.
/// @param absoluteOutputDir UTF-8; must have passed checkOutputFolderName()
Result<Json> stagedEnvironment(const Json &upstreamEnvironment, const ManifestUpstream &upstream,
                               const std::string &absoluteOutputDir, const std::string &prefix);

/// Whether the checkpoints this environment config makes upstream load are the files the manifest
/// lists: otherwise hashing those files would prove nothing. Relative paths are taken from the
/// checkout. Empty when all is well.
Errors checkWeightPaths(const Json &upstreamEnvironment, const Manifest &manifest);

/// Refuses an output folder that MONAI's configuration parser would read as something else (`#`
/// anywhere, a component starting with `%`, `@` or `$`), that JSON cannot hold (not UTF-8, control
/// characters), or that is not absolute.
std::optional<Error> checkOutputFolderName(const std::filesystem::path &absolute);

} // namespace mrb::backend
