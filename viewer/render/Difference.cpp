// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/Difference.h"

#include "backend/base/Text.h"
#include "backend/volume/VolumeErrors.h"
#include "backend/volume/VoxelMemory.h"
#include "viewer/render/Intensities.h"
#include "viewer/render/World.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace mrb::viewer {

namespace {

constexpr std::size_t kBlock = 1024; ///< voxels worked on together, in a core's first-level cache
constexpr std::uint64_t kBlocksPerLook = 1024; ///< at the stop token
constexpr std::uint64_t kSampleSize = std::uint64_t{1} << 20U;
constexpr double kFraction = 0.995;

/// Appends to `out`, which has room. False when it was stopped.
bool subtract(const volume::Volume &a, const volume::Volume &b, std::vector<std::byte> &out,
              const std::stop_token &stop)
{
    const std::uint64_t voxels = a.geometry.voxelCount();
    std::array<double, kBlock> valuesA{};
    std::array<double, kBlock> valuesB{};
    std::array<float, kBlock> differences{};
    for (std::uint64_t first = 0; first < voxels; first += kBlock) {
        if (first / kBlock % kBlocksPerLook == 0 && stop.stop_requested())
            return false;
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, voxels - first));
        readIntensities(a, first, {valuesA.data(), count});
        readIntensities(b, first, {valuesB.data(), count});
        for (std::size_t index = 0; index < count; ++index)
            differences[index] = static_cast<float>(valuesA[index] - valuesB[index]);
        const auto bytes = std::as_bytes(std::span(differences.data(), count));
        out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return true;
}

std::vector<double> magnitudeSample(const volume::Volume &volume)
{
    const std::uint64_t voxels = volume.geometry.voxelCount();
    // Odd, so that rows whose length is a power of two are not met at the same column each time.
    const std::uint64_t stride = (voxels / kSampleSize) | 1U;
    std::vector<double> sample;
    sample.reserve(static_cast<std::size_t>(voxels / stride + 1));
    std::array<double, kBlock> values{};
    std::uint64_t next = 0;
    for (std::uint64_t first = 0; first < voxels; first += kBlock) {
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, voxels - first));
        readIntensities(volume, first, {values.data(), count});
        for (; next < first + count; next += stride) {
            const double value = std::abs(values[static_cast<std::size_t>(next - first)]);
            if (std::isfinite(value))
                sample.push_back(value);
        }
    }
    return sample;
}

double largestMagnitude(const volume::Volume &volume)
{
    const std::uint64_t voxels = volume.geometry.voxelCount();
    std::array<double, kBlock> values{};
    double largest = 0.0;
    for (std::uint64_t first = 0; first < voxels; first += kBlock) {
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, voxels - first));
        readIntensities(volume, first, {values.data(), count});
        for (std::size_t index = 0; index < count; ++index) {
            const double value = std::abs(values[index]);
            if (value > largest && std::isfinite(value))
                largest = value;
        }
    }
    return largest;
}

} // namespace

Result<volume::Volume> differenceVolume(const volume::Volume &a, const volume::Volume &b,
                                        const std::stop_token &stop)
{
    if (const auto difference = gridDifference(a.geometry, b.geometry))
        return Error{error_codes::kGridsDiffer, *difference,
                     Text::tr("A difference needs two volumes on the same grid; compare these side "
                              "by side.")};
    const std::uint64_t bytes = a.geometry.voxelCount() * sizeof(float);
    const auto reserved = volume::reserveVoxels(bytes, Text::tr("the difference"));
    if (!reserved)
        return Error{volume::error_codes::kOutOfMemory,
                     Text::tr("There is not enough memory for the difference of the two volumes."),
                     Text::tr("Close other volumes or programs and try again.")};
    const auto &voxels = reserved.value();
    if (!subtract(a, b, *voxels, stop))
        return Error{volume::error_codes::kCancelled,
                     Text::tr("Computing the difference was cancelled.")};
    return volume::Volume{
        .geometry = a.geometry, .storedType = volume::ScalarType::Float32, .voxels = voxels};
}

IntensityWindow differenceWindow(const volume::Volume &difference)
{
    std::vector<double> sample = magnitudeSample(difference);
    double reach = sample.empty() ? 0.0 : percentile(sample, kFraction);
    if (reach == 0.0)
        reach = largestMagnitude(difference);
    if (reach == 0.0)
        reach = 1.0;
    return {-reach, reach};
}

} // namespace mrb::viewer
