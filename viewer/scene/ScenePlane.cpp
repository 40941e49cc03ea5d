// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/scene/ScenePlane.h"

#include "backend/volume/ScalarVisit.h"
#include "viewer/render/ColourMap.h"
#include "viewer/render/PanePainter.h"
#include "viewer/render/SlicePipeline.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace mrb::viewer {

namespace {

/// More than a pane shows, and within every OpenGL's largest texture.
constexpr std::int64_t kMostPixels = 1024;
/// Connected to the edge of the slice and in this lowest part of the window: air, not tissue.
constexpr double kAirPart = 0.1;
constexpr std::size_t kChannels = 4;
constexpr std::uint8_t kOpaque = 255;

struct Grid
{
    std::size_t columns;
    std::size_t rows;

    std::size_t count() const { return columns * rows; }
};

/// Colours of stored values: those that SlicePipeline gives single voxels.
class VoxelColours
{
public:
    VoxelColours(const volume::Volume &volume, const ColourScale &scale)
        : m_map(findColourMap(scale.map)),
          m_marked(scale.markOutOfRange),
          m_falling(volume.slope < 0.0)
    {
        Q_ASSERT(m_map);
        const IntensityWindow &window = scale.window;
        m_first = (window.low - volume.intercept) / volume.slope;
        m_last = (window.high - volume.intercept) / volume.slope;
        if (m_falling)
            std::swap(m_first, m_last);
        if (volume.isScaled()) {
            // What lies at an end is not outside, whatever the division has rounded.
            const double largest =
                std::max(std::abs(window.low), std::abs(window.high)) + std::abs(volume.intercept);
            const double rounding =
                4.0 * std::numeric_limits<double>::epsilon() * largest / std::abs(volume.slope);
            m_first -= rounding;
            m_last += rounding;
        }
        // A window without width has a step from its first colour to its last.
        constexpr double kSteepest = 1e200;
        m_perColour =
            m_last > m_first ? std::min(kColours / (m_last - m_first), kSteepest) : kSteepest;
    }

    QRgb operator()(double stored) const
    {
        if (std::isnan(stored))
            return kNotANumberColour;
        if (m_marked && stored < m_first)
            return m_falling ? kAboveWindowColour : kBelowWindowColour;
        if (m_marked && stored > m_last)
            return m_falling ? kBelowWindowColour : kAboveWindowColour;
        const double at = (stored - m_first) * m_perColour;
        const std::size_t entry = at >= kColours - 1.0 ? std::size_t{kColours - 1}
                                  : at > 0.0           ? static_cast<std::size_t>(at)
                                                       : 0;
        return m_map->colours[m_falling ? kColours - 1 - entry : entry];
    }

private:
    static constexpr int kColours = 256;

    const ColourMap *m_map;
    bool m_marked;
    bool m_falling;       ///< stored values against intensities
    double m_first = 0.0; ///< stored values at the ends of the window
    double m_last = 0.0;
    double m_perColour = 0.0;
};

void put(QRgb colour, std::uint8_t alpha, std::uint8_t *channels)
{
    channels[0] = static_cast<std::uint8_t>(qRed(colour));
    channels[1] = static_cast<std::uint8_t>(qGreen(colour));
    channels[2] = static_cast<std::uint8_t>(qBlue(colour));
    channels[3] = alpha;
}

/// @param dark becomes 1 where there is air if it is connected to the edge, else 0
template <class T>
void fillColours(const volume::Volume &volume, std::size_t first,
                 const std::array<std::size_t, 2> &strides, const Grid &grid,
                 const ColourScale &scale, std::vector<std::uint8_t> &rgba,
                 std::vector<std::uint8_t> &dark)
{
    const VoxelColours colourOf(volume, scale);
    const IntensityWindow &window = scale.window;
    const double airBelow = kAirPart * std::max(window.high - window.low, 0.0);
    const double offset = volume.intercept - window.low;
    std::size_t pixel = 0;
    for (std::size_t row = 0; row < grid.rows; ++row)
        for (std::size_t column = 0; column < grid.columns; ++column, ++pixel) {
            T stored;
            std::memcpy(&stored,
                        volume.voxels->data() +
                            (first + row * strides[1] + column * strides[0]) * sizeof(T),
                        sizeof(T));
            const auto value = static_cast<double>(stored);
            const double aboveLow = value * volume.slope + offset;
            dark[pixel] = aboveLow <= 0.0 || aboveLow < airBelow ? 1 : 0;
            put(colourOf(value), kOpaque, rgba.data() + pixel * kChannels);
        }
}

/// Makes what is dark and connected to the edge transparent, whatever its colour; dark tissue
/// inside stays.
void clearAir(const Grid &grid, std::vector<std::uint8_t> &dark, std::vector<std::uint8_t> &rgba)
{
    std::vector<std::size_t> open;
    const auto visit = [&](std::size_t pixel) {
        if (dark[pixel] == 0)
            return;
        dark[pixel] = 0;
        // Neighbours are blended into it, so that a bright colour would leave a rim.
        put(kPictureBackground, 0, rgba.data() + pixel * kChannels);
        open.push_back(pixel);
    };
    for (std::size_t column = 0; column < grid.columns; ++column) {
        visit(column);
        visit((grid.rows - 1) * grid.columns + column);
    }
    for (std::size_t row = 0; row < grid.rows; ++row) {
        visit(row * grid.columns);
        visit((row + 1) * grid.columns - 1);
    }
    while (!open.empty()) {
        const std::size_t pixel = open.back();
        open.pop_back();
        const std::size_t column = pixel % grid.columns;
        if (column > 0)
            visit(pixel - 1);
        if (column + 1 < grid.columns)
            visit(pixel + 1);
        if (pixel >= grid.columns)
            visit(pixel - grid.columns);
        if (pixel + grid.columns < grid.count())
            visit(pixel + grid.columns);
    }
}

} // namespace

ScenePlanePicture scenePlanePicture(const volume::Volume &volume, std::size_t normal,
                                    std::int64_t slice, const ColourScale &colours)
{
    const auto &dims = volume.geometry.dims;
    const std::array<std::size_t, 3> strides = {1, static_cast<std::size_t>(dims[0]),
                                                static_cast<std::size_t>(dims[0] * dims[1])};
    const std::size_t across = normal == 0 ? 1 : 0;
    const std::size_t up = normal == 2 ? 1 : 2;
    ScenePlanePicture picture;
    for (const std::size_t axis : {across, up}) {
        const std::int64_t step = (dims[axis] + kMostPixels - 1) / kMostPixels;
        picture.step[axis] = static_cast<int>(step);
        picture.dims[axis] = static_cast<int>((dims[axis] + step - 1) / step);
    }
    const Grid grid = {static_cast<std::size_t>(picture.dims[across]),
                       static_cast<std::size_t>(picture.dims[up])};
    picture.rgba.resize(grid.count() * kChannels);
    std::vector<std::uint8_t> dark(grid.count());
    const std::array<std::size_t, 2> pixelStrides = {
        strides[across] * static_cast<std::size_t>(picture.step[across]),
        strides[up] * static_cast<std::size_t>(picture.step[up])};
    volume::visitScalar(volume.storedType, [&]<class T>(std::type_identity<T>) {
        fillColours<T>(volume, static_cast<std::size_t>(slice) * strides[normal], pixelStrides,
                       grid, colours, picture.rgba, dark);
    });
    clearAir(grid, dark, picture.rgba);
    return picture;
}

} // namespace mrb::viewer
