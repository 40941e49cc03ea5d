// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/scene/SceneVolume.h"

#include "backend/volume/ScalarVisit.h"
#include "viewer/render/AutoWindow.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

namespace mrb::viewer {

namespace {

/// A few very bright voxels must not take the grey levels of the rest: intensities further than
/// this many window widths from the automatic window are drawn as the nearest that is kept.
constexpr double kKeptWindowWidths = 16.0;

template <class T> T storedAt(const std::byte *bytes, std::size_t index)
{
    T stored;
    std::memcpy(&stored, bytes + index * sizeof(T), sizeof(T));
    return stored;
}

template <class T> bool isFinite(T value)
{
    if constexpr (std::is_floating_point_v<T>)
        return std::isfinite(value);
    else
        return true;
}

/// Least and greatest finite stored value; the first exceeds the second where there is none.
template <class T>
std::pair<double, double> storedRange(const volume::Volume &volume, const std::stop_token &stop)
{
    const auto row = static_cast<std::size_t>(volume.geometry.dims[0]);
    const auto count = static_cast<std::size_t>(volume.geometry.voxelCount());
    T least = std::numeric_limits<T>::max();
    T greatest = std::numeric_limits<T>::lowest();
    for (std::size_t begin = 0; begin < count && !stop.stop_requested(); begin += row)
        for (std::size_t index = begin; index < begin + row; ++index) {
            const T value = storedAt<T>(volume.voxels->data(), index);
            if (!isFinite(value))
                continue;
            least = std::min(least, value);
            greatest = std::max(greatest, value);
        }
    return {static_cast<double>(least), static_cast<double>(greatest)};
}

void setRange(SceneVolume &scene, std::pair<double, double> stored)
{
    const volume::Volume &source = scene.source;
    if (stored.first > stored.second)
        return; // no finite voxel: everything is the lowest
    double low = stored.first * source.slope + source.intercept;
    double high = stored.second * source.slope + source.intercept;
    if (low > high)
        std::swap(low, high);
    const IntensityWindow window = autoWindow(source);
    const double margin = kKeptWindowWidths * (window.high - window.low);
    if (std::isfinite(margin)) {
        low = std::max(low, window.low - margin);
        high = std::min(high, window.high + margin);
    }
    scene.lowest = low;
    if (high > low && std::isfinite(high - low))
        scene.perStep = (high - low) / kGreatestSceneValue;
}

/// How many voxels become one, along each axis, and the grid that comes out.
struct Blocks
{
    std::array<std::size_t, 3> from{};
    std::array<std::size_t, 3> size{};
    std::array<std::size_t, 3> to{};

    Blocks(const VoxelIndex &dims, int mostVoxels)
    {
        const auto most = static_cast<std::size_t>(mostVoxels);
        for (std::size_t axis = 0; axis < 3; ++axis) {
            from[axis] = static_cast<std::size_t>(dims[axis]);
            size[axis] = (from[axis] + most - 1) / most;
            to[axis] = (from[axis] + size[axis] - 1) / size[axis];
        }
    }
    std::size_t end(std::size_t axis, std::size_t block) const
    {
        return std::min((block + 1) * size[axis], from[axis]);
    }
};

/// Sums of finite voxels along one output row.
struct RowSums
{
    std::vector<double> sum;
    std::vector<std::uint32_t> count;
};

template <class T>
void addRow(const std::byte *bytes, std::size_t begin, const Blocks &blocks, RowSums &row)
{
    for (std::size_t block = 0; block < blocks.to[0]; ++block)
        for (std::size_t i = block * blocks.size[0]; i < blocks.end(0, block); ++i) {
            const T value = storedAt<T>(bytes, begin + i);
            if (!isFinite(value))
                continue;
            row.sum[block] += static_cast<double>(value);
            ++row.count[block];
        }
}

/// Means of blocks of voxels as 15-bit values, the first axis backwards where asked.
template <class T>
void fillVoxels(SceneVolume &scene, const Blocks &blocks, const std::stop_token &stop)
{
    const double factor = scene.source.slope / scene.perStep;
    const double offset = (scene.source.intercept - scene.lowest) / scene.perStep;
    const bool backwards = scene.placement.mirrored;
    const std::byte *bytes = scene.source.voxels->data();
    RowSums row{std::vector<double>(blocks.to[0]), std::vector<std::uint32_t>(blocks.to[0])};
    std::uint16_t *output = scene.voxels.data();
    for (std::size_t z = 0; z < blocks.to[2]; ++z)
        for (std::size_t y = 0; y < blocks.to[1] && !stop.stop_requested(); ++y) {
            std::fill(row.sum.begin(), row.sum.end(), 0.0);
            std::fill(row.count.begin(), row.count.end(), 0U);
            for (std::size_t k = z * blocks.size[2]; k < blocks.end(2, z); ++k)
                for (std::size_t j = y * blocks.size[1]; j < blocks.end(1, y); ++j)
                    addRow<T>(bytes, (k * blocks.from[1] + j) * blocks.from[0], blocks, row);
            for (std::size_t x = 0; x < blocks.to[0]; ++x) {
                const std::size_t block = backwards ? blocks.to[0] - 1 - x : x;
                const double value = row.sum[block] / row.count[block] * factor + offset;
                // The comparisons are such that what is not a number becomes 0.
                *output++ = static_cast<std::uint16_t>(
                    value > 0.0 ? std::min(value, double{kGreatestSceneValue}) + 0.5 : 0.0);
            }
        }
}

void placeGrid(SceneVolume &scene, const Blocks &blocks)
{
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double edge = scene.placement.edges[axis];
        const auto size = static_cast<double>(blocks.size[axis]);
        double first = (size - 1.0) / 2.0;
        // The last block may have fewer voxels; backwards it comes first.
        if (axis == 0 && scene.placement.mirrored)
            first = static_cast<double>(blocks.from[0]) - 1.0 - first -
                    static_cast<double>(blocks.to[0] - 1) * size;
        scene.dims[axis] = static_cast<int>(blocks.to[axis]);
        scene.spacing[axis] = size * edge;
        scene.origin[axis] = first * edge;
        scene.reduced = scene.reduced || blocks.size[axis] > 1;
    }
}

/// Rays need something to interpolate between: a single layer becomes two, at its faces.
void thicken(SceneVolume &scene)
{
    for (std::size_t axis = 0; axis < 3; ++axis) {
        if (scene.dims[axis] > 1)
            continue;
        const std::size_t run =
            axis == 0 ? 1U
                      : static_cast<std::size_t>(scene.dims[0]) *
                            (axis == 2 ? static_cast<std::size_t>(scene.dims[1]) : 1U);
        std::vector<std::uint16_t> doubled;
        doubled.reserve(2 * scene.voxels.size());
        for (std::size_t begin = 0; begin < scene.voxels.size(); begin += run)
            for (int copy = 0; copy < 2; ++copy)
                doubled.insert(doubled.end(),
                               scene.voxels.begin() + static_cast<std::ptrdiff_t>(begin),
                               scene.voxels.begin() + static_cast<std::ptrdiff_t>(begin + run));
        scene.voxels = std::move(doubled);
        scene.dims[axis] = 2;
        scene.origin[axis] -= scene.spacing[axis] / 2.0;
    }
}

} // namespace

std::optional<SceneVolume> prepareSceneVolume(const volume::Volume &volume, int mostVoxels,
                                              std::stop_token stop)
{
    SceneVolume scene;
    scene.source = volume;
    scene.placement = scenePlacement(volume.geometry);
    const Blocks blocks(volume.geometry.dims, mostVoxels);
    placeGrid(scene, blocks);
    scene.voxels.resize(blocks.to[0] * blocks.to[1] * blocks.to[2]);
    volume::visitScalar(volume.storedType, [&]<class T>(std::type_identity<T>) {
        setRange(scene, storedRange<T>(volume, stop));
        if (!stop.stop_requested())
            fillVoxels<T>(scene, blocks, stop);
    });
    if (stop.stop_requested())
        return std::nullopt;
    thicken(scene);
    return scene;
}

} // namespace mrb::viewer
