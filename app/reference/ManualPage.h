// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/reference/Programs.h"

#include <string>
#include <string_view>

namespace mrb::reference {

/// Plain text (UTF-8) as roff takes it, at the start of a line or inside one: nothing in it is a
/// request or an escape. Hyphens become minus signs, which can be searched for and copied.
std::string roffText(std::string_view text);

/// The manual page of section 1. The same program gives the same bytes: no date is in it.
std::string manualPage(const Program &program);

} // namespace mrb::reference
