// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mrb {

namespace error_codes {
inline constexpr ErrorCode kFileTooLarge = "file_too_large";
inline constexpr ErrorCode kJsonSyntax = "json_syntax";
inline constexpr ErrorCode kJsonDuplicateKey = "json_duplicate_key";
inline constexpr ErrorCode kJsonNotFinite = "json_not_finite";
inline constexpr ErrorCode kJsonIntegerTooLarge = "json_integer_too_large";
inline constexpr ErrorCode kJsonNotUtf8 = "json_not_utf8";
inline constexpr ErrorCode kJsonTooDeep = "json_too_deep";
inline constexpr ErrorCode kJsonNotAnObject = "json_not_an_object";
} // namespace error_codes

/// Largest JSON document accepted from a user or a checkout.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{1} << 20;

/// Deepest nesting of objects and lists that is accepted.
inline constexpr std::size_t kMaxJsonDepth = 64;

/// Parses a document strictly: UTF-8 only (no byte order mark, no half of a surrogate pair), no
/// duplicate keys at any level, no NaN or Infinity (also not through overflow, as in 1e999), no
/// integer beyond 64 bits, nothing after the document, at most kMaxJsonDepth levels deep.
/// Integers stay integers and doubles stay doubles; the order of keys is kept.
/// @param name how to call the document in messages, for instance its file name
/// The error names line and column (in characters, from 1), and the key where there is one, which
/// is then also Error::field.
Result<Json> parseJsonStrictly(std::string_view text, const QString &name);

/// Reads a regular file (also through a symbolic link) of at most maxBytes and parses it strictly.
Result<Json> readJsonFile(const std::filesystem::path &file, std::size_t maxBytes = kMaxJsonBytes);

/// Whole content of a regular file of at most maxBytes. Never blocks on a pipe or a device.
/// A folder, a pipe, a device, an unreadable or a larger file is an error that names it.
Result<std::string> readSmallFile(const std::filesystem::path &file, std::size_t maxBytes);

/// Indented by two spaces, keys in order, final newline, UTF-8; invalid UTF-8 is replaced, and what
/// a terminal would obey (U+007F to U+009F, bidirectional and other format characters) is escaped.
std::string writeJson(const Json &json);

/// Offset of the first byte that is not part of well-formed UTF-8 (overlong forms, surrogates and
/// code points above U+10FFFF are not); nothing when all of the text is.
std::optional<std::size_t> firstInvalidUtf8(std::string_view text);

/// One line without spaces, for messages; invalid UTF-8 is replaced, so it never throws. Escapes as
/// writeJson() does.
std::string compactJson(const Json &json);

/// The nearest double to `value` with the given number of decimals (0 to 300), ties decided on the
/// exact binary value, as Python's round() does (0.9765625 to 6 decimals is 0.976562). NaN and
/// infinities come back unchanged.
double roundLikePython(double value, int decimals);

} // namespace mrb
