// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/scene/ScenePlacement.h"

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

namespace {

/// Volume of the parallelepiped of unit vectors below which they count as being in one plane.
constexpr double kLeastDeterminant = 1e-3;

double determinant(const std::array<std::array<double, 3>, 3> &d)
{
    return d[0][0] * (d[1][1] * d[2][2] - d[1][2] * d[2][1]) -
           d[0][1] * (d[1][0] * d[2][2] - d[1][2] * d[2][0]) +
           d[0][2] * (d[1][0] * d[2][1] - d[1][1] * d[2][0]);
}

} // namespace

ScenePlacement scenePlacement(const volume::VolumeGeometry &geometry)
{
    ScenePlacement placement;
    placement.dims = geometry.dims;
    std::array<std::array<double, 3>, 3> nearest{};
    for (const Plane plane : kPlanes) {
        const AxisRun run = planeAxes(geometry, plane).normal;
        nearest[run.voxelAxis][worldAxis(plane)] = run.step;
        placement.edges[run.voxelAxis] = run.edgeMm;
    }
    for (std::size_t axis = 0; axis < 3; ++axis)
        for (std::size_t world = 0; world < 3; ++world)
            placement.directions[axis][world] =
                geometry.affineRas[4 * world + axis] / placement.edges[axis];
    // Written so that what is not a number fails it.
    if (!(std::abs(determinant(placement.directions)) > kLeastDeterminant))
        placement.directions = nearest;
    placement.mirrored = determinant(placement.directions) < 0.0;

    const double scale = kSceneSide / placement.longestSide();
    for (double &edge : placement.edges)
        edge *= scale;
    return placement;
}

std::array<double, 16> ScenePlacement::toScene() const
{
    std::array<double, 16> matrix{};
    matrix[15] = 1.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double half = static_cast<double>(dims[axis] - 1) / 2.0 * edges[axis];
        for (std::size_t world = 0; world < 3; ++world) {
            matrix[4 * world + axis] = directions[axis][world];
            matrix[4 * world + 3] -= directions[axis][world] * half;
        }
    }
    return matrix;
}

std::array<double, 16> ScenePlacement::toSceneUnmirrored() const
{
    if (!mirrored)
        return toScene();
    // About the middle of the volume, running an axis backwards is turning its direction round.
    ScenePlacement turned = *this;
    for (double &component : turned.directions[0])
        component = -component;
    return turned.toScene();
}

double ScenePlacement::longestSide() const
{
    double longest = 0.0;
    for (std::size_t axis = 0; axis < 3; ++axis)
        longest = std::max(longest, static_cast<double>(dims[axis]) * edges[axis]);
    return longest;
}

double ScenePlacement::shortestEdge() const
{
    return *std::min_element(edges.begin(), edges.end());
}

} // namespace mrb::viewer
