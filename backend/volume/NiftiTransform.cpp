// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/NiftiTransform.h"

#include "backend/base/Text.h"
#include "backend/volume/VolumeErrors.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace mrb::volume {

namespace {

constexpr Affine kIdentity = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

Error transformError(const QString &message, const QString &field)
{
    return {error_codes::kNiftiTransform, message,
            Text::tr("Write the file again with a valid sform or qform."), field};
}

Result<std::array<double, 3>> spacingOf(const TransformFields &fields,
                                        const std::array<std::int64_t, 3> &dims,
                                        const QString &name)
{
    std::array<double, 3> spacing{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double stored = fields.pixdim[axis + 1];
        const bool usable = std::isfinite(stored) && stored != 0.0;
        if (!usable && dims[axis] > 1)
            return Error{error_codes::kNiftiSpacing,
                         Text::tr("%1: pixdim[%2] is %3, but the %4 voxels along this axis need a "
                                  "spacing in mm")
                             .arg(name)
                             .arg(axis + 1)
                             .arg(stored)
                             .arg(dims[axis]),
                         Text::tr("Write the file again with its voxel spacing."), u"pixdim"_qs};
        // One voxel has no neighbour to be spaced from; nibabel says 1 here as well.
        spacing[axis] = usable ? std::abs(stored) : 1.0;
    }
    return spacing;
}

Affine sformOf(const TransformFields &fields)
{
    Affine affine = kIdentity;
    std::copy(fields.srow.begin(), fields.srow.end(), affine.begin());
    return affine;
}

/// nibabel's base affine: the middle of the volume at 0, x pointing left.
Affine spacingOnly(const std::array<double, 3> &spacing, const std::array<std::int64_t, 3> &dims,
                   std::int64_t rank)
{
    Affine affine = kIdentity;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double edge = static_cast<std::int64_t>(axis) < rank ? spacing[axis] : 1.0;
        const double along = axis == 0 ? -edge : edge;
        affine[5 * axis] = along;
        affine[4 * axis + 3] = -(static_cast<double>(dims[axis] - 1) / 2.0) * along;
    }
    return affine;
}

bool isKnownCode(int code)
{
    return code >= 0 && code <= 5; // NIFTI_XFORM_UNKNOWN to NIFTI_XFORM_TEMPLATE_OTHER
}

} // namespace

std::optional<Affine> affineOfQform(const TransformFields &fields,
                                    const std::array<double, 3> &spacing)
{
    const double handedness = fields.pixdim[0] == 0.0 ? 1.0 : fields.pixdim[0];
    if (handedness != 1.0 && handedness != -1.0)
        return std::nullopt;
    const long double x = fields.quaternion[0];
    const long double y = fields.quaternion[1];
    const long double z = fields.quaternion[2];
    const long double w2 = 1.0L - (x * x + y * y + z * z);
    const double epsilon = fields.doublePrecision
                               ? std::numeric_limits<double>::epsilon()
                               : static_cast<double>(std::numeric_limits<float>::epsilon());
    if (!(w2 >= -3.0L * static_cast<long double>(epsilon)))
        return std::nullopt;
    const long double w = w2 < 0.0L ? 0.0L : std::sqrt(w2);

    const long double scale = 2.0L / (w * w + x * x + y * y + z * z);
    const long double sx = x * scale;
    const long double sy = y * scale;
    const long double sz = z * scale;
    const std::array<long double, 9> rotation = {
        1.0L - (y * sy + z * sz), x * sy - w * sz,          x * sz + w * sy,
        x * sy + w * sz,          1.0L - (x * sx + z * sz), y * sz - w * sx,
        x * sz - w * sy,          y * sz + w * sx,          1.0L - (x * sx + y * sy)};
    const std::array<double, 3> edges = {spacing[0], spacing[1], spacing[2] * handedness};
    Affine affine = kIdentity;
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column)
            affine[4 * row + column] = static_cast<double>(rotation[3 * row + column] *
                                                           static_cast<long double>(edges[column]));
        affine[4 * row + 3] = fields.qoffset[row];
    }
    return affine;
}

Result<ResolvedTransform> resolveTransform(const TransformFields &fields,
                                           const std::array<std::int64_t, 3> &dims,
                                           std::int64_t rank, const QString &name)
{
    const auto spacing = spacingOf(fields, dims, name);
    if (!spacing)
        return spacing.error();
    if (!isKnownCode(fields.sformCode) || !isKnownCode(fields.qformCode))
        return transformError(Text::tr("%1: sform_code %2 or qform_code %3 is not one of 0 to 5")
                                  .arg(name)
                                  .arg(fields.sformCode)
                                  .arg(fields.qformCode),
                              u"sform_code"_qs);

    const auto qform = fields.qformCode > 0 ? affineOfQform(fields, *spacing) : std::nullopt;
    ResolvedTransform resolved;
    resolved.geometry.dims = dims;
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(rank); ++axis)
        resolved.geometry.spacingMm[axis] = (*spacing)[axis]; // beyond the file's axes: 1 mm
    Affine &affine = resolved.geometry.affineRas;
    if (fields.sformCode > 0) {
        affine = sformOf(fields);
        if (!isUsableAffine(affine))
            return transformError(
                Text::tr("%1: the sform is not finite or flattens the volume").arg(name),
                u"srow_x"_qs);
    } else if (fields.qformCode > 0) {
        if (!qform || !isUsableAffine(*qform))
            return transformError(
                Text::tr(
                    "%1: the qform (quatern_b, quatern_c, quatern_d, pixdim[0]) is no rotation")
                    .arg(name),
                u"quatern_b"_qs);
        affine = *qform;
    } else {
        affine = spacingOnly(*spacing, dims, rank);
    }
    if (fields.sformCode > 0 && fields.qformCode > 0) {
        const double smallest = *std::min_element(spacing->begin(), spacing->end());
        resolved.formsDisagree = !qform || !isUsableAffine(*qform) ||
                                 !(largestShift(affine, *qform, dims) <= kFormsAgree * smallest);
    }
    return resolved;
}

} // namespace mrb::volume
