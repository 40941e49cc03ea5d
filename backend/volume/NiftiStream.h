// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/NiftiHeader.h"
#include "backend/volume/VoxelStatistics.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace mrb::volume {

/// Takes a NIfTI file's bytes (already inflated) in order and in pieces of any length: header,
/// extensions (skipped), voxels. It never allocates for what the header promises before the
/// promise is checked against the size of the file. Also the entry point for fuzzing.
class NiftiStream
{
public:
    /// @param name how to call the file in messages
    /// @param fileBytes size of the file on disk; compressed: it holds a gzip stream
    NiftiStream(QString name, std::uint64_t fileBytes, bool compressed, bool keepVoxels);

    /// False after an error, which error() tells; further pieces are then ignored.
    bool add(std::span<const std::byte> piece);
    /// To be called at the end of the stream: missing bytes are an error.
    void finish();

    const std::optional<Error> &error() const { return m_error; }
    const std::optional<NiftiHeader> &header() const { return m_header; }
    VolumeStatistics statistics() const;
    /// The voxels kept, in host byte order; gives them away.
    std::shared_ptr<const std::vector<std::byte>> takeVoxels();

private:
    void takeHeader(std::span<const std::byte> &piece);
    std::optional<Error> checkPlausible() const;
    void takeVoxelBytes(std::span<const std::byte> piece);
    Error missingVoxels(std::uint64_t found) const;
    Error extraData(std::uint64_t extra) const;

    QString m_name;
    std::uint64_t m_fileBytes;
    bool m_compressed;
    bool m_keepVoxels;
    std::uint64_t m_position = 0; ///< bytes of the stream seen so far
    std::vector<std::byte> m_headerBytes;
    std::optional<NiftiHeader> m_header;
    std::optional<StatisticsAccumulator> m_statistics;
    std::shared_ptr<std::vector<std::byte>> m_voxels;
    std::optional<Error> m_error;
};

} // namespace mrb::volume
