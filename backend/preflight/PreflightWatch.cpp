// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/preflight/PreflightWatch.h"

#include "backend/preflight/PreflightItems.h"
#include "backend/run/Preparation.h"

#include <QFutureWatcher>
#include <QPromise>
#include <QThreadPool>

#include <optional>
#include <stop_token>

namespace mrb::backend {

struct PreflightWatch::State
{
    PreflightReport report;
    std::optional<GenerateOptions> latest;
    bool isLooking = false;
    bool lookOnceMore = false;
    std::stop_source stop;
    // Weights can take a minute to hash: that must not hold up who opens a volume meanwhile. Last:
    // it waits for the worker.
    QThreadPool pool;
};

PreflightWatch::PreflightWatch(QObject *parent)
    : QObject(parent), m_state(std::make_unique<State>())
{
}

// The worker ends the program that it asks, or stops hashing, at once.
PreflightWatch::~PreflightWatch()
{
    m_state->stop.request_stop();
}

void PreflightWatch::look(const GenerateOptions &options)
{
    m_state->latest = options;
    if (m_state->isLooking) {
        m_state->lookOnceMore = true;
        return;
    }
    m_state->isLooking = true;
    Q_EMIT lookStarted();
    startWorker();
}

void PreflightWatch::lookAgain()
{
    if (m_state->latest)
        look(GenerateOptions(*m_state->latest));
}

void PreflightWatch::startWorker()
{
    m_state->lookOnceMore = false;
    const auto promise = std::make_shared<QPromise<PreflightReport>>(); // tasks are copied
    auto *watcher = new QFutureWatcher<PreflightReport>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
        watcher->deleteLater();
        if (m_state->lookOnceMore) { // these facts are about options of before
            startWorker();
            return;
        }
        m_state->isLooking = false;
        m_state->report = watcher->result();
        // A copy: a slot may ask for the next look.
        Q_EMIT reported(PreflightReport(m_state->report));
    });
    watcher->setFuture(promise->future());
    promise->start();
    m_state->pool.start([promise, options = *m_state->latest, stop = m_state->stop.get_token()] {
        promise->addResult(preflightReport(prepareRun(options, PreparationDepth::Preflight, stop)));
        promise->finish();
    });
}

bool PreflightWatch::isLooking() const
{
    return m_state->isLooking;
}

const PreflightReport &PreflightWatch::report() const
{
    return m_state->report;
}

} // namespace mrb::backend
