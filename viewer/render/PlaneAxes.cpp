// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/PlaneAxes.h"

#include "backend/base/Text.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mrb::viewer {

namespace {

/// Voxel axes in the order right, anterior, superior.
struct AnatomicalAxes
{
    std::array<AxisRun, 3> towards;
    double smallestCosine = 1.0;
};

using Columns = std::array<std::array<double, 3>, 3>;

/// Unit vectors of the voxel axes in RAS; a column without length stays zero.
Columns directions(const volume::VolumeGeometry &geometry, std::array<double, 3> &edgesMm)
{
    Columns columns{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        for (std::size_t world = 0; world < 3; ++world)
            columns[axis][world] = geometry.affineRas[4 * world + axis];
        edgesMm[axis] = std::hypot(columns[axis][0], columns[axis][1], columns[axis][2]);
        if (!(edgesMm[axis] > 0.0) || !std::isfinite(edgesMm[axis])) {
            columns[axis] = {};
            edgesMm[axis] = geometry.spacingMm[axis];
            continue;
        }
        for (double &component : columns[axis])
            component /= edgesMm[axis];
    }
    return columns;
}

AnatomicalAxes anatomicalAxes(const volume::VolumeGeometry &geometry)
{
    std::array<double, 3> edgesMm{};
    const Columns columns = directions(geometry, edgesMm);
    // Of the six ways to give out the axes the one that is nearest altogether; the stored order
    // comes first and so wins ties.
    std::array<std::size_t, 3> order = {0, 1, 2};
    std::array<std::size_t, 3> best = order;
    double bestSum = -1.0;
    do {
        double sum = 0.0;
        for (std::size_t world = 0; world < 3; ++world)
            sum += std::abs(columns[order[world]][world]);
        if (sum > bestSum + 1e-9) {
            bestSum = sum;
            best = order;
        }
    } while (std::next_permutation(order.begin(), order.end()));

    AnatomicalAxes axes;
    for (std::size_t world = 0; world < 3; ++world) {
        const std::size_t axis = best[world];
        const double cosine = columns[axis][world];
        axes.towards[world] = {axis, cosine < 0.0 ? -1 : 1, geometry.dims[axis], edgesMm[axis]};
        axes.smallestCosine = std::min(axes.smallestCosine, std::abs(cosine));
    }
    return axes;
}

AxisRun reversed(AxisRun run)
{
    run.step = -run.step;
    return run;
}

} // namespace

QString planeName(Plane plane)
{
    switch (plane) {
    case Plane::Axial:
        return Text::tr("Axial");
    case Plane::Coronal:
        return Text::tr("Coronal");
    case Plane::Sagittal:
        break;
    }
    return Text::tr("Sagittal");
}

QString conventionText(Convention convention)
{
    return convention == Convention::Radiological
               ? Text::tr("Radiological: the patient's right is on the left")
               : Text::tr("Neurological: the patient's right is on the right");
}

VoxelPosition centreOf(const VoxelIndex &voxel)
{
    return {static_cast<double>(voxel[0]), static_cast<double>(voxel[1]),
            static_cast<double>(voxel[2])};
}

PlaneAxes planeAxes(const volume::VolumeGeometry &geometry, Plane plane, Convention convention)
{
    const auto [right, anterior, superior] = anatomicalAxes(geometry).towards;
    const bool radiological = convention == Convention::Radiological;
    const AxisRun across = radiological ? reversed(right) : right;
    const QChar left = radiological ? u'R' : u'L';
    const QChar other = radiological ? u'L' : u'R';
    const bool known = geometry.orientationKnown;
    switch (plane) {
    case Plane::Axial:
        return {plane, across, reversed(anterior), superior, left, other, u'A', u'P', known};
    case Plane::Coronal:
        return {plane, across, reversed(superior), anterior, left, other, u'S', u'I', known};
    case Plane::Sagittal:
        break;
    }
    return {plane, reversed(anterior), reversed(superior), right, u'A', u'P', u'S', u'I', known};
}

std::size_t worldAxis(Plane plane)
{
    return 2U - static_cast<std::size_t>(plane);
}

double obliqueDegrees(const volume::VolumeGeometry &geometry)
{
    const double cosine = std::min(anatomicalAxes(geometry).smallestCosine, 1.0);
    return std::acos(cosine) * 180.0 / std::numbers::pi;
}

VoxelIndex middleVoxel(const volume::VolumeGeometry &geometry)
{
    VoxelIndex middle{};
    for (const AxisRun &run : anatomicalAxes(geometry).towards)
        middle[run.voxelAxis] = run.step > 0 ? run.voxels / 2 : (run.voxels - 1) / 2;
    return middle;
}

} // namespace mrb::viewer
