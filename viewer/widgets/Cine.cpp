// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/widgets/Cine.h"

#include <algorithm>
#include <cmath>

namespace mrb::viewer {

namespace {

/// Place on a way of length places, walked to its end and back, or round and round.
struct Walk
{
    std::int64_t place = 0;
    bool back = false;
};

Walk walked(Walk from, std::int64_t steps, std::int64_t places, bool bounce)
{
    if (places < 2)
        return {};
    if (!bounce)
        return {(from.place + steps) % places, false};
    // Unrolled: up the places and down again, without standing still at the ends.
    const std::int64_t round = 2 * (places - 1);
    const std::int64_t now = ((from.back ? round - from.place : from.place) + steps) % round;
    if (now < places)
        return {now, now == places - 1};
    return {round - now, true};
}

} // namespace

Cine::Cine(ViewerModel &model, QObject *parent) : QObject(parent), m_model(model)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Cine::onTimeout);
    connect(&m_model, &ViewerModel::volumesChanged, this, &Cine::onVolumesChanged);
}

void Cine::setSettings(const CineSettings &settings)
{
    CineSettings wanted = settings;
    if (!std::isfinite(wanted.slicesPerSecond))
        wanted.slicesPerSecond = m_settings.slicesPerSecond;
    wanted.slicesPerSecond = std::clamp(wanted.slicesPerSecond, kSlowestCine, kFastestCine);
    if (wanted == m_settings)
        return;
    if (wanted.plane != m_settings.plane || !wanted.bounce)
        m_back = false;
    m_settings = wanted;
    if (running())
        setInterval();
    Q_EMIT changed();
}

void Cine::start(Plane plane, double slicesPerSecond, bool bounce)
{
    setSettings({plane, slicesPerSecond, bounce});
    start();
}

void Cine::start()
{
    const OpenVolume *volume = m_model.current();
    if (!volume || running())
        return;
    m_volume = volume->slices;
    m_back = false;
    setInterval();
    Q_EMIT changed();
}

void Cine::stop()
{
    if (!running())
        return;
    m_timer.stop();
    m_volume.reset();
    Q_EMIT changed();
}

void Cine::toggle()
{
    if (running())
        stop();
    else
        start();
}

void Cine::setInterval()
{
    m_due = 0.0;
    m_clock.start();
    m_timer.start(static_cast<int>(std::lround(1000.0 / m_settings.slicesPerSecond)));
}

void Cine::onTimeout()
{
    const double seconds = static_cast<double>(m_clock.restart()) / 1000.0;
    // A computer that slept, or a dialog that held everything up, is no reason to race.
    m_due = std::min(m_due + seconds * m_settings.slicesPerSecond,
                     std::max(1.0, m_settings.slicesPerSecond));
    // A timer comes early or late by a millisecond; that must not cost or add a slice.
    const double whole = std::floor(m_due + 0.5);
    if (whole < 1.0)
        return;
    m_due -= whole;
    advance(static_cast<std::int64_t>(whole));
}

void Cine::advance(std::int64_t slices)
{
    const OpenVolume *volume = m_model.current();
    if (!volume || slices < 1)
        return;
    const AxisRun normal =
        volume->slices->axes(m_settings.plane, m_model.settings().convention).normal;
    const VoxelIndex cursor = m_model.cursor();
    const std::int64_t index = cursor[normal.voxelAxis];
    const bool rising = normal.step > 0;
    const Walk now = walked({rising ? index : normal.voxels - 1 - index, m_back}, slices,
                            normal.voxels, m_settings.bounce);
    m_back = now.back;
    VoxelIndex moved = cursor;
    moved[normal.voxelAxis] = rising ? now.place : normal.voxels - 1 - now.place;
    m_model.setCursor(moved);
}

void Cine::onVolumesChanged()
{
    if (!running())
        return;
    const auto volume = m_volume.lock();
    for (int index = 0; volume && index < m_model.volumeCount(); ++index)
        if (m_model.volume(index).slices == volume)
            return;
    stop();
}

} // namespace mrb::viewer
