// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"

#include <string>
#include <string_view>

namespace mrb::backend {

/// What upstream was called with, by the command line in a run's record or journal. A run keeps the
/// file names of the release it was made with, whatever is pinned now. A part is empty where the
/// document does not say it, or says something that is no plain name: the document may be
/// anybody's.
struct RecordedCommand
{
    /// Of a warm start: the program of ours that the interpreter began with, as recorded.
    std::string launcher;
    std::string module;            ///< "scripts.diff_model_infer"
    std::string networkConfig;     ///< relative to the checkout
    std::string environmentConfig; ///< name of the staged file
    std::string modelConfig;       ///< name of the staged file

    bool isComplete() const
    {
        return !module.empty() && !networkConfig.empty() && !environmentConfig.empty() &&
               !modelConfig.empty();
    }
};

/// @param command the list of the program and its arguments; anything else gives nothing
RecordedCommand recordedCommand(const Json *command);

/// The command without the launcher of a warm start: what upstream documents.
Json documentedCommand(const Json &command);

/// Stands for the launcher's path in evidence.
inline constexpr const char *kLauncherToken = "<launcher>";

/// A relative path that means nothing to a shell and leads nowhere else.
bool isPlainPath(std::string_view text);

} // namespace mrb::backend
