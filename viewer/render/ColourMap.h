// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRgb>
#include <QString>
#include <QStringView>

#include <array>
#include <vector>

namespace mrb::viewer {

/// Colours from the low to the high end of a window, opaque.
struct ColourMap
{
    QString id;   ///< for settings and --colormap; lower-case ASCII, never translated
    QString name; ///< translated
    std::array<QRgb, 256> colours{};
};

/// All maps, in the order of menus: grey, inverted, viridis, magma, inferno, plasma, hot,
/// cool-to-warm (diverging: for differences, with its middle at 0), rainbow. The same list, at the
/// same place, as long as the program runs; thread-safe.
const std::vector<ColourMap> &colourMaps();

/// Null when there is none of that id.
const ColourMap *findColourMap(QStringView id);

} // namespace mrb::viewer
