// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/schedule/Simulation.h"

#include <queue>

#include <algorithm>
#include <set>
#include <tuple>

namespace mrb::test {

using namespace backend;

namespace {

enum class What { OthersChange, Arrival, Ready, ImportEnd, UpstreamEnd, MeasuringEnd };

struct Event
{
    double at = 0;
    What what = What::Arrival;
    std::size_t job = 0; ///< or the change

    bool operator>(const Event &other) const
    {
        return std::tuple(at, what, job) > std::tuple(other.at, other.what, other.job);
    }
};

bool isOfChoice(const RunNeed &need, const std::string &id)
{
    return need.gpus.empty() || std::ranges::find(need.gpus, id) != need.gpus.end();
}

/// What ours hold on it.
struct Held
{
    double mb = 0;
    double burstMb = 0;
    int runs = 0;
    bool alone = false;
};

Held heldOn(const std::string &id, std::span<const StartedRun> started)
{
    Held held;
    for (const StartedRun &run : started) {
        if (!run.holdsSlot || !run.need.usesGpu || run.gpu != id)
            continue;
        held.mb += run.need.gpuMb;
        held.burstMb = std::max(held.burstMb, run.need.gpuBurstMb);
        held.runs += 1;
        held.alone = held.alone || run.need.alone;
    }
    return held;
}

double freeOf(const GpuRoom &gpu)
{
    return gpu.totalMb - gpu.othersMb - gpuMarginMb(gpu.totalMb);
}

bool fitsNowhere(const MachineRoom &room, const RunNeed &need)
{
    return std::ranges::none_of(room.gpus, [&need](const GpuRoom &gpu) {
        return isOfChoice(need, gpu.id) && need.gpuMb + need.gpuBurstMb <= freeOf(gpu);
    });
}

bool hostFits(const MachineRoom &room, const RunNeed &need, std::span<const StartedRun> started)
{
    if (!room.hostTotalMb || need.hostMb <= 0)
        return true;
    double held = 0;
    for (const StartedRun &run : started)
        held += run.holdsSlot ? run.need.hostMb : 0;
    return held <= 0 || held + need.hostMb + room.hostOthersMb + hostMarginMb(*room.hostTotalMb) <=
                            *room.hostTotalMb;
}

class Simulator
{
public:
    Simulator(const Workload &workload, const Policy &policy)
        : m_workload(workload), m_policy(policy), m_room(workload.room)
    {
        m_story.jobs.resize(workload.jobs.size());
        for (std::size_t job = 0; job < workload.jobs.size(); ++job)
            m_events.push({workload.jobs[job].arrival, What::Arrival, job});
        for (std::size_t change = 0; change < workload.changes.size(); ++change)
            m_events.push({workload.changes[change].at, What::OthersChange, change});
    }

    Story run()
    {
        while (!m_events.empty()) {
            m_now = m_events.top().at;
            while (!m_events.empty() && m_events.top().at <= m_now) {
                const Event event = m_events.top();
                m_events.pop();
                apply(event);
            }
            startWhatCan();
            noteOverdue();
        }
        check(m_waiting.empty(), "a run never started");
        check(m_started.empty(), "a run never ended");
        return std::move(m_story);
    }

private:
    void check(bool holds, const char *rule)
    {
        if (!holds && std::ranges::find(m_story.broken, rule) == m_story.broken.end())
            m_story.broken.emplace_back(rule);
    }

    StartedRun &started(std::size_t job)
    {
        const auto found = std::ranges::find(m_startedJobs, job);
        return m_started[static_cast<std::size_t>(found - m_startedJobs.begin())];
    }

    void enqueue(std::size_t job, bool alone, bool isReady)
    {
        WaitingRun run{.need = m_workload.jobs[job].need, .overtaken = 0, .isReady = isReady};
        run.need.alone = run.need.alone || alone;
        if (alone) { // keeps its place in the order
            m_waiting.insert(m_waiting.begin(), run);
            m_waitingJobs.insert(m_waitingJobs.begin(), job);
            return;
        }
        m_waiting.push_back(run);
        m_waitingJobs.push_back(job);
    }

    void apply(const Event &event)
    {
        if (event.what == What::OthersChange) {
            const OthersChange &change = m_workload.changes[event.job];
            m_room.gpus[change.gpu].othersMb = change.othersMb;
            return;
        }
        const Job &job = m_workload.jobs[event.job];
        if (event.what == What::Arrival) {
            enqueue(event.job, false, job.readyAfter <= 0);
            if (job.readyAfter > 0)
                m_events.push({m_now + job.readyAfter, What::Ready, event.job});
        } else if (event.what == What::Ready) {
            const auto found = std::ranges::find(m_waitingJobs, event.job);
            m_waiting[static_cast<std::size_t>(found - m_waitingJobs.begin())].isReady = true;
        } else if (event.what == What::ImportEnd) {
            started(event.job).importing = false;
            m_events.push({m_now + computing(event.job), What::UpstreamEnd, event.job});
        } else if (event.what == What::UpstreamEnd) {
            started(event.job).holdsSlot = false;
            m_story.makespan = m_now;
            m_story.jobs[event.job].end = m_now;
            m_events.push({m_now + job.measuring, What::MeasuringEnd, event.job});
            if (job.fate == Fate::OutOfMemory && m_story.jobs[event.job].tries == 1)
                m_again.insert(event.job);
        } else {
            const auto found = std::ranges::find(m_startedJobs, event.job);
            m_started.erase(m_started.begin() + (found - m_startedJobs.begin()));
            m_startedJobs.erase(found);
            if (m_again.erase(event.job) > 0)
                enqueue(event.job, true, true);
        }
    }

    double computing(std::size_t job) const
    {
        const Job &what = m_workload.jobs[job];
        const bool isCut = what.fate == Fate::Fails ||
                           (what.fate == Fate::OutOfMemory && m_story.jobs[job].tries == 1);
        return isCut ? what.computing / 2 : what.computing;
    }

    void startWhatCan()
    {
        while (true) {
            ++m_story.calls;
            const auto next = m_policy(m_room, m_started, m_waiting, m_workload.limits);
            if (!next)
                break;
            start(*next);
        }
        int held = 0;
        for (const StartedRun &run : m_started)
            held += run.holdsSlot ? 1 : 0;
        m_story.mostAtOnce = std::max(m_story.mostAtOnce, held);
    }

    void start(const Start &next)
    {
        const RunNeed need = m_waiting[next.waiting].need;
        const std::size_t job = m_waitingJobs[next.waiting];
        check(m_waiting[next.waiting].isReady, "started before it was ready");
        checkRoom(need, next.gpu);
        for (const std::size_t earlier : next.overtook) {
            check(earlier < next.waiting && m_waiting[earlier].isReady, "overtook wrongly");
            m_waiting[earlier].overtaken += next.share;
        }
        m_waiting.erase(m_waiting.begin() + static_cast<std::ptrdiff_t>(next.waiting));
        m_waitingJobs.erase(m_waitingJobs.begin() + static_cast<std::ptrdiff_t>(next.waiting));
        m_started.push_back({.need = need, .gpu = next.gpu, .importing = !need.isWarm});
        m_startedJobs.push_back(job);
        checkLimits();
        JobStory &story = m_story.jobs[job];
        story.tries += 1;
        story.start = story.tries == 1 ? m_now : story.start;
        m_story.starts += 1;
        if (need.isWarm)
            m_events.push({m_now + computing(job), What::UpstreamEnd, job});
        else
            m_events.push({m_now + m_workload.jobs[job].importing, What::ImportEnd, job});
    }

    void checkRoom(const RunNeed &need, const std::string &id)
    {
        check(hostFits(m_room, need, m_started), "the machine's memory is over-committed");
        check(need.usesGpu != id.empty(), "a GPU for a run without, or none for one with");
        if (!need.usesGpu)
            return;
        const auto gpu = std::ranges::find(m_room.gpus, id, &GpuRoom::id);
        check(gpu != m_room.gpus.end() && isOfChoice(need, id), "a GPU that is not of its choice");
        if (gpu == m_room.gpus.end())
            return;
        const Held held = heldOn(id, m_started);
        check(!held.alone, "started beside one that is to be alone");
        check(!need.alone || held.runs == 0, "to be alone, and started beside another");
        const double burstMb = std::max(held.burstMb, need.gpuBurstMb);
        const bool fits = held.mb + need.gpuMb + burstMb <= freeOf(*gpu);
        const bool isTry = held.runs == 0 && fitsNowhere(m_room, need);
        check(fits || isTry, "a GPU is over-committed");
        check(fits || need.gpuLeastMb <= gpu->totalMb - gpu->othersMb ||
                  std::ranges::none_of(m_room.gpus,
                                       [&need](const GpuRoom &other) {
                                           return isOfChoice(need, other.id) &&
                                                  need.gpuLeastMb <= other.totalMb;
                                       }),
              "tried though it surely does not fit");
    }

    void checkLimits()
    {
        int importing = 0;
        int held = 0;
        for (const StartedRun &run : m_started) {
            importing += run.importing ? 1 : 0;
            held += run.holdsSlot ? 1 : 0;
        }
        check(importing <= std::max(1, m_room.processors), "too many import at once");
        check(m_workload.limits.atOnce <= 0 || held <= m_workload.limits.atOnce,
              "too many run at once");
    }

    void noteOverdue()
    {
        const auto first = std::ranges::find(m_waiting, true, &WaitingRun::isReady);
        if (first == m_waiting.end() || first->overtaken < kMostOvertaken) {
            m_overdueJob.reset();
            return;
        }
        const std::size_t job = m_waitingJobs[static_cast<std::size_t>(first - m_waiting.begin())];
        if (m_overdueJob != job)
            m_overdueSince = m_now;
        m_overdueJob = job;
        m_story.longestOverdue = std::max(m_story.longestOverdue, m_now - m_overdueSince);
    }

    const Workload &m_workload;
    const Policy &m_policy;
    MachineRoom m_room;
    Story m_story;
    double m_now = 0;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> m_events;
    std::vector<WaitingRun> m_waiting;
    std::vector<std::size_t> m_waitingJobs; ///< beside m_waiting
    std::vector<StartedRun> m_started;
    std::vector<std::size_t> m_startedJobs; ///< beside m_started
    std::set<std::size_t> m_again;          ///< ran out of memory
    std::optional<std::size_t> m_overdueJob;
    double m_overdueSince = 0;
};

/// The GPU for it by this placement, or none.
const GpuRoom *placeFor(const MachineRoom &room, const RunNeed &need, const std::vector<Held> &held,
                        Placement placement)
{
    const GpuRoom *best = nullptr;
    double bestFree = 0;
    for (std::size_t index = 0; index < room.gpus.size(); ++index) {
        const GpuRoom &gpu = room.gpus[index];
        const Held &own = held[index];
        if (!isOfChoice(need, gpu.id) || own.alone || (need.alone && own.runs > 0))
            continue;
        const double free = freeOf(gpu) - own.mb - std::max(own.burstMb, need.gpuBurstMb);
        if (need.gpuMb > free && (own.runs > 0 || !fitsNowhere(room, need)))
            continue;
        const bool isBetter = placement == Placement::Roomiest ? free > bestFree : free < bestFree;
        if (!best || (placement != Placement::First && isBetter)) {
            best = &gpu;
            bestFree = free;
        }
    }
    return best;
}

} // namespace

Policy listScheduling(Placement placement)
{
    return [placement](const MachineRoom &room, std::span<const StartedRun> started,
                       std::span<const WaitingRun> waiting,
                       const SlotLimits &limits) -> std::optional<Start> {
        if (limits.atOnce > 0 &&
            std::ranges::count_if(started, &StartedRun::holdsSlot) >= limits.atOnce)
            return std::nullopt;
        const auto importing = std::ranges::count_if(started, &StartedRun::importing);
        std::vector<Held> held;
        for (const GpuRoom &gpu : room.gpus)
            held.push_back(heldOn(gpu.id, started));
        for (std::size_t index = 0; index < waiting.size(); ++index) {
            const RunNeed &need = waiting[index].need;
            if (!waiting[index].isReady || !hostFits(room, need, started) ||
                (!need.isWarm && importing >= std::max(1, room.processors)))
                continue;
            if (!need.usesGpu)
                return Start{.waiting = index, .gpu = {}};
            if (const GpuRoom *gpu = placeFor(room, need, held, placement))
                return Start{.waiting = index, .gpu = gpu->id};
        }
        return std::nullopt;
    };
}

Story simulate(const Workload &workload, const Policy &policy)
{
    return Simulator(workload, policy).run();
}

} // namespace mrb::test
