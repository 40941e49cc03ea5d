// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mrb::reference {

/// Plain text as a cell of a Markdown table: nothing in it is markup, and it is one line.
std::string textCell(const std::string &text);

/// Text as it is typed, for a cell of a Markdown table. Must not hold a backtick.
std::string codeCell(const std::string &text);

} // namespace mrb::reference
