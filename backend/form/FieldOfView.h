// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/request/Manifest.h"

#include <QString>
#include <QStringList>

#include <array>
#include <string>

namespace mrb::backend {

/// Medians of the modality's contrast; null for a modality without one.
const ContrastFov *mediansOf(const Manifest &manifest, const std::string &modality);

/// The plane whose median differs least, by the largest relative deviation along an axis, as
/// adviseOn() compares. Null only without planes.
const PlaneMedian *nearestPlane(const std::array<double, 3> &fovMm, const ContrastFov &medians);

/// Size and spacing, as a person would type them, whose field of view is the median within
/// kPlaneToleranceMm.
struct PlaneTexts
{
    QStringList dim;
    QStringList spacing;
};
inline constexpr double kPlaneToleranceMm = 0.5;
PlaneTexts textsForPlane(const PlaneMedian &median);

/// "240 × 240 × 174 mm".
QString fovText(const std::array<double, 3> &fovMm);

} // namespace mrb::backend
