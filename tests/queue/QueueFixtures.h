// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/queue/QueueJournal.h"
#include "backend/queue/RunQueue.h"
#include "tests/process/Processes.h"

#include <QTest>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mrb::test {

constexpr int kPatienceMs = 120'000; // only there so that a defect ends the test

inline void write(const std::filesystem::path &file, const std::string &content)
{
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << content;
    if (!out.flush())
        qFatal("cannot write a test file");
}

/// A phantom run of a small volume.
inline backend::RunSettings smallRun(const std::filesystem::path &results, int seed = 1)
{
    backend::RunSettings settings;
    settings.overrides = R"({"modality": "mri_t1", "dim": [64, 64, 64],
                             "spacing": [3.5, 3.75, 2.72], "random_seed": )" +
                         std::to_string(seed) + "}\n";
    settings.engine = backend::Engine::Phantom;
    settings.python = MRB_TEST_PYTHON;
    settings.resultsFolder = results;
    return settings;
}

/// The same in a size that takes some seconds.
inline backend::RunSettings largeRun(const std::filesystem::path &results, int seed = 1)
{
    backend::RunSettings settings = smallRun(results, seed);
    settings.overrides = R"({"modality": "mri_t1", "random_seed": )" + std::to_string(seed) + "}\n";
    return settings;
}

inline std::vector<backend::QueueEntry> storedIn(const std::filesystem::path &file)
{
    auto journal = backend::readJournal(file);
    return journal ? std::move(journal->entries) : std::vector<backend::QueueEntry>();
}

/// A job that does what the test says.
class FakeJob final : public backend::RunJob
{
public:
    explicit FakeJob(const backend::QueueEntry &given) : entry(given) {}
    ~FakeJob() override
    {
        if (onDestroyed)
            onDestroyed();
    }
    void cancel() override { wasCancelled = true; }

    void makeFolder() { Q_EMIT folderMade(entry.settings.resultsFolder / entry.id.toStdString()); }
    void end(int exitCode = 0, const QString &status = QStringLiteral("passed"))
    {
        isOver = true;
        backend::JobOutcome outcome;
        outcome.exitCode = exitCode;
        outcome.overallStatus = status;
        outcome.runFolder = entry.settings.resultsFolder / entry.id.toStdString();
        Q_EMIT ended(outcome);
    }
    void endRefused(const Error &why)
    {
        isOver = true;
        backend::JobOutcome outcome;
        outcome.exitCode = 2;
        outcome.problems = {why};
        outcome.refused = true;
        Q_EMIT ended(outcome);
    }
    void endForLackOfMemory(const std::string &runId)
    {
        isOver = true;
        backend::JobOutcome outcome;
        outcome.exitCode = 3;
        outcome.overallStatus = QStringLiteral("failed");
        outcome.retryAlone = backend::RetryOf{runId, "gpu_out_of_memory"};
        Q_EMIT ended(outcome);
    }
    void endCancelled() { end(130, QStringLiteral("cancelled")); }

    backend::QueueEntry entry;
    bool wasCancelled = false;
    bool isOver = false;
    std::function<void()> onDestroyed;
};

/// As many runs at once as the test says, which end when it says.
class FakeTarget final : public backend::RunTarget
{
public:
    std::optional<std::size_t>
    nextToStart(std::span<const backend::QueueEntry *const> waiting) override
    {
        int busy = 0;
        for (const FakeJob *job : jobs)
            busy += job->isOver ? 0 : 1;
        return waiting.empty() || busy >= capacity ? std::nullopt : std::optional<std::size_t>(0);
    }
    std::unique_ptr<backend::RunJob> start(const backend::QueueEntry &entry) override
    {
        auto job = std::make_unique<FakeJob>(entry);
        job->onDestroyed = [this, gone = job.get()] { std::erase(jobs, gone); };
        jobs.push_back(job.get());
        started << entry.id;
        if (onStart)
            onStart(entry);
        return job;
    }
    void setCapacity(int value)
    {
        capacity = value;
        Q_EMIT slotsChanged();
    }
    backend::WarmState warmState() const override { return warm; }
    void setWarm(const backend::WarmState &state)
    {
        warm = state;
        Q_EMIT warmStateChanged();
    }
    FakeJob *jobOf(const QString &id)
    {
        for (FakeJob *job : jobs)
            if (job->entry.id == id)
                return job;
        qFatal("%s does not run", qPrintable(id));
    }

    int capacity = 1;
    backend::WarmState warm;
    std::vector<FakeJob *> jobs;
    QStringList started;
    std::function<void(const backend::QueueEntry &)> onStart;
};

} // namespace mrb::test
