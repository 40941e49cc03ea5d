// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/Findings.h"
#include "backend/environment/PythonRequirements.h"
#include "backend/environment/ShortCommand.h"

#include <QString>

#include <array>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kPythonNotFound = "python_not_found";
inline constexpr ErrorCode kPythonNotExecutable = "python_not_executable";
/// It started and ended with a failure or by a signal before it could answer.
inline constexpr ErrorCode kPythonCrashed = "python_crashed";
/// It ran and said something else than a Python interpreter would.
inline constexpr ErrorCode kPythonAnswerUnreadable = "python_answer_unreadable";
inline constexpr ErrorCode kPythonTimedOut = "python_timed_out";
inline constexpr ErrorCode kPythonTooOld = "python_too_old";
inline constexpr ErrorCode kPythonOld = "python_old";
inline constexpr ErrorCode kPackageMissing = "package_missing";
inline constexpr ErrorCode kPackageTooOld = "package_too_old";
inline constexpr ErrorCode kPackageVersionUnknown = "package_version_unknown";
inline constexpr ErrorCode kTorchWithoutCuda = "torch_without_cuda";
/// torch/version.py is missing or does not say which CUDA it was built for.
inline constexpr ErrorCode kTorchBuildUnknown = "torch_build_unknown";
} // namespace error_codes

enum class PythonSource { Option, CheckoutVenv, ActiveVenv, SearchPath };

/// executable: absolute, symbolic links kept, because a virtual environment is told by its link.
struct PythonChoice
{
    std::filesystem::path executable;
    PythonSource source = PythonSource::SearchPath;

    friend bool operator==(const PythonChoice &, const PythonChoice &) = default;
};

/// The interpreter of the run: the option (a path, or a name looked up in PATH), else
/// <root>/.venv/bin/python, else $VIRTUAL_ENV/bin/python, else python3 from PATH.
/// What is named but does not work is an error, never a reason to try the next one: the option,
/// a .venv whose python is a dangling link, a VIRTUAL_ENV without python.
/// @param option empty when not given
/// @param environment the caller's; PATH and VIRTUAL_ENV are read
Result<PythonChoice> choosePython(const std::filesystem::path &option,
                                  const std::filesystem::path &root,
                                  const EnvironmentPairs &environment);

struct PythonProbeRequest
{
    std::filesystem::path executable;
    /// The checkout: first on sys.path in the real run. Empty: none.
    std::filesystem::path root = {};
    /// That of the real run, so that user site-packages and the like are found or not as there.
    EnvironmentPairs environment = {};
    std::vector<PythonRequirement> requirements = {};
    std::chrono::milliseconds timeLimit = std::chrono::seconds(15);
};

/// What an interpreter says about itself, without importing any of the packages.
struct PythonFacts
{
    struct Package
    {
        /// As in the requirement.
        std::string name = {};
        bool found = false;
        /// From the metadata, else from the package's own version file; empty when unknown.
        std::string version = {};
        /// Folder or file that `import` would load; inside the checkout when that shadows it.
        std::filesystem::path location = {};

        friend bool operator==(const Package &, const Package &) = default;
    };

    std::filesystem::path executable;
    std::array<int, 3> version{};
    QString versionText;
    std::filesystem::path prefix;
    /// Set when prefix is that of a virtual environment.
    std::optional<std::filesystem::path> virtualEnv;
    /// One for each requirement, in that order.
    std::vector<Package> packages;
    /// From torch/version.py; absent when torch or a readable version.py is.
    std::optional<std::string> torchVersion;
    /// The CUDA it was built for ("13.0"); absent for a build without.
    std::optional<std::string> torchCuda;

    friend bool operator==(const PythonFacts &, const PythonFacts &) = default;
};

/// Runs the interpreter once with a short script of ours. Blocks; callable from any thread.
///
/// `python -m` in the checkout puts that folder first on sys.path, but only after `site` ran, so a
/// sitecustomize in the checkout is not executed there either. The probe goes further: it runs in
/// the folder "/" and never puts the checkout on sys.path; the import system is only asked what
/// it would find there. So no file of the checkout is executed, whatever it is called.
/// Start-up code of the environment itself (its .pth files, its sitecustomize) does run.
Result<PythonFacts> probePython(const PythonProbeRequest &request, std::stop_token stop = {});

/// What the exit code and the text of that script mean. Pure.
Result<PythonFacts> parsePythonAnswer(const CommandOutput &output,
                                      const PythonProbeRequest &request);

/// Refuses Python before the needed version, missing required packages, torch without CUDA. Warns
/// about Python before the recommended version and about packages that are missing though not
/// required, or older than asked.
/// @param requirements the ones of the probe
Findings judgePython(const PythonFacts &facts, const std::vector<PythonRequirement> &requirements,
                     const ManifestRequirements &needs);

} // namespace mrb::backend
