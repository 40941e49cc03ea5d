// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/Volume.h"

#include <array>
#include <cstdint>
#include <optional>

namespace mrb::volume {

/// The six sides of the field of view in voxel index space, in the order of all arrays of six.
enum class Face { XLow, XHigh, YLow, YHigh, ZLow, ZHigh };

/// A box on the original voxel grid, both corners inside it.
struct BoundingBox
{
    std::array<std::int64_t, 3> firstVoxel = {};
    std::array<std::int64_t, 3> lastVoxel = {};
    /// Edge lengths along the voxel axes: (last - first + 1) * spacing, mm.
    std::array<double, 3> sizeMm = {};

    friend bool operator==(const BoundingBox &, const BoundingBox &) = default;
};

/// What engineering can say about a volume without knowing anatomy. Fractions are 0 to 1.
///
/// Exact, from every stored voxel: blank, zeroFraction, negativeFraction, atMaximumFraction,
/// constantAxialSlices. A decoder's NaN shows as zero after its cast to int16, an overflow as
/// negative values or a heap at one end, so these betray what finite-value checks cannot.
///
/// From a grid of at most 128 per axis whose cells are means of equal blocks of voxels (cells at
/// the far end may be smaller; fractions weigh a cell by its voxels; voxels that are not finite do
/// not enter a mean, a cell without any finite voxel takes the smallest intensity): everything
/// about the foreground. The accuracy of the box is therefore gridFactor voxels.
struct VolumeMeasurements
{
    bool blank = false;             ///< no two finite voxels differ
    double zeroFraction = 0.0;      ///< of all voxels, intensity exactly 0
    double negativeFraction = 0.0;  ///< of all voxels, intensity < 0
    double atMaximumFraction = 0.0; ///< of all voxels, intensity equal to the volume's maximum
    /// Slices along the third axis in which all voxels have the same value (also if all are NaN).
    std::int64_t constantAxialSlices = 0;

    std::array<std::int64_t, 3> gridDims = {};   ///< cells
    std::array<std::int64_t, 3> gridFactor = {}; ///< voxels per cell edge
    /// Otsu's threshold of the grid, 256 bins, intensity units; absent for a blank volume or grid.
    std::optional<double> otsuThreshold;
    double foregroundFraction = 0.0;        ///< of the volume, cells above the threshold
    std::int64_t components = 0;            ///< face-connected components of the foreground
    double largestComponentFraction = 0.0;  ///< of the foreground; 0 where there is none
    std::optional<BoundingBox> boundingBox; ///< of the largest component
    std::array<double, 6> faceContact = {}; ///< fraction of each Face covered by that component
    /// Noise standard deviation, intensity units: 1.4826 * median |sqrt(6/7) * (v - mean of the six
    /// face neighbours)| over full-resolution voxels that lie, like their neighbours, above the
    /// threshold (a regular sample of about 2 million voxels at most). Texture raises it, smooth
    /// anatomy hardly; Gaussian noise of standard deviation s gives s. Absent with fewer than 100
    /// such voxels.
    std::optional<double> noiseSigma;

    bool touches(Face face) const { return faceContact[static_cast<std::size_t>(face)] > 0.0; }

    friend bool operator==(const VolumeMeasurements &, const VolumeMeasurements &) = default;
};

/// Measures a volume. Blocks for 0.1 to 1 s; thread-safe. A blank volume gives the well-defined
/// values above rather than an error. Fails with kMeasuringFailed when ITK does, or when the voxels
/// do not match the geometry.
Result<VolumeMeasurements> measureVolume(const Volume &volume);

} // namespace mrb::volume
