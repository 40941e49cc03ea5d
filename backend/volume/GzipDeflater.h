// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace mrb::volume {

/// Makes one gzip member of bytes that arrive in pieces, with ISA-L. Its header holds neither name
/// nor time, so the same pieces give the same bytes (on the same kind of processor). Not
/// thread-safe.
class GzipDeflater
{
public:
    /// @param level 0 fastest to 3; others are taken for the nearest
    explicit GzipDeflater(int level);
    ~GzipDeflater();
    GzipDeflater(const GzipDeflater &) = delete;
    GzipDeflater &operator=(const GzipDeflater &) = delete;

    /// Accepts the next piece, which must stay valid until deflate() has returned nothing; at most
    /// 4 GiB less one byte.
    void setInput(std::span<const std::byte> piece, bool isLast);
    /// The next compressed bytes, valid until the next call; empty when more input is needed or all
    /// is done.
    std::span<const std::byte> deflate();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace mrb::volume
