// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace mrb::volume {

/// World mm between LPS (ITK, DICOM: +x left, +y posterior) and RAS (NIfTI: +x right, +y anterior):
/// both first rows change sign. The only place where the two meet; the conversion is its own
/// inverse. 4x4, row-major.
inline std::array<double, 16> flipLpsRas(std::array<double, 16> affine)
{
    for (std::size_t i = 0; i < 8; ++i)
        affine[i] = affine[i] == 0.0 ? 0.0 : -affine[i]; // no negative zeros
    return affine;
}

} // namespace mrb::volume
