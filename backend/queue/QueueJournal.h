// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/queue/QueueEntry.h"

#include <QStringList>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace mrb::backend {

/// Ended and interrupted entries first, then running, then pending ones; the order is kept within.
void sortAsListed(std::vector<QueueEntry> &entries);

/// What one line of a queue's file says. Applied in this order, then the list is sorted.
struct QueueChange
{
    std::set<QString> removed;
    std::vector<QueueEntry> put; ///< replaces the entry of the same id, or comes last
    QStringList order;           ///< of all entries; empty when it follows from the rest

    bool isEmpty() const { return removed.empty() && put.empty() && order.isEmpty(); }
};

void applyChange(std::vector<QueueEntry> &entries, const QueueChange &change);
/// What makes `after` out of `before`; `after` is sorted as listed.
QueueChange changeBetween(const std::vector<QueueEntry> &before,
                          const std::vector<QueueEntry> &after);
/// One line, with its end.
std::string lineOf(const QueueChange &change);

/// A whole file: the version in the first line, which every later format keeps, then changes.
std::string journalOf(const std::vector<QueueEntry> &entries);

struct QueueJournal
{
    std::vector<QueueEntry> entries;
    bool isCompact = true; ///< journalOf(entries) would say no less in fewer lines
};

/// Reads a file of queues. Its last line counts only when it is whole: a crash may have cut it off,
/// and then nobody was told of that change.
Result<QueueJournal> readJournal(const std::filesystem::path &file);

} // namespace mrb::backend
