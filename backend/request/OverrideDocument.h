// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"

#include <QString>

#include <filesystem>
#include <string>
#include <string_view>

namespace mrb::backend {

namespace error_codes {
/// A key no field has; Error::field lists the unknown keys.
inline constexpr ErrorCode kUnknownKey = "unknown_key";
/// A value of the wrong JSON kind, or a list of the wrong length.
inline constexpr ErrorCode kWrongType = "wrong_type";
} // namespace error_codes

/// What an override document says. When errors is not empty, overrides holds only what was sound
/// and must not be run.
struct OverrideParse
{
    Json overrides = Json::object(); ///< flat, keys in the order of the field table
    Errors errors;
};

/// Parses an override document: strict JSON, an object; top-level keys starting with `_` are
/// comments; a nested `diffusion_unet_inference` is flattened into the top level and wins; every
/// other key must be in the field table and its value of the field's kind. `modality` is a name.
/// Ranges are judged later, after merging (resolveRequest). All problems are reported together.
/// @param name how to call the document in messages
OverrideParse parseOverrides(std::string_view text, const QString &name);

/// The same from a file of at most 1 MiB.
OverrideParse readOverrides(const std::filesystem::path &file);

/// The document for these overrides: keys in the order of the field table, two-space indent.
/// parseOverrides() of it gives the same overrides.
std::string writeOverrides(const Json &overrides);

} // namespace mrb::backend
