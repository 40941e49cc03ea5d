// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"
#include "backend/cost/GpuWatch.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

namespace mrb::backend {

/// How often an nvidia-smi that goes on answers.
inline constexpr std::chrono::milliseconds kGpuLoopTick{20};

/// One nvidia-smi that goes on telling what all processes hold, for however many runs follow it at
/// once. The first one starts it, the last one ends it; those with another environment have another
/// one. Any thread.
class GpuLoop
{
public:
    using Clock = std::chrono::steady_clock;
    /// Some rows of one answer or several, and when they came.
    using Sink = std::function<void(const std::vector<GpuProcess> &, Clock::time_point)>;

    /// That of all runs in this program.
    static std::shared_ptr<GpuLoop> ofThisProgram();

    /// From now on, until a stop, or until nvidia-smi ends or cannot be started; then whoever comes
    /// next starts a new one. The sink is called in this thread, so that one that is slow or throws
    /// is no matter to the others. Who leaves last waits for the end of nvidia-smi: some
    /// milliseconds, or half a second where a hung driver keeps even a killed one.
    void follow(EnvironmentPairs environment, const Sink &sink, const std::stop_token &stop);

private:
    struct Child;
    struct Answer;
    struct Inbox;
    class Seat;

    std::shared_ptr<Child> join(const EnvironmentPairs &environment, Inbox &inbox);
    void leave(const std::shared_ptr<Child> &child, const Inbox &inbox);
    void read(Child &child, const std::stop_token &stop);
    void handOut(Child &child, std::vector<GpuProcess> rows);

    std::mutex m_mutex; // of all below, and of all children's
    std::condition_variable_any m_wake;
    std::map<EnvironmentPairs, std::shared_ptr<Child>> m_children;
};

} // namespace mrb::backend
