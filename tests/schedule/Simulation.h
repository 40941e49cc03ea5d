// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/schedule/Scheduler.h"

#include <functional>
#include <string>
#include <vector>

namespace mrb::test {

// A machine on which time is a number: runs arrive, import, compute, end, and are measured.

enum class Fate {
    Succeeds,
    Fails,       ///< half way
    OutOfMemory, ///< half way, and once more alone, where it succeeds
};

struct Job
{
    double arrival = 0; ///< seconds, all of them
    double importing = 16;
    double computing = 10;
    double measuring = 2;
    double readyAfter = 0; ///< since its arrival; until then its interpreter imports
    backend::RunNeed need;
    Fate fate = Fate::Succeeds;
};

/// From a moment on others hold so much on a GPU.
struct OthersChange
{
    double at = 0;
    std::size_t gpu = 0;
    double othersMb = 0;
};

struct Workload
{
    backend::MachineRoom room;
    backend::SlotLimits limits;
    std::vector<Job> jobs;
    std::vector<OthersChange> changes; ///< by time
};

using Policy = std::function<std::optional<backend::Start>(
    const backend::MachineRoom &, std::span<const backend::StartedRun>,
    std::span<const backend::WaitingRun>, const backend::SlotLimits &)>;

struct JobStory
{
    double start = -1; ///< of its first try; -1: never
    double end = -1;   ///< of its last try
    int tries = 0;
};

struct Story
{
    double makespan = 0; ///< until the last upstream ended
    std::vector<JobStory> jobs;
    std::vector<std::string> broken; ///< rules that did not hold, each once
    std::size_t starts = 0;
    std::size_t calls = 0;
    int mostAtOnce = 0;
    /// How long a run was the first of those that were ready, and overdue, and still did not start.
    double longestOverdue = 0;
};

/// Every rule is checked at every event, by code that shares nothing with the scheduler's.
Story simulate(const Workload &workload, const Policy &policy);

enum class Placement { Roomiest, Tightest, First };
/// Garey and Graham's: at every event the list is scanned and whatever fits is started.
Policy listScheduling(Placement placement);

} // namespace mrb::test
