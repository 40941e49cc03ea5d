// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"

#include <QString>

#include <map>
#include <string>
#include <string_view>

namespace mrb::backend {

/// A YAML document as JSON values, and where each of them was written.
struct TypedYaml
{
    Json root;
    std::map<std::string, int> lines; ///< from 1, by path as in "a.b[2].c"; "" is the root
};

/// Parses one YAML document by the core rules of YAML 1.2: plain scalars become null, booleans,
/// integers, doubles or text; quoted and block scalars are always text. Refused, because they hide
/// what a document says: duplicate keys, anchors and aliases, tags other than !!str, keys that are
/// not scalars, NaN and infinities, a second document, text that is not UTF-8.
/// The error (error_codes::kManifestSyntax) names the line.
Result<TypedYaml> parseTypedYaml(std::string_view text, const QString &name);

} // namespace mrb::backend
