// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/library/RunScan.h"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mrb::backend {

/// The runs of a library, newest first, put together from readings that arrive in any order: an
/// older reading never replaces a newer one, brings back a run that was removed, or undoes what a
/// person said meanwhile. Changes gather until flush(). Inside the library only; one thread.
class RunList
{
public:
    const std::vector<RunSummary> &runs() const { return m_runs; }
    const RunSummary *find(const std::string &key) const;
    std::unordered_set<std::string> keys() const;

    /// Notes a reading for the next flush(). False when it is outdated.
    bool accept(const ReadRun &run);
    /// Takes a reading at once where the run stays in its place. False: accept() and flush() it.
    bool replaceInPlace(const ReadRun &run);

    /// Removes a run with the next flush().
    void leave(const std::string &key) { m_leaving.insert(key); }
    /// The same, unless it was read after `at`. Whether the run leaves.
    bool leaveIfOlder(const std::string &key, std::uint64_t at);
    /// A run that was removed at that time: older readings do not bring it back.
    void remove(const std::string &key, std::uint64_t at);
    /// A search that began at `startedAt` saw only these.
    void keepSeen(const std::unordered_set<std::string> &seen, std::uint64_t startedAt);

    /// Applies what was noted. Whether the list changed.
    bool flush();

    /// A review counts from now on, while it is being written and until a later reading. False when
    /// there is no such run.
    bool beginReview(const std::string &key, const Review &review);
    void endReview(const std::string &key, std::uint64_t writtenAt, bool failed);

private:
    struct OwnReview
    {
        Review review;
        int beingWritten = 0;
        std::uint64_t writtenAt = 0;
    };

    RunSummary *known(const std::string &key);
    RunSummary withOwnReview(const ReadRun &run);
    bool takeIncoming();
    bool dropLeaving();

    std::vector<RunSummary> m_runs;
    std::unordered_map<std::string, std::size_t> m_places;   ///< in m_runs
    std::unordered_map<std::string, std::uint64_t> m_readAt; ///< of the newest reading
    std::unordered_map<std::string, std::uint64_t> m_goneAt;
    std::unordered_map<std::string, OwnReview> m_ownReviews;
    std::vector<ReadRun> m_incoming;
    std::unordered_set<std::string> m_leaving;
};

} // namespace mrb::backend
