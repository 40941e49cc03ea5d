// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/Region.h"

#include "backend/base/Text.h"
#include "viewer/render/Intensities.h"
#include "viewer/render/World.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace mrb::viewer {

namespace {

constexpr double kLowFraction = 0.005;
constexpr double kHighFraction = 0.995;

/// What of one axis a region covers, in continuous voxel indices.
struct Span
{
    double first = 0.0;
    double last = 0.0;

    double centre() const { return first + (last - first) / 2.0; }
    double half() const { return (last - first) / 2.0; }
};

/// A region on its slice: u runs along the plane's columns, v along its rows.
struct Footprint
{
    PlaneAxes axes;
    Span u;
    Span v;
};

Span spanOf(const Region &region, const AxisRun &run)
{
    const auto [first, last] = std::minmax(region.from[run.voxelAxis], region.to[run.voxelAxis]);
    return {first, last};
}

bool meets(const Span &span, const AxisRun &run)
{
    return span.last >= -0.5 && span.first <= static_cast<double>(run.voxels) - 0.5;
}

std::optional<Footprint> footprintOf(const volume::VolumeGeometry &geometry, const Region &region)
{
    const PlaneAxes axes = planeAxes(geometry, region.plane);
    const Footprint footprint{axes, spanOf(region, axes.column), spanOf(region, axes.row)};
    for (const double value :
         {footprint.u.first, footprint.u.last, footprint.v.first, footprint.v.last})
        if (!std::isfinite(value))
            return std::nullopt;
    if (region.slice < 0 || region.slice >= axes.normal.voxels ||
        !meets(footprint.u, axes.column) || !meets(footprint.v, axes.row))
        return std::nullopt;
    return footprint;
}

/// First and last index whose voxel's centre is in the span and in the volume; may be the wrong way
/// round when there is none.
std::array<std::int64_t, 2> centresIn(const Span &span, const AxisRun &run)
{
    const auto end = static_cast<double>(run.voxels);
    return {static_cast<std::int64_t>(std::clamp(std::ceil(span.first), 0.0, end)),
            static_cast<std::int64_t>(std::clamp(std::floor(span.last), -1.0, end - 1.0))};
}

/// The intensities of a region's voxels; one at least.
std::vector<double> intensitiesIn(const volume::Volume &volume, const Region &region,
                                  const Footprint &footprint)
{
    const PlaneAxes &axes = footprint.axes;
    const Span &u = footprint.u; // clang 14 cannot capture structured bindings
    const Span &v = footprint.v;
    const auto [firstU, lastU] = centresIn(u, axes.column);
    const auto [firstV, lastV] = centresIn(v, axes.row);
    const auto contains = [&](std::int64_t atU, std::int64_t atV) {
        if (region.shape == RegionShape::Box)
            return true;
        // A span without length has its only centre in the middle.
        const double x = u.half() > 0.0 ? (static_cast<double>(atU) - u.centre()) / u.half() : 0.0;
        const double y = v.half() > 0.0 ? (static_cast<double>(atV) - v.centre()) / v.half() : 0.0;
        return x * x + y * y <= 1.0;
    };
    std::vector<double> values;
    VoxelIndex voxel{};
    voxel[axes.normal.voxelAxis] = region.slice;
    for (std::int64_t atV = firstV; atV <= lastV; ++atV)
        for (std::int64_t atU = firstU; atU <= lastU; ++atU) {
            if (!contains(atU, atV))
                continue;
            voxel[axes.column.voxelAxis] = atU;
            voxel[axes.row.voxelAxis] = atV;
            values.push_back(valueAt(volume, voxel));
        }
    if (values.empty()) {
        VoxelPosition centre{};
        centre[axes.column.voxelAxis] = u.centre();
        centre[axes.row.voxelAxis] = v.centre();
        centre[axes.normal.voxelAxis] = static_cast<double>(region.slice);
        values.push_back(valueAt(volume, nearestVoxel(volume.geometry, centre)));
    }
    return values;
}

void dropNotFinite(std::vector<double> &values)
{
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
}

/// Of one voxel in the plane; a parallelogram where an affine is sheared.
double voxelAreaMm2(const volume::VolumeGeometry &geometry, const PlaneAxes &axes)
{
    std::array<std::array<double, 3>, 2> edges{};
    const std::array<std::size_t, 2> columns = {axes.column.voxelAxis, axes.row.voxelAxis};
    for (std::size_t edge = 0; edge < 2; ++edge)
        for (std::size_t world = 0; world < 3; ++world)
            edges[edge][world] = geometry.affineRas[4 * world + columns[edge]];
    const auto &[a, b] = edges;
    return std::hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2],
                      a[0] * b[1] - a[1] * b[0]);
}

/// Fills mean, sd, min and max from at least one finite value. Two passes in long double, so that
/// small deviations from a large mean survive.
void summarise(const std::vector<double> &values, RegionStatistics &statistics)
{
    const auto count = static_cast<long double>(values.size());
    long double sum = 0.0L;
    for (const double value : values)
        sum += value;
    const long double mean = sum / count;
    long double squares = 0.0L;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    statistics.mean = static_cast<double>(mean);
    statistics.sd =
        values.size() > 1 ? static_cast<double>(std::sqrt(squares / (count - 1.0L))) : 0.0;
    const auto [min, max] = std::minmax_element(values.begin(), values.end());
    statistics.min = *min;
    statistics.max = *max;
}

} // namespace

std::optional<RegionStatistics> regionStatistics(const volume::Volume &volume, const Region &region)
{
    const auto footprint = footprintOf(volume.geometry, region);
    if (!footprint)
        return std::nullopt;
    std::vector<double> values = intensitiesIn(volume, region, *footprint);
    RegionStatistics statistics;
    statistics.voxels = values.size();
    statistics.areaMm2 =
        static_cast<double>(statistics.voxels) * voxelAreaMm2(volume.geometry, footprint->axes);
    dropNotFinite(values);
    statistics.finite = values.size();
    if (values.empty()) {
        constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
        statistics.mean = statistics.sd = statistics.min = statistics.max = kNan;
    } else {
        summarise(values, statistics);
    }
    return statistics;
}

std::optional<IntensityWindow> regionWindow(const volume::Volume &volume, const Region &region)
{
    const auto footprint = footprintOf(volume.geometry, region);
    if (!footprint)
        return std::nullopt;
    std::vector<double> values = intensitiesIn(volume, region, *footprint);
    dropNotFinite(values);
    if (values.empty())
        return std::nullopt;
    const double low = percentile(values, kLowFraction);
    const double high = percentile(values, kHighFraction);
    return low < high ? IntensityWindow{low, high} : windowOfConstant(low);
}

Distance rulerLength(const volume::VolumeGeometry &geometry, const VoxelPosition &from,
                     const VoxelPosition &to)
{
    const PointRas a = worldMm(geometry, from);
    const PointRas b = worldMm(geometry, to);
    return {std::hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]),
            std::hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2])};
}

QString regionText(const volume::VolumeGeometry &geometry, const Region &region,
                   const RegionStatistics &statistics)
{
    const AxisRun normal = planeAxes(geometry, region.plane).normal;
    const QString where =
        (region.shape == RegionShape::Box ? Text::tr("Box on %1 slice %2 = %3")
                                          : Text::tr("Ellipse on %1 slice %2 = %3"))
            .arg(planeName(region.plane).toLower(), QString(QChar(u"ijk"[normal.voxelAxis])),
                 QString::number(region.slice));
    const QString size =
        Text::tr("n = %1 voxels, %2 mm²")
            .arg(QString::number(statistics.voxels), QString::number(statistics.areaMm2, 'g', 6));
    if (statistics.finite == 0)
        return Text::tr("%1: %2, none of them finite").arg(where, size);
    const QString values = Text::tr("mean %1, SD %2, min %3, max %4")
                               .arg(numberText(statistics.mean), numberText(statistics.sd),
                                    numberText(statistics.min), numberText(statistics.max));
    if (statistics.finite == statistics.voxels)
        return QStringLiteral("%1: %2, %3").arg(where, size, values);
    return Text::tr("%1: %2, %3 (of the %4 finite ones)")
        .arg(where, size, values, QString::number(statistics.finite));
}

QString rulerText(const Distance &distance)
{
    return Text::tr("%1 mm (%2 voxels)")
        .arg(QString::number(distance.mm, 'f', 2), QString::number(distance.voxels, 'f', 1));
}

} // namespace mrb::viewer
