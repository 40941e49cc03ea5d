// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mrb {

/// The first digits of a commit of the model, as people read it and folders are called after it.
inline std::string shortCommit(std::string_view commit)
{
    constexpr std::size_t kDigits = 7;
    return std::string(commit.substr(0, kDigits));
}

} // namespace mrb
