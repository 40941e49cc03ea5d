// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/base/Result.h"

#include <QString>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace mrb::contract {

/// What kind of JSON value a field takes. Booleans are never numbers, 256.0 is not an integer.
enum class FieldKind {
    Integer,
    Number,
    IntegerTriple,   ///< list of 3 integers, along x, y, z
    NumberTriple,    ///< list of 3 numbers, along x, y, z
    NumberQuadruple, ///< list of 4 numbers
    ModalityName,    ///< string, a name from the skill manifest
    FileNamePrefix,  ///< string, [A-Za-z0-9._-]+ and no dot in front
};

/// End of a range. Exclusive: the value itself is already outside.
struct Bound
{
    double value = 0;
    bool exclusive = false;
};

/// The values a number may take, the same for one element of a list or one for each axis.
struct Domain
{
    std::optional<Bound> minimum = {};
    std::optional<Bound> maximum = {};
    int step = 0; ///< a multiple of it is required; 0 = any
};

/// One field of a request. The only description of it: parsing, validation, command line, form and
/// documents all read this table.
struct FieldSpec
{
    std::string_view key; ///< in the override document and in upstream's config
    FieldKind kind;
    std::array<Domain, 3> domain; ///< refused outside; x, y, z, or three times the same
    Domain advised;               ///< allowed outside, but with a warning
    const char *label;            ///< untranslated; see fieldLabel()
    const char *unit;             ///< untranslated, empty for pure numbers
    const char *help;             ///< untranslated; see fieldHelp()
    std::string_view flag;        ///< of the command line, empty when there is none
};

/// All fields, in the order in which documents and forms show them.
std::span<const FieldSpec> fieldTable();

/// The row for a key, or null.
const FieldSpec *findField(std::string_view key);

/// Number of elements of a list kind; 0 for the scalar kinds.
std::size_t elementCount(FieldKind kind);

QString fieldLabel(const FieldSpec &field);
QString fieldUnit(const FieldSpec &field);
QString fieldHelp(const FieldSpec &field);
/// "3 integers", for messages: "dim must be 3 integers".
QString kindText(FieldKind kind);

/// Whether the value has the field's kind, with the right number of elements.
bool hasKind(const FieldSpec &field, const Json &value);

/// Longest accepted output_prefix in bytes. Upstream appends at most about 120 bytes (seed, size,
/// spacing, time, rank, modality, .nii.gz) and a file name may have 255.
inline constexpr std::size_t kMaxPrefixLength = 100;
/// [A-Za-z0-9._-]+, not starting with a dot, at most kMaxPrefixLength.
bool isUsablePrefix(std::string_view prefix);

} // namespace mrb::contract
