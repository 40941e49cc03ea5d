// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

namespace mrb {

/// JSON whose keys keep the order they were written in. Backend only: neither volume/ nor the
/// viewer nor ui/ may include this (tests/architecture checks).
using Json = nlohmann::ordered_json;

} // namespace mrb
