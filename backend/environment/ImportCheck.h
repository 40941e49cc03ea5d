// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/ShortCommand.h"

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

namespace error_codes {
/// This Python writes compiled copies in a form that cannot be compared with their sources.
inline constexpr ErrorCode kBytecodeNotCompared = "checkout_bytecode_not_compared";
} // namespace error_codes

struct ImportCheckRequest
{
    /// The interpreter of the run and its environment there.
    std::filesystem::path executable;
    EnvironmentPairs environment = {};
    std::filesystem::path root = {};
    /// Of CheckoutIdentity.
    std::vector<std::string> trackedFiles = {};
    std::chrono::milliseconds timeLimit = std::chrono::seconds(15);
};

/// What the interpreter would load in the checkout besides the sources that identifyCheckout()
/// compares, in Findings' sense.
struct ImportCheck
{
    /// Take the trust away.
    Errors reasons;
    /// What could not be looked at.
    Errors warnings;

    friend bool operator==(const ImportCheck &, const ImportCheck &) = default;
};

/// The part of a checkout's identity that depends on the interpreter:
/// - compiled copies in __pycache__ that this Python would load, since their recorded time and size
///   fit the source, although they are something else than the source compiles to;
/// - folders without __init__ in the root that Python would merge with an installed namespace
///   package of that name, with modules that do not belong to the commit.
/// Nothing of the checkout is executed, and a hostile copy cannot crash the interpreter (see the
/// script). Blocks for some 50 ms; callable from any thread.
/// @return an error when the interpreter gives no answer, as probePython() does then
Result<ImportCheck> checkImports(const ImportCheckRequest &request, std::stop_token stop = {});

} // namespace mrb::backend
