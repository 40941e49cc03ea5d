// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/GpuRoom.h"

#include "backend/cost/GpuWatch.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace mrb::backend {

double othersMb(const CardUse &use)
{
    if (use.oursMb)
        return std::max(0.0, use.usedMb - *use.oursMb);
    if (!use.hasOurs || use.isShown)
        return use.usedMb;
    if (use.reservedMb <= 0)
        return std::min(use.beforeMb.value_or(use.usedMb), use.usedMb);
    const double beyondOurs = std::max(0.0, use.usedMb - use.reservedMb);
    return std::max(std::min(use.beforeMb.value_or(0), use.usedMb), beyondOurs);
}

std::optional<HostMemory> parseHostMemory(std::string_view text)
{
    constexpr double kKibibytesInMb = 1024;
    std::optional<double> totalMb;
    std::optional<double> availableMb;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string key;
        double kibibytes = 0;
        if (!(fields >> key >> kibibytes))
            continue;
        if (key == "MemTotal:")
            totalMb = kibibytes / kKibibytesInMb;
        else if (key == "MemAvailable:")
            availableMb = kibibytes / kKibibytesInMb;
    }
    if (!totalMb || !availableMb)
        return std::nullopt;
    return HostMemory{.totalMb = *totalMb, .othersMb = std::max(0.0, *totalMb - *availableMb)};
}

RoomWatch::RoomWatch(EnvironmentPairs environment, std::chrono::milliseconds timeLimit)
    : m_environment(std::move(environment)), m_timeLimit(timeLimit)
{
}

void RoomWatch::follow(const std::vector<OurProgram> &programs)
{
    std::erase_if(m_trees, [&programs](const auto &tree) {
        return std::ranges::find(programs, tree.first, &OurProgram::pid) == programs.end();
    });
    for (const OurProgram &program : programs) {
        if (m_trees.contains(program.pid))
            continue;
        if (const auto tree = ProcessTree::around(program.pid))
            m_trees.emplace(program.pid, *tree);
    }
}

bool RoomWatch::isOurs(pid_t process)
{
    const bool isHeld = std::ranges::any_of(
        m_trees, [process](const auto &tree) { return tree.second.holds(process); });
    if (isHeld)
        m_seen.insert(process);
    return isHeld || (m_seen.contains(process) && !processExists(process));
}

CardUse RoomWatch::useOf(const Gpu &gpu, const std::vector<OurProgram> &programs,
                         const std::vector<GpuProcess> &rows)
{
    const std::string uuid = gpu.uuid.toStdString();
    CardUse use{.usedMb = static_cast<double>(*gpu.memoryTotalMiB - *gpu.memoryFreeMiB),
                .isShown = !m_seen.empty()};
    bool allTold = true;
    for (const GpuProcess &row : rows) {
        const bool ours = isOurs(row.pid);
        // Where processes of others are shown, ours are, too.
        use.isShown = use.isShown || ours || processExists(row.pid);
        if (row.uuid != uuid || !ours)
            continue;
        allTold = allTold && row.memoryMb;
        use.oursMb = use.oursMb.value_or(0) + row.memoryMb.value_or(0);
        use.hasOurs = true;
    }
    if (!allTold) {
        use.oursMb.reset();
        use.isShown = false;
    }
    bool allReserved = true;
    for (const OurProgram &program : programs) {
        if (!program.gpu.empty() && program.gpu != uuid)
            continue;
        use.hasOurs = true;
        use.reservedMb += program.reservedMb;
        allReserved = allReserved && program.reservedMb > 0;
    }
    if (!allReserved)
        use.reservedMb = 0;
    if (const auto before = m_before.find(uuid); before != m_before.end())
        use.beforeMb = before->second;
    return use;
}

std::optional<HostMemory> RoomWatch::lookAtHost() const
{
    std::ifstream file("/proc/meminfo");
    auto host = parseHostMemory(std::string(std::istreambuf_iterator<char>(file), {}));
    if (!host)
        return host;
    for (const auto &[pid, tree] : m_trees)
        if (const auto ours = tree.look())
            host->othersMb -= ours->rssMb;
    // What processes share was counted for each of them.
    host->othersMb = std::max(0.0, host->othersMb);
    return host;
}

MachineMemory RoomWatch::look(const std::vector<OurProgram> &programs, const std::stop_token &stop)
{
    follow(programs);
    MachineMemory memory{.host = lookAtHost()};
    const GpuProbe probe = probeGpus(m_environment, m_timeLimit, stop);
    memory.gpus = probe.gpus;
    memory.gpuProblem = probe.error;
    const VisibleGpus visible =
        visibleGpus(probe.gpus, environmentValue(m_environment, "CUDA_VISIBLE_DEVICES"));
    memory.sliceSelected = visible.sliceSelected;
    if (!memory.gpuProblem)
        memory.gpuProblem = visible.error;
    if (visible.gpus.empty())
        return memory;
    const auto rows = askGpuProcesses(m_environment, m_timeLimit, stop);
    if (!rows && !memory.gpuProblem)
        memory.gpuProblem = rows.error();
    for (const Gpu &gpu : visible.gpus) {
        CardRoom card{.gpu = gpu};
        if (!gpu.uuid.isEmpty() && gpu.memoryTotalMiB && gpu.memoryFreeMiB) {
            CardUse use = useOf(gpu, programs, rows ? *rows : std::vector<GpuProcess>());
            use.isShown = use.isShown && rows;
            card.othersMb = othersMb(use);
            // Others never hold more than all.
            if (!use.hasOurs || (use.beforeMb && use.usedMb < *use.beforeMb))
                m_before[gpu.uuid.toStdString()] = use.usedMb;
        }
        memory.cards.push_back(std::move(card));
    }
    return memory;
}

} // namespace mrb::backend
