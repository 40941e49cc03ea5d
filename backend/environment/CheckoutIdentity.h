// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/ShortCommand.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kGitFailed = "git_failed";
inline constexpr ErrorCode kNotOwnRepository = "checkout_not_its_own_repository";
inline constexpr ErrorCode kCommitDiffers = "checkout_commit_differs";
inline constexpr ErrorCode kTrackedFilesChanged = "checkout_tracked_files_changed";
inline constexpr ErrorCode kHiddenEdit = "checkout_hidden_edit";
inline constexpr ErrorCode kNeededFileMissing = "checkout_needed_file_missing";
inline constexpr ErrorCode kShadowingModule = "checkout_shadowing_module";
} // namespace error_codes

/// What is known of the checkout's identity (`upstream_identity`, CONTRACT section 2).
/// trusted: the pinned commit, unchanged, with nothing that Python would import instead of it.
/// reasons: every cause for not being trusted, in words.
struct CheckoutIdentity
{
    std::string commit; ///< empty when git could not tell
    std::string expectedCommit;
    bool commitMatch = false;
    bool trackedFilesClean = false;
    bool trusted = false;
    Errors reasons;

    friend bool operator==(const CheckoutIdentity &, const CheckoutIdentity &) = default;
};

/// Asks git about `root` without letting the checkout run code: no fsmonitor, hooks, filters,
/// replaced objects, lazy fetches or outer repositories, 10 s for each of the four questions.
/// Edits hidden by skip-worktree or assume-unchanged show, because scripts/ and configs/ are hashed
/// here and compared with HEAD. Files missing through a sparse checkout count only where the run
/// needs them (neededFiles and scripts/*.py).
/// @param neededFiles relative paths, as the manifest lists the files used in the checkout
/// @param environment the caller's environment; PATH, HOME and XDG_CONFIG_HOME are used from it
/// Blocks for some 30 ms; call it off the GUI thread. Never fails: what git cannot answer is a
/// reason not to trust.
CheckoutIdentity identifyCheckout(const std::filesystem::path &root,
                                  const std::string &expectedCommit,
                                  const std::vector<std::string> &neededFiles,
                                  const EnvironmentPairs &environment, std::stop_token stop = {});

} // namespace mrb::backend
