// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/widgets/ViewerModel.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <cstdint>
#include <memory>

namespace mrb::viewer {

struct CineSettings
{
    Plane plane = Plane::Axial;
    double slicesPerSecond = 12.0;
    bool bounce = false; ///< turn round at the ends rather than begin again

    friend bool operator==(const CineSettings &, const CineSettings &) = default;
};

inline constexpr double kSlowestCine = 0.5; ///< slices per second
inline constexpr double kFastestCine = 60.0;

/// Runs through the slices of a plane, towards superior, anterior or right. Keeps its speed where
/// drawing is slower than that by leaving slices out, so nothing piles up. Ends when the volume
/// that it began with is closed. GUI thread.
class Cine : public QObject
{
    Q_OBJECT

public:
    /// model: outlives this.
    explicit Cine(ViewerModel &model, QObject *parent = nullptr);

    const CineSettings &settings() const { return m_settings; }
    /// Also while it runs. The speed is kept within its limits; not a number is ignored.
    void setSettings(const CineSettings &settings);

    /// Nothing happens without a volume.
    void start();
    void start(Plane plane, double slicesPerSecond, bool bounce);
    void stop();
    void toggle();
    bool running() const { return m_timer.isActive(); }

    /// Moves on at once, by slices >= 0: what the timer does, without the time.
    void advance(std::int64_t slices = 1);

Q_SIGNALS:
    /// Started, stopped or set otherwise.
    void changed();

private:
    void onTimeout();
    void onVolumesChanged();
    void setInterval();

    ViewerModel &m_model;
    CineSettings m_settings;
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_due = 0.0;  ///< slices that the time since the last step was worth, below 1
    bool m_back = false; ///< on the way back of a bounce
    std::weak_ptr<VolumeSlices> m_volume; ///< that it began with
};

} // namespace mrb::viewer
