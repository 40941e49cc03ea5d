// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/VoxelDifference.h"

#include "backend/volume/ScalarVisit.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>

namespace mrb::backend {

namespace {

constexpr std::size_t kBlock = 4096;
using Block = std::array<double, kBlock>;

/// The intensities of the voxels from `begin` on.
void loadBlock(const volume::Volume &volume, std::size_t begin, std::span<double> into)
{
    volume::visitScalar(volume.storedType, [&]<class T>(std::type_identity<T>) {
        const std::byte *source = volume.voxels->data() + begin * sizeof(T);
        for (std::size_t i = 0; i < into.size(); ++i) {
            T stored;
            std::memcpy(&stored, source + i * sizeof(T), sizeof(T));
            into[i] = static_cast<double>(stored) * volume.slope + volume.intercept;
        }
    });
}

/// Adds a block and returns its largest difference.
double addBlock(std::span<const double> a, std::span<const double> b, VoxelDifference &total)
{
    double largest = 0.0;
    double sum = 0.0;
    std::uint64_t differing = 0;
    std::uint64_t measured = 0;
    std::uint64_t unmeasurable = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const bool same = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]));
        const double distance = std::abs(a[i] - b[i]);
        const bool finite = distance <= std::numeric_limits<double>::max(); // false for NaN
        differing += same ? 0U : 1U;
        measured += finite ? 1U : 0U;
        unmeasurable += !same && !finite ? 1U : 0U;
        sum += finite ? distance : 0.0;
        largest = finite && distance > largest ? distance : largest;
    }
    total.sum += sum;
    total.differing += differing;
    total.measured += measured;
    total.unmeasurable += unmeasurable;
    return largest;
}

std::array<std::int64_t, 3> placeOf(std::size_t index, const std::array<std::int64_t, 3> &dims)
{
    const auto flat = static_cast<std::int64_t>(index);
    return {flat % dims[0], flat / dims[0] % dims[1], flat / dims[0] / dims[1]};
}

} // namespace

std::optional<VoxelDifference> voxelDifference(const volume::Volume &first,
                                               const volume::Volume &second,
                                               const std::stop_token &stop)
{
    VoxelDifference total{.voxels = first.geometry.voxelCount()};
    Block blockA;
    Block blockB;
    for (std::size_t begin = 0; begin < total.voxels; begin += kBlock) {
        if (stop.stop_requested())
            return std::nullopt;
        const std::size_t count = std::min<std::size_t>(kBlock, total.voxels - begin);
        const std::span a(blockA.data(), count);
        const std::span b(blockB.data(), count);
        loadBlock(first, begin, a);
        loadBlock(second, begin, b);
        const double largest = addBlock(a, b, total);
        if (largest <= total.maximum)
            continue;
        total.maximum = largest;
        for (std::size_t i = 0; i < count; ++i) {
            if (std::abs(a[i] - b[i]) == largest) {
                total.maximumAt = placeOf(begin + i, first.geometry.dims);
                break;
            }
        }
    }
    return total;
}

} // namespace mrb::backend
