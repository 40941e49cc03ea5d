// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

/// What git, pip and fetch_weights.py print when they fail in a known way, shortened;
/// docs/troubleshooting.md shows the line that tells of the first one of every rule.
struct SetupExcerpt
{
    const char *name;
    const char *log;
    const char *code;
    const char *inWhat = "";
};

std::span<const SetupExcerpt> setupExcerpts();
