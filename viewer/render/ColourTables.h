// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRgb>

#include <array>

namespace mrb::viewer {

using ColourTable = std::array<QRgb, 256>;

/// The perceptually uniform maps of matplotlib, whose lightness only rises.
extern const ColourTable kViridisColours;
extern const ColourTable kMagmaColours;
extern const ColourTable kInfernoColours;
extern const ColourTable kPlasmaColours;

} // namespace mrb::viewer
