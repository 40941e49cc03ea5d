// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0

// A stored queue: what is read can be written and read again.

#include "backend/queue/ProgressEstimate.h"
#include "backend/queue/QueueJournal.h"
#include "tests/fuzz/FuzzSupport.h"

#include <algorithm>
#include <set>

using namespace mrb;
using namespace mrb::backend;
using fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const fuzz::MemoryFile file;
    file.put(fuzz::textOf(data, size));
    const Result<QueueJournal> journal = readJournal(file.path());
    if (!journal) {
        fuzz::requireExplained(journal.error());
        return 0;
    }
    const std::vector<QueueEntry> &entries = journal->entries;
    std::set<QString> ids;
    for (const QueueEntry &entry : entries) {
        require(ids.insert(entry.id).second, "an id is unique");
        runLabel(entry.settings);
        const GenerateOptions options = optionsFor(entry.settings, "request.json", "run");
        require(options.timeLimit == entry.settings.timeLimit, "a time limit stays what it is");
        ProgressEstimate estimate(entry.settings);
        estimate.update({});
        estimate.beginMeasuring();
        require(estimate.now().fraction >= 0 && estimate.now().fraction <= 1,
                "a bar is between nothing and all");
    }
    file.put(journalOf(entries));
    const Result<QueueJournal> again = readJournal(file.path());
    require(again && again->entries == entries, "a queue can be written and read again");

    // From half of the queue to all of it by one line, as the store writes it.
    const std::vector<QueueEntry> half(
        entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(entries.size() / 2));
    std::vector<QueueEntry> made = half;
    applyChange(made, changeBetween(half, entries));
    require(made == entries, "a change leads from one queue to the other");
    return 0;
}
