// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Affine.h"
#include "backend/volume/SaveVolume.h"

#include <QString>

#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

/// Volumes to save: every stored type, all 48 plain orientations, and what is at a format's limits.
namespace save_cases {

using namespace mrb::volume;

inline constexpr std::array<std::int64_t, 3> kDims = {7, 5, 3};

/// Bytes of all values, so that every stored type has its extremes and specials.
inline std::shared_ptr<const std::vector<std::byte>> bytesFor(std::size_t count)
{
    auto bytes = std::make_shared<std::vector<std::byte>>(count);
    std::uint32_t state = 12345;
    for (std::byte &byte : *bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<std::byte>(state >> 24U);
    }
    return bytes;
}

inline Volume volumeOf(ScalarType type, const Affine &affine,
                       const std::array<std::int64_t, 3> &dims = kDims)
{
    Volume volume;
    volume.geometry = {.dims = dims, .spacingMm = voxelEdges(affine), .affineRas = affine};
    volume.storedType = type;
    volume.voxels = bytesFor(volume.geometry.voxelCount() * scalarSize(type));
    return volume;
}

/// Columns of different length and a position, in a plain orientation.
inline Affine plainAffine()
{
    return {-0.9, 0, 0, 81.5, 0, 1.1, 0, -95.25, 0, 0, 1.3, -60.75, 0, 0, 0, 1};
}

/// Turned about all axes, then sheared.
inline Affine obliqueAffine(double shear)
{
    const double a = std::numbers::pi / 7;
    const double b = -std::numbers::pi / 5;
    const double c = std::numbers::pi * 0.8;
    const std::array<double, 9> r = {
        std::cos(b) * std::cos(c),
        std::sin(a) * std::sin(b) * std::cos(c) - std::cos(a) * std::sin(c),
        std::cos(a) * std::sin(b) * std::cos(c) + std::sin(a) * std::sin(c),
        std::cos(b) * std::sin(c),
        std::sin(a) * std::sin(b) * std::sin(c) + std::cos(a) * std::cos(c),
        std::cos(a) * std::sin(b) * std::sin(c) - std::sin(a) * std::cos(c),
        -std::sin(b),
        std::sin(a) * std::cos(b),
        std::cos(a) * std::cos(b)};
    Affine affine = plainAffine();
    for (std::size_t row = 0; row < 3; ++row) {
        affine[4 * row] = r[3 * row] * 0.9;
        affine[4 * row + 1] = r[3 * row + 1] * 1.1 + shear * r[3 * row];
        affine[4 * row + 2] = r[3 * row + 2] * 1.3;
    }
    return affine;
}

struct Case
{
    QString name; ///< of the file
    Volume volume;
    SaveOptions options = {};
    int version = 1;
    bool hasQform = true;
};

inline void addOrientations(std::vector<Case> &cases)
{
    constexpr std::array<std::array<std::size_t, 3>, 6> kOrders = {
        {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};
    constexpr std::array<double, 3> kEdges = {0.9, 1.1, 1.3};
    for (const auto &order : kOrders) {
        for (unsigned int flips = 0; flips < 8; ++flips) {
            Affine affine = {0, 0, 0, 12, 0, 0, 0, -34, 0, 0, 0, 56, 0, 0, 0, 1};
            for (std::size_t axis = 0; axis < 3; ++axis)
                affine[4 * order[axis] + axis] =
                    (flips >> axis & 1U) != 0 ? -kEdges[axis] : kEdges[axis];
            cases.push_back({QStringLiteral("axes_%1%2%3_%4.nii")
                                 .arg(order[0])
                                 .arg(order[1])
                                 .arg(order[2])
                                 .arg(flips),
                             volumeOf(ScalarType::UInt8, affine)});
        }
    }
}

inline std::vector<Case> everyCase()
{
    std::vector<Case> cases;
    for (int i = 0; i < 10; ++i) {
        const auto type = static_cast<ScalarType>(i);
        const QString name = QString::fromLatin1(scalarName(type).data());
        cases.push_back({name + u".nii"_qs, volumeOf(type, plainAffine())});
        cases.push_back({name + u".nii.gz"_qs, volumeOf(type, obliqueAffine(0.0))});
    }
    addOrientations(cases);
    Volume scaled = volumeOf(ScalarType::Int16, plainAffine());
    scaled.slope = 0.37;
    scaled.intercept = -12.5;
    cases.push_back({u"scaled.nii.gz"_qs, scaled});
    scaled.slope = 1e-60; // 0, no scaling at all, as a float
    cases.push_back({u"tiny_slope.nii"_qs, scaled, {}, 2});
    const auto plain = [](const std::array<std::int64_t, 3> &dims) {
        return volumeOf(ScalarType::UInt8, plainAffine(), dims);
    };
    cases.push_back({u"longest_version1.nii"_qs, plain({32767, 1, 1})});
    cases.push_back({u"long_version2.nii"_qs, plain({2, 32768, 1}), {}, 2});
    cases.push_back({u"oblique_version2.nii"_qs,
                     volumeOf(ScalarType::UInt8, obliqueAffine(0.0), {1, 1, 40000}),
                     {},
                     2});
    cases.push_back({u"one_voxel.nii"_qs, plain({1, 1, 1})});
    cases.push_back({u"UPPER.NII.GZ"_qs, plain({4, 3, 2})});
    cases.push_back(
        {u"sheared.nii"_qs, volumeOf(ScalarType::Int16, obliqueAffine(0.3)), {}, 1, false});
    Volume elsewhere = volumeOf(ScalarType::Int16, plainAffine());
    elsewhere.geometry.spacingMm = {5, 5, 5};
    cases.push_back({u"spacing_against_affine.nii"_qs, elsewhere});
    for (int code = 0; code <= 6; ++code)
        cases.push_back({QStringLiteral("code_%1.nii").arg(code),
                         plain({4, 3, 2}),
                         {.description = u"phantom"_qs, .spaceCode = code}});
    cases.push_back({u"described.nii"_qs,
                     plain({4, 3, 2}),
                     {.description = QString(78, u'x') + u"\u00E4 and more"_qs}});
    for (int level = 0; level <= 3; ++level)
        cases.push_back({QStringLiteral("level_%1.nii.gz").arg(level),
                         plain({99, 77, 200}),
                         {.compressionLevel = level}});
    return cases;
}

} // namespace save_cases
