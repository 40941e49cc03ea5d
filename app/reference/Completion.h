// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cli/CommandDescription.h"

#include <string>
#include <vector>

namespace mrb::reference {

/// Bash completion for a program: its commands, options, choices, and files or folders where a
/// value is one. Needs bash 4.4 and nothing else. `modalities`: the words offered for a modality.
std::string bashCompletion(const backend::CommandDescription &line,
                           const std::vector<std::string> &modalities);

} // namespace mrb::reference
