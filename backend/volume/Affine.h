// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace mrb::volume {

/// 4x4, row-major, voxel index to world mm; the last row is 0 0 0 1.
using Affine = std::array<double, 16>;

/// Lengths of the first three columns: the voxel edges in mm.
std::array<double, 3> voxelEdges(const Affine &affine);

/// Finite, and its columns span space: the volume is not flattened. Columns nearer than a millionth
/// of their size to one plane count as flat.
bool isUsableAffine(const Affine &affine);

/// The largest distance in mm between where the two put a corner voxel of a volume of `dims`.
double largestShift(const Affine &a, const Affine &b, const std::array<std::int64_t, 3> &dims);

} // namespace mrb::volume
