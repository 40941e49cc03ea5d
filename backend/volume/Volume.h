// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace mrb::volume {

/// The real scalar types a voxel can be stored as.
enum class ScalarType {
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float32,
    Float64
};

/// Bytes of one stored value: 1, 2, 4 or 8.
std::size_t scalarSize(ScalarType type);
/// "int16", "float32" and so on, as NumPy spells them.
std::string_view scalarName(ScalarType type);

/// Geometry of a 3-D scalar volume as the file has it; nothing is resampled.
/// dims: voxels along x, y, z, each >= 1. spacingMm: voxel edge in mm, same order, each > 0.
/// affineRas: 4x4, row-major, voxel index (i, j, k, 1) to world mm in RAS as NIfTI has it.
/// A NIfTI file whose xyzt_units name another length is not converted: see NiftiFacts::xyztUnits.
struct VolumeGeometry
{
    std::array<std::int64_t, 3> dims = {1, 1, 1};
    std::array<double, 3> spacingMm = {1.0, 1.0, 1.0};
    std::array<double, 16> affineRas = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    /// False: the file does not say which way its axes run, so left and right may be swapped.
    bool orientationKnown = true;

    /// dims[0] * dims[1] * dims[2].
    std::uint64_t voxelCount() const;

    friend bool operator==(const VolumeGeometry &, const VolumeGeometry &) = default;
};

/// A volume in memory. The voxels are shared and never change, so a copy is cheap and may be used
/// in another thread. A voxel's intensity is stored value * slope + intercept, in double.
struct Volume
{
    VolumeGeometry geometry;
    ScalarType storedType = ScalarType::Int16;
    double slope = 1.0;
    double intercept = 0.0;
    /// voxelCount() values of storedType in host byte order, x fastest, then y, then z.
    std::shared_ptr<const std::vector<std::byte>> voxels;

    bool isScaled() const { return slope != 1.0 || intercept != 0.0; }
};

/// Intensity statistics over finite voxels; absent where there is no finite voxel.
/// Intensity units (after slope and intercept), computed in double.
struct IntensityStatistics
{
    double min = 0.0;
    double max = 0.0;
    double mean = 0.0;
    double std = 0.0; ///< population standard deviation

    friend bool operator==(const IntensityStatistics &, const IntensityStatistics &) = default;
};

/// Counts over all voxels and statistics over the finite ones, after slope and intercept.
/// voxels = finite + nan + inf; zero and negative count finite voxels only (-0.0 is zero).
struct VolumeStatistics
{
    std::uint64_t voxels = 0;
    std::uint64_t finite = 0;
    std::uint64_t nan = 0;
    std::uint64_t inf = 0;
    std::uint64_t zero = 0;
    std::uint64_t negative = 0;
    std::optional<IntensityStatistics> intensity;

    friend bool operator==(const VolumeStatistics &, const VolumeStatistics &) = default;
};

} // namespace mrb::volume
