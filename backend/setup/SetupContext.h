// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/CheckoutIdentity.h"
#include "backend/environment/PythonProbe.h"
#include "backend/request/Manifest.h"
#include "backend/setup/SetupPlan.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace mrb::backend {

/// The distribution that downloads weights.
inline constexpr std::string_view kHubLibrary = "huggingface_hub";

/// What all steps have to know, found out once. Paths are absolute.
struct SetupContext
{
    SetupOptions options;
    Manifest manifest;
    std::filesystem::path home;
    /// Where the checkout is or will be.
    std::filesystem::path root;
    /// The root is a checkout whose network config is there, so its identity was looked at.
    bool rootIsCheckout = false;
    CheckoutIdentity identity;

    /// The folder of the virtual environment; empty with SetupOptions::intoPython.
    std::filesystem::path venv;
    /// The interpreter that runs will use, whether it exists by now or not.
    std::filesystem::path python;
    /// What `python` says of itself; nothing when it is not there, does not answer, or the checkout
    /// is not trusted.
    std::optional<PythonFacts> facts;
    std::optional<Error> pythonError; ///< it is there and does not answer
    /// Of the checkout's requirements.txt and the manifest, and huggingface_hub.
    std::vector<PythonRequirement> requirements;
    /// Weights have to be downloaded, which takes huggingface_hub.
    bool needsHub = false;

    /// `python` has everything, as far as can be told without importing it.
    bool hasPackages() const;
    /// The environment that runs will give to `python`.
    EnvironmentPairs runEnvironment() const;
    /// An absolute path from one as the user gives it, with ~ and relative to the working folder.
    std::filesystem::path resolved(const std::string &given) const;
};

/// Blocks for some tenths of a second. Nothing of an untrusted checkout is run.
Result<SetupContext> makeSetupContext(const SetupOptions &options, const std::stop_token &stop);

} // namespace mrb::backend
