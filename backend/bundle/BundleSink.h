// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mrb::backend {

/// Takes the files of a bundle one after the other and lets them appear together: nothing is there
/// before commit(), and an object that goes without it leaves nothing. Names have passed
/// checkBundleName(). Used by one thread.
class BundleSink
{
public:
    BundleSink() = default;
    virtual ~BundleSink() = default;
    BundleSink(const BundleSink &) = delete;
    BundleSink &operator=(const BundleSink &) = delete;

    /// @param bytes that add() will bring, exactly
    /// @param program the file can be started
    virtual Result<> begin(const std::string &name, std::uint64_t bytes, bool program) = 0;
    virtual Result<> add(std::span<const std::byte> piece) = 0;
    virtual Result<> end() = 0;
    virtual Result<> commit() = 0;

    Result<> addFile(const std::string &name, std::string_view content, bool program = false);
};

} // namespace mrb::backend
