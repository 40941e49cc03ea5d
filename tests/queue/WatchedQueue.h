// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/QueueJson.h"
#include "tests/queue/QueueFixtures.h"

namespace mrb::test {

/// A queue over a fake target. At every signal, what the file says is compared with what the queue
/// says: a difference would be lost in a crash.
struct Watched
{
    explicit Watched(const std::filesystem::path &folder)
    {
        auto owned = std::make_unique<FakeTarget>();
        target = owned.get();
        const std::filesystem::path file = folder / "queue-1.jsonl";
        target->onStart = [this, file](const backend::QueueEntry &entry) {
            for (const backend::QueueEntry &stored : storedIn(file))
                recordedBefore +=
                    stored.id == entry.id && stored.state == backend::EntryState::Running;
        };
        queue = std::make_unique<backend::RunQueue>(folder, std::move(owned));
        const auto check = [this, file] { differences += storedIn(file) != asRead(*queue); };
        const auto hear = [this, check](const char *what) {
            return [this, check, what](const QString &id = {}) {
                check();
                heard << QString::fromLatin1(what) + id;
            };
        };
        QObject::connect(queue.get(), &backend::RunQueue::listChanged, queue.get(), check);
        QObject::connect(queue.get(), &backend::RunQueue::entryChanged, queue.get(),
                         hear("changed "));
        QObject::connect(queue.get(), &backend::RunQueue::started, queue.get(), hear("started "));
        QObject::connect(queue.get(), &backend::RunQueue::ended, queue.get(), hear("ended "));
        QObject::connect(queue.get(), &backend::RunQueue::idle, queue.get(), [this] { ++idles; });
    }

    /// As it would come back: times in milliseconds, problems in words only.
    static std::vector<backend::QueueEntry> asRead(const backend::RunQueue &queue)
    {
        std::vector<backend::QueueEntry> entries;
        for (const backend::QueueEntry &entry : queue.entries())
            entries.push_back(*backend::entryFromJson(backend::toJson(entry)));
        return entries;
    }
    QStringList order() const
    {
        QStringList ids;
        for (const backend::QueueEntry &entry : queue->entries())
            ids << entry.id;
        return ids;
    }
    backend::EntryState state(const QString &id) const { return queue->find(id)->state; }
    backend::EntryVerdict verdict(const QString &id) const { return queue->find(id)->verdict; }
    QStringList add(int count)
    {
        std::vector<backend::RunSettings> runs;
        for (int seed = 1; seed <= count; ++seed)
            runs.push_back(smallRun("/results", seed));
        return queue->add(runs);
    }
    /// Everything that is to happen by itself happens.
    static void settle()
    {
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
    }

    std::unique_ptr<backend::RunQueue> queue;
    FakeTarget *target = nullptr;
    QStringList heard;
    int differences = 0;
    int recordedBefore = 0;
    int idles = 0;
};

} // namespace mrb::test
