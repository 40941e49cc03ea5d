// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/ViewerModel.h"

#include "viewer/render/ColourMap.h"
#include "viewer/render/World.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mrb::viewer {

namespace {

constexpr int kSettleMs = 150; ///< without movement, until pictures are drawn in full
constexpr double kMaxZoom = 64.0;
constexpr double kMinZoom = 0.1;
// As in mrview: in proportion to the window, so that any scale of intensities feels the same.
constexpr double kMiddlePerPixel = 0.0005;
constexpr double kWidthPerPixel = 0.002;

const volume::VolumeGeometry &geometryOf(const OpenVolume &volume)
{
    return volume.slices->volume().geometry;
}

std::size_t at(int index)
{
    return static_cast<std::size_t>(index);
}

} // namespace

ViewerModel::ViewerModel(QObject *parent) : QObject(parent)
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettleMs);
    connect(&m_settle, &QTimer::timeout, this, &ViewerModel::appearanceChanged);
}

void ViewerModel::addVolume(OpenVolume volume, Show show)
{
    m_windows.push_back(volume.automatic);
    m_measurements.emplace_back();
    m_volumes.push_back(std::move(volume));
    if (m_volumes.size() == 1) {
        m_cursor = middleVoxel(geometryOf(m_volumes.front()));
        if (!m_windowLocked || m_colours.window == IntensityWindow())
            m_colours.window = m_volumes.front().automatic;
    }
    if (show == Show::Now || m_current < 0)
        setCurrent(volumeCount() - 1);
    else
        Q_EMIT volumesChanged();
}

void ViewerModel::closeVolume(int index)
{
    if (index < 0 || index >= volumeCount())
        return;
    if (index == m_current && volumeCount() > 1)
        setCurrent(index > 0 ? index - 1 : 1);
    m_volumes.erase(m_volumes.begin() + index);
    m_windows.erase(m_windows.begin() + index);
    m_measurements.erase(m_measurements.begin() + index);
    if (m_current > index || m_volumes.empty())
        --m_current;
    if (m_reference == index)
        m_reference = -1;
    else if (m_reference > index)
        --m_reference;
    if (m_reference < 0 || m_reference == m_current) {
        m_reference = -1;
        stopComparing();
    }
    endDifference();
    if (m_volumes.empty()) {
        m_measuring = false;
        m_framings = {}; // places in voxels that are gone
        m_place.reset();
    }
    Q_EMIT volumesChanged();
    Q_EMIT appearanceChanged();
}

const OpenVolume *ViewerModel::current() const
{
    return m_current >= 0 ? &m_volumes[at(m_current)] : nullptr;
}

void ViewerModel::setCurrentIndex(int index)
{
    if (index >= 0 && index < volumeCount() && index != m_current)
        setCurrent(index);
}

void ViewerModel::setCurrent(int index)
{
    const OpenVolume *before = current();
    const OpenVolume &after = m_volumes[at(index)];
    if (before && before != &after) {
        const volume::VolumeGeometry &from = geometryOf(*before);
        const volume::VolumeGeometry &to = geometryOf(after);
        if (!m_place)
            m_place = worldMm(from, centreOf(m_cursor));
        const auto there = voxelPosition(to, *m_place);
        m_cursor = (there ? voxelAt(to, *there) : std::nullopt).value_or(middleVoxel(to));
        for (Framing &framing : m_framings) {
            if (framing.centre)
                framing.centre = voxelPosition(to, worldMm(from, *framing.centre));
        }
        dropUnfinished();
    }
    if (m_reference == index)
        m_reference = m_current;
    m_current = index;
    endDifference();
    Q_EMIT volumesChanged();
    Q_EMIT cursorMoved(m_cursor);
    Q_EMIT appearanceChanged();
}

void ViewerModel::stepVolume(int by)
{
    if (m_volumes.size() > 1)
        setCurrentIndex((m_current + by + volumeCount()) % volumeCount());
}

OpenVolume *ViewerModel::find(const VolumeSlices *volume)
{
    const auto found =
        std::find_if(m_volumes.begin(), m_volumes.end(), [volume](const OpenVolume &candidate) {
            return candidate.slices.get() == volume;
        });
    return found == m_volumes.end() ? nullptr : &*found;
}

void ViewerModel::setHistogram(const VolumeSlices *volume,
                               std::shared_ptr<const Histogram> histogram)
{
    OpenVolume *found = find(volume);
    if (!found)
        return;
    found->histogram = std::move(histogram);
    Q_EMIT volumesChanged();
}

void ViewerModel::setIdentity(const VolumeSlices *volume, const QString &name,
                              const QString &banner)
{
    OpenVolume *found = find(volume);
    if (!found || (found->banner == banner && found->name == name))
        return;
    found->name = name;
    found->banner = banner;
    Q_EMIT volumesChanged();
}

void ViewerModel::setCursor(VoxelIndex cursor)
{
    if (!current())
        return;
    const VoxelIndex &dims = geometryOf(*current()).dims;
    for (std::size_t axis = 0; axis < cursor.size(); ++axis)
        cursor[axis] = std::clamp(cursor[axis], std::int64_t{0}, dims[axis] - 1);
    if (cursor == m_cursor)
        return;
    move();
    m_cursor = cursor;
    m_place = worldMm(geometryOf(*current()), centreOf(cursor));
    Q_EMIT cursorMoved(m_cursor);
}

void ViewerModel::stepSlice(Plane plane, std::int64_t slices)
{
    if (!current())
        return;
    const AxisRun &normal = current()->slices->axes(plane, m_settings.convention).normal;
    VoxelIndex moved = m_cursor;
    moved[normal.voxelAxis] += normal.step * slices;
    setCursor(moved);
}

void ViewerModel::moveInPlane(Plane plane, std::int64_t right, std::int64_t down)
{
    if (!current())
        return;
    const PlaneAxes &axes = current()->slices->axes(plane, m_settings.convention);
    VoxelIndex moved = m_cursor;
    moved[axes.column.voxelAxis] += axes.column.step * right;
    moved[axes.row.voxelAxis] += axes.row.step * down;
    setCursor(moved);
}

void ViewerModel::centreCursor()
{
    if (current())
        setCursor(middleVoxel(geometryOf(*current())));
}

Framing ViewerModel::framing(Plane plane) const
{
    return m_framings[m_framingLinked ? 0 : static_cast<std::size_t>(plane)];
}

VoxelPosition ViewerModel::centre(Plane plane) const
{
    if (const auto centre = framing(plane).centre)
        return *centre;
    return current() ? centreOfVolume(geometryOf(*current()).dims) : VoxelPosition{};
}

void ViewerModel::setFraming(Plane plane, const Framing &framing)
{
    Framing &own = m_framings[m_framingLinked ? 0 : static_cast<std::size_t>(plane)];
    if (own == framing || !std::isfinite(framing.zoom))
        return;
    own = framing;
    own.zoom = std::clamp(framing.zoom, kMinZoom, kMaxZoom);
    move();
    Q_EMIT appearanceChanged();
}

void ViewerModel::setFramingLinked(bool linked)
{
    if (linked == m_framingLinked)
        return;
    m_framings[1] = m_framings[2] = m_framings[0];
    m_framingLinked = linked;
    Q_EMIT appearanceChanged();
}

void ViewerModel::fit()
{
    m_framings = {};
    Q_EMIT appearanceChanged();
}

void ViewerModel::centreOnCursor()
{
    for (Framing &framing : m_framings)
        framing.centre = centreOf(m_cursor);
    Q_EMIT appearanceChanged();
}

void ViewerModel::setSettings(const ViewSettings &settings)
{
    if (settings == m_settings)
        return;
    m_settings = settings;
    Q_EMIT appearanceChanged();
}

ColourScale ViewerModel::scaleWith(IntensityWindow window) const
{
    ColourScale scale = m_colours;
    scale.window = window;
    return scale;
}

ColourScale ViewerModel::colours() const
{
    if (showsDifference())
        return {.window = m_differenceWindow, .map = QStringLiteral("cool-to-warm")};
    return m_current >= 0 ? coloursOf(m_current) : m_colours;
}

ColourScale ViewerModel::coloursOf(int index) const
{
    return m_windowLocked ? m_colours : scaleWith(m_windows[at(index)]);
}

void ViewerModel::setWindow(IntensityWindow window)
{
    if (!current() || !std::isfinite(window.low) || !std::isfinite(window.high) ||
        !(window.low < window.high) || window == colours().window)
        return;
    if (showsDifference())
        m_differenceWindow = window;
    else if (m_windowLocked)
        m_colours.window = window;
    else
        m_windows[at(m_current)] = window;
    move();
    Q_EMIT appearanceChanged();
}

void ViewerModel::resetWindow()
{
    const bool ofDifference = showsDifference();
    if (current())
        setWindow(ofDifference ? m_differenceAutomatic : current()->automatic);
}

void ViewerModel::dragWindow(double right, double down)
{
    const IntensityWindow before = colours().window;
    const double width = before.high - before.low;
    // No difference stays in the middle of the diverging colours.
    const double shift = showsDifference() ? 0.0 : kMiddlePerPixel * width * right;
    const double middle = (before.low + before.high) / 2.0 - shift;
    const double half = width / 2.0 * std::exp(kWidthPerPixel * down);
    setWindow({middle - half, middle + half});
}

void ViewerModel::setWindowLocked(bool locked)
{
    if (locked == m_windowLocked)
        return;
    if (locked && current())
        m_colours.window = m_windows[at(m_current)];
    m_windowLocked = locked;
    Q_EMIT appearanceChanged();
}

void ViewerModel::setColourMap(const QString &id)
{
    if (id == m_colours.map || !findColourMap(id))
        return;
    m_colours.map = id;
    Q_EMIT appearanceChanged();
}

void ViewerModel::setMarkOutOfRange(bool mark)
{
    if (mark == m_colours.markOutOfRange)
        return;
    m_colours.markOutOfRange = mark;
    Q_EMIT appearanceChanged();
}

void ViewerModel::move()
{
    m_settle.start();
}

} // namespace mrb::viewer
