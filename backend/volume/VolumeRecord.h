// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/volume/Measurements.h"
#include "backend/volume/Volume.h"

#include <QString>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace mrb::volume {

/// What a NIfTI header says, after the checks. Numbers are those nibabel reports for the file:
/// affine as img.affine, spacing as header.get_zooms(), float32 widened to double.
struct NiftiFacts
{
    VolumeGeometry geometry;
    ScalarType storedType = ScalarType::Int16;
    int niftiVersion = 1;     ///< 1 or 2
    bool byteSwapped = false; ///< the file's byte order is not the host's
    QString description;      ///< descrip, up to its first NUL; invalid UTF-8 replaced
    int sformCode = 0;        ///< 0 to 5
    int qformCode = 0;        ///< 0 to 5
    /// Both forms are set and place some voxel more than 1 % of the smallest spacing apart.
    bool formsDisagree = false;
    /// xyzt_units as stored; bits 0 to 2 are the length: 0 unknown (mm is meant), 1 m, 2 mm, 3 um.
    int xyztUnits = 0;
    double slope = 1.0;     ///< 1 where the file has none (0, NaN or infinite)
    double intercept = 0.0; ///< 0 where the file has no slope

    friend bool operator==(const NiftiFacts &, const NiftiFacts &) = default;
};

/// Everything known about one file that should be a volume. A file that cannot be read completely
/// keeps its path, its size and SHA-256 (when the bytes themselves could be read to the end), and
/// the error; facts stay when the header was sound; statistics are absent.
struct VolumeRecord
{
    std::filesystem::path path;         ///< as asked for
    std::optional<std::uint64_t> bytes; ///< of the file on disk
    std::string sha256;                 ///< of the file on disk, lower-case hex; empty if unknown
    std::optional<NiftiFacts> facts;
    std::optional<VolumeStatistics> statistics;
    std::optional<VolumeMeasurements> measurements;
    std::optional<Error> error;            ///< why the file could not be read completely
    std::optional<Error> measurementError; ///< why a volume that was read could not be measured

    bool readable() const { return !error.has_value(); }
};

} // namespace mrb::volume
