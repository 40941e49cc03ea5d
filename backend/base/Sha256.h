// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace mrb {

/// SHA-256 of bytes that arrive in pieces (OpenSSL EVP). One object serves one thread at a time.
class Sha256
{
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256 &&) noexcept;
    Sha256 &operator=(Sha256 &&) noexcept;

    void add(std::span<const std::byte> bytes);
    /// 64 lower-case hexadecimal digits; the object is finished afterwards.
    std::string finish();

    static std::string ofBytes(std::span<const std::byte> bytes);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Hashes a regular file as it is on disk. Blocks; call it off the GUI thread.
Result<std::string> sha256OfFile(const std::filesystem::path &file);

} // namespace mrb
