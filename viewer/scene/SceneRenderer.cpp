// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "viewer/scene/SceneRenderer.h"

#include "backend/base/Text.h"
#include "viewer/render/SlicePipeline.h"
#include "viewer/scene/SceneVolume.h"
#include "viewer/scene/SceneWorker.h"

#include <QFutureWatcher>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QtConcurrent>

#include <algorithm>
#include <utility>

namespace mrb::viewer {

namespace {

// Voxels along an axis. A ray caster on two cores needs about a third of a second for 256; graphics
// cards have memory for 512 (256 MiB).
constexpr int kMostVoxelsOnCpu = 256;
constexpr int kMostVoxelsOnCard = 512;
constexpr int kMostRestarts = 1;

using Prepared = std::shared_ptr<const SceneVolume>;

} // namespace

SceneRenderer::SceneRenderer(QObject *parent, SceneOptions options)
    : QObject(parent), m_options(options)
{
}

SceneRenderer::~SceneRenderer()
{
    m_preparing.request_stop();
    m_driver.waitForFinished(); // the platform it talks to may go next
    stop();
}

void SceneRenderer::setVolume(const volume::Volume &volume)
{
    m_preparing.request_stop();
    m_volume = volume;
    m_prepared.reset();
    if (m_state == State::Stopped)
        start();
    else if (m_state == State::Running)
        prepare();
}

void SceneRenderer::clear()
{
    m_preparing.request_stop();
    m_volume.reset();
    m_prepared.reset();
    m_waiting.reset();
    if (m_state == State::Running)
        hand(nullptr);
}

void SceneRenderer::request(const SceneSettings &settings)
{
    if (settings.devicePixels.isEmpty() || m_state == State::Failed)
        return;
    m_waiting = settings;
    pump();
}

void SceneRenderer::start()
{
    m_state = State::Starting;
    // The first context loads the driver, for Mesa some 60 ms; the GUI thread need not wait.
    m_driver = QtConcurrent::run([] {
        QOpenGLContext context;
        context.setFormat(sceneFormat());
        context.create();
    });
    auto *watcher = new QFutureWatcher<void>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
        watcher->deleteLater();
        startWorker();
    });
    watcher->setFuture(m_driver);
}

void SceneRenderer::startWorker()
{
    GlFacts platform = platformFacts();
    m_surface = std::make_unique<QOffscreenSurface>(nullptr, this);
    m_surface->setFormat(sceneFormat());
    m_surface->create();
    if (!m_surface->isValid()) {
        onFailed(noGlText(Text::tr("OpenGL cannot be started on this desktop"), platform.platform));
        return;
    }
    platform.threaded = m_options.threadOfItsOwn && QOpenGLContext::supportsThreadedOpenGL();
    m_worker = std::make_unique<SceneWorker>(*m_surface, platform, m_options.caster);
    connect(m_worker.get(), &SceneWorker::started, this, &SceneRenderer::onStarted,
            Qt::QueuedConnection);
    connect(m_worker.get(), &SceneWorker::failed, this, &SceneRenderer::onFailed,
            Qt::QueuedConnection);
    connect(m_worker.get(), &SceneWorker::contextLost, this, &SceneRenderer::onContextLost,
            Qt::QueuedConnection);
    connect(m_worker.get(), &SceneWorker::rayCastRefused, this, &SceneRenderer::onRayCastRefused,
            Qt::QueuedConnection);
    connect(m_worker.get(), &SceneWorker::drawn, this, &SceneRenderer::onFrame,
            Qt::QueuedConnection);
    if (platform.threaded) {
        m_thread = std::make_unique<QThread>();
        m_thread->setObjectName(QStringLiteral("scene"));
        m_worker->moveToThread(m_thread.get());
        m_thread->start();
    }
    QMetaObject::invokeMethod(m_worker.get(), &SceneWorker::start, Qt::QueuedConnection);
}

void SceneRenderer::stop()
{
    if (m_worker) {
        SceneWorker *worker = m_worker.get();
        worker->interrupt();
        worker->disconnect(this);
        if (m_thread) {
            QMetaObject::invokeMethod(worker, &SceneWorker::releaseAndEndThread,
                                      Qt::QueuedConnection);
            m_thread->wait();
        } else {
            worker->release();
        }
        m_worker.reset();
        m_thread.reset();
    }
    m_surface.reset();
    m_drawing.reset();
    m_outdated = false;
    m_state = State::Stopped;
}

void SceneRenderer::onStarted(const GlFacts &facts)
{
    m_facts = facts;
    m_castOnCpu = castsOnCpu(m_options.caster, facts);
    m_state = State::Running;
    if (m_prepared)
        hand(m_prepared);
    else if (m_volume)
        prepare();
}

void SceneRenderer::onFailed(const QString &reason)
{
    stop();
    m_state = State::Failed;
    m_facts = platformFacts();
    m_facts.message = reason;
    m_prepared.reset();
    m_waiting.reset();
    Q_EMIT unavailable(reason);
}

void SceneRenderer::onContextLost()
{
    if (m_restarts >= kMostRestarts) {
        onFailed(noGlText(Text::tr("the connection to the graphics card was lost twice in a row"),
                          m_facts.platform));
        return;
    }
    ++m_restarts;
    restart();
}

void SceneRenderer::onRayCastRefused()
{
    qWarning("The graphics card cannot cast rays through this volume; the CPU does it instead.");
    m_options.caster = RayCaster::Cpu;
    m_prepared.reset(); // it may be too large for the CPU
    restart();
}

void SceneRenderer::restart()
{
    if (!m_waiting)
        m_waiting = m_drawing;
    stop();
    m_state = State::Starting;
    startWorker();
}

void SceneRenderer::prepare()
{
    m_preparing.request_stop();
    m_preparing = std::stop_source();
    auto *watcher = new QFutureWatcher<Prepared>(this);
    connect(watcher, &QFutureWatcherBase::finished, this,
            [this, watcher, token = m_preparing.get_token()] {
                watcher->deleteLater();
                if (!token.stop_requested())
                    hand(watcher->result());
            });
    const int most =
        m_castOnCpu ? kMostVoxelsOnCpu : std::min(kMostVoxelsOnCard, m_facts.largestTexture3d);
    watcher->setFuture(QtConcurrent::run([volume = *m_volume, most,
                                          token = m_preparing.get_token()]() -> Prepared {
        std::optional<SceneVolume> scene = prepareSceneVolume(drawableVolume(volume), most, token);
        return scene ? std::make_shared<const SceneVolume>(std::move(*scene)) : nullptr;
    }));
}

void SceneRenderer::hand(std::shared_ptr<const SceneVolume> prepared)
{
    m_prepared = std::move(prepared);
    if (m_state != State::Running)
        return;
    if (m_drawing) {
        m_outdated = true;
        m_worker->interrupt();
    }
    QMetaObject::invokeMethod(
        m_worker.get(),
        [worker = m_worker.get(), volume = m_prepared] { worker->setVolume(volume); },
        Qt::QueuedConnection);
    if (!m_prepared)
        return;
    Q_EMIT volumeReady();
    pump();
}

void SceneRenderer::pump()
{
    if (m_state != State::Running || !m_prepared || !m_waiting)
        return;
    if (m_drawing) {
        // A fine frame may take a second; what is asked for now is worth more.
        if (!m_drawing->moving)
            m_worker->interrupt();
        return;
    }
    m_drawing = std::exchange(m_waiting, std::nullopt);
    m_worker->allow();
    QMetaObject::invokeMethod(
        m_worker.get(),
        [worker = m_worker.get(), settings = *m_drawing] { worker->draw(settings); },
        Qt::QueuedConnection);
}

void SceneRenderer::onFrame(const SceneFrame &frame)
{
    m_drawing.reset();
    const bool outdated = std::exchange(m_outdated, false);
    if (!frame.image.isNull() && !outdated) {
        m_restarts = 0;
        Q_EMIT frameReady(frame);
    }
    pump();
}

} // namespace mrb::viewer
