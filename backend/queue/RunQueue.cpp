// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/queue/RunQueue.h"

#include "backend/queue/RunQueueState.h"

#include <QDir>
#include <QUuid>

#include <algorithm>
#include <utility>

namespace mrb::backend {

RunQueue::RunQueue(const std::filesystem::path &folder, std::unique_ptr<RunTarget> target,
                   QObject *parent)
    : QObject(parent), m_state(std::make_unique<State>(this, folder, std::move(target)))
{
    connect(m_state->target.get(), &RunTarget::slotsChanged, this, [this] { m_state->schedule(); });
    connect(m_state->target.get(), &RunTarget::warmStateChanged, this, &RunQueue::warmStateChanged);
    m_state->load();
}

RunQueue::~RunQueue() = default;

Errors RunQueue::storeProblems() const
{
    Errors problems = m_state->store.problems();
    if (m_state->writeProblem)
        problems.push_back(*m_state->writeProblem);
    return problems;
}

int RunQueue::leftFromBefore() const
{
    return static_cast<int>(
        std::ranges::count_if(m_state->entries, [this](const QueueEntry &entry) {
            return m_state->left.contains(entry.id) &&
                   (entry.state == EntryState::Pending || entry.state == EntryState::Interrupted);
        }));
}

const std::vector<QueueEntry> &RunQueue::entries() const
{
    return m_state->entries;
}

const QueueEntry *RunQueue::find(const QString &id) const
{
    return m_state->entry(id);
}

std::optional<RunProgress> RunQueue::progressOf(const QString &id) const
{
    const auto found = m_state->running.find(id);
    if (found == m_state->running.end())
        return std::nullopt;
    return found->second.estimate.now();
}

QueueOverview RunQueue::overview() const
{
    QueueOverview overview;
    double done = 0;
    double runs = 0;
    bool isKnown = true;
    double longest = 0;
    double sum = 0;
    const auto take = [&](std::optional<double> seconds) {
        isKnown = isKnown && seconds.has_value();
        sum += seconds.value_or(0);
    };
    for (const QueueEntry &entry : m_state->entries) {
        if (entry.state == EntryState::Pending) {
            ++overview.pending;
            runs += 1;
            if (!m_state->paused)
                take(entry.settings.expectedSeconds);
        } else if (const auto running = progressOf(entry.id)) {
            ++overview.running;
            runs += 1;
            done += running->fraction;
            longest = std::max(longest, running->etaSeconds.value_or(0));
            take(running->etaSeconds);
        } else if (m_state->batch.contains(entry.id)) {
            ++overview.ended;
            runs += 1;
            done += 1;
        }
    }
    overview.fraction = runs > 0 ? done / runs : 0;
    // As many at once as run now; a queue that does nothing has no end.
    if (overview.running > 0 && isKnown)
        overview.etaSeconds = std::max(longest, sum / overview.running);
    return overview;
}

QStringList RunQueue::add(const std::vector<RunSettings> &runs)
{
    QStringList ids;
    for (const RunSettings &settings : runs) {
        QueueEntry entry;
        entry.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        entry.settings = settings;
        entry.addedAt = QDateTime::currentDateTimeUtc();
        ids << entry.id;
        m_state->entries.push_back(std::move(entry));
    }
    if (!ids.isEmpty())
        m_state->publish({.list = true});
    return ids;
}

void RunQueue::move(const QString &id, int place)
{
    auto &entries = m_state->entries;
    const auto first = std::ranges::find(entries, EntryState::Pending, &QueueEntry::state);
    const auto from = std::find_if(first, entries.end(),
                                   [&id](const QueueEntry &entry) { return entry.id == id; });
    if (from == entries.end())
        return;
    const auto last = static_cast<int>(std::distance(first, entries.end())) - 1;
    const auto to = first + std::clamp(place, 0, last);
    if (to == from)
        return;
    if (to < from)
        std::rotate(to, from, from + 1);
    else
        std::rotate(from, from + 1, to + 1);
    m_state->publish({.list = true});
}

bool RunQueue::isPaused() const
{
    return m_state->paused;
}

void RunQueue::setPaused(bool paused)
{
    // Whoever pauses after a skip wants nothing to start any more.
    m_state->skipped.clear();
    m_state->allowed = 0;
    m_state->schedule();
    if (std::exchange(m_state->paused, paused) == paused)
        return;
    Q_EMIT pausedChanged(paused);
}

void RunQueue::cancel(const QString &id)
{
    if (const auto running = m_state->running.find(id); running != m_state->running.end()) {
        running->second.isCancelled = true;
        running->second.job->cancel();
    } else if (m_state->isIn(id, EntryState::Pending)) {
        QueueNews news;
        m_state->cancelEntry(*m_state->entry(id), news);
        m_state->publish(news);
    }
}

void RunQueue::cancelPending()
{
    QueueNews news;
    for (QueueEntry &entry : m_state->entries) {
        if (entry.state == EntryState::Pending)
            m_state->cancelEntry(entry, news);
    }
    if (news.list)
        m_state->publish(news);
}

void RunQueue::cancelAll()
{
    cancelPending();
    QStringList ids;
    for (const auto &[id, running] : m_state->running)
        ids << id;
    for (const QString &id : ids)
        cancel(id);
}

void RunQueue::skip(const QString &id)
{
    if (!m_state->running.contains(id))
        return;
    if (m_state->paused)
        m_state->skipped.insert(id);
    cancel(id);
}

void RunQueue::remove(const QString &id)
{
    const QueueEntry *entry = find(id);
    if (!entry || !isOver(*entry))
        return;
    std::erase_if(m_state->entries, [&id](const QueueEntry &each) { return each.id == id; });
    m_state->publish({.list = true});
}

void RunQueue::removeEnded()
{
    if (std::erase_if(m_state->entries, isOver) > 0)
        m_state->publish({.list = true});
}

QString RunQueue::runAgain(const QString &id)
{
    const QueueEntry *entry = find(id);
    if (!entry)
        return {};
    RunSettings settings = entry->settings;
    settings.alone = false; // a person asks for it, whatever it was the second try of
    settings.retryOf.reset();
    return add({settings}).value(0);
}

std::optional<RunSettings> RunQueue::takeBack(const QString &id)
{
    if (!m_state->isIn(id, EntryState::Pending))
        return std::nullopt;
    RunSettings settings = m_state->entry(id)->settings;
    std::erase_if(m_state->entries, [&id](const QueueEntry &each) { return each.id == id; });
    m_state->publish({.list = true});
    return settings;
}

bool RunQueue::isBusy() const
{
    return !m_state->running.empty();
}

void RunQueue::setPolicy(const TargetPolicy &policy)
{
    m_state->target->setPolicy(policy);
    m_state->schedule();
}

void RunQueue::expectNext(const RunSettings &settings)
{
    m_state->target->expectNext(settings);
}

WarmState RunQueue::warmState() const
{
    return m_state->target->warmState();
}

std::filesystem::path defaultQueueFolder()
{
    // The specification of the variable says to ignore relative values.
    std::filesystem::path base = qgetenv("XDG_DATA_HOME").toStdString();
    if (!base.is_absolute())
        base = std::filesystem::path(QDir::homePath().toStdString()) / ".local" / "share";
    return base / "mrbrain" / "queue";
}

} // namespace mrb::backend
