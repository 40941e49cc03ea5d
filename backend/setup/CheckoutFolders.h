// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <filesystem>
#include <system_error>
#include <vector>

namespace mrb::backend {

/// What a folder holds, in no order.
std::vector<std::filesystem::path> entriesOf(const std::filesystem::path &folder,
                                             std::error_code &failed);

enum class RootContent { Nothing, NotAFolder, Unreadable, Something };

/// Nothing: absent, or an empty folder.
RootContent contentOf(const std::filesystem::path &root);

/// Another file system begins there, so that nothing can be renamed to it.
bool isMountPoint(const std::filesystem::path &folder);

/// A hidden folder beside the checkout, on the same file system, in which a clone becomes complete
/// before it gets its name. A file in it says that it is of a set-up, so that nothing of somebody
/// else is ever removed.
class PartialCheckout
{
public:
    explicit PartialCheckout(const std::filesystem::path &root);

    const std::filesystem::path &folder() const { return m_folder; }
    std::filesystem::path clone() const { return m_folder / "checkout"; }

    bool isOurs() const;
    bool isForeign() const; ///< something is there that is not of a set-up

    /// An empty one in the place of what an earlier attempt left.
    Result<> beginAnew() const;
    /// Keeps the repository and takes away files, index and locks, which a killed git may have left
    /// half done.
    Result<> clearFiles() const;
    /// Gives the clone its name; fails when something has got it in the meantime.
    Result<> moveTo(const std::filesystem::path &root) const;
    void remove() const;

private:
    std::filesystem::path m_folder;
};

} // namespace mrb::backend
