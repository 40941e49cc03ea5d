// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace mrb::volume {

/// Inflates a gzip file (RFC 1952, one or more members) that arrives in pieces, with ISA-L. Checks
/// every member's CRC and length and that nothing but members is in the file. Not thread-safe.
class GzipInflater
{
public:
    /// @param name how to call the file in messages
    explicit GzipInflater(QString name);
    ~GzipInflater();
    GzipInflater(const GzipInflater &) = delete;
    GzipInflater &operator=(const GzipInflater &) = delete;

    static bool isGzip(std::span<const std::byte> firstBytes);

    /// Accepts the next piece, which must stay valid until inflate() has returned nothing.
    void setInput(std::span<const std::byte> piece);
    /// The next inflated bytes, valid until the next call; empty when more input is needed (or
    /// after an error, which error() then tells).
    std::span<const std::byte> inflate();
    /// The same into the caller's memory, which must not be empty: how many bytes it got. The more
    /// room, the less ISA-L copies.
    std::size_t inflateInto(std::span<std::byte> room);
    /// To be called after the last piece: an unfinished member is an error.
    void finish();

    const std::optional<Error> &error() const { return m_error; }
    std::uint64_t inflatedBytes() const { return m_inflatedBytes; }

private:
    enum class Where { Magic, Header, Data, MemberEnd };
    struct State;

    bool startMember();
    bool readHeader();
    std::size_t inflateSome(std::span<std::byte> room);
    bool handleResult(int result);
    Error trailerError() const;
    void fail(Error error);

    QString m_name;
    std::unique_ptr<State> m_state;
    std::unique_ptr<std::byte[]> m_output;
    std::span<const std::byte> m_input;      ///< the piece given last, whole
    std::array<std::byte, 8> m_tailBefore{}; ///< the bytes before m_input
    std::array<std::byte, 8> m_tailAfter{};  ///< the last bytes of m_input and before
    std::uint64_t m_consumedBefore = 0;      ///< of the file, before m_input
    std::uint64_t m_inflatedBytes = 0;
    std::uint64_t m_members = 0;
    Where m_where = Where::Magic;
    std::optional<Error> m_error;
};

} // namespace mrb::volume
