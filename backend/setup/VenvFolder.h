// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <filesystem>
#include <string>

namespace mrb::backend {

/// The folder of a virtual environment. A file in it says that a set-up made it; only then is
/// anything in it ever removed.
class VenvFolder
{
public:
    enum class State {
        Nothing,       ///< absent, or an empty folder
        HalfMade,      ///< by a set-up that was interrupted
        Ours,          ///< made by a set-up
        SomebodyElses, ///< a virtual environment
        NoVenv,        ///< something else
    };

    explicit VenvFolder(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    State state() const;
    std::filesystem::path python() const { return m_folder / "bin" / "python"; }
    /// "24.0"; empty when there is no pip, or no telling.
    std::string pipVersion() const;

    /// An empty folder with the mark of one that is being made. What was there and ours goes.
    Result<> begin() const;
    /// The mark of one that is made.
    Result<> finish() const;

private:
    std::filesystem::path m_folder;
};

} // namespace mrb::backend
