// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cost/RunCost.h"

#include "backend/base/Text.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace mrb::backend {

namespace {

/// From begin to end in seconds since the run's begin.
struct Span
{
    double begin = 0;
    double end = 0;

    bool contains(double seconds) const { return seconds >= begin && seconds < end; }
    double overlap(const Span &other) const
    {
        return std::max(0.0, std::min(end, other.end) - std::max(begin, other.begin));
    }
};

std::vector<Span> spansOf(const RunOutcome &outcome)
{
    std::vector<Span> spans;
    double begin = 0;
    for (const PhaseTime &phase : outcome.phases) {
        spans.push_back({begin, begin + phase.seconds});
        begin = spans.back().end;
    }
    return spans;
}

void raise(std::optional<double> &peak, const std::optional<double> &value)
{
    if (value)
        peak = std::max(peak.value_or(*value), *value);
}

/// What all processes had used up to a moment, on straight lines between the samples.
double cpuUntil(double seconds, const std::vector<ProcessSample> &points)
{
    const auto after = std::ranges::upper_bound(points, seconds, {}, &ProcessSample::seconds);
    if (after == points.begin())
        return 0;
    const ProcessSample &left = *std::prev(after);
    if (after == points.end())
        return left.cpuSeconds;
    const double part = (seconds - left.seconds) / (after->seconds - left.seconds);
    return left.cpuSeconds + part * (after->cpuSeconds - left.cpuSeconds);
}

void addProcesses(RunCost &cost, const std::vector<Span> &spans, const RunOutcome &outcome,
                  const std::vector<ProcessSample> &samples)
{
    std::vector<ProcessSample> points(1); // nothing at the begin
    for (const ProcessSample &sample : samples) {
        raise(cost.rssMbPeak, sample.rssMb);
        // The supervisor's account of the whole is exact; ticks of the samples may run ahead of it.
        points.push_back(
            {sample.seconds, sample.rssMb,
             std::min(sample.cpuSeconds, cost.cpuSeconds.value_or(sample.cpuSeconds))});
    }
    if (!cost.cpuSeconds && !samples.empty())
        cost.cpuSeconds = points.back().cpuSeconds;
    if (cost.cpuSeconds && outcome.seconds > points.back().seconds)
        points.push_back({outcome.seconds, 0, *cost.cpuSeconds});
    raise(cost.rssMbPeak, outcome.peakRssMb);
    for (std::size_t i = 0; i < spans.size(); ++i) {
        PhaseCost &phase = cost.phases[i];
        for (const ProcessSample &sample : samples)
            if (spans[i].contains(sample.seconds))
                raise(phase.rssMbPeak, sample.rssMb);
        if (phase.rssMbPeak)
            phase.cpuSeconds = cpuUntil(spans[i].end, points) - cpuUntil(spans[i].begin, points);
    }
    if (cost.phases.size() == 1)
        cost.phases.front() = {.cpuSeconds = cost.cpuSeconds, .rssMbPeak = cost.rssMbPeak};
}

const std::vector<GpuUse> &usesIn(const GpuSample &sample, GpuBasis basis)
{
    return basis == GpuBasis::Device ? sample.ofDevices : sample.ofProcesses;
}

/// Shares of the time between two samples, for one card that is held at one or both of them.
void addHeldTime(RunCost &cost, GpuCost &gpu, const std::vector<Span> &spans, const Span &between,
                 double share)
{
    const double held = share * std::max(0.0, between.end - between.begin);
    gpu.gpuSeconds += held;
    *cost.gpuSeconds += held;
    for (std::size_t i = 0; i < spans.size(); ++i)
        *cost.phases[i].gpuSeconds += share * spans[i].overlap(between);
}

void addGpuTime(RunCost &cost, std::map<std::string, GpuCost> &gpus, const std::vector<Span> &spans,
                const std::vector<GpuSample> &samples, double end)
{
    std::set<std::string> heldBefore;
    double before = 0;
    const auto step = [&](double now, const std::set<std::string> &held) {
        for (auto &[uuid, gpu] : gpus) {
            const double share =
                0.5 * ((heldBefore.contains(uuid) ? 1 : 0) + (held.contains(uuid) ? 1 : 0));
            if (share > 0)
                addHeldTime(cost, gpu, spans, {before, now}, share);
        }
        heldBefore = held;
        before = now;
    };
    for (const GpuSample &sample : samples) {
        std::set<std::string> held;
        for (const GpuUse &use : usesIn(sample, cost.gpuBasis))
            held.insert(use.uuid);
        step(sample.seconds, held);
    }
    if (end > before)
        step(end, {});
}

GpuBasis basisOf(const std::vector<GpuSample> &samples)
{
    const auto any = [&samples](auto member) {
        return std::ranges::any_of(
            samples, [member](const GpuSample &sample) { return !(sample.*member).empty(); });
    };
    if (any(&GpuSample::ofProcesses))
        return GpuBasis::Processes;
    if (any(&GpuSample::ofDevices))
        return GpuBasis::Device;
    const bool hidden =
        std::ranges::any_of(samples, [](const GpuSample &sample) { return sample.hidden; });
    return samples.empty() || hidden ? GpuBasis::None : GpuBasis::Processes;
}

QString reasonFor(const RunCost &cost, const RunSamples &samples, bool memoryUnknown)
{
    if (!samples.gpuProblem.isEmpty())
        return samples.gpuProblem;
    if (samples.gpus.empty())
        return Text::tr("The run ended before nvidia-smi had answered.");
    if (cost.gpuBasis == GpuBasis::None)
        return Text::tr("nvidia-smi shows neither the run's processes nor how much memory the GPU "
                        "uses, as with slices of a GPU (MIG) and old drivers.");
    if (cost.gpuBasis == GpuBasis::Device)
        return Text::tr("nvidia-smi does not show the run's processes here, as in a container: "
                        "counted is what the GPU used more than before the run, other programs "
                        "included.");
    if (memoryUnknown)
        return Text::tr("nvidia-smi does not say how much GPU memory the run's processes hold.");
    return {};
}

void addGpus(RunCost &cost, const std::vector<Span> &spans, const RunSamples &samples,
             double endSeconds)
{
    cost.gpuSamples = static_cast<int>(samples.gpus.size());
    // Figures of a part of the run would look like those of the whole.
    cost.gpuBasis = samples.gpuProblem.isEmpty() ? basisOf(samples.gpus) : GpuBasis::None;
    std::map<std::string, GpuCost> gpus;
    bool memoryUnknown = false;
    if (cost.gpuBasis != GpuBasis::None) {
        cost.gpuSeconds = 0;
        cost.gpuMemoryMbPeak = 0;
        for (PhaseCost &phase : cost.phases)
            phase.gpuSeconds = 0;
        for (const GpuSample &sample : samples.gpus) {
            const auto span = std::ranges::find_if(
                spans, [&sample](const Span &each) { return each.contains(sample.seconds); });
            std::optional<double> largest = 0;
            for (const GpuUse &use : usesIn(sample, cost.gpuBasis)) {
                GpuCost &gpu = gpus.try_emplace(use.uuid, GpuCost{.uuid = use.uuid}).first->second;
                raise(gpu.gpuMemoryMbPeak, use.memoryMb);
                raise(largest, use.memoryMb);
                raise(cost.gpuMemoryMbHeld, use.heldMb);
                memoryUnknown = memoryUnknown || !use.memoryMb;
            }
            raise(cost.gpuMemoryMbPeak, largest);
            if (span != spans.end())
                raise(cost.phases[static_cast<std::size_t>(span - spans.begin())].gpuMemoryMbPeak,
                      largest);
        }
        addGpuTime(cost, gpus, spans, samples.gpus, endSeconds);
    }
    if (memoryUnknown) {
        cost.gpuMemoryMbPeak.reset();
        cost.gpuMemoryMbHeld.reset();
        for (PhaseCost &phase : cost.phases)
            phase.gpuMemoryMbPeak.reset();
    }
    cost.gpuReason = reasonFor(cost, samples, memoryUnknown);
    for (auto &[uuid, gpu] : gpus)
        cost.gpus.push_back(std::move(gpu));
}

} // namespace

RunCost costOfRun(const RunOutcome &outcome, const RunSamples &samples)
{
    RunCost cost;
    if (outcome.kind == RunOutcome::Kind::FailedToStart) {
        cost.gpuReason = samples.gpuProblem.isEmpty() ? Text::tr("The command did not start.")
                                                      : samples.gpuProblem;
        return cost;
    }
    cost.wallSeconds = outcome.seconds;
    cost.cpuSeconds = outcome.cpuSeconds;
    cost.phases.resize(outcome.phases.size());
    const std::vector<Span> spans = spansOf(outcome);
    addProcesses(cost, spans, outcome, samples.processes);
    addGpus(cost, spans, samples, outcome.seconds);
    return cost;
}

} // namespace mrb::backend
