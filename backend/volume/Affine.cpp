// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/Affine.h"

#include <algorithm>
#include <cmath>

namespace mrb::volume {

std::array<double, 3> voxelEdges(const Affine &affine)
{
    std::array<double, 3> edges{};
    for (std::size_t axis = 0; axis < 3; ++axis)
        edges[axis] = std::hypot(affine[axis], affine[4 + axis], affine[8 + axis]);
    return edges;
}

bool isUsableAffine(const Affine &affine)
{
    if (!std::all_of(affine.begin(), affine.end(), [](double v) { return std::isfinite(v); }))
        return false;
    const auto edges = voxelEdges(affine);
    // Of unit columns, so that neither very small nor very large voxels leave the range of double.
    const auto at = [&affine, &edges](std::size_t row, std::size_t column) {
        return affine[4 * row + column] / edges[column];
    };
    const double determinant = at(0, 0) * (at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1)) -
                               at(0, 1) * (at(1, 0) * at(2, 2) - at(1, 2) * at(2, 0)) +
                               at(0, 2) * (at(1, 0) * at(2, 1) - at(1, 1) * at(2, 0));
    constexpr double kFlat = 1e-6;
    return std::abs(determinant) > kFlat; // false for NaN, which a column of length 0 gives
}

double largestShift(const Affine &a, const Affine &b, const std::array<std::int64_t, 3> &dims)
{
    double largest = 0.0;
    for (unsigned int corner = 0; corner < 8; ++corner) {
        double squared = 0.0;
        for (std::size_t row = 0; row < 3; ++row) {
            double shift = a[4 * row + 3] - b[4 * row + 3];
            for (std::size_t axis = 0; axis < 3; ++axis) {
                if ((corner >> axis & 1U) != 0)
                    shift += (a[4 * row + axis] - b[4 * row + axis]) *
                             static_cast<double>(dims[axis] - 1);
            }
            squared += shift * shift;
        }
        largest = std::max(largest, std::sqrt(squared));
    }
    return largest;
}

} // namespace mrb::volume
