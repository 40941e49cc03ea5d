// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "backend/base/Error.h"

#include <QString>
#include <QStringList>

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

/// What the model needs on this machine, in the order in which it is set up.
enum class SetupStep { Checkout, Packages, Weights, Check };
inline constexpr std::array<SetupStep, 4> kSetupSteps{SetupStep::Checkout, SetupStep::Packages,
                                                      SetupStep::Weights, SetupStep::Check};
/// As the command line and documents name it: "checkout", "packages", "weights", "check".
std::string_view setupStepName(SetupStep step);

/// What the user decides. A value; the window, the command line and tests fill it alike.
struct SetupOptions
{
    std::optional<std::string> manifest; ///< replaces the built-in one
    /// Folder of the checkout: to be made, or accepted as it is. Empty: the one that runs would
    /// find (findUpstreamRoot()), else defaultCheckoutFolder().
    std::string root;
    std::string repository; ///< clone from here; empty: the manifest's. An address or a folder.

    std::string python; ///< interpreter to build on, path or name; empty: searched
    std::string venv;   ///< folder of the virtual environment; empty: <root>/.venv
    /// Install into `python` itself and make no virtual environment (a conda environment, say).
    bool intoPython = false;
    std::string indexUrl;      ///< package index in place of pip's own; empty: pip's configuration
    std::string torchIndexUrl; ///< index for torch alone, such as one with wheels for another CUDA
    std::string wheelFolder;   ///< packages that were brought along: nothing is downloaded

    std::string weightsFolder; ///< weights that were brought along: nothing is downloaded

    /// Surroundings: nothing below reads the process's own environment or working folder.
    EnvironmentPairs environment;
    std::filesystem::path workingFolder;
};

/// Options with the environment and working folder of this process.
SetupOptions setupOptionsForThisProcess();

enum class StepState {
    Blocked,     ///< an earlier step has to be done first
    Missing,     ///< nothing is there
    Interrupted, ///< an earlier attempt left something with which the next one goes on
    Wrong,       ///< something else is there; the problems say what, and what starting would do
    Done,
};

/// Quoted as a shell takes it for one word, where that is needed.
QString shellWord(const QString &word);

/// A program that the step will start, exactly so, behind the supervisor.
struct SetupCommand
{
    QString purpose; ///< "Clone the repository"
    std::filesystem::path program;
    QStringList arguments;
    std::filesystem::path workingFolder;
    EnvironmentPairs environment; ///< complete

    /// As it can be pasted into a shell (without the environment).
    QString text() const;
};

/// What the step writes.
struct SetupWrite
{
    std::filesystem::path path;
    QString what;                             ///< "the checkout", "diffusion weights"
    std::optional<std::uint64_t> atMostBytes; ///< nothing: not known
    QString replaced; ///< what becomes of that which is there; empty: nothing is
};

/// One step as it stands: what is there, what starting it would do.
struct StepPlan
{
    SetupStep step = SetupStep::Checkout;
    QString title;       ///< "Checkout of the model"
    QString explanation; ///< a sentence or two: what it is for
    StepState state = StepState::Missing;
    QString fact; ///< what was found: "~/NV-Generate-CTMR at da438fe, unchanged"
    /// Why it cannot be started, or is wrong; each with its next step.
    Errors problems;
    Errors warnings;
    std::vector<SetupCommand> commands; ///< empty when it is done
    std::vector<SetupWrite> writes;
    std::optional<std::uint64_t> downloadBytes; ///< at most; nothing: no download, or not known
    std::uint64_t neededBytes = 0;              ///< of free disk
    std::uint64_t freeBytes = 0;
    /// Without a network: what to bring, and where to put it.
    QStringList offline;
    bool mayStart = false;
};

struct SetupReport
{
    std::vector<StepPlan> steps; ///< as kSetupSteps
    std::filesystem::path root;  ///< resolved; where the checkout is or will be
    /// The interpreter that runs will use once packages are there; empty: not known yet.
    std::filesystem::path python;
    /// Runs find them by themselves, without an option or a setting.
    bool rootFoundByDefault = false;
    bool pythonFoundByDefault = false; ///< once they have this root
    /// The manifest cannot be read: then there are no steps.
    std::optional<Error> error;

    const StepPlan &at(SetupStep step) const;
    bool isComplete() const; ///< checkout, packages and weights are done
};

/// Looks at the machine and writes nothing but the cache of hashes. Nothing of a checkout that is
/// not trusted is run, no package is imported, nothing is asked over the network. Blocks, for
/// seconds while weights are hashed for the first time; call it in a worker.
SetupReport lookAtSetup(const SetupOptions &options, const std::stop_token &stop = {});

/// An override document for one small volume that shows that everything works: the smallest size,
/// few steps, the field of view of a training median.
std::string smallRequest();

} // namespace mrb::backend
