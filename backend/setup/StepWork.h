// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/Findings.h"
#include "backend/process/LineSplitter.h"
#include "backend/setup/SetupContext.h"
#include "backend/setup/SetupRun.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace mrb::backend {

using StepProgress = std::function<void(const SetupProgress &)>;

/// One step being carried out. SetupRun calls, in this order and never two at once:
/// prepare() - for each of commands(): the command, afterCommand() - perform() - conclude().
/// What fails or is cancelled ends it, and abandon() comes last. "Worker" functions may block and
/// look at `stop` while they do; readLine() is called in SetupRun's thread while a command runs.
class StepWork
{
public:
    StepWork() = default;
    StepWork(const StepWork &) = delete;
    StepWork &operator=(const StepWork &) = delete;
    virtual ~StepWork() = default;

    /// Worker. Makes folders, takes away what an interrupted attempt of ours left.
    virtual Result<> prepare(const std::stop_token & /*stop*/) { return {}; }
    /// Those of the plan; asked once, after prepare().
    virtual std::vector<SetupCommand> commands() const = 0;
    /// What a line of the command that runs says of how far it is.
    virtual std::optional<SetupProgress> readLine(const LogLine & /*line*/) { return {}; }
    /// Why the command failed, where its lines told more than recogniseSetupFailure() knows; empty
    /// otherwise. Called in SetupRun's thread, after the last readLine().
    virtual Errors explain() { return {}; }
    /// Worker; the command of this index ended with 0.
    virtual Result<> afterCommand(std::size_t /*index*/, const std::stop_token & /*stop*/)
    {
        return {};
    }
    /// Worker. What is done without a program, such as copying and hashing.
    virtual Result<> perform(const std::stop_token & /*stop*/, const StepProgress & /*progress*/)
    {
        return {};
    }
    /// Worker. Checks what was made and puts it in its place. Refusals: the step has failed.
    virtual Findings conclude(const std::stop_token & /*stop*/) { return {}; }
    /// What became of the user's files by then. Asked when the step has failed or was cancelled,
    /// for conclude() says it otherwise.
    virtual Errors notes() const { return {}; }
    /// Worker. The step has failed or was cancelled: takes away what the next attempt cannot use.
    virtual void abandon() {}
};

// A step as it stands; blocks, may be called from any thread. `plan` functions fill everything but
// StepPlan::step. `work` functions are called for plans with mayStart that are not Done.
StepPlan planCheckout(const SetupContext &context, const std::stop_token &stop);
std::unique_ptr<StepWork> checkoutWork(const SetupContext &context);
StepPlan planPackages(const SetupContext &context, const std::stop_token &stop);
std::unique_ptr<StepWork> packagesWork(const SetupContext &context);
StepPlan planWeights(const SetupContext &context, const std::stop_token &stop);
std::unique_ptr<StepWork> weightsWork(const SetupContext &context);
/// Looks only when the other steps are done, as `othersAreDone` says.
StepPlan planCheck(const SetupContext &context, bool othersAreDone, const std::stop_token &stop);

namespace error_codes {
inline constexpr ErrorCode kSetupBlocked = "setup_step_blocked";
inline constexpr ErrorCode kSetupCommandFailed = "setup_command_failed";
inline constexpr ErrorCode kSetupCancelled = "setup_cancelled";
inline constexpr ErrorCode kSetupInUse = "setup_in_use";
inline constexpr ErrorCode kSetupOptionUnused = "setup_option_unused";
inline constexpr ErrorCode kGitMissing = "git_missing";
inline constexpr ErrorCode kRootIsSomethingElse = "checkout_folder_is_something_else";
inline constexpr ErrorCode kCloneIncomplete = "checkout_clone_incomplete";
inline constexpr ErrorCode kPartialNotOurs = "checkout_partial_not_ours";
inline constexpr ErrorCode kAddressWithPassword = "address_with_password";
inline constexpr ErrorCode kPathNotUtf8 = "path_not_utf8";
} // namespace error_codes

/// The step waits for an earlier one.
Error blockedBy(SetupStep earlier);
/// A path that cannot be handed to programs: commands are text, so that they can be shown and
/// pasted, and another name than the one that was chosen would be made.
std::optional<Error> nameIsNotText(const std::filesystem::path &path);
/// Free bytes where `folder` is or will be; a warning when they are fewer than `plan` needs, a
/// problem when nothing can be written there.
void judgeRoom(StepPlan &plan, const std::filesystem::path &folder);

} // namespace mrb::backend
