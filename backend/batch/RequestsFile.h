// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/form/Sweep.h"

#include <QString>

#include <filesystem>
#include <string>
#include <vector>

namespace mrb::backend {

namespace error_codes {
/// A sweep file whose keys or shapes are not those of one.
inline constexpr ErrorCode kSweepFile = "sweep_file";
} // namespace error_codes

/// What one of the REQUESTS asks for: every base with every combination of the axes.
struct RequestsFile
{
    struct Base
    {
        std::string document; ///< override document
        int row = 0;          ///< its place in "runs", from 1; 0: the whole file
    };
    std::vector<Base> bases;
    std::vector<SweepAxis> axes;
    Errors errors; ///< any: nothing else counts
};

/// Reads an override document, or a sweep file: an object with "vary" ({field: [values...]}, every
/// combination) or "runs" ([{overrides}...]), and with "base" ({overrides}) for what all have in
/// common. The key tells which it is; no field has such a name. Keys that start with _ are
/// comments.
/// @param name how to call the file in messages
RequestsFile readRequestsFile(const std::filesystem::path &file, const QString &name);

} // namespace mrb::backend
