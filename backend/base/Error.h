// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <string_view>
#include <vector>

namespace mrb {

/// Machine-readable name of a failure or warning, such as "dim_not_a_multiple". Tests and other
/// programs compare codes, never messages. Each module declares its own as constexpr constants;
/// the text must have static storage, which the consteval constructor enforces in practice.
class ErrorCode
{
public:
    consteval ErrorCode(const char *id) : m_id(id) {}
    constexpr std::string_view id() const { return m_id; }
    friend constexpr bool operator==(ErrorCode, ErrorCode) = default;

private:
    std::string_view m_id;
};

/// One thing that went wrong, or one warning, as a value.
/// message: one sentence for the user, naming the field, file or command.
/// hint: what to do next; may be empty only where there is nothing to do.
/// field: the request key, option or path it concerns; may be empty.
struct Error
{
    ErrorCode code;
    QString message;
    QString hint = {};
    QString field = {};

    friend bool operator==(const Error &, const Error &) = default;
};

using Errors = std::vector<Error>;

namespace error_codes {
inline constexpr ErrorCode kCannotRead = "cannot_read";
inline constexpr ErrorCode kCannotWrite = "cannot_write";
} // namespace error_codes

/// "Permission denied" and the like for an errno value, in a thread-safe way.
QString systemErrorText(int errnoValue);

/// The next step after something could not be written, by the system's error number.
QString writeFailureHint(int errnoValue);

} // namespace mrb
