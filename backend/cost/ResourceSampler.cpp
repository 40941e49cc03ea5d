// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/ResourceSampler.h"

#include "backend/base/Text.h"
#include "backend/cost/GpuWatch.h"
#include "backend/cost/ProcessTree.h"
#include "backend/environment/ShortCommand.h"

#include <time.h>

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

namespace mrb::backend {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostGpuFailures = 3;
constexpr int kProcessPauseFactor = 200; // half a percent of a processor
constexpr int kGpuPauseFactor = 10;

/// Of this thread; what others do meanwhile does not make a look more expensive.
std::chrono::nanoseconds ownTime()
{
    timespec now = {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

bool isHopeless(const Error &error)
{
    return error.code == error_codes::kCommandNotFound ||
           error.code == error_codes::kCommandNotExecutable;
}

} // namespace

ResourceSampler::~ResourceSampler()
{
    requestStop();
}

double ResourceSampler::seconds() const
{
    return std::chrono::duration<double>(Clock::now() - m_run.begin).count();
}

void ResourceSampler::start(const WatchedRun &run)
{
    m_run = run;
    m_samples.gpuProblem = run.whyNoGpu;
    const auto tree = ProcessTree::around(run.program);
    if (!tree)
        return;
    try {
        m_processes = std::jthread(
            [this, tree = *tree](const std::stop_token &stop) { watchProcesses(tree, stop); });
        if (m_run.whyNoGpu.isEmpty())
            m_gpus = std::jthread(
                [this, tree = *tree](const std::stop_token &stop) { watchGpus(tree, stop); });
    } catch (const std::system_error &failure) {
        // A machine without threads left; a run goes on without being watched.
        m_samples.gpuProblem = Text::tr("No thread could be started to ask nvidia-smi: %1.")
                                   .arg(QString::fromUtf8(failure.what()));
    }
}

void ResourceSampler::lookNow()
{
    {
        const std::lock_guard lock(m_mutex);
        m_lookNow = true;
    }
    m_wake.notify_all();
}

void ResourceSampler::requestStop()
{
    m_processes.request_stop();
    m_gpus.request_stop();
}

RunSamples ResourceSampler::finish()
{
    requestStop();
    for (std::jthread *thread : {&m_processes, &m_gpus})
        if (thread->joinable())
            thread->join();
    return std::exchange(m_samples, {});
}

void ResourceSampler::watchProcesses(const ProcessTree &tree, const std::stop_token &stop)
{
    try {
        double cpuSeconds = 0;
        while (!stop.stop_requested()) {
            const auto before = ownTime();
            const auto usage = tree.look();
            const std::chrono::nanoseconds cost = ownTime() - before;
            if (!usage)
                return; // the supervisor is gone, and soon everything else
            if (stop.stop_requested())
                return;
            cpuSeconds = std::max(cpuSeconds, usage->cpuSeconds);
            if (usage->rssMb > 0) // else a process is just beginning or has just ended
                m_samples.processes.push_back({seconds(), usage->rssMb, cpuSeconds});
            const auto pause =
                std::max<std::chrono::nanoseconds>(m_run.processPause, kProcessPauseFactor * cost);
            std::unique_lock lock(m_mutex);
            m_wake.wait_for(lock, stop, pause, [this] { return m_lookNow; });
            m_lookNow = false;
        }
    } catch (const std::exception &) {
        // Out of memory: what was seen until now is what there is.
    }
}

void ResourceSampler::follow(GpuWatch &watch, const std::stop_token &stop)
{
    const auto keep = [this](GpuSample sample, Clock::time_point when) {
        sample.seconds = std::chrono::duration<double>(when - m_run.begin).count();
        m_samples.gpus.push_back(std::move(sample));
    };
    watch.follow(m_run.gpuPause, keep, stop);
}

void ResourceSampler::watchGpus(const ProcessTree &tree, const std::stop_token &stop)
{
    try {
        GpuWatch watch(tree, m_run.environment, m_run.gpuUuids, m_run.gpuTimeLimit);
        std::condition_variable_any wake;
        std::mutex mutex;
        int failures = 0;
        bool followed = false;
        while (true) {
            const auto before = Clock::now();
            Result<GpuSample> sample = watch.look(stop);
            const auto duration = Clock::now() - before;
            if (stop.stop_requested())
                return;
            if (sample) {
                failures = 0;
                sample->seconds = seconds();
                m_samples.gpus.push_back(std::move(*sample));
                if (watch.showsProcesses() && !std::exchange(followed, true))
                    follow(watch, stop);
                if (stop.stop_requested())
                    return;
            } else if (++failures == kMostGpuFailures || isHopeless(sample.error())) {
                m_samples.gpuProblem = sample.error().message;
                return;
            }
            const auto pause =
                std::max<Clock::duration>(m_run.gpuPause, kGpuPauseFactor * duration);
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, pause, [] { return false; });
        }
    } catch (const std::exception &failure) {
        m_samples.gpuProblem = Text::tr("The GPUs could not be watched to the end: %1.")
                                   .arg(QString::fromUtf8(failure.what()));
    }
}

} // namespace mrb::backend
