// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"

#include <string>

namespace mrb::backend {

/// A shell script (POSIX sh) that lies in a pack and runs its request again, with mrbrain or with
/// nothing but the documented upstream command. What it takes from the record are numbers, hashes
/// and plain names that were checked: a record cannot bring commands into it. Pure.
std::string replayScript(const Json &result);

} // namespace mrb::backend
