// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <filesystem>

namespace mrb::backend {

/// Its name in the folder.
inline constexpr const char *kSpareMarker = ".warm";

/// The folder of a run that has not begun: an interpreter warms up in it. A locked marker says so;
/// where the lock is free and no run has begun, a program that was killed left it behind. Holds the
/// lock for as long as the object lives. Blocks; any thread, one at a time.
class SpareFolder
{
public:
    /// @param folder exists
    static Result<SpareFolder> mark(const std::filesystem::path &folder);
    SpareFolder() = default;
    SpareFolder(SpareFolder &&other) noexcept;
    SpareFolder &operator=(SpareFolder &&other) noexcept;
    ~SpareFolder(); ///< gives the lock back; removes nothing

    const std::filesystem::path &path() const { return m_path; }

    /// It is where it was made, marker included.
    bool isStillThere() const;
    /// A run has begun, with its journal: the marker goes.
    void becomeRun();
    /// Takes back what warming up left there and the folder, unless it holds anything else.
    void remove();

    /// Removes what killed programs left in a results folder; also what they had ready for a run
    /// that did not begin any more.
    static void sweep(const std::filesystem::path &results);

private:
    SpareFolder(std::filesystem::path path, int lock);

    std::filesystem::path m_path;
    int m_lock = -1;
};

} // namespace mrb::backend
