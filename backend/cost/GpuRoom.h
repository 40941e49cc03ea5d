// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "backend/base/Error.h"
#include "backend/cost/ProcessTree.h"
#include "backend/environment/GpuProbe.h"

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mrb::backend {

struct GpuProcess;

/// A program that runs behind our supervisor; what it started is ours as well. Memory in MiB.
struct OurProgram
{
    pid_t pid = 0;
    std::string gpu = {};  ///< UUID of the card that it was given; empty: any
    double reservedMb = 0; ///< the most that it should take there; 0: not known
};

/// A card and what programs of others, the desktop and the driver hold on it.
struct CardRoom
{
    Gpu gpu;
    std::optional<double> othersMb = {}; ///< MiB; not told: at most one run should use it

    friend bool operator==(const CardRoom &, const CardRoom &) = default;
};

struct HostMemory
{
    double totalMb = 0;
    double othersMb = 0; ///< in use, without what can be given back and without ours

    friend bool operator==(const HostMemory &, const HostMemory &) = default;
};

/// What there is on this machine beside ours.
struct MachineMemory
{
    std::vector<Gpu> gpus = {};       ///< all, for visibleGpus() with a choice of a run's own
    std::vector<CardRoom> cards = {}; ///< those that programs see, in their order
    /// A slice of a card (MIG) is selected: nothing is known of it, and one run should use it.
    bool sliceSelected = false;
    std::optional<Error> gpuProblem = {}; ///< why cards are missing, or memory is guessed
    std::optional<HostMemory> host = {};  ///< none where the system does not tell

    friend bool operator==(const MachineMemory &, const MachineMemory &) = default;
};

/// What is known of one card at one moment.
struct CardUse
{
    double usedMb = 0;
    std::optional<double> oursMb = {}; ///< of our processes, where they are shown with their memory
    bool isShown = false;              ///< processes of ours would be shown if they held anything
    bool hasOurs = false;              ///< a program of ours may use it
    double reservedMb = 0;             ///< of all of ours on it; 0: not known
    std::optional<double> beforeMb = {}; ///< what was used when none of ours ran on it
};

/// Where our processes are not shown (a container with process numbers of its own), it is what was
/// used before they came, or what they cannot hold by their reservations when that is more.
double othersMb(const CardUse &use);

/// Of the text of /proc/meminfo: total, and what is neither free nor can be given back.
std::optional<HostMemory> parseHostMemory(std::string_view text);

/// Asks nvidia-smi and /proc what others hold, and remembers how full cards were without ours. One
/// thread at a time.
class RoomWatch
{
public:
    explicit RoomWatch(EnvironmentPairs environment,
                       std::chrono::milliseconds timeLimit = std::chrono::seconds(5));

    /// Two calls of nvidia-smi from the PATH of the environment, whose CUDA_VISIBLE_DEVICES counts.
    /// Blocks for up to twice the time limit; a stop ends it at once, with a problem.
    MachineMemory look(const std::vector<OurProgram> &programs, const std::stop_token &stop);

private:
    void follow(const std::vector<OurProgram> &programs);
    bool isOurs(pid_t process);
    CardUse useOf(const Gpu &gpu, const std::vector<OurProgram> &programs,
                  const std::vector<GpuProcess> &rows);
    std::optional<HostMemory> lookAtHost() const;

    EnvironmentPairs m_environment;
    std::chrono::milliseconds m_timeLimit;
    std::map<pid_t, ProcessTree> m_trees;
    std::set<pid_t> m_seen; ///< processes of ours that were listed; they may be for a moment longer
    std::map<std::string, double> m_before; ///< by UUID
};

} // namespace mrb::backend
