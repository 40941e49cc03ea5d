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
/// git refuses to read what somebody else may have prepared (safe.directory).
inline constexpr ErrorCode kCheckoutOfAnotherUser = "checkout_of_another_user";
/// An object of the repository is missing or does not have the content that its name stands for.
inline constexpr ErrorCode kObjectsDamaged = "checkout_objects_damaged";
inline constexpr ErrorCode kNotOwnRepository = "checkout_not_its_own_repository";
inline constexpr ErrorCode kCommitDiffers = "checkout_commit_differs";
inline constexpr ErrorCode kTrackedFilesChanged = "checkout_tracked_files_changed";
inline constexpr ErrorCode kHiddenEdit = "checkout_hidden_edit";
/// Carriage returns before the line ends are all that differs from the commit.
inline constexpr ErrorCode kLineEndsDiffer = "checkout_line_ends_differ";
inline constexpr ErrorCode kNeededFileMissing = "checkout_needed_file_missing";
inline constexpr ErrorCode kShadowingModule = "checkout_shadowing_module";
/// A compiled copy in a __pycache__ that Python would run is not what its source compiles to.
inline constexpr ErrorCode kBytecodeDiffers = "checkout_bytecode_differs";
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
    /// Paths of the commit's files relative to the root, sorted; empty when git could not tell.
    std::vector<std::string> trackedFiles = {};

    friend bool operator==(const CheckoutIdentity &, const CheckoutIdentity &) = default;
};

/// Asks git about `root` without letting the checkout run code (see GitReader) and believes it as
/// little as possible: what the commit holds is followed by hashes from the commit on, and every
/// tracked file that exists is hashed here, so that edits show which skip-worktree,
/// assume-unchanged, a forged index, line-end conversion or attributes hide from `git status`.
/// Files missing through a sparse checkout count only where the run needs them (neededFiles and
/// scripts/*.py). Byte for byte: a checkout with CRLF line ends is not the pinned one.
/// The compiled copies that an interpreter would use are left to checkImports().
/// @param neededFiles relative paths, as the manifest lists the files used in the checkout
/// @param environment the caller's environment; PATH, HOME and XDG_CONFIG_HOME are used from it
/// Blocks for some 30 ms; call it off the GUI thread. Never fails: what git cannot answer is a
/// reason not to trust.
CheckoutIdentity identifyCheckout(const std::filesystem::path &root,
                                  const std::string &expectedCommit,
                                  const std::vector<std::string> &neededFiles,
                                  const EnvironmentPairs &environment, std::stop_token stop = {});

} // namespace mrb::backend
