// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/request/Manifest.h"
#include "backend/run/GenerateOptions.h"

#include <filesystem>
#include <optional>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kPhantomModality = "phantom_modality";
} // namespace error_codes

/// Where the phantom engine is installed.
std::filesystem::path phantomFolder();

/// Its entry point, as Python names it.
inline constexpr const char *kPhantomModule = "scripts.diff_model_infer";

/// The names of the phantom's files in place of those that the manifest pins for the model: the
/// phantom is part of this program and stays what it is when the pin moves.
ManifestUpstream withPhantomFiles(ManifestUpstream upstream);

/// The same for defaults and codes, so that nothing in them looks changed.
/// @param model,mapping the phantom's own files
void adoptPhantomConfigs(Manifest &manifest, const Json &model, const Json &mapping);

/// Why the phantom cannot draw the modality that is asked for: its own mapping names what it draws,
/// and the manifest of another release may know more.
/// @param mapping the phantom's
std::optional<Error> phantomCannotDraw(const GenerateOptions &options, const Json &overrides,
                                       const Manifest &manifest, const Json &mapping);

} // namespace mrb::backend
