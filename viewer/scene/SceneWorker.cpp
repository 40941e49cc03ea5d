// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/scene/SceneWorker.h"

#include "backend/base/Text.h"
#include "viewer/scene/Scene.h"

#include <QElapsedTimer>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QThread>

#include <algorithm>
#include <cmath>
#include <utility>

namespace mrb::viewer {

namespace {

// While moving, a frame may take about this long; the size of the next one follows.
constexpr double kSlowMilliseconds = 70.0;
constexpr double kFastMilliseconds = 30.0;
constexpr double kGreatestCoarseness = 4.0;
constexpr double kSoftwareCoarseness = 2.0; ///< to begin with
constexpr double kCoarsenessStep = 1.3;

} // namespace

bool castsOnCpu(RayCaster caster, const GlFacts &facts)
{
    return caster == RayCaster::Cpu || (caster == RayCaster::Automatic && facts.software);
}

SceneWorker::SceneWorker(QOffscreenSurface &surface, GlFacts platform, RayCaster caster)
    : m_surface(surface), m_facts(std::move(platform)), m_caster(caster)
{
}

SceneWorker::~SceneWorker() = default;

bool SceneWorker::makeCurrent()
{
    return m_context && m_context->isValid() && m_context->makeCurrent(&m_surface);
}

void SceneWorker::start()
{
    m_context = std::make_unique<QOpenGLContext>();
    m_context->setFormat(m_surface.requestedFormat());
    if (!m_context->create() || !makeCurrent()) {
        Q_EMIT failed(
            noGlText(Text::tr("OpenGL cannot be started on this desktop"), m_facts.platform));
        return;
    }
    m_facts = factsOfCurrentContext(std::move(m_facts));
    if (!m_facts.usable) {
        Q_EMIT failed(m_facts.message);
        return;
    }
    m_castOnCpu = castsOnCpu(m_caster, m_facts);
    m_coarseness = m_castOnCpu ? kSoftwareCoarseness : 1.0;
    m_scene = std::make_unique<Scene>(Scene::Hooks{[this] { m_context->makeCurrent(&m_surface); },
                                                   [this] {
                                                       return QOpenGLContext::currentContext() ==
                                                                  m_context.get() &&
                                                              m_context->surface() == &m_surface;
                                                   },
                                                   &m_interrupted},
                                      m_castOnCpu);
    if (!m_scene->initialise()) {
        m_scene.reset();
        Q_EMIT failed(
            noGlText(Text::tr("the OpenGL functions could not be loaded"), m_facts.platform));
        return;
    }
    Q_EMIT started(m_facts);
}

void SceneWorker::setVolume(std::shared_ptr<const SceneVolume> volume)
{
    if (!m_scene || !makeCurrent())
        return;
    m_reduced = volume && volume->reduced;
    m_scene->setVolume(std::move(volume));
}

void SceneWorker::draw(const SceneSettings &settings)
{
    SceneFrame frame;
    frame.settings = settings;
    frame.software = m_castOnCpu;
    frame.reduced = m_reduced;
    if (!m_scene || m_interrupted) {
        Q_EMIT drawn(frame);
        return;
    }
    if (!makeCurrent()) {
        Q_EMIT contextLost();
        return;
    }
    QElapsedTimer timer;
    timer.start();
    frame.image = m_scene->draw(settings, pixelsFor(settings));
    frame.milliseconds = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    if (m_scene->rayCastRefused()) {
        Q_EMIT rayCastRefused();
        return;
    }
    if (!m_context->isValid()) {
        Q_EMIT contextLost();
        return;
    }
    if (settings.moving && !frame.image.isNull())
        learn(frame.milliseconds);
    Q_EMIT drawn(frame);
}

QSize SceneWorker::pixelsFor(const SceneSettings &settings) const
{
    if (!settings.moving)
        return settings.devicePixels;
    return (QSizeF(settings.devicePixels) / m_coarseness).toSize().expandedTo(QSize(1, 1));
}

void SceneWorker::learn(double milliseconds)
{
    if (milliseconds > kSlowMilliseconds)
        m_coarseness = std::min(m_coarseness * kCoarsenessStep, kGreatestCoarseness);
    else if (milliseconds < kFastMilliseconds)
        m_coarseness = std::max(m_coarseness / kCoarsenessStep, 1.0);
}

void SceneWorker::releaseAndEndThread()
{
    release();
    thread()->quit();
}

void SceneWorker::release()
{
    // VTK frees its textures through the context; where that is lost they are gone already.
    const bool current = makeCurrent();
    m_scene.reset();
    if (current)
        m_context->doneCurrent();
    m_context.reset();
}

} // namespace mrb::viewer
