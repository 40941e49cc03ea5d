// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/PlaneAxes.h"

#include <QColor>

namespace mrb::viewer {

/// The colour of a plane wherever it is drawn as a line: its outline in the 3-D scene, its trace in
/// the crosshair of the other two planes. Told apart on greys and by people who see no red or green
/// (the three differ in lightness too).
constexpr QRgb planeColour(Plane plane)
{
    switch (plane) {
    case Plane::Axial:
        return qRgb(0xf2, 0x5c, 0x54);
    case Plane::Coronal:
        return qRgb(0x5f, 0xc9, 0x7e);
    case Plane::Sagittal:
        break;
    }
    return qRgb(0xf2, 0xc1, 0x4e);
}

} // namespace mrb::viewer
