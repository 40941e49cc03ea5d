// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/render/AutoWindow.h"
#include "viewer/render/PlaneAxes.h"

#include <QString>

#include <cstdint>

namespace mrb::viewer {

enum class Interpolation { Nearest, Linear, Cubic };

/// How the voxels of several slices become one value.
enum class SlabMode { Off, Mean, Maximum, Minimum };

struct Slab
{
    SlabMode mode = SlabMode::Off;
    double thicknessMm = 10.0;

    friend bool operator==(const Slab &, const Slab &) = default;
};

/// How intensities become colours.
struct ColourScale
{
    IntensityWindow window;
    QString map = QStringLiteral("grey"); ///< an id of colourMaps()
    /// Values below the window blue, above it red, rather than the colours at its ends.
    bool markOutOfRange = false;

    friend bool operator==(const ColourScale &, const ColourScale &) = default;
};

/// The slices of a slab, as indices along the plane's normal voxel axis.
struct SlabSlices
{
    std::int64_t first = 0;
    std::int64_t last = 0;

    std::int64_t count() const { return last - first + 1; }
    friend bool operator==(const SlabSlices &, const SlabSlices &) = default;
};

/// The slices whose edges sum up to about the thickness, at least one, around the given slice and
/// cut off at the ends of the volume. Of an even number one more lies towards right, anterior or
/// superior, whichever way the volume is stored.
SlabSlices slabSlices(const Slab &slab, const AxisRun &normal, std::int64_t slice);

/// "Linear", "Maximum 10 mm" and the like, translated.
QString interpolationName(Interpolation interpolation);
QString slabModeName(SlabMode mode);

/// How slices are to look, whichever volume and plane.
struct ViewSettings
{
    Convention convention = Convention::Radiological;
    Interpolation interpolation = Interpolation::Linear;
    Slab slab;
    /// Texts, scale bar and measurements. Edge letters and the convention are always shown.
    bool annotations = true;
    bool crosshair = true;

    friend bool operator==(const ViewSettings &, const ViewSettings &) = default;
};

} // namespace mrb::viewer
