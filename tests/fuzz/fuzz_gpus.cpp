// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// What nvidia-smi answers, and CUDA_VISIBLE_DEVICES over it. Parts of the input: standard output,
// standard error, the variable, the exit code as one byte; then what it answers while a run goes
// on: processes, and memory before and now.

#include "backend/cost/GpuGathering.h"
#include "backend/cost/GpuWatch.h"
#include "backend/environment/GpuProbe.h"
#include "tests/fuzz/FuzzSupport.h"

#include <algorithm>

using namespace mrb::backend;
using mrb::fuzz::require;

namespace {

/// The rows one after another, as an nvidia-smi that goes on tells them, and three times the same.
void checkGathering(const std::vector<GpuProcess> &rows)
{
    using Clock = GpuGathering::Clock;
    Clock::time_point now{};
    GpuGathering gathering(
        now, std::chrono::milliseconds(250), [](const GpuSample &sample, Clock::time_point) {
            for (const GpuUse &use : sample.ofProcesses) {
                require(!use.heldMb || use.memoryMb, "what was held is told with the peak");
                require(use.heldMb.value_or(0) <= use.memoryMb.value_or(0),
                        "no more was held than the peak");
            }
        });
    for (int round = 0; round < 3; ++round) {
        for (const GpuProcess &row : rows)
            gathering.row(row, row.pid % 3 == 0, now += std::chrono::milliseconds(25));
    }
    gathering.finish(now);
}

void checkUse(const std::vector<std::string_view> &parts)
{
    const auto rows = parseGpuProcesses(parts[4]);
    const auto before = parseGpuMemory(parts[5]);
    const auto now = parseGpuMemory(parts[6]);
    if (!rows) {
        mrb::fuzz::requireExplained(rows.error());
        return;
    }
    checkGathering(*rows);
    if (!before || !now)
        return;
    const auto owner = [](pid_t process) {
        return process % 3 == 0   ? GpuOwner::Run
               : process % 3 == 1 ? GpuOwner::Other
                                  : GpuOwner::Unknown;
    };
    const GpuSample sample = gpuSample(*rows, owner, *now, *before);
    for (const auto *uses : {&sample.ofProcesses, &sample.ofDevices}) {
        for (const GpuUse &use : *uses)
            require(use.memoryMb.value_or(0) >= 0, "memory is not negative");
    }
    for (auto use = sample.ofProcesses.begin(); use != sample.ofProcesses.end(); ++use)
        require(std::find_if(sample.ofProcesses.begin(), use,
                             [use](const GpuUse &other) { return other.uuid == use->uuid; }) == use,
                "a GPU is listed once");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto parts = mrb::fuzz::partsOf(mrb::fuzz::textOf(data, size), 7);
    const CommandOutput answer{
        .exitCode = parts[3].empty() ? 0 : static_cast<unsigned char>(parts[3].front()),
        .out = std::string(parts[0]),
        .err = std::string(parts[1])};
    const GpuProbe probe = parseGpuAnswer(answer);
    require(probe.error || !probe.gpus.empty(), "without an error there is a card");
    require(answer.exitCode == 0 || probe.error, "a failure of the tool is an error");
    if (probe.error)
        mrb::fuzz::requireExplained(*probe.error);
    for (const Gpu &gpu : probe.gpus)
        require(gpu.index >= 0 && gpu.memoryTotalMiB.value_or(0) >= 0 &&
                    gpu.memoryFreeMiB.value_or(0) >= 0,
                "a card's numbers are not negative");

    require(visibleGpus(probe.gpus, std::nullopt).gpus == probe.gpus, "not set means all");
    const VisibleGpus visible = visibleGpus(probe.gpus, std::string(parts[2]));
    require(visible.error || !visible.gpus.empty(), "an empty choice is explained");
    for (auto gpu = visible.gpus.begin(); gpu != visible.gpus.end(); ++gpu) {
        require(std::ranges::find(probe.gpus, *gpu) != probe.gpus.end(),
                "only cards that are there");
        require(std::find(visible.gpus.begin(), gpu, *gpu) == gpu, "no card twice");
    }
    checkUse(parts);
    return 0;
}
