// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/LocalTarget.h"

#include "backend/environment/GpuChoice.h"

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

namespace mrb::backend {

namespace {

// What others hold changes; how much of it is a matter of seconds.
constexpr std::chrono::milliseconds kRoomAge{2'000};
constexpr std::chrono::milliseconds kOldestRoom{10'000};
// Interpreters that wait are memory that nobody uses.
constexpr std::size_t kMostSpares = 16;
constexpr double kHostShareForSpares = 0.5;

bool isUpstream(const QueueEntry *entry)
{
    return entry->settings.engine == Engine::Upstream;
}

} // namespace

LocalTarget::LocalTarget(EnvironmentPairs environment, int processors)
    : m_environment(std::move(environment)),
      m_processors(std::max(1, processors)),
      m_looker(m_environment)
{
    connect(&m_looker, &RoomLooker::looked, this, &RunTarget::slotsChanged);
    connect(&m_pool, &WarmPool::changed, this, &RunTarget::slotsChanged);
    connect(&m_pool, &WarmPool::changed, this, &RunTarget::warmStateChanged);
    m_lookTimer.setInterval(kRoomAge);
    m_lookTimer.setSingleShot(true);
    connect(&m_lookTimer, &QTimer::timeout, this,
            [this] { m_looker.askAgain(kRoomAge / 2, programs(), m_pool.programs()); });
}

LocalTarget::~LocalTarget() = default;

void LocalTarget::setPolicy(const TargetPolicy &policy)
{
    m_policy = policy;
    m_pool.forgetFailures();
    if (!policy.warmStart)
        keepWarm({});
    Q_EMIT slotsChanged(); // asks with what waits
    Q_EMIT warmStateChanged();
}

void LocalTarget::expectNext(const RunSettings &settings)
{
    m_next = settings;
    if (m_policy.warmStart && settings.engine == Engine::Upstream && !knowsRoom())
        m_looker.askAgain(kRoomAge, programs(), m_pool.programs());
    Q_EMIT slotsChanged();
}

/// Where a run of upstream may go: the cards that its choice, or this program's, lets it see.
std::vector<std::string> LocalTarget::cardsFor(const RunSettings &settings) const
{
    std::optional<std::string> choice = environmentValue(m_environment, kVisibleDevices);
    if (!settings.visibleGpus.empty())
        choice = settings.visibleGpus;
    if (!knowsRoom())
        return {};
    const VisibleGpus visible = visibleGpus(m_looker.room()->gpus, choice);
    if (visible.sliceSelected) // of which nothing is known: one run at a time
        return {choice.value_or(std::string())};
    std::vector<std::string> cards;
    for (const Gpu &gpu : visible.gpus)
        cards.push_back(gpu.uuid.toStdString());
    return cards;
}

MachineRoom LocalTarget::room() const
{
    MachineRoom room{.processors = std::max(1, m_processors - m_pool.importing())};
    if (!knowsRoom())
        return room;
    const MachineMemory &memory = *m_looker.room();
    for (const CardRoom &card : memory.cards) {
        const auto totalMb = static_cast<double>(card.gpu.memoryTotalMiB.value_or(0));
        room.gpus.push_back({.id = card.gpu.uuid.toStdString(),
                             .totalMb = card.othersMb ? totalMb : 0,
                             .othersMb = card.othersMb.value_or(0)});
    }
    if (memory.host) {
        room.hostTotalMb = memory.host->totalMb;
        room.hostOthersMb =
            memory.host->othersMb + static_cast<double>(m_pool.size()) * RunNeeds::kSpareMb;
    }
    return room;
}

std::vector<StartedRun> LocalTarget::started() const
{
    std::vector<StartedRun> runs;
    for (const QPointer<LocalJob> &job : m_jobs)
        if (job && !job->isOver())
            runs.push_back(job->asStarted());
    return runs;
}

std::vector<OurProgram> LocalTarget::programs() const
{
    std::vector<OurProgram> programs;
    for (const QPointer<LocalJob> &job : m_jobs) {
        if (!job || job->program() == 0)
            continue;
        const StartedRun run = job->asStarted();
        programs.push_back({.pid = job->program(), .gpu = run.gpu, .reservedMb = run.need.gpuMb});
    }
    return programs;
}

bool LocalTarget::needsRoom(std::span<const QueueEntry *const> waiting) const
{
    return std::ranges::any_of(waiting, isUpstream);
}

std::optional<std::size_t> LocalTarget::nextToStart(std::span<const QueueEntry *const> waiting)
{
    m_chosen.reset();
    forgetOthers(waiting);
    if (needsRoom(waiting)) {
        m_looker.askAgain(kRoomAge, programs(), m_pool.programs());
        m_lookTimer.start();
    }
    keepWarm(waiting);
    std::vector<WaitingRun> runs;
    runs.reserve(waiting.size());
    for (const QueueEntry *entry : waiting)
        runs.push_back(waitingRun(*entry));
    const auto next = nextStart(room(), started(), runs, {.atOnce = m_policy.runsAtOnce});
    if (!next)
        return std::nullopt;
    for (const std::size_t passed : next->overtook)
        m_waiting[waiting[passed]->id].overtaken += next->share;
    m_chosen = Chosen{
        .id = waiting[next->waiting]->id, .need = runs[next->waiting].need, .gpu = next->gpu};
    return next->waiting;
}

/// What is kept ready for them stays; no more is added.
void LocalTarget::holdBack(std::span<const QueueEntry *const> waiting)
{
    m_chosen.reset();
    forgetOthers(waiting);
    keepWarm(waiting, false);
}

void LocalTarget::forgetOthers(std::span<const QueueEntry *const> waiting)
{
    std::set<QString> ids;
    for (const QueueEntry *entry : waiting)
        ids.insert(entry->id);
    std::erase_if(m_waiting, [&](const auto &known) {
        const bool isGone = !ids.contains(known.first);
        if (isGone)
            m_needs.forget(known.first);
        return isGone;
    });
}

WaitingRun LocalTarget::waitingRun(const QueueEntry &entry)
{
    WaitingRun run{.need = m_needs.needOf(entry), .overtaken = m_waiting[entry.id].overtaken};
    if (run.need.usesGpu) {
        run.need.gpus = cardsFor(entry.settings);
        run.isReady = m_looker.isYoungerThan(kOldestRoom);
    }
    if (!m_policy.warmStart || !run.isReady)
        return run;
    if (!m_wished.contains(entry.id)) { // those before it come first
        run.isReady = false;
        return run;
    }
    switch (m_pool.answerFor(wishOf(entry))) {
    case WarmPool::Answer::Ready:
        run.need.isWarm = run.need.usesGpu; // else it needs a processor all the time
        if (const std::string card = cardFor(entry); !card.empty())
            run.need.gpus = {card};
        break;
    case WarmPool::Answer::Refused:
        break; // the documented command
    case WarmPool::Answer::Wait:
    case WarmPool::Answer::NotYet:
        run.isReady = false;
        break;
    }
    return run;
}

/// Of those that it may go to the ones on which it has room when nothing of ours is there; all, if
/// there is none.
std::vector<std::string> LocalTarget::cardsThatHold(const QueueEntry &entry)
{
    std::vector<std::string> choice = cardsFor(entry.settings);
    if (choice.size() < 2)
        return choice;
    const double needMb = m_needs.needOf(entry).gpuMb;
    std::vector<std::string> holding;
    for (const CardRoom &card : m_looker.room()->cards) {
        const auto totalMb = static_cast<double>(card.gpu.memoryTotalMiB.value_or(0));
        const std::string id = card.gpu.uuid.toStdString();
        if (needMb <= totalMb - card.othersMb.value_or(0) - gpuMarginMb(totalMb) &&
            std::ranges::find(choice, id) != choice.end())
            holding.push_back(id);
    }
    return holding.empty() ? choice : holding;
}

/// The card that an interpreter for this run is told of before it starts; empty where there is
/// nothing to choose. The one that least of ours wait for or use, or that of an interpreter which
/// is there already, if that is not much worse.
std::string LocalTarget::cardFor(const QueueEntry &entry)
{
    if (entry.settings.engine == Engine::Phantom)
        return {};
    std::optional<std::string> &card = m_waiting[entry.id].card;
    if (cardsFor(entry.settings).size() < 2) {
        card.reset();
        return {};
    }
    const std::vector<std::string> choice = cardsThatHold(entry);
    const auto isOfChoice = [&choice](const std::optional<std::string> &id) {
        return id && std::ranges::find(choice, *id) != choice.end();
    };
    if (isOfChoice(card))
        return *card;
    card.reset();
    std::map<std::string, int> load;
    for (const StartedRun &run : started())
        load[run.gpu] += run.holdsSlot ? 1 : 0;
    for (const auto &[id, other] : m_waiting)
        if (other.card)
            ++load[*other.card];
    card = *std::ranges::min_element(choice, {}, [&load](const auto &id) { return load[id]; });
    const std::optional<std::string> next = m_pool.gpuOfNext(entry.settings);
    if (isOfChoice(next) && load[*next] <= load[*card] + 1)
        card = next;
    return *card;
}

WarmWish LocalTarget::wishOf(const QueueEntry &entry)
{
    WarmWish wish{.id = entry.id, .settings = entry.settings};
    if (const std::string card = cardFor(entry); !card.empty())
        wish.settings.visibleGpus = card;
    return wish;
}

std::size_t LocalTarget::mostSpares() const
{
    if (!m_policy.warmStart)
        return 0;
    auto most = std::min(kMostSpares, static_cast<std::size_t>(m_processors));
    if (m_policy.runsAtOnce > 0) // one more warms up while these run
        most = std::min(most, static_cast<std::size_t>(m_policy.runsAtOnce));
    if (knowsRoom() && m_looker.room()->host) {
        const HostMemory &host = *m_looker.room()->host;
        const double roomMb = (host.totalMb - host.othersMb) * kHostShareForSpares;
        most = std::min(most, static_cast<std::size_t>(std::max(roomMb, 0.0) / RunNeeds::kSpareMb));
    }
    return std::max<std::size_t>(most, 1);
}

void LocalTarget::keepWarm(std::span<const QueueEntry *const> waiting, bool addMore)
{
    const std::size_t most = mostSpares();
    std::vector<WarmWish> wishes;
    std::optional<RunSettings> next;
    m_wished.clear();
    for (const QueueEntry *entry : waiting.first(std::min(most, waiting.size()))) {
        if (!knowsRoom() && isUpstream(entry))
            break; // which card it gets is not known
        WarmWish wish = wishOf(*entry);
        if (!addMore && !m_pool.has(wish))
            continue;
        wishes.push_back(std::move(wish));
        m_wished.insert(entry->id);
    }
    if (most > 0 && m_next && (knowsRoom() || m_next->engine == Engine::Phantom)) {
        QueueEntry unknown;
        unknown.settings = *m_next;
        next = wishOf(unknown).settings;
        m_waiting.erase(unknown.id);
        m_needs.forget(unknown.id);
    }
    m_pool.keep(wishes, next, most);
}

std::unique_ptr<RunJob> LocalTarget::start(const QueueEntry &entry)
{
    std::erase_if(m_jobs, [](const QPointer<LocalJob> &job) { return !job || job->isOver(); });
    const Chosen chosen = m_chosen && m_chosen->id == entry.id
                              ? *std::exchange(m_chosen, std::nullopt)
                              : Chosen{.id = entry.id, .need = m_needs.needOf(entry), .gpu = {}};
    const WarmWish wish = wishOf(entry);
    JobPlan plan{.settings = entry.settings,
                 .need = chosen.need,
                 .gpu = chosen.gpu,
                 .choosesGpu = cardsFor(entry.settings).size() > 1};
    if (m_policy.warmStart) {
        plan.warm.wanted = true;
        plan.warm.spare = m_pool.take(wish);
        plan.warm.whyNone = m_pool.whyNone(wish.settings);
    }
    m_waiting.erase(entry.id);
    m_needs.forget(entry.id);
    auto job = std::make_unique<LocalJob>(std::move(plan));
    m_jobs.emplace_back(job.get());
    listen(job.get());
    noteSharing();
    job->start();
    return job;
}

void LocalTarget::listen(LocalJob *job)
{
    connect(job, &LocalJob::eased, this, [this] {
        noteSharing();
        Q_EMIT slotsChanged();
    });
    connect(job, &LocalJob::spareDeclined, this, [this, job] {
        m_pool.endLike(job->settings());
        Q_EMIT slotsChanged();
        Q_EMIT warmStateChanged();
    });
    connect(job, &RunJob::ended, this,
            [this, job](const JobOutcome &outcome) { onJobEnded(job, outcome); });
}

void LocalTarget::onJobEnded(LocalJob *job, const JobOutcome &outcome)
{
    m_needs.learn(job->settings(), job->seen());
    if (!outcome.refused) // nor would an interpreter for such a run be
        m_pool.forgetRefusal(job->settings());
}

/// Each run is told with how many it shares its GPU.
void LocalTarget::noteSharing()
{
    std::map<std::string, int> onGpu;
    int phantoms = 0;
    for (const StartedRun &run : started()) {
        if (!run.holdsSlot)
            continue;
        if (run.need.usesGpu)
            ++onGpu[run.gpu];
        else
            ++phantoms;
    }
    for (const QPointer<LocalJob> &job : m_jobs) {
        if (!job || job->isOver())
            continue;
        const StartedRun run = job->asStarted();
        if (run.holdsSlot)
            job->noteAtOnce(run.need.usesGpu ? onGpu[run.gpu] : phantoms);
    }
}

std::unique_ptr<RunTarget> makeLocalTarget()
{
    return std::make_unique<LocalTarget>(optionsForThisProcess().environment,
                                         static_cast<int>(std::thread::hardware_concurrency()));
}

} // namespace mrb::backend
