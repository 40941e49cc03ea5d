// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/environment/ShortCommand.h"

#include <QByteArray>

#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

/// What a commit has at a path.
struct TreeEntry
{
    std::string mode;   ///< 100644, 100755, 120000 (symbolic link), 160000 (submodule), 40000
    std::string object; ///< git's name of the content, hexadecimal

    friend bool operator==(const TreeEntry &, const TreeEntry &) = default;
};

/// Paths relative to the root, folders (mode 40000) among them.
using CommitTree = std::map<std::string, TreeEntry>;

std::vector<std::string> splitAtNul(const std::string &text);

/// The name git gives to content: SHA-1, or SHA-256 in repositories that use that.
/// @param like a name of the repository; its length tells which
std::string objectName(std::string_view type, const QByteArray &content, const std::string &like);

/// Asks git about a repository with everything switched off by which its configuration could run
/// programs, go to the network or make git look away: hooks, fsmonitor, filters (after
/// disableFilters()), replaced objects, lazy fetches, outer repositories and the commit graph. 10 s
/// for each question.
class GitReader
{
public:
    /// @param parent the caller's environment; only PATH, HOME and XDG_CONFIG_HOME are passed on
    GitReader(std::filesystem::path root, const EnvironmentPairs &parent, std::stop_token stop);

    /// Filters named by the configuration are programs that `git status` would run on files.
    std::optional<Error> disableFilters();

    /// stdout of `git <arguments>`. Every exit code other than 0 and alsoFine is an error.
    Result<std::string> run(std::vector<std::string> arguments, int alsoFine = 0,
                            std::string input = {}) const;

    /// What the commit holds, by hashes all the way: git itself believes a folder's object whose
    /// content does not fit its name, so each one on the way from the commit is hashed here.
    Result<CommitTree> readCommit(const std::string &commit) const;

private:
    Error failed(const std::string &verb, const QString &why) const;
    Error notAnswered(const std::string &verb, const Error &cause) const;
    Error damaged(const std::string &object) const;

    std::filesystem::path m_root;
    std::stop_token m_stop;
    EnvironmentPairs m_environment;
};

} // namespace mrb::backend
