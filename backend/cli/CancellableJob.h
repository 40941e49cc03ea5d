// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cli/SignalWatcher.h"
#include "backend/run/ExitCode.h"

#include <QCoreApplication>
#include <QMetaObject>

#include <cstdlib>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace mrb::backend {

/// Runs `job(stop)` in a worker until it returns; a signal asks it to stop. What it returned, or
/// nothing when it was asked to stop.
/// @param mayBeLeft a second signal ends the program at once: for jobs that write nothing
template <class Job>
auto runCancellable(const SignalWatcher &signalWatcher, Job job, bool mayBeLeft = false)
    -> std::optional<decltype(job(std::stop_token()))>
{
    std::optional<decltype(job(std::stop_token()))> result;
    bool cancelled = false;
    std::jthread worker([&result, &job](std::stop_token stop) {
        result.emplace(job(std::move(stop)));
        QMetaObject::invokeMethod(QCoreApplication::instance(), &QCoreApplication::quit,
                                  Qt::QueuedConnection);
    });
    QObject receiver; // of signals until this function returns
    QObject::connect(&signalWatcher, &SignalWatcher::endRequested, &receiver,
                     [&worker, &cancelled, mayBeLeft] {
                         if (cancelled && mayBeLeft)
                             std::_Exit(static_cast<int>(ExitCode::Cancelled));
                         cancelled = true;
                         worker.request_stop();
                     });
    QCoreApplication::exec();
    worker.join();
    if (cancelled)
        result.reset();
    return result;
}

/// The same for a program that waits for nothing else.
template <class Job> auto runCancellable(Job job, bool mayBeLeft = false)
{
    const SignalWatcher signalWatcher;
    return runCancellable(signalWatcher, std::move(job), mayBeLeft);
}

} // namespace mrb::backend
