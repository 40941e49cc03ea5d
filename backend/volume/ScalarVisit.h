// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"

#include <cstdint>
#include <type_traits>
#include <utility>

namespace mrb::volume {

/// Calls visitor(std::type_identity<T>{}) with the C++ type of a ScalarType and returns its result.
template <class Visitor> decltype(auto) visitScalar(ScalarType type, Visitor &&visitor)
{
    switch (type) {
    case ScalarType::Int8:
        return visitor(std::type_identity<std::int8_t>{});
    case ScalarType::UInt8:
        return visitor(std::type_identity<std::uint8_t>{});
    case ScalarType::Int16:
        return visitor(std::type_identity<std::int16_t>{});
    case ScalarType::UInt16:
        return visitor(std::type_identity<std::uint16_t>{});
    case ScalarType::Int32:
        return visitor(std::type_identity<std::int32_t>{});
    case ScalarType::UInt32:
        return visitor(std::type_identity<std::uint32_t>{});
    case ScalarType::Int64:
        return visitor(std::type_identity<std::int64_t>{});
    case ScalarType::UInt64:
        return visitor(std::type_identity<std::uint64_t>{});
    case ScalarType::Float32:
        return visitor(std::type_identity<float>{});
    case ScalarType::Float64:
        break;
    }
    return visitor(std::type_identity<double>{});
}

} // namespace mrb::volume
