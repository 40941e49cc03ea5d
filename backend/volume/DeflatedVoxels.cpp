// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/DeflatedVoxels.h"

#include "backend/base/Text.h"
#include "backend/volume/GzipInflater.h"
#include "backend/volume/HashingFileReader.h"
#include "backend/volume/VolumeErrors.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace mrb::volume {

namespace {

Error damaged(const std::filesystem::path &file, const QString &reason)
{
    return {error_codes::kOtherFormatDamaged,
            Text::tr("%1 cannot be read: %2").arg(toQString(file), reason),
            Text::tr("Make or copy the file again.")};
}

/// The stream's way into the voxels.
class Inflation
{
public:
    explicit Inflation(std::span<std::byte> voxels) : m_room(voxels) {}

    bool isFinished() const { return m_state->block_state == ISAL_BLOCK_FINISH; }
    bool isFull() const { return m_room.empty(); }

    /// False when the piece is no part of such a stream, or goes on after the voxels.
    bool add(std::span<const std::byte> piece)
    {
        if (std::exchange(m_isFirst, false)) {
            isal_inflate_init(m_state.get());
            m_state->crc_flag = GzipInflater::isGzip(piece) ? ISAL_GZIP : ISAL_ZLIB;
        }
        // ISA-L reads only; its interface predates const.
        m_state->next_in = reinterpret_cast<std::uint8_t *>(const_cast<std::byte *>(piece.data()));
        m_state->avail_in = static_cast<std::uint32_t>(piece.size());
        std::array<std::byte, 1> beyond{}; // a full volume still needs its stream's end
        while (!isFinished()) {
            const std::span<std::byte> room =
                m_room.empty() ? std::span<std::byte>(beyond)
                               : m_room.first(std::min(m_room.size(), kMostAtOnce));
            m_state->next_out = reinterpret_cast<std::uint8_t *>(room.data());
            m_state->avail_out = static_cast<std::uint32_t>(room.size());
            const std::uint32_t before = m_state->avail_in;
            const int result = isal_inflate(m_state.get());
            const std::size_t got = room.size() - m_state->avail_out;
            if (result < 0 || got > m_room.size())
                return false;
            m_room = m_room.subspan(got);
            if (got == 0 && m_state->avail_in == before && !isFinished())
                return before == 0;
        }
        return true;
    }

private:
    static constexpr std::size_t kMostAtOnce = std::size_t{1} << 30U; // ISA-L counts in 32 bits
    std::unique_ptr<inflate_state> m_state = std::make_unique<inflate_state>();
    std::span<std::byte> m_room;
    bool m_isFirst = true;
};

} // namespace

Result<> inflateVoxels(const std::filesystem::path &file, std::uint64_t start,
                       std::span<std::byte> voxels, std::stop_token stop,
                       const ReadProgress &progress)
{
    auto reader = HashingFileReader::open(file, std::move(stop), false);
    if (!reader)
        return reader.error();
    Inflation inflation(voxels);
    ProgressSteps steps((progress), (*reader)->size());
    std::uint64_t position = 0;
    for (auto piece = (*reader)->next(); !piece.empty() && !inflation.isFinished();
         piece = (*reader)->next()) {
        const std::uint64_t skipped =
            std::min<std::uint64_t>(start - std::min(start, position), piece.size());
        position += piece.size();
        const auto stream = piece.subspan(static_cast<std::size_t>(skipped));
        if (!stream.empty() && !inflation.add(stream))
            return damaged(file, Text::tr("its compressed voxels are damaged or too many"));
        steps.reach(position);
    }
    if (const auto read = (*reader)->finish(); !read)
        return read.error();
    if (!inflation.isFinished() || !inflation.isFull())
        return damaged(file, Text::tr("its compressed voxels are incomplete"));
    return {};
}

} // namespace mrb::volume
