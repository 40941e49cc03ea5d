// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

/// Volumes whose every voxel is known, in any stored orientation.
namespace mrb::tests {

/// Position in steps towards right, anterior, superior, from 0.
using Ras = std::array<std::int64_t, 3>;

inline constexpr Ras kDimsRas = {5, 6, 7};

/// A different value, 0 to 209, for every voxel of kDimsRas, so that no flip goes unnoticed.
inline int truth(const Ras &at)
{
    return static_cast<int>(at[0] + kDimsRas[0] * (at[1] + kDimsRas[1] * at[2]));
}

/// How a volume is stored: which anatomical direction each voxel axis follows (0 right, 1 anterior,
/// 2 superior) and whether its index grows that way (+1) or the other (-1).
struct Orientation
{
    std::array<std::size_t, 3> towards = {0, 1, 2};
    std::array<int, 3> sign = {1, 1, 1};
};

inline std::vector<Orientation> allOrientations()
{
    std::vector<Orientation> all;
    for (const std::array<std::size_t, 3> &towards : {std::array<std::size_t, 3>{0, 1, 2},
                                                      {0, 2, 1},
                                                      {1, 0, 2},
                                                      {1, 2, 0},
                                                      {2, 0, 1},
                                                      {2, 1, 0}})
        for (const int a : {1, -1})
            for (const int b : {1, -1})
                for (const int c : {1, -1})
                    all.push_back({towards, {a, b, c}});
    return all;
}

template <class T>
volume::Volume makeVolume(volume::ScalarType type, std::array<std::int64_t, 3> dims,
                          const std::vector<T> &values)
{
    auto bytes = std::make_shared<std::vector<std::byte>>(values.size() * sizeof(T));
    std::memcpy(bytes->data(), values.data(), bytes->size());
    return {.geometry = {.dims = dims}, .storedType = type, .voxels = bytes};
}

/// The truth, stored as asked, with the affine that says so. edgesRas: mm.
inline volume::Volume orientedVolume(const Orientation &orientation,
                                     std::array<double, 3> edgesRas = {1.0, 1.0, 1.0})
{
    const auto &[towards, sign] = orientation;
    const std::array<std::int64_t, 3> dims = {kDimsRas[towards[0]], kDimsRas[towards[1]],
                                              kDimsRas[towards[2]]};
    std::vector<std::int16_t> values;
    std::array<std::int64_t, 3> index{};
    for (index[2] = 0; index[2] < dims[2]; ++index[2])
        for (index[1] = 0; index[1] < dims[1]; ++index[1])
            for (index[0] = 0; index[0] < dims[0]; ++index[0]) {
                Ras at{};
                for (std::size_t axis = 0; axis < 3; ++axis)
                    at[towards[axis]] = sign[axis] > 0 ? index[axis] : dims[axis] - 1 - index[axis];
                values.push_back(static_cast<std::int16_t>(truth(at)));
            }
    volume::Volume volume = makeVolume(volume::ScalarType::Int16, dims, values);
    volume.geometry.affineRas = {};
    volume.geometry.affineRas[15] = 1.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        volume.geometry.spacingMm[axis] = edgesRas[towards[axis]];
        volume.geometry.affineRas[4 * towards[axis] + axis] = sign[axis] * edgesRas[towards[axis]];
        volume.geometry.affineRas[4 * axis + 3] = 11.0 * static_cast<double>(axis) - 40.0;
    }
    return volume;
}

/// Turns a volume's axes about superior without touching its voxels.
inline void rotateAboutSuperior(volume::Volume &volume, double degrees)
{
    const double angle = degrees * 3.14159265358979323846 / 180.0;
    auto &affine = volume.geometry.affineRas;
    for (std::size_t column = 0; column < 3; ++column) {
        const double right = affine[column];
        const double anterior = affine[4 + column];
        affine[column] = right * std::cos(angle) - anterior * std::sin(angle);
        affine[4 + column] = right * std::sin(angle) + anterior * std::cos(angle);
    }
}

} // namespace mrb::tests
