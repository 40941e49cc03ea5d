// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/World.h"

#include "backend/base/Text.h"
#include "backend/volume/ScalarVisit.h"

#include <QLocale>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <numbers>

namespace mrb::viewer {

namespace {

using Vector = std::array<double, 3>;

/// Below this share of the box that its columns would span at right angles, an affine's voxels have
/// no volume to speak of.
constexpr double kSmallestRelativeDeterminant = 1e-9;
constexpr double kGridToleranceVoxels = 0.01;
constexpr double kLargestWholeNumberInFull = 1e15; // double holds every one below it

Vector column(const volume::VolumeGeometry &geometry, std::size_t index)
{
    const auto &affine = geometry.affineRas;
    return {affine[index], affine[4 + index], affine[8 + index]};
}

double dot(const Vector &a, const Vector &b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector cross(const Vector &a, const Vector &b)
{
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double distanceMm(const PointRas &a, const PointRas &b)
{
    const Vector between = {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    // Not std::hypot: libstdc++'s of three has lost a NaN in its last argument.
    return std::sqrt(dot(between, between));
}

bool isFinite(const Vector &vector)
{
    return std::all_of(vector.begin(), vector.end(), [](double v) { return std::isfinite(v); });
}

/// The bytes of a voxel as T.
template <class T> T storedValue(const volume::Volume &volume, const VoxelIndex &voxel)
{
    const auto &dims = volume.geometry.dims;
    for (std::size_t axis = 0; axis < 3; ++axis)
        Q_ASSERT(voxel[axis] >= 0 && voxel[axis] < dims[axis]);
    const auto index =
        static_cast<std::size_t>(voxel[0] + dims[0] * (voxel[1] + dims[1] * voxel[2]));
    T stored;
    std::memcpy(&stored, volume.voxels->data() + index * sizeof(T), sizeof(T));
    return stored;
}

QString timesText(const std::array<QString, 3> &parts)
{
    return QStringLiteral("%1 × %2 × %3").arg(parts[0], parts[1], parts[2]);
}

QString dimsText(const volume::VolumeGeometry &geometry)
{
    std::array<QString, 3> parts;
    std::transform(geometry.dims.begin(), geometry.dims.end(), parts.begin(),
                   [](std::int64_t voxels) { return QString::number(voxels); });
    return timesText(parts);
}

QString edgesText(const volume::VolumeGeometry &geometry)
{
    std::array<QString, 3> parts;
    const Vector edges = voxelEdgesMm(geometry);
    std::transform(edges.begin(), edges.end(), parts.begin(), numberText);
    return timesText(parts);
}

double largestCornerDistanceMm(const volume::VolumeGeometry &a, const volume::VolumeGeometry &b)
{
    double largest = 0.0;
    for (unsigned corner = 0; corner < 8; ++corner) {
        VoxelPosition position{};
        for (std::size_t axis = 0; axis < 3; ++axis)
            position[axis] =
                (corner >> axis & 1U) == 0U ? -0.5 : static_cast<double>(a.dims[axis]) - 0.5;
        const double distance = distanceMm(worldMm(a, position), worldMm(b, position));
        if (!(distance <= largest)) // keeps what is not a number
            largest = distance;
        if (std::isnan(largest))
            return largest;
    }
    return largest;
}

double largestAngleDegrees(const volume::VolumeGeometry &a, const volume::VolumeGeometry &b)
{
    double largest = 0.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const Vector of = column(a, axis);
        const Vector other = column(b, axis);
        const Vector across = cross(of, other);
        // Unlike an arc cosine, exact for small angles.
        const double angle =
            std::atan2(std::hypot(across[0], across[1], across[2]), dot(of, other));
        largest = std::max(largest, angle * 180.0 / std::numbers::pi);
    }
    return largest;
}

} // namespace

PointRas worldMm(const volume::VolumeGeometry &geometry, const VoxelPosition &position)
{
    PointRas point{};
    for (std::size_t world = 0; world < 3; ++world) {
        const double *row = geometry.affineRas.data() + 4 * world;
        point[world] = row[0] * position[0] + row[1] * position[1] + row[2] * position[2] + row[3];
    }
    return point;
}

std::optional<VoxelPosition> voxelPosition(const volume::VolumeGeometry &geometry,
                                           const PointRas &pointMm)
{
    const std::array<Vector, 3> columns = {column(geometry, 0), column(geometry, 1),
                                           column(geometry, 2)};
    const double determinant = dot(columns[0], cross(columns[1], columns[2]));
    const Vector edges = voxelEdgesMm(geometry);
    const double box = edges[0] * edges[1] * edges[2];
    if (!(std::abs(determinant) > kSmallestRelativeDeterminant * box))
        return std::nullopt;
    const Vector offset = {pointMm[0] - geometry.affineRas[3], pointMm[1] - geometry.affineRas[7],
                           pointMm[2] - geometry.affineRas[11]};
    VoxelPosition position{};
    for (std::size_t axis = 0; axis < 3; ++axis) // Cramer's rule
        position[axis] =
            dot(offset, cross(columns[(axis + 1) % 3], columns[(axis + 2) % 3])) / determinant;
    if (!isFinite(position))
        return std::nullopt;
    return position;
}

std::array<double, 3> voxelEdgesMm(const volume::VolumeGeometry &geometry)
{
    Vector edges{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const Vector along = column(geometry, axis);
        edges[axis] = std::hypot(along[0], along[1], along[2]);
    }
    return edges;
}

VoxelIndex nearestVoxel(const volume::VolumeGeometry &geometry, const VoxelPosition &position)
{
    VoxelIndex voxel{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto last = static_cast<double>(geometry.dims[axis] - 1);
        // Clamped before it becomes an integer: what is far away would not fit.
        voxel[axis] =
            static_cast<std::int64_t>(std::clamp(std::floor(position[axis] + 0.5), 0.0, last));
    }
    return voxel;
}

std::optional<VoxelIndex> voxelAt(const volume::VolumeGeometry &geometry,
                                  const VoxelPosition &position)
{
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double end = static_cast<double>(geometry.dims[axis]) - 0.5;
        if (!(position[axis] >= -0.5 && position[axis] <= end))
            return std::nullopt;
    }
    return nearestVoxel(geometry, position);
}

std::optional<LinkedVoxel> linkedVoxel(const volume::VolumeGeometry &from, const VoxelIndex &voxel,
                                       const volume::VolumeGeometry &to)
{
    const auto position = voxelPosition(to, worldMm(from, centreOf(voxel)));
    if (!position)
        return std::nullopt;
    return LinkedVoxel{nearestVoxel(to, *position), voxelAt(to, *position).has_value()};
}

double valueAt(const volume::Volume &volume, const VoxelIndex &voxel)
{
    return volume::visitScalar(volume.storedType, [&]<class T>(std::type_identity<T>) {
        return static_cast<double>(storedValue<T>(volume, voxel)) * volume.slope + volume.intercept;
    });
}

QString valueText(const volume::Volume &volume, const VoxelIndex &voxel)
{
    return volume::visitScalar(volume.storedType, [&]<class T>(std::type_identity<T>) {
        if constexpr (std::is_integral_v<T>) {
            if (!volume.isScaled())
                return QString::number(storedValue<T>(volume, voxel));
        }
        return numberText(valueAt(volume, voxel));
    });
}

QString exactValueText(const volume::Volume &volume, const VoxelIndex &voxel)
{
    const double value = valueAt(volume, voxel);
    const bool whole = std::abs(value) < kLargestWholeNumberInFull && value == std::trunc(value);
    if (!std::isfinite(value) || whole)
        return valueText(volume, voxel);
    if (volume.storedType == volume::ScalarType::Float32 && !volume.isScaled()) {
        std::array<char, 32> digits{};
        const auto [end, error] =
            std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<float>(value));
        return QString::fromLatin1(digits.data(), end - digits.data());
    }
    return QString::number(value, 'g', QLocale::FloatingPointShortest);
}

QString numberText(double value)
{
    if (std::isnan(value))
        return Text::tr("not a number");
    if (std::isinf(value))
        return value > 0.0 ? Text::tr("infinite") : Text::tr("minus infinite");
    if (value == 0.0)
        return QStringLiteral("0"); // also minus zero
    if (std::abs(value) < kLargestWholeNumberInFull && value == std::trunc(value))
        return QString::number(value, 'f', 0);
    return QString::number(value, 'g', 6);
}

std::optional<QString> gridDifference(const volume::VolumeGeometry &a,
                                      const volume::VolumeGeometry &b)
{
    if (a.dims != b.dims)
        return Text::tr("The volumes have %1 and %2 voxels.").arg(dimsText(a), dimsText(b));
    const Vector edgesA = voxelEdgesMm(a);
    const Vector edgesB = voxelEdgesMm(b);
    const double tolerance =
        kGridToleranceVoxels * std::min(*std::min_element(edgesA.begin(), edgesA.end()),
                                        *std::min_element(edgesB.begin(), edgesB.end()));
    const double distance = largestCornerDistanceMm(a, b);
    if (distance <= tolerance)
        return std::nullopt;
    if (!std::isfinite(distance))
        return Text::tr("A volume's position in the world is not known.");
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (std::abs(edgesA[axis] - edgesB[axis]) * static_cast<double>(a.dims[axis]) > tolerance)
            return Text::tr("The voxels measure %1 mm and %2 mm.").arg(edgesText(a), edgesText(b));
    const double extentMm = std::hypot(edgesA[0] * static_cast<double>(a.dims[0]),
                                       edgesA[1] * static_cast<double>(a.dims[1]),
                                       edgesA[2] * static_cast<double>(a.dims[2]));
    const double angle = largestAngleDegrees(a, b);
    if (angle * std::numbers::pi / 180.0 * extentMm > tolerance)
        return Text::tr("The voxel axes point in directions up to %1° apart.")
            .arg(QString::number(angle, 'g', 3));
    return Text::tr("The volumes lie %1 mm apart.").arg(QString::number(distance, 'g', 3));
}

} // namespace mrb::viewer
