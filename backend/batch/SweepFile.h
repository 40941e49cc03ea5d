// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/form/Sweep.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mrb::backend {

/// A sweep as a person types it: no axis has jsonValues.
struct TypedSweep
{
    std::string base; ///< override document
    std::vector<SweepAxis> axes;
};

/// Reads a sweep file with "vary"; see readRequestsFile(). Of the values only the kind is judged.
/// Blocks; any thread.
Result<TypedSweep> readSweepFile(const std::filesystem::path &file);

/// Such a file, for `mrbrain batch` and readSweepFile(). Values that cannot be read are an error.
/// Pure.
Result<std::string> writeSweepFile(const TypedSweep &sweep);

} // namespace mrb::backend
