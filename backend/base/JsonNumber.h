// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace mrb {

/// The value of an integer that fits into 64 bits with a sign; nothing for anything else, 1.0
/// included. The library's get<int>() casts whatever number is there, also 1e300.
inline std::optional<std::int64_t> integerOf(const Json &json)
{
    if (!json.is_number_integer() ||
        (json.is_number_unsigned() && !std::in_range<std::int64_t>(json.get<std::uint64_t>())))
        return std::nullopt;
    return json.get<std::int64_t>();
}

} // namespace mrb
