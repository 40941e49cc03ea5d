// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "backend/base/Result.h"
#include "backend/cost/ProcessTree.h"
#include "backend/cost/RunSamples.h"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

namespace error_codes {
inline constexpr ErrorCode kGpuUseUnreadable = "gpu_use_unreadable";
inline constexpr ErrorCode kGpuUseFailed = "gpu_use_failed";
} // namespace error_codes

inline constexpr const char *kGpuProcessQuery = "--query-compute-apps=gpu_uuid,pid,used_memory";
inline constexpr const char *kGpuAnswerFormat = "--format=csv,noheader,nounits";

/// A row of what nvidia-smi answers to kGpuProcessQuery.
struct GpuProcess
{
    std::string uuid;
    pid_t pid = 0;
    std::optional<double> memoryMb;

    friend bool operator==(const GpuProcess &, const GpuProcess &) = default;
};

/// Both with kGpuAnswerFormat. No rows are an answer.
Result<std::vector<GpuProcess>> parseGpuProcesses(std::string_view text);
/// Of `nvidia-smi --query-gpu=uuid,memory.used`.
Result<std::vector<GpuUse>> parseGpuMemory(std::string_view text);

/// Asks nvidia-smi once for the processes on all cards. Blocks; a stop ends it at once.
Result<std::vector<GpuProcess>> askGpuProcesses(const EnvironmentPairs &environment,
                                                std::chrono::milliseconds timeLimit,
                                                const std::stop_token &stop);

/// How a row's process is related to the run.
enum class GpuOwner { Run, Other, Unknown };

/// What two answers mean. Pure.
/// devices: memory of the cards; only looked at when no row is the run's. before: the same when the
/// run began; cards that are not in it do not count.
GpuSample gpuSample(const std::vector<GpuProcess> &rows,
                    const std::function<GpuOwner(pid_t)> &ownerOf,
                    const std::vector<GpuUse> &devices, const std::vector<GpuUse> &before);

/// Asks nvidia-smi again and again what a run holds on GPUs. One thread.
class GpuWatch
{
public:
    /// @param uuids the cards the run may use
    GpuWatch(const ProcessTree &tree, EnvironmentPairs environment,
             const std::vector<std::string> &uuids, std::chrono::milliseconds timeLimit);

    /// One or two calls of nvidia-smi; `seconds` of the sample stay 0. Blocks for up to twice the
    /// time limit; a stop ends it at once.
    Result<GpuSample> look(const std::stop_token &stop);

    /// Processes of the run were shown at least once, so follow() can be used.
    bool showsProcesses() const { return !m_known.empty(); }

    using Clock = std::chrono::steady_clock;
    /// What nvidia-smi tells every 20 ms, once for all runs of this program, since what a
    /// convolution takes for some milliseconds would slip through. onSample gets the largest values
    /// of every `pause`, and what was held all along in it. Blocks until a stop, or until the
    /// program ends.
    void follow(std::chrono::milliseconds pause,
                const std::function<void(GpuSample, Clock::time_point)> &onSample,
                const std::stop_token &stop);

private:
    Result<std::vector<GpuUse>> askDevices(const std::stop_token &stop) const;
    GpuOwner ownerOf(pid_t process);
    bool isOfRun(pid_t process, Clock::time_point when);

    ProcessTree m_tree;
    EnvironmentPairs m_environment;
    std::set<std::string> m_uuids;
    std::chrono::milliseconds m_timeLimit;
    std::optional<std::vector<GpuUse>> m_before;
    std::set<pid_t> m_known; ///< the run's; their memory may be listed for a moment after their end
    std::map<pid_t, Clock::time_point> m_others; ///< when they were looked at
};

} // namespace mrb::backend
