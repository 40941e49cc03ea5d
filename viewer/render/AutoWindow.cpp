// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/render/AutoWindow.h"

#include "backend/volume/ScalarVisit.h"
#include "viewer/render/Intensities.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace mrb::viewer {

namespace {

constexpr std::uint64_t kSampleSize = std::uint64_t{1} << 20U;
constexpr double kLowFraction = 0.005;
constexpr double kHighFraction = 0.995;

std::vector<double> finiteSample(const volume::Volume &volume)
{
    const std::uint64_t count = volume.geometry.voxelCount();
    // Odd, so that rows whose length is a power of two are not met at the same column each time.
    const std::uint64_t stride = (count / kSampleSize) | 1U;
    std::vector<double> sample;
    sample.reserve(static_cast<std::size_t>(count / stride + 1));
    volume::visitScalar(volume.storedType, [&]<class T>(std::type_identity<T>) {
        const std::byte *bytes = volume.voxels->data();
        for (std::uint64_t index = 0; index < count; index += stride) {
            T stored;
            std::memcpy(&stored, bytes + index * sizeof(T), sizeof(T));
            const double value = static_cast<double>(stored) * volume.slope + volume.intercept;
            if (std::isfinite(value))
                sample.push_back(value);
        }
    });
    return sample;
}

} // namespace

IntensityWindow autoWindow(const volume::Volume &volume)
{
    std::vector<double> sample = finiteSample(volume);
    if (sample.empty())
        return {};
    const double base = percentile(sample, kLowFraction);
    const double top = percentile(sample, kHighFraction);
    // A few voxels of absurd value must not make everything else background.
    double sum = 0.0;
    for (const double value : sample)
        sum += std::min(value, top);
    const double mean = sum / static_cast<double>(sample.size());
    const double threshold = base + (mean - base) / 8.0;
    std::erase_if(sample, [threshold](double value) { return value <= threshold; });
    if (sample.empty())
        return windowOfConstant(base);
    const double high = percentile(sample, kHighFraction);
    const double low = percentile(sample, kLowFraction);
    return low < high ? IntensityWindow{low, high} : IntensityWindow{base, high};
}

} // namespace mrb::viewer
