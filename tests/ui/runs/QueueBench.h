// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/RunQueue.h"
#include "tests/queue/QueueFixtures.h"

#include <QTemporaryDir>
#include <QTimer>

namespace mrb::test {

/// A queue in a folder of its own, whose runs do what the test says.
struct QueueBench
{
    QueueBench() { reopen(); }

    /// As a restart of the program does.
    void reopen(int capacity = 1)
    {
        queue.reset();
        auto made = std::make_unique<FakeTarget>();
        target = made.get();
        target->capacity = capacity;
        queue = std::make_unique<backend::RunQueue>(path() / "queue", std::move(made));
    }
    std::filesystem::path path() const { return folder.path().toStdString(); }
    QStringList add(int count)
    {
        std::vector<backend::RunSettings> runs;
        for (int seed = 1; seed <= count; ++seed)
            runs.push_back(smallRun(path() / "results", seed));
        return queue->add(runs);
    }
    /// A run that is under way and has its folder.
    QString startOne()
    {
        const QString id = add(1).front();
        if (!QTest::qWaitFor([&] { return target->started.contains(id); }, kPatienceMs))
            qFatal("the run did not start");
        target->jobOf(id)->makeFolder();
        return id;
    }
    FakeJob *job(const QString &id) const { return target->jobOf(id); }
    void print(const QString &id, const QString &text, bool transient = false) const
    {
        Q_EMIT job(id)->lineRead({.text = text, .transient = transient});
    }
    void fail(const QString &id, const Errors &problems, int exitCode = 3) const
    {
        FakeJob *failing = job(id);
        failing->isOver = true;
        backend::JobOutcome outcome;
        outcome.exitCode = exitCode;
        outcome.overallStatus = QStringLiteral("fail");
        outcome.problems = problems;
        outcome.runFolder = folderOf(id);
        Q_EMIT failing->ended(outcome);
    }
    std::filesystem::path folderOf(const QString &id) const
    {
        return path() / "results" / id.toStdString();
    }
    backend::EntryState stateOf(const QString &id) const { return queue->find(id)->state; }
    backend::EntryVerdict verdictOf(const QString &id) const { return queue->find(id)->verdict; }
    QStringList pending() const
    {
        QStringList ids;
        for (const backend::QueueEntry &entry : queue->entries())
            if (entry.state == backend::EntryState::Pending)
                ids << entry.id;
        return ids;
    }

    QTemporaryDir folder;
    FakeTarget *target = nullptr; // the queue's
    std::unique_ptr<backend::RunQueue> queue;
};

/// Timers that would wake an idle program.
inline int tickingTimers(const QObject &object)
{
    const auto timers = object.findChildren<QTimer *>();
    return static_cast<int>(std::ranges::count_if(timers, &QTimer::isActive));
}

} // namespace mrb::test
