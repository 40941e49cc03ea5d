// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/GzipInflater.h"

#include "backend/base/Text.h"
#include "backend/volume/VolumeErrors.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace mrb::volume {

namespace {

// Large enough that ISA-L's copying of its 32 KiB window per call does not show, small enough to
// stay in a core's second-level cache until the statistics have seen it.
constexpr std::uint32_t kOutputBytes = std::uint32_t{256} << 10U;
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30U; // ISA-L counts in 32 bits
constexpr std::byte kMagic1{0x1F};
constexpr std::byte kMagic2{0x8B};

QString againHint()
{
    return Text::tr("Make or copy the file again; what it holds cannot be trusted.");
}

} // namespace

struct GzipInflater::State
{
    inflate_state inflate;
    isal_gzip_header header;
};

GzipInflater::GzipInflater(QString name)
    : m_name(std::move(name)),
      m_state(std::make_unique<State>()),
      m_output(std::make_unique_for_overwrite<std::byte[]>(kOutputBytes))
{
}

GzipInflater::~GzipInflater() = default;

bool GzipInflater::isGzip(std::span<const std::byte> firstBytes)
{
    return firstBytes.size() >= 2 && firstBytes[0] == kMagic1 && firstBytes[1] == kMagic2;
}

void GzipInflater::setInput(std::span<const std::byte> piece)
{
    m_consumedBefore += m_input.size();
    m_input = piece;
    m_tailBefore = m_tailAfter;
    // The last eight bytes so far: the piece itself may be gone when the next one comes.
    const auto kept = static_cast<std::ptrdiff_t>(std::min(piece.size(), m_tailAfter.size()));
    std::move(m_tailAfter.begin() + kept, m_tailAfter.end(), m_tailAfter.begin());
    std::copy(piece.end() - kept, piece.end(), m_tailAfter.end() - kept);
    // ISA-L reads only; its interface predates const.
    m_state->inflate.next_in =
        reinterpret_cast<std::uint8_t *>(const_cast<std::byte *>(piece.data()));
    m_state->inflate.avail_in = static_cast<std::uint32_t>(piece.size());
}

void GzipInflater::fail(Error error)
{
    if (!m_error)
        m_error = std::move(error);
}

std::span<const std::byte> GzipInflater::inflate()
{
    return {m_output.get(), inflateInto({m_output.get(), kOutputBytes})};
}

std::size_t GzipInflater::inflateInto(std::span<std::byte> room)
{
    Q_ASSERT(!room.empty());
    while (!m_error) {
        if (m_where == Where::Magic || m_where == Where::MemberEnd) {
            if (m_state->inflate.avail_in == 0 || !startMember())
                return 0;
        }
        if (m_where == Where::Header && !readHeader())
            return 0;
        const std::size_t got = inflateSome(room);
        if (got > 0)
            return got;
        if (m_where == Where::Data && m_state->inflate.avail_in == 0)
            return 0;
    }
    return 0;
}

/// At least one byte of input is there and a member ought to start with it.
bool GzipInflater::startMember()
{
    inflate_state &state = m_state->inflate;
    const auto first = static_cast<std::byte>(*state.next_in);
    if (m_where == Where::MemberEnd && first != kMagic1) {
        fail({error_codes::kGzipTrailingGarbage,
              Text::tr("%1 continues at byte %2 after its complete gzip stream with something else")
                  .arg(m_name)
                  .arg(m_consumedBefore + m_input.size() - state.avail_in),
              againHint()});
        return false;
    }
    std::uint8_t *const nextIn = state.next_in;
    const std::uint32_t availableIn = state.avail_in;
    isal_inflate_init(&state);
    isal_gzip_header_init(&m_state->header);
    state.next_in = nextIn;
    state.avail_in = availableIn;
    state.crc_flag = ISAL_GZIP_NO_HDR_VER; // the header is read apart, the trailer verified
    m_where = Where::Header;
    return true;
}

/// False when more input is needed or the header is bad.
bool GzipInflater::readHeader()
{
    inflate_state &state = m_state->inflate;
    constexpr std::uint32_t kReservedFlags = 0xE0; // RFC 1952: must be zero; ISA-L does not look
    const int result = isal_read_gzip_header(&state, &m_state->header);
    if (result == ISAL_END_INPUT)
        return false;
    if (result == ISAL_DECOMP_OK && (m_state->header.flags & kReservedFlags) == 0) {
        m_where = Where::Data;
        return true;
    }
    if (m_members > 0)
        fail({error_codes::kGzipTrailingGarbage,
              Text::tr("%1 continues after its complete gzip stream with bytes that are no further "
                       "gzip member")
                  .arg(m_name),
              againHint()});
    else
        fail({error_codes::kGzipHeader,
              Text::tr("%1 starts like a gzip file, but its gzip header is damaged").arg(m_name),
              againHint()});
    return false;
}

std::size_t GzipInflater::inflateSome(std::span<std::byte> room)
{
    inflate_state &state = m_state->inflate;
    const auto offered = static_cast<std::uint32_t>(std::min(room.size(), kMostAtOnce));
    state.next_out = reinterpret_cast<std::uint8_t *>(room.data());
    state.avail_out = offered;
    const std::uint32_t availableIn = state.avail_in;
    int result = isal_inflate(&state);
    const std::size_t got = offered - state.avail_out;
    m_inflatedBytes += got;
    const bool stuck = got == 0 && availableIn > 0 && state.avail_in == availableIn &&
                       state.block_state != ISAL_BLOCK_FINISH;
    if (result >= 0 && stuck)
        result = ISAL_INVALID_BLOCK; // never loop on data that ISA-L neither takes nor refuses
    return handleResult(result) ? got : 0;
}

bool GzipInflater::handleResult(int result)
{
    const inflate_state &state = m_state->inflate;
    if (result == ISAL_INCORRECT_CHECKSUM) {
        fail(trailerError());
    } else if (result < 0) {
        fail({error_codes::kGzipCorrupt,
              Text::tr("%1 is corrupt: its compressed data make no sense near byte %2, after %3 "
                       "inflated bytes")
                  .arg(m_name)
                  .arg(m_consumedBefore + m_input.size() - state.avail_in)
                  .arg(m_inflatedBytes),
              againHint()});
    } else if (state.block_state == ISAL_BLOCK_FINISH) {
        m_where = Where::MemberEnd;
        ++m_members;
    }
    return !m_error;
}

/// The trailer, CRC and length, was read just now and does not fit: which of the two is wrong?
Error GzipInflater::trailerError() const
{
    const inflate_state &state = m_state->inflate;
    // The last eight bytes consumed; the trailer may have begun in the previous piece.
    std::array<std::byte, 8> trailer{};
    const std::size_t used = m_input.size() - state.avail_in;
    for (std::size_t i = 0; i < trailer.size(); ++i) {
        const std::size_t back = trailer.size() - i;
        trailer[i] =
            back <= used ? m_input[used - back] : m_tailBefore[m_tailBefore.size() - (back - used)];
    }
    std::uint32_t crc = 0;
    std::uint32_t length = 0;
    std::memcpy(&crc, trailer.data(), 4);
    std::memcpy(&length, trailer.data() + 4, 4);
    if (crc == state.crc && length != state.total_out)
        return {error_codes::kGzipLength,
                Text::tr("%1 is damaged: its gzip trailer says %2 bytes (modulo 2^32), but %3 were "
                         "found")
                    .arg(m_name)
                    .arg(length)
                    .arg(state.total_out),
                againHint()};
    return {error_codes::kGzipCrc,
            Text::tr("%1 is damaged: the checksum (CRC-32) of its inflated data is %2, its gzip "
                     "trailer says %3")
                .arg(m_name, QString::number(state.crc, 16), QString::number(crc, 16)),
            againHint()};
}

void GzipInflater::finish()
{
    if (m_error || m_where == Where::MemberEnd)
        return;
    fail({error_codes::kGzipTruncated,
          Text::tr("%1 is truncated: it ends after %2 bytes in the middle of its gzip stream, %3 "
                   "inflated bytes were found")
              .arg(m_name)
              .arg(m_consumedBefore + m_input.size())
              .arg(m_inflatedBytes),
          Text::tr("Make or copy the file again; look whether a disk is full.")});
}

} // namespace mrb::volume
