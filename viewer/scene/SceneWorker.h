// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "viewer/scene/GlFacts.h"
#include "viewer/scene/SceneSettings.h"
#include "viewer/scene/SceneVolume.h"

#include <QObject>

#include <atomic>
#include <memory>

class QOffscreenSurface;
class QOpenGLContext;

namespace mrb::viewer {

class Scene;

bool castsOnCpu(RayCaster caster, const GlFacts &facts);

/// The half of SceneRenderer that lives where OpenGL does. Everything but interrupt() happens in
/// that one thread; release() must come last there.
class SceneWorker : public QObject
{
    Q_OBJECT

public:
    /// The surface belongs to the GUI thread and must outlive release().
    SceneWorker(QOffscreenSurface &surface, GlFacts platform, RayCaster caster);
    ~SceneWorker() override;

    void start();
    void setVolume(std::shared_ptr<const SceneVolume> volume);
    void draw(const SceneSettings &settings);
    void release();
    void releaseAndEndThread();

    /// From any thread: gives up the frame being drawn. Undone by allow().
    void interrupt() { m_interrupted = true; }
    void allow() { m_interrupted = false; }

Q_SIGNALS:
    void started(const mrb::viewer::GlFacts &facts);
    void failed(const QString &reason);
    void contextLost();
    void rayCastRefused();
    /// Once per draw(); without an image when it was interrupted or there was nothing to draw.
    void drawn(const mrb::viewer::SceneFrame &frame);

private:
    bool makeCurrent();
    QSize pixelsFor(const SceneSettings &settings) const;
    void learn(double milliseconds);

    QOffscreenSurface &m_surface;
    GlFacts m_facts;
    RayCaster m_caster;
    bool m_castOnCpu = true;
    std::atomic<bool> m_interrupted = false;
    std::unique_ptr<QOpenGLContext> m_context;
    std::unique_ptr<Scene> m_scene;
    bool m_reduced = false;
    double m_coarseness = 1.0; ///< pixels asked for per pixel drawn while moving, along a side
};

} // namespace mrb::viewer
