// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/batch/BatchDocument.h"
#include "backend/queue/RunQueue.h"

#include <QHash>
#include <QObject>
#include <QString>
#include <QTimer>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace mrb::backend {

namespace error_codes {
/// Run after run was refused for the same reason.
inline constexpr ErrorCode kBatchRefused = "batch_runs_refused";
} // namespace error_codes

/// Carries out what a plan leaves to do, and keeps batch.json up to date. The results are the only
/// memory: a later start of the same order finds them. For a thread with an event loop; exactly one
/// finished() follows start(). Destroying it ends what runs, as a kill would.
class BatchRun final : public QObject
{
    Q_OBJECT

public:
    /// The caller holds the folder's lock.
    /// @param gpus that the preflight found, for the summary
    BatchRun(BatchPlan plan, std::vector<Gpu> gpus, std::unique_ptr<RunTarget> target,
             QObject *parent = nullptr);
    ~BatchRun() override;

    void start();
    /// A person wants no further starts; what runs may finish.
    void stopStarting();
    /// Ends what runs, too; those runs are recorded as cancelled.
    void cancel();

    const BatchPlan &plan() const { return m_plan; } ///< its items as they stand now
    BatchFacts facts() const;
    ExitCode exitCode() const;
    /// Why batch.json does not say what facts() say.
    const std::optional<Error> &writeProblem() const { return m_writeProblem; }

Q_SIGNALS:
    void itemStarted(std::size_t item);
    void itemEnded(std::size_t item);
    /// It failed, and will be made again with nothing beside it.
    void itemRetried(std::size_t item);
    /// Nothing further starts; facts() say why.
    void stopped();
    void finished();

private:
    void fillQueue();
    void onEntryChanged(const QString &id);
    void onEnded(const QString &id);
    void findRetries();
    void noteRetry(std::size_t item, const std::string &reason);
    void judgeRefusal(const BatchItem &item);
    void finishWhenIdle();
    void finish();
    void writeSoon();
    void write();

    BatchPlan m_plan;
    BatchFacts m_facts;
    std::chrono::steady_clock::time_point m_began;
    RunQueue m_queue;
    QHash<QString, std::size_t> m_items; ///< by the id of an entry
    std::unordered_map<std::string, std::size_t> m_byDocument;
    std::set<std::size_t> m_running;
    std::string m_lastRefusal; ///< code of the problem
    int m_refusedInARow = 0;
    bool m_isFinished = false;
    QTimer m_writeTimer;
    std::chrono::steady_clock::time_point m_written;
    std::chrono::steady_clock::duration m_writeTook{};
    std::optional<Error> m_writeProblem;
};

} // namespace mrb::backend
