// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/cost/GpuWatch.h"
#include "backend/cost/RunSamples.h"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mrb::backend {

/// To the same card's, where it is listed already. A sum with a part that is not known is none.
void addGpuUse(std::vector<GpuUse> &uses, const GpuUse &use);

/// What an nvidia-smi that goes on says of one run, gathered to one sample for each pause: of each
/// process the most, and the least where it was told often enough. Pure.
class GpuGathering
{
public:
    using Clock = GpuWatch::Clock;
    using Sink = std::function<void(GpuSample, Clock::time_point)>;

    GpuGathering(Clock::time_point begin, std::chrono::milliseconds pause, Sink sink);

    /// In the order of time. Rows of others tell that nvidia-smi goes on.
    void row(const GpuProcess &process, bool isOfRun, Clock::time_point when);
    /// Nothing is printed once no process is left, so that end is concluded.
    void finish(Clock::time_point now);

private:
    /// Of one process on one card, within a pause.
    struct Seen
    {
        Clock::time_point first, last;
        int answers = 0;
        bool isTold = true; ///< how much it holds, in each answer
        double most = 0, least = 0;
    };
    std::optional<double> heldMb(const Seen &seen) const;
    void handOver(Clock::time_point when);

    std::chrono::milliseconds m_pause;
    Sink m_sink;
    Clock::time_point m_begin;
    Clock::time_point m_last;
    std::map<std::pair<std::string, pid_t>, Seen> m_seen;
};

} // namespace mrb::backend
