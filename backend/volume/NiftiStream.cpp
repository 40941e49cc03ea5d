// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/NiftiStream.h"

#include "backend/base/Text.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VoxelMemory.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mrb::volume {

namespace {

// Deflate cannot do better than 258 bytes for 2 bits, 1032 to 1 (zlib's technical notes).
constexpr std::uint64_t kBestRatio = 1032;
// What one piece of a compressed file (256 KiB) commonly inflates to, and more.
constexpr std::uint64_t kRoomBytes = std::uint64_t{1} << 20U;

QString incompleteHint()
{
    return Text::tr("Make or copy the file again; look whether a disk is full.");
}

} // namespace

NiftiStream::NiftiStream(QString name, std::uint64_t fileBytes, const NiftiStreamOptions &options)
    : m_name(std::move(name)), m_fileBytes(fileBytes), m_options(options)
{
}

bool NiftiStream::add(std::span<const std::byte> piece)
{
    if (m_error)
        return false;
    m_position += piece.size();
    if (!m_header)
        takeHeader(piece);
    if (m_header && !m_error)
        takeVoxelBytes(piece);
    return !m_error;
}

/// Collects the header; afterwards `piece` is what follows it.
void NiftiStream::takeHeader(std::span<const std::byte> &piece)
{
    std::size_t wanted = 4;
    while (!m_header && !m_error) {
        const std::size_t missing = wanted - std::min(wanted, m_headerBytes.size());
        const std::size_t used = std::min(missing, piece.size());
        m_headerBytes.insert(m_headerBytes.end(), piece.begin(),
                             piece.begin() + static_cast<std::ptrdiff_t>(used));
        piece = piece.subspan(used);
        if (m_headerBytes.size() < wanted)
            return;
        const std::size_t size = niftiHeaderSize(m_headerBytes);
        if (m_headerBytes.size() < size) {
            wanted = size;
            continue;
        }
        auto header = parseNiftiHeader(m_headerBytes, m_name);
        if (!header) {
            m_error = header.error();
            return;
        }
        m_header = std::move(*header);
        m_error = checkPlausible();
    }
    if (m_error)
        return;
    const NiftiFacts &facts = m_header->facts;
    if (m_options.statistics)
        m_statistics.emplace(facts.storedType, facts.byteSwapped, facts.slope, facts.intercept);
    if (m_options.keepVoxels) {
        auto voxels = reserveVoxels(m_header->voxelBytes, m_name);
        if (voxels)
            m_voxels = std::move(voxels).value();
        else
            m_error = voxels.error();
    }
}

std::optional<Error> NiftiStream::checkPlausible() const
{
    const std::uint64_t promised = m_header->voxelOffset + m_header->voxelBytes;
    if (!m_options.compressed && promised > m_fileBytes)
        return missingVoxels(m_fileBytes - std::min(m_fileBytes, m_header->voxelOffset));
    if (m_options.compressed && promised / kBestRatio > m_fileBytes)
        return Error{error_codes::kSizeImplausible,
                     Text::tr("%1: the header promises %2 bytes, but a compressed file of %3 bytes "
                              "cannot hold more than %4")
                         .arg(m_name)
                         .arg(promised)
                         .arg(m_fileBytes)
                         .arg(m_fileBytes * kBestRatio),
                     Text::tr("The header is damaged; make the file again."), u"dim"_qs};
    return std::nullopt;
}

/// `piece` is the end of what was seen: bytes [m_position - size, m_position).
void NiftiStream::takeVoxelBytes(std::span<const std::byte> piece)
{
    const std::uint64_t first = m_header->voxelOffset;
    const std::uint64_t end = first + m_header->voxelBytes;
    const std::uint64_t start = m_position - piece.size();
    if (start < first)
        piece = piece.subspan(
            static_cast<std::size_t>(std::min<std::uint64_t>(first - start, piece.size())));
    if (m_position > end) {
        // An uncompressed file's size is known; a compressed one is not inflated to its end only to
        // count what should not be there.
        m_error = extraData(m_options.compressed ? m_position - end : m_fileBytes - end);
        return;
    }
    if (m_statistics)
        m_statistics->add(piece);
    if (m_voxels && !piece.empty()) {
        const std::uint64_t kept = m_position - piece.size() - first;
        growVoxels(kept + piece.size());
        std::memcpy(m_voxels->data() + kept, piece.data(), piece.size());
    }
}

/// Grows step by step: what is cleared here is written again while it is still in the cache.
void NiftiStream::growVoxels(std::uint64_t bytes)
{
    if (m_voxels->size() < bytes)
        m_voxels->resize(bytes);
}

std::span<std::byte> NiftiStream::room()
{
    if (m_error || !m_voxels || m_position < m_header->voxelOffset)
        return {};
    const std::uint64_t kept = m_position - m_header->voxelOffset;
    if (m_voxels->size() <= kept)
        growVoxels(std::min(m_header->voxelBytes, kept + kRoomBytes));
    return std::span(*m_voxels).subspan(kept);
}

bool NiftiStream::addInPlace(std::size_t bytes)
{
    const auto added = room().first(bytes);
    m_position += bytes;
    if (m_statistics)
        m_statistics->add(added);
    return !m_error;
}

void NiftiStream::finish()
{
    if (m_error)
        return;
    if (!m_header) {
        const std::size_t wanted = niftiHeaderSize(m_headerBytes);
        m_error = Error{error_codes::kNiftiHeaderTruncated,
                        Text::tr("%1 ends after %2 bytes, within its header of %3")
                            .arg(m_name)
                            .arg(m_position)
                            .arg(wanted == 0 ? kNifti1HeaderBytes : wanted),
                        incompleteHint()};
        return;
    }
    const std::uint64_t end = m_header->voxelOffset + m_header->voxelBytes;
    if (m_position < end)
        m_error = missingVoxels(m_position - std::min(m_position, m_header->voxelOffset));
}

Error NiftiStream::missingVoxels(std::uint64_t found) const
{
    return {error_codes::kVoxelsMissing,
            Text::tr("%1 is incomplete: %2 bytes of voxels were expected, %3 were found")
                .arg(m_name)
                .arg(m_header->voxelBytes)
                .arg(found),
            incompleteHint()};
}

Error NiftiStream::extraData(std::uint64_t extra) const
{
    const QString message =
        m_options.compressed
            ? Text::tr("%1 goes on after its voxels: %2 bytes of voxels were expected, at least %3 "
                       "more were found")
            : Text::tr(
                  "%1 goes on after its voxels: %2 bytes of voxels were expected, %3 more were "
                  "found");
    return {error_codes::kExtraData, message.arg(m_name).arg(m_header->voxelBytes).arg(extra),
            Text::tr("The header and the data do not belong together; make the file again.")};
}

VolumeStatistics NiftiStream::statistics() const
{
    return m_statistics ? m_statistics->result() : VolumeStatistics{};
}

std::shared_ptr<const std::vector<std::byte>> NiftiStream::takeVoxels()
{
    if (m_voxels && m_header && m_header->facts.byteSwapped)
        swapByteOrder(*m_voxels, scalarSize(m_header->facts.storedType));
    return std::exchange(m_voxels, nullptr);
}

} // namespace mrb::volume
