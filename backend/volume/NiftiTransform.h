// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/volume/Affine.h"
#include "backend/volume/Volume.h"

#include <QString>

#include <array>
#include <cstdint>
#include <optional>

namespace mrb::volume {

/// The fields of a NIfTI header that place voxels in space, widened to double.
struct TransformFields
{
    bool doublePrecision = false; ///< NIfTI-2 stores doubles, NIfTI-1 floats
    int qformCode = 0;
    int sformCode = 0;
    std::array<double, 8> pixdim = {};
    std::array<double, 3> quaternion = {}; ///< b, c, d
    std::array<double, 3> qoffset = {};    ///< mm
    std::array<double, 12> srow = {};      ///< three rows of four
};

/// How far two forms may put a voxel apart and still say the same, in smallest spacings.
inline constexpr double kFormsAgree = 0.01;

/// Empty when no rotation has this quaternion or pixdim[0] says neither left nor right.
/// Computed in long double and rounded once, as nibabel does.
/// @param spacing mm, positive
std::optional<Affine> affineOfQform(const TransformFields &fields,
                                    const std::array<double, 3> &spacing);

struct ResolvedTransform
{
    VolumeGeometry geometry;
    bool formsDisagree = false;
};

/// Spacing and affine as nibabel 5 gives them: the sform when its code is set, else the qform, else
/// the spacing alone, in the orientation and about the centre that Analyze files have (x flipped).
/// Negative spacing counts by its size. Refused: spacing that is zero or not finite along an axis
/// of more than one voxel, unknown codes, and a chosen form that is not finite, impossible (no unit
/// quaternion) or singular.
/// @param rank how many of dims the file itself has, 1 to 3
Result<ResolvedTransform> resolveTransform(const TransformFields &fields,
                                           const std::array<std::int64_t, 3> &dims,
                                           std::int64_t rank, const QString &name);

} // namespace mrb::volume
