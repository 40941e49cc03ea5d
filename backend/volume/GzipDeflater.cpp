// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/GzipDeflater.h"

#include <QtGlobal>

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>

namespace mrb::volume {

namespace {

constexpr std::uint32_t kOutputBytes = std::uint32_t{256} << 10U;
constexpr std::array<std::uint32_t, 4> kLevelBytes = {ISAL_DEF_LVL0_DEFAULT, ISAL_DEF_LVL1_DEFAULT,
                                                      ISAL_DEF_LVL2_DEFAULT, ISAL_DEF_LVL3_DEFAULT};

} // namespace

struct GzipDeflater::State
{
    isal_zstream stream;
    std::unique_ptr<std::uint8_t[]> levelBuffer;
    std::unique_ptr<std::uint8_t[]> output =
        std::make_unique_for_overwrite<std::uint8_t[]>(kOutputBytes);
};

GzipDeflater::GzipDeflater(int level) : m_state(std::make_unique<State>())
{
    isal_zstream &stream = m_state->stream;
    isal_deflate_init(&stream);
    stream.gzip_flag = IGZIP_GZIP;
    stream.level = static_cast<std::uint32_t>(std::clamp(level, 0, 3));
    stream.level_buf_size = kLevelBytes.at(stream.level);
    if (stream.level_buf_size > 0) {
        // Cleared: what level buffers start with must not decide what is written.
        m_state->levelBuffer = std::make_unique<std::uint8_t[]>(stream.level_buf_size);
        stream.level_buf = m_state->levelBuffer.get();
    }
}

GzipDeflater::~GzipDeflater() = default;

void GzipDeflater::setInput(std::span<const std::byte> piece, bool isLast)
{
    isal_zstream &stream = m_state->stream;
    // ISA-L reads only; its interface predates const.
    stream.next_in = reinterpret_cast<std::uint8_t *>(const_cast<std::byte *>(piece.data()));
    stream.avail_in = static_cast<std::uint32_t>(piece.size());
    stream.end_of_stream = isLast ? 1 : 0;
}

std::span<const std::byte> GzipDeflater::deflate()
{
    isal_zstream &stream = m_state->stream;
    if (stream.internal_state.state == ZSTATE_END)
        return {};
    stream.next_out = m_state->output.get();
    stream.avail_out = kOutputBytes;
    [[maybe_unused]] const int result = isal_deflate(&stream);
    Q_ASSERT(result == COMP_OK); // every other result is a mistake in how it is called
    return {reinterpret_cast<const std::byte *>(m_state->output.get()),
            kOutputBytes - stream.avail_out};
}

} // namespace mrb::volume
