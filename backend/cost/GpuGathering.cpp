// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/GpuGathering.h"

#include "backend/cost/GpuLoop.h"

#include <algorithm>

namespace mrb::backend {

namespace {

constexpr int kFewestAnswers = 5; // fewer may all have met the same convolution

void addTo(std::optional<double> &sum, const std::optional<double> &part)
{
    if (sum && part)
        *sum += *part;
    else
        sum.reset();
}

} // namespace

void addGpuUse(std::vector<GpuUse> &uses, const GpuUse &use)
{
    const auto found = std::ranges::find(uses, use.uuid, &GpuUse::uuid);
    if (found == uses.end()) {
        uses.push_back(use);
        return;
    }
    addTo(found->memoryMb, use.memoryMb);
    addTo(found->heldMb, use.heldMb);
}

GpuGathering::GpuGathering(Clock::time_point begin, std::chrono::milliseconds pause, Sink sink)
    : m_pause(pause), m_sink(std::move(sink)), m_begin(begin), m_last(begin)
{
}

void GpuGathering::row(const GpuProcess &process, bool isOfRun, Clock::time_point when)
{
    m_last = when;
    if (isOfRun) {
        const double memoryMb = process.memoryMb.value_or(0);
        Seen &seen =
            m_seen
                .try_emplace({process.uuid, process.pid},
                             Seen{.first = when, .last = when, .most = memoryMb, .least = memoryMb})
                .first->second;
        seen.last = when;
        ++seen.answers;
        seen.isTold = seen.isTold && process.memoryMb;
        seen.most = std::max(seen.most, memoryMb);
        seen.least = std::min(seen.least, memoryMb);
    }
    if (m_last - m_begin >= m_pause)
        handOver(m_last);
}

void GpuGathering::finish(Clock::time_point now)
{
    if (!m_seen.empty())
        handOver(m_last);
    if (now - m_last > 5 * kGpuLoopTick)
        m_sink({}, m_last + kGpuLoopTick);
}

/// Not of a process that was there for a part of the pause only: the few answers may all be of a
/// moment at which it took much. While a process grows the least is small, which does no harm: of
/// all samples the largest counts.
std::optional<double> GpuGathering::heldMb(const Seen &seen) const
{
    const bool isMostOfThePause = 4 * (seen.last - seen.first) >= 3 * m_pause;
    const bool isKnown = seen.isTold && seen.answers >= kFewestAnswers && isMostOfThePause;
    return isKnown ? std::optional(seen.least) : std::nullopt;
}

void GpuGathering::handOver(Clock::time_point when)
{
    GpuSample sample;
    for (const auto &[key, seen] : std::exchange(m_seen, {}))
        addGpuUse(sample.ofProcesses,
                  {.uuid = key.first,
                   .memoryMb = seen.isTold ? std::optional(seen.most) : std::nullopt,
                   .heldMb = heldMb(seen)});
    m_begin = when;
    m_sink(std::move(sample), when);
}

} // namespace mrb::backend
