// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/request/TypedYaml.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

/// A place in a manifest: the value there, or null, and its path as in "a.b[2]".
struct ManifestPlace
{
    const Json *json = nullptr;
    std::string path;
};

/// Reads typed fields of a manifest. The first missing or wrong one is remembered as the error,
/// with its path and line; every later read returns an empty value, so that callers read everything
/// and ask for error() once.
class ManifestFields
{
public:
    ManifestFields(const TypedYaml &yaml, QString name);

    ManifestPlace root() const;
    ManifestPlace object(const ManifestPlace &parent, std::string_view key);
    /// The members of a list, at least one.
    std::vector<ManifestPlace> list(const ManifestPlace &parent, std::string_view key);
    std::vector<std::string> textList(const ManifestPlace &parent, std::string_view key);

    std::string text(const ManifestPlace &parent, std::string_view key);
    /// A text that may be empty or left out.
    std::string optionalText(const ManifestPlace &parent, std::string_view key);
    /// A text of exactly `digits` lower-case hexadecimal digits.
    std::string hexText(const ManifestPlace &parent, std::string_view key, std::size_t digits);
    /// A relative path without ".." components.
    std::string relativePath(const ManifestPlace &parent, std::string_view key);
    bool boolean(const ManifestPlace &parent, std::string_view key);
    /// An integer in [minimum, maximum].
    std::int64_t integer(const ManifestPlace &parent, std::string_view key, std::int64_t minimum,
                         std::int64_t maximum);
    /// A number of at least 0.
    double number(const ManifestPlace &parent, std::string_view key);
    std::optional<double> optionalNumber(const ManifestPlace &parent, std::string_view key);

    /// Remembers that the value at `path` is not what was expected, unless something was before.
    void refuse(const std::string &path, const QString &what);
    const std::optional<Error> &error() const { return m_error; }

    static std::string childPath(const ManifestPlace &parent, std::string_view key);

private:
    const Json *find(const ManifestPlace &parent, std::string_view key) const;
    const Json *require(const ManifestPlace &parent, std::string_view key);
    int lineOf(std::string path) const;

    const TypedYaml &m_yaml;
    QString m_name;
    std::optional<Error> m_error;
};

} // namespace mrb::backend
