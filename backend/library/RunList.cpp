// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/library/RunList.h"

#include <algorithm>
#include <utility>

namespace mrb::backend {

namespace {

bool isNewer(const RunSummary &a, const RunSummary &b)
{
    if (a.startedAt.isValid() != b.startedAt.isValid())
        return a.startedAt.isValid();
    return a.startedAt != b.startedAt ? a.startedAt > b.startedAt : a.folder > b.folder;
}

} // namespace

const RunSummary *RunList::find(const std::string &key) const
{
    const auto found = m_places.find(key);
    return found == m_places.end() ? nullptr : &m_runs[found->second];
}

RunSummary *RunList::known(const std::string &key)
{
    const auto found = m_places.find(key);
    return found == m_places.end() ? nullptr : &m_runs[found->second];
}

std::unordered_set<std::string> RunList::keys() const
{
    std::unordered_set<std::string> keys;
    for (const auto &[key, place] : m_places)
        keys.insert(key);
    return keys;
}

bool RunList::accept(const ReadRun &run)
{
    const std::string &key = keyOf(run.summary->folder);
    const auto newest = m_readAt.find(key);
    const auto gone = m_goneAt.find(key);
    if ((newest != m_readAt.end() && newest->second > run.readAt) ||
        (gone != m_goneAt.end() && gone->second > run.readAt))
        return false;
    m_readAt[key] = run.readAt;
    m_leaving.erase(key);
    m_incoming.push_back(run);
    return true;
}

bool RunList::replaceInPlace(const ReadRun &run)
{
    const std::string &key = keyOf(run.summary->folder);
    RunSummary *before = known(key);
    if (!before || before->startedAt != run.summary->startedAt || m_leaving.contains(key) ||
        m_readAt[key] > run.readAt)
        return false;
    m_readAt[key] = run.readAt;
    std::erase_if(m_incoming,
                  [&key](const ReadRun &other) { return keyOf(other.summary->folder) == key; });
    *before = withOwnReview(run);
    return true;
}

bool RunList::leaveIfOlder(const std::string &key, std::uint64_t at)
{
    const auto newest = m_readAt.find(key);
    if (newest == m_readAt.end() || newest->second > at)
        return false;
    leave(key);
    return true;
}

void RunList::remove(const std::string &key, std::uint64_t at)
{
    m_goneAt[key] = at;
    leave(key);
}

void RunList::keepSeen(const std::unordered_set<std::string> &seen, std::uint64_t startedAt)
{
    for (const auto &[key, readAt] : m_readAt)
        if (!seen.contains(key) && readAt < startedAt)
            leave(key);
    std::erase_if(m_goneAt, [startedAt](const auto &gone) { return gone.second < startedAt; });
}

bool RunList::flush()
{
    const bool came = takeIncoming();
    const bool went = dropLeaving();
    if (!came && !went)
        return false;
    m_places.clear();
    for (std::size_t place = 0; place < m_runs.size(); ++place)
        m_places.emplace(keyOf(m_runs[place].folder), place);
    return true;
}

bool RunList::takeIncoming()
{
    if (m_incoming.empty())
        return false;
    const auto sorted = static_cast<std::ptrdiff_t>(m_runs.size());
    bool reorder = false;
    for (const ReadRun &run : std::exchange(m_incoming, {})) {
        const std::string &key = keyOf(run.summary->folder);
        if (RunSummary *before = known(key)) {
            reorder = reorder || before->startedAt != run.summary->startedAt;
            *before = withOwnReview(run);
        } else {
            m_places.emplace(key, m_runs.size());
            m_runs.push_back(withOwnReview(run));
        }
    }
    const auto middle = m_runs.begin() + (reorder ? 0 : sorted);
    std::sort(middle, m_runs.end(), isNewer);
    std::inplace_merge(m_runs.begin(), middle, m_runs.end(), isNewer);
    return true;
}

bool RunList::dropLeaving()
{
    const auto gone = std::exchange(m_leaving, {});
    if (gone.empty())
        return false;
    for (const std::string &key : gone) {
        m_readAt.erase(key);
        m_ownReviews.erase(key);
    }
    return std::erase_if(m_runs, [&gone](const RunSummary &run) {
               return gone.contains(keyOf(run.folder));
           }) > 0;
}

RunSummary RunList::withOwnReview(const ReadRun &run)
{
    RunSummary summary = *run.summary;
    const auto own = m_ownReviews.find(keyOf(summary.folder));
    if (own == m_ownReviews.end())
        return summary;
    if (own->second.beingWritten > 0 || run.readAt < own->second.writtenAt)
        summary.review = own->second.review;
    else
        m_ownReviews.erase(own);
    return summary;
}

bool RunList::beginReview(const std::string &key, const Review &review)
{
    RunSummary *run = known(key);
    if (!run)
        return false;
    run->review = review;
    OwnReview &own = m_ownReviews[key];
    own.review = review;
    ++own.beingWritten;
    return true;
}

void RunList::endReview(const std::string &key, std::uint64_t writtenAt, bool failed)
{
    const auto own = m_ownReviews.find(key);
    if (own == m_ownReviews.end())
        return;
    --own->second.beingWritten;
    own->second.writtenAt = writtenAt;
    if (failed && own->second.beingWritten == 0)
        m_ownReviews.erase(own);
}

} // namespace mrb::backend
