// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/setup/SetupContext.h"

#include <QString>

#include <array>
#include <filesystem>
#include <stop_token>

namespace mrb::backend {

namespace error_codes {
/// The interpreter lacks venv or ensurepip.
inline constexpr ErrorCode kVenvMissing = "python_cannot_make_venv";
} // namespace error_codes

/// An interpreter on which a virtual environment can be built.
struct BasePython
{
    std::filesystem::path executable;
    std::array<int, 2> version{};
    QString versionText() const; ///< "3.11"
};

/// The chosen one, else the first usable of python3.11, 3.12, 3.13, 3.10 and python3 in PATH that
/// is not of a virtual environment. Asks each with a script of a line. Blocks shortly.
Result<BasePython> findBasePython(const SetupContext &context, const std::stop_token &stop);

} // namespace mrb::backend
