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

struct NiftiStreamOptions
{
    bool compressed = false; ///< the bytes come from a gzip stream
    bool keepVoxels = false;
    bool statistics = true;
};

/// Takes a NIfTI file's bytes (already inflated) in order and in pieces of any length: header,
/// extensions (skipped), voxels. It never allocates for what the header promises before the
/// promise is checked against the size of the file. Also the entry point for fuzzing.
class NiftiStream
{
public:
    /// @param name how to call the file in messages
    /// @param fileBytes size of the file on disk
    NiftiStream(QString name, std::uint64_t fileBytes, const NiftiStreamOptions &options);

    /// False after an error, which error() tells; further pieces are then ignored.
    bool add(std::span<const std::byte> piece);
    /// Where the next voxels will be kept: empty unless the next byte is a voxel's and voxels are
    /// kept. Who writes there calls addInPlace() instead of add(), and nothing is copied.
    std::span<std::byte> room();
    /// @param bytes written to the start of room()
    bool addInPlace(std::size_t bytes);
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
    void growVoxels(std::uint64_t bytes);
    Error missingVoxels(std::uint64_t found) const;
    Error extraData(std::uint64_t extra) const;

    QString m_name;
    std::uint64_t m_fileBytes;
    NiftiStreamOptions m_options;
    std::uint64_t m_position = 0; ///< bytes of the stream seen so far
    std::vector<std::byte> m_headerBytes;
    std::optional<NiftiHeader> m_header;
    std::optional<StatisticsAccumulator> m_statistics;
    std::shared_ptr<std::vector<std::byte>> m_voxels;
    std::optional<Error> m_error;
};

} // namespace mrb::volume
