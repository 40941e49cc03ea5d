// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/JsonText.h"
#include "backend/base/Sha256.h"
#include "backend/base/Text.h"

#include <QString>

#include <span>
#include <string>
#include <string_view>

namespace mrb::backend {

// Small things that all questions about evidence need. Inside evidence only.

/// A value as a reason may show it, however long it is.
inline QString brief(const Json &value)
{
    constexpr qsizetype kMostShown = 100;
    const QString text = QString::fromStdString(compactJson(value));
    return text.size() <= kMostShown ? text : text.left(kMostShown) + QChar(0x2026);
}

inline QString brief(const Json *value)
{
    return value ? brief(*value) : Text::tr("not there");
}

inline QString toText(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

inline std::string sha256OfText(std::string_view bytes)
{
    return Sha256::ofBytes(std::as_bytes(std::span(bytes)));
}

/// Only the value true itself.
inline bool isTrue(const Json *value)
{
    return value && value->is_boolean() && value->get<bool>();
}

} // namespace mrb::backend
