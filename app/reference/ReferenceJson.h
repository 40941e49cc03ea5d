// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/reference/Programs.h"

#include <string>
#include <vector>

namespace mrb::reference {

/// The command lines and the fields of override documents as one JSON document, for the tests that
/// read the documents.
std::string referenceJson(const std::vector<Program> &programs);

} // namespace mrb::reference
