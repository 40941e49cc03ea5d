// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
// The part of ViewerModel that compares and measures.
#include "viewer/render/Region.h"
#include "viewer/render/World.h"
#include "viewer/widgets/ViewerModel.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mrb::viewer {

namespace {

std::optional<MeasurementKind> kindOf(Tool tool)
{
    switch (tool) {
    case Tool::Crosshair:
        return std::nullopt;
    case Tool::Ruler:
        return MeasurementKind::Ruler;
    case Tool::WindowFromBox:
    case Tool::BoxStatistics:
        return MeasurementKind::Box;
    case Tool::WindowFromEllipse:
    case Tool::EllipseStatistics:
        break;
    }
    return MeasurementKind::Ellipse;
}

Region regionOf(const Measurement &measurement)
{
    return {measurement.plane, measurement.slice,
            measurement.kind == MeasurementKind::Box ? RegionShape::Box : RegionShape::Ellipse,
            measurement.from, measurement.to};
}

/// What panes show of the current volume, and so what is measured.
const volume::Volume &shownBy(const ViewerModel &model)
{
    return model.showsDifference() ? model.difference()->volume()
                                   : model.current()->slices->volume();
}

bool setsTheWindow(Tool tool)
{
    return tool == Tool::WindowFromBox || tool == Tool::WindowFromEllipse;
}

} // namespace

void ViewerModel::setCompareMode(CompareMode mode)
{
    if (mode == m_compare)
        return;
    if (mode != CompareMode::Off && m_reference < 0) {
        if (m_volumes.size() < 2)
            return;
        m_reference = (m_current + 1) % volumeCount();
    }
    if (mode == CompareMode::Off) {
        stopComparing();
    } else if (m_compare == CompareMode::Off) {
        m_lockedBefore = m_windowLocked;
        setWindowLocked(true);
    }
    m_compare = mode;
    if (mode != CompareMode::Difference)
        endDifference();
    Q_EMIT volumesChanged();
    Q_EMIT appearanceChanged();
}

void ViewerModel::setReference(int index)
{
    if (index == m_reference || index == m_current || index < -1 || index >= volumeCount())
        return;
    m_reference = index;
    if (index < 0)
        stopComparing();
    endDifference();
    Q_EMIT volumesChanged();
    Q_EMIT appearanceChanged();
}

void ViewerModel::flicker()
{
    if (m_volumes.size() < 2)
        return;
    if (m_reference < 0)
        m_reference = (m_current + 1) % volumeCount();
    setCurrent(m_reference); // which makes the one before the reference
}

std::optional<QString> ViewerModel::compareProblem() const
{
    if (m_compare == CompareMode::Off || m_reference < 0)
        return std::nullopt;
    const volume::VolumeGeometry &shown = current()->slices->volume().geometry;
    const volume::VolumeGeometry &other = volume(m_reference).slices->volume().geometry;
    const auto difference = gridDifference(shown, other);
    if (m_compare == CompareMode::Difference && !m_differenceProblem.isEmpty())
        return m_differenceProblem;
    if (m_compare == CompareMode::SideBySide || !difference)
        return std::nullopt;
    return tr("%1 Only volumes on the same grid can be laid over each other; compare these side by "
              "side.")
        .arg(*difference);
}

std::optional<VoxelIndex> ViewerModel::referenceCursor() const
{
    if (!current() || m_reference < 0)
        return std::nullopt;
    const auto linked = linkedVoxel(current()->slices->volume().geometry, m_cursor,
                                    volume(m_reference).slices->volume().geometry);
    return linked && linked->inside ? std::optional(linked->voxel) : std::nullopt;
}

void ViewerModel::setSplitAt(double fraction)
{
    const double inside = std::clamp(fraction, 0.0, 1.0);
    if (inside == m_splitAt)
        return;
    m_splitAt = inside;
    Q_EMIT appearanceChanged();
}

void ViewerModel::setDifference(std::shared_ptr<VolumeSlices> difference, IntensityWindow window)
{
    m_difference = std::move(difference);
    m_differenceWindow = window;
    m_differenceAutomatic = window;
    Q_EMIT appearanceChanged();
}

void ViewerModel::setDifferenceProblem(const QString &problem)
{
    m_differenceProblem = problem;
    Q_EMIT appearanceChanged();
}

void ViewerModel::stopComparing()
{
    if (std::exchange(m_compare, CompareMode::Off) != CompareMode::Off)
        setWindowLocked(m_lockedBefore);
    endDifference();
}

void ViewerModel::endDifference()
{
    m_difference.reset();
    m_differenceProblem.clear();
}

void ViewerModel::setTool(Tool tool)
{
    if (tool == m_tool)
        return;
    m_tool = tool;
    dropUnfinished();
    Q_EMIT appearanceChanged();
}

void ViewerModel::dropUnfinished()
{
    if (!std::exchange(m_measuring, false) || m_current < 0)
        return;
    std::vector<Measurement> &all = m_measurements[static_cast<std::size_t>(m_current)];
    if (!all.empty())
        all.pop_back();
}

const std::vector<Measurement> &ViewerModel::measurements() const
{
    static const std::vector<Measurement> kNone;
    return m_current < 0 ? kNone : m_measurements[static_cast<std::size_t>(m_current)];
}

QString ViewerModel::resultOf(const Measurement &measurement) const
{
    const volume::Volume &shown = shownBy(*this);
    QString text;
    if (measurement.kind == MeasurementKind::Ruler) {
        text = rulerText(rulerLength(shown.geometry, measurement.from, measurement.to));
    } else {
        const Region region = regionOf(measurement);
        const auto statistics = regionStatistics(shown, region);
        text =
            statistics ? regionText(shown.geometry, region, *statistics) : tr("outside the volume");
        if (showsDifference())
            text = tr("Difference: %1").arg(text);
    }
    return text;
}

void ViewerModel::measure(Plane plane, const VoxelPosition &from, const VoxelPosition &to,
                          bool finished)
{
    const auto kind = kindOf(m_tool);
    if (!kind || !current())
        return;
    dropUnfinished();
    std::vector<Measurement> &all = m_measurements[static_cast<std::size_t>(m_current)];
    const PlaneAxes &axes = current()->slices->axes(plane, m_settings.convention);
    Measurement measurement{*kind, plane, axes.sliceOf(m_cursor), from, to, {}};
    // Within the slice that is shown, also when another one was while the drag began.
    measurement.from[axes.normal.voxelAxis] = measurement.to[axes.normal.voxelAxis] =
        static_cast<double>(measurement.slice);
    m_measuring = !finished;
    const bool setsWindow = setsTheWindow(m_tool);
    if (!setsWindow)
        measurement.text = resultOf(measurement);
    if (!setsWindow || !finished)
        all.push_back(measurement);
    else
        setWindowFrom(measurement);
    Q_EMIT appearanceChanged();
}

void ViewerModel::setWindowFrom(const Measurement &region)
{
    if (const auto window = regionWindow(shownBy(*this), regionOf(region)))
        setWindow(*window);
}

void ViewerModel::clearMeasurements()
{
    if (m_current >= 0)
        m_measurements[static_cast<std::size_t>(m_current)].clear();
    m_measuring = false;
    Q_EMIT appearanceChanged();
}

QString ViewerModel::measurementText() const
{
    QStringList lines;
    for (const Measurement &measurement : measurements())
        lines += measurement.text;
    return lines.join(u'\n');
}

} // namespace mrb::viewer
