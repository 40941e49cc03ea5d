// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace mrb::backend {

/// One known way to fail. Texts are untranslated; "%1" in them is the pattern's first group.
struct FailureRule
{
    const char *code;    ///< stable
    const char *line;    ///< regular expression for the line that tells
    const char *context; ///< another one, for any of the lines before it; null: not needed
    const char *what;
    const char *why;
    const char *advice;
};

/// In the order in which they are tried on a line: what says more comes first.
std::span<const FailureRule> failureRules();

/// The same for a program that a signal ended; `line` is unused.
struct SignalRule
{
    int number;
    const char *code;
    const char *what;
    const char *why;
    const char *advice;
};

std::span<const SignalRule> signalRules();

} // namespace mrb::backend
