// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"

#include <QString>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mrb::backend {

/// Walks a document that nobody vouches for: what is missing or of another kind is simply not
/// there. Points into the document, which must live on.
class JsonView
{
public:
    JsonView() = default;
    explicit JsonView(const Json *json) : m_json(json) {}

    JsonView operator[](std::string_view key) const;
    JsonView operator[](std::size_t index) const;
    /// Of a list; 0 for anything else.
    std::size_t size() const;
    bool exists() const { return m_json != nullptr; }
    bool isList() const { return m_json && m_json->is_array(); }
    bool isObject() const { return m_json && m_json->is_object(); }

    /// On one line, without control characters, at most kLongestText characters.
    std::optional<QString> text() const;
    QString textOr(const QString &other) const { return text().value_or(other); }
    /// Booleans are no numbers.
    std::optional<double> number() const;
    std::optional<std::int64_t> integer() const;
    std::optional<bool> boolean() const;
    bool isTrue() const { return boolean().value_or(false); }
    /// A list of exactly three numbers.
    std::optional<std::array<double, 3>> triple() const;
    /// Whatever it is, as JSON on one line; empty where there is nothing.
    QString compact() const;

    const Json *json() const { return m_json; }

    static constexpr qsizetype kLongestText = 2000;

private:
    const Json *m_json = nullptr;
};

/// `text` on one line, without control characters, cut where it is absurdly long.
QString tidyText(const QString &text);

} // namespace mrb::backend
