// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/FieldOfView.h"

#include "backend/base/Text.h"
#include "backend/form/FieldText.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mrb::backend {

namespace {

// CONTRACT section 3: the axis along which slices are stacked takes the smaller size.
constexpr int kStackedSize = 128;
constexpr int kInPlaneSize = 256;

std::size_t stackingAxis(Plane plane)
{
    switch (plane) {
    case Plane::Axial:
        return 2;
    case Plane::Sagittal:
        return 0;
    case Plane::Coronal:
        return 1;
    }
    return 2;
}

// The shortest spacing, of two decimals or more, that meets the field of view.
QString spacingText(double fovMm, int size)
{
    constexpr int kFewestDecimals = 2;
    constexpr int kMostDecimals = 4;
    for (int decimals = kFewestDecimals; decimals < kMostDecimals; ++decimals) {
        const QString text = decimalText(fovMm / size, decimals);
        if (std::abs(text.toDouble() * size - fovMm) <= kPlaneToleranceMm)
            return text;
    }
    return decimalText(fovMm / size, kMostDecimals);
}

} // namespace

const ContrastFov *mediansOf(const Manifest &manifest, const std::string &modality)
{
    const Modality *found = findModality(manifest, modality);
    return found && !found->contrast.empty() ? findContrast(manifest, found->contrast) : nullptr;
}

const PlaneMedian *nearestPlane(const std::array<double, 3> &fovMm, const ContrastFov &medians)
{
    const PlaneMedian *nearest = nullptr;
    double smallest = std::numeric_limits<double>::infinity();
    for (const PlaneMedian &plane : medians.planes) {
        double deviation = 0;
        for (std::size_t axis = 0; axis < fovMm.size(); ++axis)
            deviation = std::max(deviation, std::abs(fovMm[axis] / plane.fovMm[axis] - 1.0));
        if (deviation < smallest) {
            smallest = deviation;
            nearest = &plane;
        }
    }
    return nearest;
}

PlaneTexts textsForPlane(const PlaneMedian &median)
{
    PlaneTexts texts;
    for (std::size_t axis = 0; axis < median.fovMm.size(); ++axis) {
        const int size = axis == stackingAxis(median.plane) ? kStackedSize : kInPlaneSize;
        texts.dim << QString::number(size);
        texts.spacing << spacingText(median.fovMm[axis], size);
    }
    return texts;
}

QString fovText(const std::array<double, 3> &fovMm)
{
    return Text::tr("%1 \u00d7 %2 \u00d7 %3 mm")
        .arg(decimalText(fovMm[0], 1), decimalText(fovMm[1], 1), decimalText(fovMm[2], 1));
}

} // namespace mrb::backend
