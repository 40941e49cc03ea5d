// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace mrb::backend {

/// Chapters of docs/troubleshooting.md, in its order.
enum class FailureGroup {
    Memory,
    GpuAndDriver,
    Weights,
    DiskAndFiles,
    Packages,
    Request,
    SeveralGpus,
    Signals,
    SettingUp, ///< of the set-up, see SetupFailure.h
};

/// What a line that fits says about the end of the program.
enum class RuleWeight {
    Reason,
    /// A program meets and handles it by design, such as a module that it can do without: while
    /// another exception is unknown, this one in its past explains nothing.
    OftenHandled,
    /// What is seen on a GPU when the program of another one has failed: any reason is better.
    Consequence,
};

/// One known way to fail. Texts are untranslated; "%1" in them is the pattern's first group.
/// Patterns meet lines that anybody may have written: no quantifier stands within another one.
struct FailureRule
{
    FailureGroup group;
    const char *code;    ///< stable
    const char *line;    ///< regular expression for the line that tells
    const char *context; ///< another one, for any of the lines before it; null: not needed
    const char *what;
    const char *why;
    const char *advice;
    RuleWeight weight = RuleWeight::Reason;
};

/// In the order in which they are tried: what says more comes first.
std::span<const FailureRule> failureRules();

/// The same for a program that a signal ended.
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
