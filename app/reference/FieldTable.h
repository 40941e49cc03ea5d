// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/request/Manifest.h"

#include <string>

namespace mrb::reference {

/// The fields of an override document as a Markdown table, from backend/contract; the values that
/// hold without them, from the manifest.
std::string fieldTable(const backend::Manifest &manifest);

} // namespace mrb::reference
