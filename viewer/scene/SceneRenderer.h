// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/volume/Volume.h"
#include "viewer/scene/GlFacts.h"
#include "viewer/scene/SceneSettings.h"

#include <QFuture>
#include <QObject>
#include <QThread>

#include <memory>
#include <optional>
#include <stop_token>

class QOffscreenSurface;

namespace mrb::viewer {

class SceneWorker;
struct SceneVolume;

/// Draws a volume in three dimensions without a window: OpenGL and VTK live in a thread of their
/// own, pictures come back by value. Nothing here blocks: volumes are prepared in the thread pool,
/// one frame at a time is drawn, and only the newest request waits. Lives in the GUI thread.
/// Where the platform has no OpenGL, unavailable() says so once per start and nothing else comes.
class SceneRenderer : public QObject
{
    Q_OBJECT

public:
    explicit SceneRenderer(QObject *parent = nullptr, SceneOptions options = {});
    /// Interrupts the frame being drawn and waits for it to give up.
    ~SceneRenderer() override;

    /// Takes the place of the volume shown. Frames of the old one may still arrive before
    /// volumeReady(), none after it: what was asked for meanwhile must be asked for again. The
    /// voxels are shared until the next call.
    void setVolume(const volume::Volume &volume);
    void clear();

    /// Asks for a frame; replaces a request that has not begun. Kept until a volume is ready.
    void request(const SceneSettings &settings);

    /// Known after the first start; before it usable is false and the message empty.
    const GlFacts &glFacts() const { return m_facts; }

Q_SIGNALS:
    void volumeReady();
    void frameReady(const mrb::viewer::SceneFrame &frame);
    void unavailable(const QString &reason);

private:
    enum class State { Stopped, Starting, Running, Failed };

    void start();
    void startWorker();
    void stop();
    void onStarted(const GlFacts &facts);
    void onFailed(const QString &reason);
    void onContextLost();
    void onRayCastRefused();
    void onFrame(const SceneFrame &frame);
    void prepare();
    void hand(std::shared_ptr<const SceneVolume> prepared);
    void pump();
    void restart();

    SceneOptions m_options;
    State m_state = State::Stopped;
    GlFacts m_facts;
    std::unique_ptr<QOffscreenSurface> m_surface;
    std::unique_ptr<QThread> m_thread;
    std::unique_ptr<SceneWorker> m_worker;
    QFuture<void> m_driver; ///< being loaded
    std::optional<volume::Volume> m_volume;
    std::shared_ptr<const SceneVolume> m_prepared;
    std::stop_source m_preparing;
    std::optional<SceneSettings> m_waiting;
    std::optional<SceneSettings> m_drawing; ///< asked of the worker, not yet answered
    bool m_outdated = false;                ///< the volume changed since
    bool m_castOnCpu = false;               ///< known once started
    int m_restarts = 0;                     ///< since the last good frame
};

} // namespace mrb::viewer
