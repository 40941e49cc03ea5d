// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "backend/cost/RunSamples.h"

#include <QString>

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace mrb::backend {

class GpuWatch;
class ProcessTree;

/// What to watch.
struct WatchedRun
{
    pid_t program = 0;                           ///< its own, not the supervisor's
    std::chrono::steady_clock::time_point begin; ///< where the samples' seconds start
    EnvironmentPairs environment = {};           ///< of nvidia-smi; its PATH counts
    std::vector<std::string> gpuUuids = {};      ///< the cards that the run may use
    QString whyNoGpu = {};                       ///< not empty: nvidia-smi is not asked
    std::chrono::milliseconds processPause{200}; ///< between two looks at /proc, at least
    std::chrono::milliseconds gpuPause{250};     ///< between two questions to nvidia-smi, at least
    std::chrono::milliseconds gpuTimeLimit{2'000}; ///< of one question
};

/// Looks at the processes and the GPU memory of a run while it goes on, in two threads of its own,
/// so that a slow nvidia-smi never keeps anything waiting. Pauses grow with what a look costs: of
/// /proc at most half a percent of a processor, of nvidia-smi at most a tenth of the time. Once
/// nvidia-smi shows the run's processes, one call of it goes on telling every 20 ms (the same for
/// all runs of this program), and the largest values of each pause are kept, and what was held all
/// along. After three failures in a row nvidia-smi is left alone.
/// One object watches one run.
///
/// All functions belong to one thread, but finish() may be called in another one afterwards. Only
/// finish() and the destructor wait: for the end of a look, some milliseconds, or, where a hung
/// driver keeps even a killed nvidia-smi, half a second.
class ResourceSampler
{
public:
    ResourceSampler() = default;
    ~ResourceSampler();
    ResourceSampler(const ResourceSampler &) = delete;
    ResourceSampler &operator=(const ResourceSampler &) = delete;

    /// The first looks follow at once. Does nothing for a program that has ended already.
    void start(const WatchedRun &run);
    /// A look at the processes now, for instance because a phase begins.
    void lookNow();
    /// No further samples; a question that nvidia-smi did not answer yet is ended. Does not wait.
    void requestStop();
    /// Stops, waits and hands over.
    RunSamples finish();

private:
    void watchProcesses(const ProcessTree &tree, const std::stop_token &stop);
    void follow(GpuWatch &watch, const std::stop_token &stop);
    void watchGpus(const ProcessTree &tree, const std::stop_token &stop);
    double seconds() const;

    WatchedRun m_run;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    bool m_lookNow = false;   // guarded by m_mutex
    RunSamples m_samples;     // processes belongs to the first thread, the rest to the second
    std::jthread m_processes; // last: they end before what they work on
    std::jthread m_gpus;
};

} // namespace mrb::backend
