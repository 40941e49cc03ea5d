// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

// What was seen of a run while it went on. Times in seconds since the run's begin, memory in MiB.

struct ProcessSample
{
    double seconds = 0;
    double rssMb = 0;      ///< sum over the processes
    double cpuSeconds = 0; ///< of all so far; never falls

    friend bool operator==(const ProcessSample &, const ProcessSample &) = default;
};

/// Memory on one GPU; none where nvidia-smi does not say how much.
struct GpuUse
{
    std::string uuid;
    std::optional<double> memoryMb; ///< the most within the time of the sample
    /// The least within that time, where it was looked at often enough: what was held all along,
    /// without what a convolution takes for some milliseconds because it is free.
    std::optional<double> heldMb = {};

    friend bool operator==(const GpuUse &, const GpuUse &) = default;
};

struct GpuSample
{
    double seconds = 0;
    /// GPUs that processes of the run hold, each once.
    std::vector<GpuUse> ofProcesses = {};
    /// GPUs on which more memory is used than before the run, by processes that nvidia-smi does not
    /// show here.
    std::vector<GpuUse> ofDevices = {};
    /// A GPU whose processes are not shown does not tell its memory either (MIG, old drivers).
    bool hidden = false;

    friend bool operator==(const GpuSample &, const GpuSample &) = default;
};

struct RunSamples
{
    std::vector<ProcessSample> processes = {}; ///< by time
    std::vector<GpuSample> gpus = {};          ///< by time
    QString gpuProblem = {};                   ///< why there are none or not all
};

} // namespace mrb::backend
